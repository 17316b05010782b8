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

``step`` and ``time`` are live: each access gives the current value. These names work inside the ranks of a simulation only;
elsewhere each raises ``RuntimeError``.

A simulation that is itself a Python program calls these (`native/python/allranks/_host.py` has their documentation):

===========================================  ==========================================================================
``initialize(comm, script) -> bool``         once, on all ranks: this interpreter becomes the one that cells run in
``step(step, time)``                         at each step: cells that wait run here
``run_function(name, *args)``                an inline function, by name
``expose(name, array, writable=False)``      a NumPy array for ``arrays``; ``withdraw(name)`` takes it back
``expose_comm(name, comm)``                  a communicator for ``comms``
``stop_requested() -> bool``                 whether the run shall end
``finalize()``                               at the end; called by itself when the program ends without an exception
===========================================  ==========================================================================
"""

_HOST = ("expose", "expose_comm", "finalize", "initialize", "run_function", "stop_requested", "withdraw")
__all__ = ["RankDeparted", "arrays", "comm", "comms", "rank", "size", "step", "time", *_HOST]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'allranks' has no attribute {name!r}")
    if name in _HOST:
        from . import _host

        function: object = getattr(_host, name)
        globals()[name] = function
        return function
    import sys

    host = sys.modules.get("allranks._host")
    try:
        import _allranks
    except ModuleNotFoundError as error:
        if name == "step" and host is not None:
            # Not initialised, or switched off: the call says so, or does nothing.
            return host.Position(0)
        raise RuntimeError(
            f"allranks.{name} exists only inside the ranks of a simulation that calls allranks_initialize, or allranks.initialize in Python"
        ) from error
    if name == "RankDeparted":
        from ._departed import RankDeparted

        return RankDeparted
    if name == "step" and host is not None:
        return host.Position(_allranks.step())
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
