import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pack, unpack } from '../../../bridge/protocol/frames';
import { OutcomeStatus, RankState, RingKind, SocketKind } from '../../../bridge/protocol/generated';
import { FakeRank } from '../../support/fake-addon';
import { Harness, type Kernel } from './harness';

let harness: Harness;
beforeEach(() => (harness = new Harness()));
afterEach(() => harness.stop());

test('a cell runs on every rank, streams rank 0 and folds what the others say', async () => {
  await harness.start();
  harness.simulate(4, ({ rank, write, publish }) => {
    write('same\n');
    write(`I am ${rank.rank === 0 ? 0 : rank.rank === 3 ? 3 : 12}\n`);
    publish({ kind: 'result', data: { 'text/plain': rank.rank === 2 ? '5' : '4' }, metadata: {}, execution_count: 1 });
  });
  const kernel = await harness.kernel();
  const cell = kernel.run('x');
  const verdict = await cell.verdict;
  expect(verdict).toMatchObject({ status: 'ok', executionCount: 1, metadata: { step: 1, ranks: { ok: '0-3' } } });
  expect(cell.count).toBe(1);
  expect(cell.text()).toContain('same\nI am 0\n');
  expect(cell.text()).toContain('[ranks 1-2] I am 12\n');
  expect(cell.text()).toContain('[rank 3] I am 3\n');
  expect(cell.text().match(/same/g)).toHaveLength(1);
  expect(cell.outputs.filter((output) => output.kind === 'result')).toEqual([
    { kind: 'result', data: { 'text/plain': '4' }, metadata: {}, executionCount: 1 },
  ]);
  expect(cell.outputs.at(-1)).toMatchObject({ kind: 'display', data: { 'text/plain': '[rank 2] 5' } });
});

test('displays that are equal on all ranks give one output and nothing else', async () => {
  await harness.start();
  harness.simulate(3, ({ publish }) => publish({ kind: 'display', data: { 'text/html': '<b>1</b>' }, metadata: {} }));
  const cell = (await harness.kernel()).run('display');
  await cell.verdict;
  expect(cell.outputs).toEqual([{ kind: 'display', data: { 'text/html': '<b>1</b>' }, metadata: {} }]);
});

test('an error on one rank is the verdict, told first and with its rank', async () => {
  await harness.start();
  harness.simulate(3, ({ rank }) =>
    rank.rank === 1
      ? { status: OutcomeStatus.error, ename: 'ValueError', evalue: 'bad', traceback: ['Traceback', 'ValueError: bad'] }
      : undefined,
  );
  const cell = (await harness.kernel()).run('x');
  const verdict = await cell.verdict;
  expect(verdict).toMatchObject({ status: 'error', ename: 'ValueError', evalue: 'bad' });
  expect(verdict.traceback).toEqual(['[rank 1]', 'Traceback', 'ValueError: bad', '[ranks 0,2] no error']);
  expect(cell.outputs).toEqual([]);
});

test('every rank gets entries without holes, and each verdict before the next entry', async () => {
  await harness.start();
  const ranks = harness.simulate(2, () => undefined);
  const kernel = await harness.kernel();
  const cells = Array.from({ length: 50 }, () => kernel.run('pass'));
  const counts = (await Promise.all(cells.map((cell) => cell.verdict))).map((verdict) => verdict.executionCount);
  expect(counts).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
  const log = ranks[1]!.frames.filter((frame) => frame.kind === SocketKind.command || frame.kind === SocketKind.verdict);
  expect(log.map((frame) => frame.index)).toEqual(Array.from({ length: 100 }, (_, at) => Math.floor(at / 2) + 1));
});

test('%%ranks runs a cell on some ranks and names what is wrong with others', async () => {
  await harness.start();
  harness.simulate(4, ({ rank, write, cell }) => write(`${rank.rank}:${String(cell['code'])}`));
  const kernel = await harness.kernel();
  const some = kernel.run('%%ranks 2-3\nhere');
  expect(await some.verdict).toMatchObject({ status: 'ok', metadata: { ranks: { ok: '2-3', skipped: '0-1' } } });
  expect(some.text()).toContain('2:#\nhere');
  expect(await kernel.run('%%ranks 9\nx').verdict).toMatchObject({
    status: 'error',
    evalue: expect.stringContaining('there is no rank 9'),
  });
});

