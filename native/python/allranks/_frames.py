"""Tracebacks begin where the user's code begins."""

from __future__ import annotations

import os
from types import TracebackType

_OWN = os.path.dirname(__file__) + os.sep


def user_frames(frames: TracebackType | None) -> TracebackType | None:
    """The traceback without its first frames that belong to this package."""
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_OWN):
        frames = frames.tb_next
    return frames
