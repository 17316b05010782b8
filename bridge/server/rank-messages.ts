/** What ranks say by their rings: each message goes to the part of the job that it concerns. */
import type { RingMessage } from '../../native/addon/addon';
import { pack, unpack } from '../protocol/frames';
import { RingKind } from '../protocol/generated';
import { isLong, unpackOutput } from '../protocol/long-text';
import type { CommMessage, Output } from '../protocol/messages';
import { readOutput } from './cell-output';
import type { CommandLog } from './command-log';
import type { Comms } from './comms';
import type { Debugger } from './debug/debugger';
import type { Executions } from './executions';
import type { JobWorld } from './job';
import type { Entry } from './libyt/entry';
import type { Pauses } from './pauses';
import type { Requests } from './requests';
import type { Rank } from './roster';
import type { Stacks } from './stacks';
import { textOrEmpty } from './values';
import { readOutcome } from './verdict';

/** Inline functions remembered; a simulation has a handful. */
const MOST_FUNCTIONS = 1000;
/** Notice of a rank that has begun a cell. */
const STARTED = pack({ what: 'started' });

/** The parts of a job that ranks speak to. */
export interface RankMessagesHost {
  readonly cells: Executions;
  readonly log: CommandLog;
  readonly entry: Entry;
  readonly pauses: Pauses;
  readonly stacks: Stacks;
  readonly debug: Debugger;
  readonly position: { step: number; time: number };
  /** A rank has said that it ends. */
  checkBye(): void;
}

export class RankMessages {
  /** Inline functions: name to what became of the last call, by rank. */
  readonly functions = new Map<string, Map<number, string>>();
  private readonly logged = new Set<string>();

  constructor(
    private readonly job: RankMessagesHost,
    private readonly requests: Requests,
    private readonly comms: Comms,
    private readonly world: Pick<JobWorld, 'journal' | 'carry' | 'broadcast' | 'warn' | 'isPlain'>,
  ) {}

  message(rank: Rank, message: RingMessage): void {
    switch (message.kind) {
      case RingKind.stdout:
      case RingKind.stderr:
        this.printed(rank, message.index, message.kind === RingKind.stdout ? 'stdout' : 'stderr', message.payload);
        return;
      case RingKind.reply:
        if (this.job.debug.questions.reply(message.index, message.payload)) return;
        if (!this.job.stacks.reply(message.index, rank.rank, message.payload)) this.requests.reply(message.index, message.payload);
        return;
      default:
        break;
    }
    // Each rank says it for each cell.
    if (message.kind === RingKind.notice && STARTED.equals(message.payload)) return this.started(message.index);
    let body: unknown = null;
    try {
      const long = message.kind === RingKind.publish && isLong(message.payload);
      if (message.payload.length > 0) body = long ? unpackOutput(message.payload, this.world.isPlain) : unpack(message.payload);
    } catch (error) {
      this.malformed(rank, error instanceof Error ? error.message : String(error));
    }
    if (message.kind === RingKind.outcome) {
      const entry = this.job.log.open.get(message.index);
      if (entry) this.job.cells.record(entry, readOutcome(rank.rank, message.flags, body, message.step, message.time));
      return;
    }
    const map = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    if (message.kind === RingKind.publish) {
      this.published(rank, message.index, map);
    } else if (message.kind === RingKind.notice) {
      this.notice(rank, message.index, map);
    } else if (message.kind === RingKind.inputRequest) {
      this.job.cells.askInput(message.index, textOrEmpty(map['prompt']), map['password'] === true);
    } else {
      this.malformed(rank, `kind ${message.kind} is unknown`);
    }
  }

  private printed(rank: Rank, index: number, name: 'stdout' | 'stderr', text: Buffer): void {
    const output = this.job.cells.outputOf(index);
    if (output) output.stream(rank.rank, name, text);
    else this.orphaned(rank, index, { kind: 'stream', name, text: text.toString() });
  }

