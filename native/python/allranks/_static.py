"""Looking at objects without running any code of theirs.

Completion and inspection happen on another thread while the simulation computes or a cell runs. So nothing here calls
properties, `__getattr__`, `__dir__`, `__repr__`, `__len__` or any other method written in Python: only dictionaries of
modules, classes and instances are read, and attributes that types written in C compute themselves.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import sys
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

#: Stands for "cannot be known without running code".
UNKNOWN = object()

#: Types of functions and methods.
ROUTINES = (
    FunctionType, BuiltinFunctionType, MethodType, MethodDescriptorType, WrapperDescriptorType, MethodWrapperType,
    ClassMethodDescriptorType,
)

_HEAP_TYPE = 1 << 9
_IMPORT = re.compile(r"^[ \t]*import[ \t]+(.+)$", re.MULTILINE)
_FROM = re.compile(r"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+\(?([^)\n]+)", re.MULTILINE)
_CLOSING = {")": "(", "]": "[", "}": "{"}


# isinstance() asks an object for its __class__, which may be a property of the user; its type never is.


def is_class(value: Any) -> bool:
    """Whether `value` is a class."""
    return issubclass(type(value), type)


def is_module(value: Any) -> bool:
    """Whether `value` is a module."""
    return issubclass(type(value), ModuleType)


def type_names(kind: type) -> dict[str, Any]:
    """Class attributes of `kind` and its bases, as they lie in the class dictionaries."""
    names: dict[str, Any] = {}
    for base in reversed(type.__dict__["__mro__"].__get__(kind)):
        names.update(type.__dict__["__dict__"].__get__(base))
    return names


def instance_dict(value: Any) -> dict[str, Any]:
    """The object's own dictionary; empty when it has none or hides it behind a property."""
    descriptor = type_names(type(value)).get("__dict__")
    if type(descriptor) is GetSetDescriptorType:
        own = descriptor.__get__(value)
        return own if type(own) is dict else {}
    return {}


def members(value: Any) -> dict[str, Any]:
    """Names that an attribute access may find, with the raw entries of the dictionaries."""
    if is_module(value):
        names = dict(ModuleType.__dict__["__dict__"].__get__(value))
        listed = names.get("__all__")
        if type(listed) in (list, tuple):
            names = {**{name: UNKNOWN for name in listed if type(name) is str}, **names}
        prefix = f"{names.get('__name__')}."
        for module in list(sys.modules):
            if module.startswith(prefix) and "." not in module[len(prefix) :]:
                names.setdefault(module[len(prefix) :], sys.modules[module])
        return names
    if is_class(value):
        return {**type_names(type(value)), **type_names(value)}
    return {**type_names(type(value)), **dict(instance_dict(value))}


def attribute(value: Any, name: str) -> Any:
    """`value.name` if that needs no code of the user, else `UNKNOWN`."""
    if is_module(value):
        return members(value).get(name, UNKNOWN)
    found = inspect.getattr_static(value, name, UNKNOWN)
    if type(found) is MemberDescriptorType and not is_class(value):
        return _computed(found, value)
    if type(found) is GetSetDescriptorType and not is_class(value):
        # Computed in C by a type that is not made in Python, such as the shape of an array.
        return UNKNOWN if type(value).__flags__ & _HEAP_TYPE else _computed(found, value)
    if type(found) in (staticmethod, classmethod):
        return found.__func__
    if issubclass(type(found), property):
        return UNKNOWN
    return found


