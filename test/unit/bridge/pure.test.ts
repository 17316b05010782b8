import { encodeFrame, FrameReader } from '../../../bridge/protocol/frames';
import { AppendFile } from '../../../bridge/server/append-file';
import { applyOutput, type NotebookOutput } from '../../../bridge/server/notebook-outputs';
import { formatRanks, parseRanks } from '../../../bridge/server/rank-set';
import { globMatcher, History } from '../../../bridge/server/history';
import { Journal, readJournal, type JournalLine } from '../../../bridge/server/journal';
import { parseCell } from '../../../bridge/server/live';
import { decide, type Outcome } from '../../../bridge/server/verdict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('sets of ranks', () => {
  test.each([
    ['all', [0, 1, 2, 3]],
    ['0', [0]],
    ['3,1-2,1', [1, 2, 3]],
    [' 0 , 2 - 3 ', [0, 2, 3]],
    ['', 'no ranks given: write for example %%ranks 0,2-3 or %%ranks all'],
    ['4', 'there is no rank 4: this job has 4 ranks, 0 to 3'],
    ['2-1', 'the range 2-1 runs backwards'],
    ['a', '"a" is not a rank or a range of ranks: write for example 0,2-3 or all'],
  ])('%j', (text, expected) => expect(parseRanks(text, 4)).toEqual(expected));

  test('are written as ranges', () => expect(formatRanks([5, 0, 1, 2, 2])).toBe('0-2,5'));
});

describe('cells', () => {
  test('without a magic stay as they are', () => expect(parseCell(' x = 1', 2)).toEqual({ kind: 'python', code: ' x = 1', targets: null }));
  test('keep line numbers below %%ranks', () => expect(parseCell('\n%%ranks 1\nx', 2)).toEqual({ kind: 'python', code: '\n#\nx', targets: [1] }));
  test('keep a cell magic below %%ranks the first line', () => expect(parseCell('%%ranks all\n%%time\nx', 2)).toMatchObject({ code: '\n%%time\nx' }));
  test('%live lines become actions', () =>
    expect(parseCell('%live pause\n# note\n%live until t > 1\n%live stop --yes', 2)).toEqual({ kind: 'live', actions: [{ what: 'pause' }, { what: 'until', expression: 't > 1' }, { what: 'stop' }] }));
  test.each(['%live fly', '%live step 0', '%live step 1.5', '%live until', '%live stop now', '%live pause 3', '%live pause\nx=1'])('%j is refused', (code) => expect(parseCell(code, 2).kind).toBe('wrong'));
  test('%livery is Python\'s own matter', () => expect(parseCell('%livery', 2).kind).toBe('python'));
});

describe('verdicts', () => {
  const outcome = (rank: number, more: Partial<Outcome> = {}): Outcome => ({ rank, status: 'ok', step: 5, time: 1, ...more });
  const error = (rank: number, evalue = 'v'): Outcome => outcome(rank, { status: 'error', ename: 'E', evalue, traceback: [`E: ${evalue}`] });

  test('are ok when every rank is ok or skipped', () =>
    expect(decide([outcome(1, { payload: [1] }), outcome(0, { status: 'skipped' })])).toMatchObject({ status: 'ok', payload: [1], metadata: { step: 5, ranks: { ok: '1', skipped: '0' } } }));
  test('show one traceback when all ranks fail alike', () => expect(decide([error(0), error(1)])).toMatchObject({ status: 'error', traceback: ['E: v'] }));
  test('show the minority first', () =>
    expect(decide([error(0), error(1), error(2, 'other')]).traceback).toEqual(['[rank 2]', 'E: other', '[ranks 0-1]', 'E: v']));
  test('name the first failing rank\'s own error before interruptions', () =>
    expect(decide([outcome(0, { status: 'interrupted' }), error(1)])).toMatchObject({ ename: 'E' }));
  test('name what a rank left by before ranks that were released because of it, however many those are', () => {
    const released = outcome(0, { status: 'error', ename: 'RankDeparted', evalue: 'rank 1 left', traceback: ['RankDeparted: rank 1 left'] });
    const verdict = decide([released, error(1), error(2)]);
    expect(verdict).toMatchObject({ ename: 'E', traceback: ['[ranks 1-2]', 'E: v', '[rank 0]', 'RankDeparted: rank 1 left'] });
    expect(decide([released, outcome(1)])).toMatchObject({ ename: 'RankDeparted' });
  });
  test('count errors beyond the first few kinds and keep all in the metadata', () => {
    const verdict = decide(Array.from({ length: 10 }, (_, rank) => error(rank, `v${rank}`)));
    expect(verdict.traceback!.at(-1)).toBe("6 more kinds of errors on ranks 4-9: all are in the reply's metadata");
    expect(verdict.metadata['errors']).toHaveLength(10);
  });
  test('give lost ranks the reason', () =>
    expect(decide([outcome(0, { status: 'lost' }), outcome(1)], { ename: 'SimulationEnded', evalue: 'why' })).toMatchObject({ status: 'error', ename: 'SimulationEnded', evalue: 'why' }));
});

