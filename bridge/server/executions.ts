/**
 * The executions of a job: their queue (one at a time, in order of arrival), their way into the command log and their verdicts.
 * Knows clients and the log; what the job's state is, it asks the job.
 */
import { CommandKind, SOCKET_FRAME_BYTES, SocketKind } from '../protocol/generated';
import type { CommMessage, JobStatus, Output } from '../protocol/messages';
import { CellInput } from './cell-input';
import { CellInterrupts, type InterruptHost } from './cell-interrupts';
import type { CellOutput } from './cell-output';
import type { CommandLog, Entry } from './command-log';
import { Execution, payloadOf, senderName, type Client, type ExecuteRequest, type PerRank } from './execution';
import { ExecutionOutputs } from './execution-outputs';
import type { History, HistoryCell } from './history';
import type { JobWorld } from './job';
import { onlyHelp, placeOf, runLibyt, type LibytHost } from './libyt/runner';
import { parseCell, type ParsedCell } from './live';
import { lastWords, type RankRow } from './live-status';
import { onlyLooks, runLive } from './live-runner';
import { Missed } from './missed';
import type { CellWatch } from './release/cell-watch';
import { Orphans } from './orphans';
import { ReducedGuard } from './reduced-guard';
import { ReplayBudget } from './replay-budget';
import type { Restored } from './restore';
import type { Roster } from './roster';
import type { Stacks } from './stacks';
import { Succession } from './succession';
import type { Debugger } from './debug/debugger';
import { OUTCOME_LOST, reconcile } from './takeover';
import { decide, refusal, type Outcome, type VerdictBody } from './verdict';
import { interruptFunctions } from './stuck-functions';
import { WaitingNotices, waitingSentence } from './waiting';

/** What executions may know of their job. */
export interface JobView {
  readonly roster: Roster;
  readonly stacks: Stacks;
  readonly position: { step: number; time: number };
  /** Ended or lost; `reason` says why. */
  readonly over: boolean;
  readonly reason: string;
  /** All ranks are there and what an earlier bridge left is taken up: entries may be sent. */
  readonly ready: boolean;
  /** What an earlier bridge left will be taken up once all ranks are there. */
  readonly expectant: boolean;
  status(): JobStatus;
  paused(): boolean;
  whenSure(action: () => void): void;
  readonly functions: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Looks after ranks that wait in MPI while a cell runs. */
  readonly watch: CellWatch;
  /** `%live detach`. */
  leave(): void;
  /** Ends the pause of libyt's entry point at which the run stands, if it does. */
  leaveEntry(why: string): void;
  /** `%live watch`. */
  showWidget(execution: Execution): void;
  readonly debug: Debugger;
}

/** Executions remembered for clients that submit them again. */
const REMEMBERED = 1000;
/** Entries whose executions take what threads and functions of theirs print later. The ranks know this number too (`_streams.py`). */
const LATE_REMEMBERED = 1000;

export class Executions implements LibytHost, InterruptHost {
  readonly history: History;
  private readonly executions = new Map<string, Execution>();
  private readonly byIndex = new Map<number, Execution>();
  private queue: Execution[] = [];
  /** The one that has its turn. */
  active: Execution | null = null;
  private pumping = false;
  private count: number;
  private readonly replay = new ReplayBudget(REMEMBERED);
  private readonly orphans = new Orphans();
  readonly missed: Missed;
  private readonly interrupts = new CellInterrupts(this);
  private readonly questions: CellInput;
  private readonly notices: WaitingNotices;
  private readonly outputs: ExecutionOutputs;
  private readonly reduced = new ReducedGuard(() => this.rows());
  private readonly succession = new Succession((execution) => this.accept(execution), () => this.count);

