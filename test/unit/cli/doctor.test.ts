import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launcherOf } from '../../../kernelspec/cli/doctor';

describe('the launcher that belongs to a compiler wrapper', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'allranks-'));
    for (const name of ['mpiexec', 'mpiexec.mpich', 'mpirun.openmpi']) {
      writeFileSync(join(folder, name), '');
      chmodSync(join(folder, name), 0o755);
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ['mpicxx', 'mpiexec'],
    ['mpic++', 'mpiexec'],
    ['mpicxx.mpich', 'mpiexec.mpich'],
    ['mpicxx.openmpi', 'mpirun.openmpi'],
    ['mpicxx.other', 'mpiexec'],
  ])('beside %s is %s', (wrapper, launcher) => {
    expect(launcherOf(join(folder, wrapper))).toBe(join(folder, launcher));
  });
});
