/** The line in a cell that lasts: which ranks are done, and what the others do. Pure. */
import { duration } from '../live-status';
import { nameRanks } from '../rank-set';
import { groupRanks } from './sentences';

/** A rank that has not left the cell yet. */
export interface Inside {
  rank: number;
  /** Call of MPI that it waits in; empty: none. */
  call: string;
  callSeconds: number;
  /** Line of the cell; 0: unknown. */
  line: number;
  /** Connected to the bridge. */
  present: boolean;
  /** Its process was stopped from outside. */
  stopped: boolean;
  /** It stands still in the debugger. */
  inDebugger?: boolean;
  /** For how long its Python has not seen an interrupt of the user; 0: none. */
  interruptedSeconds: number;
}

/** Shorter waits are what MPI programs do all the time. */
const LONG_WAIT_S = 2;

/** Is there something to tell beyond "it runs"? A cell in which all ranks compute needs no line. */
export function worthTelling(done: number, inside: readonly Inside[]): boolean {
  if (inside.length === 0) return false;
  return done > 0 || inside.some((rank) => (rank.call !== '' && rank.callSeconds >= LONG_WAIT_S) || rank.stopped || rank.inDebugger === true || !rank.present || rank.interruptedSeconds >= LONG_WAIT_S);
}

/**
 * "3 of 4 ranks done, rank 2 in MPI_Allreduce for 12 s (cell 7, line 4)". Ranks that do the same share a part.
 * @param done ranks that have left the cell. @param count execution count of the cell; 0: it has none.
 */
export function progressLine(done: number, inside: readonly Inside[], count: number): string {
  const cell = count > 0 ? `cell ${count}` : '';
  let placed = false;
  const parts = groupRanks(inside, (rank) => `${kindOf(rank)}\0${rank.call}\0${rank.line}`).map(({ ranks, items }) => {
    const longest = Math.max(...items.map((item) => item.callSeconds));
    const interrupted = Math.max(...items.map((item) => item.interruptedSeconds));
    const first = items[0]!;
    const place = [cell, first.line > 0 ? `line ${first.line}` : ''].filter(Boolean).join(', ');
    const many = ranks.length > 1;
    const name = nameRanks(ranks);
    switch (kindOf(first)) {
      case 'waiting':
        placed ||= place !== '';
        return `${name} in ${first.call} for ${duration(longest)}${place ? ` (${place})` : ''}`;
      case 'native':
        return `${name}: in native code since ${duration(interrupted)}`;
      case 'stopped':
        return `${name} ${many ? 'are' : 'is'} stopped from outside (SIGSTOP)`;
      case 'debugged':
        return `${name} has stopped in the debugger`;
      case 'late':
        return `${name} ${many ? 'have' : 'has'} no connection`;
      case 'computing':
        return `${name} computing`;
    }
  });
  const all = done + inside.length;
  const head = done > 0 ? `${done} of ${all} ranks done, ` : '';
  return `${head}${parts.join(', ')}${placed || !cell ? '' : ` (${cell})`}`;
}

function kindOf(rank: Inside): 'waiting' | 'native' | 'stopped' | 'debugged' | 'late' | 'computing' {
  if (rank.stopped) return 'stopped';
  if (rank.inDebugger) return 'debugged';
  if (!rank.present) return 'late';
  if (rank.call !== '') return 'waiting';
  return rank.interruptedSeconds >= LONG_WAIT_S ? 'native' : 'computing';
}
