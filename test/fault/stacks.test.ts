/** `%live stacks` and `allranks stacks`: what every rank does, also where no interrupt helps. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';
import { allranksCommand } from '../support/places';

describe('stacks of 2 ranks', () => {
  let job: Job;
  let notebook: Notebook;
  let watcher: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks: 2, args: ['--steps', '0', '--step-us', '200'] });
    notebook = await job.attach();
    watcher = await job.attach();
    await notebook.ok('import ctypes, time, allranks\ndef busy():\n    time.sleep(3000)\ndef held():\n    ctypes.PyDLL(None).usleep(2_000_000)');
  }, 60_000);

  afterAll(() => job?.stop());

  check('of a cell that runs are told by another notebook and by the command line, folded over ranks', async () => {
    const sent = await notebook.send('print("begun", flush=True)\nbusy()');
    await sent.printed('begun');
    const { stdout } = await watcher.ok('%live stacks');
    expect(stdout).toMatch(/\[ranks 0-1\]/);
    expect(stdout).toMatch(/line 3 in busy/);
    expect(stdout).toMatch(/libc\.so[^\n]*sleep/);
    const told = await promisify(execFile)(allranksCommand, ['stacks', job.name], { env: job.sandbox.env });
    expect(told.stdout).toMatch(/line 3 in busy/);
    await notebook.interrupt();
    expect((await sent.done()).content['ename']).toBe('KeyboardInterrupt');
  });

  check('of native code that keeps the interpreter lock are told while it runs', async () => {
    const sent = await notebook.send('print("begun", flush=True)\nif allranks.rank == 1: held()');
    await sent.printed('begun');
    const { stdout } = await watcher.ok('%live stacks');
    expect(stdout).toMatch(/\[rank 1\]\n[^[]*in held[^[]*libc\.so[^\n]*sleep/);
    await sent.done();
  });

  check('of a rank that was stopped from outside say so, the others are shown', async () => {
    const pids = await notebook.value<number[]>('allranks.comm.allgather(__import__("os").getpid())');
    const sent = await notebook.send('print("begun", flush=True)\nbusy()');
    await sent.printed('begun');
    process.kill(pids[1]!, 'SIGSTOP');
    try {
      const { stdout } = await watcher.ok('%live stacks');
      expect(stdout).toMatch(/\[rank 0\]\n[^[]*line 3 in busy/);
      expect(stdout).toMatch(/\[rank 1\]\ndoes not answer: its process is stopped/);
    } finally {
      process.kill(pids[1]!, 'SIGCONT');
    }
    await notebook.interrupt();
    expect((await sent.done()).content['ename']).toBe('KeyboardInterrupt');
  });

  check('of a simulation that computes name its program, and the simulation goes on', async () => {
    const before = await notebook.value<number>('allranks.step');
    expect((await watcher.ok('%live stacks')).stdout).toMatch(/step_loop|libmpi|libc/);
    expect(await notebook.value<number>('allranks.step')).toBeGreaterThan(before);
  });
});
