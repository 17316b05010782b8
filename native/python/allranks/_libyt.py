"""The module ``libyt`` as simulations written for libyt expect it.

Made by ``yt_initialize``; scripts and cells say ``import libyt``. Local to each rank; the GIL is held by the callers.
"""

from __future__ import annotations

import gc
import sys
import types

__all__ = ["end_round", "module", "set_user_parameter"]


def _make_module() -> types.ModuleType:
    made = types.ModuleType("libyt", "Data and parameters of the simulation (libyt's Python module, by Allranks).")
    made.libyt_info = {
        "version": (0, 4, 0),
        "SERIAL_MODE": False,
        "INTERACTIVE_MODE": True,
        "JUPYTER_KERNEL": True,
        "SUPPORT_TIMER": False,
    }
    made.param_user = {}
    return made


module = _make_module()
sys.modules["libyt"] = module


def set_user_parameter(key: str, value: object) -> None:
    """Store one parameter of ``yt_set_UserParameter*`` under ``libyt.param_user[key]``."""
    module.param_user[key] = value


def end_round() -> None:
    """Drop what was set for the round (``yt_free``). The dictionary object itself stays, scripts may hold it."""
    module.param_user.clear()
    gc.collect()
