/** `allranks doctor`: checks what runs and notebooks need; each line is ok, or one sentence that says what to do. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { PROTOCOL_VERSION } from '../../bridge/protocol/generated';
import { loadAddon } from '../../native/addon/addon';
import { findProgram } from '../run/program';
import { makeRuntimeFolder } from '../run/runtime-folder';
import { kernelsFolder, ownKernelspecs, PERMANENT } from './kernelspecs';
import { isCheckout, libraries, root } from './places';

/** Result of one check: what was found, or a sentence that says what to do. */
export type Finding = { ok: true; text: string } | { ok: false; text: string };

const good = (text: string): Finding => ({ ok: true, text });
const bad = (text: string): Finding => ({ ok: false, text });

const RUN_MS = 60_000;

interface Ran {
  code: number | null;
  output: string;
}

function ran(program: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: RUN_MS, maxBuffer: 1 << 20 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : null) : 0;
      resolve({ code, output: `${stdout}${stderr}`.trim() || (error?.message ?? '') });
    });
  });
}

/** Settings of the native build: from CMake's cache of the default build, or from what set-up noted in an installation. */
function buildSettings(): Record<string, string> {
  const link = join(root, 'build', 'lib');
  if (isCheckout && !existsSync(link)) return {};
  // build/lib is a link into the build folder, whose cache lies beside it.
  const path = isCheckout ? join(dirname(realpathSync(link)), 'CMakeCache.txt') : join(root, 'built-with.txt');
  const settings: Record<string, string> = {};
  if (!existsSync(path)) return settings;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const match = /^([A-Za-z0-9_]+):[A-Z]+=(.*)$/.exec(line);
    if (match) settings[match[1]!] = match[2]!;
  }
  return settings;
}

/** The interpreter that the ranks would use; the order is that of native/embed/python.cpp. */
function pythonOf(settings: Record<string, string>): string {
  const environment = process.env['VIRTUAL_ENV'];
  return process.env['ALLRANKS_PYTHON'] || (environment ? join(environment, 'bin', 'python') : settings['Python3_EXECUTABLE'] || 'python3');
}

/** Launcher that belongs to a compiler wrapper: beside it and with its suffix, as in mpicxx.mpich and mpiexec.mpich. */
export function launcherOf(wrapper: string): string {
  const suffix = /^mpi(?:cxx|c\+\+|CC)(\..+)$/.exec(basename(wrapper))?.[1] ?? '';
  const candidates = suffix ? [`mpiexec${suffix}`, `mpirun${suffix}`, 'mpiexec'] : ['mpiexec', 'mpirun'];
  const paths = candidates.map((name) => join(dirname(wrapper), name));
  return paths.find((path) => findProgram(path) === 0) ?? paths[0]!;
}

function checkNode(): Finding {
  try {
    const addon = loadAddon();
    if (addon.protocolVersion !== PROTOCOL_VERSION) {
      return bad(`the native addon speaks protocol ${addon.protocolVersion}, the rest ${PROTOCOL_VERSION}; run: npm run setup`);
    }
  } catch (error) {
    const { message } = error as Error;
    return bad(`the native addon cannot be loaded: ${message.split('\n')[0]}${message.includes('npm run setup') ? '' : '; run: npm run setup'}`);
  }
  return good(`Node.js ${process.versions.node}, addon with protocol ${PROTOCOL_VERSION}`);
}

async function checkPython(python: string, serial: boolean): Promise<Finding> {
  const code = [
    'import importlib.util, sys',
    'names = {"IPython": "ipython", "matplotlib": "matplotlib", "matplotlib_inline": "matplotlib-inline", "mpi4py": "mpi4py", "msgpack": "msgpack", "numpy": "numpy"}',
    ...(serial ? ['del names["mpi4py"]'] : []),
    'print("%d.%d.%d" % sys.version_info[:3], *[p for m, p in names.items() if importlib.util.find_spec(m) is None])',
  ].join('\n');
  const { code: exit, output } = await ran(python, ['-c', code]);
  if (exit !== 0) return bad(`Python (${python}) does not run; set ALLRANKS_PYTHON or activate the environment of the simulation`);
  const [version, ...missing] = output.split('\n').at(-1)!.split(' ');
  if (missing.length > 0) return bad(`Python ${version} lacks packages; run: ${python} -m pip install ${missing.join(' ')}`);
  return good(`Python ${version}, ${python}`);
}

