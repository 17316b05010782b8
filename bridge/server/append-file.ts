/**
 * A file that is only ever appended to, written in the background. A few writes begin at once; while more keeps coming, there is one
 * every GAP_MS, since each costs a change of threads that is dearer than a short cell. Nothing here throws or blocks: the
 * first failure is told once and ends the writing. While the disk is behind, `pressure` asks for less; a disk that makes no progress is not waited for.
 */
import { closeSync, constants, fstatSync, openSync, write } from 'node:fs';

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

export interface AppendFileEvents {
  /** The file cannot be opened or written. Called at most once, also from the constructor. */
  failed(reason: string): void;
  /** More waits than the disk takes (true), or no longer (false). */
  pressure?(on: boolean): void;
}

export class AppendFile {
  private fd = -1;
  private queue: (string | Buffer)[] = [];
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

  /** Opens `path`, made with mode 0600 when absent; `fresh`: it must be absent. A symbolic link is refused. */
  constructor(
    readonly path: string,
    private readonly events: AppendFileEvents,
    fresh = false,
  ) {
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_EXCL } = constants;
    try {
      this.fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | (fresh ? O_EXCL : 0), 0o600);
      this.size = fstatSync(this.fd).size;
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
      this.hurry();
    }
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

  private writeOut(): void {
    if (this.queue.length === 0 || this.failure !== null) {
      this.writing = false;
      for (const done of this.idle.splice(0)) done();
      return;
    }
    const buffers = joined(this.queue);
    const taken = this.queued;
    this.queue = [];
    this.due = Math.max(this.due, performance.now() - AT_ONCE * GAP_MS) + GAP_MS;
    this.writeAll(buffers, taken);
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
    const bytes = buffers[0]!;
    write(this.fd, bytes, 0, bytes.length, null, (error, count) => {
      if (error) this.fail(error);
      else if (count < bytes.length) return this.writeAll([bytes.subarray(count), ...buffers.slice(1)], taken);
      else if (buffers.length > 1) return this.writeAll(buffers.slice(1), taken);
      else this.queued -= taken;
      if (this.pressed && this.queued < LOW_WATER) this.press(false);
      if (this.queue.length > 0) this.putOff();
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
    this.queued = 0;
    this.events.failed(this.failure);
  }
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
