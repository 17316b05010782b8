/**
 * One job: where executions of clients meet the ranks. Owns the queue (one execution at a time, in order of arrival), the
 * command log, the roster and the state of the job. Everything runs on the event loop, in callbacks without waits between
 * them: a message is handled completely before the next one. Sockets and files belong to others.
 */
import type { RankLink, RingMessage } from '../../native/addon/addon';
import { CommandKind, RankState, RingKind, SocketKind } from '../protocol/generated';
import type { JobState } from '../protocol/generated';
import { pack, unpack } from '../protocol/frames';
import { processExists } from '../protocol/job-record';
import type { CommMessage, JobStatus, Output } from '../protocol/messages';
import { CellOutput, readOutput } from './cell-output';
import { CommandLog, type Entry } from './command-log';
import { Execution, type Client, type ExecuteRequest } from './execution';
import type { History } from './history';
import type { Journal } from './journal';
import { parseCell, type ParsedCell } from './live';
import { lastWords } from './live-status';
import { endProgress, onlyLooks, runLive, type LiveHost } from './live-runner';
import { formatRanks } from './rank-set';
import { Requests, type Question } from './requests';
import type { Restored } from './restore';
import { Roster, type Rank } from './roster';
import { decide, readOutcome, refusal, type Outcome, type VerdictBody } from './verdict';
import { startNotice, stopNotice, waitingSentence } from './waiting';

export interface JobOptions {
  id: string;
  name: string;
  host: string;
  dir: string;
  program: string;
  onDetach: 'resume' | 'hold';
  /** Longest pause, seconds; 0: no limit. */
  maxPauseS: number;
}

/** Times that tests shorten; milliseconds. */
export interface JobTimes {
  /** Waiting before the notice appears, and between its updates. */
  notice: number;
  /** Differences of slower ranks are waited for this long before they are shown. */
  fold: number;
  /** A rank is gone without bye and its process lives: it may register again within this. */
  reconnect: number;
  /** After the first loss: time for the news of the others. */
  settle: number;
  /** No client any more: time for a kernel to come back before `onDetach` applies. */
  grace: number;
}

export const DEFAULT_TIMES: JobTimes = { notice: 1000, fold: 500, reconnect: 10_000, settle: 500, grace: 10_000 };

export interface JobWorld {
  journal: Journal;
  times: JobTimes;
  monotonicNs(): number;
  broadcast(message: { t: 'job'; job: JobStatus } | { t: 'busy'; other: string | null } | { t: 'comm'; id: string | null; message: CommMessage }, except?: Client | null): void;
  warn(sentence: string): void;
  /** The job has ended; called once. */
  ended(): void;
  /** Something that the job file tells has changed. */
  changed(): void;
}

/** Executions remembered for clients that submit them again. */
const REMEMBERED = 1000;
const LATE_REMEMBERED = 256;

export class Job implements LiveHost {
  readonly roster = new Roster();
  readonly log = new CommandLog(this.roster);
  readonly history: History;
  private readonly requests = new Requests();
  private readonly executions = new Map<string, Execution>();
  private readonly byIndex = new Map<number, Execution>();
  private queue: Execution[] = [];
  private active: Execution | null = null;
  private count: number;
  private state: JobState = 'starting';
  private reason = '';
  private position = { step: 0, time: 0 };
  private pausedSince = 0;
  private ending: NodeJS.Timeout | null = null;
  private readonly reconnects = new Map<number, NodeJS.Timeout>();
  private readonly foldTimer: NodeJS.Timeout;
  private readonly comms = new Map<string, { target_name: string }>();
  private readonly logged = new Set<string>();
  private clients = 0;
  private graceTimer: NodeJS.Timeout | null = null;
  private restored: Restored | null;
  private holding = false;
  private duplicates = 0;
  /** Messages of ranks that made no sense. */
  malformed = 0;

