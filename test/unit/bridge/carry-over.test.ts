import { appendFileSync, closeSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppendFile } from '../../../bridge/server/append-file';
import { CarryOver, takeUp } from '../../../bridge/server/carry-over';
import { CellOutput } from '../../../bridge/server/cell-output';
import type { Output } from '../../../bridge/protocol/messages';
import { Random } from '../../fault/chaos/random';

let folder: string;
const logged: string[] = [];
const log = (sentence: string): void => void logged.push(sentence);
const path = (): string => join(folder, 'run', 'carry-over');
const journalPath = (): string => join(folder, 'job', 'journal');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'allranks-carry-'));
  for (const name of ['run', 'job']) mkdirSync(join(folder, name));
  logged.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const RANKS = [0, 1, 2, 3];
const ID = 'cell';

/** What one rank does at one time. */
type Act = { rank: number; text?: Buffer; name?: 'stdout' | 'stderr'; shows?: Output; ends?: true };

/** What four ranks say that mostly say the same, cut into pieces anywhere, in any order among them. */
function story(random: Random): Act[] {
  const lines = random.integer(1, 60);
  const perRank = RANKS.map((rank): Act[] => {
    const acts: Act[] = [];
    for (const name of ['stdout', 'stderr'] as const) {
      let text = '';
      for (let line = 0; line < lines; line += 1) {
        const own = random.chance(0.05) ? ` of rank ${rank}` : '';
        text += `${name} ${line} é€😀${own}${random.chance(0.02) ? '\r' : ''}\n`;
      }
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) {
        const stop = Math.min(bytes.length, at + random.integer(1, 200));
        acts.push({ rank, name, text: bytes.subarray(at, stop) });
        at = stop;
        if (random.chance(0.1)) {
          const data = { 'text/plain': random.chance(0.8) ? 'alike' : `from ${rank}`, ...(random.chance(0.5) ? { 'image/png': random.chance(0.8) ? 'p' : `p${rank}` } : {}) };
          acts.push({ rank, shows: { kind: 'display', data, metadata: {} } });
        }
      }
    }
    acts.push({ rank, ends: true });
    return acts;
  });
  const all: Act[] = [];
  for (let left = perRank.filter((acts) => acts.length > 0); left.length > 0; left = left.filter((acts) => acts.length > 0)) all.push(left[random.integer(0, left.length - 1)]!.shift()!);
  return all;
}

function play(output: CellOutput, act: Act): void {
  if (act.text) output.stream(act.rank, act.name!, act.text);
  if (act.shows) output.publish(act.rank, act.shows);
  if (act.ends) output.finishRank(act.rank);
}

/** A bridge as far as output goes. Its journal has one JSON text a line. */
class Bridge {
  readonly file: AppendFile;
  readonly output: CellOutput;
  readonly carry: CarryOver;
  /** Acts of all ranks that need not be played any more. */
  readonly played: number;

  constructor() {
    const before = takeUp(path(), join(folder, 'job'), log);
    this.file = new AppendFile(journalPath(), { failed: log });
    this.carry = new CarryOver(path(), () => [this.file], before, log);
    this.played = [...before.rings.values()].reduce((sum, { position }) => sum + position, 0);
    this.output = new CellOutput(
      RANKS,
      false,
      (shown) => {
        this.file.add(`${JSON.stringify(shown)}\n`);
        this.carry.touch();
      },
      null,
      (event) => this.carry.note(ID, event),
    );
    const inherited = this.carry.outputOf(ID);
    if (inherited) this.output.restore(inherited.state, inherited.events);
    this.carry.begin(ID, () => this.output.state());
  }

  /** As SIGKILL: nothing more is written. */
  kill(): void {
    const file = this.file as unknown as { fd: number; stuckTimer: NodeJS.Timeout | null; timer: NodeJS.Timeout | null };
    for (const timer of [file.stuckTimer, file.timer]) if (timer) clearTimeout(timer);
    for (const { fd } of [file, this.carry as unknown as { fd: number }]) if (fd >= 0) closeSync(fd);
    Object.assign(file, { failure: 'killed', queue: [], placed: [], fd: -1 });
  }
}

