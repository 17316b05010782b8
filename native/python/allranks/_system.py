"""Shell commands of cells: `!command` and `os.system`.

Commands are started without `fork` handlers of Python running in the child and in a session of their own. An interrupt ends
the command with everything that it started and that is still of its process group.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import selectors
import signal
import subprocess
import time
from typing import TextIO

_KILL_AFTER_SECONDS = 2.0
_LOOK_EVERY_SECONDS = 0.02


def run(command: str, stdout: TextIO, stderr: TextIO) -> int:
    """Run `command` in the shell and copy what it writes; returns its exit code, negative for a signal.

    The command has no standard input; its output is read as it comes. On an interrupt its process group gets SIGINT, and
    what is left of it two seconds later SIGKILL; then `KeyboardInterrupt` goes on.
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


def system(command: str | bytes | os.PathLike) -> int:
    """`os.system` with an end: the same shell, descriptors and wait status, but an interrupt ends it as it ends `!command`.

    The C function of that name ignores SIGINT until the command has ended, and nothing could end such a cell.
    """
    __tracebackhide__ = True
    process = subprocess.Popen(
        ["/bin/sh", "-c", os.fsencode(command)], close_fds=False, start_new_session=True
    )
    try:
        code = process.wait()
    except BaseException:
        _end(process)
        raise
    return -code if code < 0 else code << 8


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
    """End the command's process group. A command that is not reaped yet keeps its number from being given to another one."""
    if process.poll() is not None:
        return
    # Where SIGCHLD is ignored, the system reaps, and there may be nobody left.
    with contextlib.suppress(ChildProcessError, ProcessLookupError):
        try:
            os.killpg(process.pid, signal.SIGINT)
            deadline = time.monotonic() + _KILL_AFTER_SECONDS
            ended = os.WEXITED | os.WNOWAIT | os.WNOHANG
            while os.waitid(os.P_PID, process.pid, ended) is None and time.monotonic() < deadline:
                time.sleep(_LOOK_EVERY_SECONDS)
        finally:
            # Also when another interrupt came meanwhile. What the shell started behind it ignores SIGINT.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