  constructor(
    private readonly options: JobOptions,
    private readonly world: JobWorld,
    restored: Restored,
    private readonly startedAt: number = restored.startedAt,
  ) {
    this.history = restored.history;
    this.count = restored.executionCount;
    this.restored = restored;
    for (const execution of restored.executions) this.executions.set(execution.id, execution);
    world.journal.add('open', 0, { session: this.history.session, job: options.id, name: options.name, host: options.host, program: options.program });
    this.foldTimer = setInterval(() => this.tick(), world.times.fold);
  }

  // --- State ----------------------------------------------------------------------------------------------------------

  status(): JobStatus {
    this.look();
    const first = this.roster.sorted()[0];
    return {
      name: this.options.name,
      state: this.state,
      size: this.roster.size,
      registered: this.roster.registered,
      step: this.position.step,
      time: this.position.time,
      host: this.options.host,
      startedAt: this.startedAt,
      pythonVersion: first?.extra.python || '3',
      program: this.options.program,
      dir: this.options.dir,
      ...(this.reason ? { reason: this.reason } : {}),
    };
  }

  get over(): boolean {
    return this.state === 'ended' || this.state === 'lost';
  }

  rows(): ReturnType<Roster['rows']> {
    return this.roster.rows();
  }

  paused(): boolean {
    this.look();
    return this.state === 'paused';
  }

  /** Reads the board of the lowest rank: where the simulation is and whether it stands still. */
  private look(): void {
    if (this.over) return;
    const rank = this.roster.present()[0];
    const board = this.roster.board(rank);
    if (!board) return;
    this.position = { step: board.step, time: board.time };
    if (!this.roster.complete) return;
    let state: JobState = this.state === 'starting' ? 'running' : this.state;
    if (board.state === RankState.paused) state = 'paused';
    else if (board.state === RankState.running || board.state === RankState.inFunction || board.state === RankState.leaving) state = 'running';
    if (state === this.state) return;
    this.state = state;
    this.pausedSince = state === 'paused' ? Date.now() : 0;
    this.world.journal.add('state', this.position.step, { state, time: this.position.time });
    this.world.changed();
    this.world.broadcast({ t: 'job', job: this.status() });
  }

  private tick(): void {
    if (this.over) return;
    this.active?.output?.flush();
    for (const execution of this.byIndex.values()) execution.late?.flush();
    this.look();
    const limit = this.options.maxPauseS * 1000;
    if (limit > 0 && this.pausedSince > 0 && Date.now() - this.pausedSince > limit && !this.active) {
      const hours = (this.roster.size * (Date.now() - this.pausedSince)) / 3_600_000;
      this.resumeAlone(`the pause has lasted ${this.options.maxPauseS} s, the limit, and cost ${hours.toPrecision(3)} core-hours: the simulation goes on`);
    }
  }

  private resumeAlone(sentence: string): void {
    this.pausedSince = 0;
    this.journalControl('resume', { why: sentence });
    this.world.warn(sentence);
    this.log.append(CommandKind.resume, new Uint8Array(), { decided: () => this.look() });
  }

  // --- Ranks ----------------------------------------------------------------------------------------------------------

  /** A rank has connected: for the first time, or again. */
  rank(link: RankLink): void {
    const refuse = (sentence: string): void => {
      this.world.warn(sentence);
      link.send(SocketKind.refuse, 0, 0, Buffer.from(sentence));
      link.close();
    };
    if (this.over) return refuse(`the job has ended: ${this.reason}`);
    let rank: Rank | string;
    try {
      rank = this.roster.add(link);
    } catch (error) {
      return refuse(error instanceof Error ? error.message : String(error));
    }
    if (typeof rank === 'string') {
      if (this.roster.size === 1 && link.hello.size === 1) {
        this.duplicates += 1;
        return refuse(`${this.duplicates + 1} programs registered as rank 0 of 1: started by a launcher of another MPI; use the mpiexec of the MPI that the program was built with`);
      }
      return refuse(rank);
    }
    const waiting = this.reconnects.get(rank.rank);
    if (waiting) clearTimeout(waiting);
    this.reconnects.delete(rank.rank);
    link.send(SocketKind.welcome, 0, 0, pack({ job: this.options.name, protocol: 1 }));
    if (this.holding) link.hold(true);
    this.world.journal.add('register', this.position.step, { rank: rank.rank, pid: link.hello.pid, host: rank.extra.host });
    if (this.roster.complete) {
      if (this.restored) this.reconcile(this.restored);
      for (const present of this.roster.present()) this.log.catchUp(present);
    } else if (!this.restored) {
      this.log.catchUp(rank);
    }
    this.look();
    this.world.changed();
    this.world.broadcast({ t: 'job', job: this.status() });
    this.pump();
  }

