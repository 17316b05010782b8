"""What a notebook cell or inline script knows of the simulation that it runs in.

===========  ===========================================================================================================
``comm``     communicator of the simulation (`mpi4py.MPI.Intracomm`), for use in cells and inline functions
``rank``     number of this rank in it
``size``     number of ranks
``step``     number of the step that the simulation is at (int)
``time``     physical time, in the simulation's own units (float)
``arrays``   mapping of name to NumPy view of the simulation's memory, without a copy
``comms``    mapping of name to further communicators of the simulation
===========  ===========================================================================================================

``RankDeparted`` is the error of a cell that waited in MPI for a rank that had left it.

``step`` and ``time`` are live: each access gives the current value. The module works inside the ranks of a simulation
only; elsewhere every name raises ``RuntimeError``.
"""

__all__ = ["RankDeparted", "arrays", "comm", "comms", "rank", "size", "step", "time"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'allranks' has no attribute {name!r}")
    try:
        import _allranks
    except ModuleNotFoundError as error:
        raise RuntimeError(
            f"allranks.{name} exists only inside the ranks of a simulation that calls allranks_initialize"
        ) from error
    if name == "RankDeparted":
        from ._departed import RankDeparted

        return RankDeparted
    if name in ("step", "time"):
        return getattr(_allranks, name)()
    if name in ("rank", "size"):
        return getattr(_allranks, name)
    if name == "comm":
        from ._mpi import communicator

        value: object = communicator(_allranks.comm_handle)
    else:
        from ._arrays import Arrays, Comms

        value = Arrays() if name == "arrays" else Comms()
    # These objects are themselves live, so they are made once.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__doc__", "__name__"]
