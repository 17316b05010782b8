"""The module ``libyt`` as simulations written for libyt expect it.

Made by ``yt_initialize``; scripts and cells say ``import libyt``. The library adds the functions ``derived_func``,
``get_particle``, ``get_field_remote`` and ``get_particle_remote`` to it, and to ``native`` what this file needs. Local to each
rank; the GIL is held by the callers.
"""

from __future__ import annotations

import gc
import inspect
import sys
import types
from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from typing import Any

import _allranks

__all__ = ["collect", "end_round", "module", "native", "set_modes", "set_parameters", "set_user_parameter",
           "show_round"]

#: Functions of the library: ``local_grids(particles)``, ``fields_of(gid)``, ``particles_of(gid)``.
native = types.SimpleNamespace()


class GridDict(dict):
    """``{gid: {name: array}}`` for the grids of this rank; the arrays of a grid are made when it is first asked for.

    A simulation may have a million grids of which a script looks at a few.
    """

    def __init__(self, particles: bool) -> None:
        super().__init__()
        self._particles = particles
        self._ids: dict[int, None] = {}

    def begin(self) -> None:
        """The round has been committed: know its grids."""
        self.end()
        self._ids = dict.fromkeys(native.local_grids(self._particles))

    def end(self) -> None:
        """Forget the grids of the round."""
        super().clear()
        self._ids = {}

    def __missing__(self, gid: int) -> dict:
        if gid not in self._ids:
            raise KeyError(gid)
        made = self[gid] = (native.particles_of if self._particles else native.fields_of)(gid)
        return made

    def get(self, gid: int, default: Any = None) -> Any:
        return self[gid] if gid in self else default

    def __contains__(self, gid: object) -> bool:
        return gid in self._ids

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __reversed__(self) -> Iterator[int]:
        return reversed(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __bool__(self) -> bool:
        return bool(self._ids)

    def keys(self) -> Any:
        return self._ids.keys()

    def values(self) -> ValuesView:
        return ValuesView(self)

    def items(self) -> ItemsView:
        return ItemsView(self)

    def copy(self) -> dict:
        return {gid: self[gid] for gid in self}

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None

    def __repr__(self) -> str:
        what = "particles" if self._particles else "fields"
        return f"<{what} of {len(self)} grids of this rank>"


class _Functions(Mapping):
    """Something of each inline function, looked up when it is asked for."""

    def __init__(self, value: Callable[[str], str | None]) -> None:
        self._value = value

    def __getitem__(self, name: str) -> str:
        value = self._value(name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in _script().functions if self._value(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


def _script() -> Any:
    from . import _embed

    return _embed._started().script


def _error(name: str) -> str | None:
    function = _script().functions.get(name)
    return function.error if function is not None and function.status == "failed" else None


def _body(name: str) -> str | None:
    function = _script().namespace.get(name)
    try:
        return inspect.getsource(function) if inspect.isfunction(function) else None
    except (OSError, TypeError):
        return None


class _InteractiveMode(Mapping):
    """``script_globals``, ``func_err_msg`` and ``func_body`` of the inline script, always as they are now."""

    _KEYS = ("script_globals", "func_err_msg", "func_body")

    def __getitem__(self, key: str) -> Any:
        if key == "script_globals":
            return _script().namespace
        if key == "func_err_msg":
            return _Functions(_error)
        if key == "func_body":
            return _Functions(_body)
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._KEYS)

    def __len__(self) -> int:
        return len(self._KEYS)


def _make_module() -> types.ModuleType:
    made = types.ModuleType("libyt", "Data and parameters of the simulation (libyt's Python module, by Allranks).")
    made.libyt_info = {
        "version": (0, 4, 0),
        "SERIAL_MODE": not _allranks.comm_handle,
        "INTERACTIVE_MODE": True,
        "JUPYTER_KERNEL": True,
        "SUPPORT_TIMER": False,
    }
    made.param_yt = {}
    made.param_user = {}
    made.hierarchy = {}
    made.grid_data = GridDict(particles=False)
    made.particle_data = GridDict(particles=True)
    made.interactive_mode = _InteractiveMode()
    return made


module = _make_module()
sys.modules["libyt"] = module
# What yt looks for: ranks work together, and an exception is not the end of all of them.
sys._parallel = True
sys._interactive_mode = True


def set_modes(interactive: bool, jupyter: bool) -> None:
    """What `libyt_info` tells of the ways into this run (`ALLRANKS_MODE`); libyt has them as builds."""
    module.libyt_info["INTERACTIVE_MODE"] = bool(interactive)
    module.libyt_info["JUPYTER_KERNEL"] = bool(jupyter)
    sys._interactive_mode = bool(interactive or jupyter)


def set_parameters(values: dict) -> None:
    """Show the parameters of a round (``yt_set_Parameters``) as ``libyt.param_yt``."""
    module.param_yt.clear()
    module.param_yt.update(values)


def set_user_parameter(key: str, value: object) -> None:
    """Store one parameter of ``yt_set_UserParameter*`` under ``libyt.param_user[key]``."""
    module.param_user[key] = value


def show_round(lists: dict, hierarchy: dict) -> None:
    """Show a committed round (``yt_commit``): ``field_list``, ``particle_list``, and the grids of all ranks."""
    module.param_yt.update(lists)
    module.hierarchy.clear()
    module.hierarchy.update(hierarchy)
    module.grid_data.begin()
    module.particle_data.begin()


def end_round() -> None:
    """Drop what was set for the round (``yt_free``). The dictionaries themselves stay, scripts may hold them."""
    for shown in (module.param_yt, module.param_user, module.hierarchy):
        shown.clear()
    module.grid_data.end()
    module.particle_data.end()


def collect() -> None:
    """Free what hangs in reference cycles; called when arrays of the round are still held."""
    gc.collect()
