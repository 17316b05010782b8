/** What ranks are told that wait in MPI for ever, and the roll call: ranks in the same place share a sentence. Pure. */
import type { ProgressSnapshot } from '../../../native/addon/addon';
import { nameRanks } from '../rank-set';

/** A rank that has left a cell or an inline function. */
export interface Left {
  rank: number;
  how: 'error' | 'finished' | 'skipped' | 'lost';
  /** Name of the exception. */
  why?: string;
}

/** A rank that waits in a call of MPI. */
export interface Waiting {
  rank: number;
  /** "MPI_Recv from rank 0" */
  call: string;
  /** Line of the cell; 0: unknown. */
  line: number;
}

/** What ranks are in, as sentences name it. */
export interface Watched {
  name: string;
  line: string;
}

export const THIS_CELL: Watched = { name: 'this cell', line: 'cell line' };

/** Different places told in one sentence; the rest is counted. */
const MOST_GROUPS = 8;

/** The call with its partner, where it has exactly one. */
export function callText(progress: Pick<ProgressSnapshot, 'call' | 'needs'>): string {
  const { call, needs } = progress;
  if (needs.length !== 1) return call;
  const { kind, peer } = needs[0]!;
  // Calls that gather their ranks before they begin do so by messages of the library's own.
  if (kind === 'receive' && !/^MPI_(Comm|Intercomm|Cart|Graph|Dist_graph|Win|File)_/.test(call)) return peer === -1 ? `${call} from any rank` : peer >= 0 ? `${call} from rank ${peer}` : call;
  if (kind === 'send' && peer >= 0) return `${call} to rank ${peer}`;
  return call;
}

/** Groups ranks by a text; groups in order of their lowest rank. */
export function groupRanks<T extends { rank: number }>(items: readonly T[], text: (item: T) => string): { text: string; ranks: number[]; items: T[] }[] {
  const groups = new Map<string, { text: string; ranks: number[]; items: T[] }>();
  for (const item of [...items].sort((a, b) => a.rank - b.rank)) {
    const key = text(item);
    const group = groups.get(key) ?? { text: key, ranks: [], items: [] };
    group.ranks.push(item.rank);
    group.items.push(item);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** "rank 1 left this cell with ValueError, ranks 2-3 have finished this cell". `what`: "this cell", or the name of an inline function. */
export function leftText(left: readonly Left[], what: string): string {
  const order: Left['how'][] = ['lost', 'error', 'finished', 'skipped'];
  const parts: string[] = [];
  for (const how of order) {
    for (const { text, ranks } of groupRanks(left.filter((one) => one.how === how), (one) => one.why ?? '')) {
      const many = ranks.length > 1;
      const name = nameRanks(ranks);
      if (how === 'error') parts.push(`${name} left ${what} with ${text || 'an error'}`);
      else if (how === 'finished') parts.push(`${name} ${many ? 'have' : 'has'} finished ${what}`);
      else if (how === 'skipped') parts.push(`${name} ${many ? 'do' : 'does'} not run ${what} (%%ranks)`);
      else parts.push(`${name} ${many ? 'are' : 'is'} lost${text ? ` (${text})` : ''}`);
    }
  }
  return limited(parts);
}

/** "rank 0 in MPI_Barrier (cell line 2), rank 1 in MPI_Recv from rank 0 (cell line 4)" */
export function rollCall(waiting: readonly Waiting[], watched: Watched = THIS_CELL): string {
  return limited(groupRanks(waiting, (one) => `${one.call}${one.line > 0 ? ` (${watched.line} ${one.line})` : ''}`).map(({ text, ranks }) => `${nameRanks(ranks)} in ${text}`));
}

/**
 * The sentence of every waiting rank. When some have left, each is told who, and where it was itself; else all get the roll call.
 * @param watched names of what is watched and of its lines: "this cell" and "cell line", or "function analyse" and "line".
 */
export function releaseSentences(left: readonly Left[], waiting: readonly Waiting[], watched: Watched = THIS_CELL): Map<number, string> {
  const sentences = new Map<number, string>();
  if (left.length === 0) {
    const sentence = `the ranks do not match: ${rollCall(waiting, watched)}`;
    for (const { rank } of waiting) sentences.set(rank, sentence);
    return sentences;
  }
  const gone = leftText(left, watched.name);
  for (const { text, ranks } of groupRanks(waiting, (one) => `${one.call}${one.line > 0 ? `, ${watched.line} ${one.line}` : ''}`)) {
    const sentence = `${gone}; ${nameRanks(ranks)} ${ranks.length > 1 ? 'were' : 'was'} in ${text}`;
    for (const rank of ranks) sentences.set(rank, sentence);
  }
  return sentences;
}

function limited(parts: readonly string[]): string {
  if (parts.length <= MOST_GROUPS) return parts.join(', ');
  return `${parts.slice(0, MOST_GROUPS).join(', ')} and ${parts.length - MOST_GROUPS} more`;
}

