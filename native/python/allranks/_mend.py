"""What our own code and IPython need of the interpreter, put back when a cell has deleted or replaced it.

`Mender.check` runs after each piece of a cell, before IPython goes on with it; in the usual case it compares references, in C
(native/embed/watch.h). `Mender.end_cell` runs once behind the cell. Everything here is bound before user code runs and reads no
built-in name by way of the module `builtins`, which may be empty at that moment.

Names that cells add stay (built-in names, modules, hooks of IPython); so does everything that is not listed here.
"""

from __future__ import annotations

import builtins
import os
import signal
import sys
import threading
import time
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import _allranks

from ._kept import KeptNames

if TYPE_CHECKING:
    from ._shell import RankShell
    from ._streams import Streams

_LOWEST_RECURSION_LIMIT = 1000
_SLOWEST_SWITCH_SECONDS = 0.1
_SHELL_PARTS = (
    "compile", "events", "display_pub", "displayhook", "InteractiveTB", "SyntaxTB", "streams", "meta", "hooks",
    "user_ns_hidden", "_user_ns", "_plain", "user_module", "_trait_values",
)
_SHELL_TRAITS = (
    "display_formatter", "payload_manager", "history_manager", "builtin_trap", "display_trap", "magics_manager",
    "prefilter_manager", "extension_manager", "alias_manager",
)
#: Used by us or by IPython while no cell runs.
_OUR_FUNCTIONS = (
    (os, ("getpid", "kill", "fstat", "listdir", "read", "close", "getcwd", "fspath", "stat")),
    (signal, ("signal", "getsignal", "set_wakeup_fd", "pthread_sigmask")),
    (threading, ("get_ident", "current_thread", "main_thread", "RLock", "Event")),
    (time, ("monotonic", "time", "perf_counter", "sleep")),
)
_SYS_NAMES = ("stdout", "stderr", "displayhook", "excepthook", "unraisablehook", "breakpointhook", "path", "meta_path", "modules")
#: By IPython only for the time of a cell.
_PASSING = ("exit", "quit", "get_ipython", "_", "display", "input")

# Functions of ours find these in their own globals, whatever becomes of the module `builtins`.
_vars, _len, _callable, _type, _dict, _list, _set, _getattr, _setattr, _open, _next, _reversed = (
    vars, len, callable, type, dict, list, set, getattr, setattr, open, next, reversed,
)
_OSError = OSError
_getrecursionlimit, _setrecursionlimit = sys.getrecursionlimit, sys.setrecursionlimit
_getswitchinterval, _setswitchinterval = sys.getswitchinterval, sys.setswitchinterval
_settrace, _setprofile, _gettrace, _getprofile = sys.settrace, sys.setprofile, sys.gettrace, sys.getprofile
_set_wakeup_fd = signal.set_wakeup_fd
_builtins_module, _threading, _module_type = builtins, threading, types.ModuleType
_get_ident = threading.get_ident


class _Functions:
    """Functions of one module: those that are no functions any more are put back; others that a cell put there stay."""

    def __init__(self, present: dict[str, Any], names: tuple[str, ...]) -> None:
        self.present = present
        self.kept = {name: present[name] for name in names}

    def mend(self) -> None:
        """Put back what is missing."""
        for name, function in self.kept.items():
            if not _callable(self.present.get(name)):
                self.present[name] = function


