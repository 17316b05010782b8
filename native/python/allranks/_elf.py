"""Which MPI and which Python a shared library belongs to, from the names of the libraries that it needs."""

from __future__ import annotations

import re

# Shared libraries of MPI by name, and the family whose binary interface they have. Members of a family replace each other.
_MPI = re.compile(rb"lib(mpich|mpi|mpi_mpich)\.so\.(\d+)")
_PYTHON = re.compile(rb"libpython(3\.\d+[a-z]*)\.so")


def families(data: bytes) -> set[str]:
    """Families of the MPI libraries named in `data`: an ELF file's strings, or the list of what is mapped."""
    return {"MPICH" if name != b"mpi" or number == b"12" else "Open MPI" for name, number in _MPI.findall(data)}


def python(data: bytes) -> str:
    """The Python named in an ELF file, such as "3.11"; empty: none."""
    found = _PYTHON.search(data)
    return found.group(1).decode() if found else ""


def mapped() -> bytes:
    """The list of files that are mapped into this process."""
    with open("/proc/self/maps", "rb") as maps:
        return maps.read()
