/**
 * Which settled executions keep their outputs for clients that come back: the latest, within a bound for all of them together, since a
 * session may show any number of large pictures. Pure.
 */
import type { Execution } from './execution';

/** Characters of all of them. */
const MOST_CHARACTERS = 256 * 1024 * 1024;

export class ReplayBudget {
  private readonly settled: Execution[] = [];
  private characters = 0;

  /** @param most executions that keep anything. @param mostCharacters see above; for tests. */
  constructor(
    private readonly most: number,
    private readonly mostCharacters: number = MOST_CHARACTERS,
  ) {}

  /** An execution has settled: nothing is added to its outputs any more. Older ones forget theirs when it is too much. */
  settle(execution: Execution): void {
    if (execution.replayCharacters === 0) return;
    this.settled.push(execution);
    this.characters += execution.replayCharacters;
    while (this.settled.length > this.most || (this.characters > this.mostCharacters && this.settled.length > 1)) {
      const oldest = this.settled.shift()!;
      this.characters -= oldest.replayCharacters;
      oldest.forget();
    }
  }
}