test('a waiting cell says so, and takes it back when it begins', async () => {
  await harness.start();
  const ranks = harness.simulate(2, ({ write }) => write('done\n'));
  for (const rank of ranks) rank.serving = false;
  const cell = (await harness.kernel()).run('x');
  await cell.output((output) => output.kind === 'update');
  expect(cell.outputs[0]).toMatchObject({
    kind: 'display',
    data: { 'text/plain': expect.stringContaining('waiting for a safe point: step 1') },
  });
  for (const rank of ranks) rank.serve();
  await cell.verdict;
  expect(cell.outputs.slice(-2)).toEqual([
    { kind: 'clear', wait: false },
    { kind: 'stream', name: 'stdout', text: 'done\n' },
  ]);
});

test('interrupt withdraws a waiting cell at once, and the next cell runs', async () => {
  await harness.start();
  const ranks = harness.simulate(2, ({ write }) => write('ran\n'));
  for (const rank of ranks) rank.serving = false;
  const kernel = await harness.kernel();
  const cell = kernel.run('never');
  await harness.addon.until(() => ranks[1]!.sentCommands.length === 1);
  await kernel.executor.interrupt();
  expect(await cell.verdict).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
  const next = kernel.run('next');
  await harness.addon.until(() => ranks[1]!.sentCommands.length === 2);
  for (const rank of ranks) rank.serve();
  expect(await next.verdict).toMatchObject({ status: 'ok' });
  expect(cell.text()).toBe('');
  expect(next.text()).toBe('ran\n');
});

test('a withdrawal that comes too late becomes an interrupt at the start', async () => {
  await harness.start();
  const ranks = harness.simulate(2, () => null);
  for (const rank of ranks) Object.assign(rank, { serving: false, acceptsWithdrawal: false });
  const kernel = await harness.kernel();
  const cell = kernel.run('x');
  await harness.addon.until(() => ranks[1]!.sentCommands.length === 1);
  await kernel.executor.interrupt();
  await harness.addon.until(() => ranks[1]!.frames.some((frame) => frame.kind === SocketKind.interrupt));
  for (const rank of ranks) rank.serve();
  expect(await cell.verdict).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
});

test('interrupt stops a running cell on all ranks', async () => {
  await harness.start();
  harness.simulate(3, ({ write }) => {
    write('begun\n');
    return null;
  });
  const kernel = await harness.kernel();
  const cell = kernel.run('loop');
  await cell.output((output) => output.kind === 'stream');
  await kernel.executor.interrupt();
  expect(await cell.verdict).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt', metadata: { ranks: { interrupted: '0-2' } } });
});

test('input is asked of the front end and its answer goes to every rank', async () => {
  await harness.start();
  const ranks = harness.simulate(2, ({ rank, index }) => {
    if (rank.rank === 0)
      rank.emit(
        7,
        0,
        index,
        Buffer.from([
          0x82, 0xa6, 0x70, 0x72, 0x6f, 0x6d, 0x70, 0x74, 0xa2, 0x3f, 0x20, 0xa8, 0x70, 0x61, 0x73, 0x73, 0x77, 0x6f, 0x72, 0x64, 0xc2,
        ]),
      );
    return null;
  });
  const kernel = await harness.kernel();
  const cell = kernel.run('input()', { allowStdin: true }, (prompt) => Promise.resolve(`answer to ${prompt}`));
  await harness.addon.until(() => ranks.every((rank) => rank.frames.some((frame) => frame.kind === SocketKind.inputReply)));
  expect(Buffer.from(ranks[1]!.frames.find((frame) => frame.kind === SocketKind.inputReply)!.payload).toString('latin1')).toContain(
    'answer to ? ',
  );
  for (const rank of ranks) rank.settle(1, OutcomeStatus.ok, {});
  expect(await cell.verdict).toMatchObject({ status: 'ok' });
});

