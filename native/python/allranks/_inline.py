"""The inline script: the module whose globals are the namespace of cells, and the functions that the simulation calls."""

from __future__ import annotations

import linecache
import re
import sys
import traceback
from collections import OrderedDict
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

import _allranks

from . import _departed
from ._frames import user_frames

_COMPILED_LIMIT = 256
#: Place of a frame in a traceback.
_FILE = re.compile(r'File "([^"\n]+)", line')
#: Names that IPython gives to results and inputs: the same function again.
_NUMBERED = re.compile(r"_+(i*|i?\d+)")


@dataclass
class FunctionStatus:
    """What became of the last call of an inline function on this rank."""

    name: str
    #: "not called", "ok" or "failed"
    status: str = "not called"
    #: Traceback of the last failure, also when later calls went well; empty if there was none.
    error: str = ""
    #: Step of the last call; -1 before the first.
    step: int = -1
    calls: int = 0
    failures: int = 0
    #: The user's word: "run" with `args` in every round in which the simulation does not call it; "idle": never; "": the simulation's.
    wanted: str = ""
    args: tuple[str, ...] = ()
    #: What became of it in the present round of libyt: "", "ok" or "failed".
    in_round: str = ""


class InlineScript:
    """Module of the inline script.

    Parameters
    ----------
    name : str
        Module name, without ".py"; `import name` gives the module on every rank.
    source : str
        Its text, the same on all ranks: rank 0 has read the file.
    path : str
        Path for `__file__` and tracebacks; the file need not exist where this rank runs.
    """

    def __init__(self, name: str, source: str, path: str) -> None:
        self.name = name
        self.source = source
        self.path = path or f"{name}.py"
        self.module = ModuleType(name)
        self.module.__file__ = self.path
        self.namespace: dict[str, Any] = self.module.__dict__
        self.functions: dict[str, FunctionStatus] = {}
        self._baseline: dict[str, Any] = {}
        self._compiled: OrderedDict[tuple[str, str], CodeType] = OrderedDict()

    def execute(self) -> None:
        """Import the script: register the module, run the source in it, remember the result as baseline.

        Raises what the script raises; `SystemExit` too.
        """
        sys.modules[self.name] = self.module
        # Without a modification time the entry is never compared with a file that other nodes may not have.
        lines = self.source.splitlines(keepends=True)
        linecache.cache[self.path] = (len(self.source), None, lines, self.path)
        exec(compile(self.source, self.path, "exec"), self.namespace)
        self._baseline = dict(self.namespace)
        self.find_functions()

    def find_functions(self) -> None:
        """Bring the table up to date: functions of the namespace, wherever they were defined, and those that have been called.

        Looked for when the table is wanted, so that no cell pays for it.
        """
        for name, value in list(self.namespace.items()):
            if isinstance(value, FunctionType) and value.__module__ == self.name and not _NUMBERED.fullmatch(name):
                self.functions.setdefault(name, FunctionStatus(name))
        for name, status in list(self.functions.items()):
            if status.calls == 0 and not callable(self.namespace.get(name)):
                del self.functions[name]

    def due(self) -> list[FunctionStatus]:
        """What the user has set to run and nobody has called in this round of libyt."""
        return [status for status in self.functions.values() if status.wanted == "run" and status.in_round == ""]

    def failed(self) -> bool:
        """Whether a function that is not idle has failed in this round of libyt."""
        return any(status.in_round == "failed" and status.wanted != "idle" for status in self.functions.values())

    def end_round(self) -> None:
        """A round of libyt is over: its functions count as not called."""
        for status in self.functions.values():
            status.in_round = ""

    def reset(self) -> None:
        """Bring back the names that the script had made, bound to the same objects; names added later are removed.

        Objects are not copied: a list of the script that cells have changed stays changed.
        """
        keep = {"In", "Out", "_ih", "_oh", "_dh", "_", "__", "___", "get_ipython", "exit", "quit"}
        for name in [name for name in self.namespace if name not in self._baseline and name not in keep]:
            del self.namespace[name]
        self.namespace.update(self._baseline)

    def told(self, name: str) -> tuple[str, str]:
        """Status and error of a function, as notebooks were told last."""
        status = self.functions.get(name)
        return (status.status, status.error) if status else ("not called", "")

    def run_function(self, name: str, args: list[str]) -> tuple[bool, str]:
        """Call `name(args...)` in the namespace; each argument is the text of a Python expression, taken as it stands.

        Returns whether it went well, and else the traceback. Exits and interrupts of the function are failures like any
        other: they do not reach the simulation.
        """
        status = self.functions.setdefault(name, FunctionStatus(name))
        if status.wanted == "idle":
            return True, ""
        status.step = _allranks.step()
        status.calls += 1
        try:
            if not all(part.isidentifier() for part in name.split(".")):
                raise ValueError(f"{name!r} is not the name of a function; give it without parentheses and arguments")
            eval(self.compile_call(name, args), self.namespace)
        except BaseException as error:
            return self.take_end(name, error)
        return self.take_end(name, None)

    def take_end(self, name: str, error: BaseException | None) -> tuple[bool, str]:
        """Record how a call of that function has ended: the result of `run_function`."""
        status = self.functions.setdefault(name, FunctionStatus(name))
        if error is None:
            error = _departed.swallowed()
        if error is None:
            status.status = status.in_round = "ok"
            return True, ""
        status.status = status.in_round = "failed"
        status.failures += 1
        status.error = _traceback_text(_departed.shown(error))
        return False, status.error

    def compile_call(self, name: str, args: list[str]) -> CodeType:
        """The call as an expression."""
        return self._compile(f"{name}({','.join(args)})", f"<call of {name}>")

    def until(self, expression: str) -> tuple[bool, str]:
        """Value of a condition in the namespace; `step`, `time` and `allranks` are known unless the script has such names."""
        names = {}
        if "step" not in self.namespace:
            names["step"] = _allranks.step()
        if "time" not in self.namespace:
            names["time"] = _allranks.time()
        if "allranks" not in self.namespace:
            names["allranks"] = sys.modules["allranks"]
        try:
            code = self._compile(expression.strip(), "<condition>")
            return bool(eval(code, self.namespace, names)), ""
        except BaseException as error:
            return False, "".join(traceback.format_exception_only(type(error), error)).strip()

    def _compile(self, source: str, filename: str) -> CodeType:
        key = (source, filename)
        code = self._compiled.get(key)
        if code is None:
            code = self._compiled[key] = compile(source, filename, "eval")
            if len(self._compiled) > _COMPILED_LIMIT:
                self._compiled.popitem(last=False)
            linecache.cache[filename] = (len(source), None, [source + "\n"], filename)
        return code


def _by_number(text: str) -> str:
    """Cells are named by their numbers, as in tracebacks of cells: the names of their files are for breakpoints."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None:
        return text

    def named(file: re.Match) -> str:
        cell = shell.compile.format_code_name(file[1])
        return file[0] if cell is None else f"{' '.join(cell)}, line"

    return _FILE.sub(named, text)


def _traceback_text(error: BaseException) -> str:
    """Python's own traceback from the user's code on; robust against broken exceptions."""
    try:
        return _by_number("".join(traceback.format_exception(type(error), error, user_frames(error.__traceback__))))
    except Exception as failure:
        return f"{type(error).__name__} (its traceback could not be formatted: {type(failure).__name__})\n"
