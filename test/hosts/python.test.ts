/** A simulation that is itself a Python program (mpi4py): its interpreter is joined, and stays its own around the cells. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job, reporting, type JobOptions } from '../support/job';
import { traceback, type Notebook } from '../support/notebook';
import { defaultToolchain, root } from '../support/places';
import { Sandbox } from '../support/sandbox';

const RANKS = 4;
const SCRIPT = `
import allranks
from mpi4py import MPI

calls = 0

def on_step(step):
    global calls
    calls += 1
`;

/** The environment of the ranks has the package: `import allranks` works there without more. */
function heat(args: string[], more: Partial<JobOptions> = {}): JobOptions {
  const sandbox = new Sandbox();
  copyFileSync(join(root, 'test', 'hosts', 'programs', 'heat.py'), join(sandbox.cwd, 'heat.py'));
  const toolchain = { ...defaultToolchain(), programs: join(root, '.venv', 'bin') };
  return { ranks: RANKS, program: 'python', args: ['heat.py', ...args], scripts: { 'inline_script.py': SCRIPT }, sandbox, toolchain, name: 'heat', ...more };
}

describe(`an mpi4py program on ${RANKS} ranks`, () => {
  let job: Job;
  let notebook: Notebook;
  const check = reporting(() => job);

  beforeAll(async () => {
    job = await Job.start(heat(['--own', 'rich']));
    notebook = await job.attach();
  }, 60_000);

  afterAll(() => job?.stop());

  check('cells run on all ranks in the namespace of the inline script, and reach the program as __main__', async () => {
    const cell = await notebook.ok("import __main__, sys\nprint(allranks.rank, __name__, __main__.secret, sys.argv[0])");
    for (let rank = 0; rank < RANKS; rank++) expect(cell.stdout).toContain(`${rank} inline_script of the program heat.py`);
    expect(await notebook.value("'secret' in globals()")).toBe(false);
    expect(await notebook.value('allranks.comm.allreduce(allranks.rank)')).toBe(6);
    expect(await notebook.value("[allranks.comms['again'].size, type(allranks.step).__mro__[1].__name__, allranks.step >= 0]")).toEqual([4, 'int', true]);
  });

  check('arrays are the program’s own memory, both ways, of any dtype and layout', async () => {
    await notebook.ok('%live pause');
    const [same, read, bool, order] = await notebook.value<unknown[]>(
      "[allranks.arrays['cells'].ctypes.data == __main__.cells.ctypes.data, allranks.arrays['fixed'].tolist() == __main__.fixed.tolist()," +
        " str(allranks.arrays['mask'].dtype), allranks.arrays['fixed'].strides == __main__.fixed.strides]",
    );
    expect([same, read, bool, order]).toEqual([true, true, 'bool', true]);
    await notebook.ok("allranks.arrays['cells'][1:-1] = 5.0");
    expect(await notebook.value('__main__.cells[1:-1].sum()')).toBe(320);
    const cell = await notebook.run("allranks.arrays['mask'][0] = True");
    expect(cell.error?.evalue).toContain('read-only');
    expect((await notebook.ok('allranks.arrays')).result).toMatch(/name +dtype +shape +writable\ncells +float64 +\(66,\) +yes\nfixed/);
    await notebook.ok('%live resume');
  });

  check('a redefined function takes effect at its next call', async () => {
    await notebook.ok('redefined = []\ndef on_step(step):\n    if len(redefined) < 3: redefined.append(step)');
    await notebook.ok('%live step 5');
    expect(await notebook.value('len(redefined)')).toBe(3);
    await notebook.ok('%live resume');
  });

  check('a rank that raises releases those that wait for it in MPI', async () => {
    const cell = await notebook.run("if allranks.rank == 1: raise ValueError('gone')\nallranks.comm.allreduce(1)");
    expect(cell.error?.ename).toBe('ValueError');
    expect(traceback(cell)).toContain('rank 1 left this cell with ValueError');
    expect(await notebook.value('allranks.comm.allreduce(1)')).toBe(RANKS);
  });

  check('an interrupt ends an endless cell on all ranks, and SIGINT is the program’s again', async () => {
    const sent = await notebook.send("print('begun', flush=True)\nwhile True: pass");
    await sent.printed('begun');
    await notebook.interrupt();
    expect((await sent.done()).content['ename']).toBe('KeyboardInterrupt');
    expect(await notebook.value("__import__('signal').getsignal(10) is __main__.on_signal")).toBe(true);
  });

  check('exit calls end the cell and not the program', async () => {
    expect((await notebook.ok('import sys\nsys.exit()')).stderr + (await notebook.ok('exit()')).stdout).not.toBe('');
    for (const call of ['import os; os._exit(3)', 'MPI.COMM_WORLD.Abort(3)', 'MPI.Finalize()', "import os; os.kill(os.getpid(), 9)"])
      expect((await notebook.run(call)).content['status']).toBe('error');
    expect(await notebook.value('allranks.comm.allreduce(1)')).toBe(RANKS);
  });

  check('safe points and further initialisations inside of cells and inline functions are refused', async () => {
    expect((await notebook.run('allranks.step(1, 2.0)')).error?.evalue).toContain('called from inside a cell');
    expect((await notebook.run('allranks.initialize(None)')).error?.evalue).toContain('called twice');
    await notebook.ok('refused = None\ndef on_step(step):\n    global refused\n    try: allranks.step(step)\n    except RuntimeError as error: refused = str(error)');
    await notebook.ok('%live step 2');
    expect(await notebook.value('refused')).toContain('called from inside an inline function');
    await notebook.ok('%live resume');
  });

  check('what a cell does to streams, hooks, handlers and trace functions does not reach the program', async () => {
    await notebook.ok(
      [
        'import sys, io, signal, asyncio',
        'sys.stdout = io.StringIO(); sys.excepthook = lambda *error: None; sys.displayhook = print',
        'signal.signal(signal.SIGUSR1, signal.SIG_DFL); signal.signal(signal.SIGINT, signal.SIG_IGN)',
        'sys.settrace(None); sys.setprofile(None)',
        'await asyncio.sleep(0)',
      ].join('\n'),
    );
    await notebook.ok('import os, signal\n__main__.signals.clear()');
    await notebook.ok('%live stop --yes');
    await job.printed(/(heat: rank \d after the end own True[^]*){4}/);
    const lines = [...job.output.text.matchAll(/heat: rank \d kept (\w+) signals (\S+) sum (\S+) steps/g)];
    expect(lines.map((line) => line[1])).toEqual(Array(RANKS).fill('True'));
    expect(new Set(lines.map((line) => line[3])).size).toBe(1);
    expect(await job.end()).toBe(0);
  });
});

