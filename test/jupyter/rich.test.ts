/**
 * What a notebook shows and asks, in one and in four live ranks: progress bars, widgets, input, and what the ranks take of the
 * machine; data of displays is in mime.test.ts. Packages that only tests need are taken from the environment of the tests.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Message } from '../support/kernel-client';
import type { CellRecord, Notebook } from '../support/notebook';
import { testPython } from '../support/places';
import { within } from '../support/wait';

const LIMIT_MS = 20_000;

describe.each([1, 4])('on %i ranks', (ranks) => {
  const every = Array.from({ length: ranks }, (_, rank) => rank);
  let job: Job;
  let notebook: Notebook;
  const report = reporting(() => job);

  /** Types of the cell's messages on iopub without status and input. */
  function outputs(cell: CellRecord): string[] {
    return cell.iopub.map((message) => message.header.msg_type).filter((type) => type !== 'status' && type !== 'execute_input');
  }

  /** Sends a comm message of a front end and waits until the ranks have handled it; what it caused on iopub. */
  async function sendComm(type: string, content: object, metadata: object = {}, buffers: Buffer[] = []): Promise<CellRecord['iopub']> {
    const id = await notebook.client.send('shell', type, content, { metadata, buffers });
    return within(notebook.client.iopubOf(id), LIMIT_MS, `idle of ${type}`, () => job.report());
  }

  beforeAll(async () => {
    job = await Job.start({ ranks, name: 'rich', args: ['--steps', '0', '--step-us', '500'] });
    notebook = await job.attach();
    const packages = join(dirname(testPython()), '..', 'lib');
    await notebook.ok(`import glob, sys, allranks\nsys.path += glob.glob(${JSON.stringify(packages)} + '/python*/site-packages')`);
  }, 60_000);

  afterAll(() => job?.stop());

  describe('text', () => {
    report('a progress bar stays one line: carriage returns are kept and only rank 0 draws', async () => {
      const cell = await notebook.ok('from tqdm import tqdm\nfor _ in tqdm(range(3), mininterval=0): pass');
      expect(cell.stderr).toContain('\r100%|');
      expect(cell.stderr).not.toContain('[rank');
      expect(cell.stderr.match(/\n/g)).toHaveLength(1);
    });

    report('text of a thread keeps its parent after the cell has ended', async () => {
      const cell = await notebook.send(
        'import threading\ngo = threading.Event()\ndef late():\n    go.wait(20)\n    print("late text", flush=True)\nthreading.Thread(target=late).start()',
      );
      await cell.done();
      const next = await notebook.send('go.set()');
      await cell.printed('late text');
      expect((await next.done()).stdout).toBe('');
    });

    report('code finds the request that its cell came from', async () => {
      const cell = await notebook.send("print(get_ipython().kernel.get_parent()['header']['msg_id'])");
      expect((await cell.done()).stdout).toBe(`${cell.id}\n`);
    });
  });

  // One rank has no others to wait for.
  if (ranks === 4) describe('a cell that lasts', () => {
    /** Ranks 0 and 1 leave, rank 3 computes until the file is there, rank 2 waits for it. */
    const cellOf = (gate: string, last: string): string =>
      [
        'if allranks.rank == 3:',
        `    while not os.path.exists('${gate}'):`,
        '        time.sleep(0.01)',
        'if allranks.rank > 1: pair.Allreduce(np.ones(1), total)',
        last,
      ].join('\n');
    const progress = (message: Message): string | undefined =>
      String((message.content['transient'] as Record<string, unknown> | undefined)?.['display_id']).startsWith('allranks-progress-')
        ? String(message.content['data']['text/plain'])
        : undefined;
    /** The line as it comes, until it tells a later time; then the gate is opened and the cell ends. */
    async function lasting(gate: string, last: string): Promise<{ lines: Message[]; done: CellRecord }> {
      await notebook.ok('import os, time, numpy as np\npair, total = allranks.comm.Split(allranks.rank // 2), np.empty(1)');
      const cell = await notebook.send(cellOf(gate, last));
      const seconds = (message: Message): number => Number(/MPI_Allreduce for (\d+) s/.exec(progress(message) ?? '')?.[1] ?? -1);
      const lines = [await cell.message((message) => seconds(message) >= 0, 'the line')];
      lines.push(await cell.message((message) => seconds(message) > seconds(lines[0]!), 'the line, later'));
      writeFileSync(join(job.sandbox.cwd, gate), '');
      return { lines, done: await cell.done() };
    }

    report(
      'has one line, updated in place, that names ranks, call and line of the cell, and is gone when it ends',
      async () => {
        const { lines, done } = await lasting('quiet', 'pass');
        expect(done.content['status']).toBe('ok');
        expect(lines.map(({ header }) => header.msg_type)).toEqual(['display_data', 'update_display_data']);
        const count = done.content['execution_count'] as number;
        for (const line of lines)
          expect(progress(line)).toMatch(
            new RegExp(`^2 of 4 ranks done, rank 2 in MPI_Allreduce for \\d+ s \\(cell ${count}, line 4\\), rank 3 computing$`),
          );
        const ids = [...lines, ...done.iopub]
          .map(({ content }) => (content['transient'] as Record<string, unknown> | undefined)?.['display_id'])
          .filter((id) => id !== undefined);
        expect(new Set(ids).size).toBe(1);
        expect(done.displays).toEqual([]);
        // Nothing else was shown: the place is cleared.
        expect(outputs(done).at(-1)).toBe('clear_output');
      },
      60_000,
    );

    report(
      'that has printed keeps its text, and the line is emptied',
      async () => {
        const { done } = await lasting('printing', "print('kept')");
        expect(done.stdout).toBe('kept\n');
        expect(outputs(done)).not.toContain('clear_output');
        const last = done.iopub.filter((message) => progress(message) !== undefined).at(-1)!;
        expect([last.header.msg_type, progress(last)]).toEqual(['update_display_data', '']);
      },
      60_000,
    );
  });

  describe('widgets', () => {
    report('a slider of ipywidgets opens once, and its moves run the callback on every rank with the same value', async () => {
      const made = await notebook.ok(
        [
          'import ipywidgets',
          'moves = []',
          'slider = ipywidgets.IntSlider(max=1000)',
          "slider.observe(lambda change: moves.append(change['new']), 'value')",
          'print(slider.comm.comm_id)',
        ].join('\n'),
      );
      const opened = made.iopub.filter((message) => message.header.msg_type === 'comm_open');
      expect(opened.map((message) => message.content['target_name'])).toEqual(['jupyter.widget', 'jupyter.widget', 'jupyter.widget']);
      const commId = made.stdout.trim();
      expect(commId).not.toContain('\n');
      for (let value = 1; value <= 200; value += 1)
        await notebook.client.send('shell', 'comm_msg', {
          comm_id: commId,
          data: { method: 'update', state: { value }, buffer_paths: [] },
        });
      const cell = await notebook.ok('set(map(tuple, allranks.comm.allgather(moves))) == {tuple(range(1, 201))}');
      expect(cell.result).toBe('True');
    });

    report('what a callback prints belongs to the message of the front end, folded over the ranks', async () => {
      const made = await notebook.ok(
        "button = ipywidgets.Button()\nbutton.on_click(lambda b: print('pressed on rank', allranks.rank))\nprint(button.comm.comm_id)",
      );
      const caused = await sendComm('comm_msg', { comm_id: made.stdout.trim(), data: { method: 'custom', content: { event: 'click' } } });
      const text = caused
        .filter((message) => message.header.msg_type === 'stream')
        .map((message) => message.content['text'])
        .join('');
      expect(text).toContain('pressed on rank 0\n');
      for (let rank = 1; rank < ranks; rank += 1) expect(text).toContain(`[rank ${rank}] pressed on rank ${rank}\n`);
    });

    report('a callback that raises says so and leaves run and widgets alive', async () => {
      const made = await notebook.ok(
        'def bad(change): raise ValueError("in a callback")\nslider.observe(bad, "value")\nprint(slider.comm.comm_id)',
      );
      const caused = await sendComm('comm_msg', {
        comm_id: made.stdout.trim(),
        data: { method: 'update', state: { value: 500 }, buffer_paths: [] },
      });
      expect(JSON.stringify(caused.map((message) => message.content))).toContain('in a callback');
      const cell = await notebook.ok('slider.unobserve(bad, "value")\nset(allranks.comm.allgather(slider.value)) == {500}');
      expect(cell.result).toBe('True');
    });

    report('a front end that was reloaded gets the state of all widgets', async () => {
      const opened = await sendComm(
        'comm_open',
        { comm_id: 'reload', target_name: 'jupyter.widget.control', data: {} },
        { version: '1.0.0' },
      );
      expect(opened.filter((message) => message.header.msg_type === 'comm_close')).toEqual([]);
      const answer = await sendComm('comm_msg', { comm_id: 'reload', data: { method: 'request_states' } });
      const message = answer.find(({ header }) => header.msg_type === 'comm_msg')!;
      const states = Object.values(message.content['data']['states'] as Record<string, { model_name: string; state: { value?: number } }>);
      expect(states.filter(({ model_name }) => model_name === 'IntSliderModel').map(({ state }) => state.value)).toEqual([500]);
    });

    report('the Output widget takes what is printed inside it', async () => {
      const cell = await notebook.send('area = ipywidgets.Output()\nwith area: print("inside", area.msg_id)\nprint("outside")');
      const done = await cell.done();
      expect(done.stdout).toContain(`inside ${cell.id}\n`);
    });

    report('an anywidget gets binary data of the front end on every rank', async () => {
      const made = await notebook.ok(
        'import anywidget, traitlets\nclass Own(anywidget.AnyWidget):\n    _esm = "export default {}"\n    data = traitlets.Any(b"").tag(sync=True)\nown = Own()\nprint(own.comm.comm_id)',
      );
      await sendComm('comm_msg', { comm_id: made.stdout.trim(), data: { method: 'update', state: {}, buffer_paths: [['data']] } }, {}, [
        Buffer.from('abc'),
      ]);
      expect((await notebook.ok("set(allranks.comm.allgather(bytes(own.data))) == {b'abc'}")).result).toBe('True');
    });

    report('a widget that is closed is no longer listed', async () => {
      const ids = (await notebook.ask('comm_info_request', { target_name: 'jupyter.widget' }))['comms'] as Record<string, unknown>;
      const commId = (await notebook.ok('print(slider.comm.comm_id)\nslider.close()')).stdout.trim();
      expect(ids).toHaveProperty(commId);
      expect((await notebook.ask('comm_info_request', {}))['comms']).not.toHaveProperty(commId);
    });
  });

  describe('questions to the user', () => {
    /** Answers the next question of the kernel; the question. */
    async function answer(value: string): Promise<Record<string, any>> {
      const question = await within(notebook.client.nextInput(), LIMIT_MS, 'an input request', () => job.report());
      await notebook.client.send('stdin', 'input_reply', { value }, { parent: question.header });
      return question.content;
    }

    report('getpass hides the line and gives it to every rank', async () => {
      const cell = await notebook.send("import getpass\nword = getpass.getpass('secret: ')\nallranks.comm.allgather(word)", {
        allow_stdin: true,
      });
      expect(await answer('x1')).toEqual({ prompt: 'secret: ', password: true });
      expect((await cell.done()).result).toBe(`[${every.map(() => "'x1'").join(', ')}]`);
    });

    report('pdb asks on rank 0 and every rank obeys', async () => {
      const cell = await notebook.send('import pdb\nhere = allranks.rank\npdb.set_trace()\nhere', { allow_stdin: true });
      expect((await answer('here = 40 + allranks.rank'))['prompt']).toContain('ipdb> ');
      await answer('continue');
      await cell.done();
      expect((await notebook.ok('allranks.comm.allgather(here)')).result).toBe(`[${every.map((rank) => 40 + rank).join(', ')}]`);
    });

    report('a rank that comes late to its questions gets every answer, in order', async () => {
      const cell = await notebook.send(
        'import time\ntime.sleep(0.5 * (allranks.rank == 1))\nlines = [input() for _ in range(3)]\nset(map(tuple, allranks.comm.allgather(lines)))',
        { allow_stdin: true },
      );
      for (const value of ['a', 'b', 'c']) await answer(value);
      expect((await cell.done()).result).toBe("{('a', 'b', 'c')}");
    });

    report('an interrupt ends the wait for a line on every rank', async () => {
      const cell = await notebook.send("input('never answered')", { allow_stdin: true });
      await within(notebook.client.nextInput(), LIMIT_MS, 'an input request', () => job.report());
      await notebook.interrupt();
      const done = await cell.done();
      expect(done.content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
      expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe(String(ranks));
    });
  });

  report('usage_request tells what the ranks take, all together and one by one', async () => {
    const usage = await notebook.ask('usage_request', {}, 'control');
    expect(usage['ranks'].map(({ rank }: { rank: number }) => rank)).toEqual(every);
    expect(usage['kernel_memory']).toBe(
      usage['ranks'].reduce((sum: number, rank: { kernel_memory: number }) => sum + rank.kernel_memory, 0),
    );
    expect(usage['kernel_memory']).toBeGreaterThan(ranks * 1_000_000);
    expect(usage['host_virtual_memory'].total).toBeGreaterThan(0);
    expect(usage['cpu_count']).toBeGreaterThan(0);
  });
});
