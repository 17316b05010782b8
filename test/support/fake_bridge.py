"""A bridge made of plain Python, for tests of what the ranks do when the bridge does what it should not.

Speaks docs/protocol.md by hand: the listening socket, frames on it, the memfd of each rank (board and ring). Single thread;
`until` waits for events (connections, doorbells, closed sockets) and never sleeps. Every wait has a limit.
"""

from __future__ import annotations

import array
import mmap
import os
import select
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from typing import Any

import msgpack

WELCOME, COMMAND, VERDICT, INTERRUPT, WITHDRAW, REQUEST, INPUT_REPLY, REFUSE, RELEASE, PROBE, STACKS = range(1, 12)
CELL, PAUSE, RESUME, STEP, UNTIL, STOP, CALL = range(1, 8)
STDOUT, STDERR, PUBLISH, OUTCOME, REPLY, NOTICE, INPUT_REQUEST = range(1, 8)
RENEW = 256
OK, ERROR, SKIPPED, WITHDRAWN, INTERRUPTED = range(5)
RUNNING, PAUSED, IN_CELL, SETTLING, LEAVING = 1, 2, 3, 4, 5
BOARD, CONTROL, PROGRESS, RING = 4096, 8192, 12288, 20480
LIMIT_S = float(os.environ.get("ALLRANKS_TEST_LIMIT_S", "40"))


