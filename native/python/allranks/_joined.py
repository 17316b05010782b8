"""A simulation that is itself a Python program: what is the program's own is put aside while cells run, and given back.

Cells share the interpreter with the program. They may change what they like of its modules and objects; what would make the
program stumble without anybody having wanted it is its own again when the cell is over: streams, hooks, signal handlers, the
functions that a debugger, a profiler or coverage has set, a running event loop, `MPI.COMM_WORLD`.
"""

from __future__ import annotations

import _signal
import signal
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from . import _mpi
from ._streams import Streams

_SIGNALS = tuple(sorted(int(number) for number in signal.valid_signals()))


class OfWorld:
    """`MPI.COMM_WORLD` refuses to be used where the simulation has only some of its processes; around inline functions and cells."""

    def __init__(self) -> None:
        self._forbidden = _mpi.ForbiddenWorld() if _mpi.is_part() else None
        self._world: Any = None

    def __enter__(self) -> OfWorld:
        mpi = sys.modules.get("mpi4py.MPI") if self._forbidden is not None else None
        if mpi is not None and mpi.COMM_WORLD is not self._forbidden:
            self._world = mpi.COMM_WORLD
            mpi.COMM_WORLD = self._forbidden
        return self

    def __exit__(self, *_: object) -> None:
        mpi = sys.modules.get("mpi4py.MPI")
        if self._world is not None and mpi is not None:
            mpi.COMM_WORLD = self._world
        self._world = None


class OfProgram:
    """Around each cell and callback, on the main thread; one object a rank, used again and again.

    `end_command` undoes what the cell did to the interpreter; it comes first, so that what is the program's own has the last word.
    """

    def __init__(self, streams: Streams, world: OfWorld, end_command: Callable[[], None]) -> None:
        self._streams = streams
        self._end_command = end_command
        self._of_world = world

    def __enter__(self) -> OfProgram:
        self._of_world.__enter__()
        self._streams.lend()
        self._names = (sys.stdout, sys.stderr, sys.displayhook, sys.excepthook, sys.unraisablehook)
        # SIGINT has been taken over already, by the library, which gives it back itself.
        self._handlers = [_signal.getsignal(number) for number in _SIGNALS]
        self._wakeup = _signal.set_wakeup_fd(-1)
        self._trace = (sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile())
        sys.settrace(None)
        sys.setprofile(None)
        # `await` in a cell has a loop of its own.
        asyncio = sys.modules.get("asyncio")
        self._loop = asyncio._get_running_loop() if asyncio is not None else None
        if self._loop is not None and asyncio is not None:
            asyncio._set_running_loop(None)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None) -> None:
        self._end_command()
        if self._loop is not None:
            sys.modules["asyncio"]._set_running_loop(self._loop)
        sys.stdout, sys.stderr, sys.displayhook, sys.excepthook, sys.unraisablehook = self._names
        for number, handler in zip(_SIGNALS, self._handlers, strict=True):
            # None: C code has set it, and Python cannot; the library does.
            if handler is not None and _signal.getsignal(number) is not handler:
                _signal.signal(number, handler)
        _signal.set_wakeup_fd(self._wakeup)
        trace, profile, thread_trace, thread_profile = self._trace
        threading.settrace(thread_trace)  # type: ignore[arg-type]
        threading.setprofile(thread_profile)
        self._of_world.__exit__(kind, error, frames)
        self._names = self._handlers = self._trace = self._loop = None  # type: ignore[assignment]
        sys.setprofile(profile)
        sys.settrace(trace)
