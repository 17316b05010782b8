"""Tracebacks show the user's code: where they begin and end."""

from __future__ import annotations

import os
from types import TracebackType

_OWN = os.path.dirname(__file__) + os.sep
_SIGNALS = _OWN + "_signals.py"


def user_frames(frames: TracebackType | None) -> TracebackType | None:
    """The traceback without its first frames that belong to this package, and without the signal handler at its end."""
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_OWN):
        frames = frames.tb_next
    last = frames
    while last is not None:
        if last.tb_next is not None and last.tb_next.tb_frame.f_code.co_filename == _SIGNALS:
            last.tb_next = None
        last = last.tb_next
    return frames
