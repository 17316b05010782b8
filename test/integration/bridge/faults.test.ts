import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { Encoder } from '@msgpack/msgpack';
import { exportJob, journalToNotebook } from '../../../bridge/server/export';
import { startBridge } from '../../../bridge/server/bridge';
import { readJobFiles } from '../../../bridge/protocol/job-record';
import { encodeFrame, FrameReader, pack } from '../../../bridge/protocol/frames';
import { CommandKind, OutcomeStatus, PROTOCOL_VERSION, RankState, RingKind } from '../../../bridge/protocol/generated';
import { FakeAddon, FakeRank } from '../../support/fake-addon';
import { BridgeExecutor } from '../../../bridge/client/executor';
import { Harness, Kernel, type Running } from './harness';

/** No process has this id: above the largest that Linux gives. */
const NO_PID = 0x7ffffff0;

let harness: Harness;
beforeEach(() => (harness = new Harness()));
afterEach(() => harness.stop());

test('a rank lost during a cell settles the cell with its last words, and later cells at once', async () => {
  await harness.start();
  const ranks = harness.addon.start(2, ({ write }) => (write('before\n'), null), { pid: NO_PID });
  const kernel = await harness.kernel();
  const cell = kernel.run('x');
  await cell.output((output) => output.kind === 'stream');
  ranks[1]!.die();
  const verdict = await cell.verdict;
  expect(verdict).toMatchObject({ status: 'error', ename: 'SimulationEnded', evalue: expect.stringContaining('rank 1') });
  expect(verdict.traceback!.join('\n')).toContain('last seen in a cell at step 1');
  expect(cell.text()).toBe('before\n');
  await expect(kernel.run('y').verdict).rejects.toMatchObject({ code: 'job_ended', message: verdict.evalue });
  expect(await kernel.event((event) => event.kind === 'ended')).toBeTruthy();
  await harness.bridge.closed;
  expect(readJobFiles(join(harness.folder, 'jobs'))).toEqual([]);
  expect(existsSync(join(harness.folder, 'jupyter', 'kernels', 'allranks-sim'))).toBe(false);
});

test('a cell that waits when the simulation finishes is told so', async () => {
  await harness.start();
  const ranks = harness.simulate(2, () => undefined);
  for (const rank of ranks) rank.serving = false;
  const kernel = await harness.kernel();
  const cell = kernel.run('x');
  await harness.addon.until(() => ranks[1]!.sentCommands.length === 1);
  for (const rank of ranks) {
    rank.settle(1, OutcomeStatus.withdrawn, null);
    rank.bye();
  }
  expect(await cell.verdict).toMatchObject({ status: 'error', ename: 'SimulationEnded', evalue: 'the simulation ended before the cell began' });
  await harness.bridge.closed;
});

test('the launcher\'s end is the reason that cells get', async () => {
  await harness.start();
  harness.simulate(2, () => null);
  const kernel = await harness.kernel();
  const cell = kernel.run('x');
  await cell.accepted;
  harness.bridge.job.programEnded(null, 'SIGKILL');
  expect(await cell.verdict).toMatchObject({ ename: 'SimulationEnded', evalue: 'the program was ended by SIGKILL' });
});

test('a rank whose connection breaks registers again and gets what it lacks', async () => {
  await harness.start();
  const ranks = harness.simulate(2, () => null);
  const kernel = await harness.kernel();
  const cell = kernel.run('x');
  await harness.addon.until(() => ranks.every((rank) => rank.running === 1 || rank.sentCommands.length === 1));
  ranks[1]!.die('reset');
  const again = new FakeRank(harness.addon, 1, 2, () => undefined);
  harness.addon.register(again);
  ranks[0]!.settle(1, OutcomeStatus.ok, {});
  expect(await cell.verdict).toMatchObject({ status: 'ok', metadata: { ranks: { ok: '0-1' } } });
});

