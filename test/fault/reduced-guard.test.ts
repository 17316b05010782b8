/** What the MPI guard does not protect is said: always in `%live status`, loudly where it is reduced. Cells work all the same. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { plain, traceback, type CellRecord, type Notebook } from '../support/notebook';
import { root } from '../support/places';
import { Sandbox } from '../support/sandbox';

const LOST =
  'a cell whose ranks wait for each other in MPI holds the run until it is interrupted from outside, and MPI_Abort in a cell ends it';
const statusText = (cell: CellRecord): string => String(cell.displays[0]!['text/plain']);

let job: Job | undefined;
const check = reporting(() => job);

afterEach(async () => {
  await job?.stop();
  job = undefined;
});

/** The warning of the job, which is printed once, and of each notebook, which has it with its first cell. */
async function expectWarning(why: RegExp): Promise<void> {
  const [, told] = await job!.printed(/allranks: MPI in cells is not fully protected; (reduced: .*)\.\n/);
  expect(told).toMatch(why);
  const notebooks = [await job!.attach(), await job!.attach()];
  for (const notebook of notebooks) {
    const first = await notebook.ok('print("works")\n6 * 7');
    expect([first.stdout, first.result]).toEqual(['works\n', '42']);
    expect(first.stderr).toBe(`allranks: MPI in cells is not fully protected: MPI guard ${told}.\n`);
    expect((await notebook.ok('1')).stderr).toBe('');
    const status = statusText(await notebook.ok('%live status'));
    expect(status).toContain(`MPI guard ${told}`);
    expect(status).not.toContain('does not protect');
  }
  expect(job!.output.text.match(/not fully protected/g)).toHaveLength(1);
}

/** A folder with the mpi4py of the ranks, changed to name an MPI library of its own, as one does that was packed together with its MPI. */
function mpi4pyWithItsOwnMpi(sandbox: Sandbox): string {
  const folder = join(sandbox.folder, 'own');
  mkdirSync(folder);
  const packages = execFileSync(
    join(root, '.venv', 'bin', 'python'),
    ['-c', 'import mpi4py, os; print(os.path.dirname(mpi4py.__path__[0]))'],
    { encoding: 'utf8' },
  ).trim();
  cpSync(join(packages, 'mpi4py'), join(folder, 'mpi4py'), { recursive: true });
  const name = readdirSync(join(folder, 'mpi4py')).find((file) => /^MPI\.openmpi\..*\.so$/.test(file))!;
  const module = join(folder, 'mpi4py', name);
  const bytes = readFileSync(module);
  const at = bytes.indexOf('libmpi.so.40\0');
  expect(at).toBeGreaterThan(0);
  bytes.write('libown.so.40', at);
  writeFileSync(module, bytes);
  writeFileSync(join(folder, 'own.c'), 'int MPI_Wait(void *request, void *status) { return request == status; }\n');
  execFileSync('cc', ['-shared', '-fPIC', '-o', join(folder, 'libown.so.40'), join(folder, 'own.c')]);
  return folder;
}

check(
  'an mpi4py whose calls do not lead to the MPI of the simulation: job, notebooks and status say what is unprotected, cells work',
  async () => {
    const sandbox = new Sandbox();
    const own = mpi4pyWithItsOwnMpi(sandbox);
    job = await Job.start({ ranks: 2, sandbox, args: ['--steps', '0'], env: { PYTHONPATH: own, LD_LIBRARY_PATH: own } });
    await expectWarning(
      new RegExp(
        `^reduced: MPI calls of mpi4py \\(${own}/mpi4py/MPI\\.openmpi\\..*\\) are not guarded, as it does not use the MPI library of the simulation: ${LOST}$`,
      ),
    );
    const notebook = await job.attach();
    expect((await notebook.ok('import allranks\nallranks.comm.allreduce(1)')).result).toBe('2');
    // Unguarded: what would be refused or released elsewhere is up to the user; the next cell works when the ranks did not part in MPI.
    const failed = await notebook.run("if allranks.rank == 1: raise ValueError('only here')");
    expect(failed.content).toMatchObject({ status: 'error', ename: 'ValueError' });
    expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe('2');
  },
  60_000,
);

check(
  'an mpi4py of another MPI: job, notebooks and status say that cells have no MPI, the import is refused in one sentence, cells work',
  async () => {
    job = await Job.start({ ranks: 2, args: ['--steps', '0'], env: { MPI4PY_MPIABI: 'mpich' } });
    const refused =
      /mpi4py \(.*MPI\.mpich\..*\) is built for MPICH, but the simulation runs on Open MPI v5\.\d+\.\d+; install an mpi4py built for the simulation's MPI/;
    await expectWarning(new RegExp(`^reduced: cells cannot use MPI: ${refused.source}$`));
    const notebook: Notebook = await job.attach();
    const cell = await notebook.run('from mpi4py import MPI');
    expect(cell.content).toMatchObject({ status: 'error', ename: 'ImportError' });
    expect(traceback(cell)).toMatch(refused);
    expect(plain(cell.stderr)).toContain('cells cannot use MPI');
    expect((await notebook.ok('import allranks\nallranks.size')).result).toBe('2');
  },
  60_000,
);

check(
  'an active guard: the status names what it does not protect, which is what docs/faults.md lists',
  async () => {
    job = await Job.start({ ranks: 2, args: ['--steps', '0'] });
    const notebook = await job.attach();
    expect((await notebook.ok('1')).stderr).toBe('');
    const status = statusText(await notebook.ok('%live status'));
    expect(status.split('\n')[0]).toMatch(/; MPI guard active$/);
    const table = JSON.parse(readFileSync(join(root, 'native', 'guard', 'functions.json'), 'utf8')) as {
      unprotected: Record<string, string[]>;
    };
    expect(status.split('\n').at(-1)).toBe(
      `The MPI guard does not protect: ${Object.keys(table.unprotected).join(', ')} (docs/faults.md).`,
    );
    const docs = readFileSync(join(root, 'docs', 'faults.md'), 'utf8');
    for (const [what, functions] of Object.entries(table.unprotected))
      expect(docs).toContain(`| ${what} | ${functions.map((name) => `\`MPI_${name}\``).join(', ')} |`);
    expect(job.output.text).not.toContain('not fully protected');
  },
  60_000,
);
