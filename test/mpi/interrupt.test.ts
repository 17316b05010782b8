/** Interrupts, cells that wait for a safe point, and questions while the ranks are busy. */
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';
import { whenFiles } from '../support/wait';

/** Answer to `complete_request` at the end of `code`. */
function complete(notebook: Notebook, code: string): Promise<Record<string, any>> {
  return notebook.ask('complete_request', { code, cursor_pos: [...code].length });
}

describe.each([1, 4])('cells that run for long on %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks, args: ['--steps', '0', '--step-us', '200'] });
    notebook = await job.attach();
    await notebook.ok('import time, allranks\nclass Thing:\n    visible_member = 1\nthing = Thing()\ntable = {"north": 1, "south": 2}');
  }, 60_000);

  afterAll(() => job?.stop());

  check('an interrupt with no cell is answered and changes nothing for the cells after it', async () => {
    await notebook.interrupt();
    expect((await notebook.ok("time.sleep(0.01)\n'untouched'")).result).toBe("'untouched'");
  });

  check('completion, inspection and control are answered while a cell runs', async () => {
    const sent = await notebook.send("print('begun', flush=True)\nwhile True: pass");
    await sent.printed('begun');
    expect((await complete(notebook, 'thing.visi'))['matches']).toContainEqual(expect.stringContaining('visible_member'));
    expect((await complete(notebook, 'table["no'))['matches'].join(' ')).toContain('north');
    const inspected = await notebook.ask('inspect_request', { code: 'len', cursor_pos: 3, detail_level: 0 });
    expect(inspected['found']).toBe(true);
    expect(inspected['data']['text/plain']).toContain('Return the number of items');
    expect((await notebook.ask('kernel_info_request', {}, 'control'))['status']).toBe('ok');
    expect((await notebook.ask('is_complete_request', { code: 'for i in range(3):' }))['status']).toBe('incomplete');
    await notebook.interrupt();
    expect((await sent.done()).content['ename']).toBe('KeyboardInterrupt');
  });

  check('questions get an empty answer while native code keeps the GIL of every rank, and a full one when it has let go', async () => {
    const place = (name: string, rank: number): string => join(job.sandbox.cwd, `${name}.${rank}`);
    const every = Array.from({ length: ranks }, (_, rank) => rank);
    // The shell of each rank tells that the call is under way, and ends when the test writes to its pipe.
    const sent = await notebook.send(
      "import ctypes, os\nos.mkfifo(f'gate.{allranks.rank}')\nctypes.PyDLL(None).system(f'echo > held.{allranks.rank}; read line < gate.{allranks.rank}'.encode())\nlet_go = True",
    );
    await whenFiles(
      [job.sandbox.cwd],
      () => every.every((rank) => existsSync(place('held', rank))) || undefined,
      20_000,
      'calls that keep the GIL',
      () => job.report(),
    );
    // Open for both directions: neither side waits for the other, and what is written stays until it is read.
    const gates = every.map((rank) => openSync(place('gate', rank), 'r+'));
    try {
      // The bridge answers for the rank after less than a second; the call lasts until all answers are here.
      const [completed, inspected, checked] = await Promise.all([
        complete(notebook, 'thing.visi'),
        notebook.ask('inspect_request', { code: 'len', cursor_pos: 3, detail_level: 0 }),
        notebook.ask('is_complete_request', { code: 'for i in range(3):' }),
      ]);
      expect(completed).toEqual({ status: 'ok', matches: [], cursor_start: 10, cursor_end: 10, metadata: {} });
      expect(inspected).toEqual({ status: 'ok', found: false, data: {}, metadata: {} });
      expect(checked).toEqual({ status: 'unknown' });
      expect((await notebook.ask('kernel_info_request', {}, 'control'))['status']).toBe('ok');
      expect(notebook.client.waiting('shell')).toEqual([]);
      for (const gate of gates) writeSync(gate, '\n');
      expect((await sent.done()).content['status']).toBe('ok');
    } finally {
      gates.forEach(closeSync);
    }
    expect((await notebook.ok('allranks.comm.allreduce(int(let_go))')).result).toBe(String(ranks));
    // Late answers of the rank belong to no question any more.
    expect((await complete(notebook, 'thing.visi'))['matches']).toContainEqual(expect.stringContaining('visible_member'));
    expect((await notebook.ask('inspect_request', { code: 'len', cursor_pos: 3, detail_level: 0 }))['found']).toBe(true);
  });

  check('an interrupted cell aborts the ones queued behind it', async () => {
    const sent = await notebook.send("print('begun', flush=True)\ntime.sleep(300)");
    await sent.printed('begun');
    const behind = await notebook.send('queued_ran = True');
    await notebook.interrupt();
    expect((await sent.done()).content['ename']).toBe('KeyboardInterrupt');
    expect((await behind.done()).content['status']).toBe('aborted');
    expect((await notebook.ok("'queued_ran' in globals()")).result).toBe('False');
  });
});

describe.each([1, 2])('steps that take long on %i ranks', (ranks) => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({ ranks, args: ['--steps', '0', '--step-us', '3000000'] });
    notebook = await job.attach();
  }, 60_000);

  afterAll(() => job?.stop());

  check('a cell that waits says so, an interrupt withdraws it, and the next one runs', async () => {
    await notebook.ok(
      'import allranks\nclass Thing:\n    visible_member = 1\n    @property\n    def trap(self):\n        globals()["trapped"] = True\nthing = Thing()',
    );
    // All ranks compute: none has offered the next cell to the others yet, which could not be taken back any more.
    const all = new RegExp(`^${ranks === 1 ? '0' : `0-${ranks - 1}`} +running `, 'm');
    while (!all.test(String((await notebook.ok('%live status')).displays[0]!['text/plain'])));
    const waiting = await notebook.send('withdrawn_ran = True');
    const notice = await waiting.message(
      (message) => message.header.msg_type === 'display_data' && JSON.stringify(message.content).includes('waiting for a safe point'),
      'notice',
    );
    expect(notice.content['data']['text/plain']).toMatch(/waiting for a safe point: step \d+ began \d+ m?s ago/);
    await notebook.interrupt();
    const cell = await waiting.done(1000);
    expect(cell.content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect((await notebook.ok("('withdrawn_ran' in globals(), allranks.comm.allreduce(1))")).result).toBe(`(False, ${ranks})`);
  });

  check('completion and inspection are answered while a step computes, and the notice of a waiting cell goes when it runs', async () => {
    const sent = await notebook.send("print('now')");
    let ran = false;
    void sent.printed('now').then(() => (ran = true));
    await sent.message((message) => message.header.msg_type === 'display_data', 'notice');
    expect((await complete(notebook, 'thing.visi'))['matches'].join(' ')).toContain('visible_member');
    const inspected = await notebook.ask('inspect_request', { code: 'thing.trap', cursor_pos: 10, detail_level: 0 });
    expect(inspected['status']).toBe('ok');
    expect(ran).toBe(false);
    const cell = await sent.done();
    expect(cell.content['status']).toBe('ok');
    const kinds = cell.iopub.map((message) => message.header.msg_type);
    expect(kinds.some((kind) => kind === 'clear_output' || kind === 'update_display_data')).toBe(true);
    // Completion must never run code of the user.
    expect((await notebook.ok("'trapped' in globals()")).result).toBe('False');
  });
});
