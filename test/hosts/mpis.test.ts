/** libyt's data, here and from other ranks, on Debian's Open MPI 4.1 and MPICH, 2 ranks, with each MPI's default settings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job } from '../support/job';
import { lammpsToolchain, mpichToolchain, root, type Toolchain } from '../support/places';

/** Data of every kind against formulas, and errors of one rank that all ranks get. */
const CHECK = readFileSync(join(root, 'test', 'mpi', 'programs', 'libyt_check.py'), 'utf8');

const MPIS: [string, () => Toolchain][] = [
  ['Open MPI 4.1', lammpsToolchain],
  ['MPICH', mpichToolchain],
];

describe.each(MPIS)('%s', (_, toolchain) => {
  let job: Job | undefined;

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  test.each([
    [3, 0],
    [2, 1],
  ])(
    'data of %i dimensions, first grid %i: in the module as they were given, from other ranks too; what fails on one rank raises on all',
    async (dims, offset) => {
      job = Job.launch({
        ranks: 2,
        toolchain: toolchain(),
        program: 'libyt_grids',
        args: ['2', String(dims), String(offset)],
        scripts: { 'libyt_grids_script.py': CHECK },
        env: { ALLRANKS_MODE: 'normal' },
        supervised: false,
      });
      const code = await job.end(60_000);
      expect(job.output.text).toContain('checked 2 rounds on 2 ranks');
      expect(code).toBe(0);
    },
    90_000,
  );

  test('fetching waits for a late rank, ends for a rank that has left the cell, and works again; no MPI object is left behind', async () => {
    job = Job.launch({
      ranks: 2,
      toolchain: toolchain(),
      program: 'libyt_grids',
      args: ['1', '3', '0', 'ASK'],
      name: 'libyt_grids',
      scripts: { 'libyt_grids_script.py': 'import libyt, allranks, time\ndef check(): pass\ndef after(): pass\n', ASK: '' },
    });
    await job.live();
    const notebook = await job.attach();
    await notebook.ok(
      [
        'mine = list(libyt.grid_data); others = [g for g in range(6) if g not in mine]',
        'def fetch(): return libyt.get_field_remote([b"Cell"], 1, mine, 3, others, [1 - allranks.rank] * 3, 3)',
        'def right(): return all(a["Cell"].ravel()[7] == g * 10000 + 7 for g, a in fetch().items())',
      ].join('\n'),
    );
    expect((await notebook.ok('if allranks.rank == 0: time.sleep(0.3)\nallranks.comm.allreduce(right())')).result).toBe('2');
    const left = await notebook.send('if allranks.rank == 1: raise ValueError("left")\nprint("waits", flush=True)\nfetch()');
    await left.printed('waits');
    await notebook.interrupt();
    expect((await left.done()).content['status']).toBe('error');
    expect((await notebook.ok('allranks.comm.allreduce(all(right() for _ in range(3000)))', {}, 60_000)).result).toBe('2');
    await notebook.ok('%live resume');
    expect(await job.end(30_000)).toBe(0);
  }, 120_000);
});
