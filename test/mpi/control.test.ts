/** Control of a live simulation: pause, step, until, detach, stop, and pauses that end or begin by themselves. */
import { Job, reporting } from '../support/job';
import { traceback, type Notebook } from '../support/notebook';

const SCRIPT = `
import allranks
calls = 0
announced = True
def on_step():
    global calls, announced
    calls += 1
    if not announced:
        announced = True
        print('steps go on')
`;

const LOOP = ['--steps', '0', '--step-us', '500', '--call', 'on_step'];

describe.each([1, 3])('control of a job of %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);
  const step = (): Promise<number> => notebook.value<number>('allranks.step');

  beforeAll(async () => {
    job = await Job.start({ ranks, args: LOOP, scripts: { 'step_loop_script.py': SCRIPT }, run: ['--pause-at', '5'] });
    notebook = await job.attach();
  }, 60_000);

  afterAll(() => job?.stop());

  check('pauses by itself at the step of --pause-at', async () => {
    expect(await step()).toBe(5);
    expect(await step()).toBe(5);
    await job.recorded((record) => (record['state'] === 'paused' ? true : undefined), 'a paused job');
  });

  check('%live step 3 runs exactly three steps on every rank', async () => {
    const before = await notebook.value<number[][]>('allranks.comm.allgather((allranks.step, calls))');
    const cell = await notebook.ok('%live step 3');
    expect(cell.content['status']).toBe('ok');
    const after = await notebook.value<number[][]>('allranks.comm.allgather((allranks.step, calls))');
    expect(after).toEqual(before.map(([at, called]) => [at! + 3, called! + 3]));
  });

  check('%live step takes one step, and refuses what is no number of steps', async () => {
    const before = await step();
    await notebook.ok('%live step');
    expect(await step()).toBe(before + 1);
    for (const wrong of ['%live step 0', '%live step -1', '%live step x', '%live step 1 2']) {
      expect((await notebook.run(wrong)).content['status']).toBe('error');
    }
    expect(await step()).toBe(before + 1);
  });

  check('several %live lines run in their order', async () => {
    const before = await step();
    await notebook.ok('%live step 2\n%live step 4');
    expect(await step()).toBe(before + 6);
    // One right behind the other: the next is there before the rank stands still.
    await notebook.ok(Array.from({ length: 40 }, () => '%live step 1').join('\n'));
    expect(await step()).toBe(before + 46);
  });

  check('%live until stops at the first step where the expression holds', async () => {
    const before = await step();
    await notebook.ok(`%live until allranks.step >= ${before + 7}`);
    expect(await step()).toBe(before + 7);
  });

  check('%live until tells the error of its expression and stands still', async () => {
    const before = await step();
    const cell = await notebook.run('%live until no_such_name > 1');
    expect(traceback({ ...cell, content: { traceback: [...(cell.content['traceback'] ?? []), cell.stderr, cell.stdout] } })).toContain(
      'no_such_name',
    );
    const after = await step();
    expect(after - before).toBeLessThanOrEqual(1);
    expect(await step()).toBe(after);
  });

  check('an interrupt pauses a run of %live step at the next safe point', async () => {
    const before = await step();
    await notebook.ok('announced = allranks.rank > 0');
    const sent = await notebook.send('%live step 100000000');
    await job.printed(/steps go on/);
    await notebook.interrupt();
    const cell = await sent.done();
    expect(cell.content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    const after = await step();
    expect(after).toBeGreaterThanOrEqual(before);
    expect(await step()).toBe(after);
  });

  check('%live resume lets the steps go on, also while cells run, and %live pause stops them', async () => {
    const before = await step();
    await notebook.ok('%live resume');
    await notebook.ok(`%live until allranks.step >= ${before + 50}`);
    await notebook.ok('%live resume');
    await notebook.ok('%live pause');
    const paused = await step();
    expect(paused).toBeGreaterThanOrEqual(before + 50);
    expect(await step()).toBe(paused);
  });

  check('%live status shows state, step and ranks, as text and as a table', async () => {
    const at = await step();
    const cell = await notebook.ok('%live status');
    const shown = cell.displays[0]!;
    expect(shown['text/plain']).toContain('paused');
    expect(shown['text/plain']).toContain(String(at));
    expect(shown['text/plain']).toContain(ranks === 1 ? '1 rank' : `${ranks} ranks`);
    expect(shown['text/html']).toContain('<table');
  });

  check('%live reset returns the namespace to what the inline script made', async () => {
    await notebook.ok('added = 1\ncalls = -1000000');
    await notebook.ok('%live reset');
    expect((await notebook.ok("('added' in globals(), calls > -1000)")).result).toBe('(False, True)');
  });

  check('a cell of %live and other lines is refused before anything runs', async () => {
    const before = await step();
    const cell = await notebook.run('%live step 2\nprint(1)');
    expect(cell.content['status']).toBe('error');
    expect(await step()).toBe(before);
  });

  check('%live detach from a pause lets the simulation go on', async () => {
    await notebook.ok('announced = allranks.rank > 0');
    const said = job.output.text.length;
    await notebook.ok('%live detach');
    await job.printed(new RegExp(`^[^]{${said}}[^]*steps go on`));
  });

  check('%live stop asks first and ends the run with --yes', async () => {
    const again = await job.attach();
    const asked = await again.run('%live stop');
    expect(JSON.stringify([asked.stdout, asked.displays, asked.content])).toContain('--yes');
    await again.ok('still = 1');
    await again.ok('%live stop --yes');
    expect(await job.end()).toBe(0);
    expect(job.output.text).toMatch(/step_loop: \d+ steps/);
  });
});

describe('pauses that begin or end by themselves', () => {
  let job: Job | undefined;
  const check = reporting(() => job);

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  check(
    '--pause-at start stands at the first safe point',
    async () => {
      job = await Job.start({ ranks: 2, args: ['--steps', '0', '--step-us', '100'], run: ['--pause-at', 'start'] });
      expect(await (await job.attach()).value('allranks.comm.allgather(allranks.step)')).toEqual([0, 0]);
    },
    60_000,
  );

  check(
    '--pause-at end stands after the last step, until it is resumed',
    async () => {
      job = await Job.start({ ranks: 2, args: ['--steps', '4', '--step-us', '100'], run: ['--pause-at', 'end'] });
      const notebook = await job.attach();
      expect(await notebook.value('allranks.comm.allgather(allranks.step)')).toEqual([3, 3]);
      await notebook.ok('%live resume');
      expect(await job.end()).toBe(0);
    },
    60_000,
  );

  check(
    'a pause ends by itself after --max-pause',
    async () => {
      job = await Job.start({ ranks: 2, args: ['--steps', '0', '--step-us', '100'], run: ['--max-pause', '1', '--pause-at', 'start'] });
      const notebook = await job.attach();
      await job.recorded((record) => (record['state'] === 'running' && record['step'] > 0 ? true : undefined), 'a job that runs again');
      expect(await notebook.value<number>('allranks.step')).toBeGreaterThan(0);
    },
    60_000,
  );

  check(
    '--on-detach hold keeps a pause when the last notebook leaves',
    async () => {
      job = await Job.start({ ranks: 2, args: ['--steps', '0', '--step-us', '100'], run: ['--on-detach', 'hold', '--pause-at', '3'] });
      const first = await job.attach();
      expect(await first.value('allranks.step')).toBe(3);
      await first.ask('shutdown_request', { restart: false }, 'control');
      await first.kernel.ended;
      expect(await (await job.attach()).value('allranks.step')).toBe(3);
    },
    60_000,
  );
});
