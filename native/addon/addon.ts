/**
 * Everything the native addon exports: Node's face of the Unix socket and the shared memory of each rank.
 * Node itself can neither receive descriptors nor read peer credentials, so the addon owns the listening socket.
 * All callbacks run on the thread of the Node event loop; the addon starts no thread of its own (libuv polls).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What a rank says of itself when it connects (`Hello` in docs/protocol.md). */
export interface RankHello {
  rank: number;
  size: number;
  pid: number;
  /** Index of the last command-log entry that the rank holds, and of the last one it has settled. */
  held: bigint;
  done: bigint;
  /** MessagePack map: host, program, python, mpi, commands it still holds (see docs/architecture.md). */
  extra: Buffer;
}

/** One message out of the output ring, parts already joined. */
export interface RingMessage {
  /** `RingKind` */
  kind: number;
  /** Flags of the last part without `more`; for outcomes the `OutcomeStatus`. */
  flags: number;
  /** Command-log index that the message belongs to; 0: none. For replies, the request number. */
  index: number;
  step: number;
  time: number;
  /** Owned by JavaScript; empty ones are one and the same. */
  payload: Buffer;
}

/** A consistent snapshot of a rank board. Times are CLOCK_MONOTONIC nanoseconds as numbers (exact to microseconds). */
export interface BoardSnapshot {
  /** `RankState` */
  state: number;
  held: number;
  done: number;
  current: number;
  step: number;
  time: number;
  stepBeganNs: number;
  usualStepNs: number;
  updatedNs: number;
  residentBytes: number;
  cpuNs: number;
  mpiSinceNs: number;
  mpiComm: number;
  mpiCall: string;
  cellLine: number;
  interruptPending: number;
  functionErrors: number;
  function: string;
  /** Index of the inline function that runs; 0: none. */
  functionIndex: number;
  /** Name of the exception that the latest inline function left by; empty: none. */
  functionError: string;
  /** Bytes of output that the rank had to drop while no bridge was there, and of messages that arrived incomplete. */
  lostBytes: number;
}

/** What a rank had posted and completed in MPI when it answered a probe (`ProgressPage` in docs/protocol.md). */
export interface ProgressSnapshot {
  /** Number of the probe that it answers. */
  probe: number;
  /** Line of the cell whose call waits; 0: none. */
  cellLine: number;
  /** Cell or inline function that it speaks of; 0: none. */
  cell: number;
  /** `finished` has left the cell without an error, `departed` by an exception; loops over Iprobe and Test are `computing`. */
  activity: 'outside' | 'computing' | 'waiting' | 'finished' | 'departed';
  /** Function of MPI that waits; empty: none. */
  call: string;
  /** What it waits for. `peer`: rank; -1: any; below: none. */
  needs: { kind: 'send' | 'receive' | 'taken' | 'collective'; peer: number; tag: number }[];
  /** All of it, for `isDeadlock`. A copy, owned by JavaScript. */
  record: Uint8Array;
}

/** What is known of how the process of a rank ended. */
export interface RankEnding {
  /** Exit code; null: not known, still running, or ended by a signal. */
  code: number | null;
  /** Signal that ended it; null: not known, still running, or ended by itself. */
  signal: number | null;
  /** Left by the handler of a fatal signal in the rank itself; null: none. `sent`: by a process, not by a fault. */
  crash: { signal: number; address: bigint; sent: boolean; atNs: number; onMainThread: boolean } | null;
}

/** Connection to one rank. The segment stays mapped, and board and ring readable, until `close`. */
export interface RankLink {
  readonly hello: RankHello;
  /**
   * Queues one frame (`SocketFrame`); never blocks. Throws when closed or payload over the limit; does nothing for a dead rank.
   * @param more the caller sends another frame right after this one, and the rank is to be woken once for both.
   */
  send(kind: number, flags: number, index: number, payload?: Uint8Array, more?: boolean): void;
  /** Bytes queued and not yet accepted by the socket. */
  readonly queuedBytes: number;
  board(): BoardSnapshot;
  /** Its answer to the latest probe; null: none yet, or it died while it wrote one. Throws when closed. */
  progress(): ProgressSnapshot | null;
  /**
   * How the rank's process ended; at any time, also after `close`. On Linux before 6.15 the exit status is known only if it was still
   * there when the connection closed: whoever started the rank may have fetched it before.
   */
  ending(): RankEnding;
  /**
   * Stops (true) or restarts (false) the delivery of ring messages: back-pressure up to the rank. What a rank left in its ring
   * when it died is delivered all the same, so that `gone` is not delayed.
   */
  hold(on: boolean): void;
  /**
   * Messages before `position` (of the ring, as given to `messages`) were handled by an earlier bridge: they are not delivered. Only in
   * the callback `rank`. A position that is not in the ring is ignored.
   */
  skip(position: number): void;
  /** Reads what is left in the ring, also after the rank is gone; used for last words. */
  drain(): RingMessage[];
  /** Idempotent. Frames that are queued are still sent, for at most 5 s. */
  close(): void;
}

