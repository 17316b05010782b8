import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from '../../../bridge/protocol/messages';
import { TextFiles } from '../../../bridge/server/text-files';
import { VolumeLimit, type TextFile } from '../../../bridge/server/volume';

class Memory implements TextFile {
  readonly path = 'outputs/cell-1.txt';
  trouble: string | null = null;
  text = '';
  add(text: string): void {
    this.text += text;
  }
}

function limited(limit: number): { volume: VolumeLimit; shown: Output[]; file: Memory; opened: () => number; print(text: string, name?: 'stdout' | 'stderr'): void; page(): string } {
  const shown: Output[] = [];
  const file = new Memory();
  let count = 0;
  const volume = new VolumeLimit(limit, 'id', (output) => shown.push(output), () => ((count += 1), file));
  return {
    volume, shown, file, opened: () => count,
    print: (text, name = 'stdout') => volume.output({ kind: 'stream', name, text }),
    /** The page as a front end shows it. */
    page: () => shown.map((output) => (output.kind === 'stream' ? output.text : output.kind === 'update' ? `<${String(output.data['text/plain'])}>\n` : '')).join(''),
  };
}

test('text within the limit passes as it comes and makes no file', () => {
  const { volume, shown, opened, print } = limited(100);
  print('a\n');
  print('b\n', 'stderr');
  volume.finish();
  expect(shown).toEqual([{ kind: 'stream', name: 'stdout', text: 'a\n' }, { kind: 'stream', name: 'stderr', text: 'b\n' }]);
  expect(opened()).toBe(0);
});

test('of a long text head and tail are shown in whole lines, one line between tells the rest, the file has all', () => {
  const { volume, shown, file, print, page } = limited(100);
  const lines = Array.from({ length: 1000 }, (_, at) => `line ${at}\n`);
  for (const line of lines) print(line);
  // The head is there while the cell runs, and says where the rest goes.
  expect(shown.at(-1)).toMatchObject({ kind: 'display', data: { 'text/plain': expect.stringContaining('outputs/cell-1.txt') } });
  volume.finish();
  expect(file.text).toBe(lines.join(''));
  const parts = page().split(/<(.*)>\n/);
  expect(parts[0]).toBe('line 0\nline 1\nline 2\nline 3\nline 4\nline 5\nline 6\n');
  expect(parts[1]).toBe('[8.8 kB of text left out here; the full text is in outputs/cell-1.txt]');
  expect(parts[2]).toBe('line 995\nline 996\nline 997\nline 998\nline 999\n');
});

test('a text a little over one half is shown whole', () => {
  const { volume, print, page } = limited(100);
  print('x'.repeat(49) + '\n');
  print('y'.repeat(30) + '\n');
  volume.finish();
  expect(page()).toBe(`${'x'.repeat(49)}\n<[the full text is in outputs/cell-1.txt]>\n${'y'.repeat(30)}\n`);
});

test('code points stay whole, streams keep their names', () => {
  const { volume, shown, file, print } = limited(20);
  const text = '\u{1F600}'.repeat(20);
  print(text);
  print('err\n', 'stderr');
  volume.finish();
  expect(file.text).toBe(`${text}err\n`);
  const streams = shown.filter((output) => output.kind === 'stream');
  expect(streams).toEqual([
    { kind: 'stream', name: 'stdout', text: '\u{1F600}\u{1F600}' },
    { kind: 'stream', name: 'stdout', text: '\u{1F600}' },
    { kind: 'stream', name: 'stderr', text: 'err\n' },
  ]);
});

test('a clear empties the page, and the file goes on', () => {
  const { volume, shown, file, opened, print } = limited(20);
  for (let round = 0; round < 3; round += 1) {
    print('0123456789abcdefghij\n');
    volume.output({ kind: 'clear', wait: true });
  }
  print('end\n');
  volume.finish();
  expect(shown.at(-1)).toEqual({ kind: 'stream', name: 'stdout', text: 'end\n' });
  expect(file.text).toBe('0123456789abcdefghij\n'.repeat(3) + 'end\n');
  expect(opened()).toBe(1);
});

test('memory stays at the tail, whatever a cell prints', () => {
  const { volume, print } = limited(2000);
  for (let at = 0; at < 200_000; at += 1) print('x\n');
  expect(JSON.stringify(Reflect.get(volume, 'tail')).length).toBeLessThan(200_000);
});

describe('files of full texts', () => {
  let folder: string;
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
    folder = mkdtempSync(join(tmpdir(), 'allranks-text-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const files = (cap?: number): TextFiles => new TextFiles(folder, (sentence) => warnings.push(sentence), () => undefined, cap);

  test('are private, and those of earlier runs stay', async () => {
    for (const name of ['cell-7.txt', 'cell-7-2.txt']) {
      const texts = files();
      const file = texts.create(7);
      file.add(name);
      await texts.close();
      expect(file.path).toBe(join(folder, 'outputs', name));
      expect(readFileSync(file.path, 'utf8')).toBe(name);
      expect(statSync(file.path).mode & 0o777).toBe(0o600);
    }
    expect(statSync(join(folder, 'outputs')).mode & 0o777).toBe(0o700);
    expect(warnings).toEqual([]);
  });

  test('that cannot be made cost one warning, and say so', () => {
    writeFileSync(join(folder, 'outputs'), '');
    const file = files().create(1);
    file.add('x');
    expect(file.trouble).toContain('EEXIST');
    expect(warnings).toHaveLength(1);
  });

  test('end at their limit and say so', async () => {
    const texts = files(10);
    const file = texts.create(1);
    for (let at = 0; at < 5; at += 1) file.add('12345\n');
    await texts.close();
    expect(file.trouble).toContain('limit');
    expect(readFileSync(file.path, 'utf8')).toBe('12345\n\n[the limit of this file is reached]\n');
  });

  test('are gone on with by the next bridge, which knows the end of the text', async () => {
    const first = files();
    const begun = first.create(1);
    begun.add('head|middle|end');
    await first.close();
    const second = files();
    const { file, end, size } = second.resume(begun.path, 3);
    file.add('|more');
    await second.close();
    expect([end, size, readFileSync(begun.path, 'utf8')]).toEqual(['end', 15, 'head|middle|end|more']);
  });
});
