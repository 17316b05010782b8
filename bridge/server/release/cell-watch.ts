/**
 * Looks after the cell or inline function that runs: releases ranks that wait in MPI for ever, and tells in the cell what the ranks do when it
 * lasts. Wires the watch for deadlocks to roster, journal and timers; reads boards only while something runs.
 */
import { readFileSync } from 'node:fs';
import type { BoardSnapshot, RankLink } from '../../../native/addon/addon';
import { RankState, SocketKind } from '../../protocol/generated';
import type { Execution } from '../execution';
import type { Journal } from '../journal';
import type { Rank, Roster } from '../roster';
import type { Outcome } from '../verdict';
import { DeadlockWatch, type Sight } from './deadlock-watch';
import { progressLine, worthTelling, type Inside } from './progress-line';
import { THIS_CELL, type Left } from './sentences';

export interface CellWatchWorld {
  journal: Journal;
  /** `notice`: between updates of the line; `progress`: a cell that lasts longer gets one; milliseconds. */
  times: { notice: number; progress: number };
  monotonicNs(): number;
  isDeadlock(first: readonly Uint8Array[], second: readonly Uint8Array[]): boolean;
}

/** Processes whose state is read for one line. */
const MOST_STATES = 64;

export class CellWatch {
  private readonly watch: DeadlockWatch;
  private execution: Execution | null = null;
  private beganMs = 0;
  private lineTimer: NodeJS.Timeout | null = null;
  private lineShown = false;
  /** Since when a rank's Python has not seen the user's interrupt, by rank. */
  private readonly unseen = new Map<number, number>();

  constructor(
    private readonly roster: Roster,
    private readonly world: CellWatchWorld,
    private readonly step: () => number,
    private readonly inDebugger: () => number | null = () => null,
  ) {
    this.watch = new DeadlockWatch({
      nowMs: () => performance.now(),
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      sights: (index) => this.sights(index),
      probe: (n) => {
        for (const rank of roster.ranks.values()) if (rank.present) rank.link.send(SocketKind.probe, 0, n);
      },
      progress: (rank) => {
        const found = roster.ranks.get(rank);
        return found?.present ? found.link.progress() : null;
      },
      isDeadlock: (first, second) => world.isDeadlock(first, second),
      release: (index, sentences) => this.release(index, sentences),
      leftWith: (rank) => roster.board(roster.ranks.get(rank))?.functionError ?? '',
    });
  }

  /** Ranks have begun the cell of `execution`. */
  began(execution: Execution): void {
    this.execution = execution;
    this.beganMs = performance.now();
    this.unseen.clear();
    this.lineShown = false;
    this.watch.begin(execution.index, THIS_CELL);
    this.lineTimer ??= setTimeout(() => this.tellLine(), this.world.times.progress);
  }

  /** A rank has left the cell; others are still in it. */
  left(index: number, outcome: Outcome): void {
    if (index !== this.watch.watched) return;
    this.watch.leave(index, leftBy(outcome));
  }

  /** The cell has its verdict, or is about to get it: the line goes. */
  settled(execution: Execution): void {
    if (this.execution !== execution) return;
    this.removeLine();
    this.execution = null;
    this.watch.end(execution.index);
  }

  /** A rank has answered a probe. */
  probed(link: RankLink): void {
    const rank = this.roster.of(link);
    if (rank) this.watch.answered(rank.rank);
  }

  /** Now and then while no cell runs: is some rank in an inline function that waits in MPI? */
  lookAtFunctions(): void {
    if (this.execution) return;
    const boards = this.boards();
    const inside = boards.find(({ board }) => board !== null && board.functionIndex > 0 && board.mpiCall !== '')?.board;
    if (inside) this.watch.begin(inside.functionIndex, { name: `function ${inside.function}`, line: 'line' });
    else if (this.watch.watched > 0 && !boards.some(({ board }) => board?.functionIndex === this.watch.watched)) this.watch.end(this.watch.watched);
  }

  /**
   * The job ends with ranks in the middle of a cell: those that wait in MPI leave it rather than wait for ever.
   * @param why sentence on what ended the job.
   */
  lost(why: string): void {
    const { watched } = this.watch;
    if (watched === 0) return;
    const waiting = this.boards().filter(({ rank, board }) => rank.present && board !== null && board.mpiCall !== '');
    this.release(watched, new Map(waiting.map(({ rank }) => [rank.rank, why])));
  }

