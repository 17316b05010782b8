/**
 * Requests that must run one after the other. Work on some of those that wait may begin ahead of their turn (`Start`), as long as the
 * one before them was begun too: what the executor can do in advance it does while the answer to the one before is on its way.
 */
import type { Request } from './wire/message';

/** One request; `work` is what has begun of it. */
export interface Entry<Work> {
  readonly request: Request;
  /** To be answered without being run. */
  aborted: boolean;
  work: Work | undefined;
}

/** Handles one request and calls `done` when that has ended, once, perhaps before it returns; never throws. */
export type Handle<Work> = (entry: Entry<Work>, done: () => void) => void;
/** Begins work on a request; `before` is the work on the request before it, undefined when that has ended. Never throws. */
export type Start<Work> = (request: Request, before: Work | undefined) => Work | undefined;

/** Requests of one session that come within this time were sent together ("Run all"), and keep their order. */
const TOGETHER_MS = 500;
/** Bytes of waiting requests at which the socket is no longer read. */
const MAX_WAITING_BYTES = 512 * 1024 * 1024;

export class SerialQueue<Work = undefined> {
  private readonly waiting: Entry<Work>[] = [];
  /** How many of `waiting`, from the first, are begun. */
  private begun = 0;
  private waitingBytes = 0;
  private current: Entry<Work> | undefined;
  /** The loop of `run` is under way. */
  private running = false;
  /** When `current` began. */
  private began = 0;
  private roomy: { promise: Promise<void>; resolve: () => void } | undefined;
  private idle: (() => void)[] = [];

  /** @param ahead requests that may be begun before their turn. */
  constructor(
    private readonly handle: Handle<Work>,
    private readonly start: Start<Work> = () => undefined,
    private readonly ahead = 0,
  ) {}

  /** Something runs. */
  get busy(): boolean {
    return this.current !== undefined;
  }

  /** Header of the request that runs. */
  get runningHeader(): string | undefined {
    return this.current?.request.headerJson;
  }

  /** Whether a request that only asks may pass: it was sent while something ran, and not together with it or with others that wait. */
  mayPass({ header: { session } }: Request): boolean {
    const { current } = this;
    if (current === undefined || this.waiting.some(({ request }) => request.header.session === session)) return false;
    return current.request.header.session !== session || performance.now() - this.began > TOGETHER_MS;
  }

  /** Runs the request at once if nothing runs. */
  push(request: Request): void {
    this.waiting.push({ request, aborted: false, work: undefined });
    this.waitingBytes += request.bytes;
    if (this.current === undefined) this.run();
    else this.begin();
  }

  /** All execute requests that wait are answered as aborted. */
  abortWaiting(): void {
    for (const entry of this.waiting) if (entry.request.header.msg_type === 'execute_request') entry.aborted = true;
  }

  /** Undefined while there is room for more; otherwise resolves when there is again. */
  room(): Promise<void> | undefined {
    if (this.waitingBytes < MAX_WAITING_BYTES) return undefined;
    if (this.roomy === undefined) {
      let resolve = (): void => undefined;
      const promise = new Promise<void>((settle) => (resolve = settle));
      this.roomy = { promise, resolve };
    }
    return this.roomy.promise;
  }

  /** Resolves when nothing runs and nothing waits. */
  settled(): Promise<void> {
    if (this.current === undefined) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  private readonly done = (): void => {
    this.current = undefined;
    this.run();
  };

  /** Handles what waits until one request goes on beyond its call. A loop, as thousands may end within theirs. */
  private run(): void {
    if (this.running) return;
    this.running = true;
    while (this.current === undefined) {
      const entry = this.waiting.shift();
      if (entry === undefined) break;
      this.current = entry;
      this.began = performance.now();
      this.waitingBytes -= entry.request.bytes;
      if (this.roomy !== undefined && this.waitingBytes < MAX_WAITING_BYTES / 2) {
        this.roomy.resolve();
        this.roomy = undefined;
      }
      if (this.begun > 0) this.begun -= 1;
      else if (!entry.aborted) entry.work = this.start(entry.request, undefined);
      if (this.waiting.length > 0) this.begin();
      this.handle(entry, this.done);
    }
    this.running = false;
    if (this.current === undefined && this.idle.length > 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  /**
   * Begins what may be begun ahead of its turn: without a gap from the current one on, and nothing that follows an aborted one. Many at
   * a time, so that the executor is not woken for each.
   */
  private begin(): void {
    if (this.begun > this.ahead / 2) return;
    while (this.begun < this.ahead) {
      const entry = this.waiting[this.begun];
      const before = this.begun === 0 ? this.current : this.waiting[this.begun - 1];
      if (entry === undefined || entry.aborted || before?.work === undefined || before.aborted) return;
      entry.work = this.start(entry.request, before.work);
      if (entry.work === undefined) return;
      this.begun += 1;
    }
  }
}