  /** All ranks are there for the first time: what an earlier bridge left is taken up. */
  private reconcile(restored: Restored): void {
    this.restored = null;
    const ranks = this.roster.present();
    const held = Math.max(...ranks.map((rank) => Number(rank.link.hello.held)));
    const commands = new Map<number, { kind: number; payload: Uint8Array; holders: Set<number> }>();
    for (const rank of ranks) {
      for (const { index, kind, payload } of rank.extra.commands) {
        const known = commands.get(index) ?? { kind, payload, holders: new Set<number>() };
        known.holders.add(rank.rank);
        commands.set(index, known);
      }
    }
    this.log.last = held;
    const taken = new Set<string>();
    for (const [index, { kind, payload, holders }] of [...commands].sort((a, b) => a[0] - b[0])) {
      const execution = this.executionOf(kind, payload);
      const entry = this.log.restore(index, kind as CommandKind, payload, { decided: (outcomes) => execution && this.decideCell(execution, outcomes) });
      if (execution) {
        taken.add(execution.id);
        execution.index = index;
        execution.state = 'running';
        this.byIndex.set(index, execution);
        if (!execution.verdict) this.active = execution;
      }
      for (const rank of ranks) {
        // Done and no longer held: this rank was told the verdict, so its outcome was counted once.
        if (Number(rank.link.hello.done) >= index && !holders.has(rank.rank)) this.record(entry, { rank: rank.rank, status: 'ok', ...this.position });
      }
    }
    const complete = held <= restored.lastIndex;
    for (const execution of restored.executions) {
      if (execution.verdict || taken.has(execution.id)) continue;
      const index = restored.indexOf.get(execution.id);
      if (index === undefined ? complete : index > held) this.queue.push(execution);
      else this.settle(execution, refusal('OutcomeLost', 'the bridge was restarted while this cell ran; it ran, but what became of it is not known'));
    }
  }

  /** The execution that an entry held by ranks belongs to. */
  private executionOf(kind: number, payload: Uint8Array): Execution | null {
    if (kind !== CommandKind.cell && kind !== CommandKind.call) return null;
    const map = unpack(payload) as Record<string, unknown>;
    const id = String(map['id'] ?? '');
    const known = this.executions.get(id);
    const count = Number(map['execution_count'] ?? 0);
    this.count = Math.max(this.count, count);
    const execution =
      known ??
      new Execution(
        kind === CommandKind.cell ? 'cell' : 'comm',
        { id, code: String(map['code'] ?? ''), silent: map['silent'] === true, storeHistory: map['store_history'] === true, userExpressions: {}, allowStdin: map['allow_stdin'] === true, stopOnError: true },
        count,
        String(map['sender'] ?? ''),
      );
    execution.restored = true;
    this.executions.set(id, execution);
    const targets = Array.isArray(map['targets']) ? (map['targets'] as number[]) : null;
    this.makeOutput(execution, targets);
    return execution;
  }

  /** The connection of a rank is gone. */
  gone(link: RankLink, reason: string): void {
    const rank = this.roster.gone(link, reason);
    if (!rank || this.over) return;
    if (rank.rank === 0) this.requests.close();
    this.world.journal.add('gone', this.position.step, { rank: rank.rank, bye: rank.bye, reason });
    this.world.changed();
    if (rank.bye) return this.checkBye();
    const lose = (): void => this.endSoon('lost', () => `${this.lostRanks()} ended without finishing`);
    if (!processExists(link.hello.pid)) return lose();
    this.reconnects.set(rank.rank, setTimeout(lose, this.world.times.reconnect));
  }

