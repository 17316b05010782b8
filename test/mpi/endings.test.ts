/** The simulation ends: by itself while a cell waits, by force while one runs. Nobody waits for ever, everybody is told why. */
import { readFileSync } from 'node:fs';
import { Job, reporting } from '../support/job';

describe('the end of the simulation', () => {
  let job: Job | undefined;
  const check = reporting(() => job);

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  for (const ranks of [1, 3]) {
    check(
      `a cell that still waits when the last of ${ranks} ranks' steps ends is answered with the reason`,
      async () => {
        job = await Job.start({ ranks, args: ['--steps', '1', '--step-us', '1500000'], run: ['--pause-at', 'start'] });
        const notebook = await job.attach();
        await notebook.ok('pass');
        await notebook.ok('%live resume');
        const waiting = await notebook.send('print("never")');
        const cell = await waiting.done();
        expect(cell.content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
        expect(cell.stdout).toBe('');
        const later = await notebook.run('1');
        expect(later.content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
        expect(later.content['evalue']).toMatch(/ended/);
        expect(await job.end()).toBe(0);
      },
      60_000,
    );
  }

  for (const [ranks, victim] of [
    [1, 0],
    [3, 1],
  ] as const) {
    check(
      `a rank of ${ranks} that is killed while a cell runs settles the cell with the reason and what was printed before`,
      async () => {
        job = await Job.start({ ranks, args: ['--steps', '0'] });
        const notebook = await job.attach();
        const pids = await notebook.value<number[]>('__import__("allranks").comm.allgather(__import__("os").getpid())');
        const sent = await notebook.send("import time\nprint('last words', flush=True)\ntime.sleep(300)");
        await sent.printed('last words');
        process.kill(pids[victim]!, 'SIGKILL');
        const cell = await sent.done();
        expect(cell.content['status']).toBe('error');
        expect(cell.content['ename']).toBe('SimulationEnded');
        expect(await job.end()).not.toBe(0);
        const later = await notebook.run('1');
        expect(later.content).toMatchObject({ status: 'error', ename: 'SimulationEnded' });
        expect(String(later.content['evalue']).length).toBeGreaterThan(10);
      },
      60_000,
    );
  }

  check(
    'a simulation that ends by itself while nobody looks leaves no kernelspec, job file or process behind',
    async () => {
      job = await Job.start({ ranks: 2, args: ['--steps', '4', '--step-us', '100'], run: ['--pause-at', 'end'] });
      const notebook = await job.attach();
      await notebook.ok('%live resume');
      expect(await job.end()).toBe(0);
      await notebook.close();
      expect(job.record()).toBeUndefined();
      expect(() => readFileSync(job!.kernelspecFile)).toThrow('ENOENT');
    },
    60_000,
  );

  check(
    'SIGTERM to `allranks run` ends the program and gives its status',
    async () => {
      job = await Job.start({ ranks: 2, args: ['--steps', '0'] });
      await (await job.attach()).ok('pass');
      job.child.kill('SIGTERM');
      expect(await job.end()).not.toBe(0);
    },
    60_000,
  );
});
