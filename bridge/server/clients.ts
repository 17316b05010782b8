/**
 * The socket of the cell protocol: accepts clients, checks the version hello, takes frames apart and validates them,
 * writes with back-pressure. A client that does not read is at first waited for, by holding the ranks' output, and after
 * a bound put out; it may come back and gets what it missed.
 */
import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { PROTOCOL_VERSION } from '../protocol/generated';
import { processExists } from '../protocol/job-record';
import { BridgeError, encodeFrame, encodeFramePieces, FrameReader } from '../protocol/frames';
import { clientMessageShape, type BridgeMessage, type ClientMessage, type JobStatus } from '../protocol/messages';
import type { Client } from './execution';

/** Bytes queued for one client at which the ranks are held, and at which they go on. */
const HIGH_WATER = 8 * 1024 * 1024;
const LOW_WATER = 2 * 1024 * 1024;
const HELLO_MS = 10_000;
const MOST_CLIENTS = 64;
/** How long a message that may linger waits for another one to go with, milliseconds. */
const LINGER_MS = 2;
/** Messages of one turn are written as one buffer up to this size. */
const JOINED_BYTES = 64 * 1024;

export interface ClientCallbacks {
  status(): JobStatus;
  attached(client: ClientConnection): void;
  message(client: ClientConnection, message: ClientMessage): void;
  /** Called once, for attached clients only. `detached`: it said so. */
  gone(client: ClientConnection, detached: boolean): void;
  /** Some client reads too slowly (true), or none any more (false). */
  pressure(on: boolean): void;
  /** Something is about to be sent. */
  leaving(): void;
  log(sentence: string): void;
}

export class ClientConnection implements Client {
  name = 'a client that has not said hello';
  user = '';
  notebook = '';
  observer = false;
  attached = false;
  detached = false;
  slow = false;
  /** Of its process on this machine; 0: not known. */
  pid = 0;
  private slowTimer: NodeJS.Timeout | null = null;
  /** Messages that have not been given to the socket. */
  private waiting: BridgeMessage[] = [];
  /** They go at the end of this turn, and not later with another one. */
  private leaving = false;
  private readonly lingerTimer: NodeJS.Timeout;
  private readonly leave = (): void => this.flush();

  constructor(
    readonly socket: Socket,
    private readonly hub: ClientHub,
    private readonly slowMs: number,
  ) {
    socket.on('drain', () => this.drained());
    // One timer for all messages: a cell that is over sooner costs none.
    this.lingerTimer = setTimeout(this.leave, LINGER_MS);
    socket.once('close', () => clearTimeout(this.lingerTimer));
  }

  alive(): boolean {
    return processExists(this.pid);
  }

  send(message: BridgeMessage, linger = false): void {
    if (this.socket.destroyed || this.socket.writableEnded) return;
    // All messages of one turn of the event loop leave in one system call, and are made bytes when the ranks have got theirs.
    if (this.waiting.push(message) === 1 && linger) this.lingerTimer.refresh();
    if (linger || this.leaving) return;
    this.leaving = true;
    process.nextTick(this.leave);
  }

  private flush(): void {
    this.leaving = false;
    const messages = this.waiting;
    if (messages.length === 0) return;
    this.waiting = [];
    if (this.socket.destroyed || this.socket.writableEnded) return;
    this.hub.leaving();
    const frames = messages.flatMap((message) => this.encode(message));
    if (frames.length === 1) this.socket.write(frames[0]!);
    else this.writeAll(frames);
    if (!this.slow && this.socket.writableLength > HIGH_WATER) {
      this.slow = true;
      this.slowTimer = setTimeout(() => {
        this.hub.log(`${this.name} has not read for ${this.slowMs / 1000} s and is put out; it may come back`);
        this.socket.destroy();
      }, this.slowMs);
      this.hub.pressureChanged();
    }
  }

