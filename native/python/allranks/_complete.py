"""Completion from the live namespace, without running user code; see `_static`.

Answers come from dictionaries within a millisecond or so. jedi, which needs hundreds, is asked only about names that
exist in the text of the cell alone.
"""

from __future__ import annotations

import builtins
import glob
import inspect
import keyword
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

from . import _static
from ._static import UNKNOWN

MOST_MATCHES = 500

_IMPORT_MODULE = re.compile(r"^[ \t]*(?:import|from)[ \t]+(?:.*,[ \t]*)?([\w.]*)$")
_FROM_IMPORT = re.compile(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+\(?(?:.*,[ \t]*)?(\w*)$")
_KEY = re.compile(r"\[[ \t]*(?P<quote>['\"])(?P<key>[^'\"\]\n]*)$")
_ASSIGNED = re.compile(r"\b([^\W\d]\w*)[ \t]*(?::[^=\n]+)?=(?!=)|\b(?:def|class|as|for)[ \t]+([^\W\d]\w*)")
#: Magics that the bridge answers before a cell reaches the ranks.
_BRIDGE_MAGICS = ("%live", "%%ranks")


class Completer:
    """Completes code; used by one thread at a time.

    Parameters
    ----------
    magics : callable
        Gives the names of all magics with their % signs.
    """

    def __init__(self, magics: Callable[[], Iterable[str]]) -> None:
        self._magics = magics
        self._installed: list[str] | None = None

    def complete(self, code: str, cursor: int, namespace: dict[str, Any]) -> dict:
        """Matches for `code` with the cursor at `cursor` (code points); the reply of Jupyter's complete_request."""
        cursor = max(0, min(cursor, len(code)))
        start, found = self._find(code, cursor, namespace)
        prefix = code[start:cursor]
        ordered = _select(found, prefix)
        types = [
            {"start": start, "end": cursor, "text": text, "type": kind, "signature": signature}
            for text, kind, signature in ((name, *_describe(found[name])) for name in ordered)
        ]
        return {
            "matches": ordered,
            "cursor_start": start,
            "cursor_end": cursor,
            "metadata": {"_jupyter_types_experimental": types},
        }

    def _find(self, code: str, cursor: int, namespace: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        text = code[:cursor]
        line = text[text.rfind("\n") + 1 :]
        word = re.search(r"\w*$", line).group()
        start = cursor - len(word)

        magic = re.search(r"(?:^|[=!][ \t]*|^[ \t]+)(%%?\w*)$", line)
        if magic:
            names = {name: "magic" for name in (*self._magics(), *_BRIDGE_MAGICS)}
            return cursor - len(magic.group(1)), names

        known = {**namespace, **_static.imported_names(code)}
        module = _FROM_IMPORT.match(line)
        if module:
            owner = sys.modules.get(module.group(1))
            return start, _static.members(owner) if owner is not None else {}
        module = _IMPORT_MODULE.match(line)
        if module:
            return start, self._modules(module.group(1))

        key = _KEY.search(line)
        if key:
            owner = _static.resolve(_static.expression_before(text[: cursor - len(key.group())]), known)
            keys = _keys(owner)
            if keys:
                quote = key.group("quote")
                closing = "" if code[cursor : cursor + 1] == quote else quote + "]"
                at = cursor - len(key.group("key"))
                return at, {name + closing: "key" for name in keys if quote not in name and "\\" not in name}
        if _in_string(line):
            return _paths(line, cursor)

        before = text[:start]
        if before.endswith("."):
            expression = _static.expression_before(before[:-1])
            owner = _static.resolve(expression, known) if expression else UNKNOWN
            if owner is not UNKNOWN:
                return start, _static.members(owner)
            local = {name for match in _ASSIGNED.finditer(code) for name in match.groups() if name}
            if expression.split(".")[0].split("[")[0] in local:
                return start, _ask_jedi(code, cursor)
            return start, {}
        names: dict[str, Any] = dict.fromkeys(keyword.kwlist, "keyword")
        names.update(vars(builtins))
        names.update({name: UNKNOWN for match in _ASSIGNED.finditer(code) for name in match.groups() if name})
        names.update(known)
        names.update(_arguments(before, known))
        names.pop(word, None) if word and word not in namespace and word not in vars(builtins) else None
        return start, names

    def _modules(self, dotted: str) -> dict[str, Any]:
        package, _, _ = dotted.rpartition(".")
        if package:
            owner = sys.modules.get(package)
            if owner is None:
                return {}
            path = _static.members(owner).get("__path__", ())
            found = {info.name: "module" for info in pkgutil.iter_modules([p for p in path if isinstance(p, str)])}
            found.update((n, v) for n, v in _static.members(owner).items() if _static.is_module(v))
            return found
        if self._installed is None:
            # Reads the folders of sys.path once; packages installed during the run are found after their import.
            self._installed = [info.name for info in pkgutil.iter_modules()] + list(sys.builtin_module_names)
        names = dict.fromkeys(self._installed, "module")
        names.update((name, "module") for name in list(sys.modules) if "." not in name)
        return names


def _select(found: dict[str, Any], prefix: str) -> list[str]:
    public = prefix.startswith("_") or prefix.startswith("%")
    names = [name for name in found if type(name) is str and (public or not name.startswith("_"))]
    matches = [name for name in names if name.startswith(prefix)]
    if not matches and prefix:
        lower = prefix.lower()
        matches = [name for name in names if name.lower().startswith(lower)]
    return sorted(set(matches), key=lambda name: (name.startswith("_"), name.lower(), name))[:MOST_MATCHES]


def _describe(value: Any) -> tuple[str, str]:
    """Type and signature of a match, in the words of JupyterLab's completer."""
    if type(value) is str and value in ("keyword", "magic", "module", "key", "path", "argument"):
        return ("param" if value == "argument" else value), ""
    if _static.is_module(value):
        return "module", ""
    if _static.is_class(value):
        return "class", ""
    if issubclass(type(value), property):
        return "property", ""
    if type(value) in _static.ROUTINES:
        return "function", ""
    return ("statement" if value is UNKNOWN else "instance"), ""


def _keys(owner: Any) -> list[str]:
    if type(owner) is dict:
        return [key for key in list(owner) if type(key) is str]
    kind = type(owner)
    if kind.__module__ == "numpy" and kind.__name__ in ("ndarray", "void"):
        return list(owner.dtype.names or ())
    if kind.__module__ == "allranks._arrays":
        return list(owner)
    return []


def _in_string(line: str) -> bool:
    quote = ""
    escaped = False
    for char in line:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif quote:
            quote = "" if char == quote else quote
        elif char == "#":
            return False
        elif char in "'\"":
            quote = char
    return bool(quote)


def _paths(line: str, cursor: int) -> tuple[int, dict[str, Any]]:
    prefix = re.search(r"[^'\"\s]*$", line).group()
    folder, name = os.path.split(prefix)
    found = {}
    pattern = glob.escape(os.path.join(os.path.expanduser(folder), name)) + "*"
    for path in glob.glob(pattern)[:MOST_MATCHES]:
        found[os.path.basename(path) + ("/" if os.path.isdir(path) else "")] = "path"
    return cursor - len(name), found


def _arguments(before: str, known: dict[str, Any]) -> dict[str, str]:
    """`name=` for the parameters of the call that the cursor is in."""
    callee = _static.enclosing_call(before)
    if not callee:
        return {}
    found = _static.signature(_static.resolve(callee, known))
    if found is None:
        return {}
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {f"{name}=": "argument" for name, parameter in found.parameters.items() if parameter.kind in named}


def _ask_jedi(code: str, cursor: int) -> dict[str, Any]:
    """Attributes of a name that only this cell's text defines: jedi reads the text, it has no access to live objects."""
    try:
        import jedi
    except ImportError:
        return {}
    before = code[:cursor]
    found = jedi.Script(code).complete(before.count("\n") + 1, len(before) - before.rfind("\n") - 1)
    kinds = {"module": sys, "class": type, "function": len}
    return {item.name: kinds.get(item.type, UNKNOWN) for item in found}
