"""Shell commands of cells: `!command`.

Commands are started without `fork` handlers of Python running in the child and in a session of their own; their output
is read as it comes. An interrupt ends the command with everything it started.
"""

from __future__ import annotations

import codecs
import os
import selectors
import signal
import subprocess
from typing import TextIO

_KILL_AFTER_SECONDS = 2.0


def run(command: str, stdout: TextIO, stderr: TextIO) -> int:
    """Run `command` in the shell and copy what it writes; returns its exit code, negative for a signal.

    The command has no standard input. On an interrupt its process group gets SIGINT, after two seconds SIGKILL; then
    `KeyboardInterrupt` goes on.
    """
    __tracebackhide__ = True
    with subprocess.Popen(
        command,
        shell=True,
        executable=os.environ.get("SHELL") or None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            _copy(process, {process.stdout: stdout, process.stderr: stderr})
            return process.wait()
        except BaseException:
            _end(process)
            raise


def _copy(process: subprocess.Popen, targets: dict) -> None:
    __tracebackhide__ = True
    with selectors.DefaultSelector() as selector:
        for pipe, target in targets.items():
            selector.register(pipe, selectors.EVENT_READ, (codecs.getincrementaldecoder("utf-8")("replace"), target))
        while selector.get_map():
            # A background process of the command may keep the pipes open for ever; the command's own end counts.
            ready = selector.select(0.1)
            if not ready and process.poll() is not None:
                return
            for key, _ in ready:
                data = os.read(key.fd, 65536)
                decoder, target = key.data
                target.write(decoder.decode(data, final=not data))
                if not data:
                    selector.unregister(key.fileobj)


def _end(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(_KILL_AFTER_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it has ended by itself