export interface ListenerCallbacks {
  /** A rank with a valid hello and segment of our uid. */
  rank(link: RankLink): void;
  /**
   * Ring messages of a rank, in order; at most about 1 MiB a call. Neighbouring messages of kind stdout (or stderr) with equal
   * index, step and time arrive as one, and long ones in parts. The ring is given back up to `position`, bytes ever written, when
   * the callback has returned: until then they are the next bridge's as well, should this one be killed.
   */
  messages(link: RankLink, messages: RingMessage[], position: number): void;
  /** The rank's socket closed or failed; called once. The ring has been drained through `messages` before. */
  gone(link: RankLink, reason: string): void;
  /** The rank has answered the latest `probe` frame that was sent to it: see `RankLink.progress`. Also while it is held. */
  probed(link: RankLink): void;
  /** A connection that was turned away: wrong uid, version, malformed hello, bad segment. */
  refused(reason: string): void;
}

export interface RankListener {
  /** Stops listening and removes the socket file; links stay open. Idempotent. */
  close(): void;
}

export interface Addon {
  readonly protocolVersion: number;
  /**
   * Binds a Unix socket (mode 0600) and accepts ranks. Throws with a clear message when it cannot.
   * `helloTimeoutMs`: how long a new connection may take for its hello; default 10,000, at most 3,600,000.
   */
  listen(path: string, callbacks: ListenerCallbacks, options?: { helloTimeoutMs?: number }): RankListener;
  /**
   * Is it certain that no waiting rank can ever go on by itself? Each argument has the `record` of every rank, in the order of
   * ranks; those of `second` were taken at least 100 ms later. Never true when a rank computes. Throws for anything but whole records.
   */
  isDeadlock(first: readonly Uint8Array[], second: readonly Uint8Array[]): boolean;
  /** Whether JSON takes a text as it is: ASCII without quotes, backslashes and control characters. Some GB a second. Throws for anything but bytes. */
  isPlain(text: Uint8Array): boolean;
  /**
   * Makes the file system ask again for size and times of an open file, which Node's `stat` and reads then have; on network file systems they
   * may be some seconds old. The descriptor must stay open until then. Works off the event loop.
   * Never rejects: what is wrong with the file, its reader meets next.
   */
  refresh(fd: number): Promise<void>;
  /** CLOCK_MONOTONIC in nanoseconds, to compare with board times. */
  monotonicNs(): number;
}

/** What the addon exports for this file only. */
interface NativeAddon extends Addon {
  /** From now on messages are laid into `memory` and read by `read`. */
  readBy(memory: Uint8Array, read: (list: RingMessage[] | undefined, end: number, last: Buffer | undefined) => RingMessage[]): void;
}

/** Room for some hundred short messages; when it is full they are read, and the next ones laid down. */
const MEMORY_BYTES = 64 * 1024;
/** Of a `RingFrame` (docs/protocol.md): u32 length, u16 kind, u16 flags, u64 index, i64 step, f64 time; payloads are filled up to 8. */
const FRAME_BYTES = 32;
const NO_PAYLOAD = Buffer.alloc(0);

/**
 * Makes the objects of messages that the addon has laid into a memory, frame after frame. Objects made here cost a tenth of those that
 * native code makes property by property.
 */
function readMessagesOf(native: NativeAddon): void {
  const memory = new ArrayBuffer(MEMORY_BYTES);
  const bytes = Buffer.from(memory);
  const words = new Uint32Array(memory);
  const doubles = new Float64Array(memory);
  native.readBy(bytes, (list, end, last) => {
    const messages = list ?? [];
    let length = 0;
    for (let at = 0; at < end; at += FRAME_BYTES + ((length + 7) & ~7)) {
      const word = at >> 2;
      length = words[word]!;
      const kindAndFlags = words[word + 1]!;
      const indexHigh = words[word + 3]!;
      const stepHigh = words[word + 5]! | 0;
      let payload = NO_PAYLOAD;
      if (length > 0) {
        payload = Buffer.allocUnsafe(length);
        bytes.copy(payload, 0, at + FRAME_BYTES, at + FRAME_BYTES + length);
      }
      messages.push({
        kind: kindAndFlags & 0xffff,
        flags: kindAndFlags >>> 16,
        index: indexHigh === 0 ? words[word + 2]! : indexHigh * 2 ** 32 + words[word + 2]!,
        step: stepHigh === 0 ? words[word + 4]! : stepHigh * 2 ** 32 + words[word + 4]!,
        time: doubles[(at >> 3) + 3]!,
        payload,
      });
    }
    if (last) messages[messages.length - 1]!.payload = last;
    return messages;
  });
}

let loaded: NativeAddon | null = null;

/** Loads the addon: `ALLRANKS_ADDON`, the build folder of a checkout, or the library folder of an installation. */
export function loadAddon(): Addon {
  // This file runs as built (dist/native/addon) and, in tests, as source (native/addon).
  const roots = [join(__dirname, '..', '..', '..'), join(__dirname, '..', '..')];
  const places = roots.flatMap((root) => [join(root, 'build', 'lib', 'allranks.node'), join(root, 'lib', 'allranks.node')]);
  const candidates = [process.env['ALLRANKS_ADDON'], ...places];
  for (const path of candidates) {
    if (path && existsSync(path)) {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a native addon has no import form
      const native = require(path) as NativeAddon;
      if (native !== loaded) readMessagesOf(native);
      return (loaded = native);
    }
  }
  throw new Error('the native addon allranks.node was not found; run: npm run setup');
}
