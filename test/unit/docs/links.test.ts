/** What the Markdown files of the checkout point to is there: files, headings, and the tests behind the rows of tables. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from '../../support/places';

const files = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' })
  .stdout.split('\n')
  .filter((name) => name !== '');

/** Without code, in which brackets mean other things. */
const prose = (file: string): string =>
  readFileSync(join(root, file), 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, 'code');

/** As GitHub names the place of a heading. */
function anchors(file: string): string[] {
  const headings = readFileSync(file, 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, text]) =>
    text!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-'),
  );
}

/** What is wrong with a target that `file` names; empty when nothing is. */
function wrong(file: string, target: string): string {
  if (/^[a-z]+:/.test(target)) return '';
  const [path, anchor] = target.split('#');
  const at = path === '' ? join(root, file) : join(root, dirname(file), path!);
  if (!existsSync(at)) return `${file}: ${target} does not exist`;
  return anchor !== undefined && !anchors(at).includes(anchor) ? `${file}: ${relative(root, at)} has no heading #${anchor}` : '';
}

test('there are files to look at', () => {
  expect(files).toEqual(expect.arrayContaining(['README.md', 'docs/libyt.md', 'docs/architecture.md']));
});

test('what links and labels name exists', () => {
  const targets = files.flatMap((file) => {
    const text = prose(file);
    const found = [...text.matchAll(/\]\(([^()\s]+)\)/g), ...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm)];
    return found.map(([, target]) => wrong(file, target!));
  });
  expect(targets.filter((sentence) => sentence !== '')).toEqual([]);
});

test('every row of the tables of libyt names a test, and every label is that of one', () => {
  const text = prose('docs/libyt.md');
  const labels = new Map([...text.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, label, target]) => [label!, target!]));
  for (const target of labels.values()) expect(target).toMatch(/^\.\.\/test\/.*(\.test\.ts|test_\w+\.py)$/);
  const used = [...text.matchAll(/\[([a-z]+)\](?![(:])/g)].map(([, label]) => label!);
  expect([...new Set(used)].sort()).toEqual([...labels.keys()].sort());
  // Tables whose last column is "test".
  const tables = text.split(/\n\n+/).filter((part) => /^\|.*\| test \|$/m.test(part));
  expect(tables.length).toBeGreaterThan(8);
  const rows = tables.flatMap((table) =>
    table
      .slice(table.indexOf('|'))
      .split('\n')
      .slice(2)
      .filter((row) => row.startsWith('|')),
  );
  expect(rows.filter((row) => !/\[[a-z]+\][^|]*\|$/.test(row))).toEqual([]);
});
