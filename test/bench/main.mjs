/** `npm run bench [-- OPTIONS of bench.py]`: set-up, then the benchmark in the test environment; results in build/bench.json and BENCHMARKS.md. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testPython } from '../runner/system.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const run = (argv) => spawnSync(argv[0], argv.slice(1), { cwd: root, stdio: 'inherit' }).status ?? 1;

const options = process.argv.slice(2);
let code = run(['sh', join(root, 'kernelspec', 'setup.sh')]);
const python = code === 0 ? (process.env.ALLRANKS_TEST_PYTHON ?? testPython(root)) : null;
if (code === 0 && python === null) {
  console.error('bench: the Python environment of the tests could not be made');
  code = 1;
}
if (code === 0)
  code = run([
    python,
    join(root, 'test', 'bench', 'bench.py'),
    '-o',
    join(root, 'build', 'bench.json'),
    '--table',
    join(root, 'BENCHMARKS.md'),
    ...options,
  ]);
process.exitCode = code;
