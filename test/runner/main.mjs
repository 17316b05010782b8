/**
 * `npm test [-- LEVEL|PART ...]`: set-up, then every part of parts.mjs, then one line `N passed, N failed` over all of them.
 * What could not run is listed before that line; with CI=true it counts as failed. Logs: build/test-results.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { levels, parts } from './parts.mjs';
import { readReport } from './reports.mjs';
import { installMissing, needs, testPython } from './system.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const results = join(root, 'build', 'test-results');
const ci = process.env.CI === 'true' || process.env.CI === '1';

/** Open MPI 4 and 5 refuse more ranks than cores, and root, unless they are told; tests use up to 4 ranks anywhere. */
const launcherEnv = { OMPI_MCA_rmaps_base_oversubscribe: '1', PRTE_MCA_rmaps_default_mapping_policy: ':oversubscribe' };
if (process.getuid?.() === 0) {
  for (const prefix of ['OMPI', 'PRTE']) {
    launcherEnv[`${prefix}_ALLOW_RUN_AS_ROOT`] = '1';
    launcherEnv[`${prefix}_ALLOW_RUN_AS_ROOT_CONFIRM`] = '1';
  }
}

/** Parts that the words name; all of them without words. Ends the process on a wrong word. */
function choose(words) {
  const unknown = words.find((word) => !levels.includes(word) && !parts.some((part) => part.name === word));
  if (unknown !== undefined) {
    console.error(`tests: ${unknown} is no level (${levels.join(', ')}) and no part (${parts.map((part) => part.name).join(', ')})`);
    process.exit(2);
  }
  return parts.filter((part) => words.includes(part.name) || (!part.byHand && (words.length === 0 || words.includes(part.level))));
}

function setUp(options) {
  return spawnSync('sh', [join(root, 'kernelspec', 'setup.sh'), ...options], { stdio: 'inherit', cwd: root }).status === 0;
}

function buildFolder(options) {
  return spawnSync('sh', [join(root, 'kernelspec', 'setup.sh'), ...options, '--print-build'], { cwd: root, encoding: 'utf8' }).stdout.trim();
}

/** The command that runs now; it leads a process group of its own, which a Ctrl-C on the terminal does not reach. */
let running = null;
for (const [signal, number] of [['SIGHUP', 1], ['SIGINT', 2], ['SIGTERM', 15]]) {
  process.on(signal, () => {
    if (running?.pid) endGroup(running.pid, 'SIGTERM');
    process.exit(128 + number);
  });
}

function endGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It ended in this moment.
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Runs one command into a log; resolves with its exit code, or null when its time was up. Its whole process group is ended then. */
function runLogged(argv, log, minutes, env) {
  return new Promise((resolve) => {
    const stream = createWriteStream(log);
    const child = spawn(argv[0], argv.slice(1), { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    running = child;
    child.stdout.pipe(stream, { end: false });
    child.stderr.pipe(stream, { end: false });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      endGroup(child.pid, 'SIGKILL');
    }, minutes * 60_000);
    child.once('error', (error) => {
      clearTimeout(timer);
      stream.end(`${error.message}\n`, () => resolve(127));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      running = null;
      stream.end(() => resolve(late ? null : (code ?? 1)));
    });
  });
}

function tail(path) {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-40).join('\n');
}

/** Environment in which parts find the build tools that set-up has found: those of .venv when the system has none. */
function buildTools() {
  const folder = join(root, 'build', 'tools');
  rmSync(folder, { recursive: true, force: true });
  const brought = ['cmake', 'ctest', 'ninja'].filter((name) => existsSync(join(root, '.venv', 'bin', name)));
  if (!brought.includes('ctest')) return {};
  mkdirSync(folder, { recursive: true });
  for (const name of brought) symlinkSync(join(root, '.venv', 'bin', name), join(folder, name));
  return { PATH: `${folder}:${process.env.PATH}`, CMAKE_GENERATOR: 'Ninja' };
}

const chosen = choose(process.argv.slice(2));
if (!setUp([])) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const wanted = [...new Set(chosen.flatMap((part) => part.needs ?? []))];
installMissing(wanted);
const python = wanted.includes('testPython') ? testPython(root) : null;

const tools = buildTools();
const total = { passed: 0, failed: 0 };
const untested = [];
for (const part of chosen) {
  const missing = (part.needs ?? []).filter((name) => (name === 'testPython' ? python === null : !needs[name].present()));
  if (missing.length > 0) {
    untested.push(`${part.name}: ${missing.map((name) => needs[name]?.lacking ?? needs[name]?.packages.join(' ') ?? 'the Python packages of test/requirements.txt').join(', ')} missing`);
    if (ci) total.failed += 1;
    continue;
  }
  const began = Date.now();
  const log = join(results, `${part.name}.log`);
  const report = join(results, `${part.name}.${part.report === 'jest' ? 'json' : 'xml'}`);
  const builds = part.builds ?? [];
  let result;
  if (builds.every((options) => setUp(options))) {
    const context = { root, report, python: python ?? '', build: (n) => buildFolder(builds[n]) };
    // Open MPI's launcher will not start where one that was killed under the same process id has left its session folder.
    const temporary = mkdtempSync(join(tmpdir(), 'ar-'));
    const env = { TMPDIR: temporary, ...tools, ...launcherEnv, ...part.env, ...(python ? { ALLRANKS_TEST_PYTHON: python } : {}) };
    result = readReport(part.report, report, await runLogged(part.command(context), log, part.minutes ?? 10, env));
    rmSync(temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    if (result.failed > 0) console.log(tail(log));
  } else {
    result = { passed: 0, failed: 1, skipped: 0, note: 'its build failed' };
  }
  total.passed += result.passed;
  total.failed += result.failed;
  if (result.skipped > 0 && !part.chosen) {
    untested.push(`${part.name}: ${result.skipped} skipped, see build/test-results/${part.name}.log`);
    if (ci) total.failed += result.skipped;
  }
  const note = result.note ? ` (${result.note})` : '';
  console.log(`${part.name.padEnd(14)} ${result.passed} passed, ${result.failed} failed${note}, ${((Date.now() - began) / 1000).toFixed(0)} s`);
}
if (untested.length > 0) console.log(`not tested:\n  ${untested.join('\n  ')}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
