/** The debugger of a bridge with a double of pydevd: how sessions begin and end, and what never reaches a rank. */
import { existsSync, statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { RingKind, SocketKind } from '../../../bridge/protocol/generated';
import { pack, unpack } from '../../../bridge/protocol/frames';
import { DapReader, encodeDap, type DapMessage } from '../../../bridge/server/debug/dap-stream';
import type { FakeRank } from '../../support/fake-addon';
import { Harness, type Kernel } from './harness';

let harness: Harness;
beforeEach(() => (harness = new Harness()));
afterEach(() => harness.stop());

/** What a rank does when it is asked to connect; answers every request with success. */
class FakePydevd {
  readonly requests: DapMessage[] = [];
  readonly ended: Promise<void>;
  private readonly reader = new DapReader();

  private constructor(readonly socket: Socket) {
    this.ended = new Promise((resolve) => socket.once('end', () => resolve()));
    socket.on('data', (chunk: Buffer) => {
      for (const request of this.reader.push(chunk)) {
        this.requests.push(request);
        this.send({ type: 'response', seq: 0, request_seq: request['seq'], command: request['command'], success: true, body: {} });
      }
    });
  }

  static async connect(rank: FakeRank): Promise<FakePydevd> {
    const { path, token, number } = await asked(rank);
    const socket = createConnection(path);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(`${token}\n`);
    rank.emit(RingKind.reply, 0, number, pack({}));
    return new FakePydevd(socket);
  }

  send(message: DapMessage): void {
    this.socket.write(encodeDap(message));
  }

  stop(threadId = 1): void {
    this.send({ type: 'event', seq: 0, event: 'stopped', body: { reason: 'breakpoint', threadId, allThreadsStopped: true } });
  }
}

/** The latest question of the debugger to a rank. */
async function asked(rank: FakeRank): Promise<{ path: string; token: string; number: number }> {
  const last = (): { index: number; payload: Uint8Array } | undefined =>
    rank.frames.filter((frame) => frame.kind === SocketKind.request && (unpack(frame.payload) as { what: string }).what === 'debug').at(-1);
  await harness.addon.until(() => last() !== undefined);
  const { index, payload } = last()!;
  const { path, token } = unpack(payload) as { path: string; token: string };
  return { path, token, number: index };
}

async function attached(kernel: Kernel, rank: FakeRank): Promise<FakePydevd> {
  const started = kernel.executor.debugging.start();
  const pydevd = await FakePydevd.connect(rank);
  await started;
  return pydevd;
}

const event = (kernel: Kernel, name: string): Promise<unknown> => kernel.event((one) => one.kind === 'debug' && one.event['event'] === name);

test('the socket listens, for its owner only, until the rank has shown its token', async () => {
  await harness.start();
  const [rank] = harness.simulate(2, () => undefined);
  const kernel = await harness.kernel();
  const started = kernel.executor.debugging.start();
  const { path, token, number } = await asked(rank!);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const stranger = createConnection(path);
  stranger.write(`${'0'.repeat(token.length)}\n`);
  await new Promise((resolve) => stranger.once('close', resolve));
  const own = createConnection(path);
  own.write(`${token}\n`);
  rank!.emit(RingKind.reply, 0, number, pack({}));
  await started;
  expect(existsSync(path)).toBe(false);
  own.destroy();
  await event(kernel, 'terminated');
});

test('a rank that cannot start the debugger says why, and the next start may succeed', async () => {
  await harness.start();
  const [rank] = harness.simulate(1, () => undefined);
  const kernel = await harness.kernel();
  const started = kernel.executor.debugging.start();
  const { number } = await asked(rank!);
  rank!.emit(RingKind.reply, 0, number, pack({ error: 'the debugger could not be started: ImportError: broken' }));
  await expect(started).rejects.toThrow('ImportError: broken');
  const frames = rank!.frames.length;
  const again = kernel.executor.debugging.start();
  await harness.addon.until(() => rank!.frames.length > frames);
  await FakePydevd.connect(rank!);
  await again;
});

test('requests keep their number, and those that would end the rank are never passed on', async () => {
  await harness.start();
  const [rank] = harness.simulate(1, () => undefined);
  const kernel = await harness.kernel();
  const { debugging } = kernel.executor;
  const pydevd = await attached(kernel, rank!);
  expect(await debugging.request({ type: 'request', seq: 71, command: 'threads' })).toMatchObject({ request_seq: 71, success: true });
  for (const command of ['terminate', 'disconnect', 'launch', 'restart', 'pydevdSystemInfo', 'setDebuggerProperty', '']) {
    expect(await debugging.request({ type: 'request', seq: 72, command, arguments: { terminateDebuggee: true } })).toMatchObject({ request_seq: 72, success: false });
  }
  await debugging.request({ type: 'request', seq: 73, command: 'attach', arguments: { autoReload: { enable: true }, program: '/bin/true' } });
  expect(pydevd.requests.map(({ command }) => command)).toEqual(['threads', 'attach', 'configurationDone', 'threads']);
  expect(pydevd.requests[1]!['arguments']).not.toHaveProperty('program');
});

test('a stop that lasts longer than the longest pause ends the session, and says so', async () => {
  await harness.start({ maxPauseS: 0.05 });
  const [rank] = harness.simulate(1, () => undefined);
  const kernel = await harness.kernel();
  const pydevd = await attached(kernel, rank!);
  pydevd.stop();
  await event(kernel, 'stopped');
  await event(kernel, 'continued');
  await event(kernel, 'terminated');
  await pydevd.ended;
  expect(harness.warnings.at(-1)).toMatch(/the debugger of kernel .* on rank 0 has ended: it has stopped for 0.05 s, the limit of a pause/);
  expect(await kernel.executor.debugging.request({ seq: 1, command: 'threads' })).toMatchObject({ success: false, message: 'the debugger is not started' });
});

test('requests of a stop are answered when the code goes on without them, and when the stream ends or is broken', async () => {
  await harness.start();
  const [rank] = harness.simulate(1, () => undefined);
  const kernel = await harness.kernel();
  const { debugging } = kernel.executor;
  const pydevd = await attached(kernel, rank!);
  pydevd.socket.removeAllListeners('data');
  pydevd.socket.resume();
  pydevd.stop();
  await event(kernel, 'stopped');
  const evaluated = debugging.request({ seq: 5, command: 'evaluate', arguments: { expression: '1', frameId: 7 } });
  pydevd.send({ type: 'event', seq: 0, event: 'continued', body: { threadId: 1, allThreadsContinued: true } });
  expect(await evaluated).toMatchObject({ success: false, message: 'the code has gone on meanwhile' });
  const threads = debugging.request({ seq: 6, command: 'threads' });
  pydevd.socket.write('Content-Length: nonsense\r\n\r\n');
  expect(await threads).toMatchObject({ success: false });
  await event(kernel, 'terminated');
});

test('a kernel that leaves ends its session; the next one may begin', async () => {
  await harness.start();
  const [rank] = harness.simulate(1, () => undefined);
  const first = await harness.kernel();
  const pydevd = await attached(first, rank!);
  const second = await harness.kernel();
  await expect(second.executor.debugging.start()).rejects.toThrow(/in use by kernel .* on rank 0: one notebook debugs at a time/);
  await first.executor.close();
  await pydevd.ended;
  const frames = rank!.frames.length;
  const started = second.executor.debugging.start();
  await harness.addon.until(() => rank!.frames.length > frames);
  await FakePydevd.connect(rank!);
  await started;
});

test('values between cells are computed by all ranks; those of the chosen one are shown', async () => {
  await harness.start();
  const value = (rank: number): string => Buffer.from(JSON.stringify({ data: { 'text/plain': `of rank ${rank}` }, metadata: {} })).toString('base64');
  const ranks = harness.simulate(3, ({ cell, rank, write }) => {
    if (cell['what'] === 'value') return { user_expressions: { value: value(rank.rank) } };
    write('begun');
    return null;
  });
  const kernel = await harness.kernel();
  await kernel.run('%live debug 2').verdict;
  expect(await kernel.executor.debugging.value('x')).toEqual({ data: { 'text/plain': 'of rank 2' }, metadata: {} });
  expect(ranks.every((rank) => rank.sentCommands.length === 1)).toBe(true);
  const cell = kernel.run('endless');
  await cell.output((output) => output.kind === 'stream');
  await expect(kernel.executor.debugging.value('x')).rejects.toThrow('a cell runs');
  await kernel.executor.interrupt();
  await cell.verdict;
});

test('without debugpy in a rank the debugger is not announced, and says what is missing', async () => {
  await harness.start();
  harness.addon.lackingDebugger = 'the Python package debugpy is missing in /venv; install it there: pip install debugpy';
  harness.simulate(2, () => undefined);
  const kernel = await harness.kernel();
  expect(kernel.executor.info().debugger).toBe(false);
  await expect(kernel.executor.debugging.start()).rejects.toThrow('rank 0 cannot be debugged: the Python package debugpy is missing');
  const told = kernel.run('%live debug');
  await told.verdict;
  expect(told.text()).toContain('the debugger is off on rank 0: the Python package debugpy is missing');
});
