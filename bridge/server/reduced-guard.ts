/** Tells each notebook once, with its first cell, that the MPI guard of the run is reduced, and what that means. */
import type { Execution } from './execution';
import { guardText, type RankRow } from './live-status';

export class ReducedGuard {
  /** Clients that know. */
  private readonly told = new Set<string>();

  constructor(private readonly rows: () => RankRow[]) {}

  tell(execution: Execution): void {
    const who = execution.owner?.name;
    if (execution.request.silent || who === undefined || this.told.has(who)) return;
    const reduced = this.rows().filter(({ guard }) => guard.startsWith('reduced'));
    if (reduced.length === 0) return;
    this.told.add(who);
    execution.emitPassing({
      kind: 'stream',
      name: 'stderr',
      text: `allranks: MPI in cells is not fully protected: ${guardText(reduced)}.\n`,
    });
  }
}
