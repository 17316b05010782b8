"""`input` and `getpass` in cells: the front end is asked once, every rank gets the same line."""

from __future__ import annotations

import builtins
import getpass
import threading
from typing import Any

import _allranks
from IPython.core.error import StdinNotImplementedError

from . import _pack
from ._streams import Router


_builtin_names = vars(builtins)
_getpass_names = vars(getpass)


class Inputs:
    """Replaces `builtins.input` and `getpass.getpass` from the first of a row of cells to `leave`.

    They stay from cell to cell: Python's built-in names should not change with every one of them.
    """

    def __init__(self, router: Router) -> None:
        self._router = router
        #: The front end of the running cell can be asked. Nobody can answer between cells.
        self.allowed = False
        self._saved: tuple[Any, Any] = (builtins.input, getpass.getpass)
        self._own: tuple[Any, Any] = (self.input, self.getpass)
        self._installed = False

    def begin(self, allowed: bool) -> None:
        """Install the functions; `allowed` false makes them raise, as the front end cannot answer."""
        self.allowed = allowed
        line, secret = self._own
        if _builtin_names.get("input") is not line:
            _builtin_names["input"] = line
        if _getpass_names.get("getpass") is not secret:
            _getpass_names["getpass"] = secret
        self._installed = True

    def leave(self) -> None:
        """Other code of the simulation's is about to run: put the functions of the job back. Idempotent."""
        if self._installed:
            self._installed = False
            _builtin_names["input"], _getpass_names["getpass"] = self._saved

    def input(self, prompt: object = "", /) -> str:
        """Read a line from the notebook; all ranks wait and receive the same text."""
        __tracebackhide__ = True
        return self._ask(str(prompt), password=False)

    def getpass(self, prompt: str = "Password: ", stream: object = None, **_: object) -> str:
        """Read a line from the notebook without showing it; all ranks receive the same text."""
        __tracebackhide__ = True
        return self._ask(str(prompt), password=True)

    def _ask(self, prompt: str, password: bool) -> str:
        __tracebackhide__ = True
        if not self.allowed:
            raise StdinNotImplementedError("input() was called, but this frontend does not support input requests.")
        if threading.get_ident() != self._router.main_thread:
            raise RuntimeError("input() works on the main thread of a cell only, because every rank has to take part")
        self._router.flush()
        reply = _pack.unpack(_allranks.ask_input(_pack.pack({"prompt": prompt, "password": password}), self._router.cell))
        if reply.get("error"):
            raise StdinNotImplementedError(str(reply["error"]))
        value = str(reply.get("value", ""))
        if value == "\x04":
            raise EOFError
        return value