class Rank:
    """One registered rank: its socket, and what is read from its segment."""

    def __init__(self, connection: socket.socket, hello: bytes, descriptor: int) -> None:
        self.socket = connection
        _, _, self.number, self.size, self.pid, extra = struct.unpack_from("<6I", hello)
        self.held, self.done = struct.unpack_from("<2Q", hello, 24)
        data = b""
        while len(data) < extra:
            data += connection.recv(extra - len(data))
        self.extra = msgpack.unpackb(data)
        self.memory = mmap.mmap(descriptor, os.fstat(descriptor).st_size)
        os.close(descriptor)
        self.ring_bytes = len(self.memory) - RING
        self.tail = self._u64(CONTROL + 64)

    def _u64(self, offset: int) -> int:
        return int.from_bytes(self.memory[offset : offset + 8], "little")

    @property
    def state(self) -> int:
        return int.from_bytes(self.memory[BOARD + 4 : BOARD + 8], "little")

    @property
    def current(self) -> int:
        return self._u64(BOARD + 24)

    @property
    def step(self) -> int:
        return self._u64(BOARD + 32)

    @property
    def unread(self) -> int:
        return self._u64(CONTROL) - self.tail

    def send(self, kind: int, flags: int, index: int, payload: bytes = b"") -> None:
        self.raw(struct.pack("<IHHQ", len(payload), kind, flags, index) + payload)

    def raw(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return  # the rank has gone; `until` notices

    def _read(self, position: int, length: int) -> bytes:
        at = position % self.ring_bytes
        first = self.memory[RING + at : RING + min(at + length, self.ring_bytes)]
        return first + self.memory[RING : RING + length - len(first)]

    def drain(self) -> list[tuple[int, int, int, bytes]]:
        """(kind, flags, index, payload) of what is in the ring now; a rank may write faster than this reads."""
        frames = []
        upto = self._u64(CONTROL)
        while self.tail < upto:
            length, kind, flags, index, _, _ = struct.unpack("<IHHQqd", self._read(self.tail, 32))
            frames.append((kind, flags, index, self._read(self.tail + 32, length)))
            self.tail += 32 + ((length + 7) & ~7)
            self.memory[CONTROL + 64 : CONTROL + 72] = self.tail.to_bytes(8, "little")
        return frames


class Bridge:
    """Registers ranks, sends them the log, collects what they say."""

    def __init__(self, path: str, size: int) -> None:
        self.path, self.size = path, size
        self.ranks: dict[int, Rank] = {}
        self.log: list[tuple[int, bytes]] = []
        self.outcomes: dict[tuple[int, int], tuple[int, dict]] = {}
        self.repeated: list[tuple[int, int]] = []
        self.frames: list[tuple[int, int, int, int, bytes]] = []
        self.withdrawals: dict[tuple[int, int], bool] = {}
        self.turned_away: set[int] = set()
        self.resend = True
        self.reading = True
        self.text: dict[int, str] = {}
        self.renew_next = False
        self.listener: socket.socket | None = None
        self.listen()

    def listen(self) -> None:
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(8)

    def die(self) -> None:
        """What kill -9 does: every connection closes, the path stays behind."""
        assert self.listener is not None
        self.listener.close()
        self.listener = None
        for number in list(self.ranks):
            self.drop(number)

    def drop(self, number: int) -> None:
        self.ranks.pop(number).socket.close()

    def _accept(self) -> None:
        assert self.listener is not None
        connection, _ = self.listener.accept()
        connection.settimeout(LIMIT_S)
        hello, ancillary, _, _ = connection.recvmsg(40, socket.CMSG_SPACE(4))
        if len(hello) < 40:
            connection.close()
            return
        rank = Rank(connection, hello, array.array("i", ancillary[0][2])[0])
        if rank.number in self.turned_away:
            connection.close()
            return
        self.ranks[rank.number] = rank
        rank.send(WELCOME, 0, 0, msgpack.packb({"job": "test", "protocol": 1}))
        if self.resend:
            for index in range(rank.held + 1, len(self.log) + 1):
                rank.send(COMMAND, self.log[index - 1][0], index, self.log[index - 1][1])

    def _take(self, rank: Rank) -> None:
        for kind, flags, index, payload in rank.drain():
            self.frames.append((rank.number, kind, flags, index, payload if len(payload) < 65536 else b""))
            if kind == OUTCOME:
                if (rank.number, index) in self.outcomes:
                    self.repeated.append((rank.number, index))
                self.outcomes[rank.number, index] = (flags & 0xFF, msgpack.unpackb(payload) if payload else {})
            elif kind in (STDOUT, STDERR):
                # Taken out of the dictionary, since Python copies a text that something else refers to: floods have many megabytes.
                text = self.text.pop(rank.number, "")
                text += payload.decode()
                self.text[rank.number] = text
            elif kind == NOTICE:
                notice = msgpack.unpackb(payload)
                if notice["what"] == "withdrawn":
                    self.withdrawals[rank.number, index] = notice["accepted"]

    def until(self, ready: Callable[[], Any], what: str, limit_s: float = LIMIT_S) -> Any:
        """Value of `ready()` as soon as it is true. Boards have no doorbell and are looked at every 5 ms."""
        deadline = time.monotonic() + limit_s
        while True:
            if self.reading:
                for rank in self.ranks.values():
                    rank.memory[CONTROL + 128 : CONTROL + 132] = (1).to_bytes(4, "little")
                    self._take(rank)
            value = ready()
            if value:
                return value
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not within {limit_s} s: {what}; {self.describe()}")
            sources = {rank.socket: number for number, rank in self.ranks.items()}
            listening = [self.listener] if self.listener else []
            for source in select.select([*listening, *sources], [], [], min(left, 0.005))[0]:
                if source is self.listener:
                    self._accept()
                    continue
                try:
                    there = source.recv(4096)
                except ConnectionResetError:
                    there = b""
                if not there:
                    if self.reading:
                        self._take(self.ranks[sources[source]])
                    self.drop(sources[source])

    def describe(self) -> str:
        states = {number: (rank.state, rank.step) for number, rank in self.ranks.items()}
        return f"states {states}, log {[kind for kind, _ in self.log]}, outcomes {self.outcomes}, text {[text[-300:] for text in self.text.values()]}"

    def registered(self) -> None:
        self.until(lambda: len(self.ranks) == self.size, "all ranks registered")

    def add(self, kind: int, payload: bytes = b"", to: list[int] | None = None) -> int:
        """Append an entry; `to` names the ranks that get it now."""
        if self.renew_next:
            kind, self.renew_next = kind | RENEW, False
        self.log.append((kind, payload))
        index = len(self.log)
        for number, rank in self.ranks.items():
            if to is None or number in to:
                rank.send(COMMAND, kind, index, payload)
        return index

    def cell(self, code: str, to: list[int] | None = None) -> int:
        command = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": True}
        more = {"execution_count": 1, "targets": None, "cell_id": None, "sender": None}
        return self.add(CELL, msgpack.packb({**command, **more}), to)

    def settled(self, index: int, ranks: list[int] | None = None) -> list[int]:
        """Waits for the outcomes of an entry, gives the verdict, returns the statuses."""
        wanted = ranks if ranks is not None else list(range(self.size))
        self.until(lambda: all((number, index) in self.outcomes for number in wanted), f"outcomes of entry {index}")
        for rank in self.ranks.values():
            rank.send(VERDICT, 0, index)
        statuses = [self.outcomes[number, index][0] for number in wanted]
        self.renew_next = self.renew_next or ERROR in statuses or INTERRUPTED in statuses
        return statuses

    def broadcast(self, kind: int, index: int, payload: bytes = b"") -> None:
        for rank in self.ranks.values():
            rank.send(kind, 0, index, payload)

    def run(self, code: str) -> list[int]:
        return self.settled(self.cell(code))

    def control(self, kind: int, payload: bytes = b"") -> list[int]:
        return self.settled(self.add(kind, payload))


class Host:
    """The program under mpiexec; its output is kept in a file."""

    def __init__(self, launch: list[str], program: str, arguments: list[str], folder: str, bridge: str | None, **env: str) -> None:
        self.output = os.path.join(folder, "output")
        environment = {**os.environ, **env}
        if bridge:
            environment["ALLRANKS_BRIDGE"] = bridge
        with open(self.output, "wb") as stream:
            self.process = subprocess.Popen(
                [*launch, program, *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT
            )

    def text(self) -> str:
        with open(self.output, encoding="utf-8", errors="replace") as stream:
            return stream.read()

    def end(self, limit_s: float = LIMIT_S) -> int:
        try:
            return self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the program has not ended within {limit_s} s:\n{self.text()[-3000:]}") from None

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
