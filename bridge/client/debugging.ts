/** The kernel's debugger over a bridge: each question is one `debug` message with one reply. Knows no connection: it is given. */
import type { DebugMessage, DebugVariable, Debugging } from '../../kernel/executor';
import { ExecutorError } from '../../kernel/executor';
import type { BridgeMessage, ClientMessage } from '../protocol/messages';

type What = Extract<ClientMessage, { t: 'debug' }>['what'];
type Reply = Extract<BridgeMessage, { t: 'reply' }>;

export class BridgeDebugging implements Debugging {
  private readonly pending = new Map<number, { resolve(value: unknown): void; reject(error: ExecutorError): void }>();

  /** A session lasts. */
  private active = false;
  /** Thread that has stopped. */
  private stopped: unknown = null;

  /** @param number of the next question on this connection. @param send false: there is no connection. @param tell passes events on. */
  constructor(
    private readonly number: () => number,
    private readonly send: (message: ClientMessage) => boolean,
    private readonly tell: (event: DebugMessage) => void,
  ) {}

  async start(): Promise<void> {
    await this.ask('start');
    this.active = true;
  }

  async stop(): Promise<void> {
    this.active = false;
    await this.ask('stop');
  }

  /** An event of the session. */
  event(event: DebugMessage): void {
    const body = event['body'] as DebugMessage | undefined;
    if (event['event'] === 'stopped') this.stopped = body?.['threadId'] ?? 1;
    else if (event['event'] === 'continued') this.stopped = null;
    else if (event['event'] === 'terminated') this.active = false;
    this.tell(event);
  }

  request(message: DebugMessage): Promise<DebugMessage> {
    return this.ask<DebugMessage>('dap', { message });
  }

  names(): Promise<{ prefix: string; suffix: string; seed: number }> {
    return this.ask('names');
  }

  cellFile(code: string): Promise<string> {
    return this.ask('cell', { code });
  }

  variables(reference: number): Promise<DebugVariable[]> {
    return this.ask('variables', { reference });
  }

  value(expression: string, frameId?: number): Promise<{ data: Record<string, unknown>; metadata: Record<string, unknown> }> {
    return this.ask('value', { expression, ...(frameId === undefined ? {} : { frameId }) });
  }

  modules(): Promise<{ name: string; path: string }[]> {
    return this.ask('modules');
  }

  source(path: string): Promise<string | null> {
    return this.ask('source', { path });
  }

  /** A reply of the bridge; false when it is none of these. */
  reply({ n, result, error }: Reply): boolean {
    const question = this.pending.get(n);
    if (!question) return false;
    this.pending.delete(n);
    if (error) question.reject(new ExecutorError(error.code, error.message));
    else question.resolve(result);
    return true;
  }

  /** The connection is gone, and the session with it. */
  lost(why: string): void {
    for (const question of this.pending.values()) question.reject(new ExecutorError('bridge_lost', why));
    this.pending.clear();
    if (!this.active) return;
    const { stopped } = this;
    // The bridge's end is the end of its session: what had stopped goes on.
    if (stopped !== null) this.event({ type: 'event', seq: 0, event: 'continued', body: { threadId: stopped, allThreadsContinued: true } });
    this.event({ type: 'event', seq: 0, event: 'terminated', body: {} });
  }

  /**
   * Without a bound of its own: code that is evaluated takes as long as it takes, until an interrupt. The bridge bounds all else, and the
   * end of the connection settles everything.
   */
  private ask<T>(what: What, args: Record<string, unknown> = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      const n = this.number();
      this.pending.set(n, { resolve: (value) => resolve(value as T), reject });
      if (this.send({ t: 'debug', n, what, args })) return;
      this.pending.delete(n);
      reject(new ExecutorError('bridge_lost', 'there is no connection to the run'));
    });
  }
}
