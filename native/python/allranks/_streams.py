"""stdout and stderr of the ranks.

Text written while a cell runs belongs to that cell and goes into the output ring; so does later text of threads that
the cell started. Everything else (the simulation's steps, inline functions) goes on to the stream of the job, so that
job logs stay as they were.

Small writes are gathered before they cross into C++, because `print` makes two of them: text leaves at the first line
after a quiet 50 ms (a lone "starting ..." is seen at once, even if native code holds the GIL afterwards), at 8 KiB, when
the other stream is written, at displays and input, at the end of the cell, and else 50 ms later from a thread.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from time import monotonic
from typing import Any, TextIO

import _allranks

FLUSH_CHARACTERS = 8192
FLUSH_SECONDS = 0.05

_get_ident = threading.get_ident
_DEADLY = (signal.SIGPIPE, signal.SIGXFSZ)


class Router:
    """The buffer before the output ring and the way to it: one for both streams of a rank, so that their order holds."""

    def __init__(self) -> None:
        self.main_thread = _get_ident()
        #: Log index of the cell on the main thread; 0 outside of cells.
        self.cell = 0
        # Re-entrant: a Python signal handler of the user may print while the main thread is in here.
        self.lock = threading.RLock()
        self.parts: list[str] = []
        self.size = 0
        self.key = (1, 0)
        self.last_flush = 0.0
        self._wake = threading.Event()
        self._flusher: threading.Thread | None = None
        self._closed = False

    def index(self) -> int:
        """Log index that output of the calling thread belongs to; 0 for none."""
        if _get_ident() == self.main_thread:
            return self.cell
        return getattr(threading.current_thread(), "_allranks_index", 0)

    def put(self, stream: int, text: str, index: int) -> None:
        """Append text of command `index` to the buffer of the ring. Any thread."""
        with self.lock:
            if self.parts and self.key != (stream, index):
                self.flush()
            self.key = (stream, index)
            self.parts.append(text)
            self.size += len(text)
            if self.size >= FLUSH_CHARACTERS:
                self.flush()
            elif len(self.parts) == 1 or text == "\n":
                if monotonic() - self.last_flush >= FLUSH_SECONDS and text.endswith("\n"):
                    self.flush()
                elif not self._wake.is_set():
                    self._wake_flusher()

    def flush(self) -> None:
        """Hand what is buffered to the ring. Blocks (without the GIL) while the ring is full. Any thread."""
        with self.lock:
            parts = self.parts
            if not parts:
                return
            self.size = 0
            self.last_flush = monotonic()
            # An interrupt can only strike after a call: before the write the text is still buffered, after it the
            # buffer is cleared on the way out. So nothing is lost or told twice.
            text = "".join(parts)
            try:
                _allranks.write(self.key[0], text, self.key[1])
            finally:
                parts.clear()

    def close(self) -> None:
        """Flush and end the flusher thread. Idempotent."""
        self._closed = True
        self._wake.set()
        self.flush()

    def after_fork(self) -> None:
        """In a forked child: it has no ring and no flusher; the text in the buffer is the parent's."""
        self.lock = threading.RLock()
        self.parts = []
        self.size = 0
        self.main_thread = -1
        self._flusher = None
        self._closed = True

    def _wake_flusher(self) -> None:
        if self._flusher is None:
            self._flusher = threading.Thread(target=self._flush_later, name="allranks-output", daemon=True)
            self._flusher.start()
        self._wake.set()

    def _flush_later(self) -> None:
        pause = threading.Event()
        while not self._closed:
            self._wake.wait()
            pause.wait(FLUSH_SECONDS)
            self._wake.clear()
            if not self._closed:
                self.flush()


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
        self.name = f"<{name}>"
        self.mode = "w"
        self.buffer = _BytesView(self)

    def write(self, text: str) -> int:
        router = self._router
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        index = router.cell if _get_ident() == router.main_thread else router.index()
        if index:
            if text:
                router.put(self._stream, text, index)
        else:
            self._write_original(text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if self._router.index():
            self._router.flush()
        elif self._original is not None and not self._original.closed:
            self._original.flush()

    def close(self) -> None:
        self.flush()

    def _is_master_process(self) -> bool:
        """Whether this is the rank itself and no forked child; ipykernel's streams have it."""
        return self._router.main_thread != -1

    def fileno(self) -> int:
        """Descriptor of the job's own stream: what children write there goes to the job log, not to the cell."""
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
        if original is None or original.closed:
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
    """The two streams of this rank, installed as `sys.stdout` and `sys.stderr` from `install` to `close`."""

    def __init__(self) -> None:
        self.router = Router()
        self.stdout = OutStream(self.router, 1, "stdout", sys.__stdout__)
        self.stderr = OutStream(self.router, 2, "stderr", sys.__stderr__)
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
        self.restore()

    def _before_fork(self) -> None:
        """Write out what is buffered, or the child would write it a second time."""
        self.router.flush()
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None and not stream.closed:
                stream.flush()

    def current_command(self) -> int:
        """Log index of the command on the main thread, 0 for none; the same number on every rank."""
        return _allranks.index()

    def restore(self) -> None:
        """Make the streams current again, whatever the cell did to `sys.stdout` and `sys.stderr`."""
        sys.stdout = self.stdout
        sys.stderr = self.stderr

    def close(self) -> None:
        """Flush and give the job its own streams back. Idempotent."""
        self.router.close()
        if self._before is not None:
            sys.stdout, sys.stderr = self._before
            threading.Thread.start = self._thread_start  # type: ignore[method-assign]
            self._before = None
