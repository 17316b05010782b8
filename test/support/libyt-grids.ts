/** A run of `libyt_grids` on two ranks that stands for a notebook in its first round, whose cells fetch data of the other rank. */
import { Job } from './job';
import type { Notebook } from './notebook';
import type { Toolchain } from './places';

/** Starts one; `opened` is told of the job as soon as there is one to stop. */
export async function fetchingNotebook(opened: (job: Job) => void, toolchain?: Toolchain): Promise<{ job: Job; notebook: Notebook }> {
  const job = Job.launch({
    ranks: 2,
    ...(toolchain ? { toolchain } : {}),
    program: 'libyt_grids',
    args: ['1', '3', '0', 'ASK'],
    name: 'libyt_grids',
    scripts: { 'libyt_grids_script.py': 'import libyt, allranks, time\ndef check(): pass\ndef after(): pass\n', ASK: '' },
  });
  opened(job);
  await job.live();
  const notebook = await job.attach();
  await notebook.ok(
    [
      'mine = list(libyt.grid_data); others = [g for g in range(6) if g not in mine]',
      'def fetch(): return libyt.get_field_remote([b"Cell"], 1, mine, 3, others, [1 - allranks.rank] * 3, 3)',
      // The value of cell 7 in each grid that was fetched, which is 10000 times its id and 7 more; of all ranks.
      'def fetched(): return allranks.comm.allgather({str(g): float(a["Cell"].ravel()[7]) for g, a in fetch().items()})',
    ].join('\n'),
  );
  return { job, notebook };
}

/** What `fetched()` gives. */
export const FETCHED = [
  { 1: 10007, 2: 20007, 5: 50007 },
  { 0: 7, 3: 30007, 4: 40007 },
];

/** A cell in which rank 1 computes for ever while rank 0 fetches, until the interrupt. */
export async function fetchOfOneThatNeverComes(notebook: Notebook): Promise<void> {
  const cell = await notebook.send('print("waits", flush=True)\nwhile allranks.rank == 1: time.sleep(0.01)\nfetch()');
  await cell.printed('waits');
  await notebook.interrupt();
  expect((await cell.done()).content['ename']).toBe('KeyboardInterrupt');
}
