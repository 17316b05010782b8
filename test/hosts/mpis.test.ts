/** libyt's data, here and from other ranks, on Debian's Open MPI 4.1 (4 ranks) and MPICH (2), with each MPI's default settings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job } from '../support/job';
import { FETCHED, fetchingNotebook, fetchOfOneThatNeverComes } from '../support/libyt-grids';
import { describeFetching } from '../support/libyt-uneven';
import { lammpsToolchain, mpichToolchain, root, type Toolchain } from '../support/places';

/** Data of every kind against formulas, and errors of one rank that all ranks get. */
const CHECK = readFileSync(join(root, 'test', 'mpi', 'programs', 'libyt_check.py'), 'utf8');

/** MPICH's ranks do not give the processor away while they wait: more of them than cores hardly get on. */
const MPIS: [string, () => Toolchain, number][] = [
  ['Open MPI 4.1', lammpsToolchain, 4],
  ['MPICH', mpichToolchain, 2],
];

describe.each(MPIS)('%s', (_, toolchain, ranks) => {
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
        ranks,
        toolchain: toolchain(),
        program: 'libyt_grids',
        args: ['2', String(dims), String(offset)],
        scripts: { 'libyt_grids_script.py': CHECK },
        env: { ALLRANKS_MODE: 'normal' },
        supervised: false,
      });
      const code = await job.end(60_000);
      expect(job.output.text).toContain(`checked 2 rounds on ${ranks} ranks`);
      expect(code).toBe(0);
    },
    90_000,
  );

  test('fetching waits for a late rank, ends by an interrupt when a rank never comes, and works again; no MPI object is left behind', async () => {
    const { notebook } = await fetchingNotebook((started) => (job = started), toolchain());
    await notebook.ok('if allranks.rank == 0: time.sleep(0.3)\nlate = fetch()');
    expect(await notebook.value('fetched()')).toEqual(FETCHED);
    await fetchOfOneThatNeverComes(notebook);
    await notebook.ok('for _ in range(3000): found = fetch()', {}, 60_000);
    expect(await notebook.value('fetched()')).toEqual(FETCHED);
    await notebook.ok('%live resume');
    expect(await job!.end(30_000)).toBe(0);
  }, 120_000);

  describe('fetching', () => describeFetching(ranks, toolchain));
});
