/**
 * Finds ranks that wait in MPI for ever, and releases them. Watches one cell or inline function at a time; knows no sockets: boards, probes,
 * the proof and the clock are given.
 *
 * While every rank that is still in it shows a waiting call on its board, two snapshots are taken: each rank is asked what it has posted
 * and completed (a probe), and asked again at least 100 ms later. Only when the proof holds over both, the waiting ranks are released.
 * A rank that computes, is stopped or does not answer makes the proof impossible; then it is tried again, less and less often.
 */
import type { ProgressSnapshot } from '../../../native/addon/addon';
import { callText, releaseSentences, THIS_CELL, type Left, type Waiting, type Watched } from './sentences';

/** What is seen of a rank without asking it. */
export interface Sight {
  rank: number;
  /** Connected: it can be asked. */
  present: boolean;
  /** It has left what is watched, by its board. */
  out: boolean;
  /** Call that it waits in; empty: none. */
  call: string;
}

export interface WatchWorld {
  /** Milliseconds of a clock that only goes forward. */
  nowMs(): number;
  /** Calls `run` once after `ms`; returns how to prevent it. */
  after(ms: number, run: () => void): () => void;
  /** All ranks of the job, in order. */
  sights(index: number): Sight[];
  /** Sends a probe to every rank; `answered` is called for each answer. */
  probe(n: number): void;
  progress(rank: number): ProgressSnapshot | null;
  isDeadlock(first: readonly Uint8Array[], second: readonly Uint8Array[]): boolean;
  release(index: number, sentences: ReadonlyMap<number, string>): void;
  /** Of a rank that has left an inline function. */
  leftWith(rank: number): string;
}

/** A rank has left: the others are looked at after this; cells that end everywhere at once cost nothing. */
const LEFT_MS = 10;
/** Between looks at the boards. */
const LOOK_MS = 50;
const LOOK_LATER_MS = 250;
/** The proof needs 100 ms between the two records of each rank. */
const SPAN_MS = 105;
/** A probe that is not answered by then is given up. */
const ANSWER_MS = 1000;
/** After an attempt that proved nothing; doubles up to the limit. */
const RETRY_MS = 50;
const RETRY_LIMIT_MS = 2000;
/** After a release: released ranks come back within milliseconds. */
const RELEASED_MS = 1000;

interface Attempt {
  /** Number of the probe under way. */
  n: number;
  awaited: Set<number>;
  first: ProgressSnapshot[] | null;
}

export class DeadlockWatch {
  private index = 0;
  private what: Watched = THIS_CELL;
  private readonly left = new Map<number, Left>();
  private attempt: Attempt | null = null;
  private retryMs = RETRY_MS;
  private cancel: (() => void) | null = null;
  private dueMs = 0;
  /** Set while the pending timer belongs to the present attempt. */
  private onTimer: (() => void) | null = null;
  private lastProbe: number;
  private watchedSinceMs = 0;

  /** @param firstProbe above every number that an earlier bridge used: a rank's page may still hold an old answer. */
  constructor(
    private readonly world: WatchWorld,
    firstProbe: number = Date.now(),
  ) {
    this.lastProbe = firstProbe;
  }

  /** The cell or function that is watched; 0: none. */
  get watched(): number {
    return this.index;
  }

  /** Ranks known to have left. */
  get leavers(): ReadonlyMap<number, Left> {
    return this.left;
  }

  /** Watches `index` from now on, until `end` or the next `begin`. `what`: its name in sentences. */
  begin(index: number, what: Watched = THIS_CELL): void {
    if (this.index === index) return;
    this.index = index;
    this.what = what;
    this.left.clear();
    this.attempt = null;
    this.retryMs = RETRY_MS;
    this.watchedSinceMs = this.world.nowMs();
    this.later(LOOK_LATER_MS, null);
  }

  /** A rank has left what is watched. */
  leave(index: number, left: Left): void {
    if (index !== this.index || this.left.has(left.rank)) return;
    this.left.set(left.rank, left);
    this.retryMs = RETRY_MS;
    if (this.attempt) this.attempt = null;
    // The first one only: when many ranks leave one after another, the look is not put off each time.
    this.later(LEFT_MS, null);
  }