test.each(Array.from({ length: 60 }, (_, seed) => seed))('a bridge killed anywhere, and again and again, loses no output and shows none twice (seed %i)', async (seed) => {
  const random = new Random(seed);
  const acts = story(random);
  const expected: Output[] = [];
  const undisturbed = new CellOutput(RANKS, false, (shown) => expected.push(shown));
  acts.forEach((act, at) => {
    play(undisturbed, act);
    if (at % 37 === 36) undisturbed.flush();
  });
  undisturbed.finish();

  let bridge = new Bridge();
  for (let at = 0; at < acts.length; ) {
    const act = acts[at]!;
    play(bridge.output, act);
    if (at % 37 === 36) bridge.output.flush();
    const committed = random.chance(0.95);
    const before = existsSync(path()) ? statSync(path()) : { size: 0, ino: 0 };
    if (committed) {
      bridge.carry.read(act.rank, 1, acts.slice(0, at + 1).filter(({ rank }) => rank === act.rank).length);
      bridge.carry.touch();
      bridge.carry.commit();
      at += 1;
    }
    // The journal is written between events only, so after the record.
    if (committed && random.chance(0.1)) await bridge.file.flush();
    if (committed && !random.chance(0.05)) continue;
    bridge.kill();
    // The last record may have been cut off by the kill; then nothing has left the bridge after the one before.
    const now = existsSync(path()) ? statSync(path()) : before;
    if (committed && random.chance(0.3) && now.ino === before.ino && now.size > before.size && statSync(journalPath()).size === 0) {
      truncateSync(path(), before.size + random.integer(1, now.size - before.size - 1));
      at -= 1;
    }
    bridge = new Bridge();
    expect(bridge.played).toBe(at);
  }
  bridge.output.finish();
  await bridge.file.close();
  const found = readFileSync(journalPath(), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Output);
  expect(found).toEqual(expected);
  expect(logged).toEqual([]);
});

test('the file stays small however much a cell prints, and is gone when the bridge ends in order', () => {
  const bridge = new Bridge();
  const text = Buffer.from(`${'x'.repeat(99)}\n`.repeat(10_000));
  let largest = 0;
  for (let at = 0; at < 60; at += 1) {
    for (const rank of RANKS) bridge.output.stream(rank, 'stdout', text);
    bridge.carry.commit();
    // What the journal has on disk needs no other place.
    Object.assign(bridge.file, { placed: [], fresh: 0 });
    largest = Math.max(largest, statSync(path()).size);
  }
  expect(largest).toBeLessThan(16 * 1024 * 1024);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  bridge.carry.close();
  bridge.kill();
  expect(existsSync(path())).toBe(false);
});

test('a folder that cannot be written is logged once, and costs no cell', () => {
  rmSync(join(folder, 'run'), { recursive: true });
  const bridge = new Bridge();
  for (let at = 0; at < 3; at += 1) {
    bridge.output.stream(0, 'stdout', Buffer.from('x\n'));
    bridge.carry.commit();
  }
  bridge.kill();
  expect(logged).toEqual([expect.stringMatching(/carry-over cannot be written \(.*ENOENT.*may be lost or come twice$/)]);
});

test.each(['nonsense', '\xff\xff\xff\x7f', ''])('what makes no sense (%j) is logged or left out, and files outside of the job are left alone', (content) => {
  writeFileSync(path(), content, 'latin1');
  expect(takeUp(path(), join(folder, 'job'), log)).toMatchObject({ output: null });
  const bridge = new Bridge();
  bridge.output.stream(0, 'stdout', Buffer.from('x\n'));
  bridge.carry.commit();
  bridge.kill();
  appendFileSync(journalPath(), '');
  takeUp(path(), '/elsewhere', log);
  expect(readFileSync(journalPath(), 'utf8')).toBe('');
  takeUp(path(), join(folder, 'job'), log);
  expect(readFileSync(journalPath(), 'utf8')).toContain('"text":"x\\n"');
});

test('a cell that prints nothing costs no record', () => {
  const carry = new CarryOver(path(), () => [], { rings: new Map(), output: null }, log);
  const output: CellOutput = new CellOutput(RANKS, false, () => undefined, null, (event) => carry.note(ID, event));
  carry.begin(ID, () => output.state());
  for (const rank of RANKS) {
    output.finishRank(rank);
    carry.read(rank, 1, 64);
    carry.commit();
  }
  output.finish();
  carry.end(ID);
  carry.commit();
  expect(existsSync(path())).toBe(false);
  carry.close();
});
