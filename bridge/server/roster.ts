/** The ranks of one job: who has registered, what each holds, who is gone and why. */
import type { BoardSnapshot, RankLink } from '../../native/addon/addon';
import { unpack } from '../protocol/frames';
import { endingText } from './deaths';
import type { RankRow } from './live-status';

/** What a rank tells of itself beyond the hello. */
export interface RankExtra {
  host: string;
  program: string;
  python: string;
  mpi: string;
  /** State of the MPI guard: "active", or "reduced: " and what is unprotected. */
  guard: string;
  /** What an active guard does not protect, one line. */
  unprotected: string;
  /** Why it cannot be debugged, in one sentence; empty: it can. */
  debugger: string;
  commands: { index: number; kind: number; payload: Uint8Array }[];
}

export interface Rank {
  readonly rank: number;
  link: RankLink;
  extra: RankExtra;
  /** Highest index sent to this connection or held at its hello. */
  sent: number;
  present: boolean;
  bye: boolean;
  /** Why the rank is gone. */
  reason: string;
}

/** Reads `hello.extra`; odd members become empty, a rank is not turned away for them. */
export function readExtra(bytes: Uint8Array): RankExtra {
  let value: unknown;
  try {
    value = bytes.length > 0 ? unpack(bytes) : {};
  } catch (cause) {
    throw new Error('the hello of a rank carries malformed details', { cause });
  }
  const map = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const text = (name: string): string => (typeof map[name] === 'string' ? map[name] : '');
  const commands: RankExtra['commands'] = [];
  for (const item of Array.isArray(map['commands']) ? map['commands'] : []) {
    if (!Array.isArray(item)) continue;
    const [index, kind, payload] = item as unknown[];
    if (typeof index === 'number' && typeof kind === 'number') commands.push({ index, kind, payload: payload instanceof Uint8Array ? payload : new Uint8Array() });
  }
  return { host: text('host'), program: text('program'), python: text('python'), mpi: text('mpi'), guard: text('guard'), unprotected: text('unprotected'), debugger: text('debugger'), commands };
}

/** How the process ended; why the connection closed when that is not known. */
function goneText(rank: Rank): string {
  const ending = rank.link.ending();
  return ending.code === null && ending.signal === null && ending.crash === null ? rank.reason : endingText(ending);
}

export class Roster {
  readonly ranks = new Map<number, Rank>();
  /** 0 until the first rank registers. */
  size = 0;
  private byLink = new Map<RankLink, Rank>();
  /** Ranks in ascending order and those of them that are connected; null after a change. Asked for several times a cell. */
  private order: { all: readonly Rank[]; present: readonly Rank[] } | null = null;
  private lastBoards = new Map<number, BoardSnapshot>();

  /** Adds a rank, or puts a new connection in place of its old one. Returns a sentence when it does not fit. */
  add(link: RankLink): Rank | string {
    const { rank, size } = link.hello;
    if (size < 1 || rank >= size) return `rank ${rank} of ${size} is not possible`;
    if (this.size !== 0 && size !== this.size) return `rank ${rank} says that the job has ${size} ranks, but it has ${this.size}`;
    const known = this.ranks.get(rank);
    if (known && known.link.hello.pid !== link.hello.pid && known.present) return `rank ${rank} is registered already, by process ${known.link.hello.pid}`;
    const extra = readExtra(link.hello.extra);
    this.size = size;
    this.order = null;
    const held = Number(link.hello.held);
    if (known) {
      this.byLink.delete(known.link);
      if (known.link !== link) known.link.close();
      Object.assign(known, { link, extra, sent: held, present: true, bye: false, reason: '' });
      this.byLink.set(link, known);
      return known;
    }
    const added: Rank = { rank, link, extra, sent: held, present: true, bye: false, reason: '' };
    this.ranks.set(rank, added);
    this.byLink.set(link, added);
    return added;
  }

  of(link: RankLink): Rank | undefined {
    return this.byLink.get(link);
  }

  /** Ranks that are connected, ascending. */
  present(): readonly Rank[] {
    return this.ordered().present;
  }

  /** All ranks that have ever registered, ascending. */
  sorted(): readonly Rank[] {
    return this.ordered().all;
  }

  private ordered(): { all: readonly Rank[]; present: readonly Rank[] } {
    if (this.order) return this.order;
    const all = [...this.ranks.values()].sort((a, b) => a.rank - b.rank);
    return (this.order = { all, present: all.filter((rank) => rank.present) });
  }

  /** True once every rank is there. */
  get complete(): boolean {
    return this.size > 0 && this.registered === this.size;
  }

  get registered(): number {
    return this.present().length;
  }

  /** Board of a rank; of one that is gone, the last that could be read. null when there is none. */
  board(rank: Rank | undefined): BoardSnapshot | null {
    if (!rank) return null;
    if (!rank.present) return this.lastBoards.get(rank.rank) ?? null;
    const board = rank.link.board();
    this.lastBoards.set(rank.rank, board);
    return board;
  }

  /** Marks the rank of this connection as gone; its board is kept. Undefined for an unknown or replaced connection. */
  gone(link: RankLink, reason: string): Rank | undefined {
    const rank = this.byLink.get(link);
    if (!rank) return undefined;
    this.board(rank);
    this.byLink.delete(link);
    rank.present = false;
    this.order = null;
    rank.reason = reason;
    link.close();
    return rank;
  }

  rows(): RankRow[] {
    return this.sorted().map((rank) => ({
      rank: rank.rank,
      host: rank.extra.host,
      pid: rank.link.hello.pid,
      board: this.board(rank),
      guard: rank.extra.guard,
      unprotected: rank.extra.unprotected,
      note: rank.present || rank.bye ? '' : goneText(rank),
    }));
  }
}

/** Entries that ranks hold and a new bridge takes over, by log index; `holders` by rank. */
export function heldCommands(ranks: readonly Rank[]): Map<number, { kind: number; payload: Uint8Array; holders: Set<number> }> {
  const commands = new Map<number, { kind: number; payload: Uint8Array; holders: Set<number> }>();
  for (const rank of ranks) {
    for (const { index, kind, payload } of rank.extra.commands) {
      const known = commands.get(index) ?? { kind, payload, holders: new Set<number>() };
      known.holders.add(rank.rank);
      commands.set(index, known);
    }
  }
  return commands;
}
