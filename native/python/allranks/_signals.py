"""SIGINT while a cell runs.

The library saves dispositions and mask of all signals before a cell and puts them back afterwards, unblocks SIGINT for
the cell and sends it. This module decides where the interrupt is raised: only in user code, never in the lines around
it, so that an interrupt that comes late cannot cost the outcome of a cell or reach the next one.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType


class Interrupts:
    """Turns SIGINT into `KeyboardInterrupt`, only while armed; one object serves all cells of a rank. Main thread."""

    def __init__(self) -> None:
        self._previous: object = None
        self._installed = False
        #: User code runs: an interrupt is raised in it.
        self.armed = False
        #: An interrupt came before the cell was armed.
        self.pending = False

    def handler(self, _signal: int, _frame: FrameType | None) -> None:
        """Raise in the cell; outside of user code only note that an interrupt came."""
        if self.armed:
            raise KeyboardInterrupt
        self.pending = True

    def begin(self) -> None:
        """Take SIGINT over. Only Python's main thread can handle signals: on another one everything is left alone."""
        self.armed = False
        self.pending = False
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self.handler)
            self._installed = True

    def arm(self) -> None:
        """Let interrupts through from here on; one that came since `begin` is raised now."""
        self.armed = True
        if self.pending:
            self.pending = False
            raise KeyboardInterrupt

    def disarm(self) -> None:
        """Interrupts are only noted from here on."""
        self.armed = False

    def end(self) -> None:
        """Give SIGINT back; an interrupt that came too late is dropped with its cell."""
        self.armed = False
        if self._installed:
            self._installed = False
            # A handler that C code had installed is unknown to Python; the library puts that one back.
            previous = signal.SIG_DFL if self._previous is None else self._previous
            signal.signal(signal.SIGINT, previous)  # type: ignore[arg-type]