  end(index: number): void {
    if (index !== this.index) return;
    // A pending timer is left to run out, rather than cancelled and made anew for each short cell.
    this.index = 0;
    this.left.clear();
    this.attempt = null;
  }

  close(): void {
    this.index = 0;
    this.attempt = null;
    this.cancel?.();
    this.cancel = this.onTimer = null;
  }

  /** A rank has answered the latest probe. */
  answered(rank: number): void {
    const { attempt } = this;
    if (!attempt?.awaited.has(rank) || this.world.progress(rank)?.probe !== attempt.n) return;
    attempt.awaited.delete(rank);
    if (attempt.awaited.size === 0) this.complete(attempt);
  }

  /** Runs `then` after `ms`, or earlier what is due earlier; null: a look. */
  private later(ms: number, then: (() => void) | null): void {
    const due = this.world.nowMs() + ms;
    if (this.cancel && this.dueMs <= due && this.onTimer === null && then === null) return;
    this.cancel?.();
    this.dueMs = due;
    this.onTimer = then;
    this.cancel = this.world.after(ms, () => {
      this.cancel = null;
      const run = this.onTimer;
      this.onTimer = null;
      if (this.index === 0) return;
      if (run) run();
      else this.look();
    });
  }

  private look(): void {
    if (this.attempt) return;
    const sights = this.world.sights(this.index);
    const inside = sights.filter(({ rank, out }) => !out && !this.left.has(rank));
    const waits = inside.length > 0 && inside.every(({ present, call }) => present && call !== '') && sights.every(({ present }) => present);
    // A rank that came out with the others on its way: looked at soon while something has just happened, rarely in a long cell.
    if (!waits) return this.later(this.left.size > 0 && this.world.nowMs() - this.watchedSinceMs < 60_000 ? LOOK_MS : LOOK_LATER_MS, null);
    this.ask(sights, null);
  }

  private ask(sights: readonly Sight[], first: ProgressSnapshot[] | null): void {
    this.lastProbe += 1;
    const attempt: Attempt = { n: this.lastProbe, awaited: new Set(sights.map(({ rank }) => rank)), first };
    this.attempt = attempt;
    this.later(ANSWER_MS, () => this.failed(attempt));
    this.world.probe(attempt.n);
  }

  private failed(attempt: Attempt): void {
    if (this.attempt !== attempt) return;
    this.attempt = null;
    const pause = this.retryMs;
    this.retryMs = Math.min(RETRY_LIMIT_MS, this.retryMs * 2);
    this.later(pause, null);
  }

  /** Every rank has answered. */
  private complete(attempt: Attempt): void {
    const ranks = this.world.sights(this.index).map(({ rank }) => rank);
    const answers = ranks.flatMap((rank) => this.world.progress(rank) ?? []);
    const fits = answers.length === ranks.length && answers.every(({ cell, activity }) => cell === this.index && activity !== 'computing' && activity !== 'outside');
    if (!fits) return this.failed(attempt);
    if (!attempt.first) {
      return this.later(SPAN_MS, () => {
        if (this.attempt === attempt) this.ask(this.world.sights(this.index), answers);
      });
    }
    if (!this.world.isDeadlock(attempt.first.map(({ record }) => record), answers.map(({ record }) => record))) return this.failed(attempt);
    this.attempt = null;
    this.world.release(this.index, this.sentences(ranks, answers));
    this.later(RELEASED_MS, null);
  }

  private sentences(ranks: readonly number[], answers: readonly ProgressSnapshot[]): Map<number, string> {
    const left: Left[] = [];
    const waiting: Waiting[] = [];
    ranks.forEach((rank, i) => {
      const progress = answers[i]!;
      if (progress.activity === 'waiting') waiting.push({ rank, call: callText(progress), line: progress.cellLine });
      else left.push(this.left.get(rank) ?? { rank, how: progress.activity === 'departed' ? 'error' : 'finished', why: this.world.leftWith(rank) });
    });
    return releaseSentences(left, waiting, this.what);
  }
}
