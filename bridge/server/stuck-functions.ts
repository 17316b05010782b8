/** Interrupts of inline functions and of the condition of an `until`: what runs between two safe points and may never return. */
import { RankState, SocketKind } from '../protocol/generated';
import type { CommandLog } from './command-log';
import { nameRanks } from './rank-set';
import type { Roster } from './roster';

/** How long a function may still take after the interrupt of a `step` or `until` before it is interrupted itself, milliseconds. */
export const FUNCTION_GRACE_MS = 10_000;

/**
 * Interrupts the inline functions that run now. A function that has ended meanwhile, and the next one, are not hit: the
 * interrupt carries the number of the call.
 * @param entry index of the `until` that is under way, 0: none; its condition is interrupted too.
 * @returns what was interrupted, in words; empty: nothing.
 */
export function interruptFunctions(roster: Roster, log: CommandLog, entry: number): string {
  const ranks = new Map<string, number[]>();
  const indexes = new Set<number>();
  for (const rank of roster.present()) {
    const board = roster.board(rank);
    if (board?.state !== RankState.inFunction) continue;
    const index = board.functionIndex || entry;
    if (index === 0) continue;
    indexes.add(index);
    const name = board.functionIndex ? `the inline function ${board.function}` : 'the condition';
    ranks.set(name, [...(ranks.get(name) ?? []), rank.rank]);
  }
  for (const index of indexes) log.broadcast(SocketKind.interrupt, index);
  return [...ranks].map(([name, list]) => `${name} on ${nameRanks(list)}`).join(', ');
}
