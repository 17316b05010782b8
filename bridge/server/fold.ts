/**
 * Folding: what many ranks say, told once. Text streams of the ranks are compared with those of one reference rank
 * (normally 0) by position; only lines that differ come out, labelled with the ranks that wrote them. Pure: no clocks, no
 * sockets. Works on bytes and in blocks, since a cell may print millions of lines that are all the same.
 */
import { StringDecoder } from 'node:string_decoder';
import { formatRanks } from './rank-set';

const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);
/** Reference text kept for ranks that are behind, bytes; a rank further behind is shown, not compared. */
const WINDOW_BYTES = 64 * 1024 * 1024;
/**
 * Text of ranks that are ahead of the reference, all together, bytes; what is more is shown, not compared. They are never held
 * back for that: the reference may wait for them in MPI.
 */
const AHEAD_BYTES = 192 * 1024 * 1024;
const LEAST_AHEAD_BYTES = 1024 * 1024;
/** Lines by which a rank is placed after a resume, and how often `take(true)` is called until the wait for its place ends. */
const PLACING_LINES = 4;
const PATIENCE = 4;
/** A code point may begin in the last so many bytes, and not end there. */
const CODE_POINT_BYTES = 3;
/** Longest line compared as a whole, bytes: a longer one is cut so that memory stays bounded. */
const LINE_BYTES = 1024 * 1024;
/** Lines compared one by one after a difference before whole blocks are tried again. */
const LINES_AFTER_DIFFERENCE = 256;

/** `[ranks 1-3] text`; a text that lacks its line end gets one. */
export function label(ranks: readonly number[], text: string): string {
  const name = `[${ranks.length === 1 ? 'rank' : 'ranks'} ${formatRanks(ranks)}] `;
  return name + (text.endsWith('\n') ? text : `${text}\n`);
}

/** Addresses differ from process to process without meaning anything: for comparisons only. */
export function normalise(text: string): string {
  return text.includes('0x') ? text.replace(/0x[0-9a-fA-F]+/g, '0x') : text;
}

/** Groups equal texts: `[ranks, text]`, groups in order of their lowest rank. */
export function groupTexts(texts: Iterable<readonly [number, string]>): [number[], string][] {
  const groups = new Map<string, [number[], string]>();
  for (const [rank, text] of texts) {
    const key = normalise(text);
    const group = groups.get(key);
    if (group) group[0].push(rank);
    else groups.set(key, [[rank], text]);
  }
  return [...groups.values()];
}

/** All that a `StreamFold` knows, as plain data. */
export interface FoldState {
  /** Bytes of the reference so far, and the last of them that ranks are still to be compared with. */
  used: number;
  window: Uint8Array;
  /** Its very last bytes: they may be the beginning of a code point. */
  last: Uint8Array;
  done: boolean;
  inLine: boolean;
  lent: boolean;
  resumedAt: number;
  patience: number;
  followers: { rank: number; position: number; pending: Uint8Array; positions: number[]; lines: string[]; finished: boolean; placed: boolean }[];
}

/** What one rank other than the reference has written and how far it has been compared. */
class Follower {
  /** Position in the reference where this rank's next line belongs; past its end one a line. */
  position = 0;
  /** Bytes that wait: an incomplete line, or lines that the reference has not written yet. */
  pending: Buffer = NOTHING;
  private chunks: Buffer[] = [];
  readonly positions: number[] = [];
  readonly lines: string[] = [];
  finished = false;

  /** @param placed false: its text begins somewhere within that of the reference, see `StreamFold.resume`. */
  constructor(
    readonly rank: number,
    public placed: boolean,
  ) {}

  add(bytes: Buffer): void {
    this.chunks.push(bytes);
  }

  gather(): Buffer {
    if (this.chunks.length > 0) {
      this.pending = this.pending.length === 0 && this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat([this.pending, ...this.chunks]);
      this.chunks = [];
    }
    return this.pending;
  }

  differ(position: number, line: string): void {
    this.positions.push(position);
    this.lines.push(line);
  }
}

/**
 * One text stream (stdout or stderr) of one cell over all ranks. `write` and `finish` give back the text to show now;
 * `flush` gives the differences that are known so far without waiting for slower ranks.
 */
