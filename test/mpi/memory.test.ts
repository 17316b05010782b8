/** The simulation's memory in Python: the same bytes, read-only unless offered, and warned of when it moves. */
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';

const SCRIPT = `
import allranks

address = None

def on_step():
    pass
`;

describe.each([1, 4])('exposed memory on %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({
      ranks,
      args: ['--steps', '0', '--step-us', '500', '--addresses', '--move', '--call', 'on_step'],
      scripts: { 'step_loop_script.py': SCRIPT },
    });
    notebook = await job.attach();
    await notebook.ok('import allranks');
    await notebook.ok('%live pause');
  }, 60_000);

  afterAll(() => job?.stop());

  check('an array lies at the address of the simulation, on every rank', async () => {
    const found = await notebook.value<number[]>("allranks.comm.allgather(allranks.arrays['counters'].__array_interface__['data'][0])");
    for (let rank = 0; rank < ranks; rank++) {
      const [, address] = await job.printed(new RegExp(`counters of rank ${rank} at 0x([0-9a-f]+)`));
      expect(found[rank]!.toString(16)).toBe(address);
    }
  });

  check('a cell reads what the simulation writes, and the simulation reads what a cell writes', async () => {
    await notebook.ok("counters = allranks.arrays['counters']\ncounters[1] = allranks.rank + 1");
    await notebook.ok('%live step 2');
    const [step, seen, sum] = await notebook.value<number[]>('[allranks.step, counters[0], counters[2]]');
    expect(seen).toBe(step);
    expect(sum).toBe((ranks * (ranks + 1)) / 2);
  });

  check('a view is read-only unless the simulation offered it for writing', async () => {
    expect(await notebook.value("[bool(allranks.arrays[name].flags.writeable) for name in ('counters', 'fixed', 'moving')]")).toEqual([
      true,
      false,
      false,
    ]);
    const cell = await notebook.run("allranks.arrays['fixed'][0] = 1");
    expect(cell.content).toMatchObject({ status: 'error', ename: 'ValueError' });
    expect(cell.content['evalue']).toContain('read-only');
    expect((await notebook.run("allranks.arrays['fixed'].flags.writeable = True")).content['status']).toBe('error');
  });

  check('memory that moves while nobody holds a view is no reason for a warning', async () => {
    await notebook.ok("total = float(allranks.arrays['moving'].sum())");
    await notebook.ok('%live step 5');
    expect(job.output.text).not.toContain("array 'moving'");
  });

  check('memory that moves under a view that a cell holds is told once a rank, with array and cell', async () => {
    await notebook.ok("held = allranks.arrays['moving']");
    await notebook.ok('%live step 5');
    await notebook.ok('%live step 5');
    const warnings = (): string[] => job.output.text.match(/allranks: the memory of array 'moving' was moved .*/g) ?? [];
    await job.printed(new RegExp(`(array 'moving' was moved[^]*){${ranks}}`));
    expect(warnings()).toHaveLength(ranks);
    expect(warnings()[0]).toMatch(/taken by cell \d+/);
    const fresh = await notebook.value<boolean>("float(allranks.arrays['moving'][0]) == allranks.step");
    expect(fresh).toBe(true);
  });
});
