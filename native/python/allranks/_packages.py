"""The Python packages that cells need, looked for before anything else, so that a missing one is one clear sentence."""

from __future__ import annotations

import importlib.util
import sys

_OLDEST_IPYTHON = 9


def problem() -> str:
    """One sentence about the first package that is missing or too old; empty: all are there."""
    # NumPy is needed by whoever looks at an array; its import would make every start slower.
    if importlib.util.find_spec("numpy") is None:
        return _missing("numpy", "not found")
    for module, package in (("IPython", "ipython"), ("msgpack", "msgpack"), ("comm", "comm")):
        try:
            found = __import__(module)
        except ImportError as error:
            return _missing(package, str(error))
        if module == "IPython" and found.version_info[0] < _OLDEST_IPYTHON:
            return (
                f"IPython {found.__version__} is too old; version {_OLDEST_IPYTHON} or later is needed: "
                f"{sys.executable} -m pip install --upgrade ipython"
            )
    return ""


def _missing(package: str, reason: str) -> str:
    return (
        f"the Python package {package} is missing in {sys.prefix} ({reason}); "
        f"install it there: {sys.executable} -m pip install {package}"
    )
