/** `execute_request`: one cell, from `execute_input` to the reply. */
import type { KernelMessage } from '@jupyterlab/services';
import type { CellOutput } from '../cell-output';
import { ExecutorError, type CellRequest, type CellSink, type Verdict } from '../executor';
import { clean, isObject } from '../wire/codec';
import type { Request } from '../wire/message';
import type { Call, Services } from './call';
import { RequestError } from './fields';
import { SubmittedCell } from './submitted-cell';

/** Submits a cell, also before its turn; undefined when the request makes no sense, which is told when its turn has come. */
export function submit(request: Request, services: Services, before: SubmittedCell | undefined): SubmittedCell | undefined {
  try {
    return new SubmittedCell(request, services, before);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

export async function execute(call: Call, services: Services): Promise<void> {
  const { state } = services;
  if (call.aborted) return replyAborted(call, services);
  const submitted = call.submitted ?? new SubmittedCell(call.request, services);
  const { cell } = submitted;
  const outputs = services.outputs.open(cell.id, call.request.headerJson, cell.silent);
  const announce = announcer(cell, outputs);
  const sink: CellSink = {
    accepted: announce,
    output: (output) => outputs.output(output),
    input: (prompt, password) => {
      if (!cell.allowStdin) return Promise.reject(new StdinNotImplementedError());
      // The prompt may be the rest of a line that was printed.
      outputs.flush();
      return services.stdin.ask(call.request, prompt, password);
    },
  };
  submitted.begin(sink);
  const verdict = await submitted.verdict;
  services.stdin.cancel('the cell has ended', call.request);
  outputs.flush();
  // Never run: it has no number, and the front end shows it as if it had not been sent.
  if (verdict.status === 'aborted') return replyAborted(call, services, verdict.metadata);
  state.executionCount = verdict.executionCount;
  // A cell that failed before it had a place in the log is shown all the same.
  announce(verdict.executionCount);
  if (verdict.status === 'error') {
    outputs.publish('error', errorContent(verdict));
    // Before the reply: what a client sends once it knows of the error is meant to run.
    if (!cell.silent && cell.stopOnError) await services.abortQueued();
  }
  call.replyAfterOutputs(replyContent(verdict), clean(verdict.metadata));
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

/** Publishes `execute_input`, the first time it is called. */
function announcer(cell: CellRequest, outputs: CellOutput): (executionCount: number) => void {
  let announced = cell.silent;
  return (executionCount) => {
    if (announced) return;
    announced = true;
    outputs.publish('execute_input', { code: cell.code, execution_count: executionCount });
  };
}

function errorContent(verdict: Verdict): KernelMessage.IErrorMsg['content'] {
  return { ename: verdict.ename ?? 'Error', evalue: verdict.evalue ?? '', traceback: verdict.traceback ?? [] };
}

function replyContent(verdict: Verdict): object {
  const common = { status: verdict.status, execution_count: verdict.executionCount };
  const expressions = clean(verdict.userExpressions);
  const rest = { user_expressions: isObject(expressions) ? expressions : {}, payload: clean(verdict.payload) };
  return verdict.status === 'ok' ? { ...common, ...rest } : { ...common, ...errorContent(verdict), ...rest };
}
