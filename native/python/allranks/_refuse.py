"""Calls that would end, stop or replace the rank, or take its descriptors away: they raise one sentence instead. One that
would keep interrupts from their end, `os.system`, is replaced by one that does not.

Holds in the process of the rank, for code that runs in cells, inline functions and the inline script, and in threads that
they start. Forked children are processes of their own and may do all of it; so do `subprocess` and `multiprocessing`, whose
children start in C. A host that ran Python before us keeps its own calls: what does not pass through this package on the
main thread, and threads that were there before, are let through.

What only C code can do, such as `ctypes.CDLL(None).abort()`, is not covered. Errors are `PermissionError`, as from the
operating system, so that loops over `os.close` which expect errors go on.
"""

from __future__ import annotations

import faulthandler
import functools
import importlib
import os
import posix
import resource
import signal
import stat
import sys
import threading
import warnings
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import _allranks

from . import _system
from ._told import dispositions, identity, peer, pid_of, signal_name

_PACKAGE = os.path.dirname(__file__) + os.sep
_INSTEAD = "exit() ends the cell, %live stop ends the run"

#: A C handler for one of these reports and ends the process; only a handler in Python makes them harmless.
_FATAL = frozenset(
    {
        signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT, signal.SIGTRAP, signal.SIGSYS,
        signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP,
    }
)
#: By default nothing happens.
_HARMLESS = frozenset({0, signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH})
_STOPPING = frozenset({signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU})
_TIMERS = {
    signal.SIGALRM: signal.ITIMER_REAL, signal.SIGVTALRM: signal.ITIMER_VIRTUAL, signal.SIGPROF: signal.ITIMER_PROF,
}
_STACK_BYTES = 96 << 20
#: Of the C stack for one level of recursion through C code; measured: 450 to 750, through `re.sub` 1040.
_STACK_BYTES_A_CALL = 1100
_SMALL_RECURSION = 3000
_SAME_USER = "the rank would not be the user's any more, and the way back is closed; subprocess.run has user= and group="
_OUT_OF_REACH = "the launcher would not reach this rank any more; subprocess.run has start_new_session="
#: What a process cannot take back, and why it matters.
_PLACE = {
    **dict.fromkeys(("setuid", "seteuid", "setreuid", "setresuid", "setgid", "setegid", "setregid", "setresgid", "setgroups", "initgroups"), _SAME_USER),
    "setsid": _OUT_OF_REACH,
    "setpgrp": _OUT_OF_REACH,
    "chroot": "the simulation would not find its files any more",
}
_CRASHES = (
    "_sigsegv", "_sigabrt", "_sigfpe", "_read_null", "_stack_overflow", "_fatal_error_c_thread", "_fatal_error",
)

# Bound now: cells may replace any of them.
_getpid = os.getpid
_fstat = os.fstat
_listdir = os.listdir
_setrlimit = resource.setrlimit
_getrlimit = resource.getrlimit
_getitimer = signal.getitimer
_setitimer = signal.setitimer
_getsignal = signal.getsignal
_sched_setaffinity = os.sched_setaffinity


