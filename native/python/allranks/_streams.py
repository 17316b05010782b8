"""stdout and stderr of the ranks.

Text written while a cell runs belongs to that cell and goes into the output ring; so does later text of threads that
the cell started. Everything else (the simulation's steps, inline functions) goes on to the stream of the job, so that
job logs stay as they were.

What functions of a notebook's cell print when the simulation calls them in later steps is shown below that cell besides. A step never
waits for a notebook: nothing is shown when no bridge is there, when too much waits for it, when the cell is long ago, and from
`STEP_CHARS` characters of one cell on.

Text of a cell on the main thread goes to the library without any Python code for each line (native/embed/text.h); the library
gathers small writes.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from typing import Any, TextIO

import _allranks

_get_ident = threading.get_ident
_sys_names = vars(sys)
_DEADLY = (signal.SIGPIPE, signal.SIGXFSZ)

#: So much of what the functions of one cell print in later steps is shown below it.
STEP_CHARS = 1_000_000
#: A cell so many commands ago is not known to the bridge any more, whose number this is as well (bridge/server/executions.ts).
_LONG_AGO = 1000
_LIMIT_TOLD = "[what functions of this cell print from here on is in the log of the job only]\n"


class Router:
    """Knows which command the text of a thread belongs to: one for both streams of a rank."""

    def __init__(self) -> None:
        self.main_thread = _get_ident()
        #: Log index of the cell on the main thread; 0 outside of cells.
        self.cell = 0
        #: File name of the code of a cell to log index of the latest cell with that code, latest last.
        self._cells: dict[str, int] = {}
        self._latest = 0
        #: Characters that later steps may still print below a cell.
        self._left: dict[int, int] = {}

    def begin(self, index: int) -> None:
        """Text of this thread belongs to command `index` from here on; 0: to none. Main thread."""
        self.main_thread = _get_ident()
        self.cell = index
        _allranks.begin_text(index)

    def index(self) -> int:
        """Log index that output of the calling thread belongs to; 0 for none."""
        if _get_ident() == self.main_thread:
            return self.cell
        return getattr(threading.current_thread(), "_allranks_index", 0)

    def name_cell(self, file: str) -> None:
        """The command that runs now has compiled code of that name. Main thread."""
        index = _allranks.index()
        if index == 0:
            return
        cells = self._cells
        self._latest = cells[file] = index
        self._left.pop(self._latest, None)
        if len(cells) > 2 * _LONG_AGO:
            self._cells = {name: index for name, index in cells.items() if self._latest - index < _LONG_AGO}
            self._left = {index: left for index, left in self._left.items() if self._latest - index < _LONG_AGO}

    def step_index(self) -> int:
        """Log index of the cell whose code prints outside of cells, in a function that the simulation calls; 0: no code of a cell does."""
        if not self._cells or _get_ident() != self.main_thread:
            return 0
        frame = sys._getframe(1)
        while frame is not None:
            index = self._cells.get(frame.f_code.co_filename)
            if index is not None:
                return index if self._latest - index < _LONG_AGO else 0
            frame = frame.f_back  # type: ignore[assignment]
        return 0

    def take_step(self, chars: int, index: int) -> bool:
        """Whether the cell may show so much more of later steps; says once that it may not."""
        left = self._left.get(index, STEP_CHARS)
        if left <= 0:
            return False
        self._left[index] = left - chars
        if left > chars:
            return True
        _allranks.offer_text(2, _LIMIT_TOLD.encode(), index)
        return False

    def offer(self, stream: int, text: str) -> None:
        """Show text of a later step below the cell whose code prints it, if that needs no wait."""
        index = self.step_index()
        if index != 0 and self.take_step(len(text), index):
            _allranks.offer_text(stream, text.encode("utf-8", "replace"), index)

    def flush(self) -> None:
        """Hand what is buffered to the ring. Blocks (without the GIL) while the ring is full. Any thread."""
        _allranks.flush_text()

    def after_fork(self) -> None:
        """In a forked child: it has no ring, and the text in the buffer is the parent's."""
        self.main_thread = -1
        _allranks.forget_text()


