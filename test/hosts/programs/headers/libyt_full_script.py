"""Everything that libyt_full.c sets, as Python sees it."""

import libyt
from allranks import rank, size
def check(*words):
    p = libyt.param_yt
    assert words in ((), (1, "two words", [3], b"four")), words
    assert libyt.param_user == {"int": -1, "long": (2, 3), "longlong": -5000000000, "uint": 4000000000, "ulong": 18446744073709551615,
                                "float": 0.25, "double": (1.5, 2.5, 3.5), "string": "text"}, libyt.param_user
    assert (p["frontend"], p["fig_basename"], p["current_time"], p["current_redshift"]) == ("enzo", "Full000000003", 2.5, 0.5)
    assert (p["omega_lambda"], p["omega_matter"], p["hubble_constant"]) == (0.7, 0.3, 0.72)
    assert [p[f"{n}_unit"] for n in ("length", "mass", "time", "velocity", "magnetic")] == [2, 3, 4, 5, 6]
    assert (p["dimensionality"], p["refine_by"], p["index_offset"], p["num_grids"], p["cosmological_simulation"]) == (3, 2, 1, size, 1)
    assert p["field_list"]["Dens"] == {"attribute": ["g/cm**3", ["density"], "Density"], "field_type": "cell-centered",
                                       "contiguous_in_x": True, "ghost_cell": [1, 1, 0, 0, 0, 2]}
    assert p["field_list"]["Face"]["field_type"] == "face-centered" and p["field_list"]["Face"]["contiguous_in_x"] is False
    assert p["particle_list"]["dark"] == {"attribute": {"x": ["code_length", ["posx"], "X"], "id": ["", [], None]}, "particle_coor_label": ["x", "x", "x"], "label": 0}
    gid = rank + 1
    assert libyt.grid_data[gid]["Dens"].shape == (4, 2, 4) and libyt.grid_data[gid]["Dens"][0, 0, 0] == 100 * rank
    assert libyt.grid_data[gid]["Face"].shape == (3, 2, 2) and libyt.grid_data[gid]["Face"].dtype == "f4"
    assert libyt.derived_func(gid, "Derived").tolist() == [[[gid] * 2] * 2] * 2
    assert libyt.get_particle(gid, "dark", "x").tolist() == [0.5, 0.5] and libyt.particle_data[gid]["dark"]["id"].tolist() == [7, 8]
    print("checked", rank, len(words), flush=True)
