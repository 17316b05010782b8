/** A ROUTER socket of the kernel: reads messages for as long as it is open, sends at once. */
import type { Router } from 'zeromq';
import type { Frame } from '../wire/message';

/** Turns of the event loop that are waited at most for a socket to run dry. */
const MAX_TURNS = 200;

export class RouterChannel {
  /** Messages that could not be sent. */
  lostMessages = 0;

  /** @param socket with send time 0: then a send is over when it returns, and any number may follow each other. */
  constructor(private readonly socket: Router) {}

  /** Sends a message; it is with ZeroMQ when this returns. Messages for vanished peers are dropped. */
  send(frames: Frame[]): void {
    if (this.socket.closed) return;
    // A router without high-water mark refuses only when it is closed or the peer is malformed; the message has no receiver.
    this.socket.send(frames).catch(() => (this.lostMessages += 1));
  }

  /**
   * Reads until the socket is closed.
   * @param receive called for each message, in order.
   * @param room awaited between messages when it returns a promise: back-pressure to the clients.
   */
  async read(receive: (frames: Buffer[]) => void, room?: () => Promise<void> | undefined): Promise<void> {
    // Not by the socket's iterator, which makes two more promises for each message.
    while (!this.socket.closed) {
      let frames: Buffer[];
      try {
        frames = await this.socket.receive();
      } catch (error) {
        // A receive that was under way when the socket was closed.
        if (this.socket.closed) return;
        throw error;
      }
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
}
