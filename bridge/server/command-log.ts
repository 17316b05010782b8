/**
 * The command log: numbered entries that every rank follows, without holes. Keeps what some rank has not answered yet,
 * sends to a rank what it lacks, and tells the owner of an entry when all ranks have an outcome or are lost.
 */
import { CommandFlag, CommandKind, SocketKind } from '../protocol/generated';
import type { Rank, Roster } from './roster';
import type { Outcome } from './verdict';

/** How long a verdict may wait for the next entry, ms. */
const LINGER_MS = 2;

export interface EntryOwner {
  /** All ranks have an outcome or are lost. Called once. */
  decided(outcomes: Outcome[]): void;
}

export interface Entry {
  readonly index: number;
  readonly kind: CommandKind;
  /** Ranks renew the communicators of cells before this entry. */
  readonly renew: boolean;
  readonly payload: Uint8Array;
  readonly outcomes: Map<number, Outcome>;
  owner: EntryOwner;
}

export class CommandLog {
  /** Index of the last entry; 0: none. */
  last = 0;
  /** Entries without an outcome of every rank, ascending. */
  readonly open = new Map<number, Entry>();

  /** An entry has not ended well on all ranks since the last one was appended. */
  private renewNext = false;

  /** Entry whose verdict the ranks have not been told yet; 0: none. */
  private untold = 0;
  private tellTimer: NodeJS.Timeout | null = null;

  /** @param mayLinger ranks that have finished an entry have nothing else to do: its verdict may go with the next entry, see `decide`. */
  constructor(
    private readonly roster: Roster,
    private readonly mayLinger: () => boolean = () => false,
  ) {}

  /** Appends an entry and sends it to every rank at once. */
  append(kind: CommandKind, payload: Uint8Array, owner: EntryOwner): Entry {
    const entry: Entry = { index: this.last + 1, kind, renew: this.renewNext, payload, outcomes: new Map(), owner };
    this.renewNext = false;
    this.last = entry.index;
    this.open.set(entry.index, entry);
    this.tell(true);
    for (const rank of this.roster.present()) this.catchUp(rank);
    return entry;
  }

  /** Takes over a log of which ranks hold entries up to `last`. What became of that one, only the earlier bridge knew. */
  takeOver(last: number): void {
    this.last = last;
    // Renewing once more is always safe.
    this.renewNext = last > 0;
  }

  /** Takes over an entry of an earlier bridge that ranks hold; `flags` as it was sent. Entries must come in ascending order. */
  restore(index: number, flags: number, payload: Uint8Array, owner: EntryOwner): Entry {
    const kind = (flags & 0xff) as CommandKind;
    const entry: Entry = { index, kind, renew: (flags & CommandFlag.renew) !== 0, payload, outcomes: new Map(), owner };
    this.open.set(index, entry);
    this.last = Math.max(this.last, index);
    return entry;
  }

  /** Sends a rank everything it lacks, in order. */
  catchUp(rank: Rank): void {
    for (const entry of this.open.values()) {
      if (entry.index <= rank.sent) continue;
      rank.sent = entry.index;
      rank.link.send(SocketKind.command, entry.renew ? entry.kind | CommandFlag.renew : entry.kind, entry.index, entry.payload);
    }
  }

  /** An outcome of a rank. One that is known, or of an entry that is decided, is ignored (ranks repeat them). */
  record(index: number, outcome: Outcome): void {
    const entry = this.open.get(index);
    if (!entry || entry.outcomes.has(outcome.rank)) return;
    entry.outcomes.set(outcome.rank, outcome);
    if (entry.outcomes.size >= this.roster.size) this.decide(entry);
  }

  /** Ranks that have not answered are lost: every open entry is decided now. */
  loseRest(step: number, time: number): void {
    for (const entry of [...this.open.values()]) {
      for (let rank = 0; rank < this.roster.size; rank += 1) {
        if (!entry.outcomes.has(rank)) entry.outcomes.set(rank, { rank, status: 'lost', step, time });
      }
      this.decide(entry);
    }
  }

  /** Sends a frame about an entry to every rank. `more`: another one follows at once. */
  broadcast(kind: SocketKind, index: number, payload?: Uint8Array, more = false): void {
    for (const rank of this.roster.present()) rank.link.send(kind, 0, index, payload, more);
  }

  /** Stops the timer. */
  close(): void {
    if (this.tellTimer !== null) clearTimeout(this.tellTimer);
  }

  /** Tells the ranks the latest verdict, which stands for all before it. */
  private tell(entryFollows = false): void {
    if (this.untold === 0) return;
    this.broadcast(SocketKind.verdict, this.untold, undefined, entryFollows);
    this.untold = 0;
  }

  private decide(entry: Entry): void {
    this.open.delete(entry.index);
    this.untold = Math.max(this.untold, entry.index);
    // Every frame wakes every rank. Ranks that stand still wait for the next entry anyway, which mostly comes soon: one frame for both.
    if (!this.mayLinger()) this.tell();
    else if (this.tellTimer === null) this.tellTimer = setTimeout(() => this.tell(), LINGER_MS);
    else this.tellTimer.refresh();
    for (const { status } of entry.outcomes.values()) {
      if (status === 'error' || status === 'interrupted') this.renewNext = true;
    }
    entry.owner.decided([...entry.outcomes.values()].sort((a, b) => a.rank - b.rank));
  }
}

/** i64 little-endian, payload of a `step`. */
export function stepPayload(steps: number): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeBigInt64LE(BigInt(steps));
  return payload;
}
