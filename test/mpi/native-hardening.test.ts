/**
 * The native library among bad company: bridges that die, lie or hang, simulations with traps, handlers, threads and a Python
 * of their own, cells that fork or leave timers behind. Each scenario of native_scenarios is one test; the bridge is made
 * by hand there (test/support/fake_bridge.py), so that it can do what the real one never would.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultToolchain, launch } from '../support/places';
import { Sandbox } from '../support/sandbox';
import { GrowingText, within } from '../support/wait';

const scenarios = join(__dirname, 'native_scenarios');
const all = readdirSync(scenarios)
  .filter((file) => file.endsWith('.py'))
  .flatMap((file) => [...readFileSync(join(scenarios, file), 'utf8').matchAll(/^@scenario\ndef (\w+)/gm)])
  .map((match) => match[1]!);
// Sanitizers multiply memory use, the subject of one scenario, and exclude that of another.
const names = process.env['ALLRANKS_TEST_SANITIZED'] ? all.filter((name) => !['nothing_leaks', 'link_has_no_race_between_its_threads'].includes(name)) : all;
// The one whose subject is a limit of a minute.
const limitMs = 100_000;

test.each(names.map((name) => [name.replaceAll('_', ' '), name]))(
  '%s',
  async (_title, name) => {
    const toolchain = defaultToolchain();
    const python = process.env['ALLRANKS_TEST_RANKS_PYTHON'] ?? join(dirname(toolchain.mpiexec), 'python');
    const sandbox = new Sandbox();
    const output = new GrowingText();
    try {
      const launcher = launch(toolchain, 9).map((word) => (word === '9' ? '{n}' : word));
      const child = spawn(python, [scenarios, name, toolchain.programs, sandbox.cwd, ...launcher], {
        cwd: sandbox.cwd,
        env: sandbox.env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.on('data', (data) => output.add(data));
      child.stderr.on('data', (data) => output.add(data));
      const ended = new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      });
      const code = await within(ended, limitMs, `scenario ${name}`, () => output.text);
      if (code !== 0) throw new Error(`scenario ${name} failed:\n${output.text.slice(-6000)}`);
    } finally {
      sandbox.close();
    }
  },
  limitMs + 10_000,
);
