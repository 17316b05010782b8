/**
 * Framing of the cell protocol: u32 big-endian length, then one MessagePack map. Pure; knows nothing of sockets.
 */
import { Decoder, Encoder } from '@msgpack/msgpack';
import { CLIENT_FRAME_BYTES } from './generated';
import type { ErrorCode } from './generated';
import { longTextCodec } from './long-text';

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
  if (body.length > CLIENT_FRAME_BYTES) {
    throw new BridgeError('too_large', `a message of ${body.length} bytes is over the limit of ${CLIENT_FRAME_BYTES} bytes`);
  }
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32BE(body.length, 0);
  frame.set(body, 4);
  return frame;
}

/** Takes a byte stream apart into messages. After it threw, the stream is lost and the connection must be closed. */
export class FrameReader<Message = unknown> {
  private chunks: Buffer[] = [];
  private length = 0;

  /** @param read makes a message of a frame's body. */
  constructor(
    private readonly limit: number = CLIENT_FRAME_BYTES,
    private readonly read: (body: Buffer) => Message = unpack as (body: Buffer) => Message,
  ) {}

  /** Adds bytes; returns every message that is complete now. Throws `too_large`, `malformed` or as `read` does. */
  push(chunk: Buffer): Message[] {
    const messages: Message[] = [];
    const rest = this.length === 0 ? this.whole(chunk, messages) : chunk;
    if (rest.length === 0) return messages;
    this.chunks.push(rest);
    this.length += rest.length;
    while (this.length >= 4) {
      const size = this.head().readUInt32BE(0);
      if (size > this.limit) throw new BridgeError('too_large', `a frame of ${size} bytes is over the limit of ${this.limit} bytes`);
      if (this.length < 4 + size) break;
      const all = this.join();
      messages.push(this.read(all.subarray(4, 4 + size)));
      const rest = all.subarray(4 + size);
      this.chunks = rest.length > 0 ? [rest] : [];
      this.length = rest.length;
    }
    return messages;
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
    return this.length;
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
