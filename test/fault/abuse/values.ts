/** Cells whose source, values or errors are odd: text, representations, finalizers, depth, memory. */
import type { Abuse } from './cases';

const BAD = (body: string): string => `class Bad:\n    def __repr__(self): ${body}\nBad()`;

export const values: Abuse[] = [
  { title: 'a lone surrogate in the source', code: "text = '\ud800'\nprint(len(text) > 0)", prints: 'True\n' },
  { title: 'a lone surrogate in print', code: "print('\\ud800 printed')", prints: '? printed' },
  { title: 'a lone surrogate as result', code: "'\\ud800'", result: "'\\ud800'" },
  { title: 'a lone surrogate in a representation', code: BAD("return '\\ud800'"), result: '?' },
  { title: 'a lone surrogate in the text of an error', code: "raise ValueError('\\ud800')", error: { ename: 'ValueError' } },
  { title: 'NUL in the source', code: "print('a\0b')", error: { ename: 'SyntaxError' } },
  { title: 'a representation that raises', code: BAD('raise ValueError("broken")'), error: { ename: 'ValueError' } },
  { title: 'a representation that exits', code: BAD('raise SystemExit(4)'), error: { ename: 'SystemExit', evalue: /4/ } },
  { title: 'a representation that calls os._exit', code: `import os\n${BAD('os._exit(0)')}`, error: { ename: 'PermissionError' } },
  { title: 'a representation that is no text', code: BAD('return 7'), error: { ename: 'TypeError' } },
  { title: 'a representation that never ends its recursion', code: BAD('return repr(self)'), error: { ename: 'RecursionError' } },
  { title: 'a very long representation', code: BAD("return 'x' * 3_000_000") },
  {
    title: 'an HTML representation that exits',
    code: 'class Bad:\n    def _repr_html_(self): raise SystemExit(5)\nBad()',
    error: { ename: 'SystemExit', evalue: /5/ },
  },
  {
    title: 'an HTML representation that is no text',
    code: 'class Bad:\n    def _repr_html_(self): return 3\n    def __repr__(self): return "shown"\nBad()',
    result: 'shown',
  },
  {
    title: 'a MIME bundle of nonsense',
    code: 'class Bad:\n    def _repr_mimebundle_(self, **_): return {3: object(), "text/plain": b"\\xff"}\nBad()',
  },
  { title: 'a display of nonsense', code: "from IPython.display import display\ndisplay({'text/plain': object(), 4: 5}, raw=True)" },
  {
    title: 'a __getattr__ that exits',
    code: 'class Bad:\n    def __getattr__(self, name): raise SystemExit(6)\n    def __repr__(self): return "shown"\nBad()',
    error: { ename: 'SystemExit' },
  },
  {
    title: 'a __class__ that lies',
    code: 'class Bad:\n    __class__ = property(lambda self: 1 / 0)\nBad()',
    error: { ename: 'ZeroDivisionError' },
  },
  {
    title: 'an error whose text raises, exits and recurses',
    code: 'class Bad(Exception):\n    def __str__(self): return str(self)\n    __repr__ = __str__\nraise Bad',
    error: { ename: 'Bad' },
  },
  {
    title: 'an error whose text is no text',
    code: 'class Bad(Exception):\n    def __str__(self): return None\nraise Bad',
    error: { ename: 'Bad' },
  },
  {
    title: 'an error whose traceback renderer exits',
    code: 'class Bad(Exception):\n    def _render_traceback_(self): raise SystemExit(1)\nraise Bad',
    error: { ename: 'Bad' },
  },
  {
    title: 'an error whose notes are nonsense',
    code: 'error = ValueError("noted")\nerror.__notes__ = 3\nraise error',
    error: { ename: 'ValueError', evalue: /noted/ },
  },
  {
    title: 'an error that is its own context',
    code: 'a, b = ValueError("a"), KeyError("b")\na.__context__, b.__context__ = b, a\nraise a',
    error: { ename: 'ValueError' },
  },
  {
    title: 'a group of errors',
    code: 'raise ExceptionGroup("several", [ValueError(1), ExceptionGroup("inner", [KeyError(2)])])',
    error: { ename: 'ExceptionGroup' },
  },
  { title: 'recursion to the limit', code: 'def f(): f()\nf()', error: { ename: 'RecursionError' } },
  {
    title: 'recursion to the limit that is caught',
    code: "def f():\n    try: f()\n    except RecursionError: f()\ndepth = 0\ndef g():\n    global depth\n    depth += 1\n    g()\ntry: g()\nexcept RecursionError: print('caught')",
    prints: 'caught',
  },
  {
    title: 'recursion in C code: repr, json, pickle, compile, copy, deallocation',
    code: `import ast, copy, json, pickle
deep = []
for _ in range(100_000): deep = [deep]
for work in (repr, json.dumps, pickle.dumps, copy.deepcopy, lambda _: ast.parse('-' * 100_000 + '1'), lambda _: eval('(' * 5000), lambda _: json.loads('[' * 100_000), lambda value: hash(value)):
    try: work(deep)
    except (RecursionError, MemoryError, SyntaxError, TypeError, ValueError) as error: print(type(error).__name__)
del deep`,
    prints: 'RecursionError\n',
  },
  { title: 'a deep result', code: 'deep = []\nfor _ in range(100_000): deep = [deep]\ndeep', error: { ename: 'RecursionError' } },
  {
    title: 'a recursion limit of a million',
    code: "import sys\nsys.setrecursionlimit(10**6)\nprint('set')",
    prints: 'set',
    after: { code: 'def f(): f()\ntry: f()\nexcept RecursionError: print("caught")', prints: 'caught\n' },
  },
  { title: 'a recursion limit of 60', code: "import sys\nsys.setrecursionlimit(60)\nprint('low')", prints: 'low' },
  {
    title: 'a recursion limit as low as it gets, with an error',
    code: 'import sys\nsys.setrecursionlimit(20)\nraise ValueError("low")',
    error: { ename: 'ValueError' },
  },
  { title: 'memory that is not there', code: 'x = bytearray(1 << 62)', error: { ename: 'MemoryError' } },
  { title: 'a list that is too long', code: 'x = [0] * (1 << 60)', error: { ename: 'MemoryError' } },
  { title: 'an array that is too large', code: 'import numpy\nx = numpy.ones(1 << 50)', error: { ename: 'MemoryError' } },
  {
    title: 'an address space that is used up',
    code: `import resource, mmap
limit = resource.getrlimit(resource.RLIMIT_AS)
used = int(open('/proc/self/statm').read().split()[0]) * mmap.PAGESIZE
resource.setrlimit(resource.RLIMIT_AS, (used + (4 << 20), limit[1]))
held = []
while True: held.append(bytearray(1 << 20))`,
    error: { ename: 'MemoryError' },
  },
  {
    title: 'a finalizer that raises',
    code: 'class Bad:\n    def __del__(self): raise ValueError("finalizer")\nbad = Bad()\ndel bad',
    complains: /ValueError: finalizer/,
  },
  {
    title: 'a finalizer that exits',
    code: 'class Bad:\n    def __del__(self): raise SystemExit(3)\nbad = Bad()\ndel bad\nprint("on")',
    prints: 'on',
  },
  {
    title: 'a finalizer that exits when a later cell drops it',
    code: 'class Bad:\n    def __del__(self): raise SystemExit(3)\nbad = Bad()',
    after: { code: 'bad = None\nprint("on")', prints: 'on\n' },
  },
  {
    title: 'a generator that ignores its end',
    code: 'def g():\n    try: yield 1\n    finally: raise KeyError("finally")\nx = g()\nnext(x)\ndel x',
    complains: /KeyError: 'finally'/,
  },
  {
    title: 'a generator that yields at its end',
    code: 'def g():\n    while True:\n        try: yield 1\n        except GeneratorExit: pass\nx = g()\nnext(x)\ndel x',
    complains: /generator ignored GeneratorExit/,
  },
  {
    title: 'warnings as errors',
    code: "import warnings\nwarnings.simplefilter('error')\nprint('strict')",
    prints: 'strict',
    after: { code: "import warnings\nwarnings.resetwarnings()\nprint('calm')", prints: 'calm\n' },
  },
  {
    title: 'warnings as errors with an odd escape',
    code: "import warnings\nwarnings.simplefilter('error')\nx = '\\d'",
    after: { code: "import warnings\nwarnings.resetwarnings()\nprint('calm')", prints: 'calm\n' },
  },
  { title: 'a very long line', code: `x = '${'x'.repeat(300_000)}'\nprint(len(x))`, prints: '300000\n' },
  {
    title: 'a module that opens a browser',
    code: "import os\nos.environ['BROWSER'] = 'true'\nimport antigravity, this",
    prints: 'The Zen of Python',
  },
  { title: 'input() without a front end that answers', code: 'input()', error: { ename: 'StdinNotImplementedError' } },
  { title: 'breakpoint() without a front end that answers', code: 'breakpoint()', error: { ename: 'StdinNotImplementedError' } },
  { title: 'pdb after an error', code: '%debug', error: { ename: 'StdinNotImplementedError' } },
  { title: 'a class made without a name', code: "X = type('', (), {})\nX()" },
  {
    title: 'namespace names that are no text',
    code: 'globals()[3] = 4\nglobals()[None] = 5',
    after: { code: 'del globals()[3], globals()[None]\nprint("gone")', prints: 'gone\n' },
  },
];
