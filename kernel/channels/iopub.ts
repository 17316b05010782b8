/**
 * The iopub channel: one queue, one send at a time, nothing dropped for a reader that is merely slow.
 *
 * ZeroMQ queues messages per subscriber and by default throws away what goes beyond a count. Here the publisher refuses
 * instead (`noDrop`), and the count is kept such that no more than WINDOW_BYTES wait for any subscriber. A refused message
 * waits here, and `hold` stops the source. A subscriber that takes nothing for STALL_MS is stuck (a stopped process, a
 * dead line): from then on it loses messages, alone, until it reads again; the others are served without delay.
 */
import type { XPublisher } from 'zeromq';
import { reasonOf, type Log } from '../log';
import { sizeOf, type Frame } from '../wire/message';
import type { Pacer } from './pacer';

export interface IopubLimits {
  /** Most bytes that ZeroMQ may hold for one subscriber. */
  windowBytes: number;
  /** Most messages that ZeroMQ may hold for one subscriber. */
  windowMessages: number;
  /** Bytes waiting here at which the source is held, and at which it is let go again. */
  holdBytes: number;
  releaseBytes: number;
  /** How long a subscriber may take nothing before it loses messages, ms. */
  stallMs: number;
}

export const IOPUB_LIMITS: IopubLimits = {
  windowBytes: 256 * 1024 * 1024,
  windowMessages: 100_000,
  holdBytes: 8 * 1024 * 1024,
  releaseBytes: 1024 * 1024,
  stallMs: 10_000,
};

/** How often a refused message is offered again: ZeroMQ has no event for "the slowest subscriber has room". */
const OFFER_MS = 5;

/**
 * After this time without room the mark is doubled once. A reader reports what it took only every half mark; when the mark
 * was lowered while it read, its next report can lie beyond the new mark, and both sides would wait for each other.
 */
const WIDEN_MS = 30;

/** How a Jupyter server counts a message: not at all, as one, or as one with its bytes. */
export type Counted = 'uncounted' | 'message' | 'text';

type Entry = { frames: Frame[]; bytes: number; counted: Counted } | (() => void);

export interface IopubEvents {
  /** A client subscribed to a topic that is UTF-8. */
  subscribed(topic: string): void;
  /** Stop (true) or restart (false) making output. */
  hold(on: boolean): void;
}

export class IopubChannel {
  private queue: Entry[] = [];
  private queuedBytes = 0;
  private draining = false;
  private held = false;
  private closed = false;
  private readonly window: SendWindow;
  /** A stuck subscriber is known: refusals are no longer waited for. */
  private stuck = false;
  private lost = 0;

  constructor(
    /** Bound with a high-water mark of `limits.windowMessages`. */
    private readonly socket: XPublisher,
    private readonly events: IopubEvents,
    private readonly log: Log,
    private readonly limits: IopubLimits = IOPUB_LIMITS,
    private readonly pacer?: Pacer,
  ) {
    this.window = new SendWindow(limits.windowMessages, limits.windowBytes);
  }

  /** Messages that stuck subscribers did not get. */
  get lostMessages(): number {
    return this.lost;
  }

  /** Queues a message; with an empty queue it is with ZeroMQ when this returns. */
  send(frames: Frame[], counted: Counted): void {
    if (this.closed) return;
    const bytes = sizeOf(frames);
    this.queue.push({ frames, bytes, counted });
    this.queuedBytes += bytes;
    if (!this.held && this.queuedBytes > this.limits.holdBytes) {
      this.held = true;
      this.events.hold(true);
    }
    this.start();
  }

  /** Calls `action` when everything queued before it is with ZeroMQ: at once if nothing waits. */
  after(action: () => void): void {
    if (this.queue.length === 0 && !this.draining) {
      action();
      return;
    }
    this.queue.push(action);
    this.start();
  }

  /** Resolves when everything queued so far is with ZeroMQ. */
  flushed(): Promise<void> {
    return new Promise((resolve) => this.after(resolve));
  }

