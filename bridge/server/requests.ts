/** Questions to the service thread of rank 0: numbered, answered within a bound, by an empty answer if need be. */
import { SocketKind } from '../protocol/generated';
import { pack, unpack } from '../protocol/frames';
import type { Rank } from './roster';

/** A front end waits a second at most; the bridge needs a little of it. */
export const ANSWER_MS = 900;
/** Questions in flight; more are answered empty at once. */
const MOST_PENDING = 256;

export type Question = 'complete' | 'inspect' | 'isComplete';

export class Requests {
  private next = 1;
  private readonly pending = new Map<number, { what: Question; answer: (result: unknown) => void; timer: NodeJS.Timeout; args: Record<string, unknown> }>();

  /** Asks rank 0; `answer` is called exactly once, within `ANSWER_MS`. Without a rank: at once, with the empty answer. */
  ask(rank: Rank | undefined, what: Question, args: Record<string, unknown>, answer: (result: unknown) => void): void {
    if (!rank?.present || this.pending.size >= MOST_PENDING) return answer(emptyAnswer(what, args));
    const number = this.next;
    this.next += 1;
    const timer = setTimeout(() => this.settle(number, undefined), ANSWER_MS);
    this.pending.set(number, { what, answer, timer, args });
    const question = { what: what === 'isComplete' ? 'is_complete' : what, code: args['code'], cursor_pos: args['cursorPos'], detail_level: args['detailLevel'] };
    rank.link.send(SocketKind.request, 0, number, pack(question));
  }

  /** A `reply` frame. One that is late or of a number never asked is ignored. */
  reply(number: number, payload: Uint8Array): void {
    if (!this.pending.has(number)) return;
    let value: unknown;
    try {
      value = unpack(payload);
    } catch {
      // A reply that cannot be read is as good as none: the empty answer.
      value = undefined;
    }
    this.settle(number, value);
  }

  /** Answers everything that waits; the rank is gone. */
  close(): void {
    for (const number of [...this.pending.keys()]) this.settle(number, undefined);
  }

  private settle(number: number, value: unknown): void {
    const request = this.pending.get(number);
    if (!request) return;
    this.pending.delete(number);
    clearTimeout(request.timer);
    request.answer(translate(request.what, value, request.args));
  }
}

function emptyAnswer(what: Question, args: Record<string, unknown>): unknown {
  const cursor = typeof args['cursorPos'] === 'number' ? args['cursorPos'] : 0;
  switch (what) {
    case 'complete':
      return { matches: [], cursorStart: cursor, cursorEnd: cursor, metadata: {} };
    case 'inspect':
      return { found: false, data: {}, metadata: {} };
    case 'isComplete':
      return { status: 'unknown', indent: '' };
  }
}

/** From Python's spelling to that of the kernel's executor; anything odd becomes the empty answer. */
function translate(what: Question, value: unknown, args: Record<string, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return emptyAnswer(what, args);
  const map = value as Record<string, unknown>;
  const object = (name: string): unknown => (typeof map[name] === 'object' && map[name] !== null ? map[name] : {});
  switch (what) {
    case 'complete':
      if (!Array.isArray(map['matches']) || typeof map['cursor_start'] !== 'number' || typeof map['cursor_end'] !== 'number') return emptyAnswer(what, args);
      return { matches: map['matches'].map(String), cursorStart: map['cursor_start'], cursorEnd: map['cursor_end'], metadata: object('metadata') };
    case 'inspect':
      return { found: map['found'] === true, data: object('data'), metadata: object('metadata') };
    case 'isComplete':
      if (!['complete', 'incomplete', 'invalid'].includes(String(map['status']))) return emptyAnswer(what, args);
      return { status: map['status'], indent: typeof map['indent'] === 'string' ? map['indent'] : '' };
  }
}
