/** One connection to a bridge: hello, framing, messages. Knows nothing of executions; does not reconnect. */
import { createConnection, type Socket } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { CLIENT_FRAME_BYTES, PROTOCOL_VERSION } from '../protocol/generated';
import { BridgeError, encodeFrame, FrameReader, unpack } from '../protocol/frames';
import { bridgeMessageShape, type BridgeMessage, type ClientMessage, type JobStatus } from '../protocol/messages';
import { readCellFrame } from './cell-frames';

const HELLO_MS = 5000;

export interface ConnectionCallbacks {
  message(message: BridgeMessage): void;
  /** The connection is closed; called once, after a successful `connect` only. */
  closed(reason: string): void;
}

/** Bytes read at a time. */
const READ_BYTES = 256 * 1024;

export class Connection {
  /** The first message of a turn of the event loop leaves at once, the others together at its end. */
  private written = false;
  private corked = false;

  private constructor(
    private readonly socket: Socket,
    /** State of the job at the hello. */
    readonly job: JobStatus,
  ) {}

  /**
   * Connects and says hello. Rejects with a `BridgeError`: the bridge's own refusal, `bridge_lost`, or `timeout`.
   * @param client what attaches, for people: "kernel", "allranks list". @param observer gets events, runs no cells.
   * @param notebook what the front end calls the notebook, if it does.
   */
  static open(path: string, client: string, observer: boolean, callbacks: ConnectionCallbacks, notebook = ''): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const reader = new FrameReader(CLIENT_FRAME_BYTES, readMessage, true);
      let connection: Connection | null = null;
      let reason = 'the bridge closed the connection';
      const fail = (error: BridgeError): void => {
        clearTimeout(timer);
        reason = error.message;
        reject(error);
        socket.destroy();
      };
      const take = (chunk: Buffer): void => {
        try {
          for (const message of reader.push(chunk)) {
            if (message.t === 'refused') fail(new BridgeError(message.code, message.message));
            else if (connection) callbacks.message(message);
            else if (message.t === 'welcome') {
              clearTimeout(timer);
              connection = new Connection(socket, message.job);
              resolve(connection);
            }
          }
        } catch (error) {
          fail(error instanceof BridgeError ? error : new BridgeError('malformed', String(error), { cause: error }));
        }
      };
      // Into one buffer of our own: a stream's `data` costs a large allocation for every message.
      const onread = {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (length: number, buffer: Uint8Array): boolean => {
          take(Buffer.from(buffer.buffer, buffer.byteOffset, length));
          return true;
        },
      };
      const socket = createConnection({ path, onread });
      const timer = setTimeout(() => fail(new BridgeError('timeout', 'the bridge does not answer')), HELLO_MS);
      socket.on('connect', () => {
        const hello: ClientMessage = { t: 'hello', version: PROTOCOL_VERSION, client, pid: process.pid, host: hostname(), user: userInfo().username, observer, ...(notebook === '' ? {} : { notebook }) };
        socket.write(encodeFrame(hello));
      });
      socket.on('error', (error) => {
        reason = error.message;
        fail(new BridgeError('bridge_lost', `the bridge cannot be reached: ${error.message}`, { cause: error }));
      });
      socket.on('close', () => {
        clearTimeout(timer);
        if (connection) callbacks.closed(reason);
        else fail(new BridgeError('bridge_lost', reason));
      });
    });
  }

  /** Queues one message; one to a closed connection is dropped, `closed` tells. Throws `too_large`. */
  send(message: ClientMessage): void {
    if (!this.mayWrite()) return;
    this.socket.write(encodeFrame(message));
    this.hasWritten();
  }

  /** Like `send`, a frame as text with one character for each byte. */
  sendText(frame: string): void {
    if (!this.mayWrite()) return;
    this.socket.write(frame, 'latin1');
    this.hasWritten();
  }

  private mayWrite(): boolean {
    const { socket } = this;
    if (socket.destroyed || socket.writableEnded) return false;
    if (this.written && !this.corked) {
      this.corked = true;
      socket.cork();
    }
    return true;
  }

  private hasWritten(): void {
    if (this.written) return;
    this.written = true;
    process.nextTick(this.endTurn);
  }

  private readonly endTurn = (): void => {
    this.written = false;
    if (!this.corked) return;
    this.corked = false;
    this.socket.uncork();
  };

  /**
   * Stops (true) or restarts (false) reading: what the bridge sends stays in the socket, and the bridge notices. The rest of
   * what has been read already is still delivered. While nothing is read, the end of the connection is not noticed either.
   */
  hold(on: boolean): void {
    if (on) this.socket.pause();
    else this.socket.resume();
  }

  /** Sends what waits and closes; resolves when closed. Idempotent. */
  end(limitMs = 1000): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) return resolve();
      // The end of the other side lies behind everything that it has sent.
      this.socket.resume();
      const timer = setTimeout(() => this.socket.destroy(), limitMs);
      this.socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.socket.end();
    });
  }
}

/** @throws BridgeError `malformed` for anything that a bridge does not send. */
function readMessage(body: Buffer): BridgeMessage {
  const message = readCellFrame(body);
  if (message !== undefined) return message;
  const value = unpack(body);
  const fault = bridgeMessageShape.fault(value);
  if (fault !== null) throw new BridgeError('malformed', `the bridge sent a malformed message at "${fault}"`);
  return value as BridgeMessage;
}

/** Asks a bridge for the state of its job, or tells it something, and leaves. Rejects as `Connection.open`. */
export async function tellBridge(path: string, client: string, message: ClientMessage): Promise<void> {
  const connection = await Connection.open(path, client, true, { message: () => undefined, closed: () => undefined });
  connection.send(message);
  await connection.end();
}
