/**
 * One job: its ranks, its state and its end, and how ranks, executions and clients come together. Everything runs on the event loop, in
 * callbacks without waits between them: a message is handled completely before the next one. Sockets and files belong to others.
 */
import { join } from 'node:path';
import type { RankLink, RingMessage } from '../../native/addon/addon';
import { RankState, SocketKind } from '../protocol/generated';
import type { JobState } from '../protocol/generated';
import { pack } from '../protocol/frames';
import type { CommMessage, JobStatus, Output } from '../protocol/messages';
import type { CarryOver } from './carry-over';
import { CommandLog } from './command-log';
import { Comms } from './comms';
import { CellFiles } from './debug/cell-files';
import { computeValue } from './debug/compute';
import { Debugger, type DebugQuestion } from './debug/debugger';
import type { Client, Execution } from './execution';
import { Executions, type JobView } from './executions';
import type { Journal } from './journal';
import { launcherText } from './deaths';
import { Entry } from './libyt/entry';
import { lastWords, renderLive } from './live-status';
import { LiveWidget } from './live-widget';
import { Losses } from './losses';
import { Pauses } from './pauses';
import { RankMessages } from './rank-messages';
import { CellWatch } from './release/cell-watch';
import { Requests, type Question } from './requests';
import type { Restored } from './restore';
import { Roster, type Rank } from './roster';
import { Stacks } from './stacks';
import type { TextFiles } from './text-files';
import { UsageMeter } from './usage';

export interface JobOptions {
  id: string;
  name: string;
  host: string;
  dir: string;
  program: string;
  onDetach: 'resume' | 'hold';
  /** Longest pause, seconds; 0: no limit. */
  maxPauseS: number;
  /** Command of a kernel, with `{connection_file}`. */
  kernelArgv?: readonly string[];
  /** Process whose end is the end of the run. */
  ownerPid?: number;
  /** Private folder of the job. */
  runtimeDir: string;
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
  /** A cell that lasts longer gets a line that says what its ranks do, when there is something to say. */
  progress: number;
  /** No client any more: time for a kernel to come back before `onDetach` applies. */
  grace: number;
}

export const DEFAULT_TIMES: JobTimes = { notice: 1000, fold: 500, reconnect: 10_000, settle: 500, progress: 2000, grace: 10_000 };

export interface JobWorld {
  journal: Journal;
  texts: TextFiles;
  carry: CarryOver;
  times: JobTimes;
  monotonicNs(): number;
  isDeadlock(first: readonly Uint8Array[], second: readonly Uint8Array[]): boolean;
  /** Whether JSON takes a text as it is. */
  isPlain(text: Uint8Array): boolean;
  /** As `Addon.refresh`. */
  refresh(fd: number): Promise<void>;
  broadcast(message: { t: 'job'; job: JobStatus } | { t: 'output'; id: string; output: Output; late: true } | { t: 'busy'; other: string | null } | { t: 'comm'; id: string | null; message: CommMessage }, except?: Client | null): void;
  warn(sentence: string): void;
  /** The job has ended; called once. */
  ended(): void;
  /** Something that the job file tells has changed. */
  changed(): void;
}

export class Job implements JobView {
  readonly roster = new Roster();
  readonly log = new CommandLog(this.roster, () => this.state === 'paused');
  readonly watch: CellWatch;
  readonly cells: Executions;
  readonly entry: Entry;
  readonly pauses: Pauses;
  private readonly rankMessages: RankMessages;
  private readonly requests = new Requests();
  private readonly usage = new UsageMeter();
  readonly stacks = new Stacks(this.roster);
  readonly debug: Debugger;
  private state: JobState = 'starting';
  reason = '';
  position = { step: 0, time: 0 };
  /** The lowest rank was in a cell, or putting things in order behind one: its board does not tell whether the simulation stands still. */
  private inCell = false;
  /** The end is known, news of the other ranks is waited for. */
  private ending: { timer: NodeJS.Timeout; now: () => void } | null = null;
  private readonly losses: Losses;
  /** What each rank did when the job was lost. */
  private lastWords: string[] = [];
  private readonly foldTimer: NodeJS.Timeout;
  private readonly comms: Comms;
  private readonly live: LiveWidget;
  private restored: Restored | null;
  private holding = false;
  private readonly slow = new Set<string>();
  private duplicates = 0;

