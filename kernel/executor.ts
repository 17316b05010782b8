/**
 * What a cell runner must offer to the kernel. The kernel owns this interface and knows nothing of how cells run; the
 * bridge's client implements it. Values that end up in Jupyter messages keep the spelling of the Jupyter spec.
 *
 * Contract: an execution ends exactly once, and no call of its sink comes after that; later outputs are events.
 * Every promise settles within a bound or rejects with an `ExecutorError`; nothing here throws synchronously.
 */

/**
 * Long text as bytes, which cost less than a string: ASCII without quotes, backslashes and control characters, so that its JSON is itself
 * between quotes. Base64 is.
 */
export class PlainText {
  /** @param room bytes on either side of it, in the same memory, that whoever gets it may overwrite, once: its JSON is made there. */
  constructor(
    readonly bytes: Buffer,
    readonly room = 0,
  ) {}
}

/** MIME type to value: strings or `PlainText` (base64 for binary types), or JSON values for `application/json` and `+json` types. */
export type MimeBundle = Record<string, unknown>;

/** One piece of output of a cell, in the order in which it must reach the front end. */
export type Output =
  | { kind: 'stream'; name: 'stdout' | 'stderr'; text: string }
  | { kind: 'display'; data: MimeBundle; metadata: Record<string, unknown>; displayId?: string }
  | { kind: 'update'; data: MimeBundle; metadata: Record<string, unknown>; displayId: string }
  | { kind: 'result'; data: MimeBundle; metadata: Record<string, unknown>; executionCount: number }
  | { kind: 'clear'; wait: boolean };

export interface CellRequest {
  /** Unique for ever (UUID): submitting the same id again re-attaches to the same execution, it never runs twice. */
  id: string;
  code: string;
  silent: boolean;
  storeHistory: boolean;
  userExpressions: Record<string, string>;
  allowStdin: boolean;
  stopOnError: boolean;
  /** Front end's id of the notebook cell (`metadata.cellId`), if it gave one. */
  cellId?: string;
  /** Header of the request, JSON text: opaque to the executor; code in the cell can ask for it. */
  origin?: string;
  /** User name in the request's header: goes to the journal. */
  username?: string;
  /**
   * Most text (streams) that the front end can take from this cell, bytes of UTF-8: the executor shows its head and its tail and
   * says where all of it is. Absent: everything is shown.
   */
  maxTextBytes?: number;
  /**
   * Id of the kernel's cell before this one, which has not settled yet: this one begins when that one has succeeded, and is `aborted`
   * when that one fails with `stopOnError` or is aborted. Only given to executors that take cells `ahead`.
   */
  after?: string;
}

/** Where the parts of a running cell go. */
export interface CellSink {
  /** The cell has its place in the command log and its execution count; called once, before any output. */
  accepted(executionCount: number): void;
  output(output: Output): void;
  /** The cell asks for a line of input. Resolves with the line; rejects when interrupted or not allowed. */
  input(prompt: string, password: boolean): Promise<string>;
}

/** A cell's sink is also told how the cell ended: by one of these, once, as the last call. Calls and no promise, as every cell waits for it. */
export interface ExecutionSink extends CellSink {
  settled(verdict: Verdict): void;
  /** It was refused, or what became of it is not known. */
  failed(error: ExecutorError): void;
}

/** Result of a cell over all ranks. */
export interface Verdict {
  status: 'ok' | 'error' | 'aborted';
  executionCount: number;
  /** Present for `error`. */
  ename?: string;
  evalue?: string;
  traceback?: string[];
  userExpressions: Record<string, unknown>;
  payload: unknown[];
  /** Goes into the reply's metadata: step, time, outcomes per rank range. */
  metadata: Record<string, unknown>;
}

export interface CompleteResult {
  matches: string[];
  /** Unicode code points. */
  cursorStart: number;
  cursorEnd: number;
  metadata: Record<string, unknown>;
}

