/** History of a job: what Jupyter's history request asks for, over all runs in the job folder. Pure. */

export interface HistoryCell {
  session: number;
  line: number;
  input: string;
  output: string | null;
  /** It has run, and went well on all ranks. */
  ok?: boolean;
}

export type HistoryAnswer = [number, number, string | [string, string | null]][];

/** Cells kept for questions; the journal keeps all. */
const KEPT = 10_000;

export class History {
  private cells: HistoryCell[] = [];

  /** @param session number of this run, 1 for the first in its folder. */
  constructor(public session: number = 1) {}

  /** Adds a cell that counts; `line` is its execution count. */
  add(line: number, input: string, session: number = this.session): void {
    this.cells.push({ session, line, input, output: null });
    if (this.cells.length > KEPT + 1000) this.cells = this.cells.slice(-KEPT);
  }

  /** A cell of a session has gone well. */
  succeed(line: number, session: number = this.session): void {
    const cell = this.find(line, session);
    if (cell) cell.ok = true;
  }

  /** Cells of this run that went well, in order. */
  successes(): HistoryCell[] {
    return this.cells.filter((cell) => cell.ok === true && cell.session === this.session);
  }

  /** The text result of a cell of a session. */
  setOutput(line: number, output: string, session: number = this.session): void {
    const cell = this.find(line, session);
    if (cell) cell.output = output;
  }

  /** From the end: it is mostly the last one. */
  private find(line: number, session: number): HistoryCell | undefined {
    for (let i = this.cells.length - 1; i >= 0; i -= 1) {
      const cell = this.cells[i]!;
      if (cell.line === line && cell.session === session) return cell;
    }
    return undefined;
  }

  /** Answers a history request (`HistoryRequest` of the kernel). Unknown or odd arguments give an empty list. */
  answer(args: Record<string, unknown>): HistoryAnswer {
    const output = args['output'] === true;
    const number = (name: string, fallback: number): number => {
      const value = args[name];
      return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
    };
    let found: HistoryCell[];
    switch (args['access']) {
      case 'tail':
        found = lastOf(this.cells, number('n', 10));
        break;
      case 'range': {
        // Session 0 is the current one, negative numbers count back from it.
        const asked = number('session', 0);
        const session = asked <= 0 ? this.session + asked : asked;
        const start = number('start', 1);
        const stop = args['stop'] === null || args['stop'] === undefined ? Infinity : number('stop', Infinity);
        found = this.cells.filter((cell) => cell.session === session && cell.line >= start && cell.line < stop);
        break;
      }
      case 'search': {
        const matches = globMatcher(typeof args['pattern'] === 'string' ? args['pattern'] : '*');
        found = this.cells.filter((cell) => matches(cell.input));
        if (args['unique'] === true) {
          const last = new Map<string, HistoryCell>();
          for (const cell of found) {
            last.delete(cell.input);
            last.set(cell.input, cell);
          }
          found = [...last.values()];
        }
        found = lastOf(found, number('n', Infinity));
        break;
      }
      default:
        found = [];
    }
    return found.map((cell) => [cell.session, cell.line, output ? [cell.input, cell.output] : cell.input]);
  }
}

function lastOf<T>(items: readonly T[], n: number): T[] {
  return n <= 0 ? [] : n >= items.length ? [...items] : items.slice(-Math.floor(n));
}

/**
 * Matcher for a shell glob (`*`, `?`, `[set]`) over the whole text, as SQLite's GLOB which IPython uses. Two pointers
 * with one way back, so that no pattern takes more than quadratic time.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  type Piece = { star: true } | { star: false; fits: (char: string) => boolean };
  const pieces: Piece[] = [];
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i]!;
    if (char === '*') {
      if (!pieces.at(-1)?.star) pieces.push({ star: true });
    } else if (char === '?') {
      pieces.push({ star: false, fits: () => true });
    } else if (char === '[' && chars.indexOf(']', i + 2) > 0) {
      const end = chars.indexOf(']', i + 2);
      const negate = chars[i + 1] === '^' || chars[i + 1] === '!';
      const set = chars.slice(i + (negate ? 2 : 1), end);
      pieces.push({ star: false, fits: (c) => inSet(set, c) !== negate });
      i = end;
    } else {
      pieces.push({ star: false, fits: (c) => c === char });
    }
  }
  return (text) => {
    const subject = [...text];
    let p = 0;
    let t = 0;
    let starAt = -1;
    let starText = 0;
    while (t < subject.length) {
      const piece = pieces[p];
      if (piece && !piece.star && piece.fits(subject[t]!)) {
        p += 1;
        t += 1;
      } else if (piece?.star) {
        starAt = p;
        starText = t;
        p += 1;
      } else if (starAt >= 0) {
        starText += 1;
        t = starText;
        p = starAt + 1;
      } else {
        return false;
      }
    }
    while (pieces[p]?.star) p += 1;
    return p === pieces.length;
  };
}

function inSet(set: readonly string[], char: string): boolean {
  for (let i = 0; i < set.length; i += 1) {
    if (set[i + 1] === '-' && i + 2 < set.length) {
      if (char >= set[i]! && char <= set[i + 2]!) return true;
      i += 2;
    } else if (set[i] === char) {
      return true;
    }
  }
  return false;
}