  constructor(
    private readonly options: JobOptions,
    private readonly world: JobWorld,
    restored: Restored,
    private readonly startedAt: number = restored.startedAt,
  ) {
    this.restored = restored;
    this.losses = new Losses(this.roster, world.times.reconnect, () => this.endSoon(() => ({ state: 'lost', reason: this.lossReason() })));
    this.debug = new Debugger({
      roster: this.roster,
      journal: world.journal,
      files: new CellFiles(options.runtimeDir),
      socketPath: join(options.runtimeDir, 'debug.sock'),
      maxPauseS: options.maxPauseS,
      over: () => (this.over ? this.reason : ''),
      step: () => this.position.step,
      busy: () => this.cells.active !== null,
      compute: (expression, rich, done) => computeValue(this.cells, expression, rich, done),
      warn: (sentence) => world.warn(sentence),
    });
    this.watch = new CellWatch(this.roster, world, () => this.position.step, () => this.debug.stoppedRank);
    this.comms = new Comms(!restored.takeover);
    this.cells = new Executions(this, this.log, world, restored);
    this.entry = new Entry(
      {
        execute: (client, request, perRank) => this.cells.execute(client, request, undefined, undefined, perRank),
        interrupt: (id) => this.cells.interrupt(id),
        leave: () => this.pauses.leaveEntry('the file _EXIT was made'),
        leaveEntry: (why) => this.pauses.leaveEntry(why),
        warn: (sentence) => world.warn(sentence),
        refresh: (fd) => world.refresh(fd),
        changed: () => world.broadcast({ t: 'job', job: this.status() }),
      },
      { ...(options.kernelArgv ? { kernelArgv: options.kernelArgv } : {}), ownerPid: options.ownerPid ?? process.pid },
    );
    this.pauses = new Pauses(this, { onDetach: options.onDetach, maxPauseS: options.maxPauseS, grace: world.times.grace }, (sentence) => world.warn(sentence));
    this.rankMessages = new RankMessages(this, this.requests, this.comms, world);
    this.live = new LiveWidget({
      jobId: options.id,
      table: () => this.table(),
      emit: (execution, output) => this.cells.emit(execution, output),
      execute: (client, request) => this.cells.execute(client, request, undefined),
      note: (message) => this.comms.note(message),
    });
    world.journal.add('open', 0, { session: this.cells.history.session, job: options.id, name: options.name, host: options.host, program: options.program });
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
      ...(this.entry.point && !this.over ? { entry: this.entry.point } : {}),
      ...(this.debug.unavailable ? { noDebugger: this.debug.unavailable } : {}),
      ...(this.reason ? { reason: this.reason } : {}),
      ...(this.lastWords.length > 0 ? { lastWords: this.lastWords } : {}),
    };
  }

  get over(): boolean {
    return this.state === 'ended' || this.state === 'lost';
  }

  /** It stands still, or may do so: to resume what runs does no harm, to leave a pause as it is would. */
  paused(): boolean {
    this.look();
    return this.state === 'paused' || this.inCell;
  }

  /**
   * Whether `paused` may only guess, as a rank is in a cell: one of a pause that nobody has seen begin, perhaps. Short where no cell has
   * its turn.
   */
  unsure(): boolean {
    this.look();
    return this.state !== 'paused' && this.inCell;
  }

  /** Calls `action` when it is known whether the simulation stands still; a rank that does not move is waited for a second. */
  whenSure(action: () => void, since = Date.now()): void {
    if (!this.unsure() || this.over || Date.now() - since > 1000) return action();
    setTimeout(() => this.whenSure(action, since), 5);
  }

  /** Reads the board of the lowest rank: where the simulation is and whether it stands still. */
  look(): void {
    if (this.over) return;
    const rank = this.roster.present()[0];
    const board = this.roster.board(rank);
    if (!board) return;
    this.position = { step: board.step, time: board.time };
    if (!this.roster.complete) return;
    let state: JobState = this.state === 'starting' ? 'running' : this.state;
    if (board.state === RankState.paused) state = 'paused';
    else if (board.state === RankState.running || board.state === RankState.inFunction || board.state === RankState.leaving) state = 'running';
    this.inCell = board.state === RankState.inCell || board.state === RankState.settling;
    if (state === this.state) return;
    this.state = state;
    this.pauses.changed(state === 'paused');
    this.world.journal.add('state', this.position.step, { state, time: this.position.time });
    this.world.changed();
    this.world.broadcast({ t: 'job', job: this.status() });
  }

  private tick(): void {
    if (this.over) return;
    this.cells.flush();
    this.world.carry.commit();
    this.look();
    if (this.state === 'running') this.watch.lookAtFunctions();
    this.pauses.tick();
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
    this.losses.back(rank.rank);
    link.send(SocketKind.welcome, 0, 0, pack({ job: this.options.name, protocol: 1 }));
    // Until all ranks are here, what they say of cells of an earlier bridge has no entry to belong to and would be lost.
    if (this.holding || this.restored) link.hold(true);
    const { pid } = link.hello;
    const position = this.restored ? this.world.carry.position(rank.rank, pid) : null;
    if (position !== null) link.skip(position);
    this.world.journal.add('register', this.position.step, { rank: rank.rank, pid: link.hello.pid, host: rank.extra.host });
    if (this.roster.complete) {
      if (this.restored) {
        const restored = this.restored;
        this.restored = null;
        this.cells.reconcile(restored);
        if (!this.holding) for (const present of this.roster.present()) present.link.hold(false);
      }
      for (const present of this.roster.present()) this.log.catchUp(present);
    } else if (!this.restored) {
      this.log.catchUp(rank);
    }
    this.look();
    this.world.changed();
    this.world.broadcast({ t: 'job', job: this.status() });
    this.cells.pump();
  }

  /** The connection of a rank is gone. */
  gone(link: RankLink, reason: string): void {
    const rank = this.roster.gone(link, reason);
    if (!rank || this.over) return;
    if (rank.rank === 0) this.requests.close();
    this.debug.rankGone(rank);
    this.world.journal.add('gone', this.position.step, { rank: rank.rank, bye: rank.bye, reason });
    this.world.changed();
    if (rank.bye) return this.checkBye();
    this.losses.add(rank);
  }

  private lossReason(): string {
    const { active } = this.cells;
    return this.losses.sentence(active?.state === 'running' && active.kind === 'cell' ? `while cell ${active.count} ran` : '');
  }

  /** A rank has said that it ends: when all have, the job has ended. */
  checkBye(): void {
    const ranks = this.roster.sorted();
    if (ranks.length === this.roster.size && ranks.every((rank) => rank.bye)) this.endSoon(() => ({ state: 'ended', reason: 'the simulation has finished' }));
  }

  /** From the supervisor: the launcher has ended. */
  programEnded(code: number | null, signal: string | null): void {
    if (this.over) return;
    if (this.ending) clearTimeout(this.ending.timer);
    this.ending = null;
    const how = `the program ${launcherText(code, signal)}`;
    this.endSoon(() => {
      // Some launchers end with 0 although a rank was killed, and its connection may close after this news.
      const fine = code === 0 && !signal && !this.losses.violent;
      return { state: fine ? 'ended' : 'lost', reason: !fine && this.losses.any ? `${this.lossReason()}; ${how}` : how };
    });
  }

  /** @param outcome asked for when the news of the other ranks has had its time. */
  private endSoon(outcome: () => { state: 'ended' | 'lost'; reason: string }): void {
    if (this.ending || this.over) return;
    const now = (): void => {
      const { state, reason } = outcome();
      this.end(state, reason);
    };
    this.ending = { timer: setTimeout(now, this.world.times.settle), now };
  }

  /** Ends now, if it is to end soon. */
  endNow(): void {
    this.ending?.now();
  }

  /** Settles everything with the reason, once. */
  end(state: 'ended' | 'lost', reason: string): void {
    if (this.over) return;
    if (this.ending) clearTimeout(this.ending.timer);
    this.ending = null;
    for (const rank of this.roster.present()) for (const message of rank.link.drain()) this.rankMessages.message(rank, message);
    const words = (this.lastWords = state === 'lost' ? lastWords(this.roster.rows()) : []);
    this.watch.lost(reason);
    this.state = state;
    this.reason = reason;
    this.world.journal.add('state', this.position.step, { state, reason, lastWords: words });
    this.log.loseRest(this.position.step, this.position.time);
    this.cells.endAll(words);
    this.close();
    this.world.broadcast({ t: 'job', job: this.status() });
    this.world.changed();
    this.world.ended();
  }

  /** Stops timers; the job does nothing more. */
  close(): void {
    this.entry.over();
    this.watch.close();
    this.log.close();
    this.live.close();
    clearInterval(this.foldTimer);
    this.losses.close();
    if (this.ending) clearTimeout(this.ending.timer);
    this.pauses.close();
    this.cells.close();
    this.requests.close();
    this.stacks.close();
    this.debug.close();
  }

  /** Back-pressure: ranks keep their output while `source` (clients, a file) is slow. */
  hold(source: string, on: boolean): void {
    if (on) this.slow.add(source);
    else this.slow.delete(source);
    if (this.holding === this.slow.size > 0) return;
    this.holding = !this.holding;
    for (const rank of this.roster.present()) rank.link.hold(this.holding);
  }

  // --- What ranks say -------------------------------------------------------------------------------------------------

  /** @param position of the ring behind these messages: they are the next bridge's, should this one be killed before it returns. */
  messages(link: RankLink, messages: readonly RingMessage[], position: number): void {
    const rank = this.roster.of(link);
    if (!rank) return;
    for (const message of messages) this.rankMessages.message(rank, message);
    this.world.carry.read(rank.rank, link.hello.pid, position);
    this.world.carry.commit();
  }

  leaveEntry(why: string): void {
    this.pauses.leaveEntry(why);
  }

  get functions(): ReadonlyMap<string, ReadonlyMap<number, string>> {
    return this.rankMessages.functions;
  }

  /** Entries may be sent: all ranks are there, and what an earlier bridge left is taken up. */
  get ready(): boolean {
    return this.roster.complete && this.restored === null;
  }

  get expectant(): boolean {
    return this.restored !== null;
  }

  /** A comm message from a front end. */
  comm(client: Client, id: string, message: CommMessage, origin?: string): void {
    if (this.comms.answer(client, id, message, this.live)) {
      client.send({ t: 'verdict', id, status: 'ok', executionCount: 0, userExpressions: {}, payload: [], metadata: {} });
      return;
    }
    this.comms.note(message);
    this.cells.comm(client, id, message, origin);
  }

  /** `%live watch`. */
  showWidget(execution: Execution): void {
    this.live.show(execution);
  }

  /** What the live table shows. */
  private table(): Extract<Output, { kind: 'display' }> {
    const { active } = this.cells;
    return renderLive(this.status(), this.roster.rows(), this.world.monotonicNs(), this.functions, active?.kind === 'cell' ? active : null);
  }

  /** A question with one answer. */
  ask(what: Question | 'history' | 'commInfo' | 'status' | 'usage' | 'stacks', args: Record<string, unknown>, answer: (result: unknown) => void): void {
    switch (what) {
      case 'history':
        return answer(this.cells.history.answer(args));
      case 'commInfo':
        return answer(this.comms.list(args['targetName']));
      case 'status':
        return answer(this.status());
      case 'usage':
        return answer(this.usage.read(this.roster.rows(), performance.now()));
      case 'stacks':
        return this.stacks.ask((text) => answer({ text }));
      default:
        return this.requests.ask(this.roster.ranks.get(0), what, args, answer);
    }
  }

  /** A question of a client to the debugger. */
  askDebugger(client: Client, what: DebugQuestion, args: Record<string, unknown>, answer: (result: unknown, refused?: string) => void): void {
    this.debug.ask(client, what, args, answer);
  }

  // --- Clients --------------------------------------------------------------------------------------------------------

  clientAttached(client: Client): void {
    if (client.observer) return;
    this.pauses.attached();
    this.world.journal.add('attach', this.position.step, { client: client.name });
    const { active } = this.cells;
    if (active && active.owner !== client && !active.verdict) this.world.broadcast({ t: 'busy', other: active.sender });
  }

  clientGone(client: Client): void {
    this.cells.disown(client);
    this.live.left(client);
    this.debug.disown(client);
    if (client.observer) return;
    this.world.journal.add('detach', this.position.step, { client: client.name });
    this.pauses.gone();
  }

  leave(): void {
    this.pauses.leave();
  }
}