  /** Output of a cell that nobody remembers: an earlier bridge took it, and its journal was behind. */
  private orphaned(rank: Rank, index: number, output: Output): void {
    this.world.journal.add('output', this.job.position.step, { late: true, index, rank: rank.rank, output });
    const told = `a rank has output of a cell that is not known here any more (entry ${index}); it is in the journal only`;
    if (this.isNew(told)) this.world.warn(told);
  }

  private isNew(told: string): boolean {
    if (this.logged.has(told)) return false;
    if (this.logged.size > 256) this.logged.clear();
    this.logged.add(told);
    return true;
  }

  /** Told once of each kind: a library of another version may send it at every step. */
  private malformed(rank: Rank, why: string): void {
    const text = `rank ${rank.rank} sent a malformed message, which is left out: ${why}`;
    if (this.isNew(text)) this.world.warn(text);
  }

  private published(rank: Rank, index: number, map: Record<string, unknown>): void {
    if (map['kind'] === 'comm') {
      // Every rank runs the same widget code; only the lowest one that runs the cell speaks.
      const message = map['message'] as CommMessage | undefined;
      if (!message?.content || typeof message.type !== 'string') {
        this.malformed(rank, 'a comm message without type or content');
        return;
      }
      this.comms.note(withBuffers(message));
      this.world.carry.touch();
      this.world.broadcast({ t: 'comm', id: this.job.cells.of(index)?.id ?? null, message: withBuffers(message) });
      return;
    }
    const output = readOutput(map);
    if (!output) return this.malformed(rank, 'an output of no known kind');
    const cell = this.job.cells.outputOf(index);
    if (cell) cell.publish(rank.rank, output);
    else this.orphaned(rank, index, output);
  }

  /** A rank has begun an entry. */
  private started(index: number): void {
    const execution = this.job.cells.of(index);
    if (execution?.state === 'waiting') this.job.cells.began(execution);
  }

  private notice(rank: Rank, index: number, map: Record<string, unknown>): void {
    const execution = this.job.cells.of(index);
    switch (map['what']) {
      case 'started':
        return this.started(index);
      case 'withdrawn':
        if (execution?.withdrawal && execution.state === 'waiting')
          this.job.cells.withdrawalAnswer(execution, rank.rank, map['accepted'] === true);
        return;
      case 'log': {
        // Ranks mostly warn alike: the first one is enough for the same words at the same step.
        const text = textOrEmpty(map['text']);
        const key = `${this.job.position.step}\0${text}`;
        if (!this.isNew(key)) return;
        const to = this.job.cells.active?.state === 'running' ? this.job.cells.active : null;
        if (to) this.job.cells.emit(to, { kind: 'stream', name: 'stderr', text: text.endsWith('\n') ? text : `${text}\n` });
        this.world.journal.add('log', this.job.position.step, { rank: rank.rank, level: map['level'] ?? 'warning', text });
        return;
      }
      case 'bye':
        rank.bye = true;
        return this.job.checkBye();
      case 'flag':
        if (rank.rank !== 0) return;
        if (map['present'] === true) return this.job.entry.begin(map);
        if (map['over'] === true) return this.job.entry.over();
        return this.job.pauses.want('the flag file is gone');
      case 'raised':
        // A signal handler of a program that is itself Python: it meets its exception when all ranks go on.
        return this.job.pauses.want(`a signal handler of the program has raised on rank ${rank.rank}`);
      case 'function': {
        const name = textOrEmpty(map['name']);
        if (!this.functions.has(name) && this.functions.size >= MOST_FUNCTIONS) return;
        const table = this.functions.get(name) ?? new Map<number, string>();
        this.functions.set(name, table.set(rank.rank, textOrEmpty(map['error']) || textOrEmpty(map['status'])));
        this.world.journal.add('notice', this.job.position.step, { rank: rank.rank, ...map });
        return;
      }
      default:
        this.world.journal.add('notice', this.job.position.step, { rank: rank.rank, ...map });
    }
  }
}

/** A comm message as ranks send it: what says nothing may be missing. */
function withBuffers({ type, content, metadata, buffers }: CommMessage): CommMessage {
  return { type, content, metadata: metadata ?? {}, buffers: buffers ?? [] };
}
