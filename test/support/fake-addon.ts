/**
 * A double of the native addon with programmable ranks. A rank follows the command log as a real one does: in order, one
 * at a time, cells only while it `serves`; what a cell does is given by a function. Everything is delivered in later turns
 * of the event loop, as by the real addon.
 */
import type { Addon, BoardSnapshot, ListenerCallbacks, ProgressSnapshot, RankEnding, RankHello, RankLink, RingMessage } from '../../native/addon/addon';
import { CommandKind, OutcomeStatus, RankState, RingKind, SocketKind } from '../../bridge/protocol/generated';
import { pack, unpack } from '../../bridge/protocol/frames';

export interface SentFrame {
  kind: number;
  flags: number;
  index: number;
  payload: Uint8Array;
}

export interface CellContext {
  rank: FakeRank;
  index: number;
  /** Decoded payload of the command. */
  cell: Record<string, unknown>;
  write(text: string, stream?: 'stdout' | 'stderr'): void;
  publish(map: Record<string, unknown>): void;
}

/** What a cell does: an outcome payload with a status, or nothing for ok. Null: it does not end by itself. */
export type Program = (context: CellContext) => { status?: number; [key: string]: unknown } | null | void;

export class FakeRank implements RankLink {
  readonly frames: SentFrame[] = [];
  readonly queuedBytes = 0;
  readonly hello: RankHello;
  closed = false;
  held = false;
  state: number = RankState.running;
  step = 1;
  time = 0.5;
  /** Off: cells wait, as during a long step. */
  serving = true;
  /** Entry that is being worked at; 0: none. */
  running = 0;
  done: number;
  withdrawn = 0;
  /** Overrides what the board says. */
  sight: Partial<BoardSnapshot> = {};
  /** What it answers to probes; null: it does not answer. */
  doing: (() => Omit<ProgressSnapshot, 'probe' | 'record'>) | null = null;
  private answer: ProgressSnapshot | null = null;
  /** How its process ended. */
  end: RankEnding = { code: null, signal: null, crash: null };
  /** Whether a withdrawal is accepted; a function of the rank's own progress in the library. */
  acceptsWithdrawal = true;
  private commands: SentFrame[] = [];
  private outbox: RingMessage[] = [];
  /** Messages that have left the ring. */
  private position = 0;
  private scheduled = false;

  constructor(
    private readonly addon: FakeAddon,
    readonly rank: number,
    readonly size: number,
    readonly program: Program,
    options: { pid?: number; held?: number; done?: number; commands?: SentFrame[] } = {},
  ) {
    this.done = options.done ?? 0;
    this.hello = {
      rank,
      size,
      pid: options.pid ?? process.pid,
      held: BigInt(options.held ?? 0),
      done: BigInt(this.done),
      extra: pack({ host: 'node', program: 'fake', python: '3.11.7', mpi: 'fake', job: 'j', debugger: addon.lackingDebugger, commands: (options.commands ?? []).map((c) => [c.index, c.flags, c.payload]) }),
    };
    this.commands = (options.commands ?? []).filter((command) => command.index > this.done);
  }

  get sentCommands(): SentFrame[] {
    return this.frames.filter((frame) => frame.kind === SocketKind.command);
  }