test('a new bridge takes over: the running cell settles once, output is not repeated, the next cell works', async () => {
  await harness.start();
  const ranks = harness.simulate(2, ({ write, cell }) => {
    write(`ran ${String(cell['code'])}\n`);
    return cell['code'] === 'long' ? null : undefined;
  });
  const kernel = await harness.kernel();
  await kernel.run('first').verdict;
  const long = kernel.run('long');
  await long.output((output) => output.kind === 'stream');
  const held = ranks[0]!.sentCommands.filter((frame) => frame.index === 2);
  // The old bridge goes; the job does not.
  await harness.bridge.close();
  harness.addon = new FakeAddon();
  await harness.start();
  const program = ({ write, cell }: { write(text: string): void; cell: Record<string, unknown> }): void => write(`ran ${String(cell['code'])}\n`);
  const back = [0, 1].map((rank) => new FakeRank(harness.addon, rank, 2, program, { held: 2, done: 1, commands: held }));
  // Both hold entry 2 and have begun it before.
  for (const rank of back) {
    Object.assign(rank, { serving: false, running: 2 });
    harness.addon.register(rank);
    (rank as unknown as { commands: unknown[] }).commands = [];
    rank.settle(2, OutcomeStatus.ok, {});
    rank.serve();
  }
  expect(await long.verdict).toMatchObject({ status: 'ok', executionCount: 2 });
  expect(long.text()).toBe('ran long\n');
  const next = kernel.run('next');
  expect(await next.verdict).toMatchObject({ status: 'ok', executionCount: 3 });
  expect(back[1]!.sentCommands.map((frame) => frame.index)).toEqual([3]);
  expect((await kernel.executor.history({ access: 'tail', output: false, raw: true, n: 9 })).map((entry) => entry[2])).toEqual(['first', 'long', 'next']);
});

test('a cell that only the ranks know of runs once, also when its notebook is back before them', async () => {
  await harness.start();
  const kernel = await harness.kernel();
  const held = { id: 'held', code: 'long', silent: false, store_history: true, execution_count: 1, targets: null, sender: 'x' };
  const back = new FakeRank(harness.addon, 0, 1, () => undefined, { held: 1, done: 0 });
  // The earlier bridge's journal is lost, and so is its `accepted`; the rank has begun the cell.
  Object.assign(back.hello, { extra: pack({ commands: [[1, CommandKind.cell, pack(held)]] }) });
  back.running = 1;
  const cell = kernel.run('long', { id: 'held' });
  await cell.accepted;
  harness.addon.register(back);
  await harness.addon.until(() => !back.held);
  back.settle(1, OutcomeStatus.ok, null);
  expect(await cell.verdict).toMatchObject({ status: 'ok' });
  expect(await kernel.run('next').verdict).toMatchObject({ status: 'ok', executionCount: 2 });
  expect(back.sentCommands.map((frame) => frame.index)).toEqual([2]);
});

describe('a cell whose line in the journal died with the bridge', () => {
  /** Starts a cell, ends the bridge and its journal, and starts another one; the notebook is back before the ranks. */
  async function orphaned(): Promise<{ cell: Running; back: () => FakeRank; kernel: Kernel }> {
    await harness.start();
    const [rank] = harness.simulate(1, ({ write }) => (write('begun\n'), null));
    const kernel = await harness.kernel();
    const cell = kernel.run('long');
    await cell.output((output) => output.kind === 'stream');
    const held = rank!.sentCommands;
    await harness.bridge.close();
    rmSync(join(harness.folder, 'job'), { recursive: true });
    harness.addon = new FakeAddon();
    await harness.start();
    await harness.journaled('"kind":"attach"');
    const back = (): FakeRank => {
      const again = new FakeRank(harness.addon, 0, 1, () => undefined, { held: 1, done: 0, commands: held });
      (again as unknown as { commands: unknown[] }).commands = [];
      again.running = 1;
      harness.addon.register(again);
      return again;
    };
    return { cell, back, kernel };
  }

  test('goes on when a rank still holds it', async () => {
    const { cell, back, kernel } = await orphaned();
    const rank = back();
    rank.emit(RingKind.stdout, 0, 1, Buffer.from('ended\n'));
    rank.settle(1, OutcomeStatus.ok, null);
    expect(await cell.verdict).toMatchObject({ status: 'ok', executionCount: 1 });
    expect(cell.text()).toBe('begun\nended\n');
    expect(await kernel.run('next').verdict).toMatchObject({ status: 'ok', executionCount: 2 });
  });

  test('can be interrupted before the ranks are back', async () => {
    const { cell, back, kernel } = await orphaned();
    await kernel.executor.interrupt();
    await harness.journaled('"control":"interrupt"');
    back();
    expect(await cell.verdict).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
  });

  test('is said to be lost when no rank knows it, and not before', async () => {
    const { cell, kernel } = await orphaned();
    harness.simulate(1, () => undefined);
    expect(await cell.verdict).toMatchObject({ status: 'error', ename: 'OutcomeLost' });
    expect(await kernel.run('next').verdict).toMatchObject({ status: 'ok' });
  });
});

