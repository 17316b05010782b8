/** A bridge with ranks that wait in MPI: who is asked, who is released, and what the notebook shows meanwhile. */
import type { BoardSnapshot } from '../../../native/addon/addon';
import { FUNCTION_INDEX_BASE, OutcomeStatus, RankState, SocketKind } from '../../../bridge/protocol/generated';
import type { FakeRank } from '../../support/fake-addon';
import { Harness } from './harness';

let harness: Harness;
beforeEach(() => (harness = new Harness()));
afterEach(() => harness.stop());

/** From now on the rank waits in `call` at `line` of the cell or function `index`. */
function wait(rank: FakeRank, index: number, call: string, line: number, board: Partial<BoardSnapshot> = {}): null {
  rank.sight = { mpiCall: call, cellLine: line, mpiSinceNs: harness.addon.monotonicNs(), ...board };
  rank.doing = () => ({ cell: index, cellLine: line, activity: 'waiting', call, needs: [] });
  return null;
}

/** The rank has left it. */
function leave(rank: FakeRank, index: number, activity: 'finished' | 'departed'): void {
  rank.sight = {};
  rank.doing = () => ({ cell: index, cellLine: 0, activity, call: '', needs: [] });
}

function releases(rank: FakeRank): [number, string][] {
  return rank.frames.filter((frame) => frame.kind === SocketKind.release).map((frame) => [frame.index, Buffer.from(frame.payload).toString()]);
}

const probes = (): number => harness.ranks.reduce((sum, rank) => sum + rank.frames.filter((frame) => frame.kind === SocketKind.probe).length, 0);

/** A released rank comes out with the sentence as its error. */
async function comeBack(rank: FakeRank): Promise<void> {
  await harness.addon.until(() => releases(rank).length > 0);
  const [index, sentence] = releases(rank)[0]!;
  leave(rank, index, 'departed');
  rank.settle(index, OutcomeStatus.error, { ename: 'RankDeparted', evalue: sentence, traceback: [`RankDeparted: ${sentence}`] });
}

test('ranks that wait for one that raised are released: the notebook shows its error first, then theirs', async () => {
  await harness.start();
  harness.simulate(3, ({ rank, index }) => {
    if (rank.rank !== 1) return wait(rank, index, 'MPI_Allreduce', 5);
    leave(rank, index, 'departed');
    return { status: OutcomeStatus.error, ename: 'ValueError', evalue: 'bad', traceback: ['ValueError: bad'] };
  });
  const cell = (await harness.kernel()).run('x');
  await Promise.all([harness.ranks[0]!, harness.ranks[2]!].map(comeBack));
  const verdict = await cell.verdict;
  const sentence = 'rank 1 left this cell with ValueError; ranks 0,2 were in MPI_Allreduce, cell line 5';
  expect(verdict).toMatchObject({ status: 'error', ename: 'ValueError', traceback: ['[rank 1]', 'ValueError: bad', '[ranks 0,2]', `RankDeparted: ${sentence}`] });
  expect(releases(harness.ranks[1]!)).toEqual([]);
  await harness.journaled(`"ranks":{"0":"${sentence}"`);
});

test('a rank that %%ranks leaves out counts as one that does not run the cell', async () => {
  await harness.start();
  harness.simulate(2, ({ rank, index }) => wait(rank, index, 'MPI_Barrier', 2));
  leave(harness.ranks[1]!, 1, 'finished');
  const cell = (await harness.kernel()).run('%%ranks 0\nx');
  await comeBack(harness.ranks[0]!);
  expect(await cell.verdict).toMatchObject({ ename: 'RankDeparted', evalue: 'rank 1 does not run this cell (%%ranks); rank 0 was in MPI_Barrier, cell line 2' });
});

test('ranks that nobody has left are all told who waits where', async () => {
  await harness.start();
  harness.simulate(2, ({ rank, index }) => wait(rank, index, rank.rank === 0 ? 'MPI_Barrier' : 'MPI_Recv', rank.rank === 0 ? 2 : 4));
  const cell = (await harness.kernel()).run('x');
  await Promise.all(harness.ranks.map(comeBack));
  const sentence = 'the ranks do not match: rank 0 in MPI_Barrier (cell line 2), rank 1 in MPI_Recv (cell line 4)';
  expect(await cell.verdict).toMatchObject({ status: 'error', ename: 'RankDeparted', evalue: sentence, traceback: [`RankDeparted: ${sentence}`] });
});

