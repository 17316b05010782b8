/** Lines `RANK:NUMBER` that every rank printed with numbers from 0 on, in the text that a notebook shows. */

/** The cell that prints them; `allranks` is imported. Not even two ranks print the same line. */
export const rankLines = (count: number): string => `for i in range(${count}): print(f'{allranks.rank}:{i}')`;

export interface RankLines {
  /** How many lines of each rank came. */
  counts: number[];
  /** The first lines that are of no rank, carry a label that is not theirs, or are not the next of their rank. */
  wrong: string[];
}

const MOST_WRONG = 5;

/** Goes through the whole text; rank 0 has no label, the others have theirs. */
export function readRankLines(text: string, ranks: number): RankLines {
  const counts = Array.from({ length: ranks }, () => 0);
  const wrong: string[] = [];
  const pattern = /(?:\[rank (\d+)\] )?(\d+):(\d+)\n/y;
  for (let at = 0; at < text.length && wrong.length < MOST_WRONG; ) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    const rank = found === null ? NaN : Number(found[2]);
    if (found !== null && Number(found[1] ?? 0) === rank && counts[rank] === Number(found[3])) {
      counts[rank] += 1;
      at = pattern.lastIndex;
      continue;
    }
    const end = text.indexOf('\n', at) + 1 || text.length;
    wrong.push(text.slice(Math.max(0, at - 40), end));
    at = end;
  }
  return { counts, wrong };
}
