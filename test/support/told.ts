/** What ranks tell of each call, a line `NAME RANK STATUS TEXT` of a test program: status 1 for success, then without text. */
export class Told {
  private readonly lines = new Map<string, string[]>();

  constructor(output: string) {
    for (const line of output.split('\n')) {
      const [, name, rank, status, text] = /^(\w+) (\d) ([01]) (.*)$/.exec(line) ?? [];
      if (name !== undefined) this.of(name, true).push(`${rank} ${status} ${text}`);
    }
  }

  /** `RANK STATUS TEXT` of every line of that name. */
  of(name: string, make = false): string[] {
    const found = this.lines.get(name) ?? [];
    if (make) this.lines.set(name, found);
    return found;
  }

  /** Each of `ranks` ranks has told this once: nothing for success, else the text of its failure. */
  expectAll(name: string, text: string | RegExp | ((rank: number) => string | RegExp | undefined) | undefined, ranks = 3): void {
    const lines = [...this.of(name)].sort();
    expect([name, lines.length]).toEqual([name, ranks]);
    lines.forEach((line, rank) => {
      const expected = typeof text === 'function' ? text(rank) : text;
      if (expected instanceof RegExp)
        expect([name, line]).toEqual([name, expect.stringMatching(new RegExp(`^${rank} 0 ${expected.source}$`))]);
      else expect([name, line]).toEqual([name, expected === undefined ? `${rank} 1 ` : `${rank} 0 ${expected}`]);
    });
  }
}