def resolve(expression: str, namespace: dict[str, Any]) -> Any:
    """Value of a chain of names, attributes and constant subscripts, or `UNKNOWN`."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return UNKNOWN
    return _resolve(tree, namespace)


def expression_before(text: str) -> str:
    """The longest chain `a.b[0].c` (or a call's callee) that ends where `text` ends; may be empty."""
    at = len(text)
    while at > 0:
        char = text[at - 1]
        if char.isidentifier() or char.isdigit() or char == ".":
            at -= 1
        elif char in "]":
            opened = _opening(text, at - 1)
            if opened < 0:
                break
            at = opened
        elif char in "'\"" and (at == len(text) or text[at] == "."):
            start = text.rfind(char, 0, at - 1)
            return text[start:] if start >= 0 else ""
        else:
            break
    return text[at:].lstrip(".")


def enclosing_call(text: str) -> str:
    """The callee of the innermost call that is still open at the end of `text`; empty if there is none."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        char = text[at]
        if char in ")]}":
            depth += 1
        elif char in "([{":
            if depth == 0:
                return expression_before(text[:at].rstrip()) if char == "(" else ""
            depth -= 1
        elif char == "\n" and depth == 0 and not text[at + 1 : at + 2].isspace():
            return ""
    return ""


def imported_names(code: str) -> dict[str, Any]:
    """Names that import statements in `code` will bind, as far as the modules are loaded already."""
    names: dict[str, Any] = {}
    for match in _IMPORT.finditer(code):
        for part in match.group(1).split("#")[0].split(";")[0].split(","):
            module, _, alias = (piece.strip() for piece in part.partition(" as "))
            name = alias or module.split(".")[0]
            names[name] = sys.modules.get(module if alias else name, UNKNOWN)
    for match in re.finditer(r";[ \t]*import[ \t]+([\w.]+)", code):
        names.setdefault(match.group(1).split(".")[0], sys.modules.get(match.group(1).split(".")[0], UNKNOWN))
    for match in _FROM.finditer(code):
        module = sys.modules.get(match.group(1))
        for part in match.group(2).split("#")[0].split(","):
            name, _, alias = (piece.strip() for piece in part.partition(" as "))
            if name.isidentifier():
                names[alias or name] = members(module).get(name, UNKNOWN) if module is not None else UNKNOWN
    return names


def is_function(value: Any) -> bool:
    """Whether it can be called and its signature read without running user code."""
    return type(value) in ROUTINES or is_class(value)


def is_plain_class(value: Any) -> bool:
    """Whether `value` is a class whose attributes can be read without code of its metaclass or descriptors of its own."""
    if not is_class(value):
        return False
    meta = type_names(type(value))
    return (
        "__getattr__" not in meta
        and meta.get("__getattribute__") is type.__getattribute__
        and not {"__signature__", "__wrapped__"} & type_names(value).keys()
    )


def signature(value: Any) -> inspect.Signature | None:
    """Signature of a function, method or class; None when it has none or finding it would run user code.

    Defaults and annotations that are objects of the user are replaced by their type's name: their `repr` is user code.
    """
    if is_class(value):
        if not is_plain_class(value):
            return None
    elif not type(value) in ROUTINES:
        return None
    try:
        wrapped = instance_dict(value).get("__wrapped__") if type(value) is FunctionType else None
        found = inspect.signature(value, follow_wrapped=type(wrapped) is FunctionType)
    except (ValueError, TypeError):
        return None
    return found.replace(
        parameters=[
            parameter.replace(default=_harmless(parameter.default), annotation=_annotation(parameter.annotation))
            for parameter in found.parameters.values()
        ],
        return_annotation=_annotation(found.return_annotation),
    )


class _Named:
    """Prints as the name of a type."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return f"<{self._name}>"


def _harmless(value: Any) -> Any:
    if value is inspect.Parameter.empty or type(value) in (bool, int, float, complex, str, bytes, type(None)):
        return value
    if type(value) in (tuple, list, dict, set) and not value:
        return value
    return _Named(type.__dict__["__name__"].__get__(type(value)))


def _annotation(value: Any) -> Any:
    if value is inspect.Parameter.empty or type(value) in (str, type):
        return value
    return _Named(type.__dict__["__name__"].__get__(type(value)))


def _resolve(node: ast.AST, namespace: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        if node.id in namespace:
            return namespace[node.id]
        return vars(builtins).get(node.id, UNKNOWN)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Attribute):
        owner = _resolve(node.value, namespace)
        return UNKNOWN if owner is UNKNOWN else attribute(owner, node.attr)
    if isinstance(node, ast.Subscript):
        owner = _resolve(node.value, namespace)
        key = node.slice
        if isinstance(key, ast.Constant) and type(owner) is dict and type(key.value) in (str, int):
            # A plain lookup by str or int calls methods of keys only when hashes collide; then it is still a comparison.
            return owner.get(key.value, UNKNOWN)
        if isinstance(key, ast.Constant) and type(owner) in (list, tuple) and type(key.value) is int:
            return owner[key.value] if -len(owner) <= key.value < len(owner) else UNKNOWN
    return UNKNOWN


def _computed(descriptor: Any, value: Any) -> Any:
    try:
        return descriptor.__get__(value)
    except AttributeError:
        return UNKNOWN


def _opening(text: str, at: int) -> int:
    """Index of the bracket that the one at `at` closes, or -1."""
    wanted = []
    for index in range(at, -1, -1):
        char = text[index]
        if char in _CLOSING:
            wanted.append(_CLOSING[char])
        elif wanted and char == wanted[-1]:
            wanted.pop()
            if not wanted:
                return index
    return -1
