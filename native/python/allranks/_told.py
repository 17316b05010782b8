"""What the system tells about descriptors, signals and processes."""

from __future__ import annotations

import os
import signal
import socket

# Bound before user code runs, which may replace it.
_fstat = os.fstat


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {int(number)}"


def identity(number: int) -> tuple[int, int]:
    status = _fstat(number)
    return status.st_dev, status.st_ino


def peer(number: int) -> str:
    """Path of the Unix socket at the other end of a socket; empty for others."""
    copy = os.dup(number)
    try:
        with socket.socket(fileno=copy) as end:
            name = end.getpeername() if end.family == socket.AF_UNIX else ""
            return name if isinstance(name, str) else ""
    except OSError:
        return ""


def dispositions() -> tuple[int, int]:
    """Signals of this process that have a handler, and those that are ignored, as bit masks. Python alone does not know:
    handlers that C code sets later are unknown to its `signal` module."""
    caught = ignored = 0
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("SigCgt:"):
                caught = int(line.split()[1], 16)
            elif line.startswith("SigIgn:"):
                ignored = int(line.split()[1], 16)
    return caught, ignored


def pid_of(pidfd: int) -> int:
    """Process that a descriptor stands for; -1 if it is none or has ended."""
    try:
        with open(f"/proc/self/fdinfo/{int(pidfd)}", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("Pid:"):
                    return int(line.split()[1])
    except (OSError, ValueError):
        return -1
    return -1
