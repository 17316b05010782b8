"""Cells to be run both by IPython itself and the short way: sessions, each a list of cells that share one rank.

A cell is its text, or (text, fields of the command). PLAIN are ordinary cells, of which each must take the short way.
"""

from __future__ import annotations

PLAIN = [
    "pass", "x = 1", "x", "x + 1", "x;", "x ; # not shown", "_, __, ___", "_1, Out, In[-1], _i, _ii, _iii, _i1", "'a;b'", "# only a comment",
    "x = 2  # comment", "print('one')\nprint('two')\n3", "print(1); print(2); 3", "for i in range(3):\n    print(i)", "if x:\n    y = 4\nelse:\n    y = 5\ny",
    "def f(a, b=2):\n    '''Doc.'''\n    return a + b\n\nf(1)", "class C:\n    z = 3\n    def m(self):\n        return self.z\nC().m()", "1\n2\n3", "None",
    "lambda: 0\n'named'", "[i * x for i in range(3)]", "g = (i for i in range(3))\nlist(g)", "import math, os.path\nmath.pi", "from math import *\ncos(0)", "del x", "x",
    "1 / 0", "def bad():\n    return [][1]\n\nbad()", "f(", ")", "x = = 1", "if True:\nprint(1)", "return 5", "print('before')\nreturn 5", "break", "y = 1\nnonlocal y",
    "raise ValueError('a\\nb')", "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e", "raise", "raise SystemExit", "import sys\nsys.exit()",
    "sys.exit(3)", "sys.exit('text')", "exit(0)", "assert x == 1, 'told'", "raise KeyboardInterrupt", "class E(Exception):\n    def __str__(self):\n        raise TypeError\nraise E()",
    "class R:\n    def __repr__(self):\n        raise TypeError('no repr')\nR()", "class H:\n    def _repr_html_(self):\n        return '<b>'\n    def __repr__(self):\n        return 'H'\nH()",
    "from IPython.display import display, HTML\ndisplay(HTML('<i>'))", "display(1, 2)", "'ü', '日本', '𝒳'", "π = 3.14\nπ", "s = '''a\n  b\nc'''\ns", "b'bytes', r'\\d', f'{y!r}', f'{y:>5}'",
    "f'{y = }'", "a, *b = range(4)\na, b", "d = {'k': [1, {2: 3}]}\nd", "set('ab') == {'a', 'b'}", "x: int = 3\n__annotations__", "x += 4\nx", "global_name = 1\ndef w():\n    global global_name\n    global_name = 2\nw(); global_name",
    "@staticmethod\ndef deco(): return 7\ndeco()", "with open('/dev/null') as n:\n    n.read()\n'read'", "match x:\n    case 7: print('seven')\n    case _: print('other')", "(z := 5)", "1 if x else 2", "print(end='')",
    "print('no newline', end='')", "import sys\nprint('err', file=sys.stderr)", "sys.stdout.write('w')", "sys.displayhook(8)", "sys.displayhook = print", "9", "sys.stdout = None", "print('back')", "sys.excepthook.__name__",
    "import builtins\ndel builtins.len\n4", "len('ab')", "builtins.extra = 1", "extra", "del builtins.extra", "sys.setrecursionlimit(70)", "sys.getrecursionlimit() >= 1000", "_ = 'mine'", "5", "_", "del _", "6", "_",
    "__ = 1", "7", "___", "Out.clear()", "len(In) > 3", "x = 1 \\\n  + 2\nx", "(1,\n 2,\n\n 3)", "x = [\n    1,  # one\n\n    2,\n]\nlen(x)", "if 1:\n    # comment\n\n    print('in')\n\n# after\n", "x\n", "x\n\n\n", "def e(): ...\n\n\n\n",
    "print('100%d' % 3)", "x != 3", "'why?'", "# what?", "'!ls'", "'%time'", "x % 3 if isinstance(x, int) else x", "x = 7\n-x\n+x\n~x", "print(__name__, __file__)", "__builtins__ is not None", "import warnings\nwarnings.warn('soft')",
    "warnings.warn('again', DeprecationWarning)", "1 is 1", "assert (1, 'always')", "'\\d'", "warnings.simplefilter('always')", "'\\d'\n1", "'\\d'\n(", "1 is 2", "warnings.simplefilter('error')", "1 is 3", "'\\q'", "warnings.warn('now raised')", "warnings.resetwarnings()",
    "import traceback\ntry:\n    bad()\nexcept IndexError:\n    print(traceback.format_exc().splitlines()[-1])", "import inspect\ninspect.getsource(bad)", "sys.last_type, str(sys.last_value)", "eval('1 +')", "exec('raise ValueError(1)')", "compile('x ? y', 'f', 'exec')",
    "import linecache\nbad.__code__.co_filename.startswith('<ipython-input-')", "bad.__code__.co_flags", "bad.__code__.co_firstlineno", "vars().get('Q')", "locals() is globals()", "sorted(n for n in dir() if not n.startswith('_'))[:5]",
    "def rec(n): return rec(n + 1)\ntry:\n    rec(0)\nexcept RecursionError:\n    print('deep')", "exit", "x = exit\nx.__class__.__name__", "raise ExceptionGroup('many', [ValueError(1), KeyError(2)])", "type('T', (), {'_repr_mimebundle_': lambda s, **k: {'text/plain': 'bundle'}})()",
    "import ctypes, json\njson.dumps({'a': 1})", "1_000j", "0x_f", "...", "Ellipsis", "NotImplemented", "import this_does_not_exist", "from math import nothing", "with x: pass", "'x' 'y'", "print(*range(3), sep='\\n')", "x = lambda *a, **k: (a, k)\nx(1, b=2)",
]

