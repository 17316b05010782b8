/**
 * Messages of the cell protocol, between a client of the bridge (a kernel, the CLI) and the bridge: MessagePack maps in
 * length-prefixed frames (u32 big-endian length, at most CLIENT_FRAME_BYTES) on one byte stream. `t` names the message.
 * The first message of either side is the version hello; anything malformed closes the connection with `refused`.
 */
import { array, boolean, boundedString, bytes, mapOf, nullable, number, object, oneOf, optional, record, string, union, unknown, wholeNumber, type Infer } from './shape';
import { ErrorCodes, JobStates } from './generated';

/** Where libyt lets the user in: yt_run_JupyterKernel, yt_run_InteractiveMode, yt_run_ReloadScript. */
export const EntryPoints = ['jupyter', 'interactive', 'reload'] as const;
export type EntryPoint = (typeof EntryPoints)[number];

export const outputShape = union('kind', {
  stream: { name: oneOf(['stdout', 'stderr']), text: string },
  display: { data: record, metadata: record, displayId: optional(string) },
  update: { data: record, metadata: record, displayId: string },
  result: { data: record, metadata: record, executionCount: number },
  clear: { wait: boolean },
});

/** State of the job as told to clients; numbers from rank boards. */
export const jobStatusShape = object({
  name: string,
  state: oneOf(JobStates),
  size: number,
  registered: number,
  step: number,
  time: number,
  host: string,
  startedAt: number,
  pythonVersion: string,
  program: string,
  dir: string,
  /** The run stands still at this entry point of libyt. */
  entry: optional(oneOf(EntryPoints)),
  /** Sentence when the job has ended or is lost. */
  reason: optional(string),
  /** Why the debugger cannot be used, in one sentence; absent: it can. */
  noDebugger: optional(string),
  /** When it is lost: what each rank did last, equal ranks folded. */
  lastWords: optional(array(string)),
});

export const commShape = object({
  type: oneOf(['comm_open', 'comm_msg', 'comm_close']),
  content: record,
  metadata: record,
  buffers: array(bytes),
});

export const clientMessageShape = union('t', {
  hello: { version: number, client: string, pid: number, host: string, user: string, observer: boolean,
    /** What the front end calls the notebook; the same after a restart of the kernel. Absent: not known. */
    notebook: optional(boundedString(0, 4096)),
  },
  /** The client hears from this session of a front end for the first time: a page that was reloaded has a new one. */
  session: { id: boundedString(0, 200) },
  execute: {
    id: boundedString(0, 200), code: string, silent: boolean, storeHistory: boolean,
    userExpressions: mapOf(string), allowStdin: boolean, stopOnError: boolean,
    cellId: optional(string), username: optional(string),
    /** Where it was written, when that is no notebook: `%libyt` differs there. */
    place: optional(oneOf(['console', 'file'])),
    /** What the client knows the cell by: passed on to the ranks as it is, for code that asks for it. */
    origin: optional(string),
    /** Text of the cell that the client wants at most, bytes of UTF-8; the bridge keeps all of it in a file. Absent: all. */
    maxTextBytes: optional(wholeNumber(1)),
    /** On re-submission: number of outputs with a `seq` that this client has already; replay starts there. */
    seen: optional(wholeNumber(0)),
    /**
     * Id of the client's cell before this one, if that has not settled yet: this one is accepted when that one has succeeded, and
     * aborted when that one has failed with `stopOnError`, was aborted or withdrawn. Unknown: no condition.
     */
    after: optional(string),
  },
  /** Interrupts execution `id`, running or waiting; once that has settled, the one accepted `after` it. Unknown: a no-op. */
  interrupt: { id: string },
  input: { id: string, value: string, error: optional(string) },
  comm: { id: string, message: commShape, origin: optional(string) },
  /** A question with one answer: complete, inspect, isComplete, history, commInfo, status, usage, stacks. `n` numbers it per connection. */
  request: { n: number, what: oneOf(['complete', 'inspect', 'isComplete', 'history', 'commInfo', 'status', 'usage', 'stacks']), args: record },
  /**
   * A question to the debugger, answered by `reply`. `start` and `stop` a session, whose events are sent as `debugEvent`; `dap`: a request of
   * the Debug Adapter Protocol, the result is its response. The others need no session: `names` of cells as files, the file of a `cell`,
   * `variables` of the namespace or below a reference, a `value` with all its representations, `modules`, `source`.
   */
  debug: { n: number, what: oneOf(['start', 'stop', 'dap', 'names', 'cell', 'variables', 'value', 'modules', 'source']), args: record },
  /** Leaves; the job lives on. */
  detach: {},
  /** From the supervisor only: the program has ended. `code` or `signal` of the launcher. */
  programEnded: { code: nullable(number), signal: nullable(string) },
});

export const bridgeMessageShape = union('t', {
  welcome: { version: number, job: jobStatusShape },
  refused: { code: oneOf(ErrorCodes), message: string },
  /** `index` is 0 while the cell has no entry in the command log yet (queued, or a `%live` cell). */
  accepted: { id: string, index: number, executionCount: number },
  /** `seq` counts the lasting outputs of an execution from 0; passing ones (the waiting notice) have none. */
  output: { id: string, output: outputShape, late: optional(boolean), seq: optional(number) },
  inputRequest: { id: string, prompt: string, password: boolean },
  verdict: {
    id: string, status: oneOf(['ok', 'error', 'aborted']), executionCount: number,
    ename: optional(string), evalue: optional(string), traceback: optional(array(string)),
    userExpressions: record, payload: array(unknown), metadata: record,
  },
  reply: { n: number, result: unknown, error: optional(object({ code: oneOf(ErrorCodes), message: string })) },
  comm: { id: nullable(string), message: commShape },
  /** An event of the Debug Adapter Protocol, to the client that debugs. */
  debugEvent: { event: record },
  busy: { other: nullable(string) },
  job: { job: jobStatusShape },
});

export type Output = Infer<typeof outputShape>;
export type JobStatus = Infer<typeof jobStatusShape>;
export type CommMessage = Infer<typeof commShape>;
export type ClientMessage = Infer<typeof clientMessageShape>;
export type BridgeMessage = Infer<typeof bridgeMessageShape>;
