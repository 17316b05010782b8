/** Boards of the ranks in words: what `%live status` and `%live ranks` show. */
import type { BoardSnapshot } from '../../../native/addon/addon';
import { RankState } from '../../../bridge/protocol/generated';
import type { JobStatus, Output } from '../../../bridge/protocol/messages';
import { guardText, rankState, renderRanks, renderStatus, type RankRow } from '../../../bridge/server/live-status';

const board = (more: Partial<BoardSnapshot> = {}): BoardSnapshot => ({
  state: RankState.inCell, held: 1, done: 0, current: 1, step: 3, time: 0.5, stepBeganNs: 0, usualStepNs: 0, updatedNs: 0, residentBytes: 0, cpuNs: 0,
  mpiSinceNs: 0, mpiComm: 0, mpiCall: '', cellLine: 0, interruptPending: 0, functionErrors: 0, function: '', functionIndex: 0, functionError: '', lostBytes: 0, ...more,
});
const waits = (sinceNs: number): BoardSnapshot => board({ mpiCall: 'MPI_Recv', mpiSinceNs: sinceNs, cellLine: 4 });
const row = (rank: number, at: BoardSnapshot | null, guard = 'active', note = ''): RankRow => ({ rank, host: 'node', pid: 100 + rank, board: at, note, guard });
const job: JobStatus = { name: 'sim', state: 'paused', size: 3, registered: 3, step: 3, time: 0.5, host: 'node', startedAt: 0, pythonVersion: '3', program: 'p', dir: 'd' };
const text = (output: Output): string => (output.kind === 'display' ? String(output.data['text/plain']) : '');
const S = 1e9;

test('a rank that waits in MPI is shown with call, line and how long', () => {
  expect(rankState(waits(2 * S), 14 * S)).toBe('in a cell, line 4, in MPI_Recv for 12 s');
  expect(rankState(waits(2 * S))).toBe('in a cell, line 4, in MPI_Recv');
  expect(rankState(board({ state: RankState.inFunction, cellLine: 9 }), 14 * S)).toBe('in a function, line 9');
  expect(rankState(null, 14 * S)).toBe('gone');
});

test('ranks are one row each, groups of ranks in the same call one row with the longest wait', () => {
  const rows = [row(0, waits(9 * S)), row(1, board({ state: RankState.settling })), row(2, waits(2 * S))];
  const ranks = text(renderRanks(job, rows, 14 * S)).split('\n');
  expect(ranks[2]).toContain('in MPI_Recv for 5 s');
  expect(ranks[4]).toContain('in MPI_Recv for 12 s');
  const status = text(renderStatus(job, rows, 14 * S));
  expect(status).toMatch(/^0,2 +in a cell, line 4, in MPI_Recv for 12 s/m);
  expect(status).toMatch(/^1 +waits for the other ranks/m);
  expect(status.split('\n')[0]).toBe('sim: paused, step 3, time 0.5, 3 ranks on node; MPI guard active');
});

test('what an active guard does not protect is one line below the table', () => {
  const rows = [0, 1].map((rank) => ({ ...row(rank, board()), unprotected: 'sessions, <spawn>' }));
  const status = renderStatus(job, rows, 14 * S);
  expect(text(status).split('\n').at(-1)).toBe('The MPI guard does not protect: sessions, <spawn> (docs/faults.md).');
  expect(status.kind === 'display' && String(status.data['text/html'])).toMatch(/<\/table><p>The MPI guard does not protect: sessions, &lt;spawn&gt; \(docs\/faults\.md\)\.<\/p>$/);
});

test('a reduced guard is named with what is unprotected, by rank where ranks differ', () => {
  expect(guardText([row(0, null, 'reduced: nothing is guarded'), row(1, null, 'reduced: nothing is guarded')])).toBe('MPI guard reduced: nothing is guarded');
  expect(guardText([row(0, null), row(1, null, 'reduced: x'), row(2, null)])).toBe('MPI guard on ranks 0,2 active; MPI guard on rank 1 reduced: x');
  expect(guardText([row(0, null, ''), row(1, null, '')])).toBe('');
});