# (name of the session, cells): what IPython does, and what users change about it.
SESSIONS: list[tuple[str, list]] = [
    ("plain", list(PLAIN)),
    ("odd text", [
        "", "\n", "   ", "\t\n", "\n\nx = 1\nx", "  x = 2\n  x", "    if x:\n        print(x)\n    x", "x = 1\n \nx", "x = '''a\n   \nb'''\nx", "x = 1\r\ny = 2\r\ny", "x = 1\ry = 3\ry", "\fx = 4", "x = 5\f\ny = 6\ny", "'\u2028'", "x\u2028= 1", "'''a\u2028b'''",
        "'''\n>>> not a prompt\n'''", ">>> x = 8\n>>> x", "In [1]: x = 9\n   ...: x", "...: x", "x = '''\n  In [2]: y\n'''\nx", "\ufeffx = 1", "x = 1\0", "'\ud800'", "'''\n\t\n'''", "x = 1 ;", "x ;;", ";x", ",f 1 2", "/f 1", "x?", "?x", "x??", "str.upp*?",
        "f'{x=!r}'", "f'{x=!s}' 'tail'", "y=!echo hi", "y", "!echo out", "!!echo list", "%%bash\necho in bash", "%%nothing\nx", "if x:\n    %who_ls", "def h():\n    !echo nested\nh()", "x = %who_ls int", "a = b = 3", "% 3", "%", "!", "x %y", "x = 5 %\\\n 3\nx",
    ]),
    ("magics", [
        "%who_ls", "who_ls", "x = 3", "who_ls", "who_ls = 4", "who_ls", "del who_ls", "%automagic 0", "who_ls", "%automagic 1", "%timeit -n1 -r1 -q pass", "%xmode Plain", "1 / 0", "%xmode Context", "1 / 0", "%config InteractiveShell.ast_node_interactivity = 'all'",
        "1\n2", "%config InteractiveShell.ast_node_interactivity = 'last'", "for i in range(2): i", "%config InteractiveShell.ast_node_interactivity = 'last_expr_or_assign'", "q = 5", "q: int = 6", "%config InteractiveShell.ast_node_interactivity = 'none'", "7",
        "%config InteractiveShell.ast_node_interactivity = 'last_expr'", "8", "%autocall 1", "str 5", "abs", "%autocall 0", "%macro m 1", "m", "%alias hi echo hi", "hi", "%rehashx?", "%nothing", "%%capture c\nprint(1)", "c.stdout", "%autoawait off", "pass", "1 + 1", "%autoawait on", "1 + 2",
        "%history -n", "%reset -f in", "In", "x", "%reset -f", "x", "_", "%load_ext autoreload", "1", "%unload_ext autoreload", "%notebook?", "%pdb off", "%doctest_mode", "1 / 0", "%doctest_mode",
    ]),
    ("await", [
        "import asyncio", "await asyncio.sleep(0)\n1", "async def co():\n    return 5\nawait co()", "'await'", "# async", "awaited = 1", "async with asyncio.timeout(1):\n    pass\n", "[x async for x in aiter_()]", "asyncio.run(co())", "%autoawait off", "await co()", "%autoawait on", "await co()", "1 / (await co() - 5)",
    ]),
    ("future", [
        "def f(a: nothing): pass", "from __future__ import annotations", "def g(a: nothing): pass\ng.__annotations__", "g.__code__.co_flags", "x: undefined = 1\n__annotations__", "from __future__ import barry_as_FLUFL", "1 <> 2", "1 != 2", "x = 1\nfrom __future__ import division", "from __future__ import braces",
    ]),
    ("user's transformers", [
        "ip = get_ipython()\ndef swap(lines): return [l.replace('eleven', '11') for l in lines]", "ip.input_transformers_cleanup.append(swap)", "eleven", "ip.input_transformers_cleanup.remove(swap)", "eleven", "ip.input_transformers_post.append(swap)", "eleven + 1", "ip.input_transformers_post.clear()", "12",
        "import ast\nclass N(ast.NodeTransformer):\n    def visit_Constant(self, node):\n        return ast.Constant(node.value + 1) if type(node.value) is int else node", "ip.ast_transformers.append(N())", "5", "ip.ast_transformers.clear()", "5",
        "class Bad(ast.NodeTransformer):\n    def visit_Constant(self, node):\n        raise ValueError('bad')", "ip.ast_transformers.append(Bad())", "6", "7", "ip.ast_transformers",
    ]),
    ("user's hooks", [
        "ip = get_ipython()\nlog = []\ndef pre(info): log.append(('pre', info.raw_cell, info.store_history, info.cell_id))\ndef post(result): log.append(('post', result.result, result.success, result.execution_count))\ndef quiet(): log.append('quiet')",
        "ip.events.register('pre_run_cell', pre)", "1", "ip.events.unregister('pre_run_cell', pre)", "ip.events.register('post_run_cell', post)", "2", "1 / 0", "(", "log", "ip.events.unregister('post_run_cell', post)", "ip.events.register('post_execute', quiet)", ("3", {"silent": True}), "log[-1]",
        "ip.events.register('pre_execute', quiet)", "log[-1]", "ip.events.unregister('pre_execute', quiet)", "log[-1]", "def fail(*a): raise ValueError('hook')", "ip.events.register('post_execute', fail)", "4", "ip.events.unregister('post_execute', fail)", "ip.last_execution_result.result, ip.last_execution_succeeded, ip.execution_count",
        "ip.set_custom_exc((ZeroDivisionError,), lambda self, t, v, tb, tb_offset=None: print('custom'))", "1 / 0", "ip.display_formatter.formatters['text/plain'].for_type(int, lambda n, p, c: p.text('int!'))", "5", "run = ip.run_cell('6')", "run.result, run.execution_count, run.success", "ip.run_cell('1 / 0').success",
        "ip.run_cell('x = 5', store_history=True).execution_count", "ip.run_cell('(')\n'after'", "ip.run_cell('%who_ls int')", "ip.ex('y = 3')\ny", "ip.run_cell = lambda *a, **k: None", "7", "del ip.run_cell", "8", "ip.push({'pushed': 1})\npushed", "ip.user_ns is globals()", "'pushed' in ip.user_ns_hidden",
        "ip.compile.flags", "ip.observe(lambda c: log.append('observed'), 'ast_node_interactivity')\n1",
    ]),
    ("fields", [
        ("1", {"store_history": False}), ("_", {"store_history": False}), "2", ("3", {"silent": True}), "In, Out", ("x = 1\nx", {"user_expressions": {"e": "x + 1", "f": "1 / 0"}}), ("1 / 0", {"silent": True}), ("print(1)", {"silent": True}), ("4;", {"store_history": False}), "exit", "quit()", "In[-1]", ("", {"silent": True}),
        ("1", {"cell_id": None}), ("print(", {"store_history": False}), ("get_ipython().execution_count", {"store_history": False}),
    ]),
    ("figures", [
        "import matplotlib.pyplot as plt", "plt.plot([1, 2]);", "1", "fig = plt.figure()", "plt.close('all')", "plt.plot([1]); 1 / 0", "plt.show()", "'end'",
    ]),
]
