"""Fetches data of ranks that differ (libyt_uneven.cpp) and tells what became of it, one line for each rank."""

import sys
import libyt
import numpy as np
from allranks import rank, size

LAST = size - 1

def say(text):
    "A whole line at once: launchers mix what ranks write in parts."
    sys.stdout.write(f"rank {rank}: {text}\n")
    sys.stdout.flush()

def plan():
    owners = [int(one) for one in libyt.hierarchy["proc_num"][:, 0]]
    mine = [row + 1 for row, owner in enumerate(owners) if owner == rank]
    others = [row + 1 for row, owner in enumerate(owners) if owner != rank]
    return mine, others, [owners[gid - 1] for gid in others]

def fields(*names):
    mine, others, owners = plan()
    return libyt.get_field_remote(names, len(names), mine, len(mine), others, owners, len(others))

def particles(*names):
    mine, others, owners = plan()
    return libyt.get_particle_remote({"io": names}, ["io"], mine, len(mine), others, owners, len(others))

def fetch():
    "All that is not of this rank, compared with the formulas of the program."
    mine, others, owners = plan()
    assert len(mine) == (2 if rank else 0) and sorted(libyt.grid_data) == mine
    assert sorted(mine + others) == list(range(1, 2 * size - 1))
    found = fields("Cell", "Derived")
    assert list(found) == others
    for gid, arrays in found.items():
        cells = np.arange(24.0).reshape(4, 3, 2)
        assert (arrays["Cell"] == gid * 1000 + cells).all() and (arrays["Derived"] == gid * 10 + cells).all(), gid
    found = particles("x", "y")
    assert list(found) == others
    for gid, owner in zip(others, owners):
        count = 0 if owner == 1 and size > 2 else gid % 2 + 1
        for name, first in (("x", gid), ("y", gid + 100)):
            array = found[gid]["io"][name]
            assert array is None if count == 0 else array.tolist() == [first + 0.25 * i for i in range(count)], (gid, array)
    say(f"fetched {len(others)} grids")
    return len(others)

def _tell(call, *names):
    try:
        call(*names)
    except Exception as error:
        say(f"{call.__name__}: {type(error).__name__}: {error}")
    else:
        say(f"{call.__name__}: went well")

def throwing():
    "A callback that throws on the last rank only."
    _tell(fields, "Cell", "Throws")
    fetch()
    _tell(particles, "x", "throws")
    fetch()

def leave_fields():
    if rank == LAST: raise ValueError("left")
    fields("Cell")

def leave_particles():
    if rank == LAST: raise ValueError("left")
    particles("x")

def told():
    for name, text in sorted(libyt.interactive_mode["func_err_msg"].items()):
        say(f"{name}: {text.strip().splitlines()[-1]}")