test('a comm message nested deeper than can be packed costs no cell its turn', async () => {
  await harness.start();
  harness.simulate(1, () => undefined);
  const kernel = await harness.kernel();
  let deep: unknown = 1;
  for (let level = 0; level < 200; level += 1) deep = { deep };
  const encoder = new Encoder({ maxDepth: 1000 });
  const frame = (message: unknown): Buffer => {
    const body = Buffer.from(encoder.encode(message));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    return Buffer.concat([length, body]);
  };
  const socket = createConnection(harness.bridge.cellsSocket);
  const settled = new Promise<void>((resolve) => {
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      for (const message of reader.push(chunk) as { t: string; ename?: string }[]) if (message.t === 'verdict' && message.ename === 'ValueError') resolve();
    });
  });
  socket.write(frame({ t: 'hello', version: PROTOCOL_VERSION, client: 'odd', pid: 1, host: 'h', user: 'u', observer: false }));
  socket.write(frame({ t: 'comm', id: 'c', message: { type: 'comm_msg', content: { deep }, metadata: {}, buffers: [] } }));
  await settled;
  socket.destroy();
  expect(await kernel.run('a').verdict).toMatchObject({ status: 'ok' });
});

test('while the bridge stays away every cell is given up after the limit, also one that comes later', async () => {
  await harness.start();
  // Its own folder: a bridge that is killed leaves its job file, one that is closed does not.
  const left = join(harness.folder, 'left');
  mkdirSync(left);
  copyFileSync(join(harness.folder, 'jobs', 'sim.json'), join(left, 'sim.json'));
  const executor = new BridgeExecutor({ job: 'sim', jobsFolder: left, unreachableMs: 100 });
  harness.executors.push(executor);
  await executor.start();
  const kernel = new Kernel(executor);
  await harness.bridge.close();
  await expect(kernel.run('a').verdict).rejects.toMatchObject({ code: 'bridge_lost' });
  const later = kernel.run('b');
  await expect(later.verdict).rejects.toMatchObject({ code: 'bridge_lost' });
  // Submitted before its notebook has learnt of that: it must not reach a bridge that is back by then.
  expect(await kernel.run('c', { after: later.cell.id }).verdict).toMatchObject({ status: 'aborted' });
});

describe('a %live cell whose bridge is replaced', () => {
  /** Starts `code`, replaces the bridge once its last line is under way, and gives back the ranks as they connect anew. */
  async function replaced(code: string, lines: number, before: () => Promise<void> = () => Promise.resolve()): Promise<{ cell: Running; back: FakeRank[]; next: () => Running }> {
    await harness.start();
    const ranks = harness.simulate(2, () => undefined);
    const kernel = await harness.kernel();
    const cell = kernel.run(code);
    await harness.addon.until(() => ranks.every((rank) => rank.sentCommands.length === lines));
    const held = ranks[0]!.sentCommands.slice(-1);
    await harness.bridge.close();
    harness.addon = new FakeAddon();
    await harness.start();
    await before();
    const back = [0, 1].map((rank) => new FakeRank(harness.addon, rank, 2, () => undefined, { held: lines, done: lines - 1, commands: held }));
    for (const rank of back) {
      // They have begun it before.
      (rank as unknown as { commands: unknown[] }).commands = [];
      rank.running = lines;
      harness.addon.register(rank);
    }
    return { cell, back, next: () => kernel.run('pass') };
  }

  test('goes on: the line under way is told when it is done, and the lines after it run', async () => {
    const { cell, back, next } = await replaced('%live pause\n%live step 2000000\n%live resume', 2);
    for (const rank of back) {
      rank.step = 50;
      rank.state = RankState.paused;
      rank.settle(2, OutcomeStatus.ok, null);
    }
    expect(await cell.verdict).toMatchObject({ status: 'ok' });
    expect(cell.text()).toContain('paused after 2000000 steps: step 50');
    expect(cell.text()).toContain('running from step 50');
    expect(back[1]!.sentCommands.map((frame) => frame.flags)).toEqual([CommandKind.resume]);
    expect(await next().verdict).toMatchObject({ status: 'ok' });
  });

  test('can be interrupted, also while the ranks are not back yet', async () => {
    const { cell, next } = await replaced('%live step 2000000', 1, async () => {
      const executor = harness.executors[0]!;
      await executor.start();
      await executor.interrupt();
      await harness.journaled('"control":"interrupt"');
    });
    expect(await cell.verdict).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt', evalue: 'the simulation stands still at a safe point' });
    expect(await next().verdict).toMatchObject({ status: 'ok' });
  });
});

