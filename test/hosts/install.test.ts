/**
 * Installations for own codes, from the command of the README to a cell in a program that was built against them outside of the checkout.
 * MPI, Python and build are those of set-up, so that nothing is compiled again.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job } from '../support/job';
import { defaultToolchain, root, serialToolchain } from '../support/places';
import { Sandbox } from '../support/sandbox';

const venv = process.env['ALLRANKS_TEST_VENV'] ?? join(root, '.venv');
const SOURCE = `
#include <allranks.h>
#ifndef ALLRANKS_SERIAL
#include <mpi.h>
#endif
int main(int argc, char *argv[]) {
#ifdef ALLRANKS_SERIAL
  if (allranks_initialize("own_script") != 0) return 3;
#else
  MPI_Init(&argc, &argv);
  if (allranks_initialize(MPI_COMM_WORLD, "own_script") != 0) return 3;
#endif
  double rho[6] = {0, 1, 2, 3, 4, 5};
  int64_t shape[1] = {6};
  allranks_expose("density", rho, ALLRANKS_FLOAT64, 1, shape, NULL, 0);
  for (int step = 0; !allranks_stop_requested(); ++step) allranks_step(step, 0.5 * step);
  allranks_finalize();
#ifndef ALLRANKS_SERIAL
  MPI_Finalize();
#endif
  return 0;
}
`;

const outside = mkdtempSync(join(tmpdir(), 'ar-install-'));
const place = (...names: string[]): string => join(outside, ...names);

function run(env: NodeJS.ProcessEnv, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: outside, env: { ...process.env, ...env }, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** The interpreter of set-up's build without MPI. */
const serialPython = (): string =>
  /^Python3_EXECUTABLE:\w+=(.*)$/m.exec(readFileSync(join(serialToolchain().programs, '..', 'CMakeCache.txt'), 'utf8'))![1]!;

/** A program of the folder `programs` under `allranks run` of the installation, and what a cell in it sees. */
async function tour(installed: string, programs: string, ranks: number, program = 'own', args: string[] = []): Promise<void> {
  const job = await Job.start({
    ranks,
    toolchain: { ...defaultToolchain(), programs, ...(ranks === 0 ? { mpiexec: '' } : {}) },
    program,
    args,
    name: 'own',
    scripts: { 'own_script.py': 'greeting = "hello"\n' },
    allranks: join(installed, 'bin', 'allranks'),
  });
  try {
    const notebook = await job.attach();
    await notebook.ok('import allranks');
    expect(await notebook.value('[allranks.size, allranks.arrays["density"].tolist(), greeting]')).toEqual([
      Math.max(1, ranks),
      [0, 1, 2, 3, 4, 5],
      'hello',
    ]);
    // It is the installation's own package, library and kernel that are at work, not the checkout's.
    expect(await notebook.value<string>('allranks.__file__')).toContain(installed);
    const mapped = '[line.split()[-1] for line in open("/proc/self/maps") if "liballranks" in line][0]';
    expect(await notebook.value<string>(mapped)).toContain(installed);
    expect(readFileSync(job.kernelspecFile, 'utf8')).toContain(installed);
    await notebook.ok('%live stop --yes');
    expect(await job.end()).toBe(0);
  } finally {
    await job.stop();
  }
}

afterAll(() => rmSync(outside, { recursive: true, force: true }));

