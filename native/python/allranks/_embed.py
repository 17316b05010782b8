"""Entry points of the library into Python. The contract is the table in native/python/README.md.

One `_Rank` lives from `start` to `stop`. IPython is imported in `start`, so that a missing package is one clear sentence
instead of an import error somewhere inside.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _departed, _fold, _packages
from ._frames import user_frames

if TYPE_CHECKING:
    from ._cell import CellRunner
    from ._commands import Commands
    from ._comms import Comms
    from ._debug import Debugger
    from ._front_end import ZMQInteractiveShell
    from ._inline import InlineScript
    from ._refuse import Refusals
    from ._service import Service
    from ._streams import Streams


@dataclass
class _Rank:
    script: InlineScript
    streams: Streams
    shell: ZMQInteractiveShell
    cells: CellRunner
    comms: Comms
    commands: Commands
    service: Service
    #: The module `_pack`, which needs a package that may be missing before `start`.
    pack: Any
    refusals: Refusals
    #: Around what runs for a notebook in a simulation that is itself a Python program; else nothing.
    around_cells: contextlib.AbstractContextManager | None
    around_functions: contextlib.AbstractContextManager
    debugger: Debugger


_rank: _Rank | None = None

#: What a signal handler of a joined program raised in a pause; `allranks.step` raises it when the pause is over.
raised_in_pause: BaseException | None = None


def start(config: dict) -> None:
    """Set this rank up and import the inline script. Main thread; once.

    `config`: `script_name`, `script_source`, `script_path`, `rank`, `size`, `argv` (list of str), `tolerant` (bool),
    `joined` (bool): Python ran before the library, and the interpreter stays the program's.
    Raises what the script raises, and `RuntimeError` with one sentence when a package is missing.
    """
    global _rank
    if _rank is not None:
        raise RuntimeError("Python has been started in this rank already")
    if problem := _packages.problem():
        raise RuntimeError(problem)
    import allranks

    from . import _mpi, _pack
    from ._cell import CellRunner
    from ._commands import Commands
    from ._comms import Comms
    from ._debug import Debugger
    from ._front_end import ZMQInteractiveShell
    from ._inline import InlineScript
    from ._refuse import Refusals
    from ._service import Service
    from ._snapshot import Snapshots
    from ._streams import Streams

    joined = bool(config.get("joined"))
    # As for a script that Python runs: modules beside it are found. The working folder too, as libyt has it.
    beside = os.path.abspath(os.path.dirname(config.get("script_path") or ""))
    if joined:
        if config["script_name"] in sys.modules:
            name = config["script_name"]
            raise RuntimeError(f"the inline script {name} has the name of a module that the program has imported already; give it another name")
        # Behind the program's own modules.
        if beside not in sys.path:
            sys.path.append(beside)
    else:
        sys.argv = list(config.get("argv") or [""])
        if os.path.dirname(config.get("script_path") or "") and beside not in sys.path:
            sys.path.insert(0, beside)
        if "." not in sys.path[:1]:
            sys.path.insert(0, ".")
    # Chosen by the environment, as in a notebook, so that matplotlib is imported only by who uses it.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    _departed.guard_imports()
    _mpi.prepare(joined)

    source = config["script_source"]
    if isinstance(source, bytes):
        # Encoding line, byte order mark and line ends as for any module.
        source = importlib.util.decode_source(source)
    script = InlineScript(config["script_name"], source, config.get("script_path") or "")
    streams = Streams(joined)
    shell = ZMQInteractiveShell.instance(module=script.module, streams=streams)
    streams.install()
    refusals = Refusals()
    debugger = Debugger()
    cells = CellRunner(shell, streams, refusals, int(config["rank"]), debugger)
    Snapshots(shell, streams, refusals, cells.describe)
    comms = Comms(shell)
    # Made now, so that completion finds them without running code.
    _ = allranks.arrays, allranks.comms
    around_cells: Any = None
    around_functions: Any = contextlib.nullcontext()
    if joined:
        from ._joined import OfProgram, OfWorld

        around_functions = OfWorld()
        around_cells = OfProgram(streams, around_functions, cells.end_command)
    commands = Commands(script, cells.interrupts, int(config["rank"]))
    service = Service(script.namespace, debugger)
    _rank = _Rank(
        script, streams, shell, cells, comms, commands, service, _pack, refusals, around_cells, around_functions, debugger
    )
    refusals.install()
    script.execute()


def run_cell(payload: bytes) -> tuple[int, bytes]:
    """Run one `cell` command; returns OutcomeStatus and packed outcome. Main thread. Never raises."""
    return _guarded(payload, _run_cell)


def call(payload: bytes) -> tuple[int, bytes]:
    """Run one `call` command (`reset`, `comm`); returns OutcomeStatus and packed outcome. Main thread. Never raises."""
    return _guarded(payload, _call)


def serve(payload: bytes) -> bytes:
    """Answer one `request`; empty when the answer cannot be given. Service thread. Never raises."""
    from . import _pack

    try:
        return _pack.pack(_started().service.answer(_pack.unpack(payload)))
    except BaseException as error:
        return _pack.pack({"error": f"{type(error).__name__}: {_pack.safe_text(error, str)}"})


def end_command() -> None:
    """The outcome of `run_cell` or `call` is under way: put Python in order for what comes next. Main thread."""
    rank = _started()
    # In a program's own interpreter that was done before the program's own was given back.
    if not rank.streams.joined:
        rank.cells.end_command()


def leave_cells() -> None:
    """Code of the simulation's own is about to run after cells: Python's names are the job's again. Main thread. Idempotent."""
    _started().cells.leave()