describe('history', () => {
  const history = new History(3);
  history.add(1, 'old', 2);
  history.add(1, '1?2*');
  history.add(2, '1?2*');
  history.add(3, 'print(1)');
  history.setOutput(3, 'out');

  test('search is a glob over whole cells, unique keeps the last', () => {
    expect(history.answer({ access: 'search', pattern: '1*', unique: true, n: 9 })).toEqual([[3, 2, '1?2*']]);
    expect(history.answer({ access: 'search', pattern: '*', n: 3 })).toHaveLength(3);
  });
  test('range counts sessions back from the current one', () => {
    expect(history.answer({ access: 'range', session: -1, start: 1, stop: null })).toEqual([[2, 1, 'old']]);
    expect(history.answer({ access: 'range', session: 0, start: 3, stop: 4, output: true })).toEqual([[3, 3, ['print(1)', 'out']]]);
  });
  test.each([['a*b', 'axxb', true], ['a?b', 'ab', false], ['[a-c]*', 'bee', true], ['[^a]', 'a', false], ['*a*b*c*', 'xxaxxbxxc', true], ['[', '[', true]])('glob %j on %j: %j', (pattern, text, expected) =>
    expect(globMatcher(pattern)(text)).toBe(expected),
  );
  test('no pattern takes exponential time', () => expect(globMatcher('*a'.repeat(200))('a'.repeat(199) + 'b'.repeat(2000))).toBe(false));
});

describe('frames', () => {
  test('come out whole whatever the cuts', () => {
    const bytes = Buffer.concat([encodeFrame({ a: 1 }), encodeFrame({ b: 'x'.repeat(1000) }), encodeFrame([])]);
    for (const size of [1, 3, 7, 500, 5000]) {
      const reader = new FrameReader();
      const messages: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size) messages.push(...reader.push(bytes.subarray(at, at + size)));
      expect(messages).toEqual([{ a: 1 }, { b: 'x'.repeat(1000) }, []]);
      expect(reader.pending).toBe(0);
    }
  });
  test('that are long come out whole too, from a memory that the caller uses again', () => {
    const long = { c: Buffer.alloc(300_000, 5), d: 'y'.repeat(400_000) };
    const wanted = [{ a: 1 }, long, { b: 2 }, long, []];
    const bytes = Buffer.concat(wanted.map((message) => encodeFrame(message)));
    for (const size of [3000, 65_536, 262_144, 700_009, bytes.length]) {
      const reader = new FrameReader(undefined, undefined, true);
      const memory = Buffer.alloc(size);
      const messages: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        const length = bytes.copy(memory, 0, at, at + size);
        messages.push(...reader.push(memory.subarray(0, length)));
        memory.fill(0);
      }
      expect(Buffer.concat(messages.map((message) => encodeFrame(message))).equals(bytes)).toBe(true);
      expect(reader.pending).toBe(0);
    }
    const reader = new FrameReader();
    reader.push(bytes.subarray(0, 100_000));
    expect(reader.pending).toBe(100_000 - encodeFrame({ a: 1 }).length);
  });
  test('over the limit are refused before they are read', () => expect(() => new FrameReader(10).push(Buffer.from([0, 0, 0, 11]))).toThrow(/over the limit/));
});

