"""What `Shift-Tab` shows of an object, in the form of IPython's `?`, without running user code; see `_static`."""

from __future__ import annotations

import inspect
import re
from types import FunctionType, MethodType, ModuleType
from typing import Any

from . import _static
from ._static import UNKNOWN

_LONGEST_VALUE = 400
_LONGEST_SOURCE = 100_000
_PLAIN_TYPES = (bool, int, float, complex, str, bytes, type(None))


def find(code: str, cursor: int, namespace: dict[str, Any]) -> tuple[str, Any]:
    """Name and value of what is at the cursor (code points); of the called function inside of its parentheses."""
    cursor = max(0, min(cursor, len(code)))
    end = cursor + len(re.match(r"\w*", code[cursor:]).group())
    known = {**namespace, **_static.imported_names(code)}
    for expression in (_static.expression_before(code[:end]), _static.enclosing_call(code[:cursor])):
        if expression and not expression[0].isdigit():
            value = _static.resolve(expression, known)
            if value is not UNKNOWN:
                return expression, value
    return "", UNKNOWN


def describe(name: str, value: Any, detail: int) -> str:
    """The text; `detail` 1 shows source code in place of the documentation."""
    fields: list[tuple[str, str]] = []
    found = _static.signature(value)
    if found is not None:
        label = "Init signature" if _static.is_class(value) else "Signature"
        fields.append((label, f"{name.rsplit('.', 1)[-1]}{found}"))
    fields.append(("Type", type(value).__name__))
    fields.extend(_value_fields(value))
    source = _source(value) if detail else ""
    file = _file(value)
    if file:
        fields.append(("File", file))
    text = "\n".join(f"\x1b[31m{label}:\x1b[39m {content}" for label, content in fields)
    if source:
        return f"{text}\n\x1b[31mSource:\x1b[39m\n{source}"
    documentation = _documentation(value)
    return f"{text}\n\x1b[31mDocstring:\x1b[39m\n{documentation}" if documentation else text


def _value_fields(value: Any) -> list[tuple[str, str]]:
    kind = type(value)
    if kind in _PLAIN_TYPES:
        text = repr(value[:_LONGEST_VALUE] if kind in (str, bytes) else value)
        return [("String form", text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + " ...")]
    if kind in (list, tuple, dict, set, frozenset):
        return [("Length", str(len(value)))]
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
        writable = "yes" if value.flags.writeable else "no"
        return [("Shape", str(value.shape)), ("Dtype", str(value.dtype)), ("Writable", writable)]
    return []


def _documentation(value: Any) -> str:
    owner = value
    if not (_static.is_function(value) or _static.is_module(value)):
        owner = type(value)
    text = _static.members(owner).get("__doc__") if _static.is_class(owner) or _static.is_module(owner) else owner.__doc__
    return inspect.cleandoc(text) if type(text) is str else ""


def _source(value: Any) -> str:
    if not (type(value) is FunctionType or type(value) is MethodType or _static.is_plain_class(value) or type(value) is ModuleType):
        return ""
    try:
        return inspect.getsource(value)[:_LONGEST_SOURCE]
    except (OSError, TypeError):
        return ""


def _file(value: Any) -> str:
    if type(value) is FunctionType:
        return value.__code__.co_filename
    if _static.is_module(value):
        path = _static.members(value).get("__file__")
        return path if type(path) is str else ""
    return ""
