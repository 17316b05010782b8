import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const program = join(__dirname, '..', '..', '..', 'dist', 'bridge', 'server', 'main.js');

test('a bridge that gets no configuration says so and nothing else: this Node knows every flag that it sets', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(stderr).toBe('allranks bridge: give the configuration with --config FILE\n');
  expect(status).toBe(2);
});