describe('outputs of a notebook', () => {
  test('merge streams, update displays in place and clear in time', () => {
    const outputs: NotebookOutput[] = [];
    applyOutput(outputs, { kind: 'stream', name: 'stdout', text: 'a' });
    applyOutput(outputs, { kind: 'stream', name: 'stdout', text: 'b' });
    applyOutput(outputs, { kind: 'display', data: { x: 1 }, metadata: {}, displayId: 'd' });
    applyOutput(outputs, { kind: 'update', data: { x: 2 }, metadata: {}, displayId: 'd' });
    expect(outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'ab' }, { output_type: 'display_data', data: { x: 2 }, metadata: {} }]);
    applyOutput(outputs, { kind: 'clear', wait: true });
    expect(outputs).toHaveLength(2);
    applyOutput(outputs, { kind: 'stream', name: 'stdout', text: 'c' });
    expect(outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'c' }]);
  });
});

describe('the journal', () => {
  let folder: string;
  const warnings: string[] = [];
  const warn = (sentence: string): void => void warnings.push(sentence);
  const lines = (): JournalLine[] => {
    const found: JournalLine[] = [];
    readJournal(join(folder, 'journal.jsonl'), (line) => found.push(line));
    return found;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'allranks-journal-'));
    warnings.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('keeps lines in order and adds to what is there', async () => {
    for (const n of [1, 2]) {
      const journal = new Journal(folder, warn);
      journal.add('x', n, { text: 'é' });
      await journal.close();
    }
    expect(lines().map((line) => [line.kind, line.step, line['text']])).toEqual([['x', 1, 'é'], ['x', 2, 'é']]);
  });

  test('keeps order when lines come faster than they are written, and has all of them after a flush', async () => {
    const journal = new Journal(folder, warn);
    for (let n = 0; n < 300; n += 1) {
      journal.add('x', n, { text: 'y'.repeat(n % 7 === 0 ? 50_000 : 5) });
      if (n % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await journal.flush();
    expect(lines().map((line) => line.step)).toEqual(Array.from({ length: 300 }, (_, n) => n));
    await journal.close();
  });

  test('a full disk costs one warning and nothing else', async () => {
    const journal = new Journal(folder, warn, undefined, '/dev/full');
    journal.add('x', 1, {});
    await journal.flush();
    journal.add('x', 2, {});
    await journal.close();
    expect(journal.usable).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('ENOSPC')]);
  });

  test('ends with a marker at its size limit', async () => {
    const journal = new Journal(folder, warn, 300);
    for (let i = 0; i < 20; i += 1) journal.add('x', i, { text: 'y'.repeat(50) });
    await journal.close();
    expect(lines().at(-1)).toMatchObject({ kind: 'full', cap: 300 });
    expect(warnings).toHaveLength(1);
  });

  test('a value that no JSON can hold costs its line only', async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level += 1) deep = [deep];
    const journal = new Journal(folder, warn);
    journal.add('output', 1, { deep });
    journal.add('x', 2, {});
    await journal.close();
    expect(lines()).toMatchObject([{ kind: 'dropped', what: 'output', lines: 1 }, { kind: 'x' }]);
  });

  test('a file that cannot be closed well is told, and nothing rejects', async () => {
    const told: string[] = [];
    const file = new AppendFile(join(folder, 'text'), { failed: (reason) => told.push(reason) });
    // What a network file system does when it finds at the end that there was no room.
    closeSync((file as unknown as { fd: number }).fd);
    await file.close();
    expect(told).toEqual([expect.stringContaining('EBADF')]);
  });

  test('a torn last line is skipped and counted', async () => {
    const journal = new Journal(folder, warn);
    journal.add('x', 1, {});
    await journal.close();
    const fd = openSync(join(folder, 'journal.jsonl'), 'a');
    writeSync(fd, '{"kind":"outp');
    closeSync(fd);
    expect(readJournal(join(folder, 'journal.jsonl'), () => undefined)).toBe(1);
  });
});