test('two bridges for one job: the second is refused', async () => {
  await harness.start();
  await expect(
    startBridge({ id: 'id1', name: 'sim', runtimeDir: join(harness.folder, 'run'), dir: join(harness.folder, 'job'), addon: new FakeAddon(), jobsFolder: join(harness.folder, 'jobs') }),
  ).rejects.toThrow(/another bridge \(process \d+\) serves this job already/);
});

test('a second live run of one name is named name-2, with a warning', async () => {
  await harness.start();
  const second = await startBridge({
    id: 'id2', name: 'sim', runtimeDir: join(harness.folder, 'run2'), dir: join(harness.folder, 'job2'), addon: new FakeAddon(),
    supervisorPid: process.pid, jobsFolder: join(harness.folder, 'jobs'), jupyterFolder: join(harness.folder, 'jupyter'), warn: (sentence) => harness.warnings.push(sentence),
  });
  expect(second.name).toBe('sim-2');
  expect(harness.warnings).toEqual(['a live run is named sim already: this one is sim-2']);
  await second.close();
});

test('singletons of another launcher are named', async () => {
  await harness.start();
  harness.addon.start(1, () => undefined);
  harness.addon.register(new FakeRank(harness.addon, 0, 1, () => undefined, { pid: 1 }));
  expect(harness.warnings[0]).toContain('2 programs registered as rank 0 of 1: started by a launcher of another MPI');
});

test('no rank within the limit is told once, with what to look for', async () => {
  let tell!: (sentence: string) => void;
  const told = new Promise<string>((resolve) => (tell = resolve));
  await harness.start({ registerMs: 10, warn: tell });
  expect(await told).toContain('no rank has registered');
});

async function raw(path: string): Promise<{ socket: Socket; first: Promise<Record<string, unknown>>; closed: Promise<void> }> {
  const socket = createConnection(path);
  const reader = new FrameReader();
  const first = new Promise<Record<string, unknown>>((resolve) => socket.on('data', (chunk: Buffer) => reader.push(chunk).forEach((message) => resolve(message as Record<string, unknown>))));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
  return { socket, first, closed };
}

const hello = { t: 'hello', version: PROTOCOL_VERSION, client: 'test', pid: 1, host: 'h', user: 'u', observer: false };

test.each([
  ['a wrong version', encodeFrame({ ...hello, version: 99 }), 'version_mismatch'],
  ['no hello', encodeFrame({ t: 'detach' }), 'refused'],
  ['an unknown message', encodeFrame({ t: 'what' }), 'malformed'],
  ['a frame over the limit', Buffer.from([0xff, 0xff, 0xff, 0xff]), 'too_large'],
  ['bytes that are no MessagePack', Buffer.from([0, 0, 0, 2, 0xc1, 0xc1]), 'malformed'],
])('%s is refused in one sentence, and the bridge serves on', async (_name, bytes, code) => {
  await harness.start();
  harness.simulate(1, () => undefined);
  const { socket, first, closed } = await raw(harness.bridge.cellsSocket);
  socket.write(bytes);
  expect(await first).toMatchObject({ t: 'refused', code });
  await closed;
  expect(await (await harness.kernel()).run('x').verdict).toMatchObject({ status: 'ok' });
});