export interface InspectResult {
  found: boolean;
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

export interface IsCompleteResult {
  status: 'complete' | 'incomplete' | 'invalid' | 'unknown';
  indent: string;
}

export type HistoryRequest =
  | { access: 'tail'; output: boolean; raw: boolean; n: number }
  | { access: 'range'; output: boolean; raw: boolean; session: number; start: number; stop: number | null }
  | { access: 'search'; output: boolean; raw: boolean; pattern: string; n: number; unique: boolean };

/** [session, line, input] or, with `output`, [session, line, [input, output or null]]. */
export type HistoryEntry = [number, number, string | [string, string | null]];

/** What one rank takes of its machine. */
export interface RankUsage {
  rank: number;
  host: string;
  pid: number;
  /** Percent of one core, since the question before. */
  cpuPercent: number;
  memoryBytes: number;
}

export interface ExecutorInfo {
  /** Job name, number of ranks and so on, for the banner. */
  banner: string;
  /** Python version in the ranks, e.g. "3.11.7"; "3" while unknown. */
  pythonVersion: string;
  /** Its Python can be debugged. */
  debugger: boolean;
}

export type ExecutorEvent =
  /** Output that belongs to a cell whose execution has settled (threads, later steps). */
  | { kind: 'lateOutput'; id: string; output: Output }
  /** Another client's cell began or ended: shown as busy state. */
  | { kind: 'busy'; other: string | null }
  /** A comm message from the ranks. `id`: the cell or comm message that caused it, if known. */
  | { kind: 'comm'; id: string | null; message: CommMessage }
  /** An event of the debugger, as the Debug Adapter Protocol has it; only while a session of this kernel lasts. */
  | { kind: 'debug'; event: DebugMessage }
  /**
   * The job has ended; later cells are answered with this reason. `untold`: it has not just finished, and no cell that is shown was answered
   * with the reason. `lastWords`: then, and where it is known, what each rank did last.
   */
  | { kind: 'ended'; reason: string; lastWords: readonly string[]; untold: boolean };

export interface CommMessage {
  type: 'comm_open' | 'comm_msg' | 'comm_close';
  content: Record<string, unknown>;
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
}

/** A message of the Debug Adapter Protocol. */
export type DebugMessage = Record<string, unknown>;

/** A variable as that protocol lists it. */
export interface DebugVariable {
  name: string;
  value: string;
  type: string;
  /** For `variables`; 0: nothing is below it. */
  variablesReference: number;
}

/** The debugger of the executor's Python. Everything rejects with an `ExecutorError`, a sentence for the user. */
export interface Debugging {
  /** Begins a session; its events come as `debug`. A `terminated` event says that it has ended by itself. */
  start(): Promise<void>;
  /** Ends it: what has stopped goes on. Without a session a no-op. */
  stop(): Promise<void>;
  /** One request; resolves with its response, also when that is one without success. */
  request(message: DebugMessage): Promise<DebugMessage>;
  /** How the file name of a cell is made: prefix, decimal Murmur2 hash of its text (UTF-8) with the seed, suffix. */
  names(): Promise<{ prefix: string; suffix: string; seed: number }>;
  /** Makes the file of a cell with that text; resolves with its name. */
  cellFile(code: string): Promise<string>;
  /** Variables of the namespace (0), or below a reference of theirs; without a session too, and without running user code. */
  variables(reference: number): Promise<DebugVariable[]>;
  /** All representations of a name's value, in a frame that has stopped or in the namespace. */
  value(expression: string, frameId?: number): Promise<{ data: MimeBundle; metadata: Record<string, unknown> }>;
  /** Modules with source files. */
  modules(): Promise<{ name: string; path: string }[]>;
  /** Text of a source file; null: there is none. */
  source(path: string): Promise<string | null>;
}

export interface Executor {
  /** Connects; resolves also when the job cannot be reached, cells then fail with the reason. */
  start(): Promise<void>;
  info(): ExecutorInfo;
  /** Cells that may be submitted while an earlier one has not settled, each `after` the one before it; absent: none. */
  readonly ahead?: number;
  /** Runs a cell. The sink may be told the end before this returns. */
  execute(cell: CellRequest, sink: ExecutionSink): void;
  /**
   * Whether a request has to wait for its turn among cells and comm messages. `asks`: it only looks at the run, and passes a cell that
   * was running when it was sent. `none`: it needs nothing of what runs. Optional; without it all wait.
   */
  turn?(type: string, content: Record<string, unknown>): 'waits' | 'asks' | 'none';
  /** A session of a front end speaks for the first time. Optional. */
  session?(id: string): void;
  /**
   * Interrupts the running cell on all ranks, or withdraws the waiting one; without either a no-op. Cells submitted ahead are not
   * meant: what becomes of them follows from the one before.
   */
  interrupt(): Promise<void>;
  complete(code: string, cursorPos: number): Promise<CompleteResult>;
  inspect(code: string, cursorPos: number, detailLevel: 0 | 1): Promise<InspectResult>;
  isComplete(code: string): Promise<IsCompleteResult>;
  history(request: HistoryRequest): Promise<HistoryEntry[]>;
  /** Open comms: id to target name. */
  commInfo(targetName?: string): Promise<Record<string, { target_name: string }>>;
  /** A comm message from the front end; `id` identifies the request for outputs caused by it, `origin` is its header as for cells. Resolves when handled. */
  comm(id: string, message: CommMessage, sink: CellSink, origin: string): Promise<void>;
  /** Optional; `info().debugger` says whether it can be used now. */
  readonly debugging?: Debugging;
  /** What the ranks take of their machines. Optional. */
  usage?(): Promise<RankUsage[]>;
  onEvent(listener: (event: ExecutorEvent) => void): void;
  /**
   * Stops (true) or restarts (false) the delivery of outputs and events: back-pressure from slow front ends. Verdicts keep
   * their place behind the outputs before them. Optional; without it the kernel buffers.
   */
  hold?(on: boolean): void;
  /** Re-attach with the namespace kept (Jupyter's restart). */
  restart(): Promise<void>;
  /** Detach; the job lives on. Idempotent. */
  close(): Promise<void>;
}

/** An executor's refusal, with a code of the cell protocol and a sentence for the user. */
export class ExecutorError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ExecutorError';
  }
}
