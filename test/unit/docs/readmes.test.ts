/** Each folder of the checkout tells what it knows, in a README of its own. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../support/places';

/** What git has or would take, so that a new folder counts before it is committed. */
const files = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .stdout.split('\n')
  .filter((name) => name !== '');
/** A folder that holds folders alone is explained by the one above it. */
const folders = [...new Set(files.map((name) => dirname(name)))].sort();

test('there are folders to look at', () => {
  expect(folders).toEqual(expect.arrayContaining(['.', 'kernel', 'kernelspec/run', 'test/unit/docs']));
});

test('every folder with files has a README.md', () => {
  const all = new Set(files);
  expect(folders.filter((folder) => !all.has(join(folder, 'README.md')))).toEqual([]);
});

test('each has a heading and, below it, words', () => {
  const readmes = files.filter((name) => /(^|\/)README\.md$/.test(name));
  expect(readmes.filter((name) => !/^# \S.*\n\n[\s\S]{40}/.test(readFileSync(join(root, name), 'utf8')))).toEqual([]);
});
