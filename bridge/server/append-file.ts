/**
 * A file that is only ever appended to, written in the background. A few writes begin at once; while more keeps coming, there is one
 * every GAP_MS, since each costs a change of threads that is dearer than a short cell. Nothing here throws or blocks: the
 * first failure is told once and ends the writing. While the disk is behind, `pressure` asks for less; a disk that makes no progress is not waited for.
 */
import { closeSync, constants, fstatSync, openSync, writev } from 'node:fs';

/** Characters waiting for the disk at which pressure begins and ends. */
const HIGH_WATER = 16 * 1024 * 1024;
const LOW_WATER = 2 * 1024 * 1024;
/** How long pressure may last until the disk counts as stuck, milliseconds. */
const STUCK_MS = 5000;
/** Lasting rate of writes: one in so many milliseconds, unless so many characters wait that a write is worth its cost. */
const GAP_MS = 20;
const WORTH_A_WRITE = 256 * 1024;
/** Writes that may begin at once after a pause. */
const AT_ONCE = 10;
/** Buffers given to the system at once; it takes 1,024 at most. */
export const MOST_PIECES = 512;

export interface AppendFileEvents {
  /** The file cannot be opened or written. Called at most once, also from the constructor. */
  failed(reason: string): void;
  /** More waits than the disk takes (true), or no longer (false). */
  pressure?(on: boolean): void;
}

/** Bytes of a file, and where they stand in it. */
export interface Placed {
  at: number;
  bytes: Buffer;
}

export class AppendFile {
  private fd = -1;
  private queue: (string | Buffer)[] = [];
  /** What has a place in the file and is not known to be written; those from `fresh` on have not been given to `takeFresh`. */
  private placed: Placed[] = [];
  private fresh = 0;
  /** Of these, how many are being written. */
  private under = 0;
  /** Where the next bytes will stand. */
  private end = 0;
  private writing = false;
  /** When the next write would be due if all had kept the lasting rate; at most AT_ONCE writes behind. */
  private due = -Infinity;
  /** The next write, while it is put off. */
  private timer: NodeJS.Timeout | null = null;
  private idle: (() => void)[] = [];
  private pressed = false;
  private stuckTimer: NodeJS.Timeout | null = null;
  /** Why nothing more is written; null while all is well. */
  failure: string | null = null;
  /** Characters that wait for the disk. */
  queued = 0;
  /** Size when it was opened, bytes. */
  readonly size: number = 0;

