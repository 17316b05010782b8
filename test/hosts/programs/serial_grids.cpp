// A simulation written for libyt without MPI: two grids, a field, a derived field and particles; a few rounds of them.
//
//   serial_grids [ROUNDS [ENTRIES]]
//
// ROUNDS: 3 unless given. ENTRIES: letters of entry points, in order: i yt_run_InteractiveMode, r yt_run_ReloadScript,
// j yt_run_JupyterKernel (the default).
#include <libyt.h>

#include <cstdio>
#include <cstdlib>

#ifdef MPI_VERSION
#error "libyt.h must not bring mpi.h"
#endif

namespace {

double g_cells[2][8];
double g_mass[3] = {1, 2, 4};

void derived(const int, const long* gids, const char*, yt_array* out) {
  for (long i = 0; i < out->data_length; ++i) static_cast<double*>(out->data_ptr)[i] = 10.0 * static_cast<double>(gids[0]) + static_cast<double>(i);
}

void attribute(const int, const long*, const char*, const char*, yt_array* out) {
  for (long i = 0; i < out->data_length; ++i) static_cast<double*>(out->data_ptr)[i] = 0.25 * static_cast<double>(i);
}

int failures = 0;

void expect(int status, const char* what) {
  if (status == YT_SUCCESS) return;
  std::fprintf(stderr, "serial_grids: %s failed\n", what);
  ++failures;
}

void round_of(int number, const char* entries) {
  yt_par_type species;
  species.par_type = "io";
  species.num_attr = 2;
  yt_param_yt param;
  param.frontend = "gamer";
  param.current_time = number;
  param.cosmological_simulation = 0;
  param.dimensionality = 3;
  param.refine_by = 2;
  param.length_unit = param.mass_unit = param.time_unit = param.velocity_unit = param.magnetic_unit = 1;
  for (int axis = 0; axis < 3; ++axis) {
    param.domain_left_edge[axis] = 0;
    param.domain_right_edge[axis] = axis == 0 ? 2 : 1;
    param.periodicity[axis] = 1;
    param.domain_dimensions[axis] = axis == 0 ? 4 : 2;
  }
  param.num_grids = param.num_grids_local = 2;
  param.num_fields = 2;
  param.num_par_types = 1;
  param.par_type_list = &species;
  expect(yt_set_Parameters(&param), "yt_set_Parameters");
  yt_field* fields = nullptr;
  expect(yt_get_FieldsPtr(&fields), "yt_get_FieldsPtr");
  fields[0].field_name = "Dens";
  fields[0].field_dtype = YT_DOUBLE;
  fields[1].field_name = "Derived";
  fields[1].field_type = "derived_func";
  fields[1].field_dtype = YT_DOUBLE;
  fields[1].derived_func = derived;
  yt_particle* particles = nullptr;
  expect(yt_get_ParticlesPtr(&particles), "yt_get_ParticlesPtr");
  particles[0].attr_list[0].attr_name = "x";
  particles[0].attr_list[1].attr_name = "mass";
  particles[0].coor_x = particles[0].coor_y = particles[0].coor_z = "x";
  particles[0].get_par_attr = attribute;
  yt_grid* grids = nullptr;
  expect(yt_get_GridsPtr(&grids), "yt_get_GridsPtr");
  for (int g = 0; g < 2; ++g) {
    grids[g].id = g;
    grids[g].parent_id = -1;
    grids[g].level = 0;
    for (int axis = 0; axis < 3; ++axis) {
      grids[g].left_edge[axis] = axis == 0 ? g : 0;
      grids[g].right_edge[axis] = axis == 0 ? g + 1 : 1;
      grids[g].grid_dimensions[axis] = 2;
    }
    for (int i = 0; i < 8; ++i) g_cells[g][i] = 100 * number + 10 * g + i;
    grids[g].field_data[0].data_ptr = g_cells[g];
    grids[g].par_count_list[0] = g == 0 ? 3 : 0;
    if (g == 0) grids[g].particle_data[0][1].data_ptr = g_mass;
  }
  expect(yt_commit(), "yt_commit");
  int owner = -1;
  expect(yt_getGridInfo_ProcNum(1, &owner), "yt_getGridInfo_ProcNum");
  if (owner != 0) ++failures;
  expect(yt_run_Function("look"), "yt_run_Function");
  for (const char* entry = entries; *entry; ++entry) {
    if (*entry == 'i') expect(yt_run_InteractiveMode("LIBYT_STOP"), "yt_run_InteractiveMode");
    if (*entry == 'r') expect(yt_run_ReloadScript("LIBYT_STOP", "LIBYT_RELOAD", "reload.py"), "yt_run_ReloadScript");
    if (*entry == 'j') expect(yt_run_JupyterKernel("LIBYT_JUPYTER", false), "yt_run_JupyterKernel");
  }
  expect(yt_free(), "yt_free");
}

}  // namespace

int main(int argc, char* argv[]) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 3;
  const char* entries = argc > 2 ? argv[2] : "j";
  yt_param_libyt settings;
  settings.script = "serial_script";
  expect(yt_initialize(argc, argv, &settings), "yt_initialize");
  for (int number = 0; number < rounds && failures == 0; ++number) round_of(number, entries);
  expect(yt_finalize(), "yt_finalize");
  std::printf("serial_grids: %d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
