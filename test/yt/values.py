"""A cell in a live `amr_gravity` of 3 dimensions: yt's numbers against the simulation's memory, place by place, on every rank."""

import libyt
import numpy as np
import yt
import yt_libyt
from allranks import comm

yt.set_log_level("error")
yt.enable_parallelism()
ds = yt_libyt.libytDataset()
OFFSET = libyt.param_yt["index_offset"]
FINE = 2 * libyt.param_yt["domain_dimensions"][0]
# Fields of which a shift by one cell, or two swapped axes, would show.
NAMES = ("Dens", "Pote", "MassFluxX", "Mach", "MomX", "MomY", "MomZ", "kinetic_energy")

def kinetic_energy(field, data):
    momentum = data["gamer", "MomX"] ** 2 + data["gamer", "MomY"] ** 2 + data["gamer", "MomZ"] ** 2
    return 0.5 * momentum / data["gamer", "Dens"]

ds.add_field(("gamer", "kinetic_energy"), function=kinetic_energy, sampling_type="cell", units="code_mass / (code_length * code_time**2)")

def by_hand(fields):
    "All fields of a grid without ghost cells, [z][y][x]."
    found = {"Dens": fields["Dens"][2:-2, 2:-2, 2:-2], "Pote": fields["Pote"].T.astype("f8")}
    flux = fields["MassFluxX"]
    assert flux.shape == (8, 8, 9) and fields["Pote"].shape == (8, 8, 8)
    found["MassFluxX"] = 0.5 * (flux[:, :, :-1] + flux[:, :, 1:])
    found |= {name: fields[name] for name in ("MomX", "MomY", "MomZ")}
    squares = found["MomX"] ** 2 + found["MomY"] ** 2 + found["MomZ"] ** 2
    found["Mach"] = np.sqrt(squares) / found["Dens"]
    found["kinetic_energy"] = 0.5 * squares / found["Dens"]
    return found

def of_simulation():
    "Each field on the finest cells of the box, [z][y][x], from the leaf grids of all ranks; and the level of each cell."
    parents = set(libyt.hierarchy["grid_parent_id"][:, 0])
    mine = []
    for grid, fields in libyt.grid_data.items():
        if grid not in parents:
            mine.append((grid - OFFSET, by_hand(fields)))
    whole = {name: np.full((FINE, FINE, FINE), np.nan) for name in NAMES}
    levels = np.full((FINE, FINE, FINE), -1)
    for row, found in (one for part in comm.allgather(mine) for one in part):
        level = int(libyt.hierarchy["grid_levels"][row, 0])
        times = 2 >> level
        first = np.rint(libyt.hierarchy["grid_left_edge"][row] * FINE).astype(int)
        place = tuple(slice(first[axis], first[axis] + 8 * times) for axis in (2, 1, 0))
        levels[place] = level
        for name in NAMES:
            whole[name][place] = found[name].repeat(times, 0).repeat(times, 1).repeat(times, 2)
    assert not any(np.isnan(array).any() for array in whole.values()) and set(levels.ravel()) == {0, 1}
    return whole, levels

def same(what, found, wanted):
    assert found.shape == wanted.shape, (what, found.shape, wanted.shape)
    scale = np.abs(wanted).max()
    assert scale > 0 and wanted.std() > 1e-6 * scale, f"{what} is the same everywhere: nothing would be seen"
    wrong = np.abs(found - wanted) > 1e-12 * scale
    assert not wrong.any(), f"{what}: {wrong.sum()} of {wrong.size} differ, the first at {np.argwhere(wrong)[0]}"

whole, levels = of_simulation()

# Cells: every cell of yt, at the place that yt gives it.
box = ds.all_data()
x, y, z = (np.floor(np.asarray(box["index", axis].d) * FINE).astype(int) for axis in "xyz")
depth = np.asarray(box["index", "grid_level"].d).astype(int)
assert len(x) == (levels == 1).sum() + (levels == 0).sum() // 8
assert (levels[z, y, x] == depth).all()
for name in NAMES:
    same(name, np.asarray(box["gamer", name].d), whole[name][z, y, x])

# Pictures: what a slice and a projection draw, one pixel for each of the finest cells.
for axis, other in (("z", 0), ("x", 2), ("y", 1)):
    at = int(0.35 * FINE)
    cut = ds.slice(axis, (at + 0.5) / FINE).to_frb(1.0, FINE)
    for name in ("Dens", "Pote", "MassFluxX", "Mach", "kinetic_energy"):
        wanted = whole[name].take(at, axis=other)
        # yt draws x upwards and z to the right where it cuts across y.
        same(f"slice of {name} across {axis}", np.asarray(cut["gamer", name].d), wanted.T if axis == "y" else wanted)
projection = ds.proj(("gamer", "Dens"), "z").to_frb(1.0, FINE)
same("projection of Dens along z", np.asarray(projection["gamer", "Dens"].d), whole["Dens"].sum(axis=0) / FINE)

# Particles: each has all of its attributes, in one row.
ATTRIBUTES = ("ParPosX", "ParPosY", "ParPosZ", "ParVelX", "ParMass")
mine = []
for row, count in enumerate(libyt.hierarchy["par_count_list"][:, 0]):
    if libyt.hierarchy["proc_num"][row, 0] == comm.rank and count > 0:
        mine += zip(*(libyt.get_particle(row + OFFSET, "io", name).tolist() for name in ATTRIBUTES))
wanted = sorted(one for part in comm.allgather(mine) for one in part)
found = sorted(zip(*(box["io", name].d.tolist() for name in ATTRIBUTES)))
assert len(wanted) == 64 and found == wanted, (len(found), found[:2], wanted[:2])
assert sorted(zip(*(box["io", f"particle_position_{axis}"].d.tolist() for axis in "xyz"))) == [one[:3] for one in wanted]
print("agreed")