  constructor(
    private readonly job: JobView,
    readonly log: CommandLog,
    private readonly world: JobWorld,
    restored: Restored,
  ) {
    this.questions = new CellInput(log, world.times.grace);
    this.outputs = new ExecutionOutputs(job, world);
    this.notices = new WaitingNotices(world.times.notice, (execution) => this.waitsFor(execution));
    this.missed = new Missed({
      executions: () => this.executions.values(),
      journal: world.journal,
      step: () => job.position.step,
      emit: (to, output) => this.outputs.emit(to, output),
      runsPython: (execution) => execution.kind === 'cell' && this.parse(execution).kind === 'python',
    });
    this.history = restored.history;
    this.count = restored.executionCount;
    for (const execution of restored.executions) {
      this.executions.set(execution.id, execution);
      const index = restored.indexOf.get(execution.id);
      if (index !== undefined && index > restored.lastIndex - LATE_REMEMBERED) this.byIndex.set(index, execution);
      if (execution.verdict) this.replay.settle(execution);
      else this.outputs.limit(execution);
    }
  }

  // What a `%live` cell asks of the job.
  status(): JobStatus {
    return this.job.status();
  }
  rows(): RankRow[] {
    return this.job.roster.rows();
  }
  monotonicNs(): number {
    return this.world.monotonicNs();
  }
  paused(): boolean {
    return this.job.paused();
  }
  whenSure(action: () => void): void {
    this.job.whenSure(action);
  }
  functions(): ReadonlyMap<string, ReadonlyMap<number, string>> {
    return this.job.functions;
  }
  detach(): void {
    this.job.leave();
  }
  successes(): readonly HistoryCell[] {
    return this.history.successes();
  }
  leaveEntry(why: string): void {
    this.job.leaveEntry(why);
  }

  /** The execution of a log index, also for a while after its verdict. */
  of(index: number): Execution | undefined {
    return this.byIndex.get(index);
  }

  /** Shows differences between ranks that have waited long enough. */
  flush(): void {
    this.active?.output?.flush();
    for (const execution of this.byIndex.values()) execution.late?.flush();
  }

  /** Settles whatever has not settled: the job is over. */
  endAll(words: readonly string[]): void {
    for (const execution of [...(this.active ? [this.active] : []), ...this.queue.splice(0)]) this.settleEnded(execution, words);
  }

  showWidget(execution: Execution): void {
    this.job.showWidget(execution);
  }

  showAgain(execution: Execution, count: number | null, done: (sentence: string) => void): void {
    this.missed.showAgain(execution, count, done);
  }

  /** A client is gone: its executions go on without it. */
  disown(client: Client): void {
    for (const execution of this.executions.values()) {
      if (execution.owner !== client) continue;
      execution.owner = null;
      // A notebook that has a name is offered its own cells; for others the next cell of anybody tells.
      if (!execution.verdict && execution.state !== 'ahead' && execution.notebook === '') this.orphans.add(execution, client);
      this.missed.disowned(execution);
      if (this.succession.disown(execution)) this.executions.delete(execution.id);
      this.questions.leave(execution);
    }
  }

  /** Stops timers. */
  close(): void {
    this.notices.close();
  }

  /**
   * A client submits a cell, or one that it submitted before: then it gets what it missed.
   * @param after id of the client's cell before it, see the protocol. @param perRank wants to know what each rank prints.
   */
  execute(client: Client, request: ExecuteRequest, seen: number | undefined, after?: string, perRank: PerRank | null = null): void {
    const known = this.executions.get(request.id);
    if (known?.state === 'ahead') {
      // Its client's earlier connection may not have been noticed as closed yet: what goes with that one must not be this cell.
      known.owner = client;
      return;
    }
    if (known) return known.attach(client, seen ?? 0);
    const execution = new Execution('cell', request, this.count, senderName(client, request.username));
    execution.owner = client;
    execution.perRank = perRank;
    execution.notebook = client.notebook ?? '';
    this.missed.arrived(execution);
    this.remember(execution);
    if (seen !== undefined) {
      // Accepted by an earlier bridge whose journal is lost: it may have run, and must not run twice. The ranks may know more.
      execution.restored = execution.unknown = true;
      execution.attach(client, seen);
      if (!this.job.expectant) return this.settle(execution, refusal('OutcomeLost', OUTCOME_LOST));
      this.queue.push(execution);
      return this.notices.start(execution);
    }
    const before = after === undefined ? undefined : this.executions.get(after);
    const bound = this.succession.follow(client, execution, before);
    if (bound === 'full') return this.settle(execution, refusal('UsageError', 'too many cells were submitted ahead'));
    if (bound === 'free') this.accept(execution);
  }

