/** What parts of the test suite need of the machine, and how it gets there. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const onPath = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/** True when /usr/bin/python3 can be embedded and can make environments. */
function systemPythonBuilds() {
  const check = 'import ensurepip, os, sys, sysconfig, venv; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))';
  return spawnSync('/usr/bin/python3', ['-c', check], { stdio: 'ignore' }).status === 0;
}

/** True when this process may mount: only a file system of one's own can be filled without harm. */
function mayMount() {
  const script = 'd=$(mktemp -d) && mount -t tmpfs -o size=4k probe "$d" && umount "$d"; e=$?; rmdir "$d"; exit $e';
  return spawnSync('sh', ['-c', script], { stdio: 'ignore' }).status === 0;
}

/** True when this process may make a control group that limits memory. */
function mayLimitMemory() {
  const script = 'g=$(sh "$0" make 67108864) && sh "$0" remove "$g"';
  return spawnSync('sh', ['-c', script, join(import.meta.dirname, '..', 'support', 'memory-group.sh')], { stdio: 'ignore' }).status === 0;
}

/** Name to check and Debian packages. */
export const needs = {
  shellcheck: { present: () => onPath('shellcheck'), packages: ['shellcheck'] },
  openmpi4: { present: () => onPath('mpicxx.openmpi') && onPath('mpirun.openmpi'), packages: ['openmpi-bin', 'libopenmpi-dev'] },
  mpich: { present: () => onPath('mpicxx.mpich') && onPath('mpiexec.mpich'), packages: ['mpich', 'libmpich-dev'] },
  pkgConfig: { present: () => onPath('pkg-config'), packages: ['pkg-config'] },
  gfortran: { present: () => onPath('gfortran'), packages: ['gfortran'] },
  systemPython: { present: systemPythonBuilds, packages: ['python3-dev', 'python3-venv'] },
  fortran: { present: () => onPath('gfortran'), packages: ['gfortran'] },
  mounts: { present: mayMount, packages: [], lacking: 'the right to mount a file system (root)' },
  memoryGroups: { present: mayLimitMemory, packages: [], lacking: 'the right to make a control group that limits memory (root)' },
  sshfs: { present: () => onPath('sshfs') && existsSync('/usr/lib/openssh/sftp-server') && existsSync('/dev/fuse'), packages: ['sshfs', 'openssh-sftp-server'], lacking: 'sshfs, OpenSSH\'s sftp-server or /dev/fuse' },
  chromium: { present: () => onPath('chromium'), packages: ['chromium'] },
  lammps: { present: () => existsSync('/usr/include/lammps/library.h'), packages: ['liblammps-dev'] },
};

/** Installs the packages behind the missing ones of `names` when that is possible and allowed; says so before. */
export function installMissing(names) {
  const missing = names.filter((name) => needs[name] && !needs[name].present());
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap((name) => needs[name].packages))];
  if (packages.length === 0) return;
  if (process.env.ALLRANKS_NO_SYSTEM === '1' || process.getuid?.() !== 0 || !onPath('apt-get')) {
    console.log(`tests: missing system packages, not installed: ${packages.join(' ')}`);
    return;
  }
  console.log(`tests: installing system packages with apt-get (ALLRANKS_NO_SYSTEM=1 prevents this): ${packages.join(' ')}`);
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 15 * 60_000 };
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  for (const args of [['update', '-q'], ['install', '-q', '-y', '--no-install-recommends', ...packages]]) {
    if (spawnSync('apt-get', [...lock, ...args], options).status !== 0) console.log(`tests: apt-get ${args[0]} failed`);
  }
}

/**
 * Makes build/test-venv of test/requirements.txt when they changed.
 * Returns its interpreter, or null when it could not be made.
 */
export function testPython(root) {
  const venv = join(root, 'build', 'test-venv');
  const python = join(venv, 'bin', 'python');
  const base = join(root, '.venv', 'bin', 'python');
  const hash = createHash('sha256');
  for (const file of ['test/requirements.txt', 'native/python/requirements.txt', '.venv/pyvenv.cfg']) hash.update(readFileSync(join(root, file)));
  const key = hash.digest('hex');
  const stamp = join(venv, '.stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return python;
  console.log('tests: Python packages of the tests into build/test-venv');
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(join(root, 'build'), { recursive: true });
  const options = { stdio: 'inherit', cwd: root, timeout: 15 * 60_000 };
  // .venv belongs to the base interpreter; its own venv module makes the sibling with the same one.
  const made =
    spawnSync(base, ['-c', 'import subprocess, sys; sys.exit(subprocess.call([sys._base_executable, "-m", "venv", sys.argv[1]]))', venv], options).status === 0 &&
    spawnSync(python, ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '-r', 'test/requirements.txt'], options).status === 0;
  if (!made) return null;
  writeFileSync(stamp, key);
  return python;
}
