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

/** Arms the notice; `sentence` is asked about once a second while the execution waits. */
export function startNotice(execution: Execution, sentence: () => string, everyMs: number): void {
  stopNotice(execution);
  const tick = (): void => {
    if (execution.state !== 'queued' && execution.state !== 'waiting') return;
    const data = { 'text/plain': sentence() };
    const displayId = `allranks-waiting-${execution.id}`;
    execution.emitPassing(execution.noticeShown ? { kind: 'update', data, metadata: {}, displayId } : { kind: 'display', data, metadata: {}, displayId });
    execution.noticeShown = true;
    execution.noticeTimer = setTimeout(tick, everyMs);
  };
  execution.noticeTimer = setTimeout(tick, everyMs);
}

/** Ends the notice and takes it off the page. */
export function stopNotice(execution: Execution): void {
  if (execution.noticeTimer) clearTimeout(execution.noticeTimer);
  execution.noticeTimer = null;
  if (execution.noticeShown) execution.emitPassing({ kind: 'clear', wait: false });
  execution.noticeShown = false;
}