  send(kind: number, flags: number, index: number, payload: Uint8Array = new Uint8Array()): void {
    if (this.closed) throw new Error('the link is closed');
    // Further bits of a command concern MPI only.
    const frame = { kind, flags: kind === SocketKind.command ? flags & 0xff : flags, index, payload: Buffer.from(payload) };
    this.frames.push(frame);
    this.addon.notify();
    if (kind === SocketKind.command) {
      this.commands.push(frame);
      setImmediate(() => this.work());
    } else if (kind === SocketKind.withdraw) {
      if (this.acceptsWithdrawal && this.running !== index) this.withdrawn = Math.max(this.withdrawn, index);
      this.emit(RingKind.notice, 0, index, pack({ what: 'withdrawn', accepted: this.acceptsWithdrawal && this.running !== index }));
    } else if (kind === SocketKind.probe) {
      if (!this.doing) return;
      const doing = this.doing();
      this.answer = { ...doing, probe: index, record: Buffer.from(JSON.stringify({ doing, rank: this.rank })) };
      setImmediate(() => this.addon.callbacks?.probed(this));
    } else if (kind === SocketKind.interrupt && this.running === index) {
      this.settle(index, OutcomeStatus.interrupted, { ename: 'KeyboardInterrupt', evalue: '', traceback: ['KeyboardInterrupt'] });
    }
  }

  /** The next safe point: from now on cells run. */
  serve(): void {
    this.serving = true;
    this.work();
  }

  /** Follows the log as far as it goes. */
  work(): void {
    while (this.commands.length > 0 && !this.closed) {
      const next = this.commands[0]!;
      const isPause = next.flags === CommandKind.pause;
      if ((!this.serving && !isPause) || (this.running !== 0 && !isPause)) return;
      this.commands.shift();
      if (next.index <= this.withdrawn) {
        this.settle(next.index, OutcomeStatus.withdrawn, {});
        continue;
      }
      this.follow(next);
    }
  }

  private follow(command: SentFrame): void {
    switch (command.flags) {
      case CommandKind.pause:
        if (this.running !== 0) this.settle(this.running, OutcomeStatus.interrupted, null);
        this.state = RankState.paused;
        return this.settle(command.index, OutcomeStatus.ok, null);
      case CommandKind.resume:
        this.state = RankState.running;
        return this.settle(command.index, OutcomeStatus.ok, null);
      case CommandKind.step: {
        this.running = command.index;
        this.state = RankState.running;
        const steps = Number(Buffer.from(command.payload).readBigInt64LE(0));
        // More than a million steps stand for a step that lasts.
        if (steps > 1_000_000) return;
        this.step += steps;
        this.state = RankState.paused;
        return this.settle(command.index, OutcomeStatus.ok, null);
      }
      case CommandKind.until:
        this.running = command.index;
        this.step += 7;
        this.state = RankState.paused;
        return this.settle(command.index, OutcomeStatus.ok, null);
      case CommandKind.stop:
        return this.settle(command.index, OutcomeStatus.ok, null);
      default: {
        this.running = command.index;
        this.emit(RingKind.notice, 0, command.index, pack({ what: 'started' }));
        const cell = unpack(command.payload) as Record<string, unknown>;
        const targets = cell['targets'] as number[] | null | undefined;
        if (targets && !targets.includes(this.rank)) return this.settle(command.index, OutcomeStatus.skipped, null);
        const result = this.program({
          rank: this,
          index: command.index,
          cell,
          write: (text, stream = 'stdout') => this.emit(stream === 'stdout' ? RingKind.stdout : RingKind.stderr, 0, command.index, Buffer.from(text)),
          publish: (map) => this.emit(RingKind.publish, 0, command.index, pack(map)),
        });
        if (result === null) return;
        const { status = OutcomeStatus.ok, ...body } = result ?? {};
        this.settle(command.index, status, body);
      }
    }
  }

  /** Sends the outcome of an entry and goes on with the next. */
  settle(index: number, status: number, body: Record<string, unknown> | null): void {
    this.done = Math.max(this.done, index);
    if (this.running === index) this.running = 0;
    this.emit(RingKind.outcome, status, index, body ? pack(body) : Buffer.alloc(0));
    setImmediate(() => this.work());
  }