test('a signal handler of the program runs in a pause; one that raises ends the pause on all ranks and reaches the program', async () => {
  const program = `
import os, signal, sys
from mpi4py import MPI
import allranks
def on_signal(number, frame):
    print("handled", flush=True)
    if number == signal.SIGUSR2: raise TimeoutError("enough")
signal.signal(signal.SIGUSR1, on_signal); signal.signal(signal.SIGUSR2, on_signal)
allranks.initialize()
print("pid", MPI.COMM_WORLD.rank, os.getpid(), flush=True)
caught = 0
for step in range(10**9):
    try:
        allranks.step(step)
    except TimeoutError as error:
        print("caught", MPI.COMM_WORLD.rank, error, flush=True)
        caught = 1
    if MPI.COMM_WORLD.allreduce(caught): break
`;
  const job = await Job.start(heat([], { ranks: 2, args: ['signals.py'], scripts: { 'signals.py': program }, run: ['--pause-at', 'start'] }));
  try {
    const [, pid] = await job.printed(/pid 1 (\d+)/);
    const notebook = await job.attach();
    expect((await notebook.ok('1 + 1')).result).toBe('2');
    process.kill(Number(pid), 'SIGUSR1');
    await job.printed(/handled/);
    expect((await notebook.ok('1 + 1')).result).toBe('2');
    process.kill(Number(pid), 'SIGUSR2');
    await job.printed(/caught 1 enough/);
    expect(await job.end()).toBe(0);
  } finally {
    await job.stop();
  }
}, 60_000);

test('a program of one process, without a launcher, is joined as well', async () => {
  const toolchain = { mpiexec: '', programs: join(root, '.venv', 'bin') };
  const job = await Job.start(heat([], { ranks: 1, toolchain }));
  try {
    const notebook = await job.attach();
    expect(await notebook.value('[allranks.size, allranks.comm.size]')).toEqual([1, 1]);
    await notebook.ok('%live stop --yes');
    expect(await job.end()).toBe(0);
  } finally {
    await job.stop();
  }
}, 60_000);

