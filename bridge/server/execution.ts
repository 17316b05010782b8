/** One execution: a cell, a `%live` cell or a comm message of a client, from its arrival to its verdict and replay. */
import { pack } from '../protocol/frames';
import { CommandKind } from '../protocol/generated';
import type { BridgeMessage, ClientMessage, Output } from '../protocol/messages';
import { LongText } from '../protocol/long-text';
import type { CellOutput } from './cell-output';
import { textOrEmpty } from './values';
import type { Outcome, VerdictBody } from './verdict';
import type { TextFile, VolumeLimit } from './volume';

/** A client as executions see it. */
export interface Client {
  /** For people: "kernel 4711 on login1". */
  readonly name: string;
  readonly observer: boolean;
  /** Its process runs. */
  alive(): boolean;
  /** What its front end calls the notebook; empty: it does not say. The same after a restart of the kernel. */
  readonly notebook?: string;
  /** Resolves when the client has read most of what it was sent, or is gone. */
  roomy?(): Promise<void>;
  /** Queues a message; never throws, a closed client ignores it. `linger`: it may wait about 2 ms for another one to go with. */
  send(message: BridgeMessage, linger?: boolean): void;
}

/** Whose cell it is, for people: of a notebook its name, which tells more than the user, whom front ends mostly leave empty. */
export function senderName({ name, notebook }: Client, username: string | undefined): string {
  return !username || notebook ? name : `${username} (${name})`;
}

export type ExecuteRequest = Omit<Extract<ClientMessage, { t: 'execute' }>, 't' | 'seen' | 'after'>;

/** Member by member: a copy without two of them costs more than all the checks of the message. */
export function requestOf(message: Extract<ClientMessage, { t: 'execute' }>): ExecuteRequest {
  const { id, code, silent, storeHistory, userExpressions, allowStdin, stopOnError, cellId, username, origin, maxTextBytes, place } = message;
  return { id, code, silent, storeHistory, userExpressions, allowStdin, stopOnError, cellId, username, origin, maxTextBytes, place };
}

export interface Settled extends VerdictBody {
  executionCount: number;
}

/** Outputs kept in memory for replay, characters for one execution; older ones are in the journal only. */
const REPLAY_CHARACTERS = 16 * 1024 * 1024;

/** Who wants to know what each rank has printed, not what all of them together show. */
export interface PerRank {
  text(rank: number, name: 'stdout' | 'stderr', bytes: Buffer): void;
  decided(outcomes: readonly Outcome[]): void;
}

/** Somebody else who sees the lasting outputs of an execution. */
export interface Watcher {
  output(output: Output): void;
  settled(): void;
}

export class Execution {
  /** `ahead`: not accepted yet, the client's cell before it has not settled. */
  state: 'ahead' | 'queued' | 'waiting' | 'running' | 'settled' = 'queued';
  /** Executions that the client submitted to come after this one. */
  readonly followers: Execution[] = [];
  owner: Client | null = null;
  /** Entry of the command log that runs now; 0: none. */
  index = 0;
  verdict: Settled | null = null;
  output: CellOutput | null = null;
  /** Takes what each rank prints besides, and its outcome; null: nobody wants to know. */
  perRank: PerRank | null = null;
  /** Keeps the text within what the client can take; null: no limit. */
  volume: VolumeLimit | null = null;
  textFile: TextFile | null = null;
  /** Of the text file that an earlier bridge began. */
  textPath: string | null = null;
  /** Output that came after the verdict. */
  late: CellOutput | null = null;
  /** When waiting began, Date.now(). */
  since = Date.now();
  noticeShown = false;
  /** The user asked for an end of it. */
  interrupted = false;
  /** Answers to a withdrawal: rank to accepted. */
  withdrawal: Map<number, boolean> | null = null;
  inputAsked: { prompt: string; password: boolean } | null = null;
  /** Restored from a journal or from ranks: its request came from an earlier bridge. */
  restored = false;
  /** Only its client knows of it so far; the ranks are not all back yet. */
  unknown = false;
  /** What the bridge itself wants to know at its end, with the outcomes of all ranks if it came that far. */
  done: ((body: VerdictBody, outcomes: readonly Outcome[]) => void) | null = null;
  outcomes: readonly Outcome[] = [];

