/** `execute_request`: one cell, from `execute_input` to the reply. */
import type { KernelMessage } from '@jupyterlab/services';
import type { CellOutput } from '../cell-output';
import { ExecutorError, type CellRequest, type Output, type Verdict } from '../executor';
import { clean } from '../wire/codec';
import type { Request } from '../wire/message';
import type { Call, Services } from './call';
import { RequestError } from './fields';
import { SubmittedCell, type CellRun } from './submitted-cell';

/** Submits a cell, also before its turn; undefined when the request makes no sense, which is told when its turn has come. */
export function submit(request: Request, services: Services, before: SubmittedCell | undefined): SubmittedCell | undefined {
  try {
    return new SubmittedCell(request, services, before);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

export function execute(call: Call, services: Services): void {
  if (call.aborted) {
    replyAborted(call, services);
    return;
  }
  const submitted = call.submitted ?? new SubmittedCell(call.request, services);
  call.defer();
  submitted.begin(new RunningCell(call, services, submitted.cell));
}

/** A cell whose turn has come, until its reply. */
class RunningCell implements CellRun {
  private readonly outputs: CellOutput;
  /** Its `execute_input` is out, or there is to be none. */
  private announced: boolean;

  constructor(
    private readonly call: Call,
    private readonly services: Services,
    private readonly cell: CellRequest,
  ) {
    this.outputs = services.outputs.openCell(cell.id, call.request.headerJson, cell.silent);
    this.announced = cell.silent;
  }

  accepted(executionCount: number): void {
    if (this.announced) return;
    this.announced = true;
    this.outputs.publish('execute_input', { code: this.cell.code, execution_count: executionCount });
  }

  output(output: Output): void {
    this.outputs.output(output);
  }

  input(prompt: string, password: boolean): Promise<string> {
    if (!this.cell.allowStdin) return Promise.reject(new StdinNotImplementedError());
    // The prompt may be the rest of a line that was printed.
    this.outputs.flush();
    return this.services.stdin.ask(this.call.request, prompt, password);
  }

  settled(verdict: Verdict): void {
    try {
      this.conclude(verdict);
    } catch (error) {
      this.call.end(error);
    }
  }

  private conclude(verdict: Verdict): void {
    const { call, cell, outputs, services } = this;
    services.stdin.cancel('the cell has ended', call.request);
    outputs.flush();
    // Never run: it has no number, and the front end shows it as if it had not been sent.
    if (verdict.status === 'aborted') {
      replyAborted(call, services, verdict.metadata);
      call.end();
      return;
    }
    services.state.executionCount = verdict.executionCount;
    // A cell that failed before it had a place in the log is shown all the same.
    this.accepted(verdict.executionCount);
    if (verdict.status === 'error') {
      outputs.publish('error', errorContent(verdict));
      if (!cell.silent && cell.stopOnError) {
        // Before the reply: what a client sends once it knows of the error is meant to run.
        services
          .abortQueued()
          .then(() => this.reply(verdict))
          .catch((error: unknown) => call.end(error));
        return;
      }
    }
    this.reply(verdict);
  }

  private reply(verdict: Verdict): void {
    this.call.replyAfterOutputs(replyContent(verdict), clean(verdict.metadata));
    this.call.end();
  }
}

/** A front end that did not allow input was asked for it. The name is the one that Python users know. */
export class StdinNotImplementedError extends ExecutorError {
  constructor() {
    super('refused', 'raw_input was called, but this frontend does not support input requests.');
    this.name = 'StdinNotImplementedError';
  }
}

function replyAborted(call: Call, services: Services, metadata: Record<string, unknown> = {}): void {
  call.replyAfterOutputs({ status: 'aborted', execution_count: services.state.executionCount }, { ...(clean(metadata) as object), status: 'aborted' });
}

function errorContent(verdict: Verdict): KernelMessage.IErrorMsg['content'] {
  return { ename: verdict.ename ?? 'Error', evalue: verdict.evalue ?? '', traceback: verdict.traceback ?? [] };
}

function replyContent(verdict: Verdict): object {
  const { status, executionCount } = verdict;
  const userExpressions = clean(verdict.userExpressions);
  const payload = clean(verdict.payload);
  if (status === 'ok') return { status, execution_count: executionCount, user_expressions: userExpressions, payload };
  return { status, execution_count: executionCount, ...errorContent(verdict), user_expressions: userExpressions, payload };
}
