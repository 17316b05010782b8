/**
 * `allranks doctor` in surroundings where one thing is wrong: one line says what and what to do, the others are ok. On a copy of the command
 * line that is laid out like an installation, so that what it was built with can be chosen.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultToolchain, root } from '../support/places';
import { Sandbox } from '../support/sandbox';

const venv = dirname(defaultToolchain().mpiexec);
const python = join(venv, 'python');
const NAMES = ['Node', 'Python', 'MPI', 'guard', 'shared memory', 'kernelspecs'];

let sandbox: Sandbox;
/** PREFIX/share/allranks of the copy. */
let share: string;
let tools: string;

beforeEach(() => {
  sandbox = new Sandbox();
  const prefix = join(sandbox.folder, 'p');
  share = join(prefix, 'share', 'allranks');
  tools = join(sandbox.folder, 'tools');
  for (const folder of [share, join(prefix, 'lib'), join(share, 'lib'), tools]) mkdirSync(folder, { recursive: true });
  for (const part of ['dist', 'kernelspec']) cpSync(join(root, part), join(share, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(share, 'node_modules'));
  symlinkSync(join(root, 'build', 'lib', 'liballranks.so'), join(prefix, 'lib', 'liballranks.so'));
  symlinkSync(join(root, 'build', 'lib', 'allranks.node'), join(share, 'lib', 'allranks.node'));
  // Most faults are not of the MPI: without it a check takes no seconds.
  builtWith({ ALLRANKS_SERIAL: 'ON' });
});

afterEach(() => sandbox.close());

function builtWith(settings: Record<string, string>): void {
  const lines = Object.entries({ Python3_EXECUTABLE: python, ...settings }).map(([name, value]) => `${name}:STRING=${value}\n`);
  writeFileSync(join(share, 'built-with.txt'), lines.join(''));
}

function script(name: string, text: string): string {
  const path = join(tools, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

interface Told {
  code: number | null;
  stderr: string;
  /** What is said of each check, in order. */
  findings: { ok: boolean; name: string; text: string }[];
}

/** @param before words of the shell that come before the command. */
function doctor(env: NodeJS.ProcessEnv = {}, before = ''): Told {
  const { VIRTUAL_ENV: _, ...rest } = sandbox.env;
  const command = join(share, 'kernelspec', 'bin', 'allranks');
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `${before} exec "$0" doctor`, command], {
    env: { ...rest, ...env },
    cwd: sandbox.cwd,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const findings = [...stdout.matchAll(/^(ok {4}|NOT OK) {2}(.{13}) {2}(.*)\n/gm)].map(([, verdict, name, text]) => ({
    ok: verdict !== 'NOT OK',
    name: name!.trim(),
    text: text!,
  }));
  // Nothing else is printed.
  expect(stdout.split('\n').length - 1).toBe(findings.length);
  return { code: status, stderr, findings };
}

/** Exactly the check `name` has failed, with this sentence. */
function expectOnly(name: string, sentence: RegExp, { code, stderr, findings }: Told): void {
  expect(findings.map((finding) => finding.name)).toEqual(NAMES);
  expect(findings.filter(({ ok }) => !ok)).toEqual([{ ok: false, name, text: expect.stringMatching(sentence) }]);
  expect(stderr).toBe('');
  expect(code).toBe(1);
}

test('where nothing is wrong every line is ok', () => {
  builtWith({ MPI_CXX_COMPILER: join(venv, 'mpicxx') });
  const { code, findings } = doctor();
  expect(findings.map(({ ok, name }) => [name, ok])).toEqual(NAMES.map((name) => [name, true]));
  expect(findings[2]!.text).toMatch(/^Open MPI .*, two ranks with \S+\/mpiexec$/);
  expect(code).toBe(0);
});

describe('Node', () => {
  test.each(['18.20.4', '20.18.3'])('that is too old (%s)', (version) => {
    script('node', `echo ${version}`);
    expect(doctor({ PATH: `${tools}:${sandbox.env['PATH']}` })).toEqual({
      code: 1,
      findings: [],
      stderr: `allranks: Node.js ${version} is too old; install Node.js 20.19 or newer\n`,
    });
  });

  test('that is not there', () => {
    for (const tool of ['sh', 'readlink', 'dirname'])
      symlinkSync(spawnSync('which', [tool], { encoding: 'utf8' }).stdout.trim(), join(tools, tool));
    expect(doctor({ PATH: tools })).toEqual({
      code: 1,
      findings: [],
      stderr: 'allranks: Node.js was not found; install Node.js 20.19 or newer\n',
    });
  });

  test('whose addon is missing, damaged or of another version', () => {
    const addon = join(share, 'lib', 'allranks.node');
    rmSync(addon);
    expectOnly('Node', /^the native addon cannot be loaded: the native addon allranks\.node was not found; run: npm run setup$/, doctor());
    writeFileSync(addon, 'no library');
    expectOnly('Node', /^the native addon cannot be loaded: \S+allranks\.node: file too short; run: npm run setup$/, doctor());
    rmSync(addon);
    const older = join(sandbox.folder, 'older.js');
    writeFileSync(older, 'module.exports = { protocolVersion: 1, readBy() {} };');
    expectOnly('Node', /^the native addon speaks protocol 1, the rest \d+; run: npm run setup$/, doctor({ ALLRANKS_ADDON: older }));
  });
});

describe('Python', () => {
  test('that is not there: what is checked by it is not blamed', () => {
    builtWith({ MPI_CXX_COMPILER: join(venv, 'mpicxx') });
    const { code, findings } = doctor({ ALLRANKS_PYTHON: '/no/python' });
    expect(findings.filter(({ ok }) => !ok).map(({ name, text }) => [name, text])).toEqual([
      ['Python', 'Python (/no/python) does not run; set ALLRANKS_PYTHON or activate the environment of the simulation'],
      ['MPI', 'not checked, since Python does not run; see there'],
      ['shared memory', 'not checked, since Python does not run; see there'],
    ]);
    expect(code).toBe(1);
  });

  test('that lacks packages', () => {
    const bare = join(sandbox.folder, 'bare');
    expect(spawnSync(python, ['-m', 'venv', '--without-pip', bare]).status).toBe(0);
    const own = join(bare, 'bin', 'python');
    const sentence = new RegExp(
      `^Python 3\\.\\d+\\.\\d+ lacks packages; run: ${own} -m pip install ipython matplotlib matplotlib-inline msgpack numpy$`,
    );
    expectOnly('Python', sentence, doctor({ VIRTUAL_ENV: bare }));
  });
});

describe('MPI', () => {
  const without = (): string =>
    (sandbox.env['PATH'] ?? '')
      .split(':')
      .filter((folder) => !existsSync(join(folder, 'mpiexec')))
      .join(':');

  test('whose launcher is not on the PATH', () => {
    builtWith({});
    // What else is needed lies beside it.
    for (const tool of ['sh', 'readlink', 'dirname', 'sed', 'node'])
      symlinkSync(spawnSync('which', [tool], { encoding: 'utf8' }).stdout.trim(), join(tools, tool));
    expectOnly(
      'MPI',
      /^mpiexec was not found; load the MPI module of your site, or install an MPI$/,
      doctor({ PATH: `${tools}:${without()}` }),
    );
  });

  test('whose launcher is gone from beside its compiler', () => {
    builtWith({ MPI_CXX_COMPILER: join(tools, 'mpicxx') });
    expectOnly('MPI', /^\S+\/tools\/mpiexec was not found; load the MPI module of your site, or install an MPI$/, doctor());
  });

  test('whose launcher is of another MPI than mpi4py, so that each rank is alone', () => {
    script('mpiexec', 'while [ "$1" != -n ]; do [ $# -gt 0 ] || exit 0; shift; done; shift 2; "$@"; "$@"');
    builtWith({ MPI_CXX_COMPILER: join(tools, 'mpicxx') });
    expectOnly(
      'MPI',
      /^\S+\/tools\/mpiexec starts single processes: mpi4py of \S+ uses another MPI \(Open MPI v[\d.]+\); install mpi4py for the MPI of \S+\/tools\/mpiexec$/,
      doctor(),
    );
  });

  test('whose launcher fails: its own error is told', () => {
    script('mpiexec', 'echo; echo -----; echo "Some words."; echo "[host] ERROR: there are not enough slots"; exit 213');
    builtWith({ MPI_CXX_COMPILER: join(tools, 'mpicxx') });
    expectOnly('MPI', /^two ranks cannot be started with \S+\/tools\/mpiexec: \[host\] ERROR: there are not enough slots$/, doctor());
  });
});

test('a library that is missing is told at the guard, which is in it', () => {
  builtWith({ MPI_CXX_COMPILER: join(venv, 'mpicxx') });
  rmSync(join(share, '..', '..', 'lib', 'liballranks.so'));
  expectOnly('guard', /^\S+\/lib\/liballranks\.so is missing; run: npm run setup$/, doctor());
});

test('shared memory that the limits of the job do not allow', () => {
  // Files of at most half a MiB: shared memory counts as one.
  expectOnly(
    'shared memory',
    /^shared memory of 8 MiB cannot be made \(OSError: \[Errno 27\] File too large\); check the memory limits of the job \(ulimit -a, cgroup\)$/,
    doctor({}, 'ulimit -f 1024;'),
  );
});

describe('kernelspecs', () => {
  test('that cannot be written', () => {
    const file = join(sandbox.folder, 'file');
    writeFileSync(file, '');
    expectOnly(
      'kernelspecs',
      /^kernelspecs of live runs cannot be written: ENOTDIR: .*; set JUPYTER_DATA_DIR to a folder of yours$/,
      doctor({ JUPYTER_DATA_DIR: file }),
    );
  });

  test('of which one names a command that is gone; what the sentence tells to run mends it', () => {
    const allranks = (...words: string[]): number | null =>
      spawnSync(join(share, 'kernelspec', 'bin', 'allranks'), words, { env: sandbox.env }).status;
    expect(allranks('kernelspec', 'install')).toBe(0);
    const file = join(sandbox.kernels, 'allranks', 'kernel.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(share, '/gone'));
    const told = doctor();
    expectOnly(
      'kernelspecs',
      /^kernelspec allranks names files that are gone; run: allranks kernelspec remove allranks, then install$/,
      told,
    );
    expect([allranks('kernelspec', 'remove', 'allranks'), allranks('kernelspec', 'install')]).toEqual([0, 0]);
    expect(doctor().code).toBe(0);
  });

  test('of others are left to their owners, however odd', () => {
    for (const [name, text] of [
      ['one', 'null'],
      ['two', '[1'],
      ['three', '{"argv": 3}'],
    ] as const) {
      mkdirSync(join(sandbox.kernels, name));
      writeFileSync(join(sandbox.kernels, name, 'kernel.json'), text);
    }
    expect(doctor().code).toBe(0);
  });
});
