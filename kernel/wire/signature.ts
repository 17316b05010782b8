/** Signatures of messages: HMAC over the four JSON frames as they are on the wire, and memory against replay. */
import { createHmac, createSecretKey, getHashes, timingSafeEqual, type KeyObject } from 'node:crypto';

/** Signs and checks. One per kernel. */
export class Signer {
  private readonly hash: string;
  private readonly key: KeyObject;
  private readonly digestBytes: number;

  /**
   * @param scheme `hmac-HASH`, as the connection file has it.
   * @param key secret of the connection file, not empty.
   * @throws Error, one sentence, for an unknown scheme or an empty key.
   */
  constructor(scheme: string, key: string) {
    const hash = /^hmac-([a-z0-9-]+)$/.exec(scheme)?.[1];
    if (hash === undefined || !getHashes().includes(hash)) throw new Error(`the signature scheme "${scheme}" is not known`);
    if (key === '') throw new Error('the key is empty, so messages could not be signed');
    this.hash = hash;
    this.key = createSecretKey(key, 'utf8');
    this.digestBytes = createHmac(hash, this.key).digest().length;
  }

  /** Signature of an outgoing message: lower-case hex digits. */
  sign(header: string, parent: string, metadata: string, content: string | Buffer): string {
    const hmac = createHmac(this.hash, this.key);
    if (typeof content === 'string') hmac.update(header + parent + metadata + content, 'utf8');
    else hmac.update(header + parent + metadata, 'utf8').update(content);
    return hmac.digest('hex');
  }

  /**
   * Checks a received signature against the received bytes, in constant time.
   * @returns the raw digest, to be remembered against replay, or undefined when it does not fit.
   */
  verify(signature: Buffer, frames: readonly Buffer[]): string | undefined {
    if (signature.length !== 2 * this.digestBytes) return undefined;
    const hmac = createHmac(this.hash, this.key);
    for (const frame of frames) hmac.update(frame);
    const expected = hmac.digest();
    // Hex decoding stops at the first character that is no digit, which leaves a shorter buffer.
    const received = Buffer.from(signature.toString('latin1'), 'hex');
    if (received.length !== expected.length || !timingSafeEqual(received, expected)) return undefined;
    return expected.toString('latin1');
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
