/** Questions to the bridge that have one answer each, within a bound: completion, history and the like. Knows no connection: it is given. */
import type { BridgeMessage, ClientMessage } from '../protocol/messages';

type What = Extract<ClientMessage, { t: 'request' }>['what'];
type Reply = Extract<BridgeMessage, { t: 'reply' }>;

/** The bridge answers itself after 1 s; this bound is for one that does not. */
const REQUEST_MS = 2000;

export class Questions {
  private readonly open = new Map<number, { resolve(value: unknown): void; timer: NodeJS.Timeout }>();

  /** @param number of the next question on this connection. @param send false: there is no connection. */
  constructor(
    private readonly number: () => number,
    private readonly send: (message: ClientMessage) => boolean,
  ) {}

  /** The answer; `empty` when there is none, for whatever reason. */
  ask<T>(what: What, args: Record<string, unknown>, empty: T): Promise<T> {
    return new Promise((resolve) => {
      const n = this.number();
      if (!this.send({ t: 'request', n, what, args })) return resolve(empty);
      const timer = setTimeout(() => {
        this.open.delete(n);
        resolve(empty);
      }, REQUEST_MS);
      this.open.set(n, { resolve: (value) => resolve((value ?? empty) as T), timer });
    });
  }

  /** A reply of the bridge; one that nobody waits for any more is dropped. */
  reply({ n, result, error }: Reply): void {
    const question = this.open.get(n);
    if (!question) return;
    this.open.delete(n);
    clearTimeout(question.timer);
    question.resolve(error ? undefined : result);
  }

  /** The connection is gone: nobody answers any more. */
  lost(): void {
    for (const question of this.open.values()) {
      clearTimeout(question.timer);
      question.resolve(undefined);
    }
    this.open.clear();
  }
}
