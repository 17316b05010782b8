/** What the ranks take of their machine, for front ends that show it. Numbers come from the rank boards. */
import type { RankRow } from './live-status';

export interface RankUsage {
  rank: number;
  host: string;
  pid: number;
  /** Percent of one core since the reading before; 0 at the first one. */
  cpuPercent: number;
  memoryBytes: number;
}

/** Readings closer together than this give the same answer: the boards are no finer. Milliseconds. */
const LEAST_MS = 900;

export class UsageMeter {
  private before: { atMs: number; cpuNs: ReadonlyMap<number, number> } | null = null;
  private latest: RankUsage[] = [];

  /** @param rows the ranks as they are now. @param nowMs a clock that never goes back. */
  read(rows: readonly RankRow[], nowMs: number): RankUsage[] {
    const { before } = this;
    if (before && nowMs - before.atMs < LEAST_MS) return this.latest;
    const elapsedNs = before ? (nowMs - before.atMs) * 1e6 : 0;
    this.latest = rows.flatMap(({ rank, host, pid, board }) => {
      if (!board) return [];
      const spentNs = board.cpuNs - (before?.cpuNs.get(pid) ?? board.cpuNs);
      return [{ rank, host, pid, cpuPercent: elapsedNs > 0 ? Math.max(0, Math.round((1000 * spentNs) / elapsedNs) / 10) : 0, memoryBytes: board.residentBytes }];
    });
    this.before = { atMs: nowMs, cpuNs: new Map(rows.flatMap(({ pid, board }) => (board ? [[pid, board.cpuNs]] : []))) };
    return this.latest;
  }
}
