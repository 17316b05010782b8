"""The variables of the namespace as a debugger lists them, read without running user code; see `_static`.

A value is named by the path to it from the namespace, not kept: looking at a variable must not keep it alive. Steps of a path
are `["name", name]`, `["item", index]`, `["entry", index]`, `["attribute", name]` and `["group", title]`.
"""

from __future__ import annotations

import linecache
import os
import sys
from itertools import islice
from typing import Any

from . import _static
from ._static import UNKNOWN

#: Children shown of one value.
_MOST_CHILDREN = 1000
_LONGEST_TEXT = 400
_MOST_ITEMS = 20
_DEEPEST = 4
_LONGEST_SOURCE = 4_000_000
_PLAIN = (bool, int, float, complex, str, bytes, type(None), type(...), range)
_SEQUENCES = (list, tuple)
_SETS = (set, frozenset)
_GROUPS = ("function variables", "class variables")


def children(path: list, namespace: dict[str, Any]) -> list[dict]:
    """What lies directly below `path`: dicts with name, value, type, `step` and whether there is more below (`more`)."""
    owner: Any = namespace
    for kind, key in path:
        if kind == "group":
            return [_entry(name, value, ["name", name]) for name, value in _sorted(namespace) if _group(value) == key]
        owner = _below(owner, kind, key)
        if owner is UNKNOWN:
            return []
    if owner is namespace and not path:
        plain = [_entry(name, value, ["name", name]) for name, value in _sorted(namespace) if not _group(value)]
        groups = [title for title in _GROUPS if any(_group(value) == title for value in list(namespace.values()))]
        return plain + [{"name": title, "value": "", "type": "", "step": ["group", title], "more": True} for title in groups]
    return list(islice(_members(owner), _MOST_CHILDREN))


def modules() -> list[dict]:
    """Modules that were loaded from source files: name and absolute path."""
    found = []
    for name, module in list(sys.modules.items()):
        if not _static.is_module(module):
            continue
        path = _static.members(module).get("__file__")
        if type(path) is str and path.endswith(".py"):
            found.append({"name": name, "path": os.path.abspath(path)})
    return found


def source(path: str) -> str | None:
    """Text of a source file as it was run; None when it is not there. Text of the inline script needs no file."""
    for name, entry in list(linecache.cache.items()):
        if len(entry) == 4 and entry[1] is None and os.path.abspath(name) == path:
            return "".join(entry[2])
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST_SOURCE)
    except OSError:
        return None


def text_of(value: Any, depth: int = 0) -> str:
    """A representation that no code of the user has a part in."""
    kind = type(value)
    if kind in _PLAIN:
        if kind in (str, bytes) and len(value) > _LONGEST_TEXT:
            return repr(value[:_LONGEST_TEXT]) + "..."
        if kind is int and value.bit_length() > 3 * _LONGEST_TEXT:
            return f"an int of {value.bit_length()} bits"
        return repr(value)
    if kind in (list, tuple, dict, *_SETS):
        return _text_of_many(value, kind, depth)
    if _static.is_module(value):
        return f"<module {_name_in(_static.members(value))}>"
    if _static.is_class(value):
        return f"<class {type.__dict__['__name__'].__get__(value)}>"
    if kind in _static.ROUTINES:
        return f"<function {value.__name__}>"
    if _is_array(kind):
        if value.dtype.hasobject or value.size > _MOST_ITEMS:
            return f"array of shape {value.shape}, {value.dtype}"
        return repr(value)
    if kind.__module__ == "numpy" and not type.__dict__["__flags__"].__get__(kind) & (1 << 9):
        return repr(value)
    return f"<{_type_name(kind)}>"


def _text_of_many(value: Any, kind: type, depth: int) -> str:
    if depth >= _DEEPEST:
        return f"{_type_name(kind)} of {len(value)}"
    try:
        # A thread may change it meanwhile; the items themselves are not called.
        items = list(islice(value.items() if kind is dict else value, _MOST_ITEMS))
    except RuntimeError:
        return f"{_type_name(kind)} of {len(value)}"
    if kind is dict:
        parts = [f"{text_of(key, depth + 1)}: {text_of(item, depth + 1)}" for key, item in items]
    else:
        parts = [text_of(item, depth + 1) for item in items]
    if len(value) > len(parts):
        parts.append("...")
    body = ", ".join(parts)
    if kind is list:
        return f"[{body}]"
    if kind is tuple:
        return f"({body},)" if len(parts) == 1 else f"({body})"
    if kind is dict or (kind is set and parts):
        return f"{{{body}}}"
    return f"{_type_name(kind)}({f'{{{body}}}' if parts else ''})"


def _entry(name: str, value: Any, step: list) -> dict:
    return {"name": name, "value": text_of(value), "type": _type_name(type(value)), "step": step, "more": _has_more(value)}


def _has_more(value: Any) -> bool:
    kind = type(value)
    if kind in (list, tuple, dict, *_SETS):
        return len(value) > 0
    return kind not in _PLAIN and kind not in _static.ROUTINES and not _static.is_module(value) and next(_members(value), None) is not None


def _members(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        for at, (key, item) in enumerate(list(islice(value.items(), _MOST_CHILDREN))):
            yield _entry(text_of(key), item, ["entry", at])
    elif kind in _SEQUENCES:
        for at, item in enumerate(list(islice(value, _MOST_CHILDREN))):
            yield _entry(str(at), item, ["item", at])
    elif kind in _SETS:
        for at, item in enumerate(list(islice(value, _MOST_CHILDREN))):
            yield _entry(str(at), item, ["item", at])
    elif _is_array(kind):
        for name in ("shape", "dtype", "size"):
            found = getattr(value, name)
            yield {"name": name, "value": str(found), "type": _type_name(type(found)), "step": ["attribute", name], "more": False}
    elif not _static.is_module(value) and not _static.is_class(value):
        for name, item in list(_static.instance_dict(value).items()):
            if type(name) is str:
                yield _entry(name, item, ["attribute", name])


def _below(owner: Any, kind: str, key: Any) -> Any:
    if kind == "name":
        return owner.get(key, UNKNOWN)
    if kind == "attribute":
        return _static.instance_dict(owner).get(key, UNKNOWN)
    if type(owner) in (list, tuple, *_SETS) and kind == "item":
        return next(islice(owner, key, None), UNKNOWN)
    if type(owner) is dict and kind == "entry":
        return next(islice(owner.values(), key, None), UNKNOWN)
    return UNKNOWN


def _sorted(namespace: dict[str, Any]) -> list[tuple[str, Any]]:
    named = [(name, value) for name, value in list(namespace.items()) if type(name) is str]
    return sorted(named, key=lambda item: item[0])


def _group(value: Any) -> str:
    if type(value) in _static.ROUTINES:
        return "function variables"
    return "class variables" if _static.is_class(value) else ""


def _is_array(kind: type) -> bool:
    return kind.__module__ == "numpy" and _type_name(kind) == "ndarray"


def _type_name(kind: type) -> str:
    return type.__dict__["__name__"].__get__(kind)


def _name_in(names: dict[str, Any]) -> str:
    name = names.get("__name__")
    return name if type(name) is str else "?"
