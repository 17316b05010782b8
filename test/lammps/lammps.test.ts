/** The real LAMMPS library with a notebook inside: read-only cells leave the trajectory bit-identical, cells that push do not. */
import { Job, reporting } from '../support/job';
import { lammpsToolchain } from '../support/places';
import type { Notebook } from '../support/notebook';

const RANKS = 2;
const STEPS = 400;
const ARGS = ['--steps', String(STEPS), '--quiet', '--dump-checksum'];

describe('LAMMPS with a notebook inside', () => {
  let job: Job | undefined;
  const check = reporting(() => job);

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  function options(extra: string[], run: string[] = []): Parameters<typeof Job.launch>[0] {
    return { ranks: RANKS, program: 'lammps_host', name: 'melt', args: [...ARGS, ...extra], run, toolchain: lammpsToolchain() };
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
    'arrays are the memory of LAMMPS itself, not copies, and positions are read-only',
    async () => {
      await withCells(async (notebook) => {
        await notebook.ok(`
import allranks, ctypes
tag, x = allranks.arrays['tag'], allranks.arrays['x']
first = x.__array_interface__['data'][0]
same_object = allranks.arrays['x'].__array_interface__['data'][0] == first
raw = (ctypes.c_double * (3 * len(x))).from_address(first)
equal = list(raw) == x.ravel().tolist()
`);
        expect(
          (await notebook.ok('(allranks.comm.allreduce(len(tag)), same_object, equal, x.flags.owndata, x.flags.writeable)')).result,
        ).toBe('(4000, True, True, False, False)');
        await notebook.ok('old = x[0].copy()\naddress = first');
        await notebook.ok('%live step 1');
        // The integrator has moved the atoms in place: the view of the step before sees it.
        expect(
          (await notebook.ok("(allranks.arrays['x'].__array_interface__['data'][0] == address, bool((x[0] != old).any()))")).result,
        ).toBe('(True, True)');
        await notebook.ok('del x, tag, raw');
      });
    },
    120_000,
  );
});
