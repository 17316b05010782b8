/** libyt.h for programs written for libyt 0.4: layout and signatures in every language standard, and each function from C99 and C++. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Job } from '../support/job';
import { root } from '../support/places';

const headers = join(root, 'test', 'hosts', 'programs', 'headers');

/** Messages of a compiler that treats every warning as an error; empty: all is well. */
function complaints(compiler: string, language: string, standard: string, source: string, ...more: string[]): string {
  const { stdout, stderr, error } = spawnSync(
    compiler,
    ['-x', language, `-std=${standard}`, '-Wall', '-Wextra', '-Werror', '-pedantic', '-Wconversion', `-I${join(root, 'native', 'include')}`, ...more, '-c', join(headers, source), '-o', '/dev/null'],
    { encoding: 'utf8' },
  );
  if (error) throw error;
  return stdout + stderr;
}

test.each(['c99', 'c11', 'c17'])('names, values, layout and signatures are libyt’s, without a warning in %s', (standard) => {
  expect(complaints('cc', 'c', standard, 'layout.c')).toBe('');
});

test.each(['c++14', 'c++17', 'c++20', 'c++23'])('the same in %s, and structures begin with libyt’s defaults', (standard) => {
  // offsetof of structures with constructors is defined in practice; pedantic compilers say it need not be.
  expect(complaints('c++', 'c++', standard, 'layout.c', '-Wno-invalid-offsetof')).toBe('');
  expect(complaints('c++', 'c++', standard, 'defaults.cpp')).toBe('');
});

test('any one of the headers can be included alone', () => {
  for (const name of ['libyt.h', 'yt_macro.h', 'yt_type.h']) {
    for (const [compiler, language] of [
      ['cc', 'c'],
      ['c++', 'c++'],
    ] as const) {
      const { stderr } = spawnSync(compiler, ['-x', language, '-Wall', '-Wextra', '-Werror', '-pedantic', `-I${join(root, 'native', 'include')}`, '-fsyntax-only', '-'], {
        encoding: 'utf8',
        input: `#include <${name}>\nint main(void) { return 0; }\n`,
      });
      expect(stderr).toBe('');
    }
  }
});

/** Round 0 of libyt_full_c and libyt_full_cpp: everything that they set, as Python sees it. */
const SCRIPT = `
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
`;

test.each(['libyt_full_c', 'libyt_full_cpp'])(
  '%s: a program that uses every function, structure and member, on 2 ranks',
  async (program) => {
    const job = Job.launch({ ranks: 2, program, args: [], scripts: { 'libyt_full_script.py': SCRIPT }, supervised: false });
    try {
      const code = await job.end(60_000);
      for (const line of ['checked 0 0', 'checked 1 0', 'checked 0 4', 'checked 1 4', 'libyt_full: rank 0: 0 wrong', 'libyt_full: rank 1: 0 wrong'])
        expect(job.output.text).toContain(line);
      expect(code).toBe(0);
    } finally {
      await job.stop();
    }
  },
  90_000,
);