  private writeAll(frames: readonly Buffer[]): void {
    let length = 0;
    for (const frame of frames) length += frame.length;
    // The stream's work for a write is dearer than copying a few small frames.
    if (length <= JOINED_BYTES) {
      this.socket.write(Buffer.concat(frames, length));
      return;
    }
    this.socket.cork();
    for (const frame of frames) this.socket.write(frame);
    this.socket.uncork();
  }

  roomy(): Promise<void> {
    if (this.socket.destroyed || this.socket.writableLength < HIGH_WATER / 2) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.socket.off('drain', done);
        this.socket.off('close', done);
        resolve();
      };
      this.socket.on('drain', done);
      this.socket.on('close', done);
    });
  }

  /** Sends what waits, then closes; after `limitMs` without regard to what waits. */
  end(limitMs = 1000): void {
    this.flush();
    this.socket.end();
    const timer = setTimeout(() => this.socket.destroy(), limitMs);
    this.socket.once('close', () => clearTimeout(timer));
  }

  release(): void {
    if (this.slowTimer) clearTimeout(this.slowTimer);
    this.slowTimer = null;
    this.slow = false;
  }

  private drained(): void {
    if (this.slow && this.socket.writableLength < LOW_WATER) {
      this.release();
      this.hub.pressureChanged();
    }
  }

  /** Its frame, in pieces when it may be long. */
  private encode(message: BridgeMessage): Buffer | Buffer[] {
    try {
      return message.t === 'comm' || (message.t === 'output' && 'data' in message.output) ? encodeFramePieces(message) : encodeFrame(message);
    } catch (error) {
      // An output over the limit of a frame: said in its place, so that the cell still settles.
      this.hub.log(`a message to ${this.name} could not be encoded: ${error instanceof Error ? error.message : String(error)}`);
      if (message.t === 'output') {
        return encodeFrame({ ...message, output: { kind: 'stream', name: 'stderr', text: '[an output too large for one message was left out; it is in the journal of the job]\n' } });
      }
      if (message.t === 'verdict') {
        const short = (text: string | undefined): string | undefined => text?.slice(0, 10_000);
        const { ename, evalue, traceback } = message;
        return encodeFrame({ ...message, userExpressions: {}, payload: [], metadata: {}, ename: short(ename), evalue: short(evalue), traceback: traceback?.slice(0, 50).map((line) => line.slice(0, 10_000)) });
      }
      return encodeFrame({ t: 'refused', code: 'too_large', message: 'an answer was too large for one message' });
    }
  }
}

export class ClientHub {
  readonly connections = new Set<ClientConnection>();
  /** Connections and messages turned away. */
  refused = 0;
  private server: Server | null = null;
  private pressed = false;

  private constructor(
    private readonly path: string,
    private readonly callbacks: ClientCallbacks,
    private readonly slowMs: number,
  ) {}

  /** Listens on a Unix socket with mode 0600. Rejects when it cannot. `slowMs`: how long a client may not read. */
  static async listen(path: string, callbacks: ClientCallbacks, slowMs = 30_000): Promise<ClientHub> {
    const hub = new ClientHub(path, callbacks, slowMs);
    await hub.listen();
    return hub;
  }

