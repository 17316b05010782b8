/** The notice in a cell that waits: shown after a second, updated in place, removed when the cell begins. */
import type { BoardSnapshot } from '../../native/addon/addon';
import type { Execution } from './execution';
import { duration } from './live-status';

/** What a waiting cell waits for, in one sentence. Times of the board are monotonic nanoseconds, as is `nowNs`. */
export function waitingSentence(board: BoardSnapshot | null, nowNs: number): string {
  if (!board) return 'waiting for the ranks';
  const began = board.stepBeganNs > 0 ? ` began ${duration(Math.max(0, (nowNs - board.stepBeganNs) / 1e9))} ago` : ' is under way';
  const usual = board.usualStepNs > 0 ? `, usual ${duration(board.usualStepNs / 1e9)}` : '';
  return `waiting for a safe point: step ${board.step}${began}${usual}`;
}

/** The notices of all executions that wait. One timer serves them, and is left to run out: a cell that begins at once costs none. */
export class WaitingNotices {
  /** When the notice of each is due, or due again; `performance.now()`. */
  private readonly due = new Map<Execution, number>();
  private timer: NodeJS.Timeout | null = null;

  /** @param everyMs waiting before the notice appears, and between its updates. @param sentence what an execution waits for. */
  constructor(
    private readonly everyMs: number,
    private readonly sentence: (execution: Execution) => string,
  ) {}

  /** It begins to wait. */
  start(execution: Execution): void {
    this.stop(execution);
    this.due.set(execution, performance.now() + this.everyMs);
    this.timer ??= setTimeout(() => this.look(), this.everyMs);
  }

  /** Ends the notice and takes it off the page. */
  stop(execution: Execution): void {
    this.due.delete(execution);
    if (execution.noticeShown) execution.emitPassing({ kind: 'clear', wait: false });
    execution.noticeShown = false;
  }

  /** Stops the timer. */
  close(): void {
    if (this.timer) clearTimeout(this.timer);
    this.due.clear();
  }

  private look(): void {
    this.timer = null;
    const now = performance.now();
    let next = Infinity;
    for (const [execution, due] of this.due) {
      // Timers may be a millisecond early.
      if (due > now + 1) {
        next = Math.min(next, due);
      } else if (execution.state === 'queued' || execution.state === 'waiting') {
        this.show(execution);
        this.due.set(execution, now + this.everyMs);
        next = Math.min(next, now + this.everyMs);
      } else {
        this.due.delete(execution);
      }
    }
    if (next < Infinity) this.timer = setTimeout(() => this.look(), next - now);
  }

  private show(execution: Execution): void {
    const data = { 'text/plain': this.sentence(execution) };
    const displayId = `allranks-waiting-${execution.id}`;
    execution.emitPassing({ kind: execution.noticeShown ? 'update' : 'display', data, metadata: {}, displayId });
    execution.noticeShown = true;
  }
}
