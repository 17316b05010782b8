/** Cells that a kernel submits ahead of its running one. */
import { CommandKind, OutcomeStatus, RingKind } from '../../../bridge/protocol/generated';
import { pack, unpack } from '../../../bridge/protocol/frames';
import type { CellRequest } from '../../../kernel/executor';
import { Harness, type Kernel, type Running } from './harness';
import { FakeAddon, FakeRank, type Program } from '../../support/fake-addon';

let harness: Harness;
beforeEach(() => (harness = new Harness()));
afterEach(() => harness.stop());

/** `bad` fails, `long` ends when it is interrupted, anything else is done at once. */
const program: Program = ({ cell, write }) => {
  write(`${String(cell['code'])}\n`);
  if (cell['code'] === 'bad') return { status: OutcomeStatus.error, ename: 'ValueError', evalue: 'bad', traceback: ['ValueError: bad'] };
  return cell['code'] === 'long' ? null : undefined;
};

/** Submits all of them at once, each after the one before. */
function row(kernel: Kernel, codes: readonly string[], options: Partial<CellRequest> = {}): Running[] {
  const cells: Running[] = [];
  for (const code of codes) {
    const before = cells.at(-1);
    cells.push(kernel.run(code, { ...options, ...(before ? { after: before.cell.id } : {}) }));
  }
  return cells;
}

const statuses = async (cells: readonly Running[]): Promise<string[]> => (await Promise.all(cells.map((cell) => cell.verdict))).map((verdict) => verdict.status);
const ran = (rank: FakeRank): string[] =>
  rank.sentCommands.filter((frame) => frame.flags === CommandKind.cell).map((frame) => String((unpack(frame.payload) as Record<string, unknown>)['code']));

test('they run in order, each with the next number, and each gets its own output', async () => {
  await harness.start();
  const [rank] = harness.simulate(2, program);
  const kernel = await harness.kernel();
  const cells = row(kernel, ['a', 'b', 'c', 'd']);
  expect(await statuses(cells)).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(cells.map((cell) => cell.count)).toEqual([1, 2, 3, 4]);
  expect(cells.map((cell) => cell.text())).toEqual(['a\n', 'b\n', 'c\n', 'd\n']);
  expect(ran(rank!)).toEqual(['a', 'b', 'c', 'd']);
});

test('those after a cell that failed are aborted: no rank sees them, and they take no number', async () => {
  await harness.start();
  const [rank] = harness.simulate(2, program);
  const kernel = await harness.kernel();
  const cells = row(kernel, ['a', 'bad', 'c', 'd']);
  expect(await statuses(cells)).toEqual(['ok', 'error', 'aborted', 'aborted']);
  const later = kernel.run('later');
  expect(await later.verdict).toMatchObject({ status: 'ok', executionCount: 3 });
  expect(ran(rank!)).toEqual(['a', 'bad', 'later']);
  // The executor is asked once more after a cell whose end its caller does not know yet.
  expect(await statuses([kernel.run('e', { after: cells[3]!.cell.id })])).toEqual(['aborted']);
});

test.each([{ stopOnError: false }, { silent: true, storeHistory: false }])('with %j they go on after one that failed', async (options) => {
  await harness.start();
  const [rank] = harness.simulate(1, program);
  const cells = row(await harness.kernel(), ['bad', 'b'], options);
  expect(await statuses(cells)).toEqual(['error', 'ok']);
  expect(ran(rank!)).toEqual(['bad', 'b']);
});

test('an interrupt ends the one that runs and aborts the others', async () => {
  await harness.start();
  const [rank] = harness.simulate(2, program);
  const kernel = await harness.kernel();
  const cells = row(kernel, ['long', 'b', 'c']);
  await cells[0]!.output(() => true);
  await kernel.executor.interrupt();
  expect(await cells[0]!.verdict).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
  expect(await statuses(cells.slice(1))).toEqual(['aborted', 'aborted']);
  expect(ran(rank!)).toEqual(['long']);
});

test('an interrupt of a cell whose follower runs already ends that one', async () => {
  await harness.start();
  harness.simulate(1, program);
  const kernel = await harness.kernel();
  const cells = row(kernel, ['a', 'long']);
  await cells[1]!.output(() => true);
  // What the bridge gets when the first settles while the interrupt is on its way.
  harness.bridge.job.cells.interrupt(cells[0]!.cell.id);
  expect(await cells[1]!.verdict).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
});

