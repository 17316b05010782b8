/** Simulations without MPI: a library built by `npm run setup -- --serial`, one process, no launcher. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job, reporting } from '../support/job';
import type { Notebook } from '../support/notebook';
import { allranksCommand, root, serialToolchain } from '../support/places';
import { KEYS, Terminal } from '../support/terminal';
import { whenFiles } from '../support/wait';

const library = (): string => join(serialToolchain().programs, '..', 'lib', 'liballranks.so');

test('the library needs no MPI and offers no symbol of MPI', () => {
  const needed = spawnSync('readelf', ['-d', library()], { encoding: 'utf8' }).stdout;
  expect(needed).toMatch(/NEEDED.*libpython/);
  expect(needed).not.toMatch(/NEEDED.*libmpi/);
  const symbols = spawnSync('nm', ['-D', library()], { encoding: 'utf8' }).stdout;
  expect(symbols).toContain('allranks_initialize_serial');
  expect(symbols).not.toMatch(/\bP?MPI_/);
});

describe('a C program without MPI', () => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start({
      ranks: 1,
      toolchain: serialToolchain(),
      program: 'serial_loop',
      args: [],
      scripts: { 'serial_script.py': 'import time\ncalls = 0\ndef on_step():\n    global calls\n    calls += 1\n    time.sleep(0.001)\n' },
      run: ['--pause-at', 'start'],
    });
    notebook = await job.attach();
  }, 60_000);

  afterAll(() => job?.stop());

  check('cells see its memory and change it', async () => {
    await notebook.ok("import allranks\nallranks.arrays['field'][3, 2] = 7");
    await notebook.ok('%live step 3');
    expect(await notebook.value("[allranks.rank, allranks.size, allranks.step, allranks.time, allranks.arrays['field'][0, 0], calls]")).toEqual([0, 1, 3, 1.5, 3, 3]);
    expect((await notebook.run('allranks.comm')).error?.evalue).toContain('this simulation was built without MPI: there is no communicator');
  });

  check('an interrupt and an exception end the cell only', async () => {
    const sent = await notebook.send("print('begun', flush=True)\nwhile True: pass");
    await sent.printed('begun');
    await notebook.interrupt();
    expect((await sent.done()).content['ename']).toBe('KeyboardInterrupt');
    expect((await notebook.run('1/0')).error?.ename).toBe('ZeroDivisionError');
    expect((await notebook.run('import os; os._exit(1)')).content['status']).toBe('error');
    expect((await notebook.ok('1 + 1')).result).toBe('2');
  });

  check('status says what is guarded, and a stop ends the program', async () => {
    const status = await notebook.ok('%live status');
    expect(JSON.stringify(status.iopub)).not.toContain('reduced');
    await notebook.ok('%live stop --yes');
    expect(await job.end()).toBe(0);
    expect(job.output.text).toMatch(/serial_loop: field 7 after the last step/);
    expect(job.output.text).not.toContain('not fully protected');
  });
});

test('a program written for libyt without MPI: SERIAL_MODE is true, data as with MPI, nothing of other ranks', async () => {
  const script = `
import libyt, numpy as np
def look():
    number = int(libyt.param_yt["current_time"])
    assert libyt.libyt_info["SERIAL_MODE"] is True
    assert set(libyt.grid_data) == {0, 1} and libyt.grid_data[1]["Dens"].shape == (2, 2, 2)
    assert (libyt.grid_data[1]["Dens"].ravel() == 100 * number + 10 + np.arange(8)).all()
    assert libyt.hierarchy["proc_num"].tolist() == [[0], [0]] and libyt.hierarchy["par_count_list"].tolist() == [[3], [0]]
    assert (libyt.derived_func(1, "Derived").ravel() == 10 + np.arange(8)).all()
    assert libyt.get_particle(0, "io", "x").tolist() == [0, 0.25, 0.5] and libyt.particle_data[0]["io"]["mass"].tolist() == [1, 2, 4]
    assert libyt.get_field_remote([b"Dens"], 1, [0], 1, [], [], 0) is None
    assert libyt.get_particle_remote({b"io": [b"x"]}, [b"io"], [0], 1, [], [], 0) is None
    print("looked at round", number, flush=True)
`;
  const job = Job.launch({
    ranks: 1,
    toolchain: serialToolchain(),
    program: 'serial_grids',
    args: [],
    scripts: { 'serial_script.py': script },
    supervised: false,
  });
  try {
    expect(await job.end()).toBe(0);
    for (const round of [0, 1, 2]) expect(job.output.text).toContain(`looked at round ${round}`);
  } finally {
    await job.stop();
  }
}, 60_000);

test('a flag file holds a serial round for a notebook', async () => {
  const job = await Job.start({
    ranks: 1,
    toolchain: serialToolchain(),
    program: 'serial_grids',
    args: ['1'],
    scripts: { 'serial_script.py': 'def look(): pass\n', LIBYT_JUPYTER: '' },
  });
  try {
    const notebook = await job.attach();
    expect((await notebook.ok('import libyt\nlibyt.grid_data[0]["Dens"].sum()')).result).toContain('28');
    await notebook.ok('%live resume');
    expect(await job.end()).toBe(0);
  } finally {
    await job.stop();
  }
}, 60_000);

test('yt_run_InteractiveMode holds a serial round for the prompt, and goes on when it is left', async () => {
  const job = await Job.start({
    ranks: 1,
    toolchain: serialToolchain(),
    program: 'serial_grids',
    args: ['2', 'i'],
    name: 'serial_grids',
    scripts: { 'serial_script.py': 'looks = []\ndef look(): looks.append("script")\n', LIBYT_STOP: '' },
  });
  try {
    const open = (): Terminal => Terminal.start([allranksCommand, 'console', 'serial_grids'], { cwd: job.sandbox.cwd, env: job.sandbox.env });
    const first = open();
    await first.shows(/The run stands at yt_run_InteractiveMode, step 0\./);
    await first.shows(/\* look +success +V/);
    await first.shows(/>>> /);
    first.type(`def look(): looks.append("prompt")${KEYS.enter}`);
    await first.shows(/>>> /);
    first.type(`import libyt; (looks, float(libyt.grid_data[0]["Dens"].sum()))${KEYS.enter}`);
    await first.shows(/\n\(\['script'\], 28\.0\)\r?\n/);
    await first.shows(/>>> /);
    first.type(`%libyt exit${KEYS.enter}`);
    await first.shows(/The simulation goes on\./);
    expect(await first.end()).toBe(0);

    const second = open();
    await second.shows(/The run stands at yt_run_InteractiveMode, step 1\./);
    await second.shows(/>>> /);
    second.type(`looks${KEYS.enter}`);
    await second.shows(/\n\['script', 'prompt'\]\r?\n/);
    await second.shows(/>>> /);
    second.type(KEYS.ctrlD);
    expect(await second.end()).toBe(0);
    expect(await job.end()).toBe(0);
    expect(existsSync(join(job.sandbox.cwd, 'LIBYT_STOP'))).toBe(true);
  } finally {
    await job.stop();
  }
}, 60_000);

test('yt_run_ReloadScript reads a script again in a serial run, tells what became of it, and goes on when told', async () => {
  const job = await Job.start({
    ranks: 1,
    toolchain: serialToolchain(),
    program: 'serial_grids',
    args: ['2', 'r'],
    scripts: { 'serial_script.py': 'def look(): pass\n', LIBYT_STOP: '' },
  });
  try {
    const path = (name: string): string => join(job.sandbox.cwd, name);
    /** Makes a request; it goes when it is done. */
    const request = async (name: string): Promise<void> => {
      writeFileSync(path(name), '');
      await whenFiles([job.sandbox.cwd], () => (existsSync(path(name)) ? undefined : true), 20_000, `${name} removed`, () => job.report());
    };
    writeFileSync(path('reload.py'), 'import libyt\ndef look(): open("looked", "w").close()\nprint("sum", float(libyt.grid_data[0]["Dens"].sum()))\n');
    await request('LIBYT_RELOAD');
    expect(readFileSync(path('LIBYT_RELOAD_SUCCESS'), 'utf8')).toBe('[MPI Process 0]\nsum 28.0\n\n');
    writeFileSync(path('reload.py'), 'raise ValueError("wrong here")\n');
    await request('LIBYT_RELOAD');
    expect(readFileSync(path('LIBYT_RELOAD_FAILED'), 'utf8')).toContain('ValueError: wrong here');
    expect(existsSync(path('looked'))).toBe(false);
    // To the next round, which calls the new function and stands again; and to the end.
    await request('LIBYT_RELOAD_EXIT');
    await whenFiles([job.sandbox.cwd], () => (existsSync(path('looked')) ? true : undefined), 20_000, 'the new function called', () => job.report());
    await request('LIBYT_RELOAD_EXIT');
    expect(await job.end()).toBe(0);
  } finally {
    await job.stop();
  }
}, 60_000);

