"""What becomes of a cell or inline function whose MPI calls were ended, because a rank that they wait for has left."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import _allranks


class RankDeparted(RuntimeError):
    """A rank waited in MPI for one that had left the cell, or ranks waited for each other for ever.

    The call raises it, and so does every later MPI call of the cell or function; through mpi4py it is an `mpi4py.MPI.Exception` as
    well. A cell that has caught it ends with it all the same: what it has computed since is that of a part of the ranks.
    """


def make_catchable(mpi: Any) -> None:
    """Let the MPI calls of mpi4py that are ended raise `RankDeparted`.

    mpi4py makes its exceptions by calling ``MPI.Exception`` with the error code, in C code that nobody can give another class: so the
    class gives an instance of a subclass for the code of ended calls. Where the class cannot be changed (mpi4py that is
    built with static types) these calls raise ``MPI.Exception``, and only the traceback tells more.

    Parameters
    ----------
    mpi
        The module ``mpi4py.MPI``.
    """
    make = mpi.Exception.__new__

    def describe(self: BaseException) -> str:
        return str(getattr(self, "sentence", "")) or mpi.Exception.__str__(self)

    departed = type("RankDeparted", (RankDeparted, mpi.Exception), {"__module__": "allranks", "__doc__": RankDeparted.__doc__, "__str__": describe})

    def new(cls: type, *args: Any) -> Any:
        if cls is not mpi.Exception or not args or args[0] != _allranks.mpi_released_code():
            return make(cls, *args)
        sentence = _allranks.mpi_ended()
        told = None if sentence is None else of_sentence(sentence)
        error = make(departed if isinstance(told, RankDeparted) else cls, *args)
        if isinstance(told, RankDeparted):
            error.sentence = str(told)
        return error

    try:
        mpi.Exception.__new__ = staticmethod(new)
    except TypeError:
        # A static type.
        return


def shown(error: BaseException) -> BaseException:
    """The error to show for `error`: itself, unless it is that of an MPI call that was ended from outside. Main thread."""
    sentence = _allranks.mpi_ended()
    if sentence is None or not _is_released(error):
        return error
    return of_sentence(sentence).with_traceback(error.__traceback__)


def of_sentence(sentence: str) -> BaseException:
    """The exception for what the library or the bridge said: `RankDeparted: text`, `Interrupted: text`, or a text."""
    kind, separator, text = sentence.partition(": ")
    if separator and kind == "Interrupted":
        return KeyboardInterrupt(text)
    return RankDeparted(text if separator and kind == "RankDeparted" else sentence)


def swallowed() -> BaseException | None:
    """The error of code that has ended well although its MPI calls were ended. Main thread, while it is guarded."""
    sentence = _allranks.mpi_ended()
    return None if sentence is None else of_sentence(sentence)


def _is_released(error: BaseException) -> bool:
    mpi = sys.modules.get("mpi4py.MPI")
    if mpi is None or not isinstance(error, mpi.Exception):
        return False
    return bool(error.Get_error_code() == _allranks.mpi_released_code())


_load: Callable[..., Any] | None = None


def guard_imports() -> None:
    """MPI calls of extension modules are guarded as soon as a module is loaded, also within the cell that imports it."""
    global _load
    import _imp

    load = _load = _imp.create_dynamic
    rescan = _allranks.mpi_rescan

    def create_dynamic(*args: Any) -> Any:
        module = load(*args)
        rescan()
        return module

    _imp.create_dynamic = create_dynamic


def leave_imports() -> None:
    """Undo `guard_imports`: a Python program goes on importing after it has finalized the library. Idempotent."""
    global _load
    import _imp

    if _load is not None:
        _imp.create_dynamic = _load
        _load = None


def prove(lost: str) -> str:
    """One sentence about what is not guarded, empty when all is well. Loads mpi4py if it is there and the simulation has MPI.

    Parameters
    ----------
    lost
        What calls that are not guarded mean for the user.
    """
    if not _allranks.comm_handle:
        return ""
    try:
        from mpi4py import MPI
    except ModuleNotFoundError:
        return ""
    except ImportError as error:
        return f"cells cannot use MPI: {error}"
    if _allranks.mpi_guarded(MPI.__file__):
        return ""
    return f"MPI calls of mpi4py ({MPI.__file__}) are not guarded, as it does not use the MPI library of the simulation: {lost}"