  /** Reads subscriptions until the socket is closed. */
  async readSubscriptions(): Promise<void> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for await (const [frame] of this.socket) {
      // 1: subscription, 0: its end; anything else is a message of a subscriber and means nothing.
      if (frame === undefined || frame[0] !== 1) continue;
      // A new subscriber has the mark that the socket was bound with.
      if (this.window.mark !== this.limits.windowMessages) this.socket.sendHighWaterMark = this.window.mark;
      let topic: string;
      try {
        topic = decoder.decode(frame.subarray(1));
      } catch {
        // Only topics that are text are welcomed; the subscription itself stands.
        continue;
      }
      this.events.subscribed(topic);
    }
  }

  /** Later messages are dropped, and what waits for stuck readers is given up. Idempotent. */
  close(): void {
    this.closed = true;
  }

  private start(): void {
    if (!this.draining && this.queue.length > 0) void this.drain();
  }

  private async drain(): Promise<void> {
    this.draining = true;
    try {
      for (let batch = this.queue; batch.length > 0; batch = this.queue) {
        this.queue = [];
        for (const entry of batch) {
          if (typeof entry === 'function') {
            entry();
            continue;
          }
          if (this.pacer !== undefined && entry.counted !== 'uncounted') await this.takeTurn(this.pacer, entry.counted === 'text' ? entry.bytes : 0);
          const mark = this.window.admit(entry.bytes);
          if (mark !== undefined) this.socket.sendHighWaterMark = mark;
          try {
            await this.socket.send(entry.frames);
            this.stuck = false;
          } catch (error) {
            await this.refused(entry.frames, error);
          }
          this.queuedBytes -= entry.bytes;
          if (this.held && this.queuedBytes < this.limits.releaseBytes) {
            this.held = false;
            this.events.hold(false);
          }
        }
      }
    } finally {
      this.draining = false;
    }
  }

  /** Waits until a message may leave; not at all once the channel is closed. */
  private async takeTurn(pacer: Pacer, textBytes: number): Promise<void> {
    for (let wait = pacer.wait(textBytes); wait > 0 && !this.closed; wait = pacer.wait(textBytes)) {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    pacer.note(textBytes);
  }

  private async refused(frames: Frame[], error: unknown): Promise<void> {
    if (isAgain(error)) await this.insist(frames);
    else if (!this.closed) this.log(`a message on iopub could not be sent: ${reasonOf(error)}`);
  }

  /** Offers a refused message until the slowest subscriber has room or counts as stuck. */
  private async insist(frames: Frame[]): Promise<void> {
    const began = performance.now();
    const deadline = began + (this.stuck ? 0 : this.limits.stallMs);
    let widened = false;
    while (performance.now() < deadline && !this.closed) {
      await new Promise((resolve) => setTimeout(resolve, OFFER_MS));
      if (!widened && performance.now() - began > WIDEN_MS) {
        widened = true;
        const mark = this.window.widen();
        if (mark !== undefined) this.socket.sendHighWaterMark = mark;
      }
      if (await this.offer(frames)) return;
    }
    if (!this.stuck) this.log(`a client has read nothing from iopub for ${this.limits.stallMs} ms; it loses messages until it reads again`);
    this.stuck = true;
    this.lost += 1;
    this.socket.noDrop = false;
    try {
      await this.offer(frames);
    } finally {
      this.socket.noDrop = true;
    }
  }

  private async offer(frames: Frame[]): Promise<boolean> {
    try {
      await this.socket.send(frames);
      return true;
    } catch (error) {
      if (isAgain(error)) return false;
      if (!this.closed) this.log(`a message on iopub could not be sent: ${reasonOf(error)}`);
      return true;
    }
  }
}

function isAgain(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

/**
 * Turns a limit in bytes into one in messages, which is all that ZeroMQ knows: how many of the latest messages fit.
 */
export class SendWindow {
  private readonly sizes: Float64Array;
  private next = 0;
  private count = 0;
  private bytes = 0;
  /** The high-water mark in force, messages. */
  mark: number;
  /** Messages for which a widened mark is kept, so that the reader's next report comes. */
  private wide = 0;

  constructor(
    private readonly maxMessages: number,
    private readonly maxBytes: number,
  ) {
    this.sizes = new Float64Array(maxMessages);
    this.mark = maxMessages;
  }

  /** Notes a message that is about to go out; returns the new high-water mark if it should change. */
  admit(bytes: number): number | undefined {
    if (this.count === this.maxMessages) this.forget();
    this.sizes[this.next] = bytes;
    this.next = (this.next + 1) % this.maxMessages;
    this.count += 1;
    this.bytes += bytes;
    const full = this.bytes > this.maxBytes;
    while (this.bytes > this.maxBytes && this.count > 1) this.forget();
    if (this.wide > 0) {
      this.wide -= 1;
      return undefined;
    }
    // While the window never ran over, everything sent so far would fit: no limit other than the largest.
    const wanted = full || this.mark < this.maxMessages ? this.count : this.maxMessages;
    // Small changes upwards are not worth an option call for every message; downwards the limit is kept exactly.
    if (wanted < this.mark || wanted >= 2 * this.mark) {
      this.mark = wanted;
      return wanted;
    }
    return undefined;
  }

  /** Doubles the mark for as many messages as it has; undefined while an earlier doubling lasts. */
  widen(): number | undefined {
    if (this.wide > 0 || this.mark >= this.maxMessages) return undefined;
    this.mark = Math.min(2 * this.mark, this.maxMessages);
    this.wide = this.mark;
    return this.mark;
  }

  private forget(): void {
    const oldest = (this.next - this.count + this.maxMessages) % this.maxMessages;
    this.bytes -= this.sizes[oldest] ?? 0;
    this.count -= 1;
  }
}