def until(expression: str) -> tuple[bool, str]:
    """Value of a condition in the namespace and the text of its error, if any. Rank 0, main thread."""
    rank = _started()
    rank.cells.leave()
    try:
        with rank.around_functions, rank.cells.interrupts:
            return rank.script.until(expression)
    except KeyboardInterrupt:
        # It came in the lines around the condition.
        return False, "KeyboardInterrupt"


def run_function(name: str, args: list[str]) -> tuple[bool, str]:
    """Call an inline function; returns whether it went well, and its traceback. Main thread. Never raises."""
    rank = _started()
    rank.cells.leave()
    before = rank.script.told(name)
    try:
        with rank.around_functions, rank.cells.interrupts:
            rank.debugger.begin()
            result = rank.script.run_function(name, args)
    except KeyboardInterrupt:
        # It came in the lines around the function.
        result = False, "KeyboardInterrupt"
    rank.debugger.end(rank.cells.interrupts)
    _tell_of_function(rank, name, before)
    return result


def quick_call(name: str, args: list[str]) -> tuple:
    """What the library needs to call that function again by itself (native/embed/quick_call.h), after a call that went well."""
    rank = _started()
    return rank.script.namespace, rank.cells.interrupts, rank.debugger, rank.script.functions[name], rank.script.compile_call(name, args)


def function_left(name: str, error: BaseException | None) -> tuple[bool, str]:
    """A function that the library has called by itself has ended in an unusual way; as `run_function`."""
    rank = _started()
    before = rank.script.told(name)
    rank.cells.interrupts.__exit__()
    rank.debugger.end(rank.cells.interrupts)
    result = rank.script.take_end(name, error)
    _tell_of_function(rank, name, before)
    return result


def _tell_of_function(rank: _Rank, name: str, before: tuple[str, str]) -> None:
    """Only changes are told: a function that fails at every step must not fill the ring."""
    status, error = now = rank.script.told(name)
    if now != before:
        import _allranks

        from . import _pack

        _allranks.notice(_pack.pack({"what": "function", "name": name, "status": status, "error": error}), 0)


