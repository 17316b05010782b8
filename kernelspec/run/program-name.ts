/**
 * Guesses the simulation's name from a command line: the program behind the launcher. A guess only: --name decides.
 *
 * Rules: a launcher and its options are skipped; options that take values are listed here, an option written
 * `--name=value` takes none, an unknown option takes none, and a bare number is never a program. Wrappers (env, nice,
 * gdb --args) and interpreters (python, bash) are skipped too, so that a script gives its name.
 */
import { basename } from 'node:path';

const LAUNCHERS = /^(mpiexec|mpirun|orterun|prterun|srun|aprun|jsrun|ibrun|flux|lrun|mpiexec_mpt)([.-].*)?$/;
const WRAPPERS = new Set(['env', 'nice', 'nohup', 'time', 'timeout', 'stdbuf', 'numactl', 'taskset', 'gdb', 'valgrind', 'setarch', 'run']);
const INTERPRETERS = /^(python[0-9.]*|bash|sh|dash|zsh|perl|julia)$/;

const VALUE_OPTIONS: Record<string, number> = {
  ...Object.fromEntries(
    [
      '-n', '-np', '--n', '--np', '-c', '-N', '-p', '-t', '-J', '-w', '-x', '-H', '-host', '--host', '-hosts', '-f', '--hostfile', '-hostfile',
      '--machinefile', '-machinefile', '--map-by', '-map-by', '--bind-to', '-bind-to', '--rank-by', '-ppn', '--npernode', '-npernode', '-perhost',
      '--output', '--output-filename', '-wdir', '--wdir', '--wd', '-env', '--ntasks', '--nodes', '--ntasks-per-node', '--cpus-per-task', '--mem',
      '--time', '--partition', '--account', '-A', '--job-name', '--mpi', '--cpu-bind', '--distribution', '-a', '-r', '-g', '-d', '-S', '-C', '-k',
      '--signal', '-i', '-o', '-ex', '--cpunodebind', '--membind', '--prefix', '--app', '--timeout', '-launcher', '-iface',
    ].map((name) => [name, 1]),
  ),
  '--mca': 2, '-mca': 2, '--prtemca': 2, '--pmixmca': 2, '-genv': 2, '-gmca': 2, '--gmca': 2,
};

/** Options of Open MPI's, MPICH's and Slurm's launchers; wrappers and interpreters have switches of their own without values. */
function skipOptions(words: readonly string[], from: number, values: boolean): number {
  let at = from;
  while (at < words.length) {
    const word = words[at]!;
    if (word === '--') return at + 1;
    if (word.startsWith('-') && word.length > 1) {
      at += 1 + (values && !word.includes('=') ? (VALUE_OPTIONS[word] ?? 0) : 0);
    } else if (/^[0-9]+(\.[0-9]+)?[smhd]?$/.test(word) || /^[A-Za-z_][A-Za-z0-9_]*=/.test(word)) {
      at += 1;
    } else {
      return at;
    }
  }
  return at;
}

/** Makes a word usable as file name and kernel name (Jupyter compares those without case): a-z, 0-9, '.', '_' and '-', at most 60. */
export function sanitizeName(name: string): string {
  const clean = name.toLowerCase().replace(/[^a-z0-9._-]+/g, '-').replace(/^[-.]+/, '').slice(0, 60).replace(/[-.]+$/, '');
  return clean || 'run';
}

/** Name of the program that a command line starts, sanitised. */
export function programName(command: readonly string[]): string {
  let at = 0;
  let last = '';
  // Each round takes one word away; the bound is the length of the command line.
  while (at < command.length) {
    const word = basename(command[at]!);
    last = word;
    if (LAUNCHERS.test(word)) at = skipOptions(command, at + 1, true);
    else if (WRAPPERS.has(word)) at = skipOptions(command, at + 1, true);
    else if (INTERPRETERS.test(word)) {
      const script = skipOptions(command, at + 1, false);
      const found = command[script];
      return sanitizeName(found && !command.slice(at + 1, script).includes('-c') ? basename(found).replace(/\.(py|sh|jl|pl)$/, '') : word);
    } else return sanitizeName(word.replace(/\.(exe|x|out)$/, '') || word);
  }
  return sanitizeName(last);
}
