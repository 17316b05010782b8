"""Plays the library around `allranks._embed` in one process: one rank, cells one after another, frames kept."""

from __future__ import annotations

from pathlib import Path
import sys
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3] / "native" / "python"))
sys.path.insert(0, str(Path(__file__).parent))

import fake_core  # noqa: E402
import msgpack  # noqa: E402


class Rank:
    """A started rank. `cell` returns what the bridge would see of one cell."""

    def __init__(self, script: str = "", rank: int = 0, size: int = 1, world_size: int | None = None) -> None:
        self.core = fake_core.install(rank, size, world_size)
        from allranks import _embed

        self.embed = _embed
        self.count = 0
        self.number = 0
        self.embed.start(
            {
                "script_name": "inline_script", "script_source": script, "script_path": "/nowhere/inline_script.py",
                "rank": rank, "size": size, "argv": [""], "tolerant": True,
            }
        )

    def cell(self, code: str, **fields: Any) -> "Seen":
        self.number += 1
        self.core.current = self.number
        if fields.get("store_history", True) and not fields.get("silent"):
            self.count += 1
        command = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": True,
            "execution_count": self.count, "targets": None, "cell_id": "cell", "sender": "tester", **fields,
        }
        return self._seen(self.embed.run_cell, msgpack.packb(command, unicode_errors="surrogatepass"))

    def call(self, **fields: Any) -> "Seen":
        self.number += 1
        self.core.current = self.number
        return self._seen(self.embed.call, msgpack.packb(fields))

    def ask(self, what: str, code: str, cursor: int | None = None, **fields: Any) -> dict:
        request = {"what": what, "code": code, "cursor_pos": len(code) if cursor is None else cursor, **fields}
        return msgpack.unpackb(self.embed.serve(msgpack.packb(request)))

    def _seen(self, run: Any, payload: bytes) -> "Seen":
        first = len(self.core.frames)
        status, outcome = run(payload)
        self.embed.end_command()
        self.core.current = 0
        return Seen(status, msgpack.unpackb(outcome) if outcome else {}, self.core.frames[first:])


class Seen:
    """What one command left behind."""

    def __init__(self, status: int, outcome: dict, frames: list) -> None:
        self.status = status
        self.outcome = outcome
        self.frames = frames

    def text(self, name: str = "stdout") -> str:
        return "".join(text for kind, text, _ in self.frames if kind == name)

    def published(self, kind: str | None = None) -> list[dict]:
        messages = [msgpack.unpackb(payload) for name, payload, _ in self.frames if name == "publish"]
        return [message for message in messages if kind in (None, message["kind"])]

    def result(self) -> str:
        (message,) = self.published("result")
        return message["data"]["text/plain"]

    def error(self) -> str:
        return f"{self.outcome.get('ename')}: {self.outcome.get('evalue')}"
