/** `execute_request`: one cell, from `execute_input` to the reply. */
import type { KernelMessage } from '@jupyterlab/services';
import { v4 as uuid } from 'uuid';
import type { CellOutput } from '../cell-output';
import { ExecutorError, type CellRequest, type CellSink, type Verdict } from '../executor';
import { reasonOf } from '../log';
import type { Request } from '../wire/message';
import { clean, isObject } from '../wire/codec';
import type { Call, Services } from './call';
import { booleanField, stringField, stringMapField } from './fields';

export async function execute(call: Call, services: Services): Promise<void> {
  if (call.aborted) {
    call.reply({ status: 'aborted', execution_count: services.state.executionCount }, { status: 'aborted' });
    return;
  }
  const cell = cellOf(call.request);
  const { maxCellBytes } = services.outputs.policy;
  if (maxCellBytes !== undefined) cell.maxTextBytes = maxCellBytes;
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
  const verdict = await run(cell, sink, services).finally(() => {
    services.stdin.cancel('the cell has ended', call.request);
  });
  services.state.executionCount = verdict.executionCount;
  outputs.flush();
  // A cell that failed before it had a place in the log is shown all the same.
  announce(verdict.executionCount);
  if (verdict.status === 'error') outputs.publish('error', errorContent(verdict));
  // Before the reply: what a client sends once it knows of the error is meant to run.
  if (verdict.status !== 'ok' && !cell.silent && cell.stopOnError) await services.abortQueued();
  call.replyAfterOutputs(replyContent(verdict), clean(verdict.metadata));
}

/** A front end that did not allow input was asked for it. The name is the one that Python users know. */
export class StdinNotImplementedError extends ExecutorError {
  constructor() {
    super('refused', 'raw_input was called, but this frontend does not support input requests.');
    this.name = 'StdinNotImplementedError';
  }
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
  };
  const cellId = metadata['cellId'];
  if (typeof cellId === 'string') cell.cellId = cellId;
  return cell;
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

/** The verdict; a refusal of the executor, or the end of the kernel, is an error like one of the cell's own. */
async function run(cell: CellRequest, sink: CellSink, services: Services): Promise<Verdict> {
  let release = (): void => undefined;
  try {
    return await new Promise<Verdict>((resolve, reject) => {
      release = services.onAbandon(reject);
      services.executor.execute(cell, sink).then(resolve, reject);
    });
  } catch (error) {
    const ename = error instanceof ExecutorError ? errorName(error.code) : 'KernelError';
    const evalue = reasonOf(error);
    return {
      status: 'error',
      executionCount: services.state.executionCount,
      ename,
      evalue,
      traceback: [`${ename}: ${evalue}`],
      userExpressions: {},
      payload: [],
      metadata: {},
    };
  } finally {
    release();
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

function errorContent(verdict: Verdict): KernelMessage.IErrorMsg['content'] {
  return { ename: verdict.ename ?? 'Error', evalue: verdict.evalue ?? '', traceback: verdict.traceback ?? [] };
}

function replyContent(verdict: Verdict): object {
  const common = { status: verdict.status, execution_count: verdict.executionCount };
  if (verdict.status === 'aborted') return common;
  const expressions = clean(verdict.userExpressions);
  const rest = { user_expressions: isObject(expressions) ? expressions : {}, payload: clean(verdict.payload) };
  return verdict.status === 'ok' ? { ...common, ...rest } : { ...common, ...errorContent(verdict), ...rest };
}