test('a question for input outlives the connection: the user is asked once, and the answer counts', async () => {
  await harness.start({ times: { notice: 40, fold: 20 } });
  const ranks = harness.simulate(1, ({ rank, index }) => {
    rank.emit(RingKind.inputRequest, 0, index, pack({ prompt: '? ', password: false }));
    return null;
  });
  const kernel = await harness.kernel();
  let asked = 0;
  let type = (_line: string): void => undefined;
  const typed = new Promise<string>((resolve) => (type = resolve));
  let told = (): void => undefined;
  const question = new Promise<void>((resolve) => (told = resolve));
  const cell = kernel.run('input()', { allowStdin: true }, () => {
    asked += 1;
    told();
    return typed;
  });
  await question;
  (kernel.executor as unknown as { connection: { socket: { destroy(): void } } }).connection.socket.destroy();
  ranks[0]!.emit(RingKind.stdout, 0, 1, Buffer.from('here\n'));
  // Comes over the new connection, as does the question, which the bridge repeats.
  await cell.output((output) => output.kind === 'stream');
  type('typed');
  await harness.addon.until(() => ranks[0]!.frames.some((frame) => frame.kind === SocketKind.inputReply));
  expect(unpack(ranks[0]!.frames.find((frame) => frame.kind === SocketKind.inputReply)!.payload)).toEqual({ value: 'typed' });
  expect(asked).toBe(1);
  ranks[0]!.settle(1, OutcomeStatus.ok, {});
  expect(await cell.verdict).toMatchObject({ status: 'ok' });
});

test('a comm message whose connection breaks while it is handled is answered over the new one', async () => {
  await harness.start();
  const [rank] = harness.simulate(1, () => null);
  const kernel = await harness.kernel();
  const sink = { accepted: () => undefined, output: () => undefined, input: () => Promise.reject(new Error('no input here')) };
  const handled = kernel.executor.comm('c', { type: 'comm_msg', content: { comm_id: 'x' }, metadata: {}, buffers: [] }, sink, '{}');
  await harness.addon.until(() => rank!.sentCommands.length === 1);
  (kernel.executor as unknown as { connection: { socket: { destroy(): void } } }).connection.socket.destroy();
  await harness.journaled('"kind":"detach"');
  rank!.settle(1, OutcomeStatus.ok, null);
  await handled;
  expect(rank!.sentCommands).toHaveLength(1);
});

test('%live controls the simulation and reports where it stands', async () => {
  await harness.start();
  const ranks = harness.simulate(2, () => undefined);
  const kernel = await harness.kernel();
  const cell = kernel.run('%live pause\n%live step 3\n%live status');
  expect(await cell.verdict).toMatchObject({ status: 'ok', metadata: { step: 4 } });
  expect(ranks.map((rank) => rank.step)).toEqual([4, 4]);
  expect(cell.text()).toContain('paused after 3 steps: step 4');
  expect(cell.outputs.at(-1)).toMatchObject({ data: { 'text/plain': expect.stringContaining('0-1') } });
  expect(await kernel.run('%live step x').verdict).toMatchObject({
    status: 'error',
    evalue: '%live step takes a number of steps, 1 or more, and got "x"',
  });
  expect(await kernel.run('%live pause\nx = 1').verdict).toMatchObject({
    status: 'error',
    evalue: expect.stringContaining('holds %live lines only'),
  });
});

test('resume goes to ranks that a new bridge has seen within a cell only: it may be one of a pause', async () => {
  await harness.start();
  const ranks = [0, 1].map((rank) => new FakeRank(harness.addon, rank, 2, () => undefined));
  for (const rank of ranks) rank.sight = { state: RankState.settling };
  for (const rank of (harness.ranks = ranks)) harness.addon.register(rank);
  const kernel = await harness.kernel();
  expect(await kernel.run('%live resume').verdict).toMatchObject({ status: 'ok' });
  expect(harness.ranksResumed()).toBe(true);
});

