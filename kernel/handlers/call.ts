/** What a handler gets: the request, ways to answer it, and the parts of the kernel that it may use. */
import type { DebugState } from '../debugger';
import type { CellOutputs } from '../cell-output';
import type { ChannelName } from '../channels/connection-file';
import type { StdinChannel } from '../channels/stdin';
import type { Executor } from '../executor';
import type { Publisher } from '../publisher';
import type { Request } from '../wire/message';
import type { SubmittedCell } from './submitted-cell';

/** One request being handled. */
export interface Call {
  readonly request: Request;
  /** The request is to be answered without being run: a cell before it failed. */
  readonly aborted: boolean;
  /** The request's cell, if it has been submitted already. */
  readonly submitted: SubmittedCell | undefined;
  /** Sends the reply, at once. At most one reply per request is sent, later ones are ignored. */
  reply(content: object, metadata?: unknown): void;
  /** Sends the reply when everything published so far is with ZeroMQ. */
  replyAfterOutputs(content: object, metadata?: unknown): void;
  /** The request has not ended when its handler returns: it ends with `end`. */
  defer(): void;
  /** Ends the request; only the first call counts. `error` becomes an error reply. */
  end(error?: unknown): void;
}

/** Work whose end can be awaited no longer. */
export interface Abandonable {
  abandon(error: Error): void;
}

/** Parts of the kernel, the same for all requests. */
export interface Services {
  readonly executor: Executor;
  readonly publisher: Publisher;
  readonly outputs: CellOutputs;
  readonly stdin: StdinChannel;
  /** Last execution count that the executor told: for replies to cells that never got one. */
  readonly state: { executionCount: number };
  readonly ports: Record<ChannelName, number>;
  /** Undefined: the executor has no debugger. */
  readonly debug: DebugState | undefined;
  /** Parent of the debugger's events from now on, JSON text of a header. */
  debugParent(parentJson: string): void;
  /** Breaks the running cell or comm message and a wait for input; a no-op when nothing runs. */
  interrupt(): Promise<void>;
  /** Ends the kernel after this request. `restart`: the front end wants another one in its place. */
  stop(restart?: boolean): void;
  /** Marks the execute requests that were sent so far, also those still in the socket, to be answered as aborted. */
  abortQueued(): Promise<void>;
  /** What is with the executor and waits for its answer: given up when the kernel stops. */
  readonly running: Set<Abandonable>;
}

/**
 * Handles one request. What it throws becomes an error reply; busy and idle are around it, see `kernel.ts`. The request ends when the
 * handler returns, when its promise settles, or, after `call.defer`, with `call.end`.
 */
export type Handler = (call: Call, services: Services) => void | Promise<void>;

/** How long the executor may take to answer a question, ms. It has bounds of its own; this one is the last resort. */
export const ANSWER_MS = 10_000;
