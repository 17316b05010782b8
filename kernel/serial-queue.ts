/** Requests that must run one after the other. */
import type { Request } from './wire/message';

interface Entry {
  request: Request;
  aborted: boolean;
}

/** Handles one request to its end; never rejects. `aborted`: to be answered without being run. */
export type Handle = (request: Request, aborted: boolean) => void | Promise<void>;

/** Bytes of waiting requests at which the socket is no longer read. */
const MAX_WAITING_BYTES = 512 * 1024 * 1024;

export class SerialQueue {
  private readonly waiting: Entry[] = [];
  private waitingBytes = 0;
  private current: Request | undefined;
  private roomy: { promise: Promise<void>; resolve: () => void } | undefined;
  private idle: (() => void)[] = [];

  constructor(private readonly handle: Handle) {}

  /** Something runs. */
  get busy(): boolean {
    return this.current !== undefined;
  }

  /** Runs the request at once if nothing runs. */
  push(request: Request): void {
    this.waiting.push({ request, aborted: false });
    this.waitingBytes += request.bytes;
    if (this.current === undefined) void this.work();
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

  private async work(): Promise<void> {
    for (let entry = this.waiting.shift(); entry !== undefined; entry = this.waiting.shift()) {
      this.current = entry.request;
      this.waitingBytes -= entry.request.bytes;
      if (this.roomy !== undefined && this.waitingBytes < MAX_WAITING_BYTES / 2) {
        this.roomy.resolve();
        this.roomy = undefined;
      }
      const work = this.handle(entry.request, entry.aborted);
      if (work !== undefined) await work;
    }
    this.current = undefined;
    for (const resolve of this.idle.splice(0)) resolve();
  }
}