describe('a pause that began while nobody looked, and whose ranks are still behind a cell,', () => {
  /** Ranks that were seen running, and are seen behind a cell since. */
  async function behindCell(): Promise<Kernel> {
    await harness.start();
    harness.simulate(2, () => undefined);
    const kernel = await harness.kernel();
    await kernel.run('1').verdict;
    for (const rank of harness.ranks) rank.sight = { state: RankState.settling };
    return kernel;
  }
  const seen = (state: RankState): void => {
    for (const rank of harness.ranks) rank.sight = { state };
  };

  test('is ended by `%live resume` all the same', async () => {
    const kernel = await behindCell();
    const resumed = kernel.run('%live resume');
    await kernel.run('%live status').verdict;
    expect(harness.ranksResumed()).toBe(false);
    seen(RankState.paused);
    expect(await resumed.verdict).toMatchObject({ status: 'ok' });
    expect(harness.ranksResumed()).toBe(true);
  });

  test('is ended when the last notebook has left', async () => {
    const kernel = await behindCell();
    await kernel.executor.close();
    seen(RankState.paused);
    await harness.addon.until(() => harness.ranksResumed());
  });

  test('is none when the ranks turn out to run', async () => {
    const kernel = await behindCell();
    const resumed = kernel.run('%live resume');
    seen(RankState.running);
    expect(await resumed.verdict).toMatchObject({ status: 'ok' });
    expect(resumed.text()).toContain('the simulation runs already');
    expect(harness.ranksResumed()).toBe(false);
  });
});

test('interrupt of a long step pauses at the next safe point', async () => {
  await harness.start();
  const ranks = harness.simulate(2, () => undefined);
  const kernel = await harness.kernel();
  const cell = kernel.run('%live step 5000000');
  await harness.addon.until(() => ranks.every((rank) => rank.sentCommands.length === 1));
  // What a rank says about a control, such as an error of an `until`, is shown in its cell.
  ranks[0]!.emit(2, 0, 1, Buffer.from('until x: NameError\n'));
  expect(await cell.output((output) => output.kind === 'stream')).toEqual({ kind: 'stream', name: 'stderr', text: 'until x: NameError\n' });
  await kernel.executor.interrupt();
  expect(await cell.verdict).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
  expect(await kernel.run('pass').verdict).toMatchObject({ status: 'ok' });
});

test('two notebooks take turns, and each hears of the other', async () => {
  await harness.start();
  const ranks = harness.simulate(2, ({ cell }) => (cell['code'] === 'long' ? null : undefined));
  const first = await harness.kernel();
  const second = await harness.kernel();
  const long = first.run('long');
  await harness.addon.until(() => ranks[0]!.sentCommands.length === 1);
  const waiting = second.run('short');
  const notice = await waiting.output((output) => output.kind === 'display');
  expect(notice).toMatchObject({ data: { 'text/plain': expect.stringMatching(/^running: .*cell$/) } });
  expect(second.events).toContainEqual({ kind: 'busy', other: expect.stringContaining('kernel') });
  for (const rank of ranks) rank.settle(1, OutcomeStatus.ok, {});
  expect(await long.verdict).toMatchObject({ status: 'ok' });
  expect(await waiting.verdict).toMatchObject({ status: 'ok', executionCount: 2 });
});

test('output after the verdict reaches the cell that caused it', async () => {
  await harness.start();
  const ranks = harness.simulate(2, () => undefined);
  const kernel = await harness.kernel();
  const cell = kernel.run('thread');
  await cell.verdict;
  ranks[0]!.emit(1, 0, 1, Buffer.from('later\n'));
  expect(await kernel.event((event) => event.kind === 'lateOutput')).toEqual({
    kind: 'lateOutput',
    id: cell.cell.id,
    output: { kind: 'stream', name: 'stdout', text: 'later\n' },
  });
});

test('history has the real session number, also for session 0', async () => {
  await harness.start();
  harness.simulate(1, ({ publish }) => publish({ kind: 'result', data: { 'text/plain': '2' }, metadata: {}, execution_count: 1 }));
  const kernel = await harness.kernel();
  await kernel.run('1+1').verdict;
  await kernel.run('quiet', { silent: true }).verdict;
  expect(await kernel.executor.history({ access: 'range', output: true, raw: true, session: 0, start: 1, stop: null })).toEqual([
    [1, 1, ['1+1', '2']],
  ]);
  expect(await kernel.executor.history({ access: 'tail', output: false, raw: true, n: 5 })).toEqual([[1, 1, '1+1']]);
});

