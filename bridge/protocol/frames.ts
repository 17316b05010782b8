/**
 * Framing of the cell protocol: u32 big-endian length, then one MessagePack map. Pure; knows nothing of sockets.
 */
import { Decoder, Encoder } from '@msgpack/msgpack';
import { CLIENT_FRAME_BYTES } from './generated';
import type { ErrorCode } from './generated';
import { longTextCodec, packPieces as inPieces } from './long-text';

/** A fault of the protocol or of the bridge, with a code of `schema.json` and a sentence for the user. */
export class BridgeError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'BridgeError';
  }
}

// One encoder and decoder for all: both are used synchronously only. Undefined members are left out, as in JSON.
const encoder = new Encoder({ ignoreUndefined: true, extensionCodec: longTextCodec });
const decoder = new Decoder({ extensionCodec: longTextCodec });

/** MessagePack of any plain value. Throws for functions, symbols and cycles deeper than 100. */
export function pack(value: unknown): Buffer {
  return Buffer.from(encoder.encodeSharedRef(value));
}

const encodeShared = (value: unknown): Uint8Array => encoder.encodeSharedRef(value);

/** The same in pieces to be written one after the other: what is long in it is not copied, and must not change until then. */
export const packPieces = (value: unknown): Buffer[] => inPieces(encodeShared, value);

/** Inverse of `pack`. Throws a `BridgeError` `malformed` for anything that is not exactly one value. */
export function unpack(bytes: Uint8Array): unknown {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new BridgeError('malformed', `not a MessagePack value: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** One frame. Throws `too_large` when the message exceeds what the peer accepts. */
export function encodeFrame(message: unknown): Buffer {
  const body = encoder.encodeSharedRef(message);
  if (body.length > CLIENT_FRAME_BYTES) throw tooLarge(body.length);
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32BE(body.length, 0);
  frame.set(body, 4);
  return frame;
}

/** The same in pieces, for messages that may hold something long. */
export function encodeFramePieces(message: unknown): Buffer[] {
  const pieces = packPieces(message);
  let length = 0;
  for (const piece of pieces) length += piece.length;
  if (length > CLIENT_FRAME_BYTES) throw tooLarge(length);
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32BE(length, 0);
  return [head, ...pieces];
}

function tooLarge(length: number): BridgeError {
  return new BridgeError('too_large', `a message of ${length} bytes is over the limit of ${CLIENT_FRAME_BYTES} bytes`);
}

/** Frames of this many bytes get memory of their own, so that each of their bytes is copied once. */
const OWN_MEMORY_BYTES = 256 * 1024;
/** Bytes before and behind such a frame in its memory, for who makes something of it in place. */
const MARGIN_BYTES = 4096;
const memories = new WeakSet<ArrayBufferLike>();

/** Bytes on either side of a part of a message that nobody uses any more when the message has been read; 0: they are of other messages. */
export function roomAround(part: Buffer): number {
  return memories.has(part.buffer) ? Math.min(part.byteOffset, part.buffer.byteLength - part.byteOffset - part.length) : 0;
}

/** Takes a byte stream apart into messages. After it threw, the stream is lost and the connection must be closed. */
export class FrameReader<Message = unknown> {
  private chunks: Buffer[] = [];
  private length = 0;
  /** The body of a long frame, and how much of it is there. */
  private body: Buffer | null = null;
  private filled = 0;

  /** @param read makes a message of a frame's body. @param borrowed chunks are the caller's again when `push` has returned. */
  constructor(
    private readonly limit: number = CLIENT_FRAME_BYTES,
    private readonly read: (body: Buffer) => Message = unpack as (body: Buffer) => Message,
    private readonly borrowed = false,
  ) {}

  /** Adds bytes; returns every message that is complete now. Throws `too_large`, `malformed` or as `read` does. */
  push(chunk: Buffer): Message[] {
    const messages: Message[] = [];
    let bytes = chunk;
    if (this.body !== null) {
      const copied = bytes.copy(this.body, this.filled);
      this.filled += copied;
      if (this.filled < this.body.length) return messages;
      messages.push(this.read(this.body));
      this.body = null;
      bytes = bytes.subarray(copied);
    }
    if (bytes.length > 0) this.add(this.borrowed ? Buffer.from(bytes) : bytes, messages);
    return messages;
  }

  private add(chunk: Buffer, messages: Message[]): void {
    const rest = this.length === 0 ? this.whole(chunk, messages) : chunk;
    if (rest.length === 0) return;
    this.chunks.push(rest);
    this.length += rest.length;
    while (this.length >= 4) {
      const size = this.head().readUInt32BE(0);
      if (size > this.limit) throw new BridgeError('too_large', `a frame of ${size} bytes is over the limit of ${this.limit} bytes`);
      if (this.length < 4 + size) {
        if (size >= OWN_MEMORY_BYTES) this.begin(size);
        return;
      }
      const all = this.join();
      messages.push(this.read(all.subarray(4, 4 + size)));
      const rest = all.subarray(4 + size);
      this.chunks = rest.length > 0 ? [rest] : [];
      this.length = rest.length;
    }
  }

  /** A long frame, of which what has come is a part. */
  private begin(size: number): void {
    const memory = Buffer.allocUnsafeSlow(MARGIN_BYTES + size + MARGIN_BYTES);
    memories.add(memory.buffer);
    this.body = memory.subarray(MARGIN_BYTES, MARGIN_BYTES + size);
    this.filled = this.join().copy(this.body, 0, 4);
    this.chunks = [];
    this.length = 0;
  }

  /** Takes the frames off that lie in the chunk as a whole, as nearly all do; returns the rest. */
  private whole(chunk: Buffer, messages: Message[]): Buffer {
    let at = 0;
    while (chunk.length - at >= 4) {
      const size = chunk.readUInt32BE(at);
      const end = at + 4 + size;
      if (end > chunk.length || size > this.limit) break;
      messages.push(this.read(chunk.subarray(at + 4, end)));
      at = end;
    }
    return at === 0 ? chunk : chunk.subarray(at);
  }

  /** Bytes of a frame that is not complete. */
  get pending(): number {
    return this.body === null ? this.length : 4 + this.filled;
  }

  private head(): Buffer {
    const first = this.chunks[0]!;
    return first.length >= 4 ? first : this.join();
  }

  private join(): Buffer {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks, this.length)];
    return this.chunks[0]!;
  }
}