export class StreamFold {
  private readonly followers = new Map<number, Follower>();
  private readonly decoder = new StringDecoder('utf8');
  /** Reference bytes from `base` on, in one growing buffer. */
  private reference: Buffer = NOTHING;
  private used = 0;
  private base = 0;
  private referenceDone = false;
  private endsInLine = false;
  /** The reference's line was ended for it, so that labelled lines could follow: its own line end is still to come. */
  private lent = false;
  private readonly aheadBytes: number;
  private resumedAt = 0;
  private last: Buffer = NOTHING;
  /** Calls of `take(true)` for which a rank that is not placed yet is waited for; 0: none is. */
  private patience = 0;
  private readonly addresses = new Finder('0x');
  private readonly returns = new Finder('\r');

  /** @param referenceRank rank that streams unlabelled. @param ranks all ranks that take part in the cell. */
  constructor(
    private readonly referenceRank: number,
    private readonly ranks: readonly number[],
  ) {
    this.aheadBytes = Math.max(LEAST_AHEAD_BYTES, AHEAD_BYTES / Math.max(1, ranks.length - 1));
  }

  /**
   * Goes on after an earlier fold whose state is lost: `text` is what the reference had written and is on the page. Where each
   * other rank stood is found by its first lines, since they are mostly those of the reference.
   */
  resume(text: string): void {
    this.appendReference(Buffer.from(text));
    this.resumedAt = this.used;
    this.patience = PATIENCE;
    this.endsInLine = text !== '' && !text.endsWith('\n');
  }

  state(): FoldState {
    const from = Math.max(this.base, Math.min(this.used, this.ranks.length > 1 ? this.lowestPosition() : this.used));
    return {
      used: this.used,
      window: this.reference.subarray(from - this.base, this.used - this.base),
      last: this.last,
      done: this.referenceDone,
      inLine: this.endsInLine,
      lent: this.lent,
      resumedAt: this.resumedAt,
      patience: this.patience,
      followers: [...this.followers.values()].map((follower) => {
        const { rank, position, positions, lines, finished, placed } = follower;
        return { rank, position, pending: follower.gather(), positions: [...positions], lines: [...lines], finished, placed };
      }),
    };
  }

  /** Goes on exactly where the fold stood that gave this state. Before anything else. */
  restore(state: FoldState): void {
    this.reference = Buffer.from(state.window);
    this.used = state.used;
    this.base = state.used - state.window.length;
    this.last = Buffer.from(state.last);
    this.decoder.write(this.last);
    this.referenceDone = state.done;
    this.endsInLine = state.inLine;
    this.lent = state.lent;
    this.resumedAt = state.resumedAt;
    this.patience = state.patience;
    for (const { rank, position, pending, positions, lines, finished, placed } of state.followers) {
      const follower = new Follower(rank, placed);
      Object.assign(follower, { position, pending: Buffer.from(pending), positions, lines, finished });
      this.followers.set(rank, follower);
    }
  }

  /** Position of a rank of which nothing else need be known: nothing of it waits. Null otherwise. */
  level(rank: number): number | null {
    const follower = this.followers.get(rank);
    return follower?.placed && follower.gather().length === 0 && follower.lines.length === 0 ? follower.position : null;
  }

  /** What `write` did for a rank that was `level` after it. */
  advance(rank: number, position: number): void {
    const follower = this.follower(rank);
    follower.placed = true;
    follower.pending = NOTHING;
    follower.position = position;
  }

  /** True when `take(true)` would change something. */
  get restless(): boolean {
    return this.patience > 0 || this.waiting;
  }

  /** Bytes of one rank, in its order. Returns text to show at once ("" for none). */
  write(rank: number, bytes: Buffer): string {
    if (rank === this.referenceRank) {
      let text = this.decoder.write(bytes);
      this.last = Buffer.from(bytes.length < CODE_POINT_BYTES ? Buffer.concat([this.last, bytes]).subarray(-CODE_POINT_BYTES) : bytes.subarray(-CODE_POINT_BYTES));
      if (this.ranks.length > 1) {
        this.appendReference(bytes);
        for (const follower of this.followers.values()) this.compare(follower);
      }
      if (text === '') return '';
      // On the page already; a second one would be an empty line that nobody wrote.
      if (this.lent && text.startsWith('\n')) text = text.slice(1);
      this.lent = false;
      this.endsInLine = text !== '' && !text.endsWith('\n');
      return text;
    }
    const follower = this.follower(rank);
    follower.add(bytes);
    this.compare(follower);
    return '';
  }

  /** This rank writes nothing more in this cell. */
  finish(rank: number): void {
    if (rank === this.referenceRank) {
      this.referenceDone = true;
      for (const follower of this.followers.values()) this.compare(follower);
      return;
    }
    const follower = this.follower(rank);
    follower.finished = true;
    this.compare(follower);
  }

