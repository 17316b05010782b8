/** libyt's data, here and from other ranks, on Debian's Open MPI 4.1 and MPICH, 2 ranks, with each MPI's default settings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job } from '../support/job';
import { FETCHED, fetchingNotebook, fetchOfOneThatHasLeft } from '../support/libyt-grids';
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
    const { notebook } = await fetchingNotebook((started) => (job = started), toolchain());
    await notebook.ok('if allranks.rank == 0: time.sleep(0.3)\nlate = fetch()');
    expect(await notebook.value('fetched()')).toEqual(FETCHED);
    await fetchOfOneThatHasLeft(notebook);
    await notebook.ok('for _ in range(3000): found = fetch()', {}, 60_000);
    expect(await notebook.value('fetched()')).toEqual(FETCHED);
    await notebook.ok('%live resume');
    expect(await job!.end(30_000)).toBe(0);
  }, 120_000);
});
