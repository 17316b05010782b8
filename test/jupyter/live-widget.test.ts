/**
 * Widgets without the ranks: the live table of `%live watch` with its buttons, and the states of ipywidgets' own widgets for a page
 * that is reloaded, both while a cell keeps the ranks busy. The other side of the comms is a client of the kernel's sockets.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Message } from '../support/kernel-client';
import type { Notebook, SentCell } from '../support/notebook';
import { testPython } from '../support/places';
import { whenFiles, within } from '../support/wait';

const LIMIT_MS = 20_000;

/** A step lasts from the moment when the file `hold` is seen, which `held` tells, until it is gone. */
const LONG_STEP = `import os, time
def each():
    while os.path.exists('hold'):
        open('held', 'w').close()
        time.sleep(0.01)
`;

describe.each([1, 4])('on %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);
  const ids: Record<string, string> = {};

  async function sendComm(type: string, content: object): Promise<Message[]> {
    const id = await notebook.client.send('shell', type, content);
    return within(notebook.client.iopubOf(id), LIMIT_MS, `idle of ${type}`, () => job.report());
  }

  const click = (button: string): Promise<Message[]> =>
    sendComm('comm_msg', { comm_id: ids[button], data: { method: 'custom', content: { event: 'click' } } });

  /** The next value of one of the texts that fits. */
  async function told(name: 'table' | 'note', fits: (text: string) => boolean): Promise<string> {
    const value = (message: Message): string =>
      String((message.content['data'] as Record<string, any> | undefined)?.['state']?.['value'] ?? '');
    const message = notebook.client.onIopub(
      (found) => found.header.msg_type === 'comm_msg' && found.content['comm_id'] === ids[name] && fits(value(found)),
    );
    return value(await within(message, LIMIT_MS, `a fitting ${name}`, () => job.report()));
  }

  /** A cell that keeps the ranks until the file is there. */
  async function busy(gate: string): Promise<SentCell> {
    const cell = await notebook.send(`import os, time\nprint('begun', flush=True)\nwhile not os.path.exists('${gate}'): time.sleep(0.01)`);
    await cell.printed('begun');
    return cell;
  }
  const release = (gate: string): void => writeFileSync(join(job.sandbox.cwd, gate), '');

  beforeAll(async () => {
    job = await Job.start({
      ranks,
      name: 'widget',
      args: ['--steps', '0', '--script', 'each', '--call', 'each'],
      scripts: { 'each.py': LONG_STEP },
    });
    notebook = await job.attach();
    const packages = join(dirname(testPython()), '..', 'lib');
    await notebook.ok(
      `import glob, sys, allranks\nsys.path += glob.glob(${JSON.stringify(packages)} + '/python*/site-packages')\nimport ipywidgets`,
    );
  }, 60_000);

  afterAll(() => job?.stop());

  check('%live watch opens elements of ipywidgets and shows the table in every other form too', async () => {
    const cell = await notebook.ok('%live watch');
    const opened = cell.iopub.filter(({ header }) => header.msg_type === 'comm_open');
    for (const { content } of opened) {
      expect(content['target_name']).toBe('jupyter.widget');
      ids[String(content['comm_id']).split('-').at(-1)!] = String(content['comm_id']);
    }
    expect(Object.keys(ids).sort()).toEqual(['box', 'buttons', 'interrupt', 'layout', 'note', 'pause', 'resume', 'step', 'style', 'table']);
    const shown = cell.displays[0]!;
    expect(shown['application/vnd.jupyter.widget-view+json']['model_id']).toBe(ids['box']);
    expect(shown['text/plain']).toMatch(/widget: running, step \d+/);
    expect(shown['text/html']).toContain('<table>');
  });

  check('the table is sent once a second while a page shows it', async () => {
    await sendComm('comm_msg', { comm_id: ids['box'], data: { method: 'update', state: { _view_count: 1 }, buffer_paths: [] } });
    const step = (html: string): number => Number(/step (\d+)/.exec(html)?.[1] ?? -1);
    const first = step(await told('table', () => true));
    const later = await told('table', (html) => step(html) > first);
    expect(later).toContain('steps/s');
    expect(later).toContain('each');
  });

  check('the buttons act while a cell runs: the run is paused when it is over, and every rank stands still', async () => {
    const cell = await busy('one');
    await told('table', (html) => /cell \d+ of .* runs for/.test(html));
    await click('pause');
    release('one');
    await cell.done();
    await told('note', (text) => /pause: paused at step \d+/.test(text));
    await told('table', (html) => html.includes('widget: paused'));
    const status = String((await notebook.ok('%live status')).displays[0]!['text/plain']);
    expect(status).toMatch(/^widget: paused/);
    expect(status).toMatch(ranks === 1 ? /^0 +paused/m : /^0-3 +paused/m);
  });

  check('step runs one step on all ranks, resume lets the run go on', async () => {
    const before = Number((await notebook.ok('allranks.step')).result);
    await click('step');
    await told('note', (text) => text.includes(`step: paused after 1 step: step ${before + 1}`));
    expect((await notebook.ok('allranks.comm.allgather(allranks.step)')).result).toBe(
      `[${Array(ranks)
        .fill(before + 1)
        .join(', ')}]`,
    );
    await click('resume');
    await told('table', (html) => html.includes('widget: running'));
  });

  check('interrupt ends the running cell on all ranks', async () => {
    const cell = await busy('never');
    await click('interrupt');
    expect((await cell.done()).content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    await told('note', (text) => text.startsWith('<code>interrupt: interrupted:'));
  });

  check('a page that is loaded while a cell runs gets the states of all widgets at once', async () => {
    await notebook.ok("slider = ipywidgets.IntSlider(7, max=100)\npicture = ipywidgets.Image(value=b'\\x89PNG', format='png')");
    const made = (await notebook.ok('print(slider.comm.comm_id, picture.comm.comm_id)')).stdout.trim().split(' ');
    // A move of the front end counts as well.
    await sendComm('comm_msg', { comm_id: made[0], data: { method: 'update', state: { value: 41 }, buffer_paths: [] } });
    const cell = await busy('two');
    await sendComm('comm_open', { comm_id: 'loading', target_name: 'jupyter.widget.control', data: {} });
    const answer = (await sendComm('comm_msg', { comm_id: 'loading', data: { method: 'request_states' } })).find(
      ({ header }) => header.msg_type === 'comm_msg',
    )!;
    const { states, buffer_paths: paths } = answer.content['data'] as { states: Record<string, any>; buffer_paths: unknown[] };
    expect(states[made[0]!]).toMatchObject({
      model_name: 'IntSliderModel',
      model_module: '@jupyter-widgets/controls',
      state: { value: 41, max: 100 },
    });
    expect(paths).toContainEqual([made[1], 'state', 'value']);
    expect(String(answer.buffers[paths.findIndex((path) => (path as string[])[0] === made[1])])).toContain('PNG');
    expect(states[ids['box']!]).toMatchObject({ model_name: 'VBoxModel' });
    const alone = await sendComm('comm_msg', { comm_id: made[0], data: { method: 'request_state' } });
    expect(alone.find(({ header }) => header.msg_type === 'comm_msg')!.content).toMatchObject({
      comm_id: made[0],
      data: { method: 'update', state: { value: 41 } },
    });
    const listed = (await notebook.ask('comm_info_request', { target_name: 'jupyter.widget' }))['comms'] as Record<string, unknown>;
    expect(listed).toHaveProperty(made[0]!);
    release('two');
    await cell.done();
    expect((await notebook.ok('set(allranks.comm.allgather(slider.value))')).result).toBe('{41}');
  });

  check(
    'a page that is loaded during a long step of the simulation gets the states too, and a move of the slider then waits for the step',
    async () => {
      const commId = (
        await notebook.ok(
          "moved = []\nfar = ipywidgets.IntSlider(3)\nfar.observe(lambda change: moved.append(change['new']), 'value')\nprint(far.comm.comm_id)",
        )
      ).stdout.trim();
      const hold = join(job.sandbox.cwd, 'hold');
      writeFileSync(hold, '');
      await whenFiles(
        [job.sandbox.cwd],
        () => (existsSync(join(job.sandbox.cwd, 'held')) ? true : undefined),
        LIMIT_MS,
        'a long step',
        () => job.report(),
      );
      const move = await notebook.client.send('shell', 'comm_msg', {
        comm_id: commId,
        data: { method: 'update', state: { value: 9 }, buffer_paths: [] },
      });
      await sendComm('comm_open', { comm_id: 'far', target_name: 'jupyter.widget.control', data: {} });
      const answer = (await sendComm('comm_msg', { comm_id: 'far', data: { method: 'request_states' } })).find(
        ({ header }) => header.msg_type === 'comm_msg',
      )!;
      // What the front end shows, which it has told; the ranks have not heard of it yet.
      expect((answer.content['data'] as { states: Record<string, any> }).states[commId]).toMatchObject({
        model_name: 'IntSliderModel',
        state: { value: 9 },
      });
      const listed = (await notebook.ask('comm_info_request', { target_name: 'jupyter.widget' }))['comms'] as Record<string, unknown>;
      expect(listed).toHaveProperty(commId);
      expect(
        notebook.client.iopubLog.some(({ parent, content }) => parent['msg_id'] === move && content['execution_state'] === 'idle'),
      ).toBe(false);
      rmSync(hold);
      await within(notebook.client.iopubOf(move), LIMIT_MS, 'the move', () => job.report());
      expect((await notebook.ok('allranks.comm.allgather(moved)')).result).toBe(`[${Array(ranks).fill('[9]').join(', ')}]`);
    },
  );
});
