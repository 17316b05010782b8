"""A double of the built-in module `_allranks`: same names, everything that is sent is kept in lists."""

from __future__ import annotations

import sys
import threading
import types
from typing import Any


def install(rank: int = 0, size: int = 1, world_size: int | None = None) -> types.ModuleType:
    """Make `import _allranks` give a fresh double; returns it."""
    core: Any = types.ModuleType("_allranks")
    core.rank = rank
    core.size = size
    core.world_size = size if world_size is None else world_size
    core.comm_handle = 0
    core.current = 0
    core.now = (0, 0.0)
    core.frames = []
    core.inputs = []
    core.views = {}
    core.index = lambda: core.current
    core.in_cell = lambda: core.current != 0
    core.step = lambda: core.now[0]
    core.time = lambda: core.now[1]
    core.text_of = 0
    core.text_thread = 0

    def begin_text(index: int) -> None:
        core.text_of, core.text_thread = index, threading.get_ident()

    def put_text(stream: int, text: str, index: int) -> None:
        kind = "stdout" if stream == 1 else "stderr"
        if text and core.frames and core.frames[-1][0] == kind and core.frames[-1][2] == index:
            text = core.frames.pop()[1] + text
        if text:
            core.frames.append((kind, text, index))

    def text_writer(stream: int, elsewhere: Any) -> Any:
        def write(text: str) -> int:
            if not isinstance(text, str):
                raise TypeError(f"write() argument must be str, not {type(text).__name__}")
            if core.text_of and threading.get_ident() == core.text_thread:
                put_text(stream, text, core.text_of)
            else:
                elsewhere(text)
            return len(text)

        return write

    core.begin_text, core.put_text, core.text_writer = begin_text, put_text, text_writer
    core.room = True

    def offer_text(stream: int, text: bytes, index: int) -> bool:
        if core.room:
            put_text(stream, text.decode(), index)
        return core.room

    def offer_publish(payload: bytes, index: int) -> bool:
        if core.room:
            core.frames.append(("publish", bytes(payload), index))
        return core.room

    core.offer_text, core.offer_publish = offer_text, offer_publish
    core.flush_text = lambda: None
    core.forget_text = lambda: begin_text(0)
    core.publish = lambda payload, index: core.frames.append(("publish", payload, index))
    core.notice = lambda payload, index: core.frames.append(("notice", payload, index))
    core.arrays = lambda: dict(core.views)
    core.array = lambda name: core.views[name]
    core.array_names = lambda: list(core.views)
    core.comms = lambda: {}
    core.connected = lambda: True
    core.claim_wake_signal = lambda handler: 0
    core.interrupt_taken = lambda: 0.0
    core.insisted = []
    core.insist = core.insisted.append
    core.ended = None
    core.mpi_ended = lambda: core.ended
    core.mpi_released_code = lambda: -1
    core.mpi_rescan = lambda: None
    core.mpi_guarded = lambda path: True

    core.first_word = lambda cell: NotImplemented

    class Watch:
        """Without built-in names when it looks, since cells may have deleted those."""

        def __init__(self, parts: Any) -> None:
            self.parts = []
            for owner, values, *absent in parts:
                if isinstance(owner, list):
                    self.parts.append((owner, None, list(values), ()))
                else:
                    self.parts.append((vars(owner) if isinstance(owner, type) else owner, tuple(values.items()), None, absent[0]))

        def same(self) -> bool:
            for owner, values, members, absent in self.parts:
                if members is not None and owner != members:
                    return False
                for name, value in values or ():
                    if owner.get(name, self) is not value:
                        return False
                for name in absent:
                    if name in owner:
                        return False
            return True

    core.watch = Watch

    def ask_input(payload: bytes, index: int) -> bytes:
        core.frames.append(("input", payload, index))
        return core.inputs.pop(0)

    core.ask_input = ask_input
    sys.modules["_allranks"] = core
    return core
