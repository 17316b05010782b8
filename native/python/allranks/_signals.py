"""Interrupts while a cell, an inline function or a condition runs.

The library sends SIGINT to the main thread, once for each interrupt of the user, and when that brought no end a signal of its
own, again and again. This module decides where an interrupt is raised: only in user code, never in the lines around it, so
that one that comes late cannot cost the outcome of a cell or reach the next one; and when code is no longer asked but made to
end:

====================================================  ==================================================
the code has caught the interrupt and goes on         after `CAUGHT_S` seconds, or when the user insists
the code still handles it (`finally`, `except`)       after `HANDLED_S` seconds
====================================================  ==================================================

Made to end means: `KeyboardInterrupt` at every line that runs for the namespace, so that no handler gets anywhere.
"""

from __future__ import annotations

import _signal  # the functions behind `signal`, whose wrappers turn numbers into enumerations at every call
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import _allranks

#: An interrupt that the code has caught is final after this time.
CAUGHT_S = 3.0
#: Code that cleans up after an interrupt has this time.
HANDLED_S = 10.0
#: A second SIGINT is meant as one when it comes later than this; a double click is not.
AGAIN_S = 1.0

_SIGINT = 2
_get_ident = threading.get_ident


class Interrupts:
    """Turns signals into `KeyboardInterrupt`, only while armed; one object serves all code of a rank. Main thread.

    Parameters
    ----------
    namespace : dict
        Globals of the inline script: code that runs for it can be made to end.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._previous: object = None
        self._main_thread = threading.main_thread().ident
        self._installed = False
        #: User code runs: an interrupt is raised in it.
        self.armed = False
        #: An interrupt came before the cell was armed.
        self.pending = False
        #: When the first interrupt of the running code was raised.
        self._first: float | None = None
        #: The running code is interrupted by the library's own signal only.
        self._without_sigint = False
        #: Called when the library's own signal comes, with the interrupted frame; true when the signal was meant for it.
        self.on_wake: Callable[[FrameType | None], bool] = lambda frame: False
        #: Number of that signal; 0: there is none.
        self.wake_signal: int = _allranks.claim_wake_signal(self.again)

    @property
    def raised(self) -> bool:
        """An interrupt was raised in the code that runs or has run last."""
        return self._first is not None

    def handler(self, _signal: int, _frame: FrameType | None) -> None:
        """SIGINT: raise in the cell; outside of user code only note that an interrupt came."""
        _allranks.interrupt_taken()
        if not self.armed:
            self.pending = True
            return
        now = time.monotonic()
        if self._first is None:
            self._first = now
        elif now - self._first > AGAIN_S:
            _allranks.insist(self._namespace)
        raise KeyboardInterrupt

    def again(self, _signal: int, frame: FrameType | None) -> None:
        """The library's own signal: the interrupt of this code has not ended it yet, or somebody else wants the main thread."""
        if self.on_wake(frame):
            return
        sent_s = _allranks.interrupt_taken()
        if not self.armed:
            return
        now = time.monotonic()
        if self._first is None:
            # SIGINT belongs to the simulation here, or the cell ignores, blocks or handles it.
            if not self._without_sigint and sent_s < CAUGHT_S:
                return
            self._first = now
            raise KeyboardInterrupt
        age = now - self._first
        if age < CAUGHT_S or (age < HANDLED_S and (_is_handled() or not self._runs_for_user(frame))):
            return
        _allranks.insist(self._namespace)
        raise KeyboardInterrupt

    def _runs_for_user(self, frame: FrameType | None) -> bool:
        """Whether a frame runs for the namespace, and not for lines of this package that the namespace has called."""
        while frame is not None:
            if frame.f_globals is self._namespace:
                return True
            if str(frame.f_globals.get("__name__")).startswith("allranks."):
                return False
            frame = frame.f_back
        return False

    def begin(self) -> None:
        """Take SIGINT over. Only Python's main thread can handle signals: on another one everything is left alone."""
        self.armed = False
        self.pending = False
        self._first = None
        if _get_ident() == self._main_thread:
            self._previous = _signal.signal(_SIGINT, self.handler)
            self._installed = True

    def arm(self) -> None:
        """Let interrupts through from here on; one that came since `begin` is raised now."""
        self.armed = True
        if self.pending:
            self.pending = False
            self._first = time.monotonic()
            raise KeyboardInterrupt

    def end(self) -> None:
        """Give SIGINT back; an interrupt that came too late is dropped with its cell."""
        self.armed = False
        if self._installed:
            self._installed = False
            # A handler that C code had installed is unknown to Python; the library puts that one back.
            previous = _signal.SIG_DFL if self._previous is None else self._previous
            _signal.signal(_SIGINT, previous)  # type: ignore[arg-type]

    def __enter__(self) -> Interrupts:
        """For an inline function or a condition: the library's own signal ends it; SIGINT stays the simulation's."""
        self._first = None
        self._without_sigint = self.armed = True
        return self

    def __exit__(self, *_: object) -> None:
        self._without_sigint = self.armed = False
        if self._first is not None:
            sys.settrace(None)


def _is_handled() -> bool:
    """Whether a handler of the interrupted code has an interrupt in hand."""
    error = sys.exc_info()[1]
    for _ in range(100):
        if error is None:
            return False
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__context__
    return False
