/** Interrupts and withdrawals of executions, in whatever state they are. */
import { CommandKind, SocketKind } from '../protocol/generated';
import type { CommandLog } from './command-log';
import type { Execution } from './execution';
import { endProgress } from './live-runner';
import type { Roster } from './roster';
import { FUNCTION_GRACE_MS, interruptFunctions } from './stuck-functions';
import { refusal, type VerdictBody } from './verdict';

/** What interrupts need of the executions and their job. */
export interface InterruptHost {
  readonly roster: Roster;
  readonly log: CommandLog;
  readonly position: { step: number; time: number };
  /** The job has ended or is lost. */
  readonly over: boolean;
  /** Takes it out of the queue; false when it was not there. */
  dequeue(execution: Execution): boolean;
  settle(execution: Execution, body: VerdictBody): void;
}

export class CellInterrupts {
  constructor(private readonly host: InterruptHost) {}

  /** Interrupts an execution that has been accepted and has no verdict. */
  interrupt(execution: Execution): void {
    const { log, roster } = this.host;
    const kind = log.open.get(execution.index)?.kind;
    if (execution.state === 'queued') {
      // Whether a restored one runs that does not wait is known when the ranks are back: `reconcile` asks again.
      if (execution.unknown || (!this.host.dequeue(execution) && execution.restored)) execution.interrupted = true;
      else this.withdrawn(execution);
    } else if (kind === CommandKind.step || kind === CommandKind.until) {
      if (execution.interrupted) interruptFunctions(roster, log, execution.index);
      else this.endProgress(execution);
    } else if (kind === CommandKind.cell || kind === CommandKind.call) {
      const first = !execution.interrupted;
      execution.interrupted = true;
      if (execution.state === 'running') log.broadcast(SocketKind.interrupt, execution.index);
      else if (first) {
        execution.withdrawal = new Map();
        log.broadcast(SocketKind.withdraw, execution.index);
      } else {
        // Agreed upon by all ranks, and an inline function keeps them from it.
        interruptFunctions(roster, log, 0);
      }
    } else if (kind !== undefined) {
      execution.interrupted = true;
      log.broadcast(SocketKind.withdraw, execution.index);
    }
  }

  /** What a rank says of a withdrawal. */
  withdrawalAnswer(execution: Execution, rank: number, accepted: boolean): void {
    execution.withdrawal!.set(rank, accepted);
    // One is enough: no agreement can contain the entry without the withdrawal. Ranks skip it when they come by.
    if (accepted) this.withdrawn(execution);
    // Already agreed upon everywhere: it begins, and is interrupted at its start.
    else if (execution.withdrawal!.size >= this.host.roster.size) this.host.log.broadcast(SocketKind.interrupt, execution.index);
  }

  private withdrawn(execution: Execution): void {
    this.host.settle(execution, refusal('KeyboardInterrupt', 'withdrawn before it began', { ...this.host.position }));
  }

  /** Stops a `step` or `until` at the next safe point. An inline function that keeps it from there is interrupted later, or by a second interrupt. */
  private endProgress(execution: Execution): void {
    execution.interrupted = true;
    endProgress(this.host.log);
    const { index } = execution;
    setTimeout(() => {
      if (!execution.verdict && !this.host.over) interruptFunctions(this.host.roster, this.host.log, index);
    }, FUNCTION_GRACE_MS).unref();
  }
}