async function checkMpi(python: string, settings: Record<string, string>): Promise<Finding> {
  const wrapper = settings['MPI_CXX_COMPILER'];
  const own = wrapper ? launcherOf(wrapper) : 'mpiexec';
  if (findProgram(own) !== 0) return bad(`${own} was not found; load the MPI module of your site, or install an MPI`);
  const asRoot = process.getuid?.() === 0 && (await ran(own, ['--version'])).output.match(/open ?mpi|prrte|OpenRTE/i) ? ['--allow-run-as-root', '--oversubscribe'] : [];
  const code = 'from mpi4py import MPI; c = MPI.COMM_WORLD; print("size", c.allreduce(1), MPI.Get_library_version().split(",")[0].split("\\n")[0], flush=True)';
  const { code: exit, output } = await ran(own, [...asRoot, '-n', '2', python, '-c', code]);
  const sizes = [...output.matchAll(/size (\d+) ([^\n]*)/g)];
  if (exit === 0 && sizes.length > 0 && sizes.every((match) => match[1] === '1')) {
    return bad(`${own} starts single processes: mpi4py of ${python} uses another MPI (${sizes[0]![2]!.trim()}); install mpi4py for the MPI of ${own}`);
  }
  if (exit !== 0 || sizes.length !== 2) return bad(`two ranks cannot be started with ${own}: ${telling(output)}`);
  return good(`${sizes[0]![2]!.trim()}, two ranks with ${own}`);
}

/** The line of a failure's output that says most: the last error, else the first line with words. */
function telling(output: string): string {
  const lines = output.split('\n').filter((line) => /[a-z]/i.test(line));
  return (lines.findLast((line) => /error:/i.test(line)) ?? lines[0] ?? 'no answer within a minute').trim();
}

function checkGuard(): Finding {
  const library = join(libraries, 'liballranks.so');
  if (!existsSync(library)) return bad(`${library} is missing; run: npm run setup`);
  return good('in liballranks.so; whether it is active in a run, `%live status` says');
}

async function checkSharedMemory(python: string): Promise<Finding> {
  const code = [
    'import fcntl, mmap, os',
    'f = os.memfd_create("allranks-doctor", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)',
    'os.ftruncate(f, 8 << 20); fcntl.fcntl(f, 1033, 7); m = mmap.mmap(f, 8 << 20); m[-1] = 1',
  ].join('\n');
  const { code: exit, output } = await ran(python, ['-c', code]);
  if (exit !== 0) return bad(`shared memory of 8 MiB cannot be made (${output.split('\n').at(-1)}); check the memory limits of the job (ulimit -a, cgroup)`);
  let folder: string;
  try {
    folder = makeRuntimeFolder(`doctor-${process.pid}`);
  } catch (error) {
    return bad(`no folder for sockets can be made: ${(error as Error).message}; set XDG_RUNTIME_DIR to a private folder on a local disk`);
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(join(folder, 'ranks.sock'), () => server.close(() => resolve()));
    });
    return good(`sealed memory, sockets in ${dirname(folder)}`);
  } catch (error) {
    return bad(`sockets cannot be made in ${folder}: ${(error as Error).message}; set XDG_RUNTIME_DIR to a private folder on a local disk`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkKernelspecs(): Finding {
  const kernels = kernelsFolder({});
  try {
    mkdirSync(kernels, { recursive: true });
    accessSync(kernels, constants.W_OK);
    readdirSync(kernels);
  } catch (error) {
    return bad(`kernelspecs of live runs cannot be written: ${(error as Error).message}; set JUPYTER_DATA_DIR to a folder of yours`);
  }
  const specs = ownKernelspecs(kernels);
  const broken = specs.find((spec) => spec.argv.slice(0, 2).some((word) => word.startsWith('/') && !existsSync(word)));
  if (broken) return bad(`kernelspec ${broken.name} names files that are gone; run: allranks kernelspec remove ${broken.name}, then install`);
  const permanent = specs.some((spec) => spec.name === PERMANENT);
  return good(`${kernels}: ${permanent ? 'the permanent one is installed' : 'live runs appear by themselves; the permanent one is not installed (allranks kernelspec install)'}`);
}

/** Runs all checks and prints them. Returns 0 when every one is ok, else 1. */
export async function doctorCommand(): Promise<0 | 1> {
  const settings = buildSettings();
  const python = pythonOf(settings);
  const serial = settings['ALLRANKS_SERIAL'] === 'ON';
  /** A check by means of Python, whose fault is told once. */
  const pythonRuns = (await ran(python, ['-c', ''])).code === 0;
  const withPython = (check: () => Promise<Finding>): Finding | Promise<Finding> => (pythonRuns ? check() : bad('not checked, since Python does not run; see there'));
  const checks: [string, () => Finding | Promise<Finding>][] = [
    ['Node', checkNode],
    ['Python', () => checkPython(python, serial)],
    ['MPI', () => (serial ? good('none: the library was built without MPI, for simulations of one process') : withPython(() => checkMpi(python, settings)))],
    ['guard', () => (serial ? good('not needed without MPI') : checkGuard())],
    ['shared memory', () => withPython(() => checkSharedMemory(python))],
    ['kernelspecs', checkKernelspecs],
  ];
  let failed = false;
  for (const [name, check] of checks) {
    const finding = await check();
    failed ||= !finding.ok;
    process.stdout.write(`${finding.ok ? 'ok    ' : 'NOT OK'}  ${name.padEnd(13)}  ${finding.text}\n`);
  }
  return failed ? 1 : 0;
}
