/** How a simulation starts: its script, a part of the ranks only, and what becomes of first-hour mistakes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Job, reporting } from '../support/job';
import { defaultToolchain } from '../support/places';
import { Sandbox } from '../support/sandbox';

describe('the start of a simulation', () => {
  let job: Job | undefined;
  const check = reporting(() => job);

  afterEach(async () => {
    await job?.stop();
    job = undefined;
  });

  check(
    'a missing inline script is created empty, with a notice',
    async () => {
      job = await Job.start({ ranks: 2, args: ['--steps', '0', '--script', 'fresh_script'] });
      await job.printed(/the inline script fresh_script\.py did not exist; an empty one was created/);
      expect(readFileSync(join(job.sandbox.cwd, 'fresh_script.py'), 'utf8')).toBe('');
      expect((await (await job.attach()).ok('__name__')).result).toBe("'fresh_script'");
      expect(job.output.text.match(/did not exist/g)).toHaveLength(1);
    },
    60_000,
  );

  check(
    'a call from a thread that did not initialise the library is refused in one sentence, and the simulation goes on',
    async () => {
      job = await Job.start({ ranks: 1, program: 'difficult_host', args: ['--steps', '0', '--elsewhere'] });
      for (const [what, name] of [
        ['step', 'allranks_step'],
        ['function', 'allranks_run_function'],
      ]) {
        const [, status, sentence] = await job.printed(new RegExp(`elsewhere: ${what} gives (-?\\d+): (.*?)\\r?\\n`));
        expect(status).not.toBe('0');
        expect(sentence).toBe(
          `${name}: called from another thread than the one that initialised the library; cells run on that thread only`,
        );
      }
      expect((await (await job.attach()).ok('1 + 1')).result).toBe('2');
    },
    60_000,
  );

  check(
    'a script that raises at import gives one folded traceback and a failure on all ranks',
    async () => {
      job = Job.launch({
        ranks: 3,
        args: ['--steps', '10'],
        scripts: { 'step_loop_script.py': 'def f():\n    raise OSError("no such disk")\nf()\n' },
      });
      expect(await job.end()).not.toBe(0);
      expect(job.output.text.match(/OSError: no such disk/g)).toHaveLength(1);
      expect(job.output.text).toContain('step_loop_script.py');
      expect(job.output.text).toContain('raise OSError');
      expect(job.output.text).toContain('step_loop: allranks_initialize failed');
    },
    60_000,
  );

  describe('with a second Python', () => {
    const own = (): string => join(dirname(defaultToolchain().mpiexec), 'python');
    const linked = (): string =>
      execFileSync(own(), ['-c', 'import platform; print(platform.python_version())'], { encoding: 'utf8' }).trim();

    /** Starts a run in an environment of the user; its output when the simulation has ended. */
    async function refused(sandbox: Sandbox, env: NodeJS.ProcessEnv): Promise<string> {
      job = Job.launch({ ranks: 3, args: ['--steps', '10'], sandbox, env });
      expect(await job.end()).not.toBe(0);
      expect(job.output.text).toContain('step_loop: allranks_initialize failed');
      return job.output.text.replaceAll('\r', '');
    }

    check(
      'an active environment that another Python has made is refused once, in one sentence',
      async () => {
        const sandbox = new Sandbox();
        const environment = join(sandbox.folder, 'environment');
        const config = join(environment, 'pyvenv.cfg');
        const version = (): string | undefined => /^version *= *(\S+)/m.exec(existsSync(config) ? readFileSync(config, 'utf8') : '')?.[1];
        const make = (python: string): unknown => spawnSync(python, ['-m', 'venv', '--clear', '--without-pip', environment]);
        // The system's Python, which is mostly another one than that of the build; else a version that this environment might have.
        make('/usr/bin/python3');
        if (version() === undefined || version() === linked()) {
          make(own());
          writeFileSync(config, readFileSync(config, 'utf8').replace(/^version *=.*$/m, 'version = 3.99.1'));
        }
        const text = await refused(sandbox, { VIRTUAL_ENV: environment });
        const sentence = `the environment ${environment} was made by Python ${version()}, but this library is linked to libpython ${linked()}; make the environment with that Python, or build the library with --python ${environment}/bin/python\n`;
        expect(text.split(sentence)).toHaveLength(2);
      },
      60_000,
    );

    check(
      'an interpreter of another version that ALLRANKS_PYTHON names by a link is refused once, in one sentence',
      async () => {
        const sandbox = new Sandbox();
        const python = join(sandbox.folder, 'python');
        // The library goes by the name and does not start it.
        writeFileSync(join(sandbox.folder, 'python3.99'), '');
        symlinkSync('python3.99', python);
        const text = await refused(sandbox, { ALLRANKS_PYTHON: python });
        const sentence = `${python} is Python 3.99, but this library is linked to libpython ${linked()}; set ALLRANKS_PYTHON to one of that version, or build the library with --python ${python}\n`;
        expect(text.split(sentence)).toHaveLength(2);
      },
      60_000,
    );
  });

  check(
    'a script that raises on one rank only names the rank',
    async () => {
      const script = 'import allranks\nif allranks.rank == 1: raise OSError("no such disk")\n';
      job = Job.launch({ ranks: 3, args: ['--steps', '10'], scripts: { 'step_loop_script.py': script } });
      expect(await job.end()).not.toBe(0);
      expect(job.output.text.match(/OSError: no such disk/g)).toHaveLength(1);
      expect(job.output.text).toMatch(/rank 1\b/);
    },
    60_000,
  );

  check(
    'cells of a communicator smaller than MPI_COMM_WORLD use allranks.comm; MPI.COMM_WORLD raises and names it',
    async () => {
      job = await Job.start({ ranks: 3, args: ['--steps', '0', '--split', '2'] });
      const notebook = await job.attach();
      expect((await notebook.ok('import allranks\n(allranks.size, allranks.comm.allreduce(1))')).result).toBe('(2, 2)');
      const cell = await notebook.run('from mpi4py import MPI\nMPI.COMM_WORLD.Barrier()');
      expect(cell.content).toMatchObject({ status: 'error', ename: 'RuntimeError' });
      expect(cell.content['evalue']).toContain('allranks.comm');
      expect((await notebook.ok('allranks.comm.allreduce(1)')).result).toBe('2');
      await notebook.ok('%live stop --yes');
      expect(await job.end()).toBe(0);
    },
    60_000,
  );

  check(
    'a program without `allranks run` runs to its end without a bridge',
    async () => {
      job = Job.launch({ ranks: 2, supervised: false, args: ['--steps', '50', '--step-us', '100'] });
      expect(await job.end()).toBe(0);
      expect(job.output.text).toMatch(/step_loop: 50 steps/);
      expect(existsSync(job.kernelspecFile)).toBe(false);
    },
    60_000,
  );

  check(
    'the inline script is read by rank 0 and imported once on every rank, and the environment of the user stays clean',
    async () => {
      const script = 'import allranks\ncount = globals().get("count", 0) + 1\n';
      job = await Job.start({ ranks: 4, args: ['--steps', '0'], scripts: { 'step_loop_script.py': script } });
      const notebook = await job.attach();
      expect(await notebook.value('allranks.comm.allgather(count)')).toEqual([1, 1, 1, 1]);
      expect((await notebook.ok("import sys\nsys.modules['step_loop_script'].__dict__ is globals()")).result).toBe('True');
      expect(existsSync(join(job.sandbox.folder, 'home', '.ipython'))).toBe(false);
      expect(await notebook.value("__import__('os').listdir(__import__('os').environ['IPYTHONDIR'])")).toEqual([]);
    },
    60_000,
  );

  check(
    'a second live run of the same name is called NAME-2, with a warning, and both take cells',
    async () => {
      job = await Job.start({ ranks: 1, args: ['--steps', '0'], name: 'twin' });
      const second = Job.launch({ ranks: 2, args: ['--steps', '0'], name: 'twin', sandbox: job.sandbox });
      await second.printed(/twin-2/);
      const renamed = Object.assign(Object.create(Object.getPrototypeOf(second) as object) as Job, second, { name: 'twin-2' });
      await renamed.live();
      const [one, two] = await Promise.all([job.attach(), renamed.attach()]);
      expect((await one.ok('__import__("allranks").size')).result).toBe('1');
      expect((await two.ok('__import__("allranks").size')).result).toBe('2');
      await two.close();
    },
    60_000,
  );
});
