/** Keeps messages within what a reader takes in a window of time. Pure but for its clock. */

export interface Pace {
  windowMs: number;
  /** Messages in any window. */
  messages: number;
  /** Bytes of text messages in any window. */
  textBytes: number;
}

export class Pacer {
  /** Times and bytes of the messages in the window, oldest first, from `first` on. */
  private times: number[] = [];
  private sizes: number[] = [];
  private first = 0;
  private bytes = 0;

  constructor(
    private readonly pace: Pace,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Milliseconds until a message with so many bytes of text may leave, 0: now. One that is larger than the limit itself may
   * leave when the window is empty.
   */
  wait(textBytes: number): number {
    this.forget();
    let count = this.times.length - this.first;
    let { bytes } = this;
    let at = this.first;
    while (count > 0 && (count + 1 > this.pace.messages || (textBytes > 0 && bytes + textBytes > this.pace.textBytes))) {
      bytes -= this.sizes[at]!;
      at += 1;
      count -= 1;
      // Without text in the window nothing is gained by waiting for bytes.
      if (bytes === 0 && count + 1 <= this.pace.messages) break;
    }
    return at === this.first ? 0 : Math.max(1, this.times[at - 1]! + this.pace.windowMs - this.now());
  }

  /** A message leaves now. */
  note(textBytes: number): void {
    this.times.push(this.now());
    this.sizes.push(textBytes);
    this.bytes += textBytes;
  }

  private forget(): void {
    const limit = this.now() - this.pace.windowMs;
    while (this.first < this.times.length && this.times[this.first]! <= limit) {
      this.bytes -= this.sizes[this.first]!;
      this.first += 1;
    }
    if (this.first > 1024 && this.first * 2 > this.times.length) {
      this.times = this.times.slice(this.first);
      this.sizes = this.sizes.slice(this.first);
      this.first = 0;
    }
  }
}
