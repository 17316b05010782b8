"""One kernel under measurement: its process, its five sockets, its signed messages.

Requests are built and signed before a clock starts, and replies are decoded after it stops: a time is the kernel and ZeroMQ,
not this client.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import zmq

DELIMITER = b"<IDS|MSG>"
SOCKETS = {"shell": zmq.DEALER, "control": zmq.DEALER, "iopub": zmq.SUB, "stdin": zmq.DEALER, "hb": zmq.REQ}
START_S = 60.0


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Finished:
    """What belongs to one execute request. Times in seconds since it was sent."""

    def __init__(self) -> None:
        self.reply: list[bytes] | None = None
        self.reply_s = 0.0
        self.idle_s = 0.0
        self.outputs: list[tuple[str, list[bytes]]] = []


class Kernel:
    """A kernel started by `argv` (with `{connection_file}`); a context manager.

    `label`: name in the results. `interrupt`: "message", or "signal" for SIGINT to the process, as its kernelspec says.
    """

    def __init__(self, label: str, argv: list[str], environment: dict[str, str], interrupt: str) -> None:
        self.label, self.argv, self.environment, self.interrupt_mode = label, argv, environment, interrupt
        self.session = uuid.uuid4().hex
        self.count = 0

    def __enter__(self) -> Kernel:
        ports = _free_ports(len(SOCKETS))
        self.key = secrets.token_hex(16)
        info: dict[str, Any] = {f"{name}_port": port for name, port in zip(SOCKETS, ports)}
        info |= {"transport": "tcp", "ip": "127.0.0.1", "key": self.key, "signature_scheme": "hmac-sha256", "kernel_name": self.label}
        self.folder = tempfile.TemporaryDirectory(prefix="bench-")
        path = Path(self.folder.name) / "kernel.json"
        path.write_text(json.dumps(info))
        path.chmod(0o600)
        began = time.perf_counter()
        argv = [word.replace("{connection_file}", str(path)) for word in self.argv]
        self.process = subprocess.Popen(argv, env=self.environment, stdin=subprocess.DEVNULL)
        context = zmq.Context.instance()
        self.sockets = {}
        for (name, kind), port in zip(SOCKETS.items(), ports):
            one = self.sockets[name] = context.socket(kind)
            one.linger, one.rcvhwm, one.reconnect_ivl = 0, 0, 5
            if kind == zmq.DEALER:
                one.identity = self.session.encode()
            if kind == zmq.SUB:
                one.subscribe(b"")
            one.connect(f"tcp://127.0.0.1:{port}")
        self.poller = zmq.Poller()
        self.poller.register(self.sockets["shell"], zmq.POLLIN)
        self.poller.register(self.sockets["iopub"], zmq.POLLIN)
        self.ask("shell", "kernel_info_request", {}, START_S)
        self.start_s = time.perf_counter() - began
        # The subscription may be later than the first reply: asked until a status comes.
        while not self.sockets["iopub"].poll(200):
            self.ask("shell", "kernel_info_request", {})
        self.drain()
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.sockets.values():
            one.close(0)
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def build(self, kind: str, content: dict[str, Any]) -> tuple[str, list[bytes]]:
        """Id and frames of a request."""
        self.count += 1
        number = f"{self.session}_{self.count}"
        header = {"msg_id": number, "msg_type": kind, "session": self.session, "username": "bench", "date": "2026-01-01T00:00:00Z", "version": "5.3"}
        parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
        return number, [DELIMITER, self._sign(parts), *parts]

    def _sign(self, parts: list[bytes]) -> bytes:
        digest = hmac.new(self.key.encode(), digestmod=hashlib.sha256)
        for part in parts:
            digest.update(part)
        return digest.hexdigest().encode()

    @staticmethod
    def head(frames: list[bytes]) -> tuple[str, str, list[bytes]]:
        """(message type, id of its parent, frames from the signature on)."""
        at = frames.index(DELIMITER) + 1
        return json.loads(frames[at + 1])["msg_type"], json.loads(frames[at + 2]).get("msg_id", ""), frames[at:]

    def content(self, frames: list[bytes]) -> dict[str, Any]:
        """Content of a message whose signature is checked."""
        if not hmac.compare_digest(self._sign(frames[1:5]), frames[0]):
            raise ValueError("a signature does not fit")
        return json.loads(frames[4])

    def drain(self) -> None:
        """Throws away what is under way."""
        for name in ("shell", "control", "iopub"):
            while self.sockets[name].poll(100 if name == "iopub" else 0):
                self.sockets[name].recv_multipart()

    def ask(self, channel: str, kind: str, content: dict[str, Any], limit_s: float = 30.0) -> tuple[float, list[bytes]]:
        """Seconds to the reply, and its frames."""
        number, frames = self.build(kind, content)
        one = self.sockets[channel]
        began = time.perf_counter()
        one.send_multipart(frames)
        while (left := limit_s - (time.perf_counter() - began)) > 0 and one.poll(left * 1000):
            answer = one.recv_multipart()
            now = time.perf_counter()
            _, parent, body = self.head(answer)
            if parent == number:
                return now - began, body
        raise TimeoutError(f"{self.label}: no reply to {kind} within {limit_s} s")

    def start(self, code: str) -> tuple[str, float]:
        """Sends a cell: its id and when."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
        number, frames = self.build("execute_request", content)
        began = time.perf_counter()
        self.sockets["shell"].send_multipart(frames)
        return number, began

    def finish(self, number: str, began: float, limit_s: float = 60.0) -> Finished:
        """Collects everything of a cell until both its reply and its idle are there."""
        cell, idle = Finished(), False
        shell, iopub = self.sockets["shell"], self.sockets["iopub"]
        while cell.reply is None or not idle:
            ready = dict(self.poller.poll(max(0.0, limit_s - (time.perf_counter() - began)) * 1000))
            if not ready:
                raise TimeoutError(f"{self.label}: a cell did not end within {limit_s} s")
            if shell in ready:
                frames, now = shell.recv_multipart(), time.perf_counter()
                _, parent, body = self.head(frames)
                if parent == number:
                    cell.reply, cell.reply_s = body, now - began
            if iopub in ready:
                frames, now = iopub.recv_multipart(), time.perf_counter()
                kind, parent, body = self.head(frames)
                if parent == number:
                    cell.outputs.append((kind, body))
                    if kind == "status" and json.loads(body[4])["execution_state"] == "idle":
                        idle, cell.idle_s = True, now - began
        return cell

    def run(self, code: str, limit_s: float = 60.0) -> Finished:
        """Runs a cell that must be ok."""
        cell = self.finish(*self.start(code), limit_s)
        reply = self.content(cell.reply or [])
        if reply["status"] != "ok":
            raise RuntimeError(f"{self.label}: {reply.get('ename')}: {reply.get('evalue')}")
        return cell

    def begin(self, code: str) -> tuple[str, float]:
        """Starts a cell that prints `begun` first; returns when that has come."""
        number, began = self.start("print('begun', flush=True)\n" + code)
        while True:
            kind, parent, _ = self.head(self.sockets["iopub"].recv_multipart())
            if parent == number and kind == "stream":
                return number, began

    def interrupt(self) -> None:
        """As Jupyter's button does it."""
        if self.interrupt_mode == "signal":
            os.kill(self.process.pid, signal.SIGINT)
        else:
            self.sockets["control"].send_multipart(self.build("interrupt_request", {})[1])


Metric = Callable[[Kernel, int], dict[str, Any]]
