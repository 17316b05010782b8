"""Questions about the namespace, answered while the simulation computes or a cell runs.

Runs on the library's service thread, under the GIL, on a copy of the namespace's dictionary. It reads; it
never runs user code (see `_static`).
"""

from __future__ import annotations

from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from . import _complete, _inspect, _variables
from ._debug import Debugger
from ._static import UNKNOWN


class Service:
    """Answers requests; used by one thread at a time.

    Parameters
    ----------
    namespace : dict
        Globals of the inline script; copied for each request.
    debugger : Debugger
        Begins its sessions here.
    """

    def __init__(self, namespace: dict[str, Any], debugger: Debugger) -> None:
        self._namespace = namespace
        self._debugger = debugger
        self._completer = _complete.Completer(_magic_names)
        # An own one: that of the shell may hold transformers of the user, which are user code.
        self._transformer = TransformerManager()

    def answer(self, request: dict) -> dict:
        """Reply to one request: `what` and its arguments, spelled as in Jupyter's messages, cursors in code points."""
        what = request.get("what")
        code = request.get("code", "")
        if not isinstance(code, str):
            raise ValueError("code is not text")
        if what == "complete":
            return self._completer.complete(code, _cursor(request, code), dict(self._namespace))
        if what == "inspect":
            name, value = _inspect.find(code, _cursor(request, code), dict(self._namespace))
            if value is UNKNOWN:
                return {"found": False, "data": {}, "metadata": {}}
            text = _inspect.describe(name, value, int(request.get("detail_level") or 0))
            return {"found": True, "data": {"text/plain": text}, "metadata": {}}
        if what == "is_complete":
            status, spaces = self._transformer.check_complete(code)
            return {"status": status, "indent": " " * (spaces or 0)}
        if what == "debug":
            return self._debugger.attach(str(request["path"]), str(request["token"]))
        if what == "variables":
            return {"variables": _variables.children(request["path"], dict(self._namespace))}
        if what == "modules":
            return {"modules": _variables.modules()}
        if what == "source":
            return {"content": _variables.source(str(request["path"]))}
        raise ValueError(f"unknown request {what!r}")


def _cursor(request: dict, code: str) -> int:
    cursor = request.get("cursor_pos")
    return len(code) if cursor is None else int(cursor)


def _magic_names() -> list[str]:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return []
    names = shell.magics_manager.lsmagic()
    return [f"%{name}" for name in names["line"]] + [f"%%{name}" for name in names["cell"]]
