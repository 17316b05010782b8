/**
 * The MPI guard under every MPI of this machine: builds the test programs into build/guard-NAME and starts them on ranks.
 * ALLRANKS_TEST_VENV names the Python environment with the default MPI and mpi4py; without it `.venv` of the checkout.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const root = resolve(__dirname, '../../..');
const venv = process.env.ALLRANKS_TEST_VENV ?? join(root, '.venv');

interface Mpi {
  name: string;
  mpicc: string;
  mpicxx: string;
  mpiexec: string[];
  sizes: number[];
}

function onPath(program: string): string | undefined {
  return (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program)).find((path) => existsSync(path));
}

function found(): Mpi[] {
  const all: Mpi[] = [];
  if (existsSync(join(venv, 'bin/mpicxx'))) {
    all.push({ name: 'wheel', mpicc: join(venv, 'bin/mpicc'), mpicxx: join(venv, 'bin/mpicxx'), mpiexec: [join(venv, 'bin/mpiexec')], sizes: [2, 4] });
  }
  for (const [kind, options, sizes] of [['openmpi', ['--oversubscribe'], [2, 4]], ['mpich', [], [2]]] as const) {
    const [mpicc, mpicxx, mpirun] = [`mpicc.${kind}`, `mpicxx.${kind}`, `mpirun.${kind}`].map(onPath);
    if (mpicc && mpicxx && mpirun) all.push({ name: kind, mpicc, mpicxx, mpiexec: [mpirun, ...options], sizes: [...sizes] });
  }
  return all;
}

const mpis = found();
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  OMPI_ALLOW_RUN_AS_ROOT: '1',
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
  PRTE_MCA_rmaps_default_mapping_policy: ':oversubscribe',
  // MPICH's transport warns at the end of every message that a cell left behind.
  UCX_LOG_LEVEL: 'error',
};

test('the generated wrappers are those of functions.json', () => {
  const check = spawnSync(process.execPath, [join(root, 'native/guard/generate.mjs'), '--check'], { encoding: 'utf8' });
  expect(check.stderr).toBe('');
  expect(check.status).toBe(0);
});

test('at least one MPI is there to test with', () => {
  expect(mpis.map((mpi) => mpi.name)).not.toEqual([]);
});

describe.each(mpis)('under the MPI $name', ({ name, mpicc, mpicxx, mpiexec, sizes }) => {
  const build = join(root, 'build', `guard-${name}`);
  const at = (program: string): string => join(build, 'guard_tests', program);
  const module = at('extension_module.so');

  function run(size: number, program: string[], extra: NodeJS.ProcessEnv = {}): string {
    const [launcher = '', ...options] = mpiexec;
    const result = spawnSync(launcher, [...options, '-n', String(size), ...program], { encoding: 'utf8', env: { ...environment, ...extra }, timeout: 150_000, killSignal: 'SIGTERM' });
    if (result.status !== 0) throw new Error(`${program.join(' ')} ended with ${result.status ?? result.signal}:\n${result.stdout}\n${result.stderr}`);
    return result.stdout;
  }

  beforeAll(() => {
    const silent = { stdio: 'pipe', encoding: 'utf8' } as const;
    execFileSync('cmake', ['-S', join(root, 'native/guard'), '-B', build, '-DGUARD_TESTS=ON', `-DMPI_C_COMPILER=${mpicc}`, `-DMPI_CXX_COMPILER=${mpicxx}`], silent);
    execFileSync('cmake', ['--build', build, '-j', '2'], silent);
  }, 300_000);

  test('a deadlock is proven from records, and nothing else is', () => {
    expect(spawnSync(at('deadlock_test'), { encoding: 'utf8' }).stdout).toMatch(/ 0 failed/);
  });

  test.each(sizes)('%i ranks: whoever waits for a rank that left comes back, and everything works afterwards', (size) => {
    expect(run(size, [at('release_test'), module, '208'])).toContain('208 rounds');
  }, 160_000);

  test.each(sizes)('%i ranks: diverging ranks are released, messages of ranks that left arrive', (size) => {
    expect(run(size, [at('proof_test'), module, '1000'])).toContain('without a false release');
  }, 160_000);

  test('messages of ranks that left arrive over TCP', () => {
    const overTcp = { OMPI_MCA_pml: 'ob1', OMPI_MCA_btl: 'tcp,self', OMPI_MCA_btl_tcp_if_include: 'lo', UCX_TLS: 'tcp,self', UCX_NET_DEVICES: 'lo' };
    expect(run(2, [at('proof_test'), module, '300'], overTcp)).toContain('without a false release');
  }, 160_000);

  test.each(sizes)('%i ranks: mpi4py, pickled calls and derived communicators included', (size) => {
    // The wheel of mpi4py looks for MPICH under the name of its common binary interface.
    const abi = join(build, 'abi');
    const extra: NodeJS.ProcessEnv = {};
    if (name === 'mpich') {
      const [, library = ''] = /(\S*libmpich\.so\.12)\b/.exec(execFileSync('ldd', [at('release_test')], { encoding: 'utf8' }).replace(/^.*=> /gm, '')) ?? [];
      mkdirSync(abi, { recursive: true });
      rmSync(join(abi, 'libmpi.so.12'), { force: true });
      symlinkSync(library, join(abi, 'libmpi.so.12'));
      extra.LD_LIBRARY_PATH = abi;
    }
    expect(run(size, [join(venv, 'bin/python'), join(__dirname, 'mpi4py_program.py'), at('libpython_host.so'), '60'], extra)).toContain('60 rounds');
  }, 160_000);

  test('the cost of a small allreduce is measured', () => {
    expect(run(2, [at('cost'), module])).toMatch(/in a cell [\d.]+/);
  }, 160_000);
});
