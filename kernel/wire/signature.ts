/** Signatures of messages: HMAC over the four JSON frames as they are on the wire, and memory against replay. */
import { createHash, getHashes, hash, timingSafeEqual } from 'node:crypto';

/** Bytes that a hash takes at a time, which HMAC needs to know. These are all that Jupyter is ever configured to use. */
const BLOCK_BYTES: ReadonlyMap<string, number> = new Map([
  ['md5', 64],
  ['sha1', 64],
  ['sha224', 64],
  ['sha256', 64],
  ['sha384', 128],
  ['sha512', 128],
  ['sha3-256', 136],
  ['sha3-512', 72],
  ['blake2b512', 128],
  ['blake2s256', 64],
]);
/** Messages up to this size are hashed in one call. */
const AT_ONCE_BYTES = 16 * 1024;

/**
 * Signs and checks. One per kernel.
 *
 * HMAC is put together here from two one-shot hashes (RFC 2104): setting up `createHmac` takes longer than hashing a message, and a cell
 * needs five.
 */
export class Signer {
  private readonly hash: string;
  private readonly block: number;
  /** The key for the inner hash, then room for a message; the key for the outer hash, then the inner digest. */
  private readonly inner: Buffer;
  private readonly outer: Buffer;
  /** The signature that a received message should have, hex digits. */
  private readonly expected: Buffer;

  /**
   * @param scheme `hmac-HASH`, as the connection file has it.
   * @param key secret of the connection file, not empty.
   * @throws Error, one sentence, for an unknown scheme or an empty key.
   */
  constructor(scheme: string, key: string) {
    const name = /^hmac-([a-z0-9-]+)$/.exec(scheme)?.[1] ?? '';
    const block = BLOCK_BYTES.get(name);
    if (block === undefined || !getHashes().includes(name)) throw new Error(`the signature scheme "${scheme}" is not known`);
    if (key === '') throw new Error('the key is empty, so messages could not be signed');
    this.hash = name;
    this.block = block;
    let secret = Buffer.from(key, 'utf8');
    if (secret.length > block) secret = hash(name, secret, 'buffer');
    const digestBytes = hash(name, '', 'buffer').length;
    this.inner = Buffer.alloc(block + AT_ONCE_BYTES, 0x36);
    this.outer = Buffer.alloc(block + digestBytes, 0x5c);
    for (const [at, byte] of secret.entries()) {
      this.inner[at]! ^= byte;
      this.outer[at]! ^= byte;
    }
    this.expected = Buffer.alloc(2 * digestBytes);
  }

  /** Signature of an outgoing message: lower-case hex digits. */
  sign(header: string, parent: string, metadata: string, content: string | Buffer): string {
    if (typeof content !== 'string') return this.signLong([Buffer.from(header + parent + metadata), content]);
    const text = header + parent + metadata + content;
    // A UTF-16 unit takes three bytes at most.
    if (3 * text.length > AT_ONCE_BYTES) return this.signLong([Buffer.from(text)]);
    return this.finish(this.block + this.inner.write(text, this.block, 'utf8'));
  }

  /**
   * Checks a received signature against the received bytes, in constant time.
   * @returns the signature, to be remembered against replay, or undefined when it does not fit.
   */
  verify(signature: Buffer, frames: readonly Buffer[]): string | undefined {
    const { expected } = this;
    if (signature.length !== expected.length) return undefined;
    const own = this.signFrames(frames);
    expected.write(own, 'latin1');
    return timingSafeEqual(signature, expected) ? own : undefined;
  }

  private signFrames(frames: readonly Buffer[]): string {
    let end = this.block;
    for (const frame of frames) {
      if (end + frame.length > this.inner.length) return this.signLong(frames);
      this.inner.set(frame, end);
      end += frame.length;
    }
    return this.finish(end);
  }

  /** Signature of what stands in `inner`. */
  private finish(end: number): string {
    this.outer.write(hash(this.hash, this.inner.subarray(0, end), 'binary'), this.block, 'latin1');
    return hash(this.hash, this.outer, 'hex');
  }

  private signLong(parts: readonly Buffer[]): string {
    const inner = createHash(this.hash).update(this.inner.subarray(0, this.block));
    for (const part of parts) inner.update(part);
    this.outer.write(inner.digest('binary'), this.block, 'latin1');
    return hash(this.hash, this.outer, 'hex');
  }
}

/**
 * Remembers digests that were accepted. Two generations, so that forgetting the oldest costs nothing per message: at
 * least `capacity` and at most twice as many of the latest digests are known.
 */
export class ReplayGuard {
  private young = new Set<string>();
  private old = new Set<string>();

  constructor(private readonly capacity = 65_536) {}

  /** True the first time, false for a digest that is remembered. */
  accept(digest: string): boolean {
    if (this.young.has(digest) || this.old.has(digest)) return false;
    if (this.young.size >= this.capacity) {
      this.old = this.young;
      this.young = new Set();
    }
    this.young.add(digest);
    return true;
  }
}
