/** Questions of running cells for a line of input: to the client that owns the cell, its answer to all ranks. */
import { pack } from '../protocol/frames';
import { SocketKind } from '../protocol/generated';
import type { CommandLog } from './command-log';
import type { Execution } from './execution';

export class CellInput {
  /** @param graceMs how long a client that is gone may take to come back before the cell gets an error. */
  constructor(
    private readonly log: CommandLog,
    private readonly graceMs: number,
  ) {}

  /** A rank asks for the cell. */
  ask(execution: Execution, prompt: string, password: boolean): void {
    if (execution.state === 'settled') return;
    if (!execution.request.allowStdin) return this.answer(execution, { error: 'this front end does not support input' });
    execution.inputAsked = { prompt, password };
    execution.owner?.send({ t: 'inputRequest', id: execution.id, prompt, password });
    if (!execution.owner) this.leave(execution);
  }

  /** A line of input, or the error that stands for it; nothing when nobody has asked. */
  given(execution: Execution | undefined, value: string, error: string | undefined): void {
    if (execution?.inputAsked) this.answer(execution, error === undefined ? { value } : { error });
  }

  /** Nobody is there to type: after a while the cell gets an error, so that it does not hold the run. */
  leave(execution: Execution): void {
    if (!execution.inputAsked) return;
    setTimeout(() => {
      if (execution.inputAsked && !execution.owner) this.answer(execution, { error: 'the front end that was asked for input is gone' });
    }, this.graceMs).unref();
  }

  private answer(execution: Execution, answer: { value: string } | { error: string }): void {
    execution.inputAsked = null;
    this.log.broadcast(SocketKind.inputReply, execution.index, pack(answer));
  }
}
