/**
 * One debug session with pydevd in one rank. The rank connects to a Unix socket that listens until then only, in the job's private folder,
 * and shows the token that it was asked with. debugpy's own adapter would listen on TCP, where every user of the machine can
 * run code in the rank: the port for front ends knows no token.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Rank } from '../roster';
import { DapReader, encodeDap, type DapMessage } from './dap-stream';
import type { RankQuestions } from './rank-questions';

/** Loading debugpy on a busy machine takes seconds; the rank gives up by itself before. */
const ATTACH_MS = 25_000;
const CONNECT_MS = 5000;
/** Requests whose answer comes from the thread that stands still: without it there is none. */
const OF_A_STOP: ReadonlySet<string> = new Set(['stackTrace', 'scopes', 'variables', 'setVariable', 'setExpression', 'evaluate', 'completions', 'exceptionInfo']);

export interface SessionEvents {
  event(event: DapMessage): void;
  /** The connection is gone, by the other side or because of a fault; called at most once, not after `close`. */
  lost(why: string): void;
}

interface Pending {
  command: string;
  answered: (response: DapMessage) => void;
}

export class RankSession {
  private sequence = 1;
  private readonly pending = new Map<number, Pending>();
  private closed = false;

  private constructor(
    private readonly socket: Socket,
    private readonly events: SessionEvents,
  ) {}

  /** Asks the rank to connect. `done` is called once, within a bound, with the session or a sentence. */
  static open(rank: Rank, questions: RankQuestions, path: string, events: SessionEvents, done: (session: RankSession | string) => void): void {
    const token = randomBytes(32).toString('hex');
    const sockets = new Set<Socket>();
    let socket: Socket | null = null;
    let settled = false;
    const finish = (result: RankSession | string): void => {
      if (settled) return;
      settled = true;
      clearTimeout(late);
      server.close();
      rmSync(path, { force: true });
      for (const other of sockets) if (other !== socket || typeof result === 'string') other.destroy();
      done(result);
    };
    let answered = false;
    let late: NodeJS.Timeout | undefined;
    const both = (): void => {
      if (socket === null || !answered || settled) return;
      const session = new RankSession(socket, events);
      session.read();
      finish(session);
    };
    const server: Server = createServer((connection) => {
      sockets.add(connection);
      connection.on('error', () => connection.destroy());
      let first = Buffer.alloc(0);
      const onData = (chunk: Buffer): void => {
        first = Buffer.concat([first, chunk]);
        const end = first.indexOf('\n');
        if (end < 0 && first.length <= token.length) return;
        connection.off('data', onData);
        const shown = first.subarray(0, Math.max(0, end));
        if (socket !== null || shown.length !== token.length || !timingSafeEqual(shown, Buffer.from(token))) return void connection.destroy();
        connection.pause();
        if (first.length > end + 1) connection.unshift(first.subarray(end + 1));
        socket = connection;
        both();
      };
      connection.on('data', onData);
    });
    server.on('error', (error) => finish(`the bridge cannot listen for the debugger: ${error.message}`));
    rmSync(path, { force: true });
    server.listen(path, () => {
      chmodSync(path, 0o600);
      questions.ask(rank, { what: 'debug', path, token }, ATTACH_MS, (reply) => {
        if (typeof reply === 'string') return finish(reply);
        answered = true;
        // The rank has connected before it answered, but the two are read in any order.
        late = setTimeout(() => finish(`rank ${rank.rank} did not show its token`), CONNECT_MS);
        both();
      });
    });
  }

  /** Sends one request; its `seq` is put back into the response. `answered` is called exactly once. */
  request(message: DapMessage, answered: (response: DapMessage) => void): void {
    const { seq } = message;
    const command = String(message['command']);
    const reply = (response: DapMessage): void => answered({ ...response, request_seq: seq });
    if (this.closed) return reply(failure(message, 'the debug session is over'));
    const number = this.sequence;
    this.sequence += 1;
    this.pending.set(number, { command, answered: reply });
    this.socket.write(encodeDap({ type: 'request', command, arguments: message['arguments'] ?? {}, seq: number }));
  }

  /** The same for a request of the bridge's own. */
  ask(command: string, args: DapMessage, answered: (response: DapMessage) => void): void {
    this.request({ seq: 0, command, arguments: args }, answered);
  }

  /** Ends the session: what stands still goes on, tracing stops. Idempotent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    // Behind this pydevd finds the end of the stream, which is all that it needs to let its thread go.
    this.socket.end();
    this.socket.resume();
    const timer = setTimeout(() => this.socket.destroy(), 2000);
    this.socket.once('close', () => clearTimeout(timer));
    this.answerAll('the debug session is over');
  }

  private read(): void {
    const reader = new DapReader();
    const lost = (why: string): void => {
      if (this.closed) return;
      this.closed = true;
      this.socket.destroy();
      this.answerAll(why);
      this.events.lost(why);
    };
    this.socket.removeAllListeners('error');
    this.socket.on('error', (error) => lost(`the connection to the debugger failed: ${error.message}`));
    this.socket.on('close', () => lost('the debugger has ended'));
    this.socket.on('end', () => lost('the debugger has ended'));
    this.socket.on('data', (chunk: Buffer) => {
      if (this.closed) return;
      try {
        for (const message of reader.push(chunk)) this.receive(message);
      } catch (error) {
        lost(`the debugger sent what cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
    this.socket.resume();
  }

  private receive(message: DapMessage): void {
    if (message['type'] === 'response') {
      const number = Number(message['request_seq']);
      const pending = this.pending.get(number);
      this.pending.delete(number);
      pending?.answered(message);
    } else if (message['type'] === 'event') {
      if (message['event'] === 'continued') this.answerAll('the code has gone on meanwhile', OF_A_STOP);
      this.events.event(message);
    }
  }

  private answerAll(why: string, only?: ReadonlySet<string>): void {
    for (const [number, { command, answered }] of [...this.pending]) {
      if (only && !only.has(command)) continue;
      this.pending.delete(number);
      answered(failure({ command }, why));
    }
  }
}

/** The protocol's way to decline a request. */
export function failure(request: DapMessage, message: string): DapMessage {
  return { type: 'response', seq: 0, request_seq: request['seq'] ?? 0, command: request['command'], success: false, message, body: {} };
}
