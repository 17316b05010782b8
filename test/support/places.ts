/**
 * Where tests find what set-up and build have made. Each place can be named by the environment, so that the same tests run
 * against another MPI or Python.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

export const root = resolve(__dirname, '..', '..');

/** The command that a user types. */
export const allranksCommand = join(root, 'kernelspec', 'bin', 'allranks');

/** An MPI: its launcher, the folder of test programs built with it, the Python environment that the ranks embed. */
export interface Toolchain {
  /** Empty: the program is started by itself. */
  mpiexec: string;
  programs: string;
  /** Set as ALLRANKS_PYTHON when given; else the one that was built in. */
  python?: string;
}

/** The build of `npm run setup`, with the test programs. */
export function defaultToolchain(): Toolchain {
  const venv = process.env['ALLRANKS_TEST_VENV'] ?? join(root, '.venv');
  const programs = process.env['ALLRANKS_TEST_PROGRAMS'] ?? join(root, 'build', 'bin');
  return { mpiexec: process.env['ALLRANKS_TEST_MPIEXEC'] ?? join(venv, 'bin', 'mpiexec'), programs };
}

/** The build with the system's LAMMPS and Open MPI. Throws a sentence when there is none. */
export function lammpsToolchain(): Toolchain {
  const mpiexec = process.env['ALLRANKS_TEST_LAMMPS_MPIEXEC'] ?? '/usr/bin/mpirun.openmpi';
  const build = join(root, 'build');
  const folders = process.env['ALLRANKS_TEST_LAMMPS_PROGRAMS']
    ? [process.env['ALLRANKS_TEST_LAMMPS_PROGRAMS']]
    : readdirSync(build).map((name) => join(build, name, 'bin'));
  const programs = folders.find((folder) => existsSync(join(folder, 'lammps_host')));
  if (programs === undefined)
    throw new Error('lammps_host is not built; configure a native build with ALLRANKS_LAMMPS=ON or set ALLRANKS_TEST_LAMMPS_PROGRAMS');
  return { mpiexec, programs };
}

/** The build without MPI (`npm run setup -- --serial`). Throws a sentence when there is none. */
export function serialToolchain(): Toolchain {
  const build = join(root, 'build');
  const programs = readdirSync(build)
    .filter((name) => name.startsWith('serial-'))
    .map((name) => join(build, name, 'bin'))
    .find((folder) => existsSync(join(folder, 'serial_loop')));
  if (programs === undefined) throw new Error('serial_loop is not built; run: npm run setup -- --serial');
  return { mpiexec: '', programs };
}

/**
 * Those of `counts` that the MPI of this run is tested with. MPICH's ranks do not give the processor away while they wait:
 * more of them than cores hardly get on.
 */
export function rankCounts(...counts: number[]): number[] {
  const most = Number(process.env['ALLRANKS_TEST_MOST_RANKS'] ?? Infinity);
  return counts.filter((count) => count <= most);
}

/** The build with Debian's MPICH. Throws a sentence when there is none. */
export function mpichToolchain(): Toolchain {
  const build = join(root, 'build');
  const folders = process.env['ALLRANKS_TEST_MPICH_PROGRAMS']
    ? [process.env['ALLRANKS_TEST_MPICH_PROGRAMS']]
    : readdirSync(build)
        .filter((name) => name.startsWith('mpich-'))
        .map((name) => join(build, name, 'bin'));
  const programs = folders.find((folder) => existsSync(join(folder, 'libyt_grids')));
  if (programs === undefined) throw new Error('there is no build with MPICH; run: npm run setup -- --mpicxx mpicxx.mpich');
  return { mpiexec: process.env['ALLRANKS_TEST_MPICH_MPIEXEC'] ?? '/usr/bin/mpiexec.mpich', programs };
}

/** Arguments of the launcher for `ranks` ranks on a machine that may have fewer cores. */
export function launch(toolchain: Toolchain, ranks: number): string[] {
  if (toolchain.mpiexec === '') return [];
  // MPICH's launcher needs no leave for either.
  if (basename(toolchain.mpiexec).includes('mpich')) return [toolchain.mpiexec, '-n', String(ranks)];
  const asRoot = process.getuid?.() === 0 ? ['--allow-run-as-root'] : [];
  return [toolchain.mpiexec, ...asRoot, '--oversubscribe', '-n', String(ranks)];
}

/** Debian's Chromium, or the browser that the environment names. */
export function chromiumPath(): string {
  return process.env['ALLRANKS_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
}

/** Python of the environment with the public Jupyter packages that tests use. */
export function testPython(): string {
  return process.env['ALLRANKS_TEST_PYTHON'] ?? join(root, 'build', 'test-venv', 'bin', 'python');
}
