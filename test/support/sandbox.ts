/**
 * A user of their own for a test: private home, data, runtime and Jupyter folders under a short path (sockets), and a mark
 * in the environment by which every process started there is found again, whatever became of its parents.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MARK = 'ALLRANKS_TEST_MARK';

export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'ar-'));
  /** Working folder of programs. */
  readonly cwd = join(this.folder, 'w');
  readonly runtime = join(this.folder, 'r');
  readonly jobs = join(this.folder, 'data', 'allranks', 'jobs');
  readonly kernels = join(this.folder, 'jupyter', 'kernels');
  readonly env: NodeJS.ProcessEnv;
  private readonly mark = randomUUID();

  constructor(extra: NodeJS.ProcessEnv = {}) {
    for (const folder of [this.cwd, this.jobs, this.kernels, join(this.folder, 'home'), join(this.folder, 'ipython')])
      mkdirSync(folder, { recursive: true });
    mkdirSync(this.runtime, { mode: 0o700 });
    const temporary = join(this.folder, 't');
    mkdirSync(temporary, { mode: 0o700 });
    const env: NodeJS.ProcessEnv = { ...process.env };
    for (const name of Object.keys(env)) if (/^(ALLRANKS_(?!TEST_|ADDON$)|JUPYTER|JPY_|OMPI_|PMIX_|PRTE_)/.test(name)) delete env[name];
    this.env = {
      ...env,
      HOME: join(this.folder, 'home'),
      XDG_RUNTIME_DIR: this.runtime,
      // Open MPI's launcher will not start where one that was killed under the same process id has left its session folder.
      TMPDIR: temporary,
      XDG_DATA_HOME: join(this.folder, 'data'),
      JUPYTER_DATA_DIR: join(this.folder, 'jupyter'),
      JUPYTER_RUNTIME_DIR: join(this.folder, 'jr'),
      JUPYTER_CONFIG_DIR: join(this.folder, 'jc'),
      IPYTHONDIR: join(this.folder, 'ipython'),
      // One thread of linear algebra a rank: many ranks share few cores.
      OMP_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      ...extra,
      [MARK]: this.mark,
    };
  }

  /** Process ids of everything that was started in here and still lives, zombies aside. */
  processes(): number[] {
    const found: number[] = [];
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid === process.pid) continue;
      try {
        if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(this.mark)) found.push(pid);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        // It ended while we looked, or is somebody else's: not one of ours.
        if (code !== 'ENOENT' && code !== 'ESRCH' && code !== 'EACCES' && code !== 'EPERM') throw error;
      }
    }
    return found;
  }

  /** Ends every process started in here, by force, and removes the folders. Idempotent. */
  close(): void {
    // Twice: a process may have been starting another one.
    for (let round = 0; round < 2; round++) {
      for (const pid of this.processes()) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
        }
      }
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }
}
