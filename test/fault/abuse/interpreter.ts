/** Cells that break the interpreter around them: streams, hooks, built-in names, modules, limits, IPython itself. */
import { refused, type Abuse } from './cases';

const simple = (title: string, code: string, more: Partial<Abuse> = {}): Abuse => ({ title, code, ...more });

export const interpreter: Abuse[] = [
  // Streams
  simple('a closed stdout', 'import sys\nsys.stdout.close()\nsys.stderr.close()'),
  simple('stdout and stderr of None', 'import sys\nsys.stdout = sys.stderr = None\nprint("nowhere")'),
  simple('deleted stdout and stderr', 'import sys\ndel sys.stdout, sys.stderr', { error: { ename: 'AttributeError' } }),
  simple('a stdout of another kind', 'import sys, io\nsys.stdout = sys.stderr = object()'),
  simple(
    'a stdout that exits',
    'import sys\nclass Out:\n    def write(self, text): raise SystemExit(2)\n    flush = write\nsys.stdout = sys.stderr = Out()\nraise ValueError("told anyway")',
    { error: { ename: 'ValueError', evalue: /told anyway/ } },
  ),
  simple(
    'a stdout whose methods are replaced',
    'import sys\nsys.stdout.write = sys.stderr.write = None\nsys.stdout.flush = sys.stderr.flush = 3',
  ),
  simple('closed streams of the job', 'import sys\nsys.__stdout__.close(); sys.__stderr__.close()\nprint("on")', {
    prints: 'on',
    after: { code: 'import sys\nprint(sys.__stdout__.closed, sys.__stderr__.closed)', prints: 'False False\n' },
  }),
  simple('streams of the job of None', 'import sys\nsys.__stdout__ = sys.__stderr__ = sys.__stdin__ = None\nprint("on")', {
    prints: 'on',
    after: { code: 'import sys\nprint(sys.__stdout__ is None)', prints: 'False\n' },
  }),
  simple('a closed stdin', 'import sys\nsys.stdin.close() if sys.stdin else None\nsys.stdin = None\nprint("on")', { prints: 'on' }),
  simple(
    'a redirection that is never undone',
    "import contextlib, io\ncontextlib.redirect_stdout(io.StringIO()).__enter__()\nprint('swallowed')",
  ),
  // Descriptors
  simple('os.close(1)', 'import os\nos.close(1)', { error: refused('os.close') }),
  simple(
    'os.close of every descriptor',
    'import os\nfor number in range(1024):\n    try: os.close(number)\n    except OSError: pass\nprint("on")',
    { prints: 'on' },
  ),
  simple('os.closerange over everything', 'import os\nos.closerange(3, 1 << 20)', { error: refused('os.closerange') }),
  simple(
    'os.dup2 over 0 to 2',
    "import os\nnull = os.open('/dev/null', os.O_RDWR)\nbefore = os.fstat(1)\nfor number in range(3): os.dup2(null, number)\nos.close(null)\nprint('on')",
    {
      prints: 'on',
      after: { code: 'import os\nnow = os.fstat(1)\nprint((now.st_dev, now.st_ino) == (before.st_dev, before.st_ino))', prints: 'True\n' },
    },
  ),
  simple(
    'os.dup2 over a descriptor of the simulation',
    "import os\nnull = os.open('/dev/null', os.O_RDWR)\ntry:\n    for number in range(3, null): os.dup2(null, number)\nfinally: os.close(null)",
    { error: refused('os.dup2') },
  ),
  simple('a file object that closes stdout', "import os\nbefore = os.fstat(1)\nopen(1, 'w').close()\nprint('on')", {
    prints: 'on',
    after: { code: 'import os\nnow = os.fstat(1)\nprint((now.st_dev, now.st_ino) == (before.st_dev, before.st_ino))', prints: 'True\n' },
  }),
  simple(
    '5,000 open files',
    `import resource
limit = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(5000, limit[1]), limit[1]))
held = []
try:
    while True: held.append(open('/dev/null'))
except OSError as error: print(error.errno)
import colorsys_that_is_not_there`,
    {
      error: { ename: 'ModuleNotFoundError' },
      prints: '24\n',
      after: { code: 'held.clear()\nresource.setrlimit(resource.RLIMIT_NOFILE, limit)\nprint("closed")', prints: 'closed\n' },
    },
  ),
  simple(
    'a limit of 0 open files',
    'import resource\nlimit = resource.getrlimit(resource.RLIMIT_NOFILE)\nresource.setrlimit(resource.RLIMIT_NOFILE, (0, limit[1]))\nprint("none")',
    { prints: 'none', after: { code: 'import resource\nprint(resource.getrlimit(resource.RLIMIT_NOFILE) == limit)', prints: 'True\n' } },
  ),
  simple(
    'a file size limit',
    "import resource, tempfile\nresource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))\nwith tempfile.TemporaryFile() as file: file.write(b'x' * 5000)",
    {
      error: { ename: 'OSError' },
      after: { code: "import tempfile\nwith tempfile.TemporaryFile() as file: print(file.write(b'x' * 5000))", prints: '5000\n' },
    },
  ),
  simple(
    'a limit of processor time',
    'import resource\nresource.setrlimit(resource.RLIMIT_CPU, (0, resource.getrlimit(resource.RLIMIT_CPU)[1]))',
    { error: refused('resource.setrlimit') },
  ),
  simple('a hard limit that cannot be taken back', 'import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))', {
    error: refused('resource.setrlimit'),
  }),
  // Hooks
  simple('replaced hooks of errors and displays', 'import sys\nsys.excepthook = sys.displayhook = sys.unraisablehook = None', {
    after: {
      code: '6 * 7\nimport sys\nprint(callable(sys.unraisablehook), callable(sys.excepthook), callable(sys.displayhook))',
      prints: 'True True True\n',
    },
  }),
  simple('deleted hooks', 'import sys\ndel sys.excepthook, sys.displayhook, sys.unraisablehook, sys.__excepthook__, sys.__displayhook__', {
    after: {
      code: 'import sys\nprint(callable(sys.unraisablehook), callable(sys.excepthook), callable(sys.displayhook))',
      prints: 'True True True\n',
    },
  }),
  simple(
    'trace functions that raise',
    'import sys, threading\ndef bad(*_): raise SystemExit(1)\nthreading.settrace(bad); threading.setprofile(bad)\nsys.setprofile(bad)\nsys.settrace(bad)\nlen([])',
    {
      error: { ename: 'SystemExit' },
      after: {
        code: "import sys, threading\nthread = threading.Thread(target=print, args=('untraced',))\nthread.start(); thread.join()",
        prints: 'untraced\n',
      },
    },
  ),
  simple('a trace function that stays', 'import sys\nsys.settrace(lambda *_: None)\nsys.setprofile(lambda *_: None)', {
    after: { code: 'import sys\nprint(sys.gettrace(), sys.getprofile())', prints: 'None None\n' },
  }),
  simple(
    'an import hook that raises',
    'import sys\nclass Bad:\n    def find_spec(self, *_): raise SystemExit(1)\nsys.meta_path.insert(0, Bad())\nimport colorsys',
    { error: { ename: 'SystemExit' }, after: { code: 'sys.meta_path.pop(0)\nprint("mended")', prints: 'mended\n' } },
  ),
  simple('a broken __import__', 'import builtins\ndef bad(*_, **__): raise SystemExit(9)\nbuiltins.__import__ = bad', {
    after: { code: 'import colorsys\nprint("imports")', prints: 'imports\n' },
  }),
  // Built-in names and modules
  simple(
    'deleted built-in names',
    'import builtins\nfor name in ("print", "open", "__import__", "len", "isinstance", "Exception", "BaseException", "str", "__build_class__"): delattr(builtins, name)',
  ),
  simple(
    'replaced built-in names',
    'import builtins\nfor name in ("print", "len", "isinstance", "str", "repr", "type", "super", "getattr", "hasattr", "dict", "list"): setattr(builtins, name, None)',
    { after: { code: 'print(len("abc"))', prints: '3\n' } },
  ),
  simple('all built-in names deleted', '__builtins__.clear() if isinstance(__builtins__, dict) else vars(__builtins__).clear()', {
    after: { code: 'print(len("abc"))', prints: '3\n' },
  }),
  simple('deleted __builtins__', 'del __builtins__'),
  simple('__builtins__ of another kind', '__builtins__ = {}', { after: { code: 'print(len("abc"))', prints: '3\n' } }),
  simple('cleared modules', 'import sys\nsys.modules.clear()', {
    after: { code: 'import sys, os, allranks\nprint(allranks.size)', prints: '2\n' },
  }),
  simple(
    'modules of None',
    "import sys\nsys.modules['allranks'] = sys.modules['_allranks'] = sys.modules['os'] = sys.modules['msgpack'] = None",
    { after: { code: 'import os, allranks\nprint(allranks.size)', prints: '2\n' } },
  ),
  simple(
    'deleted names of allranks',
    'import allranks\nfor name in list(vars(allranks)):\n    if name not in ("__name__", "__spec__", "__path__"): delattr(allranks, name)',
    { after: { code: 'import allranks\nprint(allranks.size, len(allranks.arrays) > 0)', prints: '2 True\n' } },
  ),
  simple('a cleared namespace', 'globals().clear()', { after: { code: '5\nprint(__name__)', prints: 'kelvin_helmholtz\n' } }),
  simple('an empty sys.path and no finders of modules', 'import sys\npath = list(sys.path)\nsys.path.clear()\nsys.meta_path.clear()', {
    after: { code: 'import sys\nsys.path[:] = path\nimport wave\nprint("found")', prints: 'found\n' },
  }),
  simple(
    'replaced os and signal functions',
    'import os, signal, time\nfor module in (os, signal, time):\n    for name in ("_exit", "kill", "signal", "monotonic", "getpid"):\n        if hasattr(module, name): setattr(module, name, None)',
    {
      after: {
        code: 'import os, signal, time\nprint(callable(os.kill), callable(signal.signal), callable(time.monotonic))',
        prints: 'True True True\n',
      },
    },
  ),
  // Settings
  simple('gc.disable, gc.freeze and a low threshold', 'import gc\ngc.disable(); gc.freeze(); gc.set_threshold(1, 1, 1); gc.set_debug(0)', {
    after: { code: 'import gc\ngc.enable(); gc.unfreeze(); gc.set_threshold(700, 10, 10)\nprint(gc.isenabled())', prints: 'True\n' },
  }),
  simple('another locale', "import locale, os\nos.environ['LC_ALL'] = 'C'\nlocale.setlocale(locale.LC_ALL, 'C')"),
  simple(
    'a decimal context that traps everything',
    'import decimal\ndecimal.getcontext().prec = 1\nfor trap in decimal.getcontext().traps: decimal.getcontext().traps[trap] = True',
    { after: { code: 'import decimal\ndecimal.setcontext(decimal.Context())\nprint("calm")', prints: 'calm\n' } },
  ),
  simple('an empty environment', 'import os\nkept_environment = dict(os.environ)\nos.environ.clear()', {
    after: { code: 'import os\nos.environ.update(kept_environment)\nprint("back")', prints: 'back\n' },
  }),
  simple(
    'a working folder that is gone',
    'import os, tempfile\nhere = os.getcwd()\nwith tempfile.TemporaryDirectory() as folder: os.chdir(folder)',
    { after: { code: 'import os\nos.chdir(here)\nprint("back")', prints: 'back\n' } },
  ),
  simple('a umask of 0777', 'import os\nmask = os.umask(0o777)', {
    after: { code: 'import os\nos.umask(mask)\nprint("back")', prints: 'back\n' },
  }),
  simple('a switch interval of 100 s', 'import sys\nsys.setswitchinterval(100)', {
    after: { code: 'import sys\nprint(sys.getswitchinterval() < 1)', prints: 'True\n' },
  }),
  simple('a limit of digits', 'import sys\nsys.set_int_max_str_digits(640)\n10 ** 5000', {
    error: { ename: 'ValueError' },
    after: { code: 'import sys\nsys.set_int_max_str_digits(4300)\nprint("back")', prints: 'back\n' },
  }),
  simple('NumPy that raises on every odd number', "import numpy\nold_errors = numpy.seterr(all='raise')", {
    after: { code: "import numpy\nnumpy.seterr(**old_errors)\nprint('calm')", prints: 'calm\n' },
  }),
  simple(
    'changed signal handlers and a full mask',
    'import signal\nfor number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:\n    try: signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nsignal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())',
    { after: { code: 'import signal\nprint(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))', prints: 'False\n' } },
  ),
  simple(
    'a wake-up descriptor for signals that is closed',
    'import os, signal\na, b = os.pipe()\nos.set_blocking(b, False)\nsignal.set_wakeup_fd(b)\nos.close(a); os.close(b)',
    { after: { code: 'import signal\nprint(signal.set_wakeup_fd(-1))', prints: '-1\n' } },
  ),
  // IPython
  simple('IPython without its parts', 'shell = get_ipython()\nshell.displayhook = shell.display_pub = shell.display_formatter = None', {
    after: { code: 'from IPython.display import display\ndisplay(6 * 7)\nprint("shown")\n5', prints: 'shown\n' },
  }),
  simple(
    'IPython with nonsense in its parts',
    'shell = get_ipython()\nshell.user_ns = {}; shell.payload_manager = None; shell.compile = None; shell.events = None',
    { error: { ename: 'AttributeError' }, after: { code: 'print("on")', prints: 'on\n' } },
  ),
  simple(
    'IPython whose methods are replaced',
    'shell = get_ipython()\nfor name in ("run_cell", "run_code", "publish", "format_error", "begin_cell", "restore_interpreter", "run_cell_async", "run_ast_nodes", "transform_cell", "_showtraceback"): setattr(shell, name, None)',
    // Nothing of these is needed any more for a plain cell that runs already.
    { after: { code: 'print("on")', prints: 'on\n' } },
  ),
  simple('a cleared shell object', 'vars(get_ipython()).clear()', {
    error: { ename: 'TraitError' },
    after: { code: 'print("on")', prints: 'on\n' },
  }),
  simple(
    'an event callback that exits',
    'def bad(*_): raise SystemExit(3)\nget_ipython().events.register("pre_run_cell", bad)\nget_ipython().events.register("post_run_cell", bad)',
    {
      error: { ename: 'SystemExit' },
      complains: /hooks .* are removed/,
      after: { code: 'print(bad in get_ipython().events.callbacks["pre_run_cell"])', prints: 'False\n' },
    },
  ),
  simple('an input transformer that exits', 'def bad(lines): raise SystemExit(4)\nget_ipython().input_transformers_cleanup.append(bad)', {
    removed: true,
  }),
  simple('an input transformer that raises', 'def bad(lines): raise ValueError(4)\nget_ipython().input_transformers_post.append(bad)', {
    removed: true,
  }),
  simple('removed magics', 'get_ipython().magics_manager.magics.clear()', { after: { code: '%time print("on")', prints: 'on\n' } }),
  simple('a custom exception handler that raises', 'get_ipython().set_custom_exc((Exception,), lambda *_, **__: 1 / 0)', {
    after: { code: 'get_ipython().set_custom_exc((), None)\nprint("on")', prints: 'on\n' },
  }),
  simple(
    'a removed get_ipython',
    'import builtins\nif hasattr(builtins, "get_ipython"): del builtins.get_ipython\nglobals().pop("get_ipython", None)',
    { after: { code: 'print(get_ipython() is not None)', prints: 'True\n' } },
  ),
  simple(
    'a running cell that runs cells',
    'get_ipython().run_cell("import sys\\nsys.exit(3)")\nget_ipython().run_cell("1 / 0")\nprint("on")',
    { prints: 'on' },
  ),
];
