"""`allranks.arrays`: what the simulation exposes, by name."""

from __future__ import annotations

import html
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import _allranks

from . import _mpi


class Arrays(Mapping):
    """Read the simulation's memory without a copy.

    Each access gives the current NumPy view; keep the name rather than the array, because the simulation may move its
    memory between steps. Views are read-only unless the simulation said otherwise.
    """

    def __getitem__(self, name: str) -> Any:
        mine = _of_program()
        return mine[name].view() if name in mine else _allranks.array(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_names())

    def __len__(self) -> int:
        return len(_names())

    def __contains__(self, name: object) -> bool:
        return name in _names()

    def _ipython_key_completions_(self) -> list[str]:
        return _names()

    def _rows(self) -> list[tuple[str, str, str, str]]:
        return [
            (name, str(array.dtype), str(tuple(array.shape)), "yes" if array.flags.writeable else "no")
            for name, array in self.items()
        ]

    def __repr__(self) -> str:
        rows = self._rows()
        if not rows:
            return "<the simulation exposes no arrays>"
        table = [("name", "dtype", "shape", "writable"), *rows]
        widths = [max(len(row[column]) for row in table) for column in range(4)]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in table)

    def _repr_html_(self) -> str:
        rows = self._rows()
        if not rows:
            return "<p>the simulation exposes no arrays</p>"
        head = "".join(f"<th>{title}</th>" for title in ("name", "dtype", "shape", "writable"))
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _of_program() -> dict[str, Any]:
    """What Python code has exposed (`allranks.expose`)."""
    host = sys.modules.get("allranks._host")
    return host.exposed if host is not None else {}


def _names() -> list[str]:
    return sorted({*_allranks.array_names(), *_of_program()})


class Comms(Mapping):
    """Further communicators that the simulation offers, by name, as `mpi4py.MPI.Intracomm`."""

    def __getitem__(self, name: str) -> Any:
        return _mpi.communicator(_allranks.comms()[name])

    def __iter__(self) -> Iterator[str]:
        return iter(_allranks.comms())

    def __len__(self) -> int:
        return len(_allranks.comms())

    def __repr__(self) -> str:
        return f"<communicators of the simulation: {', '.join(self) or 'none'}>"
