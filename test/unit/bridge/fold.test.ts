import { groupTexts, label, StreamFold } from '../../../bridge/server/fold';

/** Feeds `[rank, text]` in order, ends all ranks, and gives back all that was shown. */
function fold(size: number, writes: [number, string][], reference = 0): string {
  const ranks = Array.from({ length: size }, (_, rank) => rank);
  const stream = new StreamFold(reference, ranks);
  let shown = '';
  for (const [rank, text] of writes) shown += stream.write(rank, Buffer.from(text)) + stream.take(false);
  for (const rank of ranks) {
    stream.finish(rank);
    shown += stream.take(false);
  }
  return shown + stream.take(true);
}

test.each<[string, number, [number, string][], string]>([
  ['equal text comes once', 3, [[0, 'a\nb\n'], [1, 'a\nb\n'], [2, 'a\nb\n']], 'a\nb\n'],
  ['a rank ahead of the reference is compared later', 2, [[1, 'a\nb\n'], [0, 'a\n'], [0, 'b\n']], 'a\nb\n'],
  ['one differing line is labelled, the equal ones around it are not', 2, [[0, 'a\nb\nc\n'], [1, 'a\nX\nc\n']], 'a\nb\nc\n[rank 1] X\n'],
  ['equal differences of several ranks are one line', 4, [[0, 'r0\n'], [1, 'other\n'], [2, 'other\n'], [3, 'r3\n']], 'r0\n[ranks 1-2] other\n[rank 3] r3\n'],
  ['differences come in order of position', 3, [[0, 'a\nb\n'], [2, 'x\ny\n'], [1, 'x\nz\n']], 'a\nb\n[ranks 1-2] x\n[rank 1] z\n[rank 2] y\n'],
  ['lines beyond the end of the reference are shown', 2, [[0, 'a\n'], [1, 'a\nb\nc\n']], 'a\n[rank 1] b\n[rank 1] c\n'],
  ['a rank that writes less than the reference says nothing', 2, [[0, 'a\nb\n'], [1, 'a\n']], 'a\nb\n'],
  ['a rank alone is heard', 3, [[2, 'only me\n']], '[rank 2] only me\n'],
  ['text without a line end is compared at the end', 2, [[0, 'a'], [1, 'b']], 'a\n[rank 1] b\n'],
  ['a line cut in pieces is one line', 2, [[0, 'hel'], [1, 'h'], [0, 'lo\n'], [1, 'ello\n']], 'hello\n'],
  ['progress bars of other ranks are not shown', 2, [[0, '10%\r20%\r\n'], [1, '11%\r19%\r\n']], '10%\r20%\r\n'],
  ['lines that differ in addresses only are equal, and rank 0 is shown', 3, [[0, '<A at 0x7f01>\nb\n'], [1, '<A at 0x7fff02>\nb\n'], [2, '<B at 0x7f01>\nb\n']], '<A at 0x7f01>\nb\n[rank 2] <B at 0x7f01>\n'],
  ['differences that are equal up to addresses are one line', 3, [[0, 'a\n'], [1, '<A at 0x7f01>\n'], [2, '<A at 0x7f02>\n']], 'a\n[ranks 1-2] <A at 0x7f01>\n'],
  ['Windows line ends are no progress bars', 2, [[0, 'a\r\n'], [1, 'b\r\n']], 'a\r\n[rank 1] b\r\n'],
  ['no text at all', 2, [], ''],
])('%s', (_title, size, writes, expected) => {
  expect(fold(size, writes)).toBe(expected);
});

test('a line of megabytes that comes in parts is compared as well as a short one', () => {
  const stream = new StreamFold(0, [0, 1, 2]);
  const line = Buffer.from(`${'x'.repeat(3_500_000)}\n`);
  let shown = '';
  const parts = [0, 1, 2, 3].map((part) => line.subarray(part << 20, (part + 1) << 20));
  for (const [rank, part] of [[1, 0], [0, 0], [1, 1], [1, 2], [0, 1], [2, 0], [0, 2], [0, 3], [2, 1], [1, 3], [2, 2], [2, 3]] as const) shown += stream.write(rank, parts[part]!) + stream.take(false);
  for (const rank of [0, 1, 2]) stream.finish(rank);
  expect((shown + stream.take(true)).length).toBe(line.length);
});

test('after a resume each rank is placed by its first lines, ahead of the reference or behind it', () => {
  const lines = Array.from({ length: 20 }, (_, at) => `line ${at}\n`);
  const text = (from: number, to = 20): Buffer => Buffer.from(lines.slice(from, to).join(''));
  const stream = new StreamFold(0, [0, 1, 2, 3]);
  stream.resume(lines.slice(0, 10).join(''));
  let shown = '';
  // Rank 1 is behind, its text begins within a line; rank 2 is ahead; rank 3 says something of its own.
  shown += stream.write(1, text(5).subarray(3)) + stream.take(false);
  shown += stream.write(2, text(14)) + stream.take(false);
  shown += stream.write(0, text(10)) + stream.take(false);
  shown += stream.write(3, Buffer.from('line 11\nmine\nline 13\n')) + stream.take(false);
  for (const rank of [0, 1, 2, 3]) stream.finish(rank);
  shown += stream.take(true);
  expect(shown.startsWith(text(10).toString())).toBe(true);
  expect(shown).toContain('[rank 3] mine\n');
  expect(shown).not.toMatch(/rank 1|rank 2/);
});