  /** Stops timers. */
  close(): void {
    this.watch.close();
    if (this.lineTimer) clearTimeout(this.lineTimer);
    this.lineTimer = null;
  }

  private boards(): { rank: Rank; board: BoardSnapshot | null }[] {
    return this.roster.sorted().map((rank) => ({ rank, board: this.roster.board(rank) }));
  }

  private sights(index: number): Sight[] {
    const isCell = this.execution?.index === index;
    return this.boards().map(({ rank, board }) => ({
      rank: rank.rank,
      present: rank.present,
      // A rank whose outcome is still on its way waits for the others already.
      out: board !== null && (isCell ? board.state === RankState.settling : board.functionIndex !== index),
      call: board?.mpiCall ?? '',
    }));
  }

  private release(index: number, sentences: ReadonlyMap<number, string>): void {
    for (const [rank, sentence] of sentences) {
      const found = this.roster.ranks.get(rank);
      if (found?.present) found.link.send(SocketKind.release, 0, index, Buffer.from(sentence));
    }
    this.world.journal.add('release', this.step(), { index, id: this.execution?.id ?? null, ranks: Object.fromEntries(sentences) });
  }

  // --- The line -------------------------------------------------------------------------------------------------------

  private tellLine(): void {
    this.lineTimer = null;
    const { execution } = this;
    if (!execution) return;
    const lasted = performance.now() - this.beganMs;
    const { notice, progress } = this.world.times;
    // The timer was made for an earlier, shorter cell.
    if (lasted < progress) {
      this.lineTimer = setTimeout(() => this.tellLine(), progress - lasted);
      return;
    }
    this.lineTimer = setTimeout(() => this.tellLine(), notice);
    const inside = this.inside();
    const done = this.watch.leavers.size;
    if (worthTelling(done, inside)) this.showLine(execution, progressLine(done, inside, execution.count));
    else if (this.lineShown) this.showLine(execution, '');
  }

  private inside(): Inside[] {
    const now = this.world.monotonicNs();
    const out = this.boards().filter(({ rank }) => !this.watch.leavers.has(rank.rank));
    return out.map(({ rank, board }) => ({
      rank: rank.rank,
      call: board?.mpiCall ?? '',
      callSeconds: board?.mpiCall ? Math.max(0, (now - board.mpiSinceNs) / 1e9) : 0,
      line: board?.cellLine ?? 0,
      present: rank.present,
      stopped: out.length <= MOST_STATES && isStopped(rank.link.hello.pid),
      inDebugger: this.inDebugger() === rank.rank,
      interruptedSeconds: this.unseenSeconds(rank.rank, board),
    }));
  }

  private unseenSeconds(rank: number, board: BoardSnapshot | null): number {
    const now = performance.now();
    const since = board?.interruptPending === 1 ? (this.unseen.get(rank) ?? now) : now;
    if (board?.interruptPending === 1) this.unseen.set(rank, since);
    else this.unseen.delete(rank);
    return (now - since) / 1000;
  }

  private showLine(execution: Execution, line: string): void {
    const data = { 'text/plain': line };
    const displayId = `allranks-progress-${execution.id}`;
    execution.emitPassing({ kind: this.lineShown ? 'update' : 'display', data, metadata: {}, displayId });
    this.lineShown = true;
  }

  /** A cell that has shown nothing else is cleared; from among other outputs a display cannot be taken, so it is emptied. */
  private removeLine(): void {
    if (!this.lineShown || !this.execution) return;
    if (this.execution.outputs === 0) this.execution.emitPassing({ kind: 'clear', wait: false });
    else this.showLine(this.execution, '');
    this.lineShown = false;
  }
}

function leftBy(outcome: Outcome): Left {
  const { rank, status } = outcome;
  if (status === 'ok') return { rank, how: 'finished' };
  if (status === 'skipped') return { rank, how: 'skipped' };
  if (status === 'lost') return { rank, how: 'lost' };
  return { rank, how: 'error', why: outcome.ename ?? 'KeyboardInterrupt' };
}

/** Was the process stopped by a signal? False when it is gone or hidden from us. */
function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return /^[Tt]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    // Gone, hidden from us, or no descriptor left: the line says less.
    return false;
  }
}
