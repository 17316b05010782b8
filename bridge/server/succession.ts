/**
 * Cells that a client submits ahead of its running one. Each waits, without a number and without a place in the queue, for the one
 * before it: accepted when that one has succeeded, aborted when not. So the next cell can go to the ranks together with the verdict of
 * the one before, and other notebooks still get their turn in between. Pure.
 */
import type { Client, Execution } from './execution';

/** Cells that may wait so, of all clients together. */
const MOST_AHEAD = 1024;

export class Succession {
  private ahead = 0;
  /** Settled ones whose followers are being looked at; null: none. */
  private releasing: Execution[] | null = null;

  /** @param accept gives a cell its number and its place in the queue. @param count the last number given. */
  constructor(
    private readonly accept: (execution: Execution) => void,
    private readonly count: () => number,
  ) {}

  /**
   * A cell that its client wants after `before`. `free`: there is no condition, or none any more; `bound`: what becomes of `before`
   * decides, or has decided; `full`: too many wait already.
   */
  follow(client: Client, execution: Execution, before: Execution | undefined): 'free' | 'bound' | 'full' {
    if (before?.owner !== client) return 'free';
    if (before.verdict && !before.stops) {
      // An interrupt that names the one before, whose verdict is still on its way to the client, is meant for this one.
      before.followers.push(execution);
      return 'free';
    }
    if (before.verdict) {
      this.abort(execution);
      return 'bound';
    }
    if (this.ahead >= MOST_AHEAD) return 'full';
    this.ahead += 1;
    execution.state = 'ahead';
    before.followers.push(execution);
    return 'bound';
  }

  /** A cell has settled: those that follow it are accepted, or aborted with all that comes after them. */
  release(execution: Execution): void {
    // A cell that settles while it is accepted comes back here; not by recursion either, see `abort`.
    if (this.releasing) {
      this.releasing.push(execution);
      return;
    }
    this.releasing = [execution];
    try {
      for (const settled of this.releasing) {
        for (const next of settled.followers) {
          if (next.state !== 'ahead') continue;
          this.ahead -= 1;
          if (settled.stops) this.abort(next);
          else this.accept(next);
        }
      }
    } finally {
      this.releasing = null;
    }
  }

  /** The client is gone: what was not accepted yet goes with it, and is submitted again if the client comes back. True: forget it. */
  disown(execution: Execution): boolean {
    execution.followers.length = 0;
    if (execution.state !== 'ahead') return false;
    this.ahead -= 1;
    return true;
  }

  /** Never accepted: no number, no line in the journal. */
  private abort(first: Execution): void {
    const settle = (execution: Execution): void => {
      execution.count = this.count();
      execution.settle({ status: 'aborted', userExpressions: {}, payload: [], metadata: {} });
    };
    settle(first);
    // Not by recursion: a client decides how long the row is.
    for (let row = first.followers; row.length > 0; row = row.flatMap((execution) => execution.followers)) {
      for (const execution of row) {
        if (execution.state !== 'ahead') continue;
        this.ahead -= 1;
        settle(execution);
      }
    }
  }
}
