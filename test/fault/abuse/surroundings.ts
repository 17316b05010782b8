/** Cells that change what the rank is to the machine, or take apart what runs cells: modules, classes, event loops. */
import { refused, type Abuse } from './cases';

const simple = (title: string, code: string, more: Partial<Abuse> = {}): Abuse => ({ title, code, ...more });

export const surroundings: Abuse[] = [
  // The process and its place
  simple('os.setsid', 'import os\nos.setsid()', { error: refused('os.setsid') }),
  simple('a process group of its own', 'import os\nos.setpgid(0, 0)', { error: refused('os.setpgid') }),
  simple('os.nice', 'import os\nprint(isinstance(os.nice(0), int))\nos.nice(19)', { prints: 'True\n', error: refused('os.nice') }),
  simple('another priority', 'import os\nos.setpriority(os.PRIO_PROCESS, 0, 19)', { error: refused('os.setpriority') }),
  simple('another user', 'import os\nos.setuid(65534)', { error: refused('os.setuid') }),
  simple('another root folder', "import os\nos.chroot('/tmp')", { error: refused('os.chroot') }),
  simple(
    'one processor for itself',
    'import os\nplace = os.sched_getaffinity(0)\nos.sched_setaffinity(0, {min(place)})\nprint(len(os.sched_getaffinity(0)))',
    {
      prints: '1\n',
      after: { code: 'import os\nprint(os.sched_getaffinity(0) == place)', prints: 'True\n' },
    },
  ),
  simple(
    'a pseudo-terminal whose child returns into the cell',
    'import os, pty\nchild, end = pty.fork()\nif child: print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))',
    {
      prints: '0\n',
    },
  ),
  simple(
    'signals that do not interrupt system calls',
    'import signal\nfor number in (signal.SIGINT, signal.SIGTERM): signal.siginterrupt(number, False)',
  ),
  simple(
    'faulthandler',
    // Once: it reads frames while they run, without a lock, and again and again would crash Python by itself.
    'import faulthandler, signal, tempfile\nfile = tempfile.TemporaryFile()\nfaulthandler.enable(file)\nfaulthandler.register(signal.SIGUSR2, file, chain=True)\nfaulthandler.dump_traceback_later(0.001, file=file)',
    {
      after: {
        code: 'import faulthandler, signal\nfaulthandler.cancel_dump_traceback_later(); faulthandler.disable(); faulthandler.unregister(signal.SIGUSR2)\nfile.close()\nprint("off")',
        prints: 'off\n',
      },
    },
  ),
  // The interpreter
  simple('an audit hook', 'import sys\nsys.addaudithook(lambda *_: 1 / 0)', { error: refused('sys.addaudithook') }),
  simple('threading._shutdown', 'import threading\nthreading._shutdown()', { error: refused('threading._shutdown') }),
  simple(
    'a callback of the garbage collector that exits',
    'import gc\ndef bad(*_): raise SystemExit(3)\ngc.callbacks.append(bad)\ngc.collect()',
    {
      complains: /SystemExit/,
      after: { code: 'import gc\ngc.callbacks.remove(bad)\nprint("gone")', prints: 'gone\n' },
    },
  ),
  simple('hooks of asynchronous generators that raise', 'import sys\nsys.set_asyncgen_hooks(lambda _: 1 / 0, lambda _: 1 / 0)', {
    after: {
      code: 'import asyncio, sys\nsys.set_asyncgen_hooks(None, None)\nprint(await asyncio.sleep(0, "awaited"))',
      prints: 'awaited\n',
    },
  }),
  simple('asyncio.run', 'import asyncio\nasync def f(): return 6 * 7\nprint(asyncio.run(f()))', { prints: '42\n' }),
  simple(
    'a task that is never awaited',
    'import asyncio\nasync def f(): await asyncio.sleep(3000)\ntask = asyncio.ensure_future(f())\nawait asyncio.sleep(0)',
    {
      after: { code: 'import asyncio\ntask.cancel()\nprint(await asyncio.sleep(0, "awaited"))', prints: 'awaited\n' },
    },
  ),
  simple('an event loop that seems to run', 'import asyncio\nasyncio._set_running_loop(asyncio.new_event_loop())', {
    next: 'await __import__("asyncio").sleep(0)',
    after: { code: 'print(await __import__("asyncio").sleep(0, "awaited"))', prints: 'awaited\n' },
  }),
  simple('print options and random numbers of NumPy', 'import numpy\nnumpy.set_printoptions(precision=2)\nnumpy.random.seed(1)', {
    after: { code: 'import numpy\nprint(numpy.array([1 / 3]))\nnumpy.set_printoptions(precision=8)', prints: '[0.33]\n' },
  }),
  // MPI's module
  simple(
    'mpi4py set up anew',
    'import mpi4py\nmpi4py.rc.initialize = mpi4py.rc.finalize = True\nmpi4py.rc(errors="fatal", threads=False)',
    {
      after: {
        code: 'import allranks\nfrom mpi4py import MPI\ntry: MPI.BYTE.Create_contiguous(-1)\nexcept MPI.Exception: print(allranks.comm.allreduce(1))',
        prints: '2\n',
      },
    },
  ),
  simple('a missing mpi4py.MPI', "import sys\nsys.modules['mpi4py.MPI'] = None", {
    after: { code: "import sys, allranks\ndel sys.modules['mpi4py.MPI']\nprint(allranks.comm.allreduce(1))", prints: '2\n' },
  }),
  // What runs cells
  simple('allranks loaded anew', 'import importlib, allranks\nimportlib.reload(allranks)', { error: refused('importlib.reload') }),
  simple('a module of another kind in the place of allranks', "import sys, types\nsys.modules['allranks'] = types.ModuleType('allranks')"),
  simple(
    'modules of allranks and IPython forgotten',
    "import sys\nfor name in [name for name in sys.modules if name.startswith(('allranks.', 'IPython.core.comp'))]: del sys.modules[name]",
  ),
  simple('an empty sys', 'import sys\nvars(sys).clear()', {
    error: { ename: 'AttributeError' },
    after: { code: 'import sys\nprint(sys.version_info >= (3, 11))', prints: 'True\n' },
  }),
  simple('os without its path and environment', 'import os\nos.path = os.environ = None', {
    next: 'import os\nos.path.isdir(".")',
    after: { code: 'import os\nprint(os.path.isdir(os.environ["HOME"]))', prints: 'True\n' },
  }),
  simple('an empty types', 'import types\nvars(types).clear()', { next: 'import types\ntypes.SimpleNamespace(x=1)' }),
  simple(
    'tokenize, ast and traceback without functions',
    'import ast, linecache, tokenize, traceback\ntokenize.generate_tokens = tokenize.tokenize = ast.parse = ast.walk = None\ntraceback.TracebackException = linecache.getline = None',
    {
      next: '%time 5',
      after: { code: '%time print("on")', prints: 'on\n' },
    },
  ),
  ...[
    'ast.parse',
    'ast.Module',
    'ast.Interactive',
    'traceback.format_exception',
    'linecache.getlines',
    'json.dumps',
    'time.time',
    'sys.displayhook',
    'sys.exc_info',
    'builtins.compile',
    'builtins.exec',
    'builtins.print',
    'builtins.getattr',
    'builtins.__import__',
    'threading.current_thread',
    'signal.signal',
    'os.getpid',
    'io.StringIO',
    'warnings.warn',
    'inspect.getsource',
    're.compile',
    'functools.partial',
  ].map((name) =>
    simple(`${name} replaced by None`, `import ${name.split('.')[0]!}\n${name} = None`, {
      next: 'try:\n    raise KeyError(7)\nexcept KeyError as error:\n    print(repr(error))\n[7] * 2',
    }),
  ),
  simple('msgpack without functions', 'import msgpack\nmsgpack.packb = msgpack.unpackb = msgpack.Packer = None'),
  simple(
    'classes of IPython without their methods',
    'for kind in type(get_ipython()).__mro__[:-1]:\n    for name in ("run_cell", "run_code", "run_ast_nodes", "showtraceback", "transform_cell"):\n        if name in vars(kind): setattr(kind, name, None)',
    {
      next: 'pass',
      after: { code: '%time print("on")', prints: 'on\n' },
    },
  ),
  simple(
    "IPython's compiler without its methods",
    'from IPython.core.compilerop import CachingCompiler\nCachingCompiler.ast_parse = CachingCompiler.cache = None',
    { next: 'if True:\n    never_compiled_before = 1' },
  ),
  simple('a namespace that cannot be deleted', 'del get_ipython().user_ns', { error: { ename: 'AttributeError' } }),
  simple(
    'a traced frame below the cell',
    'import sys\nframe = sys._getframe()\nwhile frame.f_back:\n    frame = frame.f_back\n    frame.f_trace = lambda *_: 1 / 0',
  ),
];