test('another notebook gets its turn between them', async () => {
  await harness.start();
  const [rank] = harness.simulate(1, program);
  const first = await harness.kernel();
  const second = await harness.kernel();
  const mine = row(first, ['long', 'x', 'y', 'z']);
  await mine[0]!.output(() => true);
  const theirs = row(second, ['1', '2', '3']);
  await theirs[0]!.accepted;
  rank!.settle(rank!.running, OutcomeStatus.ok, null);
  await Promise.all([...mine, ...theirs].map((cell) => cell.verdict));
  expect(ran(rank!)).toEqual(['long', '1', 'x', '2', 'y', '3', 'z']);
});

test('those of a notebook that has left never run', async () => {
  await harness.start();
  const [rank] = harness.simulate(1, program);
  const kernel = await harness.kernel();
  const cells = row(kernel, ['long', 'b', 'c']);
  await cells[0]!.output(() => true);
  const left = Promise.allSettled(cells.map((cell) => cell.verdict));
  await kernel.executor.close();
  await left;
  const other = await harness.kernel();
  await harness.journaled('"kind":"detach"');
  rank!.settle(rank!.running, OutcomeStatus.ok, null);
  expect(await other.run('mine').verdict).toMatchObject({ status: 'ok', executionCount: 2 });
  expect(ran(rank!)).toEqual(['long', 'mine']);
});

test('they survive a bridge that is started again: each runs once, in order', async () => {
  await harness.start();
  const [rank] = harness.simulate(1, program);
  const kernel = await harness.kernel();
  const cells = row(kernel, ['long', 'b', 'c']);
  await cells[0]!.output(() => true);
  const held = [...rank!.sentCommands];
  await harness.bridge.close();
  harness.addon = new FakeAddon();
  await harness.start();
  const back = new FakeRank(harness.addon, 0, 1, program, { held: 1, done: 0 });
  // It has begun the first one before.
  Object.assign(back.hello, { extra: pack({ commands: held.map((frame) => [frame.index, frame.flags, frame.payload]) }) });
  back.running = 1;
  harness.addon.register(back);
  await harness.addon.until(() => !back.held);
  back.settle(1, OutcomeStatus.ok, null);
  expect(await statuses(cells)).toEqual(['ok', 'ok', 'ok']);
  expect(ran(back)).toEqual(['b', 'c']);
  expect(cells.map((cell) => cell.count)).toEqual([1, 2, 3]);
});

test('a flood of them from one client is refused, not kept', async () => {
  await harness.start();
  const [rank] = harness.simulate(1, program);
  const kernel = await harness.kernel();
  const cells = row(kernel, ['long', ...Array.from({ length: 1100 }, () => 'x')]);
  expect(await cells[1025]!.verdict).toMatchObject({ status: 'error', evalue: 'too many cells were submitted ahead' });
  expect(await cells.at(-1)!.verdict).toMatchObject({ status: 'aborted' });
  rank!.emit(RingKind.stdout, 0, rank!.running, Buffer.from('still here\n'));
  await cells[0]!.output((output) => output.kind === 'stream' && output.text.includes('still here'));
  await kernel.executor.interrupt();
  expect((await statuses(cells.slice(1, 1000))).every((status) => status === 'aborted')).toBe(true);
});

test('a long row of cells that need no rank ends like any other', async () => {
  await harness.start();
  const [rank] = harness.simulate(1, program);
  const kernel = await harness.kernel();
  const cells = row(kernel, ['long', ...Array.from({ length: 1000 }, () => '%live help')]);
  await cells[0]!.output(() => true);
  rank!.settle(rank!.running, OutcomeStatus.ok, null);
  expect((await statuses(cells)).every((status) => status === 'ok')).toBe(true);
});

test('an interrupt of a cell whose end the notebook has not read yet ends the one submitted after it', async () => {
  await harness.start();
  harness.simulate(1, program);
  const kernel = await harness.kernel();
  const first = kernel.run('a');
  await first.verdict;
  const next = kernel.run('long', { after: first.cell.id });
  await next.output(() => true);
  harness.bridge.job.cells.interrupt(first.cell.id);
  expect(await next.verdict).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
});
