"""Tracebacks show the user's code: where they begin and end."""

from __future__ import annotations

import os
from types import TracebackType

_OWN = os.path.dirname(__file__) + os.sep
_SIGNALS = _OWN + "_signals.py"
#: An interrupt that comes while the debugger has stopped is raised in here.
_DEBUGGER = "_pydevd_bundle" + os.sep


def user_frames(frames: TracebackType | None) -> TracebackType | None:
    """The traceback without its first frames that belong to this package, and without signal handler or debugger at its end."""
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_OWN):
        frames = frames.tb_next
    last = frames
    while last is not None:
        if last.tb_next is not None:
            file = last.tb_next.tb_frame.f_code.co_filename
            if file == _SIGNALS or file.startswith(_DEBUGGER):
                last.tb_next = None
        last = last.tb_next
    return frames
