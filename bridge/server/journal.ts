/**
 * The journal of a job: `journal.jsonl` in the job folder, one JSON object a line, only ever appended to. It feeds
 * replay, history after a restart, and export. Writing never blocks and never costs a cell: when the disk refuses, one
 * warning is given and the job goes on without a journal.
 */
import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { jsonPieces } from '../protocol/long-text';
import { AppendFile } from './append-file';

export const JOURNAL_NAME = 'journal.jsonl';
const DEFAULT_CAP = 1024 * 1024 * 1024;
/** Lines waiting for the disk, characters; beyond it the disk counts as stuck and lines are dropped, counted. */
const QUEUE_CAP = 64 * 1024 * 1024;
/** Longest line read back. Longer ones are skipped, not loaded. */
const LINE_CAP = 256 * 1024 * 1024;

/** Any line: `kind` comes first so that readers can skip lines without parsing them. */
export type JournalLine = { kind: string; at: number; step: number } & Record<string, unknown>;

export class Journal {
  private readonly file: AppendFile | null = null;
  private written = 0;
  private full = false;
  private failed = false;
  private dropped = 0;
  private closing = false;

  /**
   * Opens the journal for appending. Never throws.
   * @param folder job folder, made with mode 0700 when absent. @param warn called at most once, with one sentence.
   * @param cap size limit of the file, bytes. @param pressure the disk is behind (true), or no longer (false).
   */
  constructor(
    readonly folder: string,
    private readonly warn: (sentence: string) => void,
    private readonly cap: number = DEFAULT_CAP,
    path: string = join(folder, JOURNAL_NAME),
    pressure: (on: boolean) => void = () => undefined,
  ) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
      return;
    }
    this.file = new AppendFile(path, { failed: (reason) => this.fail(reason), pressure });
    this.written = this.file.size;
    if (this.file.size > 0 && !endsLine(path)) this.file.add('\n');
  }

  /** The file, while lines are kept. */
  *files(): Generator<AppendFile> {
    if (this.file && this.usable) yield this.file;
  }

  /** False when lines are no longer kept. */
  get usable(): boolean {
    return !this.failed && !this.full;
  }

  /** Appends one line; returns at once. */
  add(kind: string, step: number, fields: Record<string, unknown>): void {
    const { file } = this;
    if (!file || this.failed || this.full || this.closing) return;
    let pieces: (string | Buffer)[];
    try {
      pieces = jsonPieces({ kind, at: Date.now(), step, ...fields });
    } catch (error) {
      // Its JSON would be longer than a string can be, or it is nested too deeply.
      pieces = [JSON.stringify({ kind: 'dropped', at: Date.now(), step, lines: 1, what: kind, why: error instanceof Error ? error.message : String(error) })];
    }
    pieces.push('\n');
    let length = 0;
    for (const piece of pieces) length += piece.length;
    if (file.queued + length > QUEUE_CAP) {
      if (this.dropped === 0) this.warn(`the disk of ${this.folder} is slower than the job's output: lines of the journal are being left out`);
      this.dropped += 1;
      return;
    }
    if (this.dropped > 0) {
      file.add(`${JSON.stringify({ kind: 'dropped', at: Date.now(), step, lines: this.dropped })}\n`);
      this.dropped = 0;
    }
    // Characters, not bytes: the cap is a guard, not an exact size.
    this.written += length;
    if (this.written > this.cap) {
      this.full = true;
      file.add(`${JSON.stringify({ kind: 'full', at: Date.now(), step, cap: this.cap })}\n`);
      this.warn(`the journal in ${this.folder} has reached its limit of ${this.cap} bytes: nothing more is written to it`);
    } else {
      for (const piece of pieces) file.add(piece);
    }
  }

  /** Resolves when everything added so far is with the operating system, or the journal has failed. */
  flush(): Promise<void> {
    return this.file?.flush() ?? Promise.resolve();
  }

  /** Writes what waits, then closes. Idempotent. */
  async close(): Promise<void> {
    this.closing = true;
    await this.file?.close();
  }

  private fail(reason: string): void {
    this.failed = true;
    this.warn(`the journal in ${this.folder} cannot be written (${reason}): the job goes on, history and output are kept in memory only`);
  }
}

/** False for a last line that a killed bridge, or a full disk, has cut off: what follows must not become part of it. */
function endsLine(path: string): boolean {
  const last = Buffer.alloc(1);
  const fd = openSync(path, 'r');
  try {
    readSync(fd, last, 0, 1, fstatSync(fd).size - 1);
  } finally {
    closeSync(fd);
  }
  return last.toString() === '\n';
}

/**
 * Reads a journal line by line; lines that are not JSON objects (torn by a crash) are skipped and counted.
 * @param skip decides by the raw text whether a line need not be parsed.
 * @returns number of lines skipped as unreadable; 0 for an absent file.
 */
export function readJournal(path: string, visit: (line: JournalLine) => void, skip: (text: string) => boolean = () => false): number {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  let bad = 0;
  const decoder = new StringDecoder('utf8');
  const chunk = Buffer.allocUnsafe(1024 * 1024);
  let rest = '';
  let overlong = false;
  const take = (text: string): void => {
    if (text === '' || skip(text)) return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The last line of a bridge that was killed.
      bad += 1;
      return;
    }
    if (typeof value === 'object' && value !== null && typeof (value as JournalLine).kind === 'string') visit(value as JournalLine);
    else bad += 1;
  };
  try {
    for (;;) {
      const count = readSync(fd, chunk, 0, chunk.length, null);
      if (count === 0) break;
      const lines = (rest + decoder.write(chunk.subarray(0, count))).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (overlong) {
          overlong = false;
          bad += 1;
        } else {
          take(line);
        }
      }
      if (rest.length > LINE_CAP) {
        overlong = true;
        rest = '';
      }
    }
    if (!overlong) take(rest + decoder.end());
  } finally {
    closeSync(fd);
  }
  return bad;
}
