/**
 * Tests of fetching between ranks that differ, for any MPI: one rank without grids, one without particles, failures of one rank alone, and the
 * simulation's own messages under way.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from './job';
import { traceback, type Notebook } from './notebook';
import { root, type Toolchain } from './places';

const SCRIPT = readFileSync(join(root, 'test', 'mpi', 'programs', 'libyt_uneven.py'), 'utf8');

/** The lines of each rank about `what`, in their order: for each rank, what it told. */
function told(output: string, what: string, ranks: number): string[][] {
  return Array.from({ length: ranks }, (_, rank) => {
    const start = `rank ${rank}: ${what}: `;
    return output
      .split('\n')
      .filter((line) => line.startsWith(start))
      .map((line) => line.slice(start.length));
  });
}

/** Declares the tests. `ranks`: 2 or more. */
export function describeFetching(ranks: number, toolchain?: () => Toolchain): void {
  const last = ranks - 1;
  const others = last === 1 ? 'rank 0 was' : `ranks 0-${last - 1} were`;
  let job: Job | undefined;
  const check = reporting(() => job);

  const launch = (functions: string[], files: Record<string, string> = {}): Job =>
    (job = Job.launch({
      ranks,
      ...(toolchain ? { toolchain: toolchain() } : {}),
      program: 'libyt_uneven',
      args: functions,
      name: 'libyt_uneven',
      scripts: { 'libyt_uneven_script.py': SCRIPT, ...files },
      supervised: 'LIBYT_STOP' in files,
    }));

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  /** Each of the functions that fetch well was called twice by the program. */
  const fetched = (text: string, times: number): void => {
    for (let rank = 0; rank < ranks; ++rank) {
      const line = `rank ${rank}: fetched ${rank === 0 ? 2 * last : 2 * (last - 1)} grids`;
      expect([line, text.split('\n').filter((one) => one === line).length]).toEqual([line, times]);
    }
  };

  check(
    `a callback that throws on one of ${ranks} ranks raises on all, and the next fetch works; without grids, without particles, amid the simulation's own messages`,
    async () => {
      launch(['fetch', 'throwing', 'fetch']);
      const code = await job!.end(60_000);
      const text = job!.output.text;
      for (const [call, what] of [
        ['fields', "derived_func of the simulation threw for 'Throws' in grid \\d+: no such state"],
        ['particles', "get_par_attr of the simulation threw for 'io.throws' in grid \\d+: an unknown exception"],
      ] as const) {
        told(text, call, ranks).forEach((lines, rank) => {
          expect(lines).toHaveLength(2);
          const elsewhere = rank === last ? '' : `Error occurred in other MPI process. rank ${last}: RuntimeError: `;
          for (const line of lines) expect(line).toMatch(new RegExp(`^RuntimeError: ${elsewhere}${what}$`));
        });
      }
      fetched(text, 2 * 4);
      expect(code).toBe(0);
    },
    90_000,
  );

  check(
    `one of ${ranks} ranks leaves an inline function before the fetch: the others end by themselves, and the next fetch works`,
    async () => {
      launch(['leave_fields', 'fetch', 'leave_particles', 'fetch', 'told']);
      const code = await job!.end(60_000);
      const text = job!.output.text;
      for (const kind of ['field', 'particle']) {
        told(text, `leave_${kind}s`, ranks).forEach((lines, rank) => {
          expect(lines).toHaveLength(2);
          for (const line of lines) {
            if (rank === last) expect(line).toBe('ValueError: left');
            else
              expect(line).toMatch(
                new RegExp(
                  `RankDeparted: rank ${last} left this function with ValueError; rank ${rank} was in get_${kind}_remote, line \\d+$`,
                ),
              );
          }
        });
      }
      fetched(text, 2 * 2);
      expect(code).toBe(0);
    },
    90_000,
  );

  check(
    `one of ${ranks} ranks leaves a cell before the fetch, or is in another call: the others are told without an interrupt, and the next fetch works`,
    async () => {
      launch([], { LIBYT_STOP: '' });
      await job!.live();
      const notebook: Notebook = await job!.attach();
      const works = async (): Promise<void> =>
        expect(await notebook.value('allranks.comm.allgather(fetch())')).toEqual(
          Array.from({ length: ranks }, (_, rank) => 2 * (rank === 0 ? last : last - 1)),
        );
      await notebook.ok('import allranks');
      await works();
      for (const [call, name] of [
        ['fields("Cell")', 'get_field_remote'],
        ['particles("x")', 'get_particle_remote'],
      ]) {
        const left = await notebook.run(`if rank == LAST: raise ValueError("left")\n${call}`);
        expect(left.content['ename']).toBe('ValueError');
        expect(traceback(left)).toContain(`RankDeparted: rank ${last} left this cell with ValueError; ${others} in ${name}, cell line 2`);
        await works();
        const done = await notebook.run(`if rank < LAST:\n    ${call}`);
        expect(done.content).toMatchObject({
          ename: 'RankDeparted',
          evalue: `rank ${last} has finished this cell; ${others} in ${name}, cell line 2`,
        });
        await works();
        const other = await notebook.run(`if rank == LAST: allranks.comm.Barrier()\nelse:\n    ${call}`);
        expect(other.content['ename']).toBe('RankDeparted');
        expect(other.content['evalue']).toContain('the ranks do not match: ');
        expect(other.content['evalue']).toContain(`in ${name} (cell line 3)`);
        await works();
        const caught = await notebook.run(`if rank < LAST:\n    try:\n        ${call}\n    except allranks.RankDeparted: print("caught")`);
        expect(caught.stdout).toContain('caught');
        expect(caught.content['ename']).toBe('RankDeparted');
        await works();
      }
      rmSync(join(job!.sandbox.cwd, 'LIBYT_STOP'));
      expect(await job!.end(30_000)).toBe(0);
    },
    120_000,
  );
}
