/**
 * The kernel's executor over a bridge. Survives a restart of the bridge: it connects again and submits what has no verdict
 * again, by id, so that nothing runs twice and no output is missed. Every promise settles: when the job has ended, with
 * its reason; when the bridge stays away, with `bridge_lost`; on `close`, with `refused`.
 */
import type {
  CellRequest, CellSink, CommMessage, CompleteResult, ExecutionSink, Executor, ExecutorEvent, ExecutorInfo, HistoryEntry, HistoryRequest, InspectResult,
  IsCompleteResult, RankUsage, Verdict,
} from '../../kernel/executor';
import { ExecutorError, PlainText } from '../../kernel/executor';
import { BridgeError, roomAround } from '../protocol/frames';
import { hostname } from 'node:os';
import type { JobRecord } from '../protocol/job-record';
import type { BridgeMessage, ClientMessage, JobStatus, Output } from '../protocol/messages';
import { LongText } from '../protocol/long-text';
import { Connection } from './connection';
import { BridgeDebugging } from './debugging';
import { executeFrame } from './cell-frames';
import { DisplayTraffic, looksOnly } from './turns';
import { findJob, isForsaken } from './find-job';
import { Questions } from './questions';

export interface BridgeExecutorOptions {
  /** Name or id of the job; default `ALLRANKS_JOB`, else the only live one. */
  job?: string;
  /** What attaches, for people; default "kernel". */
  client?: string;
  /** What the front end calls the notebook: the bridge keeps what it misses. */
  notebook?: string;
  /** Folder of job files; default that of the user. */
  jobsFolder?: string;
  /** Where cells are written, when that is no notebook. */
  place?: 'console';
  /** The state of the job, now and whenever the bridge tells it. */
  onJob?: (job: JobStatus) => void;
  /** A bridge that stays away for this long settles what waits, milliseconds; default 60 s. */
  unreachableMs?: number;
}

interface Pending {
  id: string;
  /** Null for a comm message. */
  cell: CellRequest | null;
  comm: ClientMessage | null;
  sink: ExecutionSink;
  accepted: boolean;
  /** It waits for a line of input from the user. */
  asking: boolean;
  /** Lasting outputs received, for replay. */
  seen: number;
}

const BACK_OFF_MS = [50, 100, 200, 400, 800, 1000];
const START_MS = 3000;
/** Verdict of a cell that was submitted after one that failed. The kernel knows the last count. */
const ABORTED: Verdict = { status: 'aborted', executionCount: 0, userExpressions: {}, payload: [], metadata: {} };

export class BridgeExecutor implements Executor {
  readonly ahead = 32;
  private connection: Connection | null = null;
  private record: JobRecord | null = null;
  private job: JobStatus | null = null;
  private wanted: string | undefined;
  private endedReason: string | null = null;
  /** A cell of ours was answered with the end of the simulation. */
  private endTold = false;
  private closed = false;
  private connecting: Promise<void> | null = null;
  private lostAt = 0;
  private attempt = 0;
  private retryTimer: NodeJS.Timeout | null = null;
  private giveUpTimer: NodeJS.Timeout | null = null;
  private readonly pending = new Map<string, Pending>();
  /** The cell that settled last in a way that aborts those submitted after it. */
  private stopped = '';
  private nextQuestion = 1;
  private readonly number = (): number => this.nextQuestion++;
  private readonly sendNow = (message: ClientMessage): boolean => {
    this.connection?.send(message);
    return this.connection !== null;
  };
  private readonly questions = new Questions(this.number, this.sendNow);
  readonly debugging = new BridgeDebugging(this.number, this.sendNow, (event) => this.tell({ kind: 'debug', event }));
  private readonly listeners: ((event: ExecutorEvent) => void)[] = [];
  private lastError = '';
  private held = false;
  private readonly displayTraffic = new DisplayTraffic();

  constructor(private readonly options: BridgeExecutorOptions = {}) {
    this.wanted = options.job ?? process.env['ALLRANKS_JOB'];
  }

