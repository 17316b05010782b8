/** The real LAMMPS library with a notebook inside: read-only cells leave the trajectory bit-identical, cells that push do not. */
import { Job, reporting } from '../support/job';
import { lammpsToolchain } from '../support/places';
import type { Notebook } from '../support/notebook';

const STEPS = 400;
const ARGS = ['--steps', String(STEPS), '--quiet', '--dump-checksum'];

describe.each([1, 2, 4])('LAMMPS on %i ranks with a notebook inside', (ranks) => {
  let job: Job | undefined;
  const check = reporting(() => job);

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  function options(extra: string[], run: string[] = []): Parameters<typeof Job.launch>[0] {
    return { ranks, program: 'lammps_host', name: 'melt', args: [...ARGS, ...extra], run, toolchain: lammpsToolchain() };
  }

  async function checksum(): Promise<string> {
    const [, sum] = await job!.printed(/checksum: ([0-9a-f]{16})/, 60_000);
    expect(await job!.end()).toBe(0);
    return sum!;
  }

  /** Pauses at the first step, lets `work` use the notebook, then runs to the end. */
  async function withCells(work: (notebook: Notebook) => Promise<void>): Promise<string> {
    job = await Job.start(options([], ['--pause-at', 'start']));
    const notebook = await job.attach();
    await work(notebook);
    await notebook.ok('%live resume');
    return checksum();
  }

  async function alone(): Promise<string> {
    job = Job.launch({ ...options(['--without-notebook']), supervised: false });
    const sum = await checksum();
    await job.stop();
    return sum;
  }

  check(
    'cells that only read leave every bit of the trajectory as it is without us',
    async () => {
      const expected = await alone();
      const found = await withCells(async (notebook) => {
        await notebook.ok('import allranks, numpy as np');
        for (let i = 0; i < 10; i++) {
          await notebook.ok(
            "x, v, f = (allranks.arrays[name] for name in ('x', 'v', 'f'))\nenergy = allranks.comm.allreduce(float((v * v).sum()) / 2)\nspread = x.std(axis=0), abs(f).max()",
          );
          await notebook.ok('%live step 7');
        }
        await notebook.ok('del x, v, f');
      });
      expect(found).toBe(expected);
    },
    120_000,
  );

  check(
    'a cell that sets forces changes the trajectory',
    async () => {
      const expected = await alone();
      const found = await withCells(async (notebook) => {
        await notebook.ok("import allranks\nallranks.arrays['force'][:, 0] = 1.0");
      });
      expect(found).not.toBe(expected);
    },
    120_000,
  );

  check(
    'arrays lie where LAMMPS itself keeps positions, velocities and forces, on every rank, also after atoms have moved',
    async () => {
      job = await Job.start(options(['--addresses'], ['--pause-at', 'start']));
      const notebook = await job.attach();
      for (const steps of [0, 40]) {
        if (steps > 0) await notebook.ok(`%live step ${steps}`);
        expect(await notebook.value("allranks.comm.allreduce(len(allranks.arrays['tag']))")).toBe(4000);
        for (const name of ['x', 'v', 'f']) {
          const address = `hex(allranks.arrays['${name}'].__array_interface__['data'][0])`;
          const found = await notebook.value<string[]>(`allranks.comm.allgather(${address})`);
          for (const [rank, where] of found.entries()) await job.printed(new RegExp(`${name} of rank ${rank} at ${where}\n`));
        }
      }
      expect(await notebook.value("[allranks.arrays[name].flags.writeable for name in ('x', 'v', 'f', 'force', 'tag')]")).toEqual([
        false,
        false,
        true,
        true,
        false,
      ]);
      await notebook.ok("before = allranks.arrays['x'].copy()");
      await notebook.ok('%live step 1');
      expect(await notebook.value("bool((allranks.arrays['x'] != before).any())")).toBe(true);
    },
    120_000,
  );
});
