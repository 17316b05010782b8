"""What the commands `%libyt` ask of a rank. The bridge reads them, puts the answers of all ranks together and tells them.

They come as `call` commands of the log, so every rank does the same at the same place; no interrupt is raised in them, which
could otherwise leave a function idle on some ranks only. Files are read and written by rank 0, in the working folder of the
simulation.
"""

from __future__ import annotations

import ast
import inspect
import io
import os
import tokenize
from typing import Any

from . import _pack
from ._inline import FunctionStatus, InlineScript
from ._signals import Interrupts

_OK = 0
#: A script is text that somebody has written.
_LONGEST_FILE = 16 << 20


class Commands:
    """Answers `call` commands with `what: "libyt"` of one rank. Main thread; never raises."""

    def __init__(self, script: InlineScript, interrupts: Interrupts, rank: int) -> None:
        self._script = script
        self._interrupts = interrupts
        self._rank = rank

    def run(self, command: dict) -> tuple[int, bytes]:
        """Do what `command["do"]` says; status and packed outcome, whose member `libyt` is the answer of this rank."""
        # Takes SIGINT, and is never armed: interrupts are noted and dropped.
        self._interrupts.begin()
        try:
            answer = getattr(self, f"_{command['do']}")(command)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {_pack.safe_text(error, str)}"}
        finally:
            self._interrupts.end()
        return _OK, _pack.pack({"libyt": answer})

    def _status(self, command: dict) -> dict:
        self._script.find_functions()
        names = [command["name"]] if command.get("name") else list(self._script.functions)
        functions = [self._row(self._script.functions[name]) for name in names if name in self._script.functions]
        if command.get("name"):
            for row in functions:
                row["body"] = self._body(row["name"])
                row["error"] = self._script.functions[row["name"]].error if row["status"] == "failed" else ""
        return {"functions": functions}

    def _run(self, command: dict) -> dict:
        status = self._find(command["name"])
        if status is None:
            return {"missing": True}
        for number, argument in enumerate(command["args"], start=1):
            problem = _problem(argument)
            if problem:
                return {"error": f"argument {number} of {status.name}, {argument}, is no Python expression: {problem}"}
        status.wanted, status.args = "run", tuple(command["args"])
        return {}

    def _idle(self, command: dict) -> dict:
        status = self._find(command["name"])
        if status is None:
            return {"missing": True}
        status.wanted, status.args = "idle", ()
        return {}

    def _read(self, command: dict) -> dict:
        if self._rank != 0:
            return {}
        try:
            if os.path.getsize(command["path"]) > _LONGEST_FILE:
                return {"error": f"File {command['path']} is longer than {_LONGEST_FILE >> 20} MiB."}
            # Encoding line and byte order mark as for any script.
            with tokenize.open(command["path"]) as file:
                return {"text": file.read()}
        except FileNotFoundError:
            return {"error": f"File {command['path']} doesn't exist."}
        except (OSError, SyntaxError, UnicodeError) as error:
            return {"error": f"File {command['path']} cannot be read: {error}"}

    def _write(self, command: dict) -> dict:
        if self._rank != 0:
            return {}
        try:
            with io.open(command["path"], "w", encoding="utf-8") as file:
                file.write(command["text"])
        except OSError as error:
            return {"error": f"File {command['path']} cannot be written: {error.strerror}"}
        return {}

    def _find(self, name: str) -> FunctionStatus | None:
        self._script.find_functions()
        return self._script.functions.get(name)

    def _row(self, status: FunctionStatus) -> dict[str, Any]:
        return {
            "name": status.name,
            "status": status.in_round,
            "wanted": status.wanted,
            "args": list(status.args),
            "called": status.calls > 0,
        }

    def _body(self, name: str) -> str:
        function = self._script.namespace.get(name)
        try:
            return inspect.getsource(function) if inspect.isfunction(function) else ""
        except (OSError, TypeError):
            return ""


def _problem(expression: str) -> str:
    """Why a text is not one argument of a call; empty: it is."""
    try:
        call = ast.parse(f"f({expression})", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        return str(getattr(error, "msg", None) or error)
    if not isinstance(call, ast.Call) or len(call.args) + len(call.keywords) != 1:
        return "it is not one argument"
    return ""
