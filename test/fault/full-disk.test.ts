/** Real file systems without a free byte under each of our folders: the program runs to its end, and says once what is missing. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import { allranksCommand } from '../support/places';

/** A mounted file system that takes names but no data. */
class FullDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'full-'));

  constructor() {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k,mode=0700', 'full', this.folder]);
    // The page that it has.
    writeFileSync(join(this.folder, 'fill'), Buffer.alloc(4096));
    expect(() => writeFileSync(join(this.folder, 'probe'), 'x')).toThrow(/ENOSPC/);
  }

  /** A folder of its own in there. */
  make(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  close(): void {
    execFileSync('umount', ['-l', this.folder]);
    rmdirSync(this.folder);
  }
}

const ROW = /^allranks: .*/gm;
const scripts = { 'step_loop_script.py': '' };

describe('a full disk', () => {
  let disk: FullDisk;
  let job: Job | undefined;
  const check = reporting(() => job);

  beforeEach(() => {
    disk = new FullDisk();
  });

  afterEach(async () => {
    await job?.stop();
    job = undefined;
    disk.close();
  });

  const steps = (count: number): string[] => ['--steps', String(count), '--step-us', '1000'];

  /** Lines of ours in the program's output when it has ended well. */
  async function warnings(): Promise<string[]> {
    expect(await job!.end()).toBe(0);
    expect(job!.output.text).toMatch(/step_loop: 20 steps/);
    return job!.output.text.match(ROW) ?? [];
  }

  check('under the runtime folder costs the notebook and one warning', async () => {
    job = Job.launch({ ranks: 2, scripts, args: steps(20), env: { XDG_RUNTIME_DIR: disk.make('r') } });
    const told = await warnings();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/the program starts without/);
  });

  check('under everything that is ours costs the notebook and one warning', async () => {
    const all = disk.make('all');
    job = Job.launch({
      ranks: 2,
      scripts,
      args: steps(20),
      run: ['--dir', join(all, 'job')],
      env: { HOME: all, XDG_RUNTIME_DIR: all, XDG_DATA_HOME: all, JUPYTER_DATA_DIR: all },
    });
    expect(await warnings()).toHaveLength(1);
  });

  check("under Jupyter's folder costs the kernel of the run, not the one named allranks", async () => {
    job = Job.launch({ ranks: 2, scripts, env: { JUPYTER_DATA_DIR: disk.make('j') } });
    await job.printed(/allranks: the kernelspec of this job cannot be written.*attach with the kernel "allranks"/);
    await job.recorded((record) => (record['state'] === 'running' ? true : undefined), 'a running program');
    const elsewhere = { JUPYTER_DATA_DIR: join(job.sandbox.folder, 'elsewhere') };
    execFileSync(allranksCommand, ['kernelspec', 'install'], { env: { ...job.sandbox.env, ...elsewhere } });
    const notebook = await job.attach({}, join(elsewhere.JUPYTER_DATA_DIR, 'kernels', 'allranks', 'kernel.json'));
    expect((await notebook.ok('import allranks\nallranks.comm.allreduce(1)')).result).toBe('2');
    await notebook.ok('%live stop --yes');
    expect(await job.end()).toBe(0);
    expect(job.output.text.match(ROW)).toHaveLength(1);
  });

  check('under the folder of job files costs the way to the run, not the run', async () => {
    job = Job.launch({ ranks: 2, scripts, args: steps(20), env: { XDG_DATA_HOME: disk.make('d') } });
    const told = await warnings();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/the folder of job files .* cannot be written/);
  });

  check("under the job's own folder costs the journal; cells work", async () => {
    job = await Job.start({ ranks: 2, scripts, run: ['--dir', join(disk.folder, 'job')] });
    const notebook = await job.attach();
    expect((await notebook.ok('import allranks\nallranks.comm.allreduce(allranks.rank)')).result).toBe('1');
    await notebook.ok('%live stop --yes');
    expect(await job.end()).toBe(0);
    expect(job.output.text.match(ROW)).toEqual([expect.stringMatching(/the journal in .* cannot be written.*kept in memory only/)]);
  });
});
