/** A ROUTER socket of the kernel: reads messages for as long as it is open, sends at once. */
import type { Router } from 'zeromq';
import type { Frame } from '../wire/message';

/** Turns of the event loop that are waited at most for a socket to run dry. */
const MAX_TURNS = 200;

export class RouterChannel {
  private sending = false;
  private readonly queue: Frame[][] = [];

  constructor(private readonly socket: Router) {}

  /** Queues a message; with an empty queue it is with ZeroMQ when this returns. Messages for vanished peers are dropped. */
  send(frames: Frame[]): void {
    if (this.sending) this.queue.push(frames);
    else void this.drain(frames);
  }

  /**
   * Reads until the socket is closed.
   * @param receive called for each message, in order.
   * @param room awaited between messages when it returns a promise: back-pressure to the clients.
   */
  async read(receive: (frames: Buffer[]) => void, room?: () => Promise<void> | undefined): Promise<void> {
    for await (const frames of this.socket) {
      receive(frames);
      const wait = room?.();
      if (wait !== undefined) await wait;
    }
  }

  /**
   * Resolves when everything that ZeroMQ had received before the call has been read, that is passed to `receive`. Bounded
   * also while clients go on sending.
   */
  async ranDry(): Promise<void> {
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      // The first turn lets arrivals be noticed, the second lets the reading loop take them.
      if (turn > 0 && (this.socket.closed || !this.socket.readable)) return;
    }
  }

  private async drain(first: Frame[]): Promise<void> {
    this.sending = true;
    try {
      for (let frames: Frame[] | undefined = first; frames !== undefined; frames = this.queue.shift()) {
        if (this.socket.closed) return;
        await this.socket.send(frames);
      }
    } catch (error) {
      // A router without high-water mark refuses only when it is closed or the peer is malformed; the message has no receiver.
      this.onLost(error);
    } finally {
      this.sending = false;
      const next = this.queue.shift();
      if (next !== undefined) void this.drain(next);
    }
  }

  /** Messages that could not be sent. */
  lostMessages = 0;

  private onLost(_error: unknown): void {
    this.lostMessages += 1;
  }
}
