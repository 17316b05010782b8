"""`%%snapshot`: a cell in a forked child of each rank, on a copy-on-write view of the rank's private memory.

What the cell changes, breaks or uses up ends with the child: a crash, an exit, an endless loop and too much memory cost the
snapshot only, and are told in one sentence. Output, displays, the result and the error come back through a pipe and belong to
the cell like any other's. The child never writes into the output ring, holds no descriptor of the simulation, runs no exit
function and is not allowed to use MPI.

Not a copy: memory that processes share (windows of MPI, /dev/shm, files mapped shared) and what lies outside of the process.
Threads do not exist in the child: libraries that keep a pool of threads (GNU OpenMP) may wait for theirs for ever, for which
there is `--time` and the interrupt.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import gc
import os
import resource
import selectors
import shlex
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import _allranks
from IPython.core.error import UsageError

from . import _debug, _pack

if TYPE_CHECKING:
    from ._refuse import Refusals
    from ._shell import RankShell
    from ._streams import Streams

_HEAD = struct.Struct("<BI")
_STDOUT, _STDERR, _PUBLISH, _OUTCOME, _FAILED = 1, 2, 3, 4, 5
_PIPE_BYTES = 1 << 20
_LOOK_SECONDS = 0.5
#: Of pages that become the child's own because it, or the rank, merely runs: on top of a limit, so that allocations meet it as
#: MemoryError first. Python with its packages has that many.
_COPIED_BYTES = 128 << 20
_REAP_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1
_EX_SOFTWARE = 70
_USAGE = "%%snapshot [--memory SIZE] [--time SECONDS]"
_UNTOUCHED = "the simulation and its memory are as they were"
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_LIBC = ctypes.CDLL(None, use_errno=True)


#: Outcome status and fields of an error, as a cell reports it.
Describe = Callable[[BaseException], tuple[int, dict]]


class SnapshotEnded(RuntimeError):
    """The child of a snapshot ended without giving its outcome, or was ended."""

    def _render_traceback_(self) -> list[str]:
        return [f"SnapshotEnded: {self}"]


class Limits:
    """What a snapshot may use, from the line of its magic.

    Parameters
    ----------
    line : str
        `--memory SIZE`: memory beyond what the rank has, in bytes or with K, M, G, T (powers of 1024); `--time SECONDS`. Without an
        option, or with 0, there is no limit. Raises `UsageError`.
    """

    def __init__(self, line: str) -> None:
        self.memory_bytes = 0
        self.time_s = 0.0
        self.memory_text = ""
        self.time_text = ""
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise UsageError(f"{_USAGE}: {error}") from None
        while words:
            option, _, value = words.pop(0).partition("=")
            if option not in ("--memory", "--time"):
                raise UsageError(f"{_USAGE}: there is no option {option!r}")
            if not value:
                if not words:
                    raise UsageError(f"{_USAGE}: {option} needs a value")
                value = words.pop(0)
            if option == "--memory":
                self.memory_bytes, self.memory_text = _size(value), value
            else:
                self.time_s, self.time_text = _seconds(value), value


def _size(text: str) -> int:
    number = text.upper().removesuffix("IB").removesuffix("B")
    unit = number[-1:] if number[-1:] in "KMGT" else ""
    try:
        value = float(number.removesuffix(unit)) * _UNITS[unit]
        if not 0 <= value < 2**62:
            raise ValueError
        return int(value)
    except ValueError:
        raise UsageError(f"{_USAGE}: --memory takes a size such as 512M or 4G, not {text!r}") from None


def _seconds(text: str) -> float:
    try:
        value = float(text)
        if not 0 <= value < 10**9:
            raise ValueError
        return value
    except ValueError:
        raise UsageError(f"{_USAGE}: --time takes seconds, not {text!r}") from None


class Snapshots:
    """The magic of one rank. Main thread."""

    def __init__(self, shell: RankShell, streams: Streams, refusals: Refusals, describe: Describe) -> None:
        self._shell = shell
        self._streams = streams
        self._refusals = refusals
        self._describe = describe
        shell.register_magic_function(self.snapshot, "cell", "snapshot")

    def snapshot(self, line: str, cell: str) -> None:
        """Run the cell in a copy of each rank: what it changes or breaks does not reach the simulation.

        `%%snapshot [--memory SIZE] [--time SECONDS]`
        """
        __tracebackhide__ = True
        limits = Limits(line)
        if threading.get_ident() != self._streams.router.main_thread:
            raise UsageError("%%snapshot works on the main thread of a cell only")
        if _debug.traces():
            print("the debugger does not stop in %%snapshot, which runs in a copy of this rank", file=sys.stderr)
        # Before the fork, or text would be written twice.
        self._streams.router.flush()
        index = self._streams.router.cell
        reading, writing = os.pipe2(os.O_CLOEXEC)
        parent = os.getpid()
        try:
            child = os.fork()
        except OSError as error:
            os.close(reading)
            os.close(writing)
            raise SnapshotEnded(f"this rank could not be copied: {error.strerror}; {_UNTOUCHED}") from None
        if child == 0:
            try:
                _Child(self, writing, index).run(cell, limits, parent, reading)
            finally:
                # Whatever went wrong: nothing of the rank's may run in this copy of it.
                os._exit(_EX_SOFTWARE)
        os.close(writing)
        outcome = _Parent(child, reading, index, limits).follow()
        if outcome is not None:
            raise _error_of(outcome)


def _error_of(outcome: dict) -> BaseException:
    """An exception that is shown as the one in the child was: same name, same text, same traceback."""
    lines = [str(line) for line in outcome.get("traceback", ())]
    text = str(outcome.get("evalue", ""))
    kind = type(
        str(outcome.get("ename", "Exception")), (Exception,),
        {"__str__": lambda _: text, "_render_traceback_": lambda _: lines, "__module__": "builtins"},
    )
    return kind(text)


# In the child ------------------------------------------------------------------------------------------------------------


class _Child:
    """The forked copy of the rank. Ends by `_exit`."""

    def __init__(self, snapshots: Snapshots, pipe: int, index: int) -> None:
        self._shell = snapshots._shell
        self._streams = snapshots._streams
        self._refusals = snapshots._refusals
        self._describe = snapshots._describe
        self._pipe = pipe
        self._index = index
        self._lock = threading.Lock()

    def run(self, cell: str, limits: Limits, parent: int, reading: int) -> NoReturn:
        # Nobody would let a copy go on that has stopped: the debugger's threads and its connection are the rank's.
        sys.settrace(None)
        self._leave_the_job(parent, reading)
        self._connect()
        if limits.memory_bytes:
            _limit_memory(limits.memory_bytes)
        # The collector would write into every object, and so copy all of their pages.
        gc.freeze()
        try:
            outcome = self._run_cell(cell)
        except BaseException as error:
            name, text = type(error).__name__, _pack.safe_text(error, str)
            outcome = {"ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
        self._streams.router.flush()
        self._send(_OUTCOME, _pack.pack(outcome))
        os._exit(0)

    def _leave_the_job(self, parent: int, reading: int) -> None:
        """Become a process that ends with the rank, that the system ends first, and that holds nothing of the job's."""
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(_EX_SOFTWARE)
        os.setpgid(0, 0)
        # Where /proc is hidden the system chooses by itself.
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        # MPI's and the simulation's handlers would write reports about a crash of the job.
        faulthandler.disable()
        for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.close(reading)
        for number in self._refusals.kept():
            if number > 2 and number != self._pipe:
                try:
                    os.close(number)
                except OSError:
                    continue  # closed on the way, such as the connection to the bridge

    def _connect(self) -> None:
        """Let everything that goes into the rank's ring go into the pipe."""
        router = self._streams.router
        router.main_thread = threading.get_ident()
        router.cell = self._index

        # In a forked child the library gives all text to the streams. It is not gathered: nothing is lost in a crash.
        def put_text(stream: int, text: str, index: int) -> None:
            if text:
                self._send(_STDERR if stream == 2 else _STDOUT, text.encode("utf-8", "replace"))

        def publish(payload: bytes | memoryview, index: int) -> None:
            self._send(_PUBLISH, payload)

        _allranks.put_text = put_text
        _allranks.publish = publish

    def _run_cell(self, cell: str) -> dict:
        shell = self._shell
        shell._user_code = 0
        shell.cell_error = None
        format_error = shell.format_error

        def with_memory(*args: Any, **kwargs: Any) -> list[str]:
            # To tell of an error takes memory, too.
            self._send(_FAILED, b"")
            resource.setrlimit(resource.RLIMIT_AS, (resource.getrlimit(resource.RLIMIT_AS)[1],) * 2)
            return format_error(*args, **kwargs)

        shell.format_error = with_memory  # type: ignore[method-assign]
        result = shell.run_cell(cell, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        return {} if error is None else self._describe(error)[1]

    def _send(self, kind: int, data: bytes | memoryview) -> None:
        with self._lock:
            rest = memoryview(_HEAD.pack(kind, len(data)) + data)
            while rest:
                rest = rest[os.write(self._pipe, rest) :]


def _limit_memory(extra: int) -> None:
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + extra
    if soft == resource.RLIM_INFINITY or wanted < soft:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


# In the rank -------------------------------------------------------------------------------------------------------------


class _Parent:
    """Follows one child to its end and passes on what it says. Nothing in here waits without a way out."""

    def __init__(self, child: int, pipe: int, index: int, limits: Limits) -> None:
        self._child = child
        self._pipe = pipe
        self._index = index
        self._limits = limits
        self._data = bytearray()
        self._outcome: dict | None = None
        self._failed = False
        self._reason = ""
        self._reaped = False
        self._status: int | None = None

    def follow(self) -> dict | None:
        """Outcome of a cell that failed, None for one that went well. Raises `SnapshotEnded`, and what interrupts the wait."""
        __tracebackhide__ = True
        try:
            os.set_blocking(self._pipe, False)
            self._copy()
        finally:
            os.close(self._pipe)
            self._end()
        if self._outcome is not None:
            return self._outcome or None
        raise SnapshotEnded(f"the snapshot {self._told()}; {_UNTOUCHED}")

    def _copy(self) -> None:
        __tracebackhide__ = True
        began = time.monotonic()
        with selectors.DefaultSelector() as selector, contextlib.ExitStack() as opened:
            selector.register(self._pipe, selectors.EVENT_READ)
            # Old kernels, or no descriptor left: the end is then found by looking.
            with contextlib.suppress(OSError):
                process = os.pidfd_open(self._child)
                opened.callback(os.close, process)
                selector.register(process, selectors.EVENT_READ)
            writes = True
            while self._outcome is None:
                limits = self._limits
                wait = _LOOK_SECONDS
                if limits.time_s:
                    wait = min(wait, max(0.0, limits.time_s - (time.monotonic() - began)))
                ready = selector.select(wait)
                # First the end of the process, then what it has written: nothing comes after its end.
                ended = self._has_ended()
                if writes and not self._read():
                    # It has ended, or become another program, which has a time limit too.
                    writes = False
                    selector.unregister(self._pipe)
                if ended:
                    return
                if limits.time_s and time.monotonic() - began >= limits.time_s:
                    self._reason = f"ran longer than {limits.time_text} s (--time) and was ended"
                    return
                if limits.memory_bytes and not ready and not self._failed:
                    # Right after the fork nothing is its own: all pages are shared with the rank.
                    if _private_bytes(self._child) > limits.memory_bytes + _COPIED_BYTES:
                        self._reason = f"took more than {limits.memory_text} of memory (--memory) and was ended"
                        return

    def _read(self) -> bool:
        """Pass on what there is; false at the end of the pipe."""
        __tracebackhide__ = True
        while self._outcome is None:
            try:
                data = os.read(self._pipe, _PIPE_BYTES)
            except BlockingIOError:
                return True
            if not data:
                return False
            self._data += data
            self._take_frames()
            if len(data) < _PIPE_BYTES:
                return True
        return True

    def _take_frames(self) -> None:
        __tracebackhide__ = True
        data = self._data
        while len(data) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(data)
            if len(data) < _HEAD.size + length:
                return
            payload = bytes(data[_HEAD.size : _HEAD.size + length])
            # Before it is passed on: an interrupt of that wait must not have it told again.
            del data[: _HEAD.size + length]
            if kind == _OUTCOME:
                self._outcome = _pack.unpack(payload)
                return
            if kind == _FAILED:
                self._failed = True
            elif kind == _PUBLISH:
                _allranks.flush_text()
                _allranks.publish(payload, self._index)
            else:
                _allranks.put_text(2 if kind == _STDERR else 1, payload.decode("utf-8", "replace"), self._index)

    def _reap(self) -> bool:
        if not self._reaped:
            try:
                pid, status = os.waitpid(self._child, os.WNOHANG)
            except ChildProcessError:
                # The simulation reaps its children itself, or ignores them.
                self._reaped = True
            else:
                self._reaped = pid != 0
                self._status = status if self._reaped else None
        return self._reaped

    def _has_ended(self) -> bool:
        """Whether the child has ended; it stays a zombie, so that its group keeps its number."""
        try:
            return os.waitid(os.P_PID, self._child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def _end(self) -> None:
        """End the child with everything that it has started, and take its status."""
        for end in (os.killpg, os.kill):
            try:
                end(self._child, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue  # gone, or it has not made its group yet
        deadline = time.monotonic() + _REAP_SECONDS
        pause = 0.0005
        while not self._reap() and time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(2 * pause, 0.02)

    def _told(self) -> str:
        if self._reason:
            return self._reason
        if self._status is None:
            return "ended without a result"
        code = os.waitstatus_to_exitcode(self._status)
        if code >= 0:
            return f"ended itself with exit code {code}"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"was ended by {name}" + (", perhaps because memory ran out" if -code == signal.SIGKILL else "")


def _private_bytes(pid: int) -> int:
    """Memory that belongs to a process alone; 0 when it cannot be told."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:
            return sum(int(line.split()[1]) << 10 for line in lines if line.startswith(("Private_Dirty:", "Private_Clean:", "Swap:")))
    except (OSError, ValueError):
        return 0
