"""mpi4py inside a simulation that owns MPI.

mpi4py would initialise and finalise MPI and set the error handler of MPI_COMM_WORLD when it is imported. All three
belong to the simulation, so they are switched off before anything can import `mpi4py.MPI`. Nothing here imports
`mpi4py.MPI` before it is needed.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from typing import Any, NoReturn

import _allranks

from . import _departed, _elf

_INSTALL = "mpi4py is not installed in the Python of this job; install it there: pip install mpi4py"


class ForbiddenWorld:
    """Stands for `MPI.COMM_WORLD` where the simulation runs on a part of it: any use would hang or disturb others."""

    _message = (
        "MPI.COMM_WORLD has {world} processes, but cells run on the {size} of this simulation; use allranks.comm instead"
    )

    def _refuse(self) -> NoReturn:
        raise RuntimeError(self._message.format(world=_allranks.world_size, size=_allranks.size))

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__") and name.endswith("__"):
            # Inspection by copy, pickle and completion asks for such names; they must stay harmless.
            raise AttributeError(name)
        self._refuse()

    def __repr__(self) -> str:
        return "<MPI.COMM_WORLD: not for cells, use allranks.comm>"

    def __bool__(self) -> NoReturn:
        self._refuse()


class MpiImportCheck:
    """Refuses to load an `mpi4py.MPI` of another MPI: two MPI libraries in one process end the whole job.

    A finder at the front of `sys.meta_path`; it looks only at `mpi4py.MPI` and leaves the loading to the others.
    """

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != "mpi4py.MPI":
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                self._check(spec.origin)
                _after_loading(spec, _departed.make_catchable)
                return spec
        return None

    @staticmethod
    def _check(origin: str | None) -> None:
        if not origin or not _allranks.comm_handle:
            return
        try:
            with open(origin, "rb") as module:
                needed, loaded = _elf.families(module.read()), _elf.families(_elf.mapped())
        except OSError:
            # Without a look at the file the check after the import still tells.
            return
        if needed and loaded and not needed & loaded:
            raise ImportError(
                f"mpi4py ({origin}) is built for {' or '.join(sorted(needed))}, but the simulation runs on "
                f"{getattr(_allranks, 'mpi_library_version', '') or ' and '.join(sorted(loaded))}; "
                "install an mpi4py built for the simulation's MPI"
            )


def _after_loading(spec: ModuleSpec, then: Callable[[Any], None]) -> None:
    """Have `then` called with the module of `spec` once it is loaded."""
    loader: Any = spec.loader
    execute = loader.exec_module

    def exec_module(module: Any) -> None:
        execute(module)
        then(module)

    loader.exec_module = exec_module


def prepare(joined: bool) -> None:
    """Set mpi4py up so that its import changes nothing for the simulation. Main thread, before the inline script.

    Without MPI it is left alone; so it is where the simulation is itself a Python program (`joined`) and has imported it.
    """
    if not _allranks.comm_handle:
        return
    try:
        import mpi4py
    except ImportError:
        return
    mpi4py.rc.initialize = False
    mpi4py.rc.finalize = False
    # "default" leaves the error handlers of MPI_COMM_WORLD and MPI_COMM_SELF to the simulation.
    mpi4py.rc.errors = "default"
    sys.meta_path.insert(0, MpiImportCheck())
    # The program may have imported it before.
    loaded = sys.modules.get("mpi4py.MPI")
    if hasattr(loaded, "Exception"):
        _departed.make_catchable(loaded)
    if not joined and is_part():
        from mpi4py import MPI

        MPI.COMM_WORLD = ForbiddenWorld()


def is_part() -> bool:
    """Whether the simulation has only some of the processes of MPI_COMM_WORLD."""
    return bool(_allranks.comm_handle) and _allranks.size < _allranks.world_size


def communicator(handle: int) -> Any:
    """The `mpi4py.MPI.Intracomm` of an MPI handle of the simulation; owned by the simulation, never freed here.

    Raises
    ------
    RuntimeError
        In a build without MPI, or when mpi4py is linked to another MPI than the simulation.
    ImportError
        When mpi4py is missing.
    """
    if not handle:
        raise RuntimeError("this simulation was built without MPI: there is no communicator")
    try:
        from mpi4py import MPI
    except ModuleNotFoundError as error:
        raise ImportError(_INSTALL) from error
    _check_library(MPI)
    if hasattr(MPI.Comm, "fromhandle"):
        return MPI.Intracomm.fromhandle(handle)
    comm = MPI.Intracomm()
    kind = ctypes.c_int if MPI._sizeof(MPI.Comm) == ctypes.sizeof(ctypes.c_int) else ctypes.c_void_p
    kind.from_address(MPI._addressof(comm)).value = handle
    return comm


def _check_library(MPI: Any) -> None:
    expected = getattr(_allranks, "mpi_library_version", "").strip()
    found = MPI.Get_library_version()
    # The library tells the beginning of its version text, such as "Open MPI v5.0.11".
    if not found.startswith(expected):
        raise RuntimeError(
            f"mpi4py uses another MPI ({found.splitlines()[0].split(',')[0]}) than the simulation ({expected}); "
            "install an mpi4py built for the simulation's MPI"
        )