  /** Puts one message into the ring. */
  emit(kind: number, flags: number, index: number, payload: Uint8Array): void {
    this.outbox.push({ kind, flags, index, step: this.step, time: this.time, payload: Buffer.from(payload) });
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled || this.held) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (this.held || this.closed || !this.addon.callbacks) return;
      const batch = this.outbox.splice(0);
      this.position += batch.length;
      if (batch.length > 0) this.addon.callbacks.messages(this, batch, this.position);
    });
  }

  board(): BoardSnapshot {
    return {
      state: this.running !== 0 && this.state !== RankState.paused ? RankState.inCell : this.state, held: 0, done: this.done, current: this.running, step: this.step, time: this.time,
      stepBeganNs: 0, usualStepNs: 0, updatedNs: 0, residentBytes: 1 << 20, cpuNs: 0, mpiSinceNs: 0, mpiComm: 0, mpiCall: '', cellLine: 0,
      interruptPending: 0, functionErrors: 0, function: '', functionIndex: 0, functionError: '', lostBytes: 0,
      ...this.sight,
    };
  }

  progress(): ProgressSnapshot | null {
    return this.answer;
  }

  ending(): RankEnding {
    return this.end;
  }

  hold(on: boolean): void {
    this.held = on;
    this.addon.notify();
    if (!on) this.schedule();
  }

  /** Positions are counts of messages. */
  skip(position: number): void {
    this.outbox.splice(0, position - this.position);
    this.position = Math.max(this.position, position);
  }

  drain(): RingMessage[] {
    return this.outbox.splice(0);
  }

  close(): void {
    this.closed = true;
  }

  /** The process is gone. */
  die(reason = 'connection closed'): void {
    this.addon.callbacks?.gone(this, reason);
  }

  /** A clean end: finalize, then the connection closes. */
  bye(): void {
    this.emit(RingKind.notice, 0, 0, pack({ what: 'bye' }));
    setImmediate(() => setImmediate(() => this.die('bye')));
  }
}

export class FakeAddon implements Addon {
  readonly protocolVersion = 1;
  callbacks: ListenerCallbacks | null = null;
  /** Why ranks cannot be debugged. */
  lackingDebugger = '';
  private waiting: { ready: () => boolean; resolve: () => void }[] = [];

  listen(_path: string, callbacks: ListenerCallbacks): { close(): void } {
    this.callbacks = callbacks;
    return { close: () => (this.callbacks = null) };
  }

  /** As the real one, as far as the doubles go: nobody computes, somebody waits, nothing has changed. */
  isDeadlock(first: readonly Uint8Array[], second: readonly Uint8Array[]): boolean {
    const read = (record: Uint8Array): Omit<ProgressSnapshot, 'probe' | 'record'> => (JSON.parse(Buffer.from(record).toString()) as { doing: ProgressSnapshot }).doing;
    const same = first.length === second.length && first.every((record, i) => Buffer.from(record).equals(second[i]!));
    const now = second.map(read);
    return same && now.some(({ activity }) => activity === 'waiting') && now.every(({ activity }) => ['waiting', 'finished', 'departed'].includes(activity));
  }

  isPlain(text: Uint8Array): boolean {
    return !/[^\x20-\x7f]|["\\]/.test(Buffer.from(text).toString('latin1'));
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  monotonicNs(): number {
    return Number(process.hrtime.bigint());
  }

  /** Registers ranks 0 to size - 1. */
  start(size: number, program: Program, options?: ConstructorParameters<typeof FakeRank>[4]): FakeRank[] {
    const ranks = Array.from({ length: size }, (_, rank) => new FakeRank(this, rank, size, program, options));
    for (const rank of ranks) this.register(rank);
    return ranks;
  }

  register(rank: FakeRank): void {
    this.callbacks?.rank(rank);
    setImmediate(() => rank.work());
  }

  /** Resolves once the bridge has done something to the ranks that makes `ready` true. */
  until(ready: () => boolean): Promise<void> {
    if (ready()) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ ready, resolve }));
  }

  notify(): void {
    this.waiting = this.waiting.filter(({ ready, resolve }) => {
      if (!ready()) return true;
      resolve();
      return false;
    });
  }
}