describe.each([
  ['with MPI', 'own', () => ['--mpicxx', join(venv, 'bin', 'mpicxx'), '--python', join(venv, 'bin', 'python')], 2],
  ['without MPI', 'alone', () => ['--serial', '--python', serialPython()], 0],
] as const)('an installation %s', (_, name, options, ranks) => {
  const installed = place(name);
  const programs = place(`${name}-bin`);
  const compiler = ranks === 0 ? 'cc' : join(venv, 'bin', 'mpicc');

  beforeAll(() => {
    // A relative prefix is the user's folder's.
    run({}, 'sh', join(root, 'kernelspec', 'setup.sh'), '--prefix', name, ...options());
    mkdirSync(programs);
    writeFileSync(place('own.c'), SOURCE);
  }, 120_000);

  test('serves a C program through pkg-config and a compiler', async () => {
    const flags = run({ PKG_CONFIG_PATH: place(name, 'lib', 'pkgconfig') }, 'pkg-config', '--cflags', '--libs', 'allranks')
      .trim()
      .split(/\s+/);
    run({}, compiler, 'own.c', ...flags, '-o', join(programs, 'own'));
    await tour(installed, programs, ranks);
  }, 60_000);

  test('serves a C project through CMake', async () => {
    const project = place(`${name}-project`);
    mkdirSync(project);
    writeFileSync(
      join(project, 'CMakeLists.txt'),
      `cmake_minimum_required(VERSION 3.18)\nproject(own LANGUAGES C)\nfind_package(allranks REQUIRED)\nadd_executable(own ${place('own.c')})\ntarget_link_libraries(own PRIVATE allranks::allranks)\n`,
    );
    const cmake = /^CMAKE_COMMAND:INTERNAL=(.*)$/m.exec(
      readFileSync(join(serialToolchain().programs, '..', 'CMakeCache.txt'), 'utf8'),
    )![1]!;
    run(
      {},
      cmake,
      '-S',
      project,
      '-B',
      join(project, 'b'),
      `-DCMAKE_PREFIX_PATH=${installed}`,
      ...(ranks === 0 ? [] : [`-DMPI_C_COMPILER=${compiler}`]),
    );
    run({}, cmake, '--build', join(project, 'b'));
    await tour(installed, join(project, 'b'), ranks);
  }, 60_000);

  test.each([
    ['C', 'c', 'c99'],
    ['C++', 'c++', 'c++14'],
  ])(
    'serves a %s program written for libyt, which is compiled for it and linked by -lyt',
    async (_language, kind, standard) => {
      const object = place(`${name}-libyt.o`);
      const include = join(installed, 'include');
      const lib = join(installed, 'lib');
      const driver = ranks === 0 ? (kind === 'c' ? 'cc' : 'c++') : join(venv, 'bin', kind === 'c' ? 'mpicc' : 'mpicxx');
      const source = join(root, 'test', 'hosts', 'programs', 'headers', 'libyt_full.c');
      run(
        {},
        driver,
        '-x',
        kind,
        `-std=${standard}`,
        `-I${include}`,
        ...(ranks === 0 ? ['-DWITHOUT_MPI'] : []),
        '-c',
        source,
        '-o',
        object,
      );
      run({}, driver, object, `-L${lib}`, '-lyt', `-Wl,-rpath,${lib}`, '-o', join(programs, 'libyt_full'));
      const script = readFileSync(join(root, 'test', 'hosts', 'programs', 'headers', 'libyt_full_script.py'), 'utf8');
      const library = 'print("library", *{line.split()[-1] for line in open("/proc/self/maps") if "liballranks" in line}, flush=True)\n';
      const job = Job.launch({
        ranks,
        toolchain: { ...defaultToolchain(), programs, ...(ranks === 0 ? { mpiexec: '' } : {}) },
        program: 'libyt_full',
        args: [],
        scripts: { 'libyt_full_script.py': script + library },
        supervised: false,
      });
      try {
        const code = await job.end(30_000);
        const { text } = job.output;
        for (let rank = 0; rank < Math.max(1, ranks); ++rank) {
          for (const line of [`checked ${rank} 0`, `checked ${rank} 4`, `libyt_full: rank ${rank}: 0 wrong`]) expect(text).toContain(line);
        }
        // One library, and it is the installation's.
        expect(text.match(/^library .*$/gm)).toEqual(
          Array.from({ length: Math.max(1, ranks) }, () => expect.stringMatching(new RegExp(`^library ${lib}/liballranks\\.so\\S*$`))),
        );
        expect(code).toBe(0);
      } finally {
        await job.stop();
      }
    },
    60_000,
  );

  test('is in order, says its doctor', () => {
    const sandbox = new Sandbox();
    try {
      const told = spawnSync(join(installed, 'bin', 'allranks'), ['doctor'], {
        cwd: outside,
        env: { ...sandbox.env, PATH: `${join(venv, 'bin')}:${sandbox.env['PATH']}` },
        encoding: 'utf8',
      });
      expect(told.stdout).toMatch(
        ranks === 0 ? /^ok +MPI +none: the library was built without MPI/m : /^ok +MPI +Open MPI .*two ranks with/m,
      );
      expect(told.stdout).toMatch(/^ok +Node .*addon with protocol/m);
      expect(told.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('ok '))).toEqual([]);
      expect(told.status).toBe(0);
    } finally {
      sandbox.close();
    }
  });
});

test('a Python program joins its interpreter by the package of the installation', async () => {
  writeFileSync(
    place('own.py'),
    [
      'import allranks, numpy',
      'from mpi4py import MPI',
      'assert allranks.initialize(MPI.COMM_WORLD, "own_script")',
      'rho = numpy.arange(6.0)',
      'allranks.expose("density", rho)',
      'step = 0',
      'while not allranks.stop_requested():',
      '    allranks.step(step, 0.5 * step)',
      '    step += 1',
      'allranks.finalize()',
    ].join('\n'),
  );
  await tour(place('own'), join(venv, 'bin'), 2, 'python', [place('own.py')]);
}, 60_000);

test('nothing of an installation lies elsewhere than below its prefix', () => {
  expect(readdirSync(outside).filter((name) => !/^(own|alone)/.test(name))).toEqual([]);
});
