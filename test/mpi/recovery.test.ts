/** Kernel and bridge die by force between cells, notebooks come and go: the job goes on and the next cell runs. */
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';

describe.each([1, 4])('deaths around a running job of %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks, args: ['--steps', '0', '--step-us', '500'] });
    notebook = await job.attach();
    await notebook.ok('import allranks, time\nkept = ["from the first notebook"]\nmarks = []');
  }, 60_000);

  afterAll(() => job?.stop());

  /** The job goes on: its step has grown since `before`, on every rank alike. */
  async function goesOn(before: number): Promise<void> {
    const steps = await notebook.value<number[]>('allranks.comm.allgather(allranks.step)');
    expect(new Set(steps).size).toBe(1);
    expect(steps).toHaveLength(ranks);
    expect(steps[0]).toBeGreaterThan(before);
  }

  check('a killed kernel leaves the job running; the next notebook finds the namespace', async () => {
    const before = await notebook.value<number>('allranks.step');
    notebook.kernel.child.kill('SIGKILL');
    expect(await notebook.kernel.ended).toBe('SIGKILL');
    notebook = await job.attach();
    expect((await notebook.ok('kept')).result).toBe("['from the first notebook']");
    await goesOn(before);
  });

  check('a cell of a killed kernel runs to its end, once', async () => {
    const sent = await notebook.send("import time\nprint('begun', flush=True)\ntime.sleep(0.3)\nmarks.append('done')");
    await sent.printed('begun');
    notebook.kernel.child.kill('SIGKILL');
    await notebook.kernel.ended;
    notebook = await job.attach();
    expect((await notebook.ok('marks')).result).toBe("['done']");
  });

  check('a killed bridge comes back; the next cell of the same notebook runs and the namespace is kept', async () => {
    const before = await notebook.value<number>('allranks.step');
    const pid = await job.bridgePid();
    process.kill(pid, 'SIGKILL');
    expect((await notebook.ok('kept', {}, 30_000)).result).toBe("['from the first notebook']");
    await goesOn(before);
    expect(await job.bridgePid()).not.toBe(pid);
  });

  check('a bridge killed during a pause comes back to a pause', async () => {
    await notebook.ok('%live pause');
    const before = await notebook.value<number>('allranks.step');
    process.kill(await job.bridgePid(), 'SIGKILL');
    expect(await notebook.value<number>('allranks.step')).toBe(before);
    await notebook.ok('%live step 2');
    expect(await notebook.value<number>('allranks.step')).toBe(before + 2);
    await notebook.ok('%live resume');
  });

  check('a cell that runs while the bridge is killed gives its answer through the next bridge, and ran once', async () => {
    const sent = await notebook.send("print('begun', flush=True)\ntime.sleep(0.5)\nmarks.append('twice?')\nprint('finished')");
    await sent.printed('begun');
    process.kill(await job.bridgePid(), 'SIGKILL');
    const cell = await sent.done(30_000);
    expect(cell.content['status']).toBe('ok');
    expect(cell.stdout).toContain('finished');
    expect((await notebook.ok("marks.count('twice?')")).result).toBe('1');
  });

  check('two notebooks share the namespace and get only their own output; cells run one after the other', async () => {
    const other = await job.attach();
    await other.ok('shared = allranks.size');
    expect((await notebook.ok('shared')).result).toBe(String(ranks));
    const long = await notebook.send("print('long begun', flush=True)\ntime.sleep(0.4)\norder = ['long']\nprint('long ended')");
    await long.printed('long begun');
    const short = await other.send("order.append('short')\nprint(order)");
    const [first, second] = await Promise.all([long.done(), short.done()]);
    expect(first.stdout).toContain('long ended\n');
    expect(second.stdout).toBe("['long', 'short']\n");
    await other.close();
    expect((await notebook.ok('order')).result).toBe("['long', 'short']");
  });

  check('execution counts go on over notebooks of one job', async () => {
    const first = (await notebook.ok('pass')).content['execution_count'] as number;
    const other = await job.attach();
    expect((await other.ok('pass')).content['execution_count']).toBe(first + 1);
    await other.close();
  });
});
