/** `npm run test:chaos -- [--cells N] [--seed S] [--without ACTION,...]`: chaos of any length; a failure names round and seed. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const { values } = parseArgs({ options: { cells: { type: 'string', default: '1000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) }, without: { type: 'string', default: '' } } });
for (const name of ['cells', 'seed']) {
  const text = values[name];
  if (!/^\d+$/.test(text) || Number(text) < 1) {
    console.error(`chaos: --${name} takes a whole number, 1 or more, and got "${text}"`);
    process.exit(2);
  }
}
console.log(`chaos: ${values.cells} cells, seed ${values.seed}`);
const env = {
  ...process.env,
  ALLRANKS_CHAOS_CELLS: values.cells,
  ALLRANKS_CHAOS_SEED: values.seed,
  ALLRANKS_CHAOS_WITHOUT: values.without,
  OMPI_ALLOW_RUN_AS_ROOT: '1',
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
};
const done = spawnSync(process.execPath, [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--runInBand', 'test/fault/chaos.test.ts'], { cwd: root, env, stdio: 'inherit' });
process.exit(done.status ?? 1);
