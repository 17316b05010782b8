/** Sets of ranks as users write and read them: `0-2,5`. Pure. */

/** Ranges of a set of ranks, ascending: [0,1,2,5] gives "0-2,5". */
export function formatRanks(ranks: Iterable<number>): string {
  const given = [...ranks];
  // As they mostly are: this is done for every cell.
  const ascending = given.every((rank, at) => at === 0 || given[at - 1]! < rank);
  const sorted = ascending ? given : [...new Set(given)].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    while (j + 1 < sorted.length && sorted[j + 1] === sorted[j]! + 1) j += 1;
    parts.push(j === i ? `${sorted[i]}` : `${sorted[i]}-${sorted[j]}`);
    i = j + 1;
  }
  return parts.join(',');
}

/** "rank 3" or "ranks 0-2,5". */
export function nameRanks(ranks: readonly number[]): string {
  return `${ranks.length === 1 ? 'rank' : 'ranks'} ${formatRanks(ranks)}`;
}

/**
 * Reads `all` or a list like `0,2-3`. Returns the ranks ascending without duplicates, or a sentence that says what is
 * wrong. `size` is the number of ranks of the job.
 */
export function parseRanks(text: string, size: number): number[] | string {
  const trimmed = text.trim();
  if (trimmed === 'all') return Array.from({ length: size }, (_, rank) => rank);
  if (trimmed === '') return 'no ranks given: write for example %%ranks 0,2-3 or %%ranks all';
  const ranks = new Set<number>();
  for (const part of trimmed.split(',')) {
    const match = /^\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?$/.exec(part);
    if (!match) return `"${part.trim()}" is not a rank or a range of ranks: write for example 0,2-3 or all`;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first) return `the range ${first}-${last} runs backwards`;
    if (last >= size) return `there is no rank ${last}: this job has ${size === 1 ? '1 rank, 0' : `${size} ranks, 0 to ${size - 1}`}`;
    for (let rank = first; rank <= last; rank += 1) ranks.add(rank);
  }
  return [...ranks].sort((a, b) => a - b);
}
