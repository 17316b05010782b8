/** README's first command, word for word: what a new user sees of it. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');

/** What git sees of the checkout; nothing where there is none. */
function changed(): string {
  if (!existsSync(join(root, '.git'))) return '';
  return execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' });
}

interface Cell {
  cell_type: string;
  outputs?: { output_type: string; data?: Record<string, string> }[];
}

test('npm run demo executes the notebook inside a live simulation, leaves its picture, and nothing else', async () => {
  const before = changed();
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'demo'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  const path = /(\/\S+01-attach\.ipynb)/.exec(stdout)?.[1];
  expect(path).toBeDefined();
  // Progress, cell by cell.
  const cells = (JSON.parse(readFileSync(path!, 'utf8')) as { cells: Cell[] }).cells.filter(({ cell_type }) => cell_type === 'code');
  expect([...stdout.matchAll(/^ {2}\[(\d+)\/(\d+)\] /gm)].map(([, at, of]) => `${at}/${of}`)).toEqual(
    cells.map((_, at) => `${at + 1}/${cells.length}`),
  );
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  expect(outputs.filter(({ output_type }) => output_type === 'error')).toEqual([]);
  const pictures = outputs.flatMap(({ data }) => (data?.['image/png'] === undefined ? [] : [Buffer.from(data['image/png'], 'base64')]));
  expect(pictures.length).toBeGreaterThan(0);
  for (const picture of pictures) {
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    // Of width and height that a reader can make out, and not of one colour, which would compress to nothing.
    expect(picture.readUInt32BE(16)).toBeGreaterThan(200);
    expect(picture.readUInt32BE(20)).toBeGreaterThan(200);
    expect(picture.length).toBeGreaterThan(10_000);
  }
  expect(changed()).toBe(before);
}, 300_000);