test('a rank that computes is waited for without a question, and the notebook says in place who is done and who waits', async () => {
  await harness.start({ times: { notice: 20, fold: 20, reconnect: 300, settle: 20, grace: 50, progress: 50 } });
  const ranks = harness.simulate(4, ({ rank, index }) => (rank.rank < 2 ? (leave(rank, index, 'finished'), undefined) : rank.rank === 2 ? wait(rank, index, 'MPI_Allreduce', 4) : null));
  const cell = (await harness.kernel()).run('x');
  const line = await cell.output((output) => output.kind === 'display');
  expect(line).toMatchObject({ data: { 'text/plain': expect.stringMatching(/^2 of 4 ranks done, rank 2 in MPI_Allreduce for .* \(cell 1, line 4\), rank 3 computing$/) } });
  await cell.output((output) => output.kind === 'update');
  expect([probes(), releases(ranks[2]!)]).toEqual([0, []]);
  leave(ranks[2]!, 1, 'finished');
  for (const rank of [ranks[2]!, ranks[3]!]) rank.settle(1, OutcomeStatus.ok, {});
  expect(await cell.verdict).toMatchObject({ status: 'ok' });
  // It had shown nothing else: the line is gone from the page and from what lasts.
  expect(cell.outputs.at(-1)).toEqual({ kind: 'clear', wait: false });
});

test('the line is emptied, not cleared, when the cell has other outputs', async () => {
  await harness.start({ times: { notice: 20, fold: 20, reconnect: 300, settle: 20, grace: 50, progress: 50 } });
  const ranks = harness.simulate(2, ({ rank, write }) => (write('kept\n'), rank.rank === 0 ? undefined : null));
  const cell = (await harness.kernel()).run('x');
  // Either may come first on a busy machine.
  await cell.output((output) => output.kind === 'stream');
  await cell.output((output) => output.kind === 'display');
  ranks[1]!.settle(1, OutcomeStatus.ok, {});
  await cell.verdict;
  expect(cell.outputs.some((output) => output.kind === 'clear')).toBe(false);
  expect(cell.outputs.filter((output) => output.kind === 'update').at(-1)).toMatchObject({ data: { 'text/plain': '' } });
  expect(cell.text()).toBe('kept\n');
});

test('a rank that does not answer is never taken for stuck; when it answers, the proof is made', async () => {
  await harness.start();
  const ranks = harness.simulate(2, ({ rank, index }) => wait(rank, index, rank.rank === 0 ? 'MPI_Barrier' : 'MPI_Bcast', 1));
  const cell = (await harness.kernel()).run('x');
  ranks[1]!.doing = null;
  await harness.addon.until(() => probes() >= 4);
  expect(ranks.flatMap(releases)).toEqual([]);
  wait(ranks[1]!, 1, 'MPI_Bcast', 1);
  await Promise.all(ranks.map(comeBack));
  expect(await cell.verdict).toMatchObject({ ename: 'RankDeparted' });
});

test('ranks stuck in an inline function are released by its index, with the exception that one of them left by', async () => {
  await harness.start();
  const ranks = harness.simulate(2, () => undefined);
  const index = FUNCTION_INDEX_BASE + 3;
  const board = { state: RankState.inFunction, functionIndex: index, function: 'analyse' };
  wait(ranks[0]!, index, 'MPI_Allreduce', 12, board);
  leave(ranks[1]!, index, 'departed');
  ranks[1]!.sight = { state: RankState.inFunction, function: 'analyse', functionError: 'KeyError' };
  await harness.addon.until(() => releases(ranks[0]!).length > 0);
  expect(releases(ranks[0]!)[0]).toEqual([index, 'rank 1 left function analyse with KeyError; rank 0 was in MPI_Allreduce, line 12']);
  expect(releases(ranks[1]!)).toEqual([]);
});