test('a question that no rank answers gets the empty answer', async () => {
  await harness.start();
  harness.simulate(1, () => undefined);
  const kernel = await harness.kernel();
  expect(await kernel.executor.complete('im', 2)).toEqual({ matches: [], cursorStart: 2, cursorEnd: 2, metadata: {} });
});

test('a kernel that holds gets nothing until it lets go, and everything then, verdicts in their place', async () => {
  await harness.start();
  harness.simulate(2, ({ write }) => write('text\n'));
  const kernel = await harness.kernel();
  kernel.executor.hold(true);
  const heldBack = kernel.run('x');
  const free = await harness.kernel();
  // Another kernel's cell comes after it: by then the first one has its verdict in the bridge.
  expect(await free.run('y').verdict).toMatchObject({ status: 'ok', executionCount: 2 });
  expect(heldBack.outputs).toEqual([]);
  expect(heldBack.count).toBeNull();
  kernel.executor.hold(false);
  expect(await heldBack.verdict).toMatchObject({ status: 'ok', executionCount: 1 });
  expect(heldBack.text()).toBe('text\n');
});

test('a pause ends when the flag file that caused it is gone, after the cell that runs', async () => {
  await harness.start();
  const ranks = harness.simulate(2, ({ write }) => (write('begun\n'), null));
  for (const rank of ranks) rank.state = RankState.paused;
  const kernel = await harness.kernel();
  const long = kernel.run('long');
  await long.output((output) => output.kind === 'stream');
  // The other ranks know nothing of the file.
  ranks[0]!.emit(RingKind.notice, 0, 0, pack({ what: 'flag', present: false }));
  ranks[0]!.emit(RingKind.stdout, 0, 1, Buffer.from('still here\n'));
  await long.output((output) => output.kind === 'stream' && output.text.includes('still here'));
  expect(harness.ranksResumed()).toBe(false);
  for (const rank of ranks) rank.settle(1, OutcomeStatus.ok, {});
  await long.verdict;
  await harness.addon.until(() => harness.ranksResumed());
  expect(harness.warnings).toEqual(['the flag file is gone: the simulation goes on']);
});

test('a flag file that goes while the simulation runs means nothing', async () => {
  await harness.start();
  const ranks = harness.simulate(2, () => undefined);
  ranks[0]!.emit(RingKind.notice, 0, 0, pack({ what: 'flag', present: false }));
  const kernel = await harness.kernel();
  await kernel.run('%live pause').verdict;
  await kernel.run('pass').verdict;
  expect(harness.ranksResumed()).toBe(false);
});

test('under a limit a cell shows head and tail of its text, and the job folder has all of it', async () => {
  await harness.start();
  const text = Array.from({ length: 2000 }, (_, at) => `line ${at}\n`).join('');
  harness.simulate(2, ({ write }) => write(text));
  const cell = (await harness.kernel()).run('x', { maxTextBytes: 2000 });
  await cell.verdict;
  const path = join(harness.folder, 'job', 'outputs', 'cell-1.txt');
  expect(cell.outputs.map((output) => output.kind)).toEqual(['stream', 'display', 'update', 'stream']);
  expect(cell.outputs[2]).toMatchObject({ data: { 'text/plain': `[17 kB of text left out here; the full text is in ${path}]` } });
  expect(cell.text()).toMatch(/^line 0\nline 1\n[^]*line 1999\n$/);
  expect(cell.text().length).toBeLessThanOrEqual(2000);
  expect(cell.text().length).toBeGreaterThan(1900);
  await harness.bridge.close();
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a job folder that takes no file costs the full text, one warning, and no cell', async () => {
  await harness.start();
  harness.simulate(1, ({ write }) => write('x\n'.repeat(5000)));
  writeFileSync(join(harness.folder, 'job', 'outputs'), '');
  const cell = (await harness.kernel()).run('x', { maxTextBytes: 2000 });
  expect(await cell.verdict).toMatchObject({ status: 'ok' });
  expect(cell.outputs[2]).toMatchObject({
    data: { 'text/plain': expect.stringMatching(/left out here; the full text is not kept: .*EEXIST/) },
  });
  expect(harness.warnings).toHaveLength(1);
});
