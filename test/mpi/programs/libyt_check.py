"""Checks everything in the module `libyt` against the formulas of amr_round.hpp: `check()` in a round, `after()` behind the last."""

import gc
import os
import sys
import traceback
import libyt
import numpy as np
from allranks import rank, size, comm

CELLS, GHOST = (4, 6, 8), (1, 2, 0, 1, 3, 0)
TYPES = "fdgbBhHiIlLqQ"
kept, rounds = {}, 0

def extent(dims, ghosts=False, straight=False):
    cells = CELLS[:dims] if straight else CELLS[:dims][::-1]
    return tuple(n + (GHOST[2 * a] + GHOST[2 * a + 1] if ghosts else 0) for a, n in enumerate(cells))

def numbered(gid, shape, dtype):
    return (gid * 10000 + np.arange(np.prod(shape))).astype(dtype).reshape(shape)

def expected(gid, dims):
    face = extent(dims)
    face = (face[0] + 1, *face[1:])
    fields = {
        "Cell": numbered(gid, extent(dims, ghosts=True), "d"),
        "Straight": numbered(gid, extent(dims, straight=True), "f"),
        "Face": numbered(gid, face, "d"),
    }
    for index, code in enumerate(TYPES):
        fields[f"type{index}"] = (np.arange(np.prod(extent(dims))) % 100).astype(code).reshape(extent(dims))
    return fields

def same(found, wanted, writeable):
    assert found.dtype == wanted.dtype and found.shape == wanted.shape, (found.dtype, found.shape, wanted.dtype, wanted.shape)
    assert found.flags.c_contiguous and found.flags.writeable is writeable
    assert (found == wanted).all()

def particles(gid):
    n = gid % 3
    position = [0.001 * (gid * 100 + axis * 10 + np.arange(n)) for axis in range(3)]
    return {"x": position[0], "y": position[1], "z": position[2], "mass": gid * 10000.0 + np.arange(n), "id": gid * 10 + np.arange(n)}

def refuses(error, text, call, *args):
    try:
        call(*args)
    except error as raised:
        assert text in str(raised), raised
        assert type(raised) is error, raised
    else:
        raise AssertionError(f"{call.__name__}{args} went well")

def parameters():
    p, offset = libyt.param_yt, libyt.param_yt["index_offset"]
    dims = p["dimensionality"]
    assert p["frontend"] == "gamer" and p["fig_basename"] == f"Round{5 + rounds:09d}"
    assert p["domain_right_edge"] == (float(size), 1.0, 1.0) and p["periodicity"] == (1, 0, 0)
    assert p["domain_dimensions"] == tuple(n if a < dims else 1 for a, n in enumerate((4 * size, 6, 8)))
    assert (p["current_time"], p["magnetic_unit"], p["current_redshift"], p["cosmological_simulation"]) == (1.5, 2.0, 0.0, 0)
    assert p["num_grids"] == 3 * size and p["refine_by"] == 2
    assert libyt.param_user == {"mu": (0.5, 1.5)}
    assert libyt.libyt_info["version"] == (0, 4, 0) and libyt.libyt_info["SERIAL_MODE"] is False
    mode = libyt.interactive_mode
    assert mode["script_globals"] is globals() and dict(mode["func_err_msg"]) == {}
    assert mode["func_body"]["after"].startswith("def after():") and "comm" not in mode["func_body"]
    fields = p["field_list"]
    assert list(fields) == ["Cell", "Straight", "Face", "Derived"] + [f"type{i}" for i in range(13)]
    assert fields["Cell"] == {
        "attribute": ["code_mass / code_length**3", ["density", "rho"], "Density"],
        "field_type": "cell-centered", "contiguous_in_x": True, "ghost_cell": list(GHOST)}
    assert fields["Straight"]["contiguous_in_x"] is False and fields["Straight"]["attribute"] == ["", [], None]
    assert (fields["Face"]["field_type"], fields["Derived"]["field_type"]) == ("face-centered", "derived_func")
    species = p["particle_list"]
    assert list(species) == ["io", "tracer"] and [s["label"] for s in species.values()] == [0, 1]
    assert species["io"]["particle_coor_label"] == ["x", "y", "z"]
    assert species["io"]["attribute"]["mass"] == ["code_mass", [], None]
    return dims, offset