def functions_due() -> bytes:
    """What the user has set to run and was not called in this round: names and arguments ended by NUL, each function by another."""
    calls = [(status.name, *status.args) for status in _started().script.due()]
    return b"".join("\0".join((*call, "", "")).encode("utf-8", "surrogateescape") for call in calls)


def function_failed() -> bool:
    """Whether an inline function that is not idle has failed in this round of libyt, on this rank."""
    return _started().script.failed()


def end_round() -> None:
    """A round of libyt is over (`yt_free`)."""
    _started().script.end_round()


def prove_guard(lost: str) -> str:
    """What of mpi4py's calls the MPI guard does not protect, as one sentence; empty: nothing. Loads mpi4py. Main thread."""
    return _departed.prove(lost)


def debugger() -> str:
    """Why this rank cannot be debugged, in one sentence; empty: it can."""
    from . import _debug

    return _debug.missing()


def functions() -> list[dict]:
    """Inline functions of this rank with status, last error, step and number of calls; for tests and status pages."""
    return [dict(vars(status)) for status in _started().script.functions.values()]


def format_error() -> str:
    """Traceback of the exception being handled, without the frames of this package."""
    kind, error, frames = sys.exc_info()
    if kind is None:
        return ""
    started = frames
    while started is not None and started.tb_frame.f_code is not start.__code__:
        started = started.tb_next
    return "".join(traceback.format_exception(kind, error, user_frames(started or frames)))


def fold(texts: list[str]) -> str:
    """One text of the tracebacks of all ranks, with rank ranges as headings."""
    return _fold.fold(texts)


def end_child(status: int) -> None:
    """End a forked child that would return into the simulation, after its own output. Does not return."""
    try:
        streams = (_rank.streams.stdout, _rank.streams.stderr) if _rank is not None else ()
        for stream in (*streams, sys.__stdout__, sys.__stderr__):
            if stream is not None:
                stream.flush()
    finally:
        os._exit(status)


def stop() -> None:
    """Write out what is buffered and give the job its streams back. Before the interpreter ends; idempotent."""
    if _rank is not None:
        _departed.leave_imports()
        _rank.cells.leave()
        _rank.streams.close()
        _rank.refusals.remove()


def _started() -> _Rank:
    if _rank is None:
        raise RuntimeError("Python has not been started in this rank")
    return _rank


def _run_cell(rank: _Rank, command: dict) -> tuple[int, bytes]:
    rank.comms.begin(command.get("cell_id"))
    rank.shell.begin_command(command.get("origin") or "")
    if rank.around_cells is None:
        return rank.cells.run_cell(command)
    with rank.around_cells:
        return rank.cells.run_cell(command)


def _call(rank: _Rank, command: dict) -> tuple[int, bytes]:
    rank.comms.begin("call")
    rank.shell.begin_command(command.get("origin") or "")
    what = command.get("what")
    with rank.around_cells or contextlib.nullcontext():
        if what == "reset":
            return rank.cells.run_callback(rank.script.reset)
        if what == "libyt":
            return rank.commands.run(command)
        if what == "comm":
            return rank.cells.run_callback(lambda: rank.comms.deliver(command["message"]))
        if what == "value":
            return rank.cells.run_value(command["expression"], bool(command["rich"]))
    raise ValueError(f"unknown call {what!r}")


def _guarded(payload: bytes, run: Any) -> tuple[int, bytes]:
    rank = _started()
    _pack = rank.pack
    try:
        return run(rank, _pack.unpack(payload))
    except KeyboardInterrupt:
        return 4, _pack.pack({"ename": "KeyboardInterrupt", "evalue": "", "traceback": ["KeyboardInterrupt"]})
    except BaseException as error:
        rank.shell.mender.put_back()
        name, text = type(error).__name__, _pack.safe_text(error, str)
        return 1, _pack.pack({"ename": name, "evalue": text, "traceback": [f"{name}: {text}"]})
