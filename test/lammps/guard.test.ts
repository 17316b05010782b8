/** The MPI guard inside LAMMPS, on the system's Open MPI: whatever ranks wait in they come back, and the physics is untouched. */
import { Job, reporting } from '../support/job';
import { traceback } from '../support/notebook';
import { lammpsToolchain } from '../support/places';
import { prelude, raiseAndWait, waits } from '../fault/guard/waits';

const ARGS = ['--steps', '200', '--quiet', '--dump-checksum'];

describe.each([2, 4])('LAMMPS on %i ranks', (ranks) => {
  let job: Job | undefined;
  const check = reporting(() => job);

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  async function checksum(): Promise<string> {
    const [, sum] = await job!.printed(/checksum: ([0-9a-f]{16})/, 60_000);
    expect(await job!.end()).toBe(0);
    return sum!;
  }

  check(
    'goes on bit by bit as without us after cells in which ranks waited for ever, diverged and were interrupted in MPI',
    async () => {
      job = Job.launch({ ranks, program: 'lammps_host', args: [...ARGS, '--without-notebook'], toolchain: lammpsToolchain(), supervised: false });
      const expected = await checksum();
      await job.stop();

      job = await Job.start({ ranks, program: 'lammps_host', name: 'melt', args: ARGS, run: ['--pause-at', 'start'], toolchain: lammpsToolchain() });
      const notebook = await job.attach();
      await notebook.ok(prelude);
      for (const wait of waits) {
        await raiseAndWait(notebook, wait);
        expect((await notebook.ok('comm.allreduce(1), derived.allreduce(1)')).result).toBe(`(${ranks}, ${ranks})`);
        await notebook.ok('%live step 3');
      }
      const diverged = await notebook.run('if rank == 0:\n    comm.Barrier()\nelse:\n    comm.Recv(np.empty(1), source=0)');
      expect(diverged.content).toMatchObject({ status: 'error', ename: 'RankDeparted' });
      expect(traceback(diverged)).toContain('rank 0 in MPI_Barrier (cell line 2)');
      const stuck = await notebook.send('print("begun", flush=True)\nif rank == 0:\n    comm.recv(source=1)\nelse:\n    import time\n    time.sleep(3000)');
      await stuck.printed('begun');
      await notebook.interrupt();
      expect((await stuck.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
      expect((await notebook.ok('comm.allreduce(1)')).result).toBe(String(ranks));
      await notebook.ok('%live resume');
      expect(await checksum()).toBe(expected);
    },
    120_000,
  );
});