  /** The cell gets its place and its number. */
  private accept(execution: Execution): void {
    const { id, code, silent, storeHistory, userExpressions, allowStdin, stopOnError, cellId, username, origin, maxTextBytes, place } = execution.request;
    execution.state = 'queued';
    execution.since = Date.now();
    const counted = !silent && storeHistory;
    execution.count = counted ? this.count + 1 : this.count;
    this.outputs.limit(execution);
    if (counted) {
      this.count += 1;
      this.history.add(this.count, code);
    }
    const request = { silent, storeHistory, userExpressions, allowStdin, stopOnError, cellId, username, origin, maxTextBytes, place };
    this.world.journal.add('cell', this.job.position.step, { id, count: execution.count, sender: execution.sender, silent, store: storeHistory, code, request, ...(execution.notebook === '' ? {} : { notebook: execution.notebook }) });
    execution.owner?.send({ t: 'accepted', id, index: 0, executionCount: execution.count }, true);
    if (this.job.over) return this.settleEnded(execution);
    this.enqueue(execution);
  }

  /** A comm message from a front end runs like a cell; its verdict says that it was handled. One that comes again after a lost connection gets it too. */
  comm(client: Client, id: string, message: CommMessage, origin = ''): void {
    const known = this.executions.get(id);
    if (known) return known.attach(client, 0);
    const request: ExecuteRequest = { id, code: '', silent: true, storeHistory: false, userExpressions: {}, allowStdin: false, stopOnError: false, origin };
    const execution = new Execution('comm', request, this.count, client.name, { what: 'comm', message: { ...message } });
    execution.owner = client;
    this.remember(execution);
    if (this.job.over) return this.settleEnded(execution);
    this.enqueue(execution);
  }

  /** A call of the bridge's own: runs like a cell, and belongs to nobody. `done` gets its verdict and the outcomes of all ranks, once. */
  callAside(id: string, call: Record<string, unknown>, sender: string, done: NonNullable<Execution['done']>): void {
    const request: ExecuteRequest = { id, code: '', silent: true, storeHistory: false, userExpressions: {}, allowStdin: false, stopOnError: false };
    const execution = new Execution('comm', request, this.count, sender, call);
    execution.done = done;
    this.remember(execution);
    if (this.job.over) return this.settleEnded(execution);
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
    if (parsed.kind === 'libyt' && onlyHelp(parsed.actions)) return runLibyt(this, execution, parsed.actions);
    this.queue.push(execution);
    this.pump();
    if (execution.state === 'queued' || execution.state === 'waiting') this.notices.start(execution);
  }

  private parse(execution: Execution): ParsedCell {
    if (execution.kind === 'comm') return { kind: 'python', code: '', targets: null };
    return parseCell(execution.request.code, this.job.roster.size || Number.MAX_SAFE_INTEGER, placeOf(execution));
  }

  /** A `step` or `until` is under way. */
  private inProgress(): boolean {
    const entry = this.active ? this.log.open.get(this.active.index) : undefined;
    return entry?.kind === CommandKind.step || entry?.kind === CommandKind.until;
  }

  private waitsFor(execution: Execution): string {
    if (execution.state === 'queued' && this.active && this.active !== execution) return `running: ${this.active.sender}'s cell`;
    if (!this.job.roster.complete) return `waiting for ranks: ${this.job.roster.registered} of ${this.job.roster.size || '?'} have registered`;
    return waitingSentence(this.job.roster.board(this.job.roster.present()[0]), this.world.monotonicNs());
  }

  /** Starts the next execution when none runs. */
  pump(): void {
    // One that settles at once comes back here: by the loop, not by recursion, since clients decide how many there are.
    if (this.pumping) return;
    this.pumping = true;
    try {
      while (!this.active && this.queue.length > 0 && this.job.ready && !this.job.over) {
        const execution = this.queue.shift()!;
        this.active = execution;
        if (execution.owner) this.world.broadcast({ t: 'busy', other: execution.sender }, execution.owner);
        this.start(execution);
      }
    } finally {
      this.pumping = false;
    }
  }