describe('what cannot work is one sentence', () => {
  /** Runs a program without `allranks run` to its end; everything it printed. */
  async function run(source: string, env: NodeJS.ProcessEnv, ranks = 2): Promise<{ code: unknown; text: string }> {
    const job = Job.launch(heat([], { ranks, args: ['program.py'], scripts: { 'program.py': source }, env, supervised: false }));
    try {
      const code = await job.end();
      return { code, text: job.output.text };
    } finally {
      await job.stop();
    }
  }
  const GOES_ON = `
from mpi4py import MPI
import allranks
print("started", allranks.initialize(MPI.COMM_WORLD), flush=True)
allranks.step(0, 0.0); allranks.step(1); allranks.run_function("f"); allranks.expose("a", bytearray(3)); allranks.finalize()
print("went on", MPI.COMM_WORLD.allreduce(1), flush=True)
`;

  test.each([
    ['a library that is not there', () => '/nowhere/liballranks.so', 'allranks: /nowhere/liballranks.so cannot be read: No such file or directory; the program goes on'],
    ['a file that is no library of ours', () => join(root, 'package.json'), 'was built for Python of unknown version, but this program runs Python 3.'],
  ])('%s: told once, and the program goes on', async (_, library, sentence) => {
    const { code, text } = await run(GOES_ON, { ALLRANKS_LIBRARY: library() });
    expect(text.match(/^allranks: .*$/gm)).toEqual([expect.stringContaining(sentence)]);
    expect(text).toContain('started False');
    expect(text).toContain('went on 2');
    expect(code).toBe(0);
  });

  test.each([
    ['another Python', 'libpython3.99.so.1.0 libmpi.so.40', 'was built for Python 3.99, but this program runs Python 3.'],
    ['another MPI', 'libpython{version}.so.1.0 libmpi.so.12', 'was built for MPICH, but this program runs on Open MPI; build it with the mpicxx of that MPI'],
    ['no MPI', 'libpython{version}.so.1.0', 'was built without MPI, but the program gave a communicator; build it with --mpicxx'],
  ])('a library for %s', async (_, needed, sentence) => {
    const source = `
import os, sys
with open("liballranks.so", "w") as library:
    library.write("${needed}".format(version="%d.%d" % sys.version_info[:2]))
os.environ["ALLRANKS_LIBRARY"] = os.path.abspath("liballranks.so")
${GOES_ON}`;
    const { code, text } = await run(source, {}, 1);
    expect(text.match(/^allranks: .*$/gm)).toEqual([expect.stringContaining(sentence)]);
    expect(text).toContain('went on 1');
    expect(code).toBe(0);
  });

  test('a program inside of IPython', async () => {
    const source = `from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell.instance()\n${GOES_ON}`;
    const { code, text } = await run(source, {}, 1);
    expect(text).toContain('allranks: the program runs inside IPython or Jupyter already; start it with python; the program goes on without notebooks.');
    expect(code).toBe(0);
  });

  test('one rank that cannot load the library switches notebooks off on all, and nobody waits', async () => {
    const source = `import os\nif os.environ.get("OMPI_COMM_WORLD_RANK") == "1": os.environ["ALLRANKS_LIBRARY"] = "/nowhere.so"\n${GOES_ON}`;
    const { code, text } = await run(source, {});
    expect(text.match(/^allranks: .*$/gm)).toEqual([expect.stringContaining('/nowhere.so cannot be read')]);
    expect(code).toBe(0);
  });

  test('wrong arguments, wrong order and a script that cannot be used raise with a sentence', async () => {
    const source = `
import threading, types, sys
import numpy as np
from mpi4py import MPI
import allranks
def no(kind, text, call, *args, **more):
    try: call(*args, **more)
    except kind as error: assert text in str(error), error
    else: raise AssertionError(text)
no(RuntimeError, "called before allranks.initialize", lambda: (allranks.finalize, allranks.step(1)))
no(RuntimeError, "called before allranks.initialize", allranks.run_function, "f")
no(TypeError, "script must be a str, not int", allranks.initialize, None, 3)
no(TypeError, "comm must be a communicator of mpi4py, not str", allranks.initialize, "world")
said = []
def elsewhere():
    try: allranks.initialize()
    except RuntimeError as error: said.append(str(error))
thread = threading.Thread(target=elsewhere); thread.start(); thread.join()
assert "main thread" in said[0], said
open(f"raises.py", "w").write("1/0")
sys.modules["taken"] = types.ModuleType("taken")
no(RuntimeError, "has the name of a module that the program has imported already", allranks.initialize, None, "taken")
no(RuntimeError, "ZeroDivisionError", allranks.initialize, None, "raises")
`;
    const after = `
import numpy as np
from mpi4py import MPI
import allranks
def no(kind, text, call, *args, **more):
    try: call(*args, **more)
    except kind as error: assert text in str(error), error
    else: raise AssertionError(text)
assert allranks.initialize(MPI.COMM_WORLD, "fine") and allranks.step == 0
no(RuntimeError, "called twice", allranks.initialize)
no(TypeError, "arguments are texts of Python expressions", allranks.run_function, "f", 3)
no(TypeError, "list is neither a NumPy array nor memory", allranks.expose, "a", [1])
no(ValueError, "the array is read-only", allranks.expose, "a", b"abc", writable=True)
no(ValueError, "nothing is exposed", allranks.withdraw, "a")
no(TypeError, "comm must be a communicator", allranks.expose_comm, "a", 1)
import os
if (child := os.fork()) == 0:
    no(RuntimeError, "called in a forked process", allranks.step, 1)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
allranks.step(3, 1.5); assert (allranks.step, allranks.time) == (3, 1.5)
held = np.arange(4.0); allranks.expose("held", held); view = allranks.arrays["held"]; del held; allranks.withdraw("held"); assert view.sum() == 6
MPI.Finalize()
no(RuntimeError, "MPI was finalized before", allranks.finalize)
print("all well", flush=True)
`;
    expect(await run(source, {}, 1)).toMatchObject({ code: 0 });
    const { code, text } = await run(after, {}, 1);
    expect(text).toContain('all well');
    expect(code).toBe(0);
  });
});
