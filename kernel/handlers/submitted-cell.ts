/**
 * A cell that has been given to the executor, perhaps before its turn: what comes of it until then waits here, so that front ends see
 * one cell after the other.
 */
import { randomUUID } from 'node:crypto';
import { ExecutorError, type CellRequest, type CellSink, type ExecutionSink, type Output, type Verdict } from '../executor';
import { reasonOf } from '../log';
import type { Request } from '../wire/message';
import type { Abandonable, Services } from './call';
import { booleanField, stringField, stringMapField } from './fields';

/** What takes the parts of a cell when its turn has come. */
export interface CellRun extends CellSink {
  /** The last call, once. */
  settled(verdict: Verdict): void;
}

export class SubmittedCell implements ExecutionSink, Abandonable {
  readonly cell: CellRequest;
  /** Set when its turn has come. */
  private run: CellRun | undefined;
  private held: ((run: CellRun) => void)[] | undefined;
  private verdict: Verdict | undefined;

  /**
   * Submits the cell. @param before the cell before it, when that has not been answered yet.
   * @throws RequestError when the request makes no sense; then nothing was submitted.
   */
  constructor(
    request: Request,
    private readonly services: Services,
    before?: SubmittedCell,
  ) {
    const cell = (this.cell = cellOf(request));
    const { maxCellBytes } = services.outputs.policy;
    if (maxCellBytes !== undefined) cell.maxTextBytes = maxCellBytes;
    if (before !== undefined) cell.after = before.cell.id;
    services.executor.execute(cell, this);
    if (this.verdict === undefined) services.running.add(this);
  }

  /** Its turn has come: `run` gets what has come so far, then everything else as it comes, and last of all the verdict. */
  begin(run: CellRun): void {
    this.run = run;
    if (this.held !== undefined) for (const pass of this.held) pass(run);
    this.held = undefined;
    if (this.verdict !== undefined) run.settled(this.verdict);
  }

  /** The kernel ends. */
  abandon(error: Error): void {
    this.failed(error);
  }

  accepted(executionCount: number): void {
    if (this.run !== undefined) this.run.accepted(executionCount);
    else this.hold((run) => run.accepted(executionCount));
  }

  output(output: Output): void {
    if (this.run !== undefined) this.run.output(output);
    else this.hold((run) => run.output(output));
  }

  input(prompt: string, password: boolean): Promise<string> {
    if (this.run !== undefined) return this.run.input(prompt, password);
    return new Promise((resolve, reject) => this.hold((run) => void run.input(prompt, password).then(resolve, reject)));
  }

  /** Once: a cell that was given up may still be answered. */
  settled(verdict: Verdict): void {
    if (this.verdict !== undefined) return;
    this.verdict = verdict;
    this.services.running.delete(this);
    this.run?.settled(verdict);
  }

  /** An error like one of the cell's own. */
  failed(error: Error): void {
    this.settled(failure(error, this.services.state.executionCount));
  }

  private hold(pass: (run: CellRun) => void): void {
    this.held ??= [];
    this.held.push(pass);
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
    id: randomUUID(),
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
