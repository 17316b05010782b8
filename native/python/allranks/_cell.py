"""One cell on one rank: what holds while it runs, and what it leaves behind.

`CellRunner.run` never raises. Whatever the cell did to the interpreter's own state (standard streams, hooks, trace
functions, recursion limit, deleted built-in functions) is undone; the namespace, the working folder, warning filters and
everything else it changed are the user's and stay.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic  # bound now: the cell may replace it
from typing import Any

import _allranks

from . import _debug, _departed, _pack
from ._input import Inputs
from ._refuse import Refusals
from ._shell import EXIT_NOTE, RankShell, is_plain_exit
from ._signals import Interrupts
from ._streams import Streams

OK, ERROR, SKIPPED, INTERRUPTED = 0, 1, 2, 4

# Bound now as well, and called as they are: around each cell every call of a Python function counts.
_index, _flush_text, _gettrace = _allranks.index, _allranks.flush_text, sys.gettrace
_modules = sys.modules
_INLINE_FIGURES = "matplotlib_inline.backend_inline"

#: Shorter cells do not say how long they took.
_WORTH_TELLING_SECONDS = 0.001


class CellRunner:
    """Runs `cell` and `call` commands in the namespace of the inline script. Main thread only."""

    def __init__(self, shell: RankShell, streams: Streams, refusals: Refusals, rank: int, debugger: _debug.Debugger) -> None:
        self._shell = shell
        self._refusals = refusals
        self._streams = streams
        self._rank = rank
        #: Shared by everything that runs for the user on this rank.
        self.interrupts = Interrupts(shell.user_global_ns)
        self._debugger = debugger
        debugger.wake_signal = self.interrupts.wake_signal
        self.interrupts.on_wake = debugger.look
        self._inputs = Inputs(streams.router)
        shell.keep_interpreter()

    def run_cell(self, command: dict) -> tuple[int, bytes]:
        """Run one `cell` command (fields as in docs/architecture.md); returns status and packed outcome."""
        targets = command.get("targets")
        if targets is not None and self._rank not in targets:
            return SKIPPED, b""
        self._set_targets(targets)
        shell = self._shell
        shell.compile.cell, shell.compile.file = command.get("code", ""), command.get("file") or ""
        silent = bool(command.get("silent"))
        store_history = bool(command.get("store_history", True)) and not silent
        count = int(command.get("execution_count") or 1)
        # IPython numbers a result by the counter less one, and advances the counter for cells that are stored.
        shell._trait_values["execution_count"] = count if store_history else count + 1
        expressions = command.get("user_expressions") or {}

        def body() -> dict:
            if _INLINE_FIGURES in _modules:
                self._forget_drawn_figures()
            try:
                result = shell.run_cell(
                    command.get("code", ""), store_history=store_history, silent=silent, cell_id=command.get("cell_id")
                )
            except (Exception, SystemExit):
                shell.drop_hooks()
                raise
            error = result.error_before_exec or result.error_in_exec or shell.display_error if result is not None else None
            if error is not None:
                raise _CellFailed(error)
            return {"user_expressions": _user_expressions(shell, expressions)} if expressions else {}

        return self._run(body, allow_stdin=bool(command.get("allow_stdin")))

    def run_callback(self, callback: Callable[[], None]) -> tuple[int, bytes]:
        """Run Python code of a `call` command, such as a widget callback, with the protections of a cell."""
        self._set_targets(None)

        def body() -> dict:
            callback()
            return {}

        return self._run(body, allow_stdin=False)

    def end_command(self) -> None:
        """What need not be done before the outcome: put back what the cell did to the interpreter. Interrupts are only noted."""
        self._shell.mender.end_cell()
        self._refusals.end_cell()
        self.interrupts.end()

    def leave(self) -> None:
        """Code of the simulation's own is about to run: built-in names are the job's again. Idempotent."""
        self._shell.leave_cells()
        self._inputs.leave()

    def run_value(self, expression: str, rich: bool) -> tuple[int, bytes]:
        """What a front end's debugger shows of an expression: its text, or with `rich` all representations.

        All ranks compute it: that may communicate, and change their state alike.
        """
        self._set_targets(None)

        def body() -> dict:
            if rich:
                value = _debug.rich(eval(expression, self._shell.user_global_ns))
            else:
                value = _debug.evaluate(expression, self._shell.user_global_ns)
            return {"user_expressions": {"value": value}}

        return self._run(body, allow_stdin=False)

    def _set_targets(self, targets: list[int] | None) -> None:
        self._shell.first_target = self._rank == (min(targets) if targets else 0)
        # Past the trait, as all that follows for each cell: a look at one costs more than a line of the cell.
        formatter = self._shell._trait_values["display_formatter"]
        formatter.render = self._rank in targets if targets is not None else self._rank == 0

    def _run(self, body: Callable[[], dict], allow_stdin: bool) -> tuple[int, bytes]:
        began = monotonic()
        interrupts, router, debugger = self.interrupts, self._streams.router, self._debugger
        outcome: dict[str, Any] = {}
        error: BaseException | None = None
        hooks = (sys.displayhook, sys.excepthook)
        router.begin(_index())
        self._streams.restore()
        self._shell.begin_cell()
        self._inputs.begin(allow_stdin)
        self._refusals.begin_cell()
        interrupts.begin()
        try:
            try:
                interrupts.armed = True
                if interrupts.pending:
                    interrupts.arm()
                try:
                    debugger.begin()
                    outcome = body()
                finally:
                    # What puts the interpreter in order must not be torn; a trace function that insists goes first.
                    interrupts.armed = False
                    if _gettrace() is not None:
                        sys.settrace(None)
                    debugger.end(interrupts)
                    self._shell.mender.check()
                    self._streams.restore()
                    # Interruptible again: it waits while the ring is full.
                    interrupts.armed = True
                    if interrupts.pending:
                        interrupts.arm()
                    _flush_text()
            finally:
                interrupts.armed = False
        except _CellFailed as failed:
            error = failed.error
        except BaseException as raised:
            error = raised
        if error is not None:
            # What runs cells may have been broken by this one or the one before, and be the reason.
            self._shell.mender.put_back()
        if error is None or isinstance(error, SystemExit):
            # MPI calls that were ended may have been hidden by an `except`; the cell has failed all the same.
            error = _departed.swallowed() or error
        status = OK
        try:
            if error is not None:
                status, failure = self.describe(error)
                outcome.update(failure)
            payload = self._shell._trait_values["payload_manager"]._trait_values.get("_payload")
            if payload:
                outcome["payload"] = payload
        except BaseException as raised:
            status, outcome = ERROR, _plain_failure(raised)
        finally:
            sys.displayhook, sys.excepthook = hooks
            self._inputs.allowed = False
            _flush_text()
            router.begin(0)
        elapsed = monotonic() - began
        if elapsed >= _WORTH_TELLING_SECONDS:
            outcome["elapsed_s"] = elapsed
        # Most cells have nothing to tell but that they went well: the bridge reads no empty payload.
        return status, _pack.pack(outcome) if outcome else b""

    def describe(self, error: BaseException) -> tuple[int, dict]:
        """Status and fields of the outcome of a cell that ended with `error`."""
        shell = self._shell
        if is_plain_exit(error):
            self._streams.stdout.write(EXIT_NOTE)
            return OK, {}
        kept = shell.cell_error
        if kept is not None and kept[0] is error:
            lines = kept[1]
        else:
            lines = shell.format_error(type(error), error, error.__traceback__)
        error = _departed.shown(error)
        failure = {
            "ename": type(error).__name__,
            "evalue": _pack.safe_text(error, str),
            "traceback": [str(line) for line in lines],
        }
        shell.cell_error = None
        return (INTERRUPTED if isinstance(error, KeyboardInterrupt) else ERROR), failure

    @staticmethod
    def _forget_drawn_figures() -> None:
        """Figures that the simulation's own functions drew are shown in no cell; a cell shows what it draws itself."""
        inline = sys.modules.get(_INLINE_FIGURES)
        if inline is not None:
            inline.show._to_draw = []
            inline.show._draw_called = False


class _CellFailed(Exception):
    """Carries the error of a cell out of its body; the error's own traceback stays as it is."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def _user_expressions(shell: RankShell, expressions: dict) -> dict:
    values = shell.user_expressions(expressions)
    for value in values.values():
        if value.get("status") == "ok":
            value["data"] = _pack.mime_bundle(value["data"])
            value["metadata"] = _pack.clean(value["metadata"])
    return values


def _plain_failure(error: BaseException) -> dict:
    """An outcome made without IPython, for the case that the machinery around the cell itself failed."""
    name, text = type(error).__name__, _pack.safe_text(error, str)
    return {"ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
