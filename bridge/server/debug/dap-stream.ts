/** The Debug Adapter Protocol on a byte stream: a header with the length of the JSON text that follows. Pure. */

export type DapMessage = Record<string, unknown>;

/** Largest message of a debugger; its values are cut far below that. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_HEADER_BYTES = 4096;
const END_OF_HEADER = '\r\n\r\n';

export function encodeDap(message: DapMessage): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${text.length}${END_OF_HEADER}`), text]);
}

export class DapReader {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  /** Bytes that the next message needs; 0: its header has not come yet. */
  private wanted = 0;

  /** Messages that are complete now. Throws an Error of one sentence when the stream is none of this protocol. */
  push(chunk: Buffer): DapMessage[] {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    const messages: DapMessage[] = [];
    for (;;) {
      if (this.wanted === 0 && !this.readHeader()) return messages;
      if (this.bytes < this.wanted) return messages;
      const all = this.take();
      const text = all.subarray(0, this.wanted).toString();
      this.keep(all.subarray(this.wanted));
      this.wanted = 0;
      const message: unknown = JSON.parse(text);
      if (typeof message !== 'object' || message === null || Array.isArray(message)) throw new Error('a message of the debugger is no object');
      messages.push(message as DapMessage);
    }
  }

  private readHeader(): boolean {
    const all = this.take();
    const end = all.subarray(0, MOST_HEADER_BYTES).indexOf(END_OF_HEADER);
    if (end < 0) {
      this.keep(all);
      if (all.length >= MOST_HEADER_BYTES) throw new Error('the debugger sent a header without an end');
      return false;
    }
    const length = Number(/^Content-Length: (\d+)$/im.exec(all.subarray(0, end).toString('latin1'))?.[1]);
    if (!(length > 0 && length <= MOST_BYTES)) throw new Error(`the debugger sent a message of ${length} bytes`);
    this.wanted = length;
    this.keep(all.subarray(end + END_OF_HEADER.length));
    return true;
  }

  private take(): Buffer {
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.chunks.length = 0;
    this.bytes = 0;
    return all;
  }

  private keep(rest: Buffer): void {
    if (rest.length > 0) this.chunks.push(rest);
    this.bytes = rest.length;
  }
}
