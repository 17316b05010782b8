"""What libyt_many's argument `all` is for: every way to data of this rank and of the next one."""

import libyt
from allranks import rank, size


def look():
    mine = list(libyt.grid_data)
    first, owner = mine[0], (rank + 1) % size
    others = list(range(owner * len(mine), (owner + 1) * len(mine))) if size > 1 else []
    assert libyt.hierarchy["par_count_list"].sum() == 16 * len(mine) * size
    for gid in mine:
        assert libyt.grid_data[gid]["Dens"].sum() == 512 and libyt.particle_data[gid]["io"]["mass"].sum() == 32
        assert libyt.derived_func(gid, "Level").max() == gid and libyt.get_particle(gid, "io", "x")[0] == gid
    fields = libyt.get_field_remote([b"Dens", b"Level"], 2, mine, len(mine), others, [owner] * len(others), len(others))
    wanted = {b"io": [b"x"]}
    particles = libyt.get_particle_remote(wanted, wanted.keys(), mine, len(mine), others, [owner] * len(others), len(others))
    assert list(fields) == list(particles) == others and first == rank * len(mine)
    for gid in others:
        assert fields[gid]["Dens"].sum() == 512 and fields[gid]["Level"].min() == gid and particles[gid]["io"]["x"][0] == gid