def hierarchy(dims, offset):
    h, n = libyt.hierarchy, 3 * size
    shapes = {"grid_left_edge": ("f8", 3), "grid_right_edge": ("f8", 3), "grid_dimensions": ("i4", 3), "grid_parent_id": ("i8", 1),
              "grid_levels": ("i4", 1), "proc_num": ("i4", 1), "par_count_list": ("i8", 2)}
    assert set(h) == set(shapes)
    for key, (dtype, width) in shapes.items():
        assert h[key].dtype == dtype and h[key].shape == (n, width) and h[key].flags.c_contiguous and h[key].flags.writeable, key
    row = np.arange(n)
    assert (h["grid_levels"][:, 0] == row // size).all()
    assert (h["proc_num"][:, 0] == (row % size + row // size) % size).all()
    assert (h["grid_parent_id"][:, 0] == np.where(row < size, -1, row + offset - size)).all()
    assert (h["grid_left_edge"][:, 0] == row % size).all()
    assert (h["grid_right_edge"][:, 0] == row % size + 0.5 ** (row // size)).all()
    assert (h["grid_dimensions"] == [c if a < dims else 1 for a, c in enumerate(CELLS)]).all()
    assert (h["par_count_list"] == np.stack([(row + offset) % 3, 0 * row], axis=1)).all()

def local(dims, offset):
    mine = [int(g) + offset for g in np.flatnonzero(libyt.hierarchy["proc_num"][:, 0] == rank)]
    assert sorted(libyt.grid_data) == mine and len(libyt.grid_data) == 3 and isinstance(libyt.grid_data, dict)
    assert sorted(libyt.particle_data) == [g for g in mine if g % 3]
    for gid in mine:
        wanted = expected(gid, dims)
        assert set(libyt.grid_data[gid]) == set(wanted)
        for name, array in wanted.items():
            same(libyt.grid_data[gid][name], array, False)
        same(libyt.derived_func(gid, "Derived"), gid * 1000 + np.arange(np.prod(extent(dims))).reshape(extent(dims)), True)
        if gid % 3:
            assert {k: set(v) for k, v in libyt.particle_data[gid].items()} == {"io": {"mass"}}
            same(libyt.particle_data[gid]["io"]["mass"], particles(gid)["mass"], False)
            for name in ("x", "y", "z", "id"):
                same(libyt.get_particle(gid, b"io", name), particles(gid)[name], True)
        else:
            assert libyt.get_particle(gid, "io", "x") is None
    assert libyt.get_particle(np.int64(mine[0]), "tracer", "x") is None
    assert -7 not in libyt.grid_data and libyt.grid_data.get(-7) is None
    refuses(KeyError, "-7", libyt.grid_data.__getitem__, -7)
    refuses(ValueError, "there is no grid -7", libyt.derived_func, -7, "Derived")
    refuses(ValueError, "there is no field 'Mach'", libyt.derived_func, mine[0], "Mach")
    refuses(NotImplementedError, "field 'Cell' has no derived_func", libyt.derived_func, mine[0], "Cell")
    refuses(ValueError, "no attribute 'spin'", libyt.get_particle, mine[0], "io", "spin")
    refuses(TypeError, "must be str or bytes, not int", libyt.derived_func, mine[0], 3)
    if size > 1:
        other = next(g + offset for g in range(3 * size) if libyt.hierarchy["proc_num"][g, 0] != rank)
        refuses(ValueError, f"grid {other} lies on rank", libyt.derived_func, other, "Derived")
    return mine

def remote(dims, offset, mine):
    others = [g + offset for g in range(3 * size) if libyt.hierarchy["proc_num"][g, 0] != rank]
    owners = [libyt.hierarchy["proc_num"][g - offset, 0] for g in others]
    wanted = sum(comm.allgather(others), [])
    prepare = [np.int64(g) for g in mine if g in wanted]
    def fields(names, gids=others, ranks=owners):
        return libyt.get_field_remote(names, len(names), prepare, len(prepare), gids, ranks, len(gids))
    found = fields([b"Cell", b"Derived", "Face", "Straight", "type2", "type4"])
    assert list(found) == others
    for gid, arrays in found.items():
        assert list(arrays) == ["Cell", "Derived", "Face", "Straight", "type2", "type4"]
        for name, array in arrays.items():
            same(array, libyt_derived(gid, dims) if name == "Derived" else expected(gid, dims)[name], True)
    ptf = {b"io": [b"x", "mass", b"id"], "tracer": ["x"]}
    def species(ptf):
        return libyt.get_particle_remote(ptf, ptf.keys(), prepare, len(prepare), others, owners, len(others))
    found = species(ptf)
    assert list(found) == others
    for gid, kinds in found.items():
        assert kinds["tracer"] == {"x": None} and set(kinds["io"]) == {"x", "mass", "id"}
        for name, array in kinds["io"].items():
            assert array is None if gid % 3 == 0 else (array == particles(gid)[name]).all()
    # Nobody wants anything; one rank alone wants the same grid twice.
    assert fields(["Cell"], [], []) == {}
    twice = others[:1] * 2 if rank == 0 else []
    assert set(fields(["Cell"], twice, owners[:1] * 2 if rank == 0 else [])) == set(twice)
    # What is wrong on one rank is an error on all, each time, and then all goes on.
    last = size - 1
    def told(text, own, call, *args):
        if size == 1:
            return
        refuses(own if rank == last else RuntimeError, text, call, *args)
        if rank != last:
            refuses(RuntimeError, f"Error occurred in other MPI process. rank {last}: {own.__name__}: ", call, *args)
        else:
            refuses(own, text, call, *args)
    told("there is no field 'Mach'", ValueError, fields, ["Mach" if rank == last else "Cell"])
    told("there is no particle type 'dust'", ValueError, species, {"dust" if rank == last else "io": ["x"]})
    told("there is no grid 999", ValueError, fields, ["Cell"], [999] if rank == last else others, [0] if rank == last else owners)
    told("which does not exist", ValueError, fields, ["Cell"], others, [99] * len(others) if rank == last else owners)
    told("a name must be str or bytes", TypeError, fields, [7 if rank == last else "Cell"])
    told("get_field_remote", TypeError, *([libyt.get_field_remote] if rank == last else [fields, ["Cell"]]))
    if size > 1:
        refuses(RuntimeError, "the names that are asked for differ between ranks", fields, ["Face" if rank == last else "Cell"])
        # A rank that does not have the grid says so; the others hear it.
        wrong = [(r + 1) % size for r in owners] if rank == last and size > 2 else owners
        if size > 2:
            try:
                fields(["Cell"], others, wrong)
            except (RuntimeError, ValueError) as error:
                assert "lies on rank" in str(error), error
            else:
                raise AssertionError("a grid was fetched from a rank that does not have it")
    assert set(fields(["Cell"])) == set(others)

def libyt_derived(gid, dims):
    return gid * 1000 + np.arange(np.prod(extent(dims))).reshape(extent(dims))

def check():
    # A rank that finds something wrong ends the job: the others would wait for it in the next collective call.
    try:
        look()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(3)

def look():
    global rounds
    dims, offset = parameters()
    hierarchy(dims, offset)
    mine = local(dims, offset)
    remote(dims, offset, mine)
    kept[rounds] = (libyt.hierarchy["grid_left_edge"], libyt.hierarchy["grid_left_edge"].copy())
    rounds += 1

def after():
    assert libyt.param_yt == {} and libyt.param_user == {} and libyt.hierarchy == {}
    assert len(libyt.grid_data) == 0 and list(libyt.particle_data) == []
    gc.collect()
    for array, copy in kept.values():
        assert (array == copy).all()
    refuses(RuntimeError, "the simulation has committed no data", libyt.derived_func, 0, "Derived")
    if rank == 0:
        print(f"checked {rounds} rounds on {size} ranks")
