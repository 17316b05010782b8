"""Names of the modules and classes that run cells, put back after a cell that failed, in case it failed for want of them.

A cell can delete `sys`'s functions or replace `ast.parse` by None; whoever does that has made the next cell fail, and the one
after it finds everything again. What `_mend.py` looks at behind every cell is the part without which not even that would work.

Only what is gone, has become None, or was callable and is not any more counts as taken away: a function that somebody has
replaced by another one is theirs.
"""

from __future__ import annotations

import sys
from typing import Any

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
        events = _modules.get("asyncio.events")
        if events is not None:
            # One that a cell left as running keeps every later `await` from its turn.
            events._set_running_loop(None)


def _is_taken(present: Any, value: Any) -> bool:
    return present is _GONE or present is None or (_callable(value) and not _callable(present))
