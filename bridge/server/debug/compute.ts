/** A value for the debugger while nothing has stopped: computed at the next safe point, on all ranks. */
import { randomUUID } from 'node:crypto';
import type { Executions } from '../executions';
import type { Outcome } from '../verdict';

/** A front end shows nothing until then. */
const COMPUTE_MS = 10_000;

/** `done` is called once, with the outcomes of all ranks or a sentence; without a safe point within the bound the call is withdrawn. */
export function computeValue(cells: Executions, expression: string, rich: boolean, done: (outcomes: readonly Outcome[] | string) => void): void {
  const id = randomUUID();
  // Before the call, which may settle at once.
  const timer = setTimeout(() => cells.interrupt(id), COMPUTE_MS);
  cells.callAside(id, { what: 'value', expression, rich }, 'the debugger', (body, outcomes) => {
    clearTimeout(timer);
    done(outcomes.length > 0 ? outcomes : `${body.ename ?? 'Error'}: ${body.evalue ?? ''}`);
  });
}