  /** Of the client that submitted it. */
  notebook = '';
  /**
   * It went on after its kernel had left, or after another session of the front end had come; `perhaps`: it ended after the last that was
   * heard of its session, before another one came. null: it was seen, or shown since.
   */
  missed: 'kernel' | 'session' | 'perhaps' | null = null;
  /** Date.now() of its verdict; 0: none yet. */
  settledAt = 0;
  readonly watchers = new Set<Watcher>();

  private held: { seq: number; output: Output; size: number }[] = [];
  private keptSize = 0;
  private nextSeq = 0;
  /** Number of the first output of this bridge; those before it are known from the journal. */
  private firstOwn: number | null = null;
  /** Some client of this bridge has it, or has had it. */
  private taken = false;
  private cut = false;

  constructor(
    readonly kind: 'cell' | 'comm',
    readonly request: ExecuteRequest,
    public count: number,
    readonly sender: string,
    /** Of a comm message or another call into Python: what is called. */
    readonly call: Record<string, unknown> | null = null,
  ) {}

  get id(): string {
    return this.request.id;
  }

  /** Outputs so far that last. */
  get outputs(): number {
    return this.nextSeq;
  }

  /** Session of the front end that sent it; empty: not known. */
  get session(): string {
    return (this.sessionId ??= sessionOf(this.request.origin));
  }
  private sessionId: string | null = null;

  /** All outputs that last, when memory still has all of them; null: the journal has. */
  wholeReplay(): Output[] | null {
    // What came after the verdict is not kept.
    return this.cut || this.late !== null ? null : this.latestReplay();
  }

  /** The latest outputs that memory has. */
  latestReplay(): Output[] {
    return this.held.map(({ output }) => output);
  }