  /** Makes the socket, again if somebody has removed its file; connections stay. Rejects when it cannot. */
  listen(): Promise<void> {
    // The old one goes first: closing removes the file.
    this.server?.close();
    const server = (this.server = createServer((socket) => this.accept(socket)));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.path, () => {
        server.off('error', reject);
        server.on('error', (error) => this.callbacks.log(`the socket for kernels failed: ${error.message}`));
        // The folder is private already; the mode of the socket says it again.
        chmodSync(this.path, 0o600);
        resolve();
      });
    });
  }

  log(sentence: string): void {
    this.callbacks.log(sentence);
  }

  leaving(): void {
    this.callbacks.leaving();
  }

  /** Attached clients that are no observers. */
  workers(): ClientConnection[] {
    return [...this.connections].filter((connection) => connection.attached && !connection.observer);
  }

  broadcast(message: BridgeMessage, except?: Client | null): void {
    for (const connection of this.connections) if (connection.attached && connection !== except) connection.send(message);
  }

  pressureChanged(): void {
    const on = [...this.connections].some((connection) => connection.slow);
    if (on === this.pressed) return;
    this.pressed = on;
    this.callbacks.pressure(on);
  }

  /**
   * Stops listening and ends every connection after what it was sent; resolves when all are closed, within the bound.
   * @param reason why the job is over; empty: it goes on.
   */
  async close(reason = '', limitMs = 10_000): Promise<void> {
    // Its hello is under way, and nobody else will be there to tell it.
    if (reason !== '') for (const connection of this.connections) if (!connection.attached) connection.send({ t: 'refused', code: 'job_ended', message: reason });
    const closed = [...this.connections].map(({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
    this.server?.close();
    for (const connection of this.connections) connection.end(limitMs);
    await Promise.all(closed);
  }

  private accept(socket: Socket): void {
    const connection = new ClientConnection(socket, this, this.slowMs);
    if (this.connections.size >= MOST_CLIENTS) {
      this.refuse(connection, 'refused', `there are ${MOST_CLIENTS} clients already`);
      return;
    }
    this.connections.add(connection);
    const reader = new FrameReader();
    const helloTimer = setTimeout(() => this.refuse(connection, 'timeout', 'no hello within 10 s'), HELLO_MS);
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const message of reader.push(chunk)) {
          const fault = clientMessageShape.fault(message);
          if (fault !== null) throw new BridgeError('malformed', `a message is malformed at "${fault}"`);
          if (!this.take(connection, message as ClientMessage, helloTimer)) return;
        }
      } catch (error) {
        const known = error instanceof BridgeError ? error : new BridgeError('internal', error instanceof Error ? error.message : String(error), { cause: error });
        if (known.code === 'internal') this.log(`a message of ${connection.name} failed: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
        this.refuse(connection, known.code, known.message);
      }
    });
    socket.on('error', (error) => this.log(`connection of ${connection.name}: ${error.message}`));
    socket.on('close', () => {
      clearTimeout(helloTimer);
      connection.release();
      this.connections.delete(connection);
      this.pressureChanged();
      if (connection.attached) this.callbacks.gone(connection, connection.detached);
    });
  }

  /** Handles one message; false when the connection is closed after it. */
  private take(connection: ClientConnection, message: ClientMessage, helloTimer: NodeJS.Timeout): boolean {
    if (!connection.attached) {
      if (message.t !== 'hello') {
        this.refuse(connection, 'refused', 'the first message must be the hello');
        return false;
      }
      if (message.version !== PROTOCOL_VERSION) {
        this.refuse(connection, 'version_mismatch', `the bridge speaks version ${PROTOCOL_VERSION} of the protocol, ${message.client} speaks version ${message.version}: run both from the same installation`);
        return false;
      }
      clearTimeout(helloTimer);
      connection.notebook = message.notebook ?? '';
      connection.name = `${message.client} ${message.pid} on ${message.host}`;
      // People know their notebooks by name, not by process.
      if (connection.notebook !== '') connection.name = `${connection.notebook} (${connection.name})`;
      connection.user = message.user;
      connection.pid = message.pid;
      connection.observer = message.observer;
      connection.attached = true;
      connection.send({ t: 'welcome', version: PROTOCOL_VERSION, job: this.callbacks.status() });
      this.callbacks.attached(connection);
      return true;
    }
    if (message.t === 'hello') {
      this.refuse(connection, 'malformed', 'a second hello');
      return false;
    }
    if (message.t === 'detach') connection.detached = true;
    this.callbacks.message(connection, message);
    return true;
  }

  private refuse(connection: ClientConnection, code: BridgeError['code'], message: string): void {
    this.refused += 1;
    this.log(`${connection.name} is turned away: ${message}`);
    connection.send({ t: 'refused', code, message });
    connection.socket.removeAllListeners('data');
    connection.socket.resume();
    connection.end();
  }
}
