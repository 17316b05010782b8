import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, ignoredSignals } from '../../../kernelspec/run/program';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'allranks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a program is looked for as a shell does', () => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'plain'), '');
  chmodSync(join(folder, 'plain'), 0o644);
  writeFileSync(join(folder, 'sim'), '#!/bin/sh\n');
  chmodSync(join(folder, 'sim'), 0o755);
  const env = { PATH: `/nowhere:${folder}` };
  expect(findProgram('sim', env)).toBe(0);
  expect(findProgram(join(folder, 'sim'), {})).toBe(0);
  expect(findProgram('sub', env)).toBe(126);
  expect(findProgram('plain', env)).toBe(126);
  expect(findProgram('absent', env)).toBe(127);
  expect(findProgram(join(folder, 'absent'), env)).toBe(127);
});

test('ignored signals are read from the mask of /proc', () => {
  expect(ignoredSignals({ ALLRANKS_IGNORED_SIGNALS: '0000000000000001' })).toEqual(['SIGHUP']);
  expect(new Set(ignoredSignals({ ALLRANKS_IGNORED_SIGNALS: '0000000000000006' }))).toEqual(new Set(['SIGINT', 'SIGQUIT']));
  expect(ignoredSignals({ ALLRANKS_IGNORED_SIGNALS: 'no mask' })).toEqual([]);
  expect(ignoredSignals({})).toEqual([]);
});
