"""Names of the modules and classes that run cells, put back behind the cell that took them away, so that the next one finds them.

A cell can delete `sys`'s functions or replace `ast.parse` by None. What `_mend.py` looks at behind every piece of a cell is the part
without which not even this would work.

Only what is gone, has become None, or was callable and is not any more counts as taken away: a function that somebody has
replaced by another one is theirs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import _allranks

#: Packages and modules whose functions the way of a cell leads through.
_NEEDED = frozenset(
    {
        "IPython", "_signal", "allranks", "ast", "base64", "codecs", "codeop", "collections", "comm", "contextlib", "functools",
        "inspect", "io", "linecache", "msgpack", "os", "posixpath", "re", "selectors", "signal", "subprocess", "sys", "threading",
        "time", "token", "tokenize", "traceback", "traitlets", "types", "warnings",
    }
)
#: Of these also what their classes hold.
_WITH_CLASSES = frozenset({"IPython", "allranks", "traitlets"})
_GONE = object()
#: Counters and settings, which change by themselves.
_PLAIN = frozenset({bool, float, int, str, tuple, type(None)})

# Found in our own globals, whatever becomes of the module `builtins`.
_callable, _setattr, _vars, _modules = callable, type.__setattr__, vars, sys.modules
_TypeError, _AttributeError = TypeError, AttributeError


class KeptNames:
    """The names as they are when this is made, before code of the user runs."""

    def __init__(self) -> None:
        self._modules: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._classes: list[tuple[type, dict[str, Any]]] = []
        for name, module in list(sys.modules.items()):
            root = name.partition(".")[0]
            if root not in _NEEDED or not hasattr(module, "__dict__"):
                continue
            names = vars(module)
            self._modules.append((names, dict(names)))
            if root in _WITH_CLASSES:
                for value in names.values():
                    if isinstance(value, type) and value.__module__ == name:
                        kept = {key: member for key, member in vars(value).items() if not key.startswith("__") or callable(member)}
                        self._classes.append((value, kept))
        self._same: Callable[[], bool] = lambda: False
        self._watch()

    def _watch(self) -> None:
        """What is there now is in order as it is: one look in C tells whether anything has been replaced since."""
        watched = []
        for owner, kept in (*self._modules, *self._classes):
            names = owner if type(owner) is dict else _vars(owner)
            watched.append((owner, {name: names[name] for name, value in kept.items() if type(value) not in _PLAIN and name in names}, ()))
        self._same = _allranks.watch(watched).same

    def end_cell(self) -> None:
        """Behind every cell: put back what it has taken away, if it has."""
        if not self._same():
            self.put_back()
            self._watch()
        else:
            self._free_loop()

    def put_back(self) -> None:
        """Look at all of them, half a millisecond; main thread, outside of user code."""
        for names, kept in self._modules:
            for name, value in kept.items():
                present = names.get(name, _GONE)
                if present is not value and _is_taken(present, value):
                    names[name] = value
        for kind, kept in self._classes:
            members = _vars(kind)
            for name, value in kept.items():
                present = members.get(name, _GONE)
                if present is not value and _is_taken(present, value):
                    try:
                        _setattr(kind, name, value)
                    except (_TypeError, _AttributeError):
                        continue  # a class that nobody can change
        self._free_loop()

    @staticmethod
    def _free_loop() -> None:
        events = _modules.get("asyncio.events")
        if events is not None:
            # One that a cell left as running keeps every later `await` from its turn.
            events._set_running_loop(None)


def _is_taken(present: Any, value: Any) -> bool:
    return present is _GONE or present is None or (_callable(value) and not _callable(present))