class OutStream(io.TextIOBase):
    """A text stream like `sys.stdout`; `close` is refused quietly, as the cell does not own it."""

    encoding = "utf-8"
    errors = "replace"
    newlines = None
    line_buffering = True
    write_through = False

    def __init__(self, router: Router, stream: int, name: str, original: TextIO | None) -> None:
        super().__init__()
        self._router = router
        self._stream = stream
        self._original = original
        #: In a forked child: a line whose end has not been printed.
        self._line = ""
        self.name = f"<{name}>"
        self.mode = "w"
        self.buffer = _BytesView(self)
        #: `write(text)`: a function in C, found here before the method of the base class.
        self.write = _allranks.text_writer(stream, self._write_elsewhere)  # type: ignore[method-assign]

    def _write_elsewhere(self, text: str) -> None:
        """What the library does not take at once: text of other threads, and text outside of cells."""
        index = self._router.index()
        if index:
            _allranks.put_text(self._stream, text, index)
        else:
            self._router.offer(self._stream, text)
            self._write_original(text if self._is_master_process() else self._whole_lines(text))

    def _whole_lines(self, text: str) -> str:
        """In a forked child: what ends a line, in one piece, since rank and children print into one pipe. The rest waits."""
        whole, newline, self._line = (self._line + text).rpartition("\n")
        return whole + newline

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if self._router.index():
            self._router.flush()
        elif self._original is not None and not self._original.closed:
            line, self._line = self._line, ""
            if line:
                self._write_original(line)
            self._original.flush()

    def close(self) -> None:
        self.flush()

    def _is_master_process(self) -> bool:
        """Whether this is the rank itself and no forked child; ipykernel's streams have it."""
        return self._router.main_thread != -1

    def fileno(self) -> int:
        """The job's own descriptor; while a cell runs the library has put a pipe in its place, whose text is the cell's (native/link/text_pipes.h)."""
        if self._original is None:
            raise io.UnsupportedOperation("this rank has no stream of its own")
        return self._original.fileno()

    def isatty(self) -> bool:
        return False

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def reconfigure(self, **_: Any) -> None:
        """Accepted for code that sets an encoding; text stays UTF-8."""

    def _write_original(self, text: str) -> None:
        original = self._original
        if not text or original is None or original.closed:
            return
        try:
            original.write(text)
        except UnicodeEncodeError:
            encoding = original.encoding or "ascii"
            original.write(text.encode(encoding, "backslashreplace").decode(encoding))


class _BytesView(io.BufferedIOBase):
    """The `buffer` of an `OutStream`: bytes are decoded as UTF-8, also when a character comes in two writes."""

    def __init__(self, stream: OutStream) -> None:
        super().__init__()
        import codecs

        self._text = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data: Any) -> int:
        view = memoryview(data)
        text = self._decoder.decode(view.tobytes())
        if text:
            self._text.write(text)
        return view.nbytes

    def flush(self) -> None:
        self._text.flush()

    def close(self) -> None:
        self.flush()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._text.fileno()


class Streams:
    """The two streams of this rank, installed as `sys.stdout` and `sys.stderr` from `install` to `close`.

    Where the simulation is itself a Python program (`joined`) only while cells run: between them these names are the program's.
    """

    def __init__(self, joined: bool = False) -> None:
        self.joined = joined
        self.router = Router()
        self.stdout = OutStream(self.router, 1, "stdout", sys.stdout if joined else sys.__stdout__)
        self.stderr = OutStream(self.router, 2, "stderr", sys.stderr if joined else sys.__stderr__)
        self._before: tuple[Any, Any] | None = None
        self._thread_start = threading.Thread.start

    def install(self) -> None:
        """Put the streams in place and make threads remember the cell that starts them."""
        router = self.router
        original_start = self._thread_start

        def start(thread: threading.Thread) -> None:
            index = router.index()
            if index:
                thread._allranks_index = index  # type: ignore[attr-defined]
            # A thread that outlives its cell writes to a closed pipe while the simulation's own disposition holds, which by
            # default ends the process: the new thread inherits a mask that turns these signals into OSError.
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, _DEADLY)
            try:
                original_start(thread)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)

        threading.Thread.start = start  # type: ignore[method-assign]
        os.register_at_fork(before=self._before_fork, after_in_child=router.after_fork)
        self._before = (sys.stdout, sys.stderr)
        if not self.joined:
            self.restore()

    def _before_fork(self) -> None:
        """Write out what is buffered, or the child would write it a second time."""
        if self._before is None:
            return
        self.router.flush()
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None and not stream.closed:
                stream.flush()

    def current_command(self) -> int:
        """Log index of the command on the main thread, 0 for none; the same number on every rank."""
        return _allranks.index()

    def lend(self) -> None:
        """The program's streams as they are now are those of the job, until the next time. For `joined` ones."""
        self.stdout._original = sys.stdout
        self.stderr._original = sys.stderr

    def restore(self) -> None:
        """Make the streams current again, whatever the cell did to `sys.stdout` and `sys.stderr`."""
        names = _sys_names
        # Assigned only when it must be: the dict of `sys` counts its changes, and others look whether it had any.
        if names.get("stdout") is not self.stdout:
            names["stdout"] = self.stdout
        if names.get("stderr") is not self.stderr:
            names["stderr"] = self.stderr

    def close(self) -> None:
        """Flush and give the job its own streams back. Idempotent."""
        if self._before is not None:
            self.router.flush()
            if not self.joined:
                sys.stdout, sys.stderr = self._before
            threading.Thread.start = self._thread_start  # type: ignore[method-assign]
            self._before = None
