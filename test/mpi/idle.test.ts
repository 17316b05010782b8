/** Paused ranks cost nothing: processor time of the ranks' processes while they stand still. */
import { once } from 'node:events';
import { cpuSeconds } from '../support/cpu-time';
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';

describe('paused ranks', () => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks: 4, args: ['--steps', '0'], run: ['--pause-at', 'start'] });
    notebook = await job.attach();
  }, 60_000);

  afterAll(() => job?.stop());

  check(
    'use at most 1 % of a core each, over five seconds without a cell',
    async () => {
      const pids = await notebook.value<number[]>('__import__("allranks").comm.allgather(__import__("os").getpid())');
      const before = pids.map(cpuSeconds);
      const began = performance.now();
      // The time itself is what is measured: the heartbeat of the kernel gives its beat.
      let beats = 0;
      while (performance.now() - began < 5000) {
        await once(AbortSignal.timeout(500), 'abort');
        expect(await notebook.client.beat()).toBe('ping');
        beats += 1;
      }
      const elapsed = (performance.now() - began) / 1000;
      expect(beats).toBeGreaterThan(5);
      // A tick is 10 ms: 1 % of five seconds is five of them.
      for (const [rank, pid] of pids.entries()) expect((cpuSeconds(pid) - before[rank]!) / elapsed).toBeLessThanOrEqual(0.0105);
    },
    60_000,
  );
});
