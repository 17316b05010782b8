/**
 * How much text of a cell its client shows: the first half of a limit as it comes, the last half at the end, and between them one
 * line that tells how much is left out and where all of it is. Without a limit this is not used. No clocks.
 *
 * Displays, results and updates pass at once and do not count; a clear empties the page and begins anew.
 */
import type { Output } from '../protocol/messages';

/** Takes the full text; see `text-files.ts`. */
export interface TextFile {
  readonly path: string;
  add(text: string): void;
  /** Why the text is not, or not completely, in the file; null when it is. */
  readonly trouble: string | null;
}

interface Piece {
  name: 'stdout' | 'stderr';
  text: string;
  bytes: number;
}

/** Pieces of the tail are joined up to this: a cell may print millions of times. */
const PIECE_BYTES = 64 * 1024;

export class VolumeLimit {
  private readonly half: number;
  private shownBytes = 0;
  /** What was shown, for the beginning of the file. */
  private head: string[] = [];
  private tail: Piece[] = [];
  private tailBytes = 0;
  private leftOut = 0;
  /** The page is full: text goes to the tail. */
  private over = false;
  /** The head ends in the middle of a line, or is empty. */
  private inLine = true;
  private file: TextFile | null = null;
  private notices = 0;

  /**
   * @param limitBytes text shown at most, bytes of UTF-8. @param id unique for the execution: names the line in between.
   * @param show takes what is to be shown. @param open makes the file, when it is needed.
   */
  constructor(
    limitBytes: number,
    private readonly id: string,
    private readonly show: (output: Output) => void,
    private readonly open: () => TextFile,
  ) {
    this.half = Math.max(1, Math.floor(limitBytes / 2));
  }

  /** Takes the next output of the cell. */
  output(output: Output): void {
    if (output.kind === 'clear') this.reset();
    if (output.kind !== 'stream') return this.show(output);
    let { text } = output;
    if (!this.over) {
      const room = this.half - this.shownBytes;
      const cut = cutHead(text, room, this.inLine);
      const first = text.slice(0, cut);
      if (first !== '') {
        this.inLine = !first.endsWith('\n');
        this.shownBytes += Buffer.byteLength(first);
        if (this.file) this.file.add(first);
        else this.head.push(first);
        this.show({ kind: 'stream', name: output.name, text: first });
      }
      if (cut === text.length) return;
      text = text.slice(cut);
      this.begin();
    }
    this.file!.add(text);
    const bytes = Buffer.byteLength(text);
    const last = this.tail.at(-1);
    if (last?.name === output.name && last.bytes < PIECE_BYTES) {
      last.text += text;
      last.bytes += bytes;
    } else {
      this.tail.push({ name: output.name, text, bytes });
    }
    this.tailBytes += bytes;
    while (this.tailBytes - this.tail[0]!.bytes >= this.half) this.drop(this.tail.shift()!.bytes);
  }

  /** The cell is over: shows the end of its text. */
  finish(): void {
    if (!this.over) return;
    const first = this.tail[0];
    if (first && this.tailBytes > this.half) {
      const text = cutTail(first.text, this.half - (this.tailBytes - first.bytes));
      const bytes = Buffer.byteLength(text);
      this.drop(first.bytes - bytes);
      this.tail[0] = { name: first.name, text, bytes };
    }
    this.notice('update');
    for (const { name, text } of merge(this.tail)) this.show({ kind: 'stream', name, text });
    this.reset();
  }

  /** Goes on where an earlier bridge stopped: `shown` is the text on the page, `file` what it had begun, with the last of its text. */
  resume(shown: readonly string[], file: TextFile | null, end: string, fileBytes: number): void {
    this.head = file ? [] : [...shown];
    this.shownBytes = shown.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    this.file = file;
    if (!file) return;
    this.over = true;
    const bytes = Buffer.byteLength(end);
    this.notices = 1;
    this.tail = [{ name: 'stdout', text: end, bytes }];
    this.tailBytes = bytes;
    this.leftOut = Math.max(0, fileBytes - this.shownBytes - bytes);
  }

  private begin(): void {
    this.over = true;
    if (!this.file) {
      this.file = this.open();
      for (const text of this.head.splice(0)) this.file.add(text);
    }
    this.notices += 1;
    this.notice('display');
  }

  private notice(kind: 'display' | 'update'): void {
    const file = this.file!;
    const where = file.trouble === null ? `the full text is in ${file.path}` : `the full text is not kept: ${file.trouble}`;
    let text = `[more than ${size(this.shownBytes)} of text: the end follows when the cell ends; ${where}]`;
    if (kind === 'update') text = this.leftOut > 0 ? `[${size(this.leftOut)} of text left out here; ${where}]` : `[${where}]`;
    const metadata = { allranks: { leftOutBytes: this.leftOut, path: file.path } };
    this.show({ kind, data: { 'text/plain': text }, metadata, displayId: `allranks-volume-${this.id}-${this.notices}` });
  }

  private drop(bytes: number): void {
    this.leftOut += bytes;
    this.tailBytes -= bytes;
  }

  private reset(): void {
    this.shownBytes = 0;
    this.head = [];
    this.tail = [];
    this.tailBytes = 0;
    this.leftOut = 0;
    this.over = false;
    this.inLine = true;
  }
}

/** How many UTF-16 units of `text` fit into `room` bytes: whole lines; of the rest of a line that does not fit, whole code points. */
function cutHead(text: string, room: number, inLine: boolean): number {
  if (text.length * 3 <= room || Buffer.byteLength(text) <= room) return text.length;
  if (room <= 0) return 0;
  const fits = Buffer.from(text.slice(0, room)).subarray(0, room).toString('utf8').replace(/\ufffd+$/, '').length;
  return text.lastIndexOf('\n', fits - 1) + 1 || (inLine ? fits : 0);
}

/** The end of `text` in at most `room` bytes, from the beginning of a line if there is one. */
function cutTail(text: string, room: number): string {
  const bytes = Buffer.from(text);
  let from = Math.max(0, bytes.length - room);
  // Bytes 10xxxxxx continue a code point.
  while (from < bytes.length && (bytes[from]! & 0xc0) === 0x80) from += 1;
  const end = bytes.toString('utf8', from);
  const newline = end.indexOf('\n');
  return newline >= 0 && newline < end.length - 1 ? end.slice(newline + 1) : end;
}

function* merge(pieces: readonly Piece[]): Generator<{ name: 'stdout' | 'stderr'; text: string }> {
  for (let at = 0; at < pieces.length; ) {
    const { name } = pieces[at]!;
    let stop = at;
    while (stop < pieces.length && pieces[stop]!.name === name) stop += 1;
    yield { name, text: pieces.slice(at, stop).map((piece) => piece.text).join('') };
    at = stop;
  }
}

/** 1234567 as "1.2 MB". */
function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : bytes < 995_000 ? `${Number((bytes / 1e3).toPrecision(2))} kB` : `${Number((bytes / 1e6).toPrecision(bytes < 1e8 ? 2 : 3))} MB`;
}