  private lostRanks(): string {
    const lost = this.roster.sorted().filter((rank) => !rank.present && !rank.bye);
    const pids = lost.length <= 4 ? ` (process ${lost.map((rank) => rank.link.hello.pid).join(', ')})` : '';
    return `${lost.length === 1 ? 'rank' : 'ranks'} ${formatRanks(lost.map((rank) => rank.rank))}${pids}`;
  }

  private checkBye(): void {
    const ranks = this.roster.sorted();
    if (ranks.length === this.roster.size && ranks.every((rank) => rank.bye)) this.endSoon('ended', () => 'the simulation has finished');
  }

  /** From the supervisor: the launcher has ended. */
  programEnded(code: number | null, signal: string | null): void {
    if (this.over) return;
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code ?? 0}`;
    const fine = code === 0 && !signal;
    if (this.ending) clearTimeout(this.ending);
    this.ending = null;
    this.endSoon(fine ? 'ended' : 'lost', () => (fine ? `the program ${how}` : `the program ${how}${this.roster.sorted().some((rank) => !rank.bye && !rank.present) ? `; ${this.lostRanks()} ended without finishing` : ''}`));
  }

  private endSoon(state: 'ended' | 'lost', reason: () => string): void {
    if (this.ending || this.over) return;
    this.ending = setTimeout(() => this.end(state, reason()), this.world.times.settle);
  }

  /** Settles everything with the reason, once. */
  end(state: 'ended' | 'lost', reason: string): void {
    if (this.over) return;
    for (const rank of this.roster.present()) for (const message of rank.link.drain()) this.message(rank, message);
    const words = state === 'lost' ? lastWords(this.roster.rows()) : [];
    this.state = state;
    this.reason = reason;
    this.world.journal.add('state', this.position.step, { state, reason, lastWords: words });
    this.log.loseRest(this.position.step, this.position.time);
    for (const execution of [...(this.active ? [this.active] : []), ...this.queue.splice(0)]) this.settleEnded(execution, words);
    this.close();
    this.world.broadcast({ t: 'job', job: this.status() });
    this.world.changed();
    this.world.ended();
  }

  private settleEnded(execution: Execution, words: readonly string[] = []): void {
    const body = refusal('SimulationEnded', this.reason, { ...this.position });
    body.traceback = [...words, ...(body.traceback ?? [])];
    this.settle(execution, body);
  }

  /** Stops timers; the job does nothing more. */
  close(): void {
    clearInterval(this.foldTimer);
    for (const timer of this.reconnects.values()) clearTimeout(timer);
    this.reconnects.clear();
    if (this.ending) clearTimeout(this.ending);
    if (this.graceTimer) clearTimeout(this.graceTimer);
    for (const execution of this.executions.values()) if (execution.noticeTimer) clearTimeout(execution.noticeTimer);
    this.requests.close();
  }

  /** Back-pressure: ranks keep their output while a client is slow. */
  hold(on: boolean): void {
    this.holding = on;
    for (const rank of this.roster.present()) rank.link.hold(on);
  }

  // --- What ranks say -------------------------------------------------------------------------------------------------

  messages(link: RankLink, messages: readonly RingMessage[]): void {
    const rank = this.roster.of(link);
    if (!rank) return;
    for (const message of messages) this.message(rank, message);
  }

  private message(rank: Rank, message: RingMessage): void {
    switch (message.kind) {
      case RingKind.stdout:
      case RingKind.stderr:
        this.outputOf(message.index)?.stream(rank.rank, message.kind === RingKind.stdout ? 'stdout' : 'stderr', message.payload);
        return;
      case RingKind.reply:
        return this.requests.reply(message.index, message.payload);
      default:
        break;
    }
    let body: unknown = null;
    try {
      if (message.payload.length > 0) body = unpack(message.payload);
    } catch (error) {
      this.malformed += 1;
      this.world.warn(`rank ${rank.rank} sent a malformed message: ${error instanceof Error ? error.message : String(error)}`);
    }
    const map = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    if (message.kind === RingKind.outcome) {
      const entry = this.log.open.get(message.index);
      if (entry) this.record(entry, readOutcome(rank.rank, message.flags, map, message.step, message.time));
    } else if (message.kind === RingKind.publish) {
      this.published(rank, message.index, map);
    } else if (message.kind === RingKind.notice) {
      this.notice(rank, message.index, map);
    } else if (message.kind === RingKind.inputRequest) {
      this.askInput(message.index, String(map['prompt'] ?? ''), map['password'] === true);
    } else {
      this.malformed += 1;
    }
  }

  private record(entry: Entry, outcome: Outcome): void {
    const execution = this.byIndex.get(entry.index);
    if (execution?.state === 'waiting' && outcome.status !== 'withdrawn') this.began(execution);
    execution?.output?.finishRank(outcome.rank);
    this.log.record(entry.index, outcome);
  }

  private outputOf(index: number): CellOutput | null {
    const execution = this.byIndex.get(index);
    if (!execution) return null;
    if (execution.state !== 'settled') return execution.output;
    if (!execution.late) {
      const ranks = this.roster.sorted().map((rank) => rank.rank);
      execution.late = new CellOutput(ranks, false, (output) => {
        this.world.journal.add('output', this.position.step, { id: execution.id, late: true, output });
        execution.owner?.send({ t: 'output', id: execution.id, output, late: true });
      });
    }
    return execution.late;
  }

  private published(rank: Rank, index: number, map: Record<string, unknown>): void {
    if (map['kind'] === 'comm') {
      // Every rank runs the same widget code; the front end knows the comms of the lowest one.
      if (rank.rank !== 0) return;
      const message = map['message'] as CommMessage | undefined;
      if (!message?.content || typeof message.type !== 'string') {
        this.malformed += 1;
        return;
      }
      const id = String(message.content['comm_id'] ?? '');
      if (message.type === 'comm_open') this.comms.set(id, { target_name: String(message.content['target_name'] ?? '') });
      if (message.type === 'comm_close') this.comms.delete(id);
      this.world.broadcast({ t: 'comm', id: this.byIndex.get(index)?.id ?? null, message: { type: message.type, content: message.content, metadata: message.metadata ?? {}, buffers: message.buffers ?? [] } });
      return;
    }
    const output = readOutput(map);
    if (output) this.outputOf(index)?.publish(rank.rank, output);
    else this.malformed += 1;
  }

  private notice(rank: Rank, index: number, map: Record<string, unknown>): void {
    const execution = this.byIndex.get(index);
    switch (map['what']) {
      case 'started':
        if (execution?.state === 'waiting') this.began(execution);
        return;
      case 'withdrawn':
        if (execution?.withdrawal && execution.state === 'waiting') this.withdrawalAnswer(execution, rank.rank, map['accepted'] === true);
        return;
      case 'log': {
        // Ranks mostly warn alike: the first one is enough for the same words at the same step.
        const text = String(map['text'] ?? '');
        const key = `${this.position.step}\0${text}`;
        if (this.logged.has(key)) return;
        if (this.logged.size > 256) this.logged.clear();
        this.logged.add(key);
        const to = this.active && this.active.state === 'running' ? this.active : null;
        if (to) this.emit(to, { kind: 'stream', name: 'stderr', text: text.endsWith('\n') ? text : `${text}\n` });
        this.world.journal.add('log', this.position.step, { rank: rank.rank, level: map['level'] ?? 'warning', text });
        return;
      }
      case 'bye':
        rank.bye = true;
        return this.checkBye();
      default:
        this.world.journal.add('notice', this.position.step, { rank: rank.rank, ...map });
    }
  }

  private askInput(index: number, prompt: string, password: boolean): void {
    const execution = this.byIndex.get(index);
    if (!execution || execution.state === 'settled') return;
    if (!execution.request.allowStdin) return this.answerInput(execution, { error: 'this front end does not support input' });
    execution.inputAsked = { prompt, password };
    execution.owner?.send({ t: 'inputRequest', id: execution.id, prompt, password });
    if (!execution.owner) this.leaveInput(execution);
  }

  private answerInput(execution: Execution, answer: { value: string } | { error: string }): void {
    execution.inputAsked = null;
    this.log.broadcast(SocketKind.inputReply, execution.index, pack(answer));
  }

  /** Nobody is there to type: after a while the cell gets an error, so that it does not hold the run. */
  private leaveInput(execution: Execution): void {
    setTimeout(() => {
      if (execution.inputAsked && !execution.owner) this.answerInput(execution, { error: 'the front end that was asked for input is gone' });
    }, this.world.times.grace).unref();
  }

  // --- Executions -----------------------------------------------------------------------------------------------------

  /** A client submits a cell, or one that it submitted before: then it gets what it missed. */
  execute(client: Client, request: ExecuteRequest, seen: number | undefined): void {
    const known = this.executions.get(request.id);
    if (known) return known.attach(client, seen ?? 0);
    const counted = !request.silent && request.storeHistory;
    const execution = new Execution('cell', request, counted ? this.count + 1 : this.count, request.username ?? client.name);
    execution.owner = client;
    this.remember(execution);
    if (seen !== undefined) {
      // Accepted by an earlier bridge whose journal is lost: it may have run, and must not run twice.
      client.send({ t: 'accepted', id: request.id, index: 0, executionCount: this.count });
      return this.settle(execution, refusal('OutcomeLost', 'the bridge was restarted and knows nothing of this cell; it may have run'));
    }
    if (counted) {
      this.count += 1;
      this.history.add(this.count, request.code);
    }
    const { id, code, ...rest } = request;
    this.world.journal.add('cell', this.position.step, { id, count: execution.count, sender: execution.sender, silent: request.silent, store: request.storeHistory, code, request: rest });
    client.send({ t: 'accepted', id, index: 0, executionCount: execution.count });
    if (this.over) return this.settleEnded(execution);
    this.enqueue(execution);
  }

  /** A comm message from a front end runs like a cell; its verdict says that it was handled. */
  comm(client: Client, id: string, message: CommMessage): void {
    if (this.executions.has(id)) return;
    const request: ExecuteRequest = { id, code: '', silent: true, storeHistory: false, userExpressions: {}, allowStdin: false, stopOnError: false };
    const execution = new Execution('comm', request, this.count, client.name, { ...message });
    execution.owner = client;
    this.remember(execution);
    if (message.type === 'comm_open') this.comms.set(String(message.content['comm_id'] ?? ''), { target_name: String(message.content['target_name'] ?? '') });
    if (message.type === 'comm_close') this.comms.delete(String(message.content['comm_id'] ?? ''));
    if (this.over) return this.settleEnded(execution);
    this.enqueue(execution);
  }

  private remember(execution: Execution): void {
    this.executions.set(execution.id, execution);
    if (this.executions.size <= REMEMBERED) return;
    for (const [id, old] of this.executions) {
      if (old.verdict) {
        this.executions.delete(id);
        return;
      }
    }
  }

  private enqueue(execution: Execution): void {
    const parsed = this.parse(execution);
    if (parsed.kind === 'live') {
      const urgent = parsed.actions.length > 0 && parsed.actions.every((action) => action.what === 'pause') && this.inProgress();
      if (onlyLooks(parsed.actions) || urgent) return runLive(this, execution, parsed.actions);
    }
    this.queue.push(execution);
    this.pump();
    if (execution.state === 'queued' || execution.state === 'waiting') startNotice(execution, () => this.waitsFor(execution), this.world.times.notice);
  }

  private parse(execution: Execution): ParsedCell {
    if (execution.kind === 'comm') return { kind: 'python', code: '', targets: null };
    return parseCell(execution.request.code, this.roster.size || Number.MAX_SAFE_INTEGER);
  }

  /** A `step` or `until` is under way. */
  private inProgress(): boolean {
    const entry = this.active ? this.log.open.get(this.active.index) : undefined;
    return entry?.kind === CommandKind.step || entry?.kind === CommandKind.until;
  }

  private waitsFor(execution: Execution): string {
    if (execution.state === 'queued' && this.active && this.active !== execution) return `running: ${this.active.sender}'s cell`;
    if (!this.roster.complete) return `waiting for ranks: ${this.roster.registered} of ${this.roster.size || '?'} have registered`;
    return waitingSentence(this.roster.board(this.roster.present()[0]), this.world.monotonicNs());
  }

  /** Starts the next execution when none runs. */
  private pump(): void {
    while (!this.active && this.queue.length > 0 && this.roster.complete && !this.restored && !this.over) {
      const execution = this.queue.shift()!;
      this.active = execution;
      if (execution.owner) this.world.broadcast({ t: 'busy', other: execution.sender }, execution.owner);
      this.start(execution);
    }
  }

  private start(execution: Execution): void {
    execution.since = Date.now();
    const parsed = this.parse(execution);
    if (parsed.kind === 'wrong') return this.settle(execution, refusal('UsageError', parsed.sentence, { ...this.position }));
    if (parsed.kind === 'live') {
      stopNotice(execution);
      return runLive(this, execution, parsed.actions);
    }
    execution.state = 'waiting';
    this.makeOutput(execution, parsed.targets);
    const { request } = execution;
    const payload =
      execution.kind === 'comm'
        ? pack({ what: 'comm', message: execution.comm, id: execution.id, sender: execution.sender })
        : pack({
            code: parsed.code,
            silent: request.silent,
            store_history: request.storeHistory,
            user_expressions: request.userExpressions,
            allow_stdin: request.allowStdin,
            execution_count: execution.count,
            targets: parsed.targets,
            cell_id: request.cellId ?? '',
            sender: execution.sender,
            id: execution.id,
          });
    const index = this.log.last + 1;
    execution.index = index;
    this.byIndex.set(index, execution);
    this.byIndex.delete(index - LATE_REMEMBERED);
    this.world.journal.add('entry', this.position.step, { id: execution.id, index });
    this.log.append(execution.kind === 'comm' ? CommandKind.call : CommandKind.cell, payload, { decided: (outcomes) => this.decideCell(execution, outcomes) });
  }

  private makeOutput(execution: Execution, targets: number[] | null): void {
    const ranks = targets && targets.length > 0 ? targets : this.roster.sorted().map((rank) => rank.rank);
    execution.output = new CellOutput(ranks, targets !== null, (output) => this.emit(execution, output));
  }

  /** The first rank has begun the cell. */
  private began(execution: Execution): void {
    execution.state = 'running';
    stopNotice(execution);
    if (execution.interrupted) this.log.broadcast(SocketKind.interrupt, execution.index);
  }

  emit(execution: Execution, output: Output): void {
    if (execution.verdict) return;
    this.world.journal.add('output', this.position.step, { id: execution.id, output });
    execution.emit(output);
  }

  private decideCell(execution: Execution, outcomes: Outcome[]): void {
    if (execution.verdict) return;
    for (const outcome of outcomes) execution.output?.finishRank(outcome.rank);
    const ended = this.over ? this.reason : 'the simulation ended before the cell began';
    const why = execution.interrupted && !this.over ? { ename: 'KeyboardInterrupt', evalue: '' } : { ename: 'SimulationEnded', evalue: ended };
    const body = decide(outcomes, why);
    if (this.over) body.traceback = [...lastWords(this.roster.rows()), ...(body.traceback ?? [])];
    Object.assign(body.metadata, execution.output?.finish());
    this.settle(execution, body);
  }

  settle(execution: Execution, body: VerdictBody): void {
    stopNotice(execution);
    if (!execution.settle(body)) return;
    const result = execution.output?.resultText ?? null;
    if (result !== null && execution.request.storeHistory && !execution.request.silent) this.history.setOutput(execution.count, result);
    execution.output = null;
    if (execution.kind === 'cell') this.world.journal.add('verdict', Number(body.metadata['step'] ?? this.position.step), { id: execution.id, verdict: execution.verdict, ...(result === null ? {} : { result }) });
    if (this.active !== execution) return;
    this.active = null;
    if (this.queue.length === 0) this.world.broadcast({ t: 'busy', other: null }, execution.owner);
    this.pump();
  }

  /** Interrupts one execution, whatever it does; unknown or settled: nothing. */
  interrupt(id: string): void {
    const execution = this.executions.get(id);
    if (!execution || execution.verdict) return;
    this.journalControl('interrupt', { id });
    const kind = this.log.open.get(execution.index)?.kind;
    if (execution.state === 'queued') {
      this.queue = this.queue.filter((queued) => queued !== execution);
      this.settle(execution, refusal('KeyboardInterrupt', 'withdrawn before it began', { ...this.position }));
    } else if (kind === CommandKind.step || kind === CommandKind.until) {
      if (!execution.interrupted) endProgress(this.log);
      execution.interrupted = true;
    } else if (kind === CommandKind.cell || kind === CommandKind.call) {
      const first = !execution.interrupted;
      execution.interrupted = true;
      if (execution.state === 'running') this.log.broadcast(SocketKind.interrupt, execution.index);
      else if (first) {
        execution.withdrawal = new Map();
        this.log.broadcast(SocketKind.withdraw, execution.index);
      }
    } else if (kind !== undefined) {
      execution.interrupted = true;
      this.log.broadcast(SocketKind.withdraw, execution.index);
    }
  }

  private withdrawalAnswer(execution: Execution, rank: number, accepted: boolean): void {
    execution.withdrawal!.set(rank, accepted);
    if (accepted) {
      // One is enough: no agreement can contain the entry without the withdrawal. Ranks skip it when they come by.
      this.settle(execution, refusal('KeyboardInterrupt', 'withdrawn before it began', { ...this.position }));
    } else if (execution.withdrawal!.size >= this.roster.size) {
      // Already agreed upon everywhere: it begins, and is interrupted at its start.
      this.log.broadcast(SocketKind.interrupt, execution.index);
    }
  }

  /** A line of input, or the error that stands for it. */
  input(id: string, value: string, error: string | undefined): void {
    const execution = this.executions.get(id);
    if (execution?.inputAsked) this.answerInput(execution, error === undefined ? { value } : { error });
  }

  /** A question with one answer. */
  ask(what: Question | 'history' | 'commInfo' | 'status', args: Record<string, unknown>, answer: (result: unknown) => void): void {
    switch (what) {
      case 'history':
        return answer(this.history.answer(args));
      case 'commInfo': {
        const target = args['targetName'];
        return answer(Object.fromEntries([...this.comms].filter(([, comm]) => target === undefined || target === null || comm.target_name === target)));
      }
      case 'status':
        return answer(this.status());
      default:
        return this.requests.ask(this.roster.ranks.get(0), what, args, answer);
    }
  }

  journalControl(what: string, fields: Record<string, unknown>): void {
    this.world.journal.add('control', this.position.step, { control: what, ...fields, index: this.log.last });
  }

  // --- Clients --------------------------------------------------------------------------------------------------------

  clientAttached(client: Client): void {
    if (client.observer) return;
    this.clients += 1;
    if (this.graceTimer) clearTimeout(this.graceTimer);
    this.graceTimer = null;
    this.world.journal.add('attach', this.position.step, { client: client.name });
    if (this.active && this.active.owner !== client && !this.active.verdict) this.world.broadcast({ t: 'busy', other: this.active.sender });
  }

  clientGone(client: Client): void {
    for (const execution of this.executions.values()) {
      if (execution.owner !== client) continue;
      execution.owner = null;
      if (execution.inputAsked) this.leaveInput(execution);
    }
    if (client.observer) return;
    this.clients -= 1;
    this.world.journal.add('detach', this.position.step, { client: client.name });
    if (this.clients === 0) this.graceTimer = setTimeout(() => this.applyDetach(), this.world.times.grace);
  }

  detach(_execution: Execution): void {
    if (this.clients <= 1) this.applyDetach();
  }

  private applyDetach(): void {
    if (this.options.onDetach === 'resume' && this.paused()) this.resumeAlone('the last notebook has left during a pause: the simulation goes on');
  }
}