class Mender:
    """Keeps and puts back; one object a rank. Main thread.

    Parameters
    ----------
    shell : RankShell
        Complete: magics, formatters and hooks are in place.
    streams : Streams
        Installed.
    """

    def __init__(self, shell: RankShell, streams: Streams) -> None:
        self._shell = shell
        self._streams = streams
        self._sys_names = vars(sys)
        self._modules = sys.modules
        self._builtin_names = vars(builtins)
        self._switch = sys.getswitchinterval()
        self._limit = max(sys.getrecursionlimit(), _LOWEST_RECURSION_LIMIT)
        self._finders = list(sys.meta_path)
        self._keep_builtins()
        self._keep_modules()
        self._keep_shell()
        self._kept_sys = {name: self._sys_names[name] for name in _SYS_NAMES if name in self._sys_names}
        self._package = {name: value for name, value in vars(sys.modules["allranks"]).items() if name.startswith("_")}
        self._package_names = vars(sys.modules["allranks"])
        self._names = KeptNames()
        self._functions = [_Functions(vars(module), names) for module, names in _OUR_FUNCTIONS]
        self._main_thread = threading.main_thread().ident
        self._thread_parts = (threading.Thread, threading.Thread.start, threading.excepthook)
        self._stream_names = [(stream, dict(vars(stream))) for stream in (streams.stdout, streams.stderr)]
        self._is_sound: Callable[[], bool] = _allranks.watch(
            [
                (self._builtin_names, self._builtins, ()),
                (self._modules, self._critical, ()),
                (self._shell_names, self._parts, ()),
                (self._trait_names, self._traits, ()),
            ]
        ).same
        self._watch_rest()

    # Behind every piece of a cell ---------------------------------------------------------------------------------------

    def check(self) -> None:
        """Put back what the rest of the cell's own machinery needs. Never raises for what user code has left."""
        if not self._is_sound():
            self._mend()
        if "get_ipython" not in self._builtin_names:
            self._mend_trap()
        if "_oh" not in self._namespace:
            self._mend_namespace()
        names = self._sys_names
        if "stdout" not in names or "stderr" not in names:
            self._streams.restore()
        if _getrecursionlimit() < _LOWEST_RECURSION_LIMIT:
            _setrecursionlimit(self._limit)

    def _mend(self) -> None:
        self._builtin_names.update(self._builtins)
        modules, critical = self._modules, self._critical
        if _len(modules) < _len(self._all_modules) // 2:
            # Cleared: everything that was imported by the last cell is there still.
            for name, module in self._all_modules.items():
                if modules.get(name) is None:
                    modules[name] = module
        modules.update(critical)
        self._sys_names.setdefault("modules", modules)
        shell_names = self._shell_names
        if _len(shell_names) < _len(self._all_parts) // 2:
            shell_names.update(self._all_parts)
        shell_names.update(self._parts)
        if _len(self._trait_names) < _len(self._all_traits) // 2:
            self._trait_names.update(self._all_traits)
        self._trait_names.update(self._traits)

    def _mend_namespace(self) -> None:
        for name, value in self._own_names.items():
            if name not in self._namespace:
                self._namespace[name] = value

    def _mend_trap(self) -> None:
        trap = self._traits["builtin_trap"]
        # While a cell runs; IPython takes the name out again and fails for one that is gone.
        if "get_ipython" in trap._orig_builtins:
            self._builtin_names["get_ipython"] = trap.auto_builtins["get_ipython"]

    def put_back(self) -> None:
        """Behind a cell that failed: whatever of the modules that run cells has been taken away."""
        self._names.put_back()

    # Behind a cell ------------------------------------------------------------------------------------------------------

    def end_cell(self) -> None:
        """Put back what neither a later cell nor the simulation's own functions may inherit."""
        if _gettrace() is not None:
            _settrace(None)
        if _getprofile() is not None:
            _setprofile(None)
        self.check()
        self._names.end_cell()
        if not self._is_at_rest():
            self._mend_rest()
        finders = self._sys_names["meta_path"]
        if _len(finders) < _len(self._finders):
            for finder in self._finders:
                if finder not in finders:
                    finders.append(finder)
        if _getswitchinterval() > _SLOWEST_SWITCH_SECONDS:
            _setswitchinterval(self._switch)
        if _get_ident() == self._main_thread:
            # A descriptor that the cell has closed may by then be somebody else's.
            _set_wakeup_fd(-1)
        self._mend_streams()
        self._mend_overrides()
        self._mend_magics()
        if _len(self._modules) != _len(self._all_modules):
            self._all_modules = _dict(self._modules)

    def _mend_rest(self) -> None:
        names, kept = self._sys_names, self._kept_sys
        for name in ("unraisablehook", "breakpointhook", "excepthook", "displayhook"):
            if not _callable(names.get(name)):
                names[name] = kept[name]
        for name in ("path", "meta_path", "modules"):
            if _type(names.get(name)) is not _type(kept[name]):
                names[name] = kept[name]
        for functions in self._functions:
            functions.mend()
        self._mend_threads()
        package = self._package_names
        for name, value in self._package.items():
            if name not in package:
                package[name] = value
        if _type(self._namespace.get("__builtins__")) is not _module_type:
            self._namespace["__builtins__"] = _builtins_module
        if "__name__" not in self._namespace:
            self._mend_namespace()
        self._watch_rest()

    def _mend_overrides(self) -> None:
        names = self._shell_names
        # Names that are added come last.
        seen = (_len(names), _next(_reversed(names), None))
        if seen == self._shell_seen:
            return
        for name in self._shell_overrides.intersection(names):
            del names[name]
        self._shell_seen = (_len(names), _next(_reversed(names), None))

    def _mend_threads(self) -> None:
        thread, start, hook = self._thread_parts
        if thread.start is not start:
            thread.start = start  # type: ignore[method-assign]
        if not _callable(_getattr(_threading, "excepthook", None)):
            _threading.excepthook = hook
        # Functions that `threading.settrace` gave to all later threads.
        if _getattr(_threading, "_trace_hook", None) is not None:
            _threading.settrace(None)  # type: ignore[arg-type]
        if _getattr(_threading, "_profile_hook", None) is not None:
            _threading.setprofile(None)

    def _mend_streams(self) -> None:
        for stream, kept in self._stream_names:
            if _vars(stream).get("write") is not kept["write"]:
                _vars(stream)["write"] = kept["write"]
            if _len(_vars(stream)) != _len(kept):
                for name in _vars(stream).keys() - kept.keys():
                    # A method that was replaced on the object hides that of its class.
                    del _vars(stream)[name]
        if self._streams.joined:
            return
        for number, stream, name in ((1, self._streams.stdout, "__stdout__"), (2, self._streams.stderr, "__stderr__")):
            original = stream._original
            if original is None:
                continue
            if original.closed:
                try:
                    original = _open(
                        number, "w", encoding=original.encoding, errors=original.errors, buffering=1, closefd=False
                    )
                except _OSError:
                    continue  # the simulation has closed the descriptor itself
                stream._original = original
            if self._sys_names.get(name) is not original:
                self._sys_names[name] = original

    def _mend_magics(self) -> None:
        magics = self._traits["magics_manager"]._trait_values["magics"]
        for kind, kept in _list(self._magics.items()):
            present = magics.get(kind)
            if _type(present) is not _dict or _len(present) < _len(kept):
                magics[kind] = {**kept, **(present if _type(present) is _dict else {})}
                # What is kept may be the announcement of a magic that had been loaded since: let it be loaded again.
                _getattr(self._traits["magics_manager"], "_loaded_lazy", _set()).clear()
            elif _len(present) > _len(kept):
                # Registered by a cell, or loaded when it was first used.
                self._magics[kind] = _dict(present)

    def drop_hooks(self) -> bool:
        """Remove what cells have hooked into IPython, after one of these hooks has ended a cell; true if there was any."""
        dropped = False
        for kind, kept in self._callbacks.items():
            callbacks = self._parts["events"].callbacks[kind]
            dropped = dropped or callbacks != kept
            callbacks[:] = kept
        manager = self._shell.input_transformer_manager
        for name, transformers in self._transformers.items():
            dropped = dropped or _getattr(manager, name) != transformers
            _setattr(manager, name, _list(transformers))
        for name in ("input_transformers_post", "ast_transformers"):
            dropped = dropped or _len(_getattr(self._shell, name)) > 0
            _setattr(self._shell, name, [])
        return dropped

    # What is kept -------------------------------------------------------------------------------------------------------

    def _watch_rest(self) -> None:
        """What `_mend_rest` has left is in order as it is: from here on one look in C tells whether it is so still."""
        names, threading_names = self._sys_names, _vars(_threading)
        hooks = {name: threading_names[name] for name in ("excepthook", "_trace_hook", "_profile_hook") if name in threading_names}
        thread = self._thread_parts[0]
        own = ("__builtins__", "__name__")
        self._is_at_rest: Callable[[], bool] = _allranks.watch(
            [
                (names, {name: names[name] for name in self._kept_sys if name in names}, ()),
                *((functions.present, {name: functions.present[name] for name in functions.kept}, ()) for functions in self._functions),
                (threading_names, hooks, ()),
                (thread, {"start": _vars(thread)["start"]}, ()),
                (self._package_names, {name: self._package_names[name] for name in self._package}, ()),
                (self._namespace, {name: self._namespace[name] for name in own if name in self._namespace}, ()),
            ]
        ).same

    def _keep_builtins(self) -> None:
        kept = {name: value for name, value in vars(builtins).items() if name not in _PASSING}
        self._builtins = kept

    def _keep_modules(self) -> None:
        self._all_modules = dict(sys.modules)
        needed = {"sys", "builtins", "os", "signal", "threading", "time", "io", "traceback", "msgpack", "_allranks", "comm"}
        self._critical = {
            name: module
            for name, module in sys.modules.items()
            if name in needed or name == "allranks" or name.startswith("allranks.")
        }

    def _keep_shell(self) -> None:
        shell = self._shell
        self._shell_names = vars(shell)
        self._all_parts = dict(vars(shell))
        self._parts = {name: vars(shell)[name] for name in _SHELL_PARTS if name in vars(shell)}
        self._trait_names: dict[str, Any] = shell._trait_values
        self._all_traits = dict(self._trait_names)
        self._traits = {name: self._trait_names[name] for name in _SHELL_TRAITS if name in self._trait_names}
        self._namespace = self._parts["_user_ns"]
        # IPython's names; and those of the module, without which it cannot be pickled from or shown.
        self._own_names = {
            name: value for name, value in self._namespace.items() if name in shell.user_ns_hidden or name.startswith("__")
        }
        # Methods that were replaced on the object hide those of its class.
        self._shell_overrides = frozenset(
            name
            for kind in type(shell).__mro__
            for name, value in vars(kind).items()
            if isinstance(value, types.FunctionType) and name not in vars(shell)
        )
        #: How many names the shell has, and the last one, when none of them hid a method.
        self._shell_seen: tuple[int, Any] = (0, None)
        self._magics = {kind: dict(magics) for kind, magics in shell.magics_manager.magics.items()}
        self._callbacks = {kind: list(callbacks) for kind, callbacks in shell.events.callbacks.items()}
        manager = shell.input_transformer_manager
        self._transformers = {
            name: list(getattr(manager, name)) for name in ("cleanup_transforms", "line_transforms", "token_transformers")
        }
