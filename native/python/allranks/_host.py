"""What a simulation that is itself a Python program calls: the functions of `allranks.h`, for the interpreter that runs already.

The library is loaded into the process and joins its interpreter. Nothing here costs the program its run: where the library
is missing, was built for another Python or another MPI, or a package of the ranks is missing, `initialize` says so in one
sentence, returns False, and the other functions do nothing. Wrong use raises.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib.util
import os
import sys
import threading
from typing import Any

from . import _elf

_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: allranks_status of allranks.h.
_ARGUMENT, _STATE, _THREAD, _PYTHON = -1, -2, -3, -4

_library: ctypes.CDLL | None = None
_off = False
_pid = 0
#: What the program has exposed, by name: views that keep their memory alive.
exposed: dict[str, Any] = {}


class Position(int):
    """The number of the step, and the function that a program calls at each of its steps: `allranks.step(step, time)`."""

    def __call__(self, step: int, time: float = 0.0) -> None:
        """A safe point: cells that wait run here; returns when the simulation may go on. Collective.

        Parameters
        ----------
        step : int
            Number of the step that begins now.
        time : float
            Physical time in the simulation's own units.
        """
        library = _started("step")
        if library is None:
            return
        _check(library.allranks_step(step, time))
        from . import _embed

        if _embed.raised_in_pause is not None:
            raised, _embed.raised_in_pause = _embed.raised_in_pause, None
            raise raised

    def __reduce__(self) -> tuple:
        return int, (int(self),)


def initialize(comm: Any = None, script: str | None = None) -> bool:
    """Start the library in this process and import the inline script. Collective over `comm`; on Python's main thread, once.

    Parameters
    ----------
    comm : mpi4py.MPI.Intracomm, optional
        Communicator of the simulation; duplicated. Default: `MPI.COMM_WORLD`, or none in a build without MPI.
    script : str, optional
        Path or name of the inline script, with or without ".py"; default "inline_script". Created empty when missing. Its
        globals are the namespace of cells; `__main__` and `sys.argv` stay the program's.

    Returns
    -------
    bool
        False: notebooks cannot be offered, as one sentence on stderr has told; the program goes on without them.

    Raises
    ------
    RuntimeError
        When called twice, on another thread, or when the inline script raises (on all ranks).
    TypeError, ValueError
        When an argument is wrong.
    """
    global _off, _pid
    if script is not None and not isinstance(script, str):
        raise TypeError(f"allranks.initialize: script must be a str, not {type(script).__name__}")
    if comm is not None and not hasattr(comm, "Get_size"):
        raise TypeError(f"allranks.initialize: comm must be a communicator of mpi4py, not {type(comm).__name__}")
    if _pid or _off:
        raise RuntimeError("allranks.initialize: called twice")
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("allranks.initialize: call it on Python's main thread; a cell on another one could not be interrupted")
    library, problem = _load(comm)
    if comm is None and not problem and library is not None and not _is_serial(library):
        from mpi4py import MPI

        comm = MPI.COMM_WORLD
    # One rank that stays away would leave the others waiting for ever.
    everybody = comm if comm is not None else _world()
    problems = everybody.allgather(problem) if everybody is not None else [problem]
    if any(problems):
        _off = True
        if everybody is None or everybody.Get_rank() == 0:
            print(f"allranks: {next(filter(None, problems))}; the program goes on without notebooks.", file=sys.stderr, flush=True)
        return False
    assert library is not None
    words = None if script is None else os.fsencode(script)
    if _is_serial(library):
        status = library.allranks_initialize_serial(words)
    else:
        status = library.allranks_initialize(_handle(comm), words)
    global _library
    _library = library
    try:
        _check(status)
    except BaseException:
        _library = None
        raise
    _pid = os.getpid()
    atexit.register(_at_exit)
    return True


def run_function(name: str, *args: str) -> None:
    """Call `name(args...)` of the inline script's namespace. Collective.

    Each of `args` is the text of a Python expression, evaluated in the namespace. What the function raises is recorded and
    shown by `%live status`; with ALLRANKS_MODE=normal it is `RuntimeError` on all ranks.
    """
    if not isinstance(name, str):
        raise TypeError(f"allranks.run_function: the name must be a str, not {type(name).__name__}")
    for arg in args:
        if not isinstance(arg, str):
            raise TypeError(f"allranks.run_function: arguments are texts of Python expressions, such as repr(value); {arg!r} is none")
    library = _started("run_function")
    if library is None:
        return
    words = (ctypes.c_char_p * len(args))(*(arg.encode("utf-8", "surrogateescape") for arg in args))
    _check(library.allranks_run_function(name.encode("utf-8", "surrogateescape"), len(args), words))


def expose(name: str, array: Any, writable: bool = False) -> None:
    """Show an array of the simulation to cells as `allranks.arrays[name]`, without a copy. Local.

    Parameters
    ----------
    name : str
        Exposing a name again replaces it.
    array : numpy.ndarray or object with the buffer protocol
        Any shape, strides and dtype. Kept alive until the name is withdrawn or exposed anew, and as long as a cell holds a view.
    writable : bool
        Whether cells may write through the view; `array` must then be writable.
    """
    import numpy

    if not isinstance(name, str) or not name:
        raise ValueError("allranks.expose: the name must be a text that is not empty")
    if not isinstance(array, numpy.ndarray):
        try:
            array = memoryview(array)
        except TypeError:
            raise TypeError(
                f"allranks.expose({name!r}): {type(array).__name__} is neither a NumPy array nor memory that can be shown without a copy"
            ) from None
    view = numpy.asarray(array).view()
    if writable and not view.flags.writeable:
        raise ValueError(f"allranks.expose({name!r}): the array is read-only, so cells cannot write into it")
    view.flags.writeable = bool(writable)
    exposed[name] = view


def withdraw(name: str) -> None:
    """Take a name back. Local. Views that cells hold stay valid."""
    if name not in exposed:
        raise ValueError(f"allranks.withdraw({name!r}): nothing is exposed under that name")
    del exposed[name]


def expose_comm(name: str, comm: Any) -> None:
    """Offer a further communicator of the simulation to cells as `allranks.comms[name]`. Collective over `comm`."""
    library = _started("expose_comm")
    if library is None:
        return
    if _is_serial(library):
        raise RuntimeError("allranks.expose_comm: the library was built without MPI")
    if not hasattr(comm, "Get_size"):
        raise TypeError(f"allranks.expose_comm: comm must be a communicator of mpi4py, not {type(comm).__name__}")
    _check(library.allranks_expose_comm(str(name).encode("utf-8", "surrogateescape"), _handle(comm)))


def stop_requested() -> bool:
    """Whether a stop was asked for (`%live stop`): the simulation should finish its step and leave its loop. Local."""
    return _library is not None and bool(_library.allranks_stop_requested())


def finalize() -> None:
    """End cells and close the connection. Collective, before MPI is finalized; the interpreter stays the program's.

    Called at the end of the program by itself when no exception ends it.
    """
    library = _started("finalize")
    if library is not None:
        atexit.unregister(_at_exit)
        status = library.allranks_finalize()
        exposed.clear()
        _check(status)


def _at_exit() -> None:
    # A rank that an exception ends does not wait for the others; MPI may be gone already.
    if os.getpid() != _pid or hasattr(sys, "last_value") or _library is None:
        return
    mpi = sys.modules.get("mpi4py.MPI")
    if _is_serial(_library) or (mpi is not None and not mpi.Is_finalized()):
        _library.allranks_finalize()


def _started(function: str) -> ctypes.CDLL | None:
    """The library; None when it is off. Raises where the program has not initialised it."""
    if _off:
        return None
    if _library is None:
        raise RuntimeError(f"allranks.{function}: called before allranks.initialize")
    if os.getpid() != _pid:
        raise RuntimeError(f"allranks.{function}: called in a forked process, which is no rank of the simulation")
    return _library


def _check(status: int) -> None:
    if status == 0:
        return
    assert _library is not None
    text = _library.allranks_last_error().decode("utf-8", "replace")
    raise (ValueError if status == _ARGUMENT else RuntimeError)(text)


def _world() -> Any:
    """MPI.COMM_WORLD of a program that has initialised MPI by mpi4py; else None."""
    mpi = sys.modules.get("mpi4py.MPI")
    return mpi.COMM_WORLD if mpi is not None and mpi.Is_initialized() and not mpi.Is_finalized() else None


def _is_serial(library: ctypes.CDLL) -> bool:
    return hasattr(library, "allranks_initialize_serial")


def _handle(comm: Any) -> Any:
    """The MPI handle of a communicator of mpi4py, as an argument: a pointer in Open MPI, an int in MPICH."""
    from mpi4py import MPI

    kind = ctypes.c_int if MPI._sizeof(MPI.Comm) == ctypes.sizeof(ctypes.c_int) else ctypes.c_void_p
    return kind.from_address(MPI._addressof(comm))


def _library_path() -> str:
    """ALLRANKS_LIBRARY; beside the installed package; the default build of a checkout. Empty: none."""
    given = os.environ.get("ALLRANKS_LIBRARY")
    if given:
        return given
    for place in ("../../../lib", "../../build/lib"):
        path = os.path.normpath(os.path.join(_FOLDER, place, "liballranks.so"))
        if os.path.exists(path):
            return path
    return ""


def _load(comm: Any) -> tuple[ctypes.CDLL | None, str]:
    """The library, or a sentence about what is wrong. Whatever could end the process is found before it is loaded."""
    path = _library_path()
    if not path:
        return None, f"liballranks.so was not found beside {_FOLDER}; install Allranks again or set ALLRANKS_LIBRARY to its path"
    try:
        with open(path, "rb") as file:
            data = file.read()
        mapped = _elf.mapped()
    except OSError as error:
        return None, f"{path} cannot be read: {error.strerror}"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}{sys.abiflags}"
    built = _elf.python(data)
    if built != version:
        return None, f"{path} was built for Python {built or 'of unknown version'}, but this program runs Python {version}; build it with --python {sys.executable}"
    needed, loaded = _elf.families(data), _elf.families(mapped)
    if comm is not None and not needed:
        return None, f"{path} was built without MPI, but the program gave a communicator; build it with --mpicxx"
    if comm is not None and loaded and not needed & loaded:
        return None, f"{path} was built for {' and '.join(sorted(needed))}, but this program runs on {' and '.join(sorted(loaded))}; build it with the mpicxx of that MPI"
    if comm is None and needed:
        if loaded and not needed & loaded:
            return None, (
                f"{path} was built for {' and '.join(sorted(needed))}, but this program has loaded {' and '.join(sorted(loaded))}; "
                "build it with the mpicxx of that MPI, or with --serial for a program of one process"
            )
        if importlib.util.find_spec("mpi4py") is None:
            return None, f"mpi4py is missing; install it: {sys.executable} -m pip install mpi4py, or build the library with --serial"
    from . import _packages

    if problem := _packages.problem():
        return None, problem
    if "IPython" in sys.modules:
        from IPython.core.interactiveshell import InteractiveShell

        if InteractiveShell.initialized():
            return None, "the program runs inside IPython or Jupyter already; start it with python"
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        return None, f"{path} cannot be loaded: {error}"
    library.allranks_step.argtypes = [ctypes.c_int64, ctypes.c_double]
    library.allranks_last_error.restype = ctypes.c_char_p
    return library, ""