  /** True while differences wait to be shown. */
  get waiting(): boolean {
    for (const follower of this.followers.values()) if (follower.lines.length > 0) return true;
    return false;
  }

  /** Differences as labelled text: those that every rank has passed, or with `all` everything known. */
  take(all: boolean): string {
    if (all && this.patience > 0) {
      this.patience -= 1;
      if (this.patience === 0) for (const follower of this.followers.values()) this.compare(follower);
    }
    // A label in the middle of the reference's line would break it: the rest of the line is mostly on its way.
    if (!all && this.endsInLine && !this.referenceDone) return '';
    let limit = Infinity;
    if (!all) {
      for (const rank of this.ranks) {
        if (rank === this.referenceRank) continue;
        const follower = this.followers.get(rank);
        if (!follower) limit = Math.min(limit, 0);
        else if (!follower.finished) limit = Math.min(limit, follower.position);
      }
    }
    const buckets = new Map<number, (string | number[])[]>();
    for (const follower of [...this.followers.values()].sort((a, b) => a.rank - b.rank)) {
      let taken = 0;
      for (; taken < follower.positions.length && follower.positions[taken]! < limit; taken += 1) {
        const position = follower.positions[taken]!;
        const line = follower.lines[taken]!;
        const bucket = buckets.get(position);
        if (!bucket) {
          buckets.set(position, [line, [follower.rank]]);
          continue;
        }
        let at = bucket.indexOf(line);
        if (at < 0 && line.includes('0x')) at = bucket.findIndex((other) => typeof other === 'string' && normalise(other) === normalise(line));
        if (at >= 0) (bucket[at + 1] as number[]).push(follower.rank);
        else bucket.push(line, [follower.rank]);
      }
      if (taken === follower.positions.length) {
        follower.positions.length = 0;
        follower.lines.length = 0;
      } else if (taken > 0) {
        follower.positions.splice(0, taken);
        follower.lines.splice(0, taken);
      }
    }
    if (buckets.size === 0) return '';
    // The reference may stand in the middle of a line: a label never continues it.
    let text = '';
    if (this.endsInLine) {
      text = '\n';
      this.endsInLine = false;
      this.lent = true;
    }
    for (const position of Float64Array.from(buckets.keys()).sort()) {
      const bucket = buckets.get(position)!;
      for (let i = 0; i < bucket.length; i += 2) text += label(bucket[i + 1] as number[], bucket[i] as string);
    }
    return text;
  }

  private follower(rank: number): Follower {
    let follower = this.followers.get(rank);
    if (!follower) this.followers.set(rank, (follower = new Follower(rank, this.patience === 0)));
    return follower;
  }

  private appendReference(bytes: Buffer): void {
    const size = this.used - this.base;
    if (size + bytes.length > this.reference.length) {
      const lowest = this.lowestPosition();
      const drop = Math.max(Math.min(lowest, this.used), this.used + bytes.length - WINDOW_BYTES, this.base) - this.base;
      const kept = Math.max(0, size - drop);
      const room = Buffer.allocUnsafe(Math.max(2 * (kept + bytes.length), 64 * 1024));
      this.reference.copy(room, 0, size - kept, size);
      this.reference = room;
      this.base = this.used - kept;
    }
    bytes.copy(this.reference, this.used - this.base);
    this.used += bytes.length;
  }

  /** Where the slowest rank stands; a rank that has written nothing stands at the beginning. */
  private lowestPosition(): number {
    let lowest = this.used;
    for (const rank of this.ranks) {
      if (rank === this.referenceRank) continue;
      const follower = this.followers.get(rank);
      // A rank that has ended ahead of the reference is still to be compared with what comes.
      if (follower?.finished && follower.pending.length === 0) continue;
      lowest = Math.min(lowest, follower?.position ?? 0);
    }
    return lowest;
  }