test('a client that does not read holds the ranks, and is put out in the end; the run goes on', async () => {
  await harness.start({ slowClientMs: 100 });
  const ranks = harness.simulate(1, ({ write, cell }) => {
    if (cell['code'] === 'flood') for (let i = 0; i < 24; i += 1) write('x'.repeat(1024 * 1024));
  });
  const { socket, first, closed } = await raw(harness.bridge.cellsSocket);
  socket.write(encodeFrame(hello));
  await first;
  socket.pause();
  socket.write(encodeFrame({ t: 'execute', id: 'f', code: 'flood', silent: false, storeHistory: true, userExpressions: {}, allowStdin: false, stopOnError: true }));
  await harness.addon.until(() => ranks[0]!.held);
  await harness.addon.until(() => !ranks[0]!.held);
  socket.resume();
  await closed;
  expect(await (await harness.kernel()).run('x').verdict).toMatchObject({ status: 'ok' });
});

test('an unwritable job folder costs one warning and no cell', async () => {
  await harness.start({ dir: '/dev/null/job' });
  harness.simulate(1, () => undefined);
  const kernel = await harness.kernel();
  for (let i = 0; i < 3; i += 1) expect(await kernel.run('x').verdict).toMatchObject({ status: 'ok' });
  expect(harness.warnings.filter((sentence) => sentence.includes('cannot be written'))).toHaveLength(1);
});

test('files are private, the kernelspec names the job, and all is gone at the end', async () => {
  await harness.start();
  harness.simulate(4, () => undefined);
  await (await harness.kernel()).run('x').verdict;
  const spec = JSON.parse(readFileSync(join(harness.folder, 'jupyter', 'kernels', 'allranks-sim', 'kernel.json'), 'utf8')) as Record<string, unknown>;
  expect(spec).toMatchObject({ display_name: 'sim — live, 4 ranks', interrupt_mode: 'message', kernel_protocol_version: '5.5', argv: ['allranks', 'attach', '--job', 'sim', '--connection-file', '{connection_file}'] });
  for (const [path, mode] of [['run', 0o700], ['run/cells.sock', 0o600], ['job', 0o700], ['job/journal.jsonl', 0o600], ['jobs/sim.json', 0o600]] as const) {
    expect([path, statSync(join(harness.folder, path)).mode & 0o777]).toEqual([path, mode]);
  }
  await harness.bridge.close();
  for (const path of ['run/cells.sock', 'run/bridge.pid', 'jobs/sim.json', 'jupyter/kernels/allranks-sim']) expect([path, existsSync(join(harness.folder, path))]).toEqual([path, false]);
});

test('export makes a notebook of the journal', async () => {
  await harness.start();
  harness.simulate(2, ({ write, publish, cell }) => {
    write('hello\n');
    publish({ kind: 'result', data: { 'text/plain': '4' }, metadata: {}, execution_count: 1 });
    return cell['code'] === 'bad' ? { status: OutcomeStatus.error, ename: 'E', evalue: 'v', traceback: ['E: v'] } : undefined;
  });
  const kernel = await harness.kernel();
  await kernel.run('good').verdict;
  await kernel.run('bad').verdict;
  await harness.bridge.close();
  const notebook = journalToNotebook(join(harness.folder, 'job')) as { cells: { source: string; outputs: { output_type: string }[]; execution_count: number }[] };
  expect(notebook).toMatchObject({ nbformat: 4, nbformat_minor: 5 });
  expect(notebook.cells.map((cell) => [cell.execution_count, cell.source, cell.outputs.map((output) => output.output_type)])).toEqual([
    [1, 'good', ['stream', 'execute_result']],
    [2, 'bad', ['stream', 'execute_result', 'error']],
  ]);
  expect(exportJob(join(harness.folder, 'job'), join(harness.folder, 'out.ipynb'))).toEqual({ cells: 2 });
});

test('a pause ends by itself after its limit, and its cost is in the journal', async () => {
  await harness.start({ maxPauseS: 0.05 });
  harness.simulate(4, () => undefined);
  const kernel = await harness.kernel();
  await kernel.run('%live pause').verdict;
  await harness.addon.until(() => harness.ranksResumed());
  expect(harness.warnings[0]).toMatch(/the pause has lasted 0.05 s, the limit, and cost .* core-hours/);
});

test('when the last notebook leaves during a pause, the run goes on', async () => {
  await harness.start();
  harness.simulate(2, () => undefined);
  const kernel = await harness.kernel();
  await kernel.run('%live pause').verdict;
  await kernel.executor.close();
  await harness.addon.until(() => harness.ranksResumed());
  expect(harness.warnings[0]).toContain('the last notebook has left during a pause');
});
