"""The shell as packages for notebooks know it: which request a cell came from, and by which signs they recognise a notebook.

`get_parent` and its relatives have ipykernel's meaning: code takes the parent of its cell and gives it to a thread, or to a
widget that captures outputs by it. Here a parent also holds the index of its command, which is what output is sent by.
"""

from __future__ import annotations

import json
import pdb
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from IPython.core import debugger

from ._shell import RankShell
from ._streams import Streams


class _Kernel:
    """What packages use of `get_ipython().kernel`: the parent, and that there is one. Cells of a rank have no sockets."""

    def __init__(self, shell: ZMQInteractiveShell) -> None:
        self.shell = shell

    def get_parent(self, channel: str | None = None) -> dict:
        """The request that the calling thread's output belongs to; requests on `control` never reach a rank."""
        return self.shell.get_parent() if channel in (None, "shell") else {}

    @property
    def _parent_header(self) -> dict:
        return self.get_parent()


class ZMQInteractiveShell(RankShell):
    """The shell under the name by which rich, pandas and others recognise a notebook; they look at nothing else."""

    def __init__(self, module: ModuleType, streams: Streams) -> None:
        self._origin = ""
        self._parents: dict[int, dict] = {}
        super().__init__(module=module, streams=streams)
        # tqdm and others look for this section of the configuration.
        self.config.IPKernelApp.parent_appname = "allranks"
        self.kernel = _Kernel(self)
        # An interrupt leaves this one; that of the standard library would ask again.
        debugger.Pdb = pdb.Pdb = debugger.InterruptiblePdb
        pdb.set_trace = debugger.set_trace

    def init_magics(self) -> None:
        super().init_magics()
        for name in ("save", "notebook", "logstart"):
            self.register_magic_function(self._once(name), "line", name)
        for name in ("writefile", "file"):
            self.register_magic_function(self._once_cell(name), "cell", name)
        self._history = self.find_line_magic("history")
        for name in ("history", "hist"):
            self.register_magic_function(self._history_magic, "line", name)

    def _once_cell(self, name: str) -> Any:
        """A cell magic that writes a file: from one rank, as all share it."""
        original = self.find_cell_magic(name)

        def magic(line: str, cell: str) -> None:
            if self.first_target:
                original(line, cell)

        magic.__doc__ = original.__doc__
        return magic

    def _history_magic(self, line: str) -> None:
        """With -f it writes a file, and asks before it replaces one: ranks that come later would find that of the first."""
        if self.first_target or not any(word.startswith("-f") for word in line.split()):
            self._history(line)

    def showtraceback(self, *args: Any, **options: Any) -> None:
        """The value of a cell whose representation raises makes the cell fail, as in ipykernel; it is no text among others."""
        if not self.displayhook.is_active:
            super().showtraceback(*args, **options)
            return
        depth, self._user_code = self._user_code, 0
        try:
            super().showtraceback(*args, **options)
        finally:
            self._user_code = depth
        if self.cell_error is not None:
            self.display_error = self.cell_error[0]

    def begin_cell(self) -> None:
        super().begin_cell()
        self.display_error = None
        self.displayhook._is_active = False

    @contextmanager
    def telling_errors(self) -> Iterator[None]:
        """Print errors that code reports by `showtraceback`, as in a cell; a callback has no outcome that could carry them."""
        self._user_code += 1
        try:
            yield
        finally:
            self._user_code -= 1

    def begin_command(self, origin: str) -> None:
        """Name the request, as JSON text of its header, that the command that begins now came from. Main thread."""
        self._origin = origin

    def _name_cell(self, file: str) -> None:
        # Only a front end shows what comes later; a prompt and a script that is read again have the terminal of the job.
        if self._origin:
            super()._name_cell(file)

    def get_parent(self) -> dict:
        """The request that output of the calling thread belongs to; its header is empty when no front end asked."""
        index = self.streams.router.index()
        known = self._parents.get(index)
        if known is not None:
            return known
        try:
            header = json.loads(self._origin) if self._origin and threading.get_ident() == self.streams.router.main_thread else {}
        except ValueError:
            header = {}
        parent = {
            "header": header,
            "msg_id": header.get("msg_id", ""),
            "msg_type": header.get("msg_type", ""),
            "parent_header": {},
            "metadata": {},
            "content": {},
            "allranks": {"index": index},
        }
        if header:
            self._parents[index] = parent
            while len(self._parents) > _MOST_PARENTS:
                del self._parents[next(iter(self._parents))]
        return parent

    def set_parent(self, parent: dict) -> None:
        """Let output of the calling thread belong to `parent`, as returned by `get_parent`. The main thread's stays with its cell."""
        self.set_thread_parent(parent)

    def set_thread_parent(self, parent: dict) -> int:
        """Let output of the calling thread belong to `parent`; returns a token for `reset_thread_parent`."""
        thread = threading.current_thread()
        before = getattr(thread, "_allranks_index", 0)
        index = (parent.get("allranks") or {}).get("index")
        if not isinstance(index, int):
            raise ValueError("a parent is what get_parent() has returned")
        thread._allranks_index = index  # type: ignore[attr-defined]
        return before

    def reset_thread_parent(self, token: int) -> None:
        """Undo `set_thread_parent`."""
        threading.current_thread()._allranks_index = token  # type: ignore[attr-defined]


#: Parents remembered, for threads that ask for their own later.
_MOST_PARENTS = 256
