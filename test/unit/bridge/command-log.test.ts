import { CommandLog } from '../../../bridge/server/command-log';
import type { Roster } from '../../../bridge/server/roster';
import { CommandKind, SocketKind } from '../../../bridge/protocol/generated';

const owner = { decided: (): void => undefined };

/** A log of two ranks, and the frames that each of them got: `command 1`, `verdict 1`. */
function twoRanks(paused: boolean): { log: CommandLog; frames: string[][]; decide: (index: number) => void } {
  const frames: string[][] = [[], []];
  const ranks = frames.map((list, rank) => ({
    rank,
    present: true,
    sent: 0,
    link: {
      send: (kind: SocketKind, _flags: number, index: number) =>
        list.push(`${kind === SocketKind.verdict ? 'verdict' : 'command'} ${index}`),
    },
  }));
  const roster = { present: () => ranks, size: 2 } as unknown as Roster;
  const log = new CommandLog(roster, () => paused);
  const decide = (index: number): void => [0, 1].forEach((rank) => log.record(index, { rank, status: 'ok', step: 0, time: 0 }));
  return { log, frames, decide };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('ranks of a running simulation are told a verdict at once', () => {
  const { log, frames, decide } = twoRanks(false);
  log.append(CommandKind.cell, new Uint8Array(), owner);
  decide(1);
  expect(frames).toEqual([
    ['command 1', 'verdict 1'],
    ['command 1', 'verdict 1'],
  ]);
});

test('ranks that stand still are told a verdict before the next entry, or by itself when none comes', () => {
  const { log, frames, decide } = twoRanks(true);
  log.append(CommandKind.cell, new Uint8Array(), owner);
  decide(1);
  expect(frames[0]).toEqual(['command 1']);
  log.append(CommandKind.cell, new Uint8Array(), owner);
  expect(frames[0]).toEqual(['command 1', 'verdict 1', 'command 2']);
  decide(2);
  jest.runAllTimers();
  expect(frames[1]).toEqual(['command 1', 'verdict 1', 'command 2', 'verdict 2']);
});

test('the verdict that is told stands for all entries, whichever was decided last', () => {
  const { log, frames, decide } = twoRanks(true);
  log.append(CommandKind.step, new Uint8Array(8), owner);
  log.append(CommandKind.pause, new Uint8Array(), owner);
  decide(2);
  decide(1);
  jest.runAllTimers();
  expect(frames[0]?.at(-1)).toBe('verdict 2');
  log.close();
});
