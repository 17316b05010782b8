"""Jupyter comms (widgets): the `comm` package on top of `publish` frames.

Callbacks of the front end run on every rank, as they may change state. So a comm has the same id on all ranks: ids are
derived from the command that opens the comm. Only one rank speaks: rank 0, or the first target of the cell.
"""

from __future__ import annotations

import logging
import sys
import uuid
from collections.abc import Callable
from typing import Any

import comm
from comm.base_comm import BaseComm, CommManager

from . import _pack
from ._front_end import ZMQInteractiveShell

_NAMESPACE = uuid.UUID("a7e1d1f0-1f6c-4c55-9d4e-0b6f5d2c9a31")


class Comms:
    """Registers this rank as an implementation of the `comm` package."""

    def __init__(self, shell: ZMQInteractiveShell) -> None:
        self._shell = shell
        self._command: Any = ""
        self._opened = 0
        self.manager = CommManager()
        log = logging.getLogger("Comm")
        log.addHandler(_Told(shell))
        log.propagate = False
        comm.create_comm = self.create
        comm.get_comm_manager = lambda: self.manager

    def begin(self, name: Any) -> None:
        """What the command that runs from here on is called by its sender. With its log index that is unique for ever, and the same on all ranks."""
        self._command = name
        self._opened = 0

    def create(self, *args: Any, **kwargs: Any) -> BaseComm:
        """A comm with an id that all ranks agree on, unless one is given."""
        if not kwargs.get("comm_id"):
            self._opened += 1
            kwargs["comm_id"] = uuid.uuid5(_NAMESPACE, f"{self._command}/{self._shell.streams.current_command()}/{self._opened}").hex
        return RankComm(self._publish, *args, **kwargs)

    def deliver(self, message: dict) -> None:
        """Hand a message of the front end (`type`, `content`, `metadata`, `buffers`) to the comm it is for."""
        kind = message.get("type")
        if kind not in ("comm_open", "comm_msg", "comm_close"):
            raise ValueError(f"unknown comm message {kind!r}")
        content = message.get("content") or {}
        content.setdefault("data", {})
        whole = {
            "header": {"msg_type": kind},
            "parent_header": {},
            "content": content,
            "metadata": message.get("metadata") or {},
            "buffers": [memoryview(buffer) for buffer in message.get("buffers") or []],
        }
        with self._shell.telling_errors():
            getattr(self.manager, kind)(None, "", whole)

    def _publish(self, message: dict) -> None:
        if self._shell.first_target:
            self._shell.publish({"kind": "comm", "message": message})


class _Told(logging.Handler):
    """Shows what went wrong in a callback where the callback prints: the `comm` package only logs it."""

    def __init__(self, shell: ZMQInteractiveShell) -> None:
        super().__init__(logging.WARNING)
        self._shell = shell

    def emit(self, record: logging.LogRecord) -> None:
        lines = [record.getMessage()]
        if record.exc_info and record.exc_info[0] is not None:
            lines = self._shell.format_error(*record.exc_info)
        sys.stderr.write("\n".join(lines) + "\n")


class RankComm(BaseComm):
    """One comm; sends through the rank's output ring."""

    def __init__(self, publish: Callable[[dict], None], *args: Any, **kwargs: Any) -> None:
        self._publish = publish
        super().__init__(*args, **kwargs)

    def publish_msg(  # noqa: D102
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        self._publish(
            {
                "type": msg_type,
                "content": _pack.clean({"comm_id": self.comm_id, "data": data or {}, **keys}),
                "metadata": _pack.clean(metadata or {}),
                "buffers": [bytes(buffer) for buffer in buffers or []],
            }
        )
