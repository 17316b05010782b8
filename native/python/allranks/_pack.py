"""MessagePack as the other side of the socket reads it.

Text that is not valid Unicode (lone surrogates) is replaced, never refused: what a user prints must not fail a cell.
What MessagePack cannot carry (very long integers, foreign objects) becomes its text.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable
from typing import Any

import msgpack

# Bound now: an outcome is packed behind the user's code, which may have replaced them.
_Packer = msgpack.Packer
_MAX_DEPTH = 64


def pack(value: Any) -> bytes:
    """Encode a tree of dicts, lists, strings, numbers and bytes; any other object becomes its text."""
    try:
        return _packb(value)
    except (OverflowError, TypeError, ValueError):
        # Integers beyond 64 bits, cycles and odd keys: rare, so only then is the whole tree walked.
        return _packb(clean(value))


def pack_shared(value: Any) -> memoryview:
    """The same in the packer's own memory, which goes with the view: ten megabytes of a picture are not copied once more."""
    try:
        return _packed(value).getbuffer()
    except (OverflowError, TypeError, ValueError):
        return _packed(clean(value)).getbuffer()


#: `unpack(payload)`: decode a payload of the bridge. Raises ``ValueError`` when it is not MessagePack.
unpack: Callable[[bytes], Any] = functools.partial(msgpack.unpackb, raw=False, strict_map_key=False, unicode_errors="replace")


def clean(value: Any, depth: int = 0) -> Any:
    """The same tree with JSON's types only: string keys, bytes as base64, numbers that fit in 64 bits."""
    if value is None or isinstance(value, (bool, float, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value) if -(2**63) <= value < 2**64 else str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if depth >= _MAX_DEPTH:
        return safe_text(value)
    if isinstance(value, dict):
        return {key if type(key) is str else safe_text(key, str): clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [clean(item, depth + 1) for item in value]
    return clean(_plain(value), depth + 1)


def mime_bundle(data: dict) -> dict:
    """A MIME bundle fit for Jupyter: binary representations as base64, JSON representations with JSON's types."""
    bundle = {}
    for mime, value in data.items():
        if type(value) is str:
            bundle[mime] = value
        elif isinstance(value, (bytes, bytearray, memoryview)):
            bundle[mime] = base64.b64encode(value).decode("ascii")
        else:
            bundle[mime] = clean(value)
    return bundle


def safe_text(value: Any, convert: Any = repr) -> str:
    """``repr`` (or ``str``) of any object; also of one whose own method raises."""
    try:
        return convert(value)
    except (Exception, SystemExit) as error:
        return f"<{type(value).__name__} object whose {convert.__name__}() raises {type(error).__name__}>"


def _packb(value: Any) -> bytes:
    return _Packer(default=_plain, use_bin_type=True, unicode_errors="replace").pack(value)


def _packed(value: Any) -> Any:
    packer = _Packer(default=_plain, use_bin_type=True, unicode_errors="replace", autoreset=False)
    packer.pack(value)
    return packer


def _plain(value: Any) -> Any:
    """Stand-in for an object that MessagePack does not know."""
    if isinstance(value, (set, frozenset)):
        return list(value)
    if isinstance(value, memoryview):
        return bytes(value)
    if type(value).__module__ == "numpy":
        # NumPy scalars have item(), arrays tolist(); both give plain Python numbers.
        plain = value.tolist() if hasattr(value, "tolist") else safe_text(value)
        return plain if not type(plain).__module__.startswith("numpy") else safe_text(plain)
    return safe_text(value)
