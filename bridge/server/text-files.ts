/** Full texts of long cells: `DIR/outputs/cell-17.txt`, mode 0600. A disk that refuses costs the text, one warning, and no cell. */
import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AppendFile } from './append-file';
import type { TextFile } from './volume';

/** Largest file, bytes. */
const CAP = 1024 * 1024 * 1024;
/** Text waiting for the disk, characters; beyond it the disk counts as stuck and text is left out. */
const QUEUE_CAP = 64 * 1024 * 1024;
/** A folder may hold the texts of earlier runs: as many names are tried for one cell. */
const MOST_NAMES = 1000;

export class TextFiles {
  private readonly open = new Set<AppendFile>();

  /** @param folder job folder. @param pressure some file is behind (true), or none any more (false). */
  constructor(
    private readonly folder: string,
    private readonly warn: (sentence: string) => void,
    private readonly pressure: (on: boolean) => void,
    private readonly cap: number = CAP,
  ) {}

  /** A new file for the cell with this execution count. Never throws; what goes wrong is its `trouble`. */
  create(count: number): TextFile {
    const outputs = join(this.folder, 'outputs');
    const first = join(outputs, `cell-${count}.txt`);
    try {
      mkdirSync(outputs, { recursive: true, mode: 0o700 });
    } catch (error) {
      return this.failed(first, reason(error));
    }
    let file = this.begin(first, true);
    for (let tries = 2; file.trouble?.includes('EEXIST') && tries <= MOST_NAMES; tries += 1) file = this.begin(join(outputs, `cell-${count}-${tries}.txt`), true);
    if (file.trouble !== null) this.warn(`the full text of cell ${count} cannot be kept (${file.trouble}): the cell goes on`);
    return file;
  }

  /** A file that an earlier bridge began, to be gone on with; and the end of its text, at most `bytes`. */
  resume(path: string, bytes: number): { file: TextFile; end: string; size: number } {
    let end = '';
    let size = 0;
    try {
      const fd = openSync(path, 'r');
      try {
        size = fstatSync(fd).size;
        const buffer = Buffer.alloc(Math.min(size, bytes));
        const count = readSync(fd, buffer, 0, buffer.length, size - buffer.length);
        // The first bytes may be the rest of a code point.
        end = buffer.toString('utf8', 0, count).replace(/^\ufffd+/, '');
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      return { file: this.failed(path, reason(error)), end: '', size: 0 };
    }
    return { file: this.begin(path, false), end, size };
  }

  /** Those that are written to. */
  files(): Iterable<AppendFile> {
    return this.open;
  }

  /** Closes a file of this object when it is written. */
  end(file: TextFile): void {
    if (file instanceof Text) void file.file.close().then(() => this.open.delete(file.file));
  }

  /** Writes what waits and closes. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.open].map((file) => file.close()));
    this.open.clear();
  }

  private failed(path: string, trouble: string): TextFile {
    this.warn(`the full text of a cell cannot be kept in ${path} (${trouble}): the cell goes on`);
    return { path, trouble, add: () => undefined };
  }

  private begin(path: string, fresh: boolean): TextFile {
    let started = false;
    const events = {
      failed: (why: string): void => {
        if (started) this.warn(`the full text of a cell in ${path} is not complete (${why}): the cell goes on`);
      },
      pressure: this.pressure,
    };
    const file = new AppendFile(path, events, fresh);
    started = true;
    if (file.failure === null) this.open.add(file);
    return new Text(file, this.cap);
  }
}

class Text implements TextFile {
  private written: number;
  private dropped = 0;
  private full = false;

  constructor(
    readonly file: AppendFile,
    private readonly cap: number,
  ) {
    this.written = file.size;
  }

  get path(): string {
    return this.file.path;
  }

  get trouble(): string | null {
    if (this.file.failure !== null) return this.file.failure;
    if (this.full) return `the file ${this.path} has reached its limit of ${this.cap} bytes`;
    return this.dropped > 0 ? `the disk was too slow, ${this.path} lacks ${this.dropped} characters` : null;
  }

  add(text: string): void {
    if (this.full) return;
    if (this.file.queued + text.length > QUEUE_CAP) {
      this.dropped += text.length;
      return;
    }
    this.written += text.length;
    this.full = this.written > this.cap;
    this.file.add(this.full ? '\n[the limit of this file is reached]\n' : text);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
