import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const reports = join(__dirname, '..', '..', 'runner', 'reports.mjs');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'allranks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The runner is an ES module; it is asked in a process of its own. */
function read(kind: string, text: string | null, code: number | null): Record<string, unknown> {
  const path = join(folder, 'report');
  if (text !== null) writeFileSync(path, text);
  const script = `import { readReport } from ${JSON.stringify(reports)}; console.log(JSON.stringify(readReport(...JSON.parse(process.argv[1]))));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script, JSON.stringify([kind, path, code])], { encoding: 'utf8' });
  return JSON.parse(out) as Record<string, unknown>;
}

describe('the sum over all runners', () => {
  test('counts jest tests, and a suite that does not load as a failure', () => {
    const text = JSON.stringify({ numPassedTests: 5, numFailedTests: 1, numRuntimeErrorTestSuites: 1, numPendingTests: 2 });
    expect(read('jest', text, 1)).toEqual({ passed: 5, failed: 2, skipped: 2 });
  });

  test('counts JUnit suites of pytest and ctest', () => {
    const pytest = '<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1"><testcase/></testsuite></testsuites>';
    expect(read('junit', pytest, 1)).toEqual({ passed: 4, failed: 3, skipped: 3 });
    const ctest = '<testsuite name="x" tests="4" failures="0" disabled="0" skipped="1">';
    expect(read('junit', ctest, 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
  });

  test.each([
    ['a runner without report', 'jest', null, 1],
    ['a torn report', 'jest', '{', 1],
    ['no test at all', 'junit', '<testsuite tests="0" failures="0">', 0],
    ['a command that fails', 'exit', null, 3],
    ['a command that ran out of time', 'exit', null, null],
  ])('%s is one failure', (_what, kind, text, code) => {
    expect(read(kind, text, code)).toMatchObject({ passed: 0, failed: 1 });
  });

  test('a failed runner whose report names no failure is one failure more', () => {
    expect(read('junit', '<testsuite tests="2" failures="0">', null)).toMatchObject({ passed: 2, failed: 1 });
  });
});
