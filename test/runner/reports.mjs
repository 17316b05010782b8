/** Reads what test runners report; pure but for reading the file. A result is {passed, failed, skipped}. */
import { existsSync, readFileSync } from 'node:fs';

/** Result of `jest --json`. A suite that does not even load counts as one failed test. */
export function readJest(text) {
  const report = JSON.parse(text);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** Result of JUnit XML as pytest and ctest write it: sums over the suites. */
export function readJunit(text) {
  const result = { passed: 0, failed: 0, skipped: 0 };
  for (const [tag] of text.matchAll(/<testsuite\s[^>]*>/g)) {
    const number = (name) => Number(new RegExp(`\\s${name}="([0-9]+)"`).exec(tag)?.[1] ?? 0);
    const failed = number('failures') + number('errors');
    const skipped = number('skipped') + number('disabled');
    result.failed += failed;
    result.skipped += skipped;
    result.passed += number('tests') - failed - skipped;
  }
  return result;
}

/**
 * Result of one part. A runner that failed without naming a failed test, wrote no report or ran no test counts as one failure.
 *   kind  jest, junit or exit;  path  the report;  code  exit code of the runner, null when it was ended by the bound
 */
export function readReport(kind, path, code) {
  if (kind === 'exit') return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: 0, note: 'no report was written' };
  let result;
  try {
    result = kind === 'jest' ? readJest(readFileSync(path, 'utf8')) : readJunit(readFileSync(path, 'utf8'));
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, note: `the report cannot be read: ${error.message}` };
  }
  if (result.passed + result.failed + result.skipped === 0) return { ...result, failed: 1, note: 'no test ran' };
  if (code !== 0 && result.failed === 0) return { ...result, failed: 1, note: code === null ? 'ended at its time bound' : `exit code ${code}` };
  return result;
}