test('several processes of a library without MPI are told what they are', async () => {
  const job = Job.launch({
    ranks: 1,
    toolchain: serialToolchain(),
    program: 'serial_grids',
    args: ['1'],
    scripts: { 'serial_script.py': 'def look(): pass\n' },
    env: { OMPI_COMM_WORLD_SIZE: '4', OMPI_COMM_WORLD_RANK: '0' },
    supervised: false,
  });
  try {
    expect(await job.end()).toBe(0);
    expect(job.output.text).toContain("4 processes were started by Open MPI's mpiexec, but this library was built without MPI and takes each of them for a simulation of its own");
  } finally {
    await job.stop();
  }
}, 60_000);

test('programs and libraries of different kinds do not link', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ar-link-'));
  try {
    const source = join(folder, 'main.c');
    writeFileSync(source, '#include <allranks.h>\nint main(void) { return allranks_initialize("s"); }\n');
    const link = (build: string): ReturnType<typeof spawnSync> =>
      spawnSync('cc', [source, '-DALLRANKS_SERIAL', `-I${join(root, 'native', 'include')}`, `-L${build}`, '-lallranks', '-Wl,--unresolved-symbols=ignore-in-shared-libs', '-o', join(folder, 'main')], {
        encoding: 'utf8',
      });
    expect(link(join(serialToolchain().programs, '..', 'lib')).status).toBe(0);
    const other = link(join(root, 'build', 'lib'));
    expect(other.stderr).toContain('undefined reference to `allranks_initialize_serial');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('set-up refuses --serial together with an MPI compiler', () => {
  const { status, stderr } = spawnSync('sh', [join(root, 'kernelspec', 'setup.sh'), '--serial', '--mpicxx', 'mpicxx'], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain('--serial is a build without MPI; leave --mpicxx out');
});