test('after a resume a rank that says nothing like the reference is shown all the same, after a while', () => {
  const stream = new StreamFold(0, [0, 1]);
  stream.resume('a\nb\n');
  stream.write(1, Buffer.from('other\n'));
  stream.write(0, Buffer.from('c\nd\n'));
  let shown = '';
  for (let calls = 0; calls < 4; calls += 1) shown += stream.take(true);
  expect(shown).toBe('[rank 1] other\n');
});

test('ranks that have ended ahead of the reference are compared to the end, also where its text comes in parts of lines', () => {
  const text = Array.from({ length: 60_000 }, (_, i) => `${i}\n`).join('');
  const stream = new StreamFold(0, [0, 1, 2]);
  let shown = '';
  for (const rank of [1, 2]) {
    stream.write(rank, Buffer.from(text));
    stream.finish(rank);
  }
  // 8191 is odd to every line length here: most parts end in the middle of a line.
  for (let at = 0; at < text.length; at += 8191) shown += stream.write(0, Buffer.from(text.slice(at, at + 8191))) + stream.take(false);
  stream.finish(0);
  expect(shown + stream.take(true)).toBe(text);
});

test('a character cut between two messages stays whole', () => {
  const stream = new StreamFold(0, [0]);
  const bytes = Buffer.from('é𝔘');
  expect([...bytes].map((byte) => stream.write(0, Buffer.from([byte]))).join('')).toBe('é𝔘');
});

test('differences wait for slower ranks unless all are asked for', () => {
  const stream = new StreamFold(0, [0, 1, 2]);
  stream.write(0, Buffer.from('a\n'));
  stream.write(1, Buffer.from('b\n'));
  expect(stream.take(false)).toBe('');
  expect(stream.waiting).toBe(true);
  stream.write(2, Buffer.from('b\n'));
  expect(stream.take(false)).toBe('[ranks 1-2] b\n');
});

test('whatever the cuts, the text of every rank can be told from what is shown', () => {
  // A fixed linear congruential generator: the same cases in every run.
  let seed = 12345;
  const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  for (let round = 0; round < 200; round += 1) {
    const lines = [0, 1, 2].map((rank) => Array.from({ length: 20 }, (_, at) => (rank > 0 && random(5) === 0 ? `r${rank} ${at}\n` : `line ${at}\n`)));
    const rest = lines.map((list) => list.join(''));
    const writes: [number, string][] = [];
    while (rest.some((text) => text !== '')) {
      const rank = random(3);
      const size = random(40);
      writes.push([rank, rest[rank]!.slice(0, size)]);
      rest[rank] = rest[rank]!.slice(size);
    }
    const shown = fold(3, writes);
    for (const rank of [1, 2]) {
      const different = lines[rank]!.filter((line, at) => line !== lines[0]![at]);
      const labelled = shown.split(/(?<=\n)/).filter((line) => line.startsWith(`[rank ${rank}] `)).map((line) => line.slice(9));
      expect(labelled).toEqual(different);
    }
    expect(shown.replace(/\[rank \d\] .*\n/g, '').replace(/\n\n/g, '\n')).toContain('line 0');
  }
});

test.each([
  ['its line end', ['same', '\n'], 'same\n[rank 1] b\n'],
  ['the rest of its line', ['sa', 'me\n'], 'sa\n[rank 1] b\nme\n'],
  ['its line end and an empty line', ['same', '\n\n'], 'same\n[rank 1] b\n\n'],
])('differences that cannot wait for the reference in the middle of a line end it once: then comes %s', (_, [first, rest], expected) => {
  const stream = new StreamFold(0, [0, 1]);
  stream.write(0, Buffer.from('a\n'));
  stream.write(1, Buffer.from('b\n'));
  let shown = stream.write(0, Buffer.from(first!)) + stream.take(true);
  // Another bridge goes on from here.
  const next = new StreamFold(0, [0, 1]);
  next.restore(stream.state());
  shown += next.write(0, Buffer.from(rest!)) + next.take(true);
  expect(shown).toBe(expected);
});

test('of a flood every line comes once: equal ones unlabelled, differing ones with their rank', () => {
  const lines = 100_000;
  for (const differ of [false, true]) {
    const ranks = [0, 1, 2, 3];
    const texts = ranks.map((rank) => Buffer.from(Array.from({ length: lines }, (_, at) => `line ${at}${differ ? ` of rank ${rank}` : ''}\n`).join('')));
    const stream = new StreamFold(0, ranks);
    let shown = '';
    for (let at = 0; at < texts[0]!.length; at += 65_536) {
      for (const rank of ranks) shown += stream.write(rank, texts[rank]!.subarray(at, at + 65_536)) + stream.take(false);
    }
    for (const rank of ranks) stream.finish(rank);
    shown += stream.take(true);
    for (const rank of ranks.slice(differ ? 0 : 3)) {
      const mark = differ && rank > 0 ? `[rank ${rank}] ` : '';
      const told = shown.split('\n').filter((line) => line.startsWith(`${mark}line `) && (!differ || line.endsWith(`of rank ${rank}`)));
      expect(told.map((line) => `${line.slice(mark.length)}\n`).join('')).toBe(texts[rank]!.toString());
    }
  }
});

test('labels name ranges and end the line', () => {
  expect(label([1, 2, 3, 7], 'x')).toBe('[ranks 1-3,7] x\n');
  expect(label([1], 'x\n')).toBe('[rank 1] x\n');
});

test('texts that differ in addresses only are one group', () => {
  expect(groupTexts([[0, '<A at 0x7f12>'], [1, '<A at 0x8a00>'], [2, '<B at 0x7f12>']])).toEqual([[[0, 1], '<A at 0x7f12>'], [[2], '<B at 0x7f12>']]);
});