class Refusals:
    """The replaced functions of one rank; main thread, from `install` to `remove`."""

    def __init__(self) -> None:
        self._pid = _getpid()
        self._main = threading.get_ident()
        self._before = frozenset(thread.ident for thread in threading.enumerate())
        self._originals: list[tuple[Any, str, Any]] = []
        #: Descriptors of the simulation and what they were: number to (device, inode).
        self._kept: dict[int, tuple[int, int]] | None = None
        #: Soft limits that the running cell lowered.
        self._limits: dict[int, int] = {}
        #: Processors of the simulation, when the running cell has chosen others.
        self._affinity: set[int] | None = None
        #: Timers of the simulation that the running cell set anew: (remaining, interval) when it did.
        self._timers: dict[int, tuple[float, float]] = {}

    def install(self) -> None:
        """Replace the functions. Once, before user code can bind them."""
        for name in ("_exit", "abort"):
            self._replace((os, posix), name, self._ending)
        for name in ("execv", "execve"):
            self._replace((os, posix), name, self._exec)
        for name in _CRASHES:
            if hasattr(faulthandler, name):
                self._replace((faulthandler,), name, self._ending)
        self._replace((faulthandler,), "dump_traceback_later", self._dump_later)
        self._replace((os, posix), "system", self._system)
        for name, why in _PLACE.items():
            self._replace((os, posix), name, self._refused(why))
        self._replace((os, posix), "setpgid", self._set_group)
        self._replace((os, posix), "nice", self._nice)
        self._replace((os, posix), "setpriority", self._set_priority)
        self._replace((os, posix), "sched_setaffinity", self._set_affinity)
        self._replace((sys,), "addaudithook", self._refused("a hook can never be removed, and a mistake in it would end every later cell"))
        self._replace((threading,), "_shutdown", self._refused("threads of the simulation and of later cells could not be started any more"))
        self._replace((importlib,), "reload", self._reload)
        self._replace((os, posix), "kill", self._kill)
        self._replace((os, posix), "killpg", self._killpg)
        self._replace((signal,), "raise_signal", self._raise_signal)
        self._replace((signal,), "pthread_kill", self._pthread_kill)
        self._replace((signal,), "pidfd_send_signal", self._pidfd_send_signal)
        self._replace((signal,), "alarm", self._alarm)
        self._replace((signal,), "setitimer", self._set_timer)
        self._replace((signal,), "signal", self._signal)
        self._replace((os, posix), "close", self._close)
        self._replace((os, posix), "closerange", self._closerange)
        self._replace((os, posix), "dup2", self._dup2)
        self._replace((resource,), "setrlimit", self._set_limit)
        self._replace((sys,), "setrecursionlimit", self._set_recursion_limit)

    def remove(self) -> None:
        """Put the originals back, where nobody else has replaced them since. Idempotent."""
        for module, name, (wrapper, original) in self._originals:
            if vars(module).get(name) is wrapper:
                setattr(module, name, original)
        self._originals.clear()

    def begin_cell(self) -> None:
        """Remember, once, which descriptors are the simulation's: those that are open before its first cell."""
        if self._kept is not None:
            return
        self._kept = {}
        for name in _listdir("/proc/self/fd"):
            try:
                self._kept[int(name)] = identity(int(name))
            except OSError:
                continue  # the one that listed the folder

    def kept(self) -> list[int]:
        """Descriptors that are the simulation's, or ours: open before its first cell, and still the same."""
        return [number for number in self._kept or () if self._protected(number)]

    def end_cell(self) -> None:
        """Give the simulation its limits and timers back."""
        if self._limits:
            for number, soft in self._limits.items():
                _setrlimit(number, (soft, _getrlimit(number)[1]))
            self._limits.clear()
        if self._affinity is not None:
            _sched_setaffinity(0, self._affinity)
            self._affinity = None
        if self._timers:
            for timer, value in self._timers.items():
                _setitimer(timer, *value)
            self._timers.clear()

    # Who asks ---------------------------------------------------------------------------------------------------------

    def _concerned(self) -> bool:
        """Whether the calling code is the user's, in the process of the rank."""
        if _getpid() != self._pid:
            return False
        caller = threading.get_ident()
        if caller != self._main:
            return caller not in self._before
        frame = sys._getframe(1)
        while frame is not None:
            # The entry points of the library; this module's own frames do not count.
            if frame.f_code.co_filename.startswith(_PACKAGE) and frame.f_code.co_filename != __file__:
                return True
            frame = frame.f_back  # type: ignore[assignment]
        return False

    def _replace(self, modules: Iterable[Any], name: str, make: Callable[[str, Any], Any]) -> None:
        modules = tuple(modules)
        original = vars(modules[0]).get(name)
        if original is None:
            return
        inner = make(f"{modules[0].__name__}.{name}", original)

        @functools.wraps(original)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            return inner(*args, **kwargs)

        for module in modules:
            if hasattr(module, name):
                setattr(module, name, wrapper)
                self._originals.append((module, name, (wrapper, original)))

    # Process ------------------------------------------------------------------------------------------------------------

    def _ending(self, name: str, original: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            if self._concerned():
                _refuse(name, f"it would end the whole simulation, so cells may not call it; {_INSTEAD}")
            return original(*args, **kwargs)

        return call

    def _exec(self, name: str, original: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            if self._concerned():
                _refuse(name, "it would replace this rank of the simulation; subprocess.run starts a program beside it")
            return original(*args, **kwargs)

        return call

    def _refused(self, why: str) -> Callable[[str, Any], Any]:
        def make(name: str, original: Any) -> Any:
            def call(*args: Any, **kwargs: Any) -> Any:
                if self._concerned():
                    _refuse(name, why)
                return original(*args, **kwargs)

            return call

        return make

    def _set_group(self, name: str, original: Any) -> Any:
        def call(pid: int, group: int, /) -> Any:
            if pid in (0, self._pid) and self._concerned():
                _refuse(name, _OUT_OF_REACH)
            return original(pid, group)

        return call

    def _nice(self, name: str, original: Any) -> Any:
        def call(increment: int, /) -> Any:
            if increment != 0 and self._concerned():
                _refuse(name, "the simulation itself would run slower or faster, for good")
            return original(increment)

        return call

    def _set_priority(self, name: str, original: Any) -> Any:
        def call(which: int, who: int, priority: int) -> Any:
            if who in (0, self._pid, os.getpgrp()) and self._concerned():
                _refuse(name, "the simulation itself would run slower or faster, for good")
            return original(which, who, priority)

        return call

    def _set_affinity(self, name: str, original: Any) -> Any:
        def call(pid: int, mask: Iterable[int], /) -> Any:
            # Where the launcher has put the simulation is its place again after the cell.
            if pid in (0, self._pid) and self._affinity is None and _allranks.in_cell() and threading.get_ident() == self._main and self._concerned():
                self._affinity = os.sched_getaffinity(0)
            return original(pid, mask)

        return call

    def _reload(self, name: str, original: Any) -> Any:
        def call(module: Any) -> Any:
            told = str(getattr(module, "__name__", "")).partition(".")[0]
            if told in ("allranks", "_allranks") and self._concerned():
                _refuse(name, f"{told} runs this cell, and forgets the run when it is loaded anew")
            return original(module)

        return call

    def _system(self, name: str, original: Any) -> Any:
        def call(command: Any) -> Any:
            __tracebackhide__ = True
            # The original cannot be interrupted.
            return _system.system(command) if self._concerned() else original(command)

        return call

    def _dump_later(self, name: str, original: Any) -> Any:
        def call(timeout: float, repeat: bool = False, file: Any = None, exit: bool = False) -> Any:
            if exit and self._concerned():
                _refuse(name, f"with exit=True it would end the whole simulation; {_INSTEAD}")
            return original(timeout, repeat=repeat, file=sys.__stderr__ if file is None else file, exit=exit)

        return call

    # Signals ------------------------------------------------------------------------------------------------------------

    def _check_signal(self, name: str, number: int, whom: str) -> None:
        """Refuse a signal that this process would not survive, or that would stop it."""
        number = int(number)
        if number in _HARMLESS or not self._concerned():
            return
        caught, ignored = dispositions()
        handled = callable(_getsignal(number)) if number in signal.valid_signals() else False
        bit = 1 << (number - 1)
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            if ignored & bit or (caught & bit and (number not in _FATAL or handled)):
                return
        what = "stop" if number in _STOPPING else "end"
        _refuse(name, f"{signal_name(number)} to {whom} would {what} the whole simulation; {_INSTEAD}")

    def _kill(self, name: str, original: Any) -> Any:
        def call(pid: int, number: int, /) -> Any:
            if pid == self._pid:
                self._check_signal(name, number, "this rank")
            elif pid in (0, -1) or -pid == os.getpgrp():
                self._check_signal(name, number, "this rank and its process group" if pid != -1 else "all processes")
            elif pid == os.getppid() and int(number) not in _HARMLESS and self._concerned():
                _refuse(name, f"{signal_name(number)} to the launcher would end the whole simulation; {_INSTEAD}")
            return original(pid, number)

        return call

    def _killpg(self, name: str, original: Any) -> Any:
        def call(group: int, number: int, /) -> Any:
            if group in (0, os.getpgrp()):
                self._check_signal(name, number, "the process group of this rank")
            return original(group, number)

        return call

    def _raise_signal(self, name: str, original: Any) -> Any:
        def call(number: int, /) -> Any:
            self._check_signal(name, number, "this rank")
            return original(number)

        return call

    def _pthread_kill(self, name: str, original: Any) -> Any:
        def call(thread: int, number: int, /) -> Any:
            self._check_signal(name, number, "a thread of this rank")
            return original(thread, number)

        return call

    def _pidfd_send_signal(self, name: str, original: Any) -> Any:
        def call(pidfd: int, number: int, *rest: Any) -> Any:
            if pid_of(pidfd) == self._pid:
                self._check_signal(name, number, "this rank")
            return original(pidfd, number, *rest)

        return call

    # Timers: without a handler they end the process ---------------------------------------------------------------------

    def _alarm(self, name: str, original: Any) -> Any:
        def call(seconds: int, /) -> Any:
            if seconds:
                self._check_timer(name, signal.SIGALRM)
            if self._concerned():
                self._keep_timer(signal.ITIMER_REAL)
            return original(seconds)

        return call

    def _set_timer(self, name: str, original: Any) -> Any:
        def call(which: int, seconds: float, interval: float = 0.0, /) -> Any:
            if seconds:
                for number, timer in _TIMERS.items():
                    if timer == which:
                        self._check_timer(name, number)
            if self._concerned():
                self._keep_timer(which)
            return original(which, seconds, interval)

        return call

    def _signal(self, name: str, original: Any) -> Any:
        def call(number: int, handler: Any, /) -> Any:
            if handler == signal.SIG_DFL and number in _TIMERS and self._concerned():
                if _getitimer(_TIMERS[number])[0] > 0:
                    told = signal_name(number)
                    _refuse(
                        name, f"the timer of {told} runs, and without a handler {told} would end the whole simulation; "
                        "stop it with signal.setitimer(..., 0) first"
                    )
            return original(number, handler)

        return call

    def _check_timer(self, name: str, number: int) -> None:
        if not self._concerned():
            return
        caught, ignored = dispositions()
        if not (caught | ignored) & (1 << (number - 1)):
            told = signal_name(number)
            _refuse(name, f"{told} has no handler and would end the whole simulation; set one with signal.signal first")

    def _keep_timer(self, timer: int) -> None:
        """Remember a timer of the simulation before a cell sets it anew, so that it goes on after the cell."""
        value = _getitimer(timer)
        if value[0] > 0 and timer not in self._timers and threading.get_ident() == self._main:
            self._timers[timer] = value

    # Descriptors --------------------------------------------------------------------------------------------------------

    def _protected(self, number: int) -> bool:
        if 0 <= number <= 2:
            return True
        try:
            if (self._kept or {}).get(number) == identity(number):
                return True
            # The connection to the bridge may have been made anew.
            return stat.S_ISSOCK(_fstat(number).st_mode) and peer(number).endswith("/ranks.sock")
        except OSError:
            return False

    def _close(self, name: str, original: Any) -> Any:
        def call(fd: int) -> Any:
            if _getpid() == self._pid and self._protected(fd) and self._concerned():
                _refuse(name, f"descriptor {fd} belongs to the simulation; cells may close their own files only")
            return original(fd)

        return call

    def _closerange(self, name: str, original: Any) -> Any:
        def call(low: int, high: int, /) -> Any:
            if _getpid() == self._pid and self._concerned():
                open_now = [int(number) for number in _listdir("/proc/self/fd")]
                taken = [number for number in sorted(open_now) if low <= number < high and self._protected(number)]
                if taken:
                    _refuse(name, f"descriptor {taken[0]} belongs to the simulation; cells may close their own files only")
            return original(low, high)

        return call

    def _dup2(self, name: str, original: Any) -> Any:
        def call(fd: int, fd2: int, inheritable: bool = True) -> Any:
            # Redirecting 0 to 2 is a usual way to capture output of C code; the library puts them back after the cell.
            if _getpid() == self._pid and fd2 > 2 and self._protected(fd2) and self._concerned():
                _refuse(name, f"descriptor {fd2} belongs to the simulation; cells may replace their own files and 0 to 2 only")
            return original(fd, fd2, inheritable)

        return call

    # Limits -------------------------------------------------------------------------------------------------------------

    def _set_limit(self, name: str, original: Any) -> Any:
        def call(which: int, limits: Any, /) -> Any:
            if not self._concerned():
                return original(which, limits)
            soft, hard = _getrlimit(which)
            if which == resource.RLIMIT_CPU:
                _refuse(name, "RLIMIT_CPU counts the simulation's own time and would end it")
            new_soft, new_hard = (int(value) for value in limits)
            if _below(new_hard, hard):
                _refuse(name, "a lower hard limit could never be taken back from the simulation; lower the soft limit only")
            result = original(which, limits)
            if _below(new_soft, soft):
                self._limits.setdefault(which, soft)
            return result

        return call

    def _set_recursion_limit(self, name: str, original: Any) -> Any:
        def call(limit: int, /) -> Any:
            if isinstance(limit, int) and limit > _SMALL_RECURSION and self._concerned():
                highest = _grow_stack() // _STACK_BYTES_A_CALL
                if limit > highest:
                    warnings.warn(
                        f"{name}: the limit is {highest}; deeper recursion in C code would overflow the stack and end the simulation",
                        RuntimeWarning, stacklevel=3,
                    )
                    limit = highest
            return original(limit)

        return call


def _grow_stack() -> int:
    """Allow the main thread's stack to grow; returns how far, in bytes. The kernel keeps at least 128 MiB free for it."""
    soft, hard = _getrlimit(resource.RLIMIT_STACK)
    if _below(soft, _STACK_BYTES):
        soft = hard if _below(hard, _STACK_BYTES) else _STACK_BYTES
        _setrlimit(resource.RLIMIT_STACK, (soft, hard))
    return min(soft, _STACK_BYTES) if soft != resource.RLIM_INFINITY else _STACK_BYTES


def _refuse(name: str, why: str) -> NoReturn:
    __tracebackhide__ = True
    raise PermissionError(f"{name}: {why}")


def _below(new: int, old: int) -> bool:
    infinity = resource.RLIM_INFINITY
    return new != infinity and (old == infinity or new < old)