  /** Calls `ended` when this execution settles; returns how to take that back. */
  watchEnd(ended: () => void): () => void {
    const watcher: Watcher = { output: () => undefined, settled: ended };
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** What replay keeps in memory, characters. */
  get replayCharacters(): number {
    return this.keptSize;
  }

  /** Remembers an output for replay and sends it to the owner. */
  emit(output: Output): void {
    const seq = this.keep(output);
    this.firstOwn ??= seq;
    this.owner?.send({ t: 'output', id: this.id, output, seq });
    for (const watcher of this.watchers) watcher.output(output);
  }

  /** Sends something that does not last: no replay, no journal. */
  emitPassing(output: Output): void {
    this.owner?.send({ t: 'output', id: this.id, output });
  }

  /** Remembers an output without sending it (restored from the journal). Returns its number. */
  keep(output: Output): number {
    const seq = this.nextSeq;
    this.nextSeq += 1;
    // What a clear removed needs no replay.
    if (output.kind === 'clear' && !output.wait) {
      this.held = [];
      this.keptSize = 0;
    }
    const size = output.kind === 'stream' ? output.text.length : output.kind === 'clear' ? 0 : sizeOf(output.data);
    this.held.push({ seq, output, size });
    this.keptSize += size;
    while (this.keptSize > REPLAY_CHARACTERS && this.held.length > 1) {
      this.keptSize -= this.held.shift()!.size;
      this.cut = true;
    }
    return seq;
  }

  /** A client (again) takes this execution: it gets what it has not seen. */
  attach(client: Client, seen: number): void {
    this.owner = client;
    // The same kernel again, after a lost connection.
    if (this.missed === 'kernel') this.missed = null;
    this.renumber(seen);
    client.send({ t: 'accepted', id: this.id, index: this.index, executionCount: this.count });
    if (this.cut && seen < (this.held[0]?.seq ?? this.nextSeq)) {
      client.send({ t: 'output', id: this.id, output: { kind: 'stream', name: 'stderr', text: '[earlier output is in the journal of the job]\n' } });
    }
    for (const item of this.held) if (item.seq >= seen) client.send({ t: 'output', id: this.id, output: item.output, seq: item.seq });
    if (this.inputAsked) client.send({ t: 'inputRequest', id: this.id, ...this.inputAsked });
    if (this.verdict) this.sendVerdict();
  }

  /**
   * A bridge that was killed had sent outputs that its journal lacks: those of this bridge, which nobody has got yet, are numbered
   * from what the client has, or it would take them for the ones that it knows.
   */
  private renumber(seen: number): void {
    const known = this.firstOwn ?? this.nextSeq;
    const first = !this.taken;
    this.taken = true;
    if (!this.restored || !first || seen <= known) return;
    for (const item of this.held) if (item.seq >= known) item.seq += seen - known;
    this.nextSeq += seen - known;
  }

  /** Settles once; later calls are ignored. Returns false for those. */
  settle(body: VerdictBody): boolean {
    if (this.verdict) return false;
    this.state = 'settled';
    this.settledAt = Date.now();
    this.inputAsked = null;
    this.verdict = { ...body, executionCount: this.count };
    this.sendVerdict();
    for (const watcher of this.watchers) watcher.settled();
    this.watchers.clear();
    return true;
  }

  /** It has ended in a way that aborts what the client submitted to come after it. */
  get stops(): boolean {
    if (this.verdict?.status === 'aborted') return true;
    return this.verdict?.status === 'error' && this.request.stopOnError && !this.request.silent;
  }

  /** Text on the page, for a bridge that takes over; `name`: of one stream. */
  shownText(name?: 'stdout' | 'stderr'): string[] {
    return this.held.flatMap(({ output }) => (output.kind === 'stream' && (name ?? output.name) === output.name ? [output.text] : []));
  }

  /** Text of the first rank out of what is on the page: without the lines of others. */
  firstRanksText(name: 'stdout' | 'stderr'): string {
    return this.shownText(name)
      .join('')
      .replace(/^\[ranks? [\d,-]+\] .*\n/gm, '');
  }

  /** Outputs that are still in memory. */
  kept(): Output[] {
    return this.held.map(({ output }) => output);
  }

  /** Frees what only replay needs. */
  forget(): void {
    this.held = [];
    this.keptSize = 0;
    this.cut = true;
  }

  private sendVerdict(): void {
    // Of a row of cells that are over sooner than people look, several verdicts go in one message.
    const { verdict } = this;
    if (!verdict || !this.owner) return;
    const { status, executionCount, ename, evalue, traceback, userExpressions, payload, metadata } = verdict;
    // In this order: the client knows the frame of a plain one by its bytes (bridge/client/cell-frames.ts).
    this.owner.send({ t: 'verdict', id: this.id, status, ename, evalue, traceback, userExpressions, payload, metadata, executionCount }, this.followers.length > 0);
  }
}

/** Session in a request's header, which is JSON text of a front end. */
function sessionOf(origin: string | undefined): string {
  if (!origin) return '';
  try {
    return textOrEmpty((JSON.parse(origin) as Record<string, unknown> | null)?.['session']);
  } catch {
    // Not a header: nothing is known.
    return '';
  }
}

function sizeOf(data: Record<string, unknown>): number {
  let size = 0;
  for (const value of Object.values(data)) size += typeof value === 'string' ? value.length : value instanceof LongText ? value.bytes.length : JSON.stringify(value)?.length ?? 0;
  return size;
}

/** What the ranks get of an execution; `file`: name of its code. Throws when it is nested too deeply. */
export function payloadOf(execution: Execution, code: string, targets: number[] | null, file = ''): Uint8Array {
  const { request, id, sender } = execution;
  const origin = request.origin ?? '';
  if (execution.kind === 'comm') return pack({ ...execution.call, id, sender, origin });
  return pack({
    code,
    silent: request.silent,
    store_history: request.storeHistory,
    user_expressions: request.userExpressions,
    allow_stdin: request.allowStdin,
    execution_count: execution.count,
    targets,
    cell_id: request.cellId ?? '',
    file,
    sender,
    id,
    origin,
  });
}

/** The execution behind what ranks hold (`map`: the payload that `payloadOf` made), for a bridge that knows nothing of it. */
export function executionOfPayload(kind: number, map: Record<string, unknown>, count: number): Execution {
  return new Execution(
    kind === CommandKind.cell ? 'cell' : 'comm',
    {
      id: textOrEmpty(map['id']),
      code: textOrEmpty(map['code']),
      silent: map['silent'] === true,
      storeHistory: map['store_history'] === true,
      userExpressions: {},
      allowStdin: map['allow_stdin'] === true,
      stopOnError: true,
    },
    count,
    textOrEmpty(map['sender']),
  );
}
