/**
 * A cell that has been given to the executor, perhaps before its turn: what comes of it until then waits here, so that front ends see
 * one cell after the other.
 */
import { v4 as uuid } from 'uuid';
import { ExecutorError, type CellRequest, type CellSink, type Verdict } from '../executor';
import { reasonOf } from '../log';
import type { Request } from '../wire/message';
import type { Services } from './call';
import { booleanField, stringField, stringMapField } from './fields';

export class SubmittedCell {
  readonly cell: CellRequest;
  /** Never rejects: a refusal of the executor, or the end of the kernel, is an error like one of the cell's own. */
  readonly verdict: Promise<Verdict>;
  private sink: CellSink | undefined;
  private held: ((sink: CellSink) => void)[] = [];

  /**
   * Submits the cell. @param before the cell before it, when that has not been answered yet.
   * @throws RequestError when the request makes no sense; then nothing was submitted.
   */
  constructor(request: Request, services: Services, before?: SubmittedCell) {
    const cell = (this.cell = cellOf(request));
    const { maxCellBytes } = services.outputs.policy;
    if (maxCellBytes !== undefined) cell.maxTextBytes = maxCellBytes;
    if (before !== undefined) cell.after = before.cell.id;
    this.verdict = new Promise((resolve) => {
      let release = (): void => undefined;
      const settle = (verdict: Verdict): void => {
        release();
        resolve(verdict);
      };
      const fail = (error: unknown): void => settle(failure(error, services.state.executionCount));
      release = services.onAbandon(fail);
      services.executor.execute(cell, this.gate()).then(settle, fail);
    });
  }

  /** Its turn has come: `sink` gets what has come so far, then everything else as it comes. */
  begin(sink: CellSink): void {
    this.sink = sink;
    const { held } = this;
    this.held = [];
    for (const pass of held) pass(sink);
  }

  private gate(): CellSink {
    const pass = (action: (sink: CellSink) => void): void => {
      if (this.sink === undefined) this.held.push(action);
      else action(this.sink);
    };
    return {
      accepted: (executionCount) => pass((sink) => sink.accepted(executionCount)),
      output: (output) => pass((sink) => sink.output(output)),
      input: (prompt, password) => new Promise((resolve, reject) => pass((sink) => void sink.input(prompt, password).then(resolve, reject))),
    };
  }
}

/** What a user reads in the place of an exception's name: `bridge_lost` as `BridgeLost`. */
export function errorName(code: string): string {
  // The same name as in the error of a cell that ran when its simulation ended.
  if (code === 'job_ended' || code === 'job_lost') return 'SimulationEnded';
  return code
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function cellOf(request: Request): CellRequest {
  const { content, metadata, header } = request;
  const silent = booleanField(content, 'silent', false);
  const cell: CellRequest = {
    // Never the id of the message: a front end that reuses ids would get the outputs of its earlier cell.
    id: uuid(),
    code: stringField(content, 'code'),
    silent,
    storeHistory: !silent && booleanField(content, 'store_history', true),
    userExpressions: stringMapField(content, 'user_expressions'),
    allowStdin: booleanField(content, 'allow_stdin', true),
    stopOnError: booleanField(content, 'stop_on_error', true),
    username: header.username,
    origin: request.headerJson,
  };
  const cellId = metadata['cellId'];
  if (typeof cellId === 'string') cell.cellId = cellId;
  return cell;
}

function failure(error: unknown, executionCount: number): Verdict {
  const ename = error instanceof ExecutorError ? errorName(error.code) : 'KernelError';
  const evalue = reasonOf(error);
  return { status: 'error', executionCount, ename, evalue, traceback: [`${ename}: ${evalue}`], userExpressions: {}, payload: [], metadata: {} };
}
