/** Ranks whose connection closed without goodbye: those whose process lives may come back, the others are lost, and in which order. */
import { processExists } from '../protocol/job-record';
import { lossSentence, oomKills } from './deaths';
import { rankState } from './live-status';
import type { Rank, Roster } from './roster';

/** A process that is just ending may close its socket before it counts as gone. */
const LOOK_MS = 100;

export class Losses {
  private readonly waiting = new Map<number, NodeJS.Timeout>();
  /** Ranks in the order in which their connections closed. */
  private order: number[] = [];
  private readonly killsBefore = oomKills();

  /** @param reconnectMs how long a living process may take to register again. @param lost called for each rank that is lost. */
  constructor(
    private readonly roster: Roster,
    private readonly reconnectMs: number,
    private readonly lost: () => void,
  ) {}

  /** The connection of `rank` is gone. */
  add(rank: Rank): void {
    this.back(rank.rank);
    this.order.push(rank.rank);
    const deadline = performance.now() + this.reconnectMs;
    const look = (): void => {
      const left = deadline - performance.now();
      const { code, signal } = rank.link.ending();
      const ended = code !== null || signal !== null || !processExists(rank.link.hello.pid);
      if (!ended && left > 0) {
        this.waiting.set(rank.rank, setTimeout(look, Math.min(LOOK_MS, left)));
        return;
      }
      this.waiting.delete(rank.rank);
      this.lost();
    };
    look();
  }

  /** The rank has registered again. */
  back(rank: number): void {
    clearTimeout(this.waiting.get(rank));
    this.waiting.delete(rank);
    this.order = this.order.filter((other) => other !== rank);
  }

  /** Some rank is gone without goodbye. */
  get any(): boolean {
    return this.order.some((rank) => this.isGone(rank));
  }

  /** One of them was ended by a signal or with an exit code other than 0. */
  get violent(): boolean {
    return this.order.some((number) => {
      if (!this.isGone(number)) return false;
      const { code, signal, crash } = this.roster.ranks.get(number)!.link.ending();
      return crash !== null || signal !== null || (code ?? 0) !== 0;
    });
  }

  /** One sentence on what ended the first of them. `during`: what ran then, such as "while cell 7 ran"; empty: nothing. */
  sentence(during: string): string {
    const dead = this.order.filter((rank) => this.isGone(rank)).map((number) => {
      const rank = this.roster.ranks.get(number)!;
      const board = this.roster.board(rank);
      const where = board ? `at step ${board.step}${during ? ` ${during}` : ''}${board.mpiCall || board.function ? ` (last seen ${rankState(board)})` : ''}` : during;
      return { rank: number, pid: rank.link.hello.pid, ending: rank.link.ending(), doing: where };
    });
    return lossSentence(dead, oomKills() > this.killsBefore);
  }

  /** Stops timers. Idempotent. */
  close(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  private isGone(number: number): boolean {
    const rank = this.roster.ranks.get(number);
    return rank !== undefined && !rank.present && !rank.bye;
  }
}
