"""Plain cells take a short way past IPython (`_plain.py`); nothing that can be seen of them may tell."""

from __future__ import annotations

import ast
import json
import warnings

import pytest
from plain_corpus import PLAIN, SESSIONS

_PROGRAM = """
import json, linecache, re, sys
rank = Rank("import sys\\nvalue = 3\\ndef from_script():\\n    return [][1]\\n")
from allranks import _embed, _plain
from plain_corpus import SESSIONS
taken = []
run = _plain.PlainCells.run
def watched(self, raw_cell, *rest):
    depth = len(taken)
    taken.append(False)
    result = run(self, raw_cell, *rest) if {short} else None
    taken[depth] = result is not None
    return result
_plain.PlainCells.run = watched

def shown(value):
    try:
        return repr(value)
    except BaseException as error:
        return type(error).__name__

def told(thing):
    text = json.dumps(thing, default=shown, sort_keys=True)
    return re.sub(r"0x[0-9a-f]+|at [0-9a-f]{{8,}}", "0x", text)

def joined(frames):
    # How text is cut into frames depends on time.
    whole = []
    for kind, payload, index in frames:
        if whole and kind.startswith("std") and whole[-1][0] == kind:
            whole[-1][1] += payload
        else:
            whole.append([kind, payload, index])
    return whole

shell = _embed._rank.shell
records = []
for cell in dict(SESSIONS)[{session!r}]:
    text, fields = (cell, {{}}) if isinstance(cell, str) else cell
    first = len(taken)
    seen = rank.cell(text, **fields)
    outcome = {{name: value for name, value in seen.outcome.items() if name != "elapsed_s"}}
    names = {{name: shown(value) for name, value in shell.user_ns.items() if name not in ("__builtins__", "log", "c", "run")}}
    records.append({{
        "cell": text, "taken": taken[first:first + 1],
        "seen": told([
            seen.status, outcome, joined(seen.frames), names, sorted(shell.user_ns_hidden), list(shell.history_manager.input_hist_parsed),
            list(shell.history_manager.input_hist_raw), shell.execution_count, shell.compile.flags, shell.last_execution_succeeded,
            shown(shell.last_execution_result), sorted(name for name in linecache.cache if name.startswith("<ipython")),
            [linecache.cache[name] for name in sorted(linecache.cache) if name.startswith("<ipython")][-1:],
            sorted(shell.compile._filename_map.items()), shown(getattr(sys, "last_value", None)), sorted(vars(__import__("builtins"))),
            shown(sys.displayhook), shown(sys.excepthook), shell.builtin_trap._nested_level, shell.display_trap._nested_level,
            sys.getrecursionlimit(), shell._last_input_line if len(text.strip().splitlines()) == 1 else None,
            list(shell.history_manager.exceptions),
        ]),
    }})
with open("records.json", "w") as file:
    json.dump(records, file)
"""


def _records(rank_process, tmp_path, session: str, short: bool) -> list[dict]:
    rank_process(_PROGRAM.format(short=short, session=session))
    return json.loads((tmp_path / "records.json").read_text())


@pytest.mark.parametrize("session", [name for name, _ in SESSIONS])
def test_the_short_way_shows_what_ipython_shows(session, rank_process, tmp_path):
    theirs = _records(rank_process, tmp_path, session, short=False)
    ours = _records(rank_process, tmp_path, session, short=True)
    for expected, found in zip(theirs, ours, strict=True):
        assert found["seen"] == expected["seen"], expected["cell"]


def test_ordinary_cells_take_the_short_way(rank_process, tmp_path):
    records = _records(rank_process, tmp_path, "plain", short=True)
    # Those that do not parse are left to IPython, which might make sense of them; so are warnings that the user has made
    # errors of the parser, and a name that calls itself.
    left = [record["cell"] for record in records if record["taken"] != [True]]
    assert left == [cell for cell in PLAIN if not _parses(cell) or cell in ("'\\q'", "exit", "exit(0)")]


def _parses(cell: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(cell)
        except SyntaxError:
            return False
    return True