  async start(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => (timer = setTimeout(resolve, START_MS)));
    await Promise.race([this.connect(), bound]);
    clearTimeout(timer);
  }

  info(): ExecutorInfo {
    if (!this.job) return { banner: `Allranks: not attached. ${this.lastError}`.trim(), pythonVersion: '3', debugger: false };
    const { name, size, host, program } = this.job;
    if (size === 0) return { banner: `Allranks: attached to ${name} (${program}) on ${host}; its ranks have not registered yet.`, pythonVersion: '3', debugger: false };
    return {
      banner: `Allranks: cells run in ${size === 1 ? 'the rank' : `all ${size} ranks`} of ${name} (${program}) on ${host}. %live help tells more.`,
      pythonVersion: this.job.pythonVersion,
      debugger: this.job.noDebugger === undefined && this.endedReason === null,
    };
  }

  execute(cell: CellRequest, sink: ExecutionSink): void {
    // The cell before this one has failed, and the caller does not know it yet.
    if (cell.after !== undefined && cell.after === this.stopped) {
      this.stopped = cell.id;
      sink.settled(ABORTED);
      return;
    }
    this.submit(cell.id, cell, null, sink);
  }

  comm(id: string, message: CommMessage, sink: CellSink, origin: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.submit(id, null, { t: 'comm', id, message, origin }, ending(sink, () => resolve(), reject));
    });
  }

  /** Like `execute`, for callers that wait for the verdict. */
  run(cell: CellRequest, sink: CellSink): Promise<Verdict> {
    return new Promise((resolve, reject) => this.execute(cell, ending(sink, resolve, reject)));
  }

  async interrupt(): Promise<void> {
    if (this.connection) {
      // The oldest is the one that runs or waits; the bridge knows when the next has taken over meanwhile.
      const [oldest] = this.pending.keys();
      if (oldest !== undefined) this.connection.send({ t: 'interrupt', id: oldest });
      return;
    }
    // Nobody can be asked: the way out is to stop waiting for the answer.
    this.rejectAll('bridge_lost', `${this.unreachable()}; the interrupt could not be passed on, the cell may still run`);
  }

  session(id: string): void {
    this.connection?.send({ t: 'session', id });
  }

  turn(type: string, content: Record<string, unknown>): 'waits' | 'asks' | 'none' {
    if (type === 'execute_request') return looksOnly(content['code']) ? 'asks' : 'waits';
    return this.displayTraffic.isDisplay(type, content) ? 'none' : 'waits';
  }

  complete(code: string, cursorPos: number): Promise<CompleteResult> {
    return this.questions.ask('complete', { code, cursorPos }, { matches: [], cursorStart: cursorPos, cursorEnd: cursorPos, metadata: {} });
  }

  inspect(code: string, cursorPos: number, detailLevel: 0 | 1): Promise<InspectResult> {
    return this.questions.ask('inspect', { code, cursorPos, detailLevel }, { found: false, data: {}, metadata: {} });
  }

  isComplete(code: string): Promise<IsCompleteResult> {
    return this.questions.ask('isComplete', { code }, { status: 'unknown', indent: '' });
  }

  history(request: HistoryRequest): Promise<HistoryEntry[]> {
    return this.questions.ask<HistoryEntry[]>('history', { ...request }, []);
  }

  commInfo(targetName?: string): Promise<Record<string, { target_name: string }>> {
    return this.questions.ask<Record<string, { target_name: string }>>('commInfo', { targetName }, {});
  }

  usage(): Promise<RankUsage[]> {
    return this.questions.ask<RankUsage[]>('usage', {}, []);
  }

  onEvent(listener: (event: ExecutorEvent) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Stops (true) or restarts (false) the delivery of outputs, events and verdicts, also over a new connection. Requests, interrupts
   * and the detach still go out; answers to questions wait behind the outputs, for their usual bound.
   */
  hold(on: boolean): void {
    this.held = on;
    this.connection?.hold(on);
  }

  async restart(): Promise<void> {
    const old = this.connection;
    this.connection = null;
    this.endedReason = null;
    this.endTold = false;
    this.record = null;
    await old?.end();
    await this.start();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    if (this.retryTimer) clearTimeout(this.retryTimer);
    if (this.giveUpTimer) clearTimeout(this.giveUpTimer);
    const connection = this.connection;
    this.connection = null;
    this.rejectAll('refused', 'the kernel detaches; the cell goes on in the simulation');
    this.answerQuestions();
    connection?.send({ t: 'detach' });
    await connection?.end();
  }

  // --- Connection -----------------------------------------------------------------------------------------------------

  /** Tries once to connect; on failure arranges the next attempt or the end. Never rejects. */
  private connect(): Promise<void> {
    this.connecting ??= this.connectOnce().finally(() => (this.connecting = null));
    return this.connecting;
  }

  private async connectOnce(): Promise<void> {
    if (this.closed || this.connection || this.endedReason !== null) return;
    let record: JobRecord;
    try {
      record = findJob(this.wanted, this.options.jobsFolder);
    } catch (error) {
      this.lastError = error instanceof Error ? error.message : String(error);
      // Known before and gone now: the bridge removes the job file at the end of the job, and nothing else does.
      if (this.record && isForsaken(this.record.id, this.options.jobsFolder)) this.end('the bridge of the run and `allranks run` have both been killed: no notebook can reach the run any more, but the program may still go on');
      else if (this.record) this.end(this.job?.reason ?? 'the run has ended and its files are gone', [], this.job?.state === 'ended');
      else this.rejectAll('no_such_job', this.lastError);
      return;
    }
    if (this.record && record.id !== this.record.id) {
      // Another run took the name: this kernel's state would not be what its user thinks.
      this.end('the run has ended; a new one of the same name has begun: restart the kernel to attach to it');
      return;
    }
    if (record.host !== hostname()) {
      this.lastError = `the run ${record.name} is on ${record.host}, this kernel on ${hostname()}: start the kernel there`;
      this.rejectAll('no_such_job', this.lastError);
      return;
    }
    this.record = record;
    this.wanted = record.id;
    let own: Connection | null = null;
    try {
      own = await Connection.open(record.cellsSocket, this.options.client ?? 'kernel', false, {
        message: (message) => this.receive(message),
        closed: (reason) => this.lost(own, reason),
      }, this.options.notebook);
    } catch (error) {
      const known = error instanceof BridgeError ? error : new BridgeError('internal', String(error));
      this.lastError = known.message;
      if (known.code === 'job_ended') this.end(known.message);
      else if (known.code === 'version_mismatch' || known.code === 'refused') this.rejectAll(known.code, known.message);
      else this.retryLater();
      return;
    }
    if (this.closed) {
      await own.end();
      return;
    }
    this.connection = own;
    if (this.held) own.hold(true);
    this.job = own.job;
    this.options.onJob?.(own.job);
    this.lostAt = 0;
    this.attempt = 0;
    if (this.giveUpTimer) clearTimeout(this.giveUpTimer);
    this.giveUpTimer = null;
    for (const pending of this.pending.values()) this.send(pending, own);
  }

  private lost(connection: Connection | null, reason: string): void {
    if (connection !== this.connection) return;
    this.connection = null;
    this.answerQuestions();
    if (this.closed || this.endedReason !== null) return;
    this.lastError = reason;
    this.retryLater();
  }

  private retryLater(): void {
    if (this.closed) return;
    const limit = this.options.unreachableMs ?? 60_000;
    if (this.lostAt === 0) {
      this.lostAt = Date.now();
    } else if (this.pending.size === 0 && Date.now() - this.lostAt > limit) {
      // Nobody waits any more: the next cell begins a new attempt.
      this.lostAt = 0;
      if (this.giveUpTimer) clearTimeout(this.giveUpTimer);
      this.giveUpTimer = null;
      return;
    }
    // Anew also for cells that came after those before them were given up.
    if (this.giveUpTimer === null) {
      this.giveUpTimer = setTimeout(() => {
        this.giveUpTimer = null;
        this.rejectAll('bridge_lost', `${this.unreachable()}; the simulation goes on, what became of the cell is not known`);
      }, limit);
      this.giveUpTimer.unref();
    }
    const wait = BACK_OFF_MS[Math.min(this.attempt, BACK_OFF_MS.length - 1)]!;
    this.attempt += 1;
    if (this.retryTimer) clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.connect(), wait);
    this.retryTimer.unref();
    const seconds = Math.round((Date.now() - this.lostAt) / 1000);
    if (this.attempt === 10) {
      for (const pending of this.pending.values()) {
        if (pending.accepted) pending.sink.output({ kind: 'stream', name: 'stderr', text: `[bridge unreachable since ${seconds} s, still trying]\n` });
      }
    }
  }

  private unreachable(): string {
    const since = this.lostAt === 0 ? 0 : Math.round((Date.now() - this.lostAt) / 1000);
    return `bridge unreachable since ${since} s (${this.lastError})`;
  }

  /** @param finished as it should; nobody has to be told. */
  private end(reason: string, lastWords: readonly string[] = [], finished = false): void {
    if (this.endedReason !== null) return;
    this.endedReason = reason;
    if (this.giveUpTimer) clearTimeout(this.giveUpTimer);
    // A notebook whose cell was told needs to be told no second time. What becomes of silent cells and comm messages nobody sees.
    const told = this.endTold || [...this.pending.values()].some(({ cell }) => cell?.silent === false);
    this.rejectAll('job_ended', reason);
    this.answerQuestions();
    for (const listener of this.listeners) listener({ kind: 'ended', reason, lastWords: told ? [] : lastWords, untold: !told && !finished });
  }

  // --- Messages -------------------------------------------------------------------------------------------------------

  private submit(id: string, cell: CellRequest | null, comm: ClientMessage | null, sink: ExecutionSink): void {
    if (this.closed) return sink.failed(new ExecutorError('refused', 'the kernel has detached'));
    if (this.endedReason !== null) return sink.failed(new ExecutorError('job_ended', this.endedReason));
    // What was told before was not the end.
    if (cell?.silent === false) this.endTold = false;
    const pending: Pending = { id, cell, comm, sink, accepted: false, asking: false, seen: 0 };
    this.pending.set(id, pending);
    if (this.connection) this.send(pending, this.connection);
    else if (!this.retryTimer || this.lostAt === 0) void this.connect();
  }

  private send(pending: Pending, connection: Connection): void {
    const { cell, comm } = pending;
    const { place } = this.options;
    try {
      const frame = cell === null || pending.accepted || place !== undefined ? undefined : executeFrame(cell);
      if (frame !== undefined) connection.sendText(frame);
      else if (cell !== null) connection.send({ t: 'execute', ...cell, ...(place === undefined ? {} : { place }), ...(pending.accepted ? { seen: pending.seen } : {}) });
      else if (comm !== null) connection.send(comm);
    } catch (error) {
      // Larger than a frame may be: this cell can never be sent.
      const known = error instanceof BridgeError ? error : new BridgeError('internal', String(error), { cause: error });
      this.pending.delete(pending.id);
      pending.sink.failed(new ExecutorError(known.code, known.message, { cause: error }));
      if (cell !== null) this.abortAfter(cell);
    }
  }

  /**
   * A cell has failed: those submitted after it are aborted here too, as the bridge does it, so that a bridge which is started again now
   * does not get and run them.
   */
  private abortAfter(cell: CellRequest): void {
    if (cell.silent || !cell.stopOnError) return;
    this.stopped = cell.id;
    // In the order of submission, so the row is found in one pass.
    for (const [next, pending] of this.pending) {
      if (pending.cell?.after !== this.stopped) continue;
      this.pending.delete(next);
      this.stopped = next;
      pending.sink.settled(ABORTED);
    }
  }

  private receive(message: BridgeMessage): void {
    switch (message.t) {
      case 'accepted': {
        const pending = this.pending.get(message.id);
        if (!pending || pending.accepted) return;
        pending.accepted = true;
        return pending.sink.accepted(message.executionCount);
      }
      case 'output': {
        const pending = this.pending.get(message.id);
        const output = plainTexts(message.output) as Parameters<CellSink['output']>[0];
        if (message.late || !pending) return this.tell({ kind: 'lateOutput', id: message.id, output });
        if (message.seq !== undefined) {
          if (message.seq < pending.seen) return;
          pending.seen = message.seq + 1;
        }
        return pending.sink.output(output);
      }
      case 'inputRequest': {
        const { id } = message;
        const answer = (value: string, error?: string): void => this.connection?.send({ t: 'input', id, value, ...(error === undefined ? {} : { error }) });
        const pending = this.pending.get(id);
        if (!pending) return answer('', 'the cell is not known here any more');
        // Asked again after a lost connection: the user still sees the question, and the answer takes the new way.
        if (pending.asking) return;
        pending.asking = true;
        void pending.sink
          .input(message.prompt, message.password)
          .then(
            (line) => ({ line }),
            (error: unknown) => ({ line: '', error: error instanceof Error ? error.message : String(error) }),
          )
          .then(({ line, error }: { line: string; error?: string }) => {
            pending.asking = false;
            answer(line, error);
          });
        return;
      }
      case 'verdict': {
        const pending = this.pending.get(message.id);
        if (!pending) return;
        this.pending.delete(message.id);
        const { status, executionCount, userExpressions, payload, metadata } = message;
        if (status !== 'error') {
          pending.sink.settled({ status, executionCount, userExpressions, payload, metadata });
          return;
        }
        if (message.ename === 'SimulationEnded' && pending.cell?.silent === false) this.endTold = true;
        const { ename, evalue, traceback } = message;
        pending.sink.settled({ status, executionCount, ename, evalue, traceback, userExpressions, payload, metadata } as Verdict);
        if (pending.cell !== null) this.abortAfter(pending.cell);
        return;
      }
      case 'reply': {
        if (!this.debugging.reply(message)) this.questions.reply(message);
        return;
      }
      case 'comm':
        return this.tell({ kind: 'comm', id: message.id, message: message.message });
      case 'debugEvent':
        return this.debugging.event(message.event);
      case 'busy':
        return this.tell({ kind: 'busy', other: message.other });
      case 'job':
        this.job = message.job;
        this.options.onJob?.(message.job);
        if (message.job.state === 'ended' || message.job.state === 'lost') this.end(message.job.reason ?? message.job.state, message.job.lastWords, message.job.state === 'ended');
        return;
      case 'welcome':
      case 'refused':
        return;
    }
  }

  private tell(event: ExecutorEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private answerQuestions(): void {
    this.debugging.lost(this.endedReason ?? 'the connection to the run is lost');
    this.questions.lost();
  }

  private rejectAll(code: string, message: string): void {
    const all = [...this.pending];
    this.pending.clear();
    // What is submitted after one of these before the caller has learnt of its end is aborted, as after any that failed.
    for (const [id, { cell }] of all) {
      if (cell === null) continue;
      if ((cell.stopOnError && !cell.silent) || (cell.after !== undefined && cell.after === this.stopped)) this.stopped = id;
    }
    for (const [, pending] of all) pending.sink.failed(new ExecutorError(code, message));
  }
}

/** The sink, with what becomes of the end. */
function ending(sink: CellSink, settled: (verdict: Verdict) => void, failed: (error: ExecutorError) => void): ExecutionSink {
  return {
    accepted: (executionCount) => sink.accepted(executionCount),
    output: (output) => sink.output(output),
    input: (prompt, password) => sink.input(prompt, password),
    settled,
    failed,
  };
}

/** Long texts of a bundle as the kernel takes them. */
function plainTexts(output: Output): Output {
  if ('data' in output) {
    for (const [name, value] of Object.entries(output.data)) if (value instanceof LongText) output.data[name] = new PlainText(value.bytes, roomAround(value.bytes));
  }
  return output;
}