  /** Opens `path`, made with mode 0600 when absent; `exclusive`: it must be absent. A symbolic link is refused. */
  constructor(
    readonly path: string,
    private readonly events: AppendFileEvents,
    exclusive = false,
  ) {
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_EXCL } = constants;
    try {
      this.fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | (exclusive ? O_EXCL : 0), 0o600);
      this.end = this.size = fstatSync(this.fd).size;
    } catch (error) {
      this.fail(error);
    }
  }

  /** Appends; returns at once. A buffer must not change any more. Does nothing after a failure or `close`. */
  add(text: string | Buffer): void {
    if (this.fd < 0 || this.failure !== null) return;
    this.queue.push(text);
    this.queued += text.length;
    if (!this.pressed && this.queued > HIGH_WATER) this.press(true);
    if (!this.writing) {
      this.writing = true;
      this.putOff();
    } else if (this.timer && this.queued > WORTH_A_WRITE) {
      clearTimeout(this.timer);
      this.timer = null;
      // Not at once: who adds may have to note something else first (see CarryOver).
      setImmediate(() => this.writeOut());
    }
  }

  /** What has been added since the last call and is not known to be written, with its place in the file. */
  takeFresh(): Placed[] {
    this.place();
    const taken = this.placed.slice(this.fresh);
    this.fresh = this.placed.length;
    return taken;
  }

  /** Everything that is not known to be written. */
  unwritten(): Placed[] {
    this.place();
    this.fresh = this.placed.length;
    return [...this.placed];
  }

  /** Resolves when everything added so far is with the operating system, or the file has failed. */
  flush(): Promise<void> {
    if (!this.writing) return Promise.resolve();
    return new Promise((resolve) => {
      this.idle.push(resolve);
      if (this.timer) this.hurry();
    });
  }

  /** Writes what waits, then closes. Idempotent. Never rejects. */
  async close(): Promise<void> {
    await this.flush();
    const { fd } = this;
    this.fd = -1;
    try {
      if (fd >= 0) closeSync(fd);
    } catch (error) {
      // File systems of the network tell here that a quota was exceeded.
      if (this.failure === null) this.fail(error);
    }
    if (this.pressed) this.press(false);
  }

  /** Gives what waits its place in the file. */
  private place(): void {
    if (this.queue.length === 0) return;
    for (const bytes of joined(this.queue)) {
      this.placed.push({ at: this.end, bytes });
      this.end += bytes.length;
    }
    this.queue = [];
  }

  private writeOut(): void {
    this.place();
    if (this.placed.length === 0 || this.failure !== null) {
      this.writing = false;
      for (const done of this.idle.splice(0)) done();
      return;
    }
    this.under = this.placed.length;
    this.due = Math.max(this.due, performance.now() - AT_ONCE * GAP_MS) + GAP_MS;
    this.writeAll(this.placed.map(({ bytes }) => bytes), this.queued);
  }

  /** Arranges the next write. */
  private putOff(): void {
    const wait = this.due - performance.now();
    // One write for everything that this turn of the event loop adds.
    if (wait <= 0 || this.idle.length > 0 || this.queued > WORTH_A_WRITE) setImmediate(() => this.writeOut());
    else this.timer = setTimeout(() => this.hurry(), wait);
  }

  /** The write that was put off begins now. */
  private hurry(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.writeOut();
  }

  private writeAll(buffers: Buffer[], taken: number): void {
    writev(this.fd, buffers.slice(0, MOST_PIECES), null, (error, count) => {
      if (error) {
        this.fail(error);
      } else {
        const left = after(buffers, count);
        if (left.length > 0) return this.writeAll(left, taken);
        this.queued -= taken;
        this.placed.splice(0, this.under);
        this.fresh = Math.max(0, this.fresh - this.under);
        this.under = 0;
      }
      if (this.pressed && this.queued < LOW_WATER) this.press(false);
      if (this.queue.length > 0 || this.placed.length > 0) this.putOff();
      else this.writeOut();
    });
  }

  private press(on: boolean): void {
    this.pressed = on;
    if (this.stuckTimer) clearTimeout(this.stuckTimer);
    this.stuckTimer = null;
    this.events.pressure?.(on);
    if (!on) return;
    // A run must not wait for a file of ours: what comes too much is the caller's to leave out.
    this.stuckTimer = setTimeout(() => this.events.pressure?.(false), STUCK_MS);
  }

  private fail(error: unknown): void {
    this.failure = error instanceof Error ? error.message : String(error);
    this.queue = [];
    this.placed = [];
    this.queued = this.fresh = this.under = 0;
    this.events.failed(this.failure);
  }
}

/** What is left of `buffers` behind their first `count` bytes. */
export function after(buffers: readonly Buffer[], count: number): Buffer[] {
  let at = 0;
  let left = count;
  while (at < buffers.length && buffers[at]!.length <= left) left -= buffers[at++]!.length;
  const rest = buffers.slice(at);
  if (left > 0) rest[0] = rest[0]!.subarray(left);
  return rest;
}

/** Neighbouring texts as one buffer; buffers are large and stay as they are. */
function joined(pieces: readonly (string | Buffer)[]): Buffer[] {
  const buffers: Buffer[] = [];
  let texts: string[] = [];
  const flush = (): void => {
    if (texts.length > 0) buffers.push(Buffer.from(texts.join('')));
    texts = [];
  };
  for (const piece of pieces) {
    if (typeof piece === 'string') texts.push(piece);
    else {
      flush();
      buffers.push(piece);
    }
  }
  flush();
  return buffers;
}
