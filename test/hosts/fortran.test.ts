/**
 * Simulations in Fortran: `use allranks`, with each way to call MPI that the machine's MPIs have. Programs are those of the builds
 * (`waves_*`), and one compiled against an installation as a user would.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job } from '../support/job';
import { defaultToolchain, lammpsToolchain, root, serialToolchain, type Toolchain } from '../support/places';

const SCRIPT = `
import allranks, numpy as np
calls, taken = 0, set()
def on_step():
    global calls
    calls += 1
def take(*words):
    taken.add(repr(words))
`;

/** What the arrays of rank `r` are, from the formulas of waves.F90; Fortran's (i, j) is [i - 1, j - 1]. */
const CHECK = `
r = allranks.rank
A = allranks.arrays
rho = np.array([[100 * r + 10 * (i + 1) + j + 1 for j in range(3)] for i in range(4)], float)
rho[0, 0] = A["rho"][0, 0]
assert sorted(A) == ["backwards", "charges", "counts", "cube", "one", "phase", "rho", "row", "section"], sorted(A)
assert A["rho"].dtype == "f8" and A["rho"].strides == (8, 32) and A["rho"].flags.f_contiguous and A["rho"].flags.writeable
assert (A["rho"] == rho).all() and (A["row"] == rho[1]).all() and A["row"].strides == (32,) and not A["row"].flags.writeable
assert (A["backwards"][:3] == rho[::-1, 0][:3]).all() and A["backwards"].strides == (-8,)
assert A["row"].__array_interface__["data"][0] == A["rho"].__array_interface__["data"][0] + 8
cube = np.full((4, 3, 2), 0.5, "f4"); cube[2, 1, 1] = 7
assert A["cube"].dtype == "f4" and A["cube"].strides == (4, 16, 48) and (A["cube"] == cube).all()
assert (A["section"] == cube[::2, 1, :]).all() and A["section"].strides == (8, 48)
assert A["counts"].dtype == "i8" and A["counts"].tolist() == [1, 2, -5000000000]
assert A["phase"].dtype == "c16" and A["phase"].tolist() == [1 + 2j, 3 - 4j]
assert A["charges"].strides == (16,) and A["charges"].tolist() == [2, 9, 2]
assert A["one"].tolist() == [rho[1, 2]]
assert taken == {"(1, 'two', [3, 4])"}, taken
`;

async function tour(toolchain: Toolchain, program: string, ranks: number): Promise<void> {
  const job = await Job.start({ ranks, toolchain, program, args: [], scripts: { 'waves_script.py': SCRIPT } });
  try {
    const notebook = await job.attach();
    await notebook.ok('%live pause');
    await notebook.ok(CHECK);
    if (ranks > 1) expect(await notebook.value("allranks.comms['again'].allreduce(1)")).toBe(ranks);
    const before = await notebook.value<number[]>("[allranks.step, float(allranks.arrays['rho'][0, 0]), calls]");
    await notebook.ok('%live step 3');
    const after = await notebook.value<number[]>("[allranks.step, float(allranks.arrays['rho'][0, 0]), calls]");
    expect(after).toEqual(before.map((value) => value + 3));
    expect(await notebook.value('allranks.time == 0.5 * allranks.step')).toBe(true);
    await notebook.ok("allranks.arrays['rho'][3, 2] = 1000 + allranks.rank");
    expect((await notebook.run("if allranks.rank == 0: raise ValueError('no')")).error?.ename).toBe('ValueError');
    await notebook.ok('%live stop --yes');
    expect(await job.end()).toBe(0);
    for (let rank = 0; rank < ranks; rank++) expect(job.output.text).toContain(`waves: rank ${rank} saw ${1000 + rank}.0 in rho(4, 3)`);
    expect(job.output.text).not.toContain('wrong');
  } finally {
    await job.stop();
  }
}

test('integer handles, with an MPI that has no Fortran itself: 4 ranks', () => tour(defaultToolchain(), 'waves_c', 4), 60_000);

test('without MPI', () => tour(serialToolchain(), 'waves_serial', 1), 60_000);

describe("Debian's Open MPI 4.1, 2 ranks", () => {
  test.each(['mpi_f08', 'mpi', 'mpif_h'])('%s', (way) => tour(lammpsToolchain(), `waves_${way}`, 2), 60_000);
});

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

describe('an installation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ar-fortran-'));
  const prefix = join(folder, 'prefix');
  const source = join(root, 'test', 'hosts', 'programs', 'fortran', 'waves.F90');
  let toolchain: Toolchain;
  let cmake: string;

  beforeAll(() => {
    toolchain = lammpsToolchain();
    const build = join(toolchain.programs, '..');
    cmake = /^CMAKE_COMMAND:INTERNAL=(.*)$/m.exec(readFileSync(join(build, 'CMakeCache.txt'), 'utf8'))![1]!;
    run(cmake, '--install', build, '--prefix', prefix);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('serves a Fortran project through CMake', async () => {
    const project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(
      join(project, 'CMakeLists.txt'),
      [
        'cmake_minimum_required(VERSION 3.20)',
        'project(waves LANGUAGES C Fortran)',
        'find_package(allranks REQUIRED)',
        `add_executable(waves ${source})`,
        'target_compile_definitions(waves PRIVATE USE_MPI_F08)',
        'target_link_libraries(waves PRIVATE allranks::fortran)',
      ].join('\n'),
    );
    run(cmake, '-S', project, '-B', join(folder, 'build'), `-DCMAKE_PREFIX_PATH=${prefix}`, '-DMPI_C_COMPILER=mpicc.openmpi', '-DMPI_Fortran_COMPILER=mpifort.openmpi');
    run(cmake, '--build', join(folder, 'build'));
    await tour({ ...toolchain, programs: join(folder, 'build') }, 'waves', 2);
  }, 120_000);

  test('serves other compilers by its sources, and a compiler wrapper by its flags', async () => {
    const sources = join(prefix, 'share', 'allranks', 'fortran');
    const programs = join(folder, 'by-hand');
    mkdirSync(programs);
    const at = (name: string): string => join(programs, name);
    run('mpicc.openmpi', `-I${join(prefix, 'include')}`, '-c', join(sources, 'allranks_fortran.c'), '-o', at('c.o'));
    run('mpifort.openmpi', `-J${programs}`, '-c', join(sources, 'allranks.F90'), '-o', at('f.o'));
    run('mpifort.openmpi', '-DUSE_MPI', `-I${programs}`, source, at('c.o'), at('f.o'), `-L${join(prefix, 'lib')}`, '-lallranks', `-Wl,-rpath,${join(prefix, 'lib')}`, '-o', at('waves'));
    await tour({ ...toolchain, programs }, 'waves', 2);
    // What pkg-config gives, for a program that uses the module as it was built.
    const flags = (name: string, line: string): string[] =>
      new RegExp(`^${line}: (.*)$`, 'm')
        .exec(readFileSync(join(prefix, 'lib', 'pkgconfig', `${name}.pc`), 'utf8'))![1]!
        .replaceAll('${libdir}', join(prefix, 'lib'))
        .replaceAll('${includedir}', join(prefix, 'include', name === 'allranks' ? '' : name))
        .split(' ');
    const own = flags('allranks-fortran', 'Cflags');
    const libraries = [...flags('allranks-fortran', 'Libs'), ...flags('allranks', 'Libs')];
    run('mpifort.openmpi', '-DUSE_MPIF_H', ...own, source, ...libraries, '-o', at('by_flags'));
    await tour({ ...toolchain, programs }, 'by_flags', 1);
  }, 120_000);
});