  private start(execution: Execution): void {
    execution.since = Date.now();
    const parsed = this.parse(execution);
    if (parsed.kind === 'wrong') return this.settle(execution, refusal('UsageError', parsed.sentence, { ...this.job.position }));
    if (parsed.kind === 'live') {
      this.notices.stop(execution);
      return runLive(this, execution, parsed.actions);
    }
    if (parsed.kind === 'libyt') return runLibyt(this, execution, parsed.actions);
    execution.state = 'waiting';
    this.outputs.make(execution, parsed.targets);
    this.missed.offer(execution);
    this.reduced.tell(execution);
    let payload: Uint8Array;
    try {
      payload = payloadOf(execution, parsed.code, parsed.targets, this.job.debug.fileOf(execution.request.code));
    } catch (error) {
      // Nested deeper than can be packed: without a verdict it would keep its turn for ever.
      return this.settle(execution, refusal('ValueError', `the message cannot be passed on to the ranks: ${error instanceof Error ? error.message : String(error)}`));
    }
    if (payload.length > SOCKET_FRAME_BYTES) {
      return this.settle(execution, refusal('ValueError', `the cell is ${payload.length} bytes, more than the ${SOCKET_FRAME_BYTES} that fit into one message`));
    }
    const index = this.log.last + 1;
    execution.index = index;
    this.byIndex.set(index, execution);
    this.byIndex.delete(index - LATE_REMEMBERED);
    this.world.journal.add('entry', this.job.position.step, { id: execution.id, index });
    this.log.append(execution.kind === 'comm' ? CommandKind.call : CommandKind.cell, payload, { decided: (outcomes) => this.decideCell(execution, outcomes) });
  }

  track(execution: Execution, index: number): void {
    execution.index = index;
    this.outputs.make(execution, null);
    this.byIndex.set(index, execution);
    this.byIndex.delete(index - LATE_REMEMBERED);
  }

  /** The first rank has begun the cell. */
  began(execution: Execution): void {
    execution.state = 'running';
    this.notices.stop(execution);
    if (execution.kind === 'cell' && !execution.request.silent) for (const output of this.orphans.take()) this.outputs.emit(execution, output);
    this.job.watch.began(execution);
    if (execution.interrupted) this.log.broadcast(SocketKind.interrupt, execution.index);
  }

  emit(execution: Execution, output: Output): void {
    this.outputs.emit(execution, output);
  }

  private decideCell(execution: Execution, outcomes: Outcome[]): void {
    if (execution.verdict) return;
    execution.perRank?.decided(outcomes);
    // Those of the others were recorded.
    for (const { rank, status } of outcomes) if (status === 'lost') execution.output?.finishRank(rank);
    execution.outcomes = outcomes;
    const ended = this.job.over ? this.job.reason : 'the simulation ended before the cell began';
    const why = execution.interrupted && !this.job.over ? { ename: 'KeyboardInterrupt', evalue: '' } : { ename: 'SimulationEnded', evalue: ended };
    const body = decide(outcomes, why);
    if (this.job.over) body.traceback = [...lastWords(this.job.roster.rows()), ...(body.traceback ?? [])];
    Object.assign(body.metadata, execution.output?.finish());
    this.settle(execution, body);
  }

  settle(execution: Execution, body: VerdictBody): void {
    this.notices.stop(execution);
    if (execution.verdict) return;
    this.job.watch.settled(execution);
    execution.volume?.finish();
    execution.settle(body);
    execution.done?.(body, execution.outcomes);
    this.replay.settle(execution);
    if (execution.textFile) this.world.texts.end(execution.textFile);
    execution.volume = execution.textFile = null;
    this.world.carry.end(execution.id);
    const result = execution.output?.resultText ?? null;
    if (execution.request.storeHistory && !execution.request.silent && execution.kind === 'cell') {
      if (result !== null) this.history.setOutput(execution.count, result);
      if (body.status === 'ok') this.history.succeed(execution.count);
    }
    execution.output = null;
    if (execution.kind === 'cell') this.world.journal.add('verdict', Number(body.metadata['step'] ?? this.job.position.step), { id: execution.id, verdict: execution.verdict, result: result ?? undefined });
    if (this.active !== execution) return this.succession.release(execution);
    this.active = null;
    // Behind the cells of others that wait already.
    this.succession.release(execution);
    if (this.active !== null) return;
    if (this.queue.length === 0) this.world.broadcast({ t: 'busy', other: null }, execution.owner);
    this.pump();
  }

