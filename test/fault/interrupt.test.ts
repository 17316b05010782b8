/** An interrupt ends every kind of cell on all ranks, and nothing else: not the next cell, not the simulation. */
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';

/** Cells that end only by an interrupt; each prints `begun` when it is on its way. */
const forms: [what: string, code: string][] = [
  ['a Python loop', 'print("begun", flush=True)\nwhile True: pass'],
  ['a sleep', 'print("begun", flush=True)\ntime.sleep(3000)'],
  ['a generator expression', 'print("begun", flush=True)\nsum(i for i in itertools.count())'],
];

describe.each([2, 4])('interrupts on %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks, args: ['--steps', '0', '--step-us', '200'] });
    notebook = await job.attach();
    await notebook.ok('import time, itertools, allranks');
  }, 60_000);

  afterAll(() => job?.stop());

  for (const [what, code] of forms) {
    check(`an interrupt ends ${what} on every rank, and the next cell runs`, async () => {
      const sent = await notebook.send(code);
      await sent.printed('begun');
      await notebook.interrupt();
      const cell = await sent.done();
      expect(cell.content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
      expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe(String(ranks));
    });
  }
});
