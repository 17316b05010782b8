/** Questions of the debugger to the service thread of any rank: numbered, and answered within a bound. */
import { SocketKind } from '../../protocol/generated';
import { pack, unpack } from '../../protocol/frames';
import type { Rank } from '../roster';
import { textOrEmpty } from '../values';

/** Numbers of these requests: above those of other kinds. */
const FIRST_NUMBER = 2 ** 41;

/** The answer as a map, or a sentence. */
export type Answered = (answer: Record<string, unknown> | string) => void;

interface Asked {
  rank: number;
  answered: Answered;
  timer: NodeJS.Timeout;
}

export class RankQuestions {
  private next = FIRST_NUMBER;
  private readonly pending = new Map<number, Asked>();

  /** `answered` is called exactly once. */
  ask(rank: Rank | undefined, question: Record<string, unknown>, limitMs: number, answered: Answered): void {
    if (!rank?.present) return answered('the rank is not there');
    const number = this.next;
    this.next += 1;
    const timer = setTimeout(() => this.settle(number, `rank ${rank.rank} has not answered within ${limitMs / 1000} s`), limitMs);
    this.pending.set(number, { rank: rank.rank, answered, timer });
    rank.link.send(SocketKind.request, 0, number, pack(question));
  }

  /** A `reply` frame; false when its number is none of these. */
  reply(number: number, payload: Uint8Array): boolean {
    if (number < FIRST_NUMBER) return false;
    let value: unknown;
    try {
      value = unpack(payload);
    } catch (error) {
      this.settle(number, `the rank's answer cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return true;
    }
    const map = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    this.settle(number, textOrEmpty(map['error']) || map);
    return true;
  }

  /** The rank is gone, or (without a rank) the job is over. */
  close(rank?: number): void {
    for (const [number, asked] of [...this.pending]) if (rank === undefined || asked.rank === rank) this.settle(number, 'the rank is gone');
  }

  private settle(number: number, answer: Record<string, unknown> | string): void {
    const asked = this.pending.get(number);
    if (!asked) return;
    this.pending.delete(number);
    clearTimeout(asked.timer);
    asked.answered(answer);
  }
}