  /** Moves a rank forward as far as the reference allows. */
  private compare(follower: Follower): void {
    const mine = follower.gather();
    if (!follower.placed && !this.place(follower, mine)) return;
    let at = 0;
    let lineByLine = 0;
    while (at < mine.length) {
      if (follower.position < this.base) {
        // The reference text of this position is gone: shown without comparison, from the next line on.
        const end = mine.indexOf(NEWLINE, at);
        if (end < 0 && !follower.finished && mine.length - at < LINE_BYTES) break;
        const stop = end < 0 ? mine.length : end + 1;
        follower.differ(follower.position, mine.toString('utf8', at, stop));
        follower.position += 1;
        at = stop;
        continue;
      }
      const offset = Math.min(follower.position, this.used) - this.base;
      const available = this.used - this.base - offset;
      if (lineByLine === 0 && available > 0) {
        const common = Math.min(available, mine.length - at);
        if (this.reference.compare(mine, at, at + common, offset, offset + common) === 0) {
          const newline = mine.lastIndexOf(NEWLINE, at + common - 1);
          if (newline >= at) {
            follower.position += newline + 1 - at;
            at = newline + 1;
          } else if (common >= LINE_BYTES) {
            // So far the same, in the middle of a long line that comes in parts.
            follower.position += common;
            at += common;
          }
          if (at >= mine.length) break;
        } else {
          lineByLine = LINES_AFTER_DIFFERENCE;
        }
      } else if (lineByLine > 0) lineByLine -= 1;
      const step = this.compareLine(follower, mine, at);
      if (step === 0) break;
      at += step;
    }
    this.addresses.reset();
    this.returns.reset();
    follower.pending = at === 0 ? mine : mine.subarray(at);
    if (follower.pending.length > 0 && at > 0 && follower.pending.length * 4 < mine.length) follower.pending = Buffer.from(follower.pending);
  }

  /** Finds where a rank's text begins in that of the reference. False while that cannot be told yet. */
  private place(follower: Follower, mine: Buffer): boolean {
    let end = mine.indexOf(NEWLINE) + 1;
    for (let lines = 1; lines < PLACING_LINES && end > 0; lines += 1) {
      const next = mine.indexOf(NEWLINE, end) + 1;
      if (next === 0) break;
      end = next;
    }
    const found = end === 0 ? -1 : this.reference.subarray(0, this.used - this.base).lastIndexOf(mine.subarray(0, end));
    const wait = this.patience > 0 && !this.referenceDone && mine.length < this.aheadBytes;
    if (found < 0 && wait) return false;
    follower.placed = true;
    follower.position = found < 0 ? Math.max(this.resumedAt, this.base) : this.base + found;
    return true;
  }

  /** A line that uses a carriage return other than right before its line end. */
  private isProgress(bytes: Buffer, from: number, to: number): boolean {
    const at = this.returns.find(bytes, from, to);
    return at >= 0 && at < to - (bytes[to - 1] === NEWLINE ? 2 : 0);
  }

  /** One line of a rank against the line of the reference at its position. Returns the bytes used, 0 to wait. */
  private compareLine(follower: Follower, mine: Buffer, at: number): number {
    const newline = mine.indexOf(NEWLINE, at);
    const tooLong = newline < 0 && mine.length - at > LINE_BYTES;
    if (newline < 0 && !follower.finished && !tooLong) return 0;
    const stop = newline < 0 ? mine.length : newline + 1;
    const offset = follower.position - this.base;
    const end = this.used - this.base;
    let same = false;
    let width = 1;
    if (offset < end) {
      const found = this.reference.indexOf(NEWLINE, offset);
      // Behind `end` lie bytes of earlier text.
      const theirs = found < end ? found : -1;
      if (theirs < 0 && !this.referenceDone && end - offset < LINE_BYTES) return 0;
      const theirStop = theirs < 0 ? end : theirs + 1;
      width = theirStop - offset;
      same = width === stop - at && this.reference.compare(mine, at, stop, offset, theirStop) === 0;
      // Objects lie elsewhere in every process: a line that differs in addresses only says the same.
      if (!same && this.addresses.find(mine, at, stop) >= 0) same = normalise(mine.toString('utf8', at, stop)) === normalise(this.reference.toString('utf8', offset, theirStop));
    } else if (!this.referenceDone && mine.length - at < this.aheadBytes) {
      return 0;
    }
    // Progress bars rewrite their line with carriage returns: those of the reference stand for all.
    if (!same && !this.isProgress(mine, at, stop)) follower.differ(follower.position, mine.toString('utf8', at, stop));
    follower.position += width;
    return stop - at;
  }
}

/** Where something comes next in a buffer that is gone through from front to back: each byte is looked at once. */
class Finder {
  private bytes: Buffer | null = null;
  private from = 0;
  private found = -1;

  constructor(private readonly what: string) {}

  /** Position in `from` to `to`, or -1. */
  find(bytes: Buffer, from: number, to: number): number {
    if (bytes !== this.bytes || from < this.from || this.found < from) {
      this.bytes = bytes;
      const at = bytes.indexOf(this.what, from, 'latin1');
      this.found = at < 0 ? Infinity : at;
    }
    this.from = from;
    return this.found < to ? this.found : -1;
  }

  /** Lets go of the buffer. */
  reset(): void {
    this.bytes = null;
  }
}