  settleEnded(execution: Execution, words: readonly string[] = []): void {
    const body = refusal('SimulationEnded', this.job.reason, { ...this.job.position });
    body.traceback = [...words, ...(body.traceback ?? [])];
    this.settle(execution, body);
  }

  /** Interrupts one execution, whatever it does; unknown or settled: nothing. */
  interrupt(id: string): void {
    let execution = this.executions.get(id);
    // The next cell began while this was on its way: it is the one that the user sees running.
    while (execution?.verdict) execution = execution.followers[0];
    // One that is not accepted yet shares the fate of the one before it.
    if (!execution || execution.state === 'ahead') return;
    this.journalControl('interrupt', { id });
    this.interrupts.interrupt(execution);
  }

  moveDebugger(rank: number | null, done: (sentence: string) => void): void {
    this.job.debug.move(rank, done);
  }

  stacks(done: (text: string) => void): void {
    this.job.stacks.ask(done);
  }

  /** `%live interrupt`: an inline function that runs, else the cell that has its turn. Returns what was interrupted, in words. */
  interruptRunning(): string {
    const active = this.active;
    const functions = interruptFunctions(this.job.roster, this.log, active?.index ?? 0);
    if (functions !== '' || !active) return functions;
    this.interrupt(active.id);
    return `${active.sender}'s cell`;
  }

  withdrawalAnswer(execution: Execution, rank: number, accepted: boolean): void {
    this.interrupts.withdrawalAnswer(execution, rank, accepted);
  }

  // What interrupts need to know.
  get roster(): Roster {
    return this.job.roster;
  }
  get position(): { step: number; time: number } {
    return this.job.position;
  }
  get over(): boolean {
    return this.job.over;
  }
  dequeue(execution: Execution): boolean {
    const at = this.queue.indexOf(execution);
    if (at >= 0) this.queue.splice(at, 1);
    return at >= 0;
  }

  askInput(index: number, prompt: string, password: boolean): void {
    const execution = this.byIndex.get(index);
    if (execution) this.questions.ask(execution, prompt, password);
  }

  /** A line of input, or the error that stands for it. */
  input(id: string, value: string, error: string | undefined): void {
    this.questions.given(this.executions.get(id), value, error);
  }

  record(entry: Entry, outcome: Outcome): void {
    const execution = this.byIndex.get(entry.index);
    if (execution?.state === 'waiting' && outcome.status !== 'withdrawn') this.began(execution);
    execution?.output?.finishRank(outcome.rank);
    if (entry.outcomes.size + 1 < this.job.roster.size) this.job.watch.left(entry.index, outcome);
    this.log.record(entry.index, outcome);
  }

  outputOf(index: number): CellOutput | null {
    const execution = this.byIndex.get(index);
    return execution?.state === 'settled' ? this.outputs.late(execution) : (execution?.output ?? null);
  }

  /** All ranks are there for the first time: what an earlier bridge left is taken up. */
  reconcile(restored: Restored): void {
    reconcile(restored, {
      cells: this,
      executions: this.executions,
      queue: this.queue,
      counted: (count) => (this.count = Math.max(this.count, count)),
      parse: (execution) => this.parse(execution),
      makeOutput: (execution, targets) => this.outputs.make(execution, targets),
      runs: (execution, index) => this.takeUp(execution, index),
      decided: (execution, outcomes) => this.decideCell(execution, outcomes),
    });
  }

  /** An earlier bridge began it, and ranks hold it. */
  private takeUp(execution: Execution, index: number): void {
    this.notices.stop(execution);
    execution.index = index;
    this.byIndex.set(index, execution);
    // The ranks only lack the news: what is printed from here on comes after its end.
    if (execution.verdict) return;
    execution.state = 'running';
    this.active = execution;
    this.job.watch.began(execution);
  }

  journalControl(what: string, fields: Record<string, unknown>): void {
    this.world.journal.add('control', this.job.position.step, { control: what, ...fields, index: this.log.last });
  }
}
