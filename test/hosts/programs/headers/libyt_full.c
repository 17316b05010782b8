/* Every function, structure and member of libyt.h, as a program in C99 (which sets every member) and in C++ uses them: one file, compiled as
 * both, and with -DWITHOUT_MPI for a library without it. Each rank has one grid. */
#include <libyt.h>
#ifndef WITHOUT_MPI
#include <mpi.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int wrong = 0, rank = 0, size = 1;

static void expect(int holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "libyt_full: rank %d: not so: %s\n", rank, what);
  ++wrong;
}

static void derived(const int list_len, const long* gids, const char* name, yt_array* out) {
  long i;
  expect(list_len == 1 && gids[0] == out->gid && strcmp(name, "Derived") == 0 && out->data_length == 8, "arguments of derived_func");
  for (i = 0; i < out->data_length; ++i) ((long*)out->data_ptr)[i] = gids[0];
}

static void attribute(const int list_len, const long* gids, const char* species, const char* name, yt_array* out) {
  long i, count = 0;
  expect(list_len == 1 && strcmp(species, "dark") == 0 && strcmp(name, "x") == 0, "arguments of get_par_attr");
  expect(yt_getGridInfo_ParticleCount(gids[0], species, &count) == YT_SUCCESS && count == out->data_length, "yt_getGridInfo_ParticleCount in get_par_attr");
  for (i = 0; i < out->data_length; ++i) ((double*)out->data_ptr)[i] = 0.5;
}

static double cells[4][2][4];
static float face[3][2][2];
static long long ids[2] = {7, 8};
static const char* density_names[1] = {"density"};
static const char* position_names[1] = {"posx"};

static void set_parameters(void) {
  const int an_int = -1;
  const long longs[2] = {2, 3};
  const long long a_long_long = -5000000000LL;
  const unsigned int a_uint = 4000000000u;
  const unsigned long a_ulong = 18446744073709551615ul;
  const float a_float = 0.25f;
  const double doubles[3] = {1.5, 2.5, 3.5};
  yt_par_type species[1];
  yt_param_yt param;
  int axis;
  species[0].par_type = "dark";
  species[0].num_attr = 2;
  param.frontend = "enzo";
  param.fig_basename = "Full";
  for (axis = 0; axis < 3; ++axis) {
    param.domain_left_edge[axis] = 0;
    param.domain_right_edge[axis] = axis == 0 ? size : 1;
    param.periodicity[axis] = axis == 2;
    param.domain_dimensions[axis] = axis == 0 ? 2 * size : 2;
  }
  param.current_time = 2.5;
  param.current_redshift = 0.5;
  param.omega_lambda = 0.7;
  param.omega_matter = 0.3;
  param.hubble_constant = 0.72;
  param.length_unit = 2;
  param.mass_unit = 3;
  param.time_unit = 4;
  param.velocity_unit = 5;
  param.magnetic_unit = 6;
  param.cosmological_simulation = 1;
  param.dimensionality = 3;
  param.refine_by = 2;
  param.index_offset = 1;
  param.num_grids = size;
  param.num_fields = 3;
  param.num_par_types = 1;
  param.par_type_list = species;
  param.num_grids_local = 1;
  expect(yt_set_Parameters(&param) == YT_SUCCESS, "yt_set_Parameters");
  expect(yt_set_UserParameterInt("int", 1, &an_int) == YT_SUCCESS, "yt_set_UserParameterInt");
  expect(yt_set_UserParameterLong("long", 2, longs) == YT_SUCCESS, "yt_set_UserParameterLong");
  expect(yt_set_UserParameterLongLong("longlong", 1, &a_long_long) == YT_SUCCESS, "yt_set_UserParameterLongLong");
  expect(yt_set_UserParameterUint("uint", 1, &a_uint) == YT_SUCCESS, "yt_set_UserParameterUint");
  expect(yt_set_UserParameterUlong("ulong", 1, &a_ulong) == YT_SUCCESS, "yt_set_UserParameterUlong");
  expect(yt_set_UserParameterFloat("float", 1, &a_float) == YT_SUCCESS, "yt_set_UserParameterFloat");
  expect(yt_set_UserParameterDouble("double", 3, doubles) == YT_SUCCESS, "yt_set_UserParameterDouble");
  expect(yt_set_UserParameterString("string", "text") == YT_SUCCESS, "yt_set_UserParameterString");
}

static void set_fields(void) {
  yt_field* fields = NULL;
  int i;
  expect(yt_get_FieldsPtr(&fields) == YT_SUCCESS && fields != NULL, "yt_get_FieldsPtr");
  if (fields == NULL) return;
  for (i = 0; i < 3; ++i) {
    memset(fields[i].field_ghost_cell, 0, sizeof fields[i].field_ghost_cell);
    fields[i].contiguous_in_x = true;
    fields[i].field_unit = "";
    fields[i].num_field_name_alias = 0;
    fields[i].field_name_alias = NULL;
    fields[i].field_display_name = NULL;
    fields[i].derived_func = NULL;
  }
  fields[0].field_name = "Dens";
  fields[0].field_type = "cell-centered";
  fields[0].field_dtype = YT_DOUBLE;
  fields[0].field_ghost_cell[0] = fields[0].field_ghost_cell[1] = 1;
  fields[0].field_ghost_cell[5] = 2;
  fields[0].field_unit = "g/cm**3";
  fields[0].num_field_name_alias = 1;
  fields[0].field_name_alias = density_names;
  fields[0].field_display_name = "Density";
  fields[1].field_name = "Face";
  fields[1].field_type = "face-centered";
  fields[1].field_dtype = YT_FLOAT;
  fields[1].contiguous_in_x = false;
  fields[2].field_name = "Derived";
  fields[2].field_type = "derived_func";
  fields[2].field_dtype = YT_LONG;
  fields[2].derived_func = derived;
}

static void set_particles(void) {
  yt_particle* particles = NULL;
  expect(yt_get_ParticlesPtr(&particles) == YT_SUCCESS && particles != NULL, "yt_get_ParticlesPtr");
  if (particles == NULL) return;
  expect(strcmp(particles[0].par_type, "dark") == 0 && particles[0].num_attr == 2, "par_type and num_attr are set");
  particles[0].attr_list[0].attr_name = "x";
  particles[0].attr_list[0].attr_dtype = YT_DOUBLE;
  particles[0].attr_list[0].attr_unit = "code_length";
  particles[0].attr_list[0].num_attr_name_alias = 1;
  particles[0].attr_list[0].attr_name_alias = position_names;
  particles[0].attr_list[0].attr_display_name = "X";
  particles[0].attr_list[1].attr_name = "id";
  particles[0].attr_list[1].attr_dtype = YT_LONGLONG;
  particles[0].attr_list[1].attr_unit = "";
  particles[0].attr_list[1].num_attr_name_alias = 0;
  particles[0].attr_list[1].attr_name_alias = NULL;
  particles[0].attr_list[1].attr_display_name = NULL;
  particles[0].coor_x = particles[0].coor_y = particles[0].coor_z = "x";
  particles[0].get_par_attr = attribute;
}

static void set_grids(void) {
  yt_grid* grids = NULL;
  int axis;
  expect(yt_get_GridsPtr(&grids) == YT_SUCCESS && grids != NULL, "yt_get_GridsPtr");
  if (grids == NULL) return;
  expect(grids[0].proc_num == rank, "proc_num is set");
  grids[0].id = rank + 1;
  grids[0].parent_id = -1;
  grids[0].level = 0;
  for (axis = 0; axis < 3; ++axis) {
    grids[0].left_edge[axis] = axis == 0 ? rank : 0;
    grids[0].right_edge[axis] = axis == 0 ? rank + 1 : 1;
    grids[0].grid_dimensions[axis] = 2;
  }
  grids[0].par_count_list[0] = 2;
  cells[0][0][0] = 100 * rank;
  grids[0].field_data[0].data_ptr = cells;
  grids[0].field_data[0].data_dtype = YT_DOUBLE;
  grids[0].field_data[1].data_ptr = face;
  grids[0].field_data[1].data_dimensions[0] = 3;
  grids[0].field_data[1].data_dimensions[1] = grids[0].field_data[1].data_dimensions[2] = 2;
  grids[0].particle_data[0][1].data_ptr = ids;
}

static void ask(void) {
  int three[3] = {0, 0, 0}, number = -1;
  double edge[3] = {-1, -1, -1};
  long count = -2;
  yt_data data;
  const long other = (rank + 1) % size + 1;
  expect(yt_getGridInfo_Dimensions(other, &three) == YT_SUCCESS && three[0] == 2 && three[2] == 2, "yt_getGridInfo_Dimensions");
  expect(yt_getGridInfo_LeftEdge(other, &edge) == YT_SUCCESS && edge[0] == (double)(other - 1), "yt_getGridInfo_LeftEdge");
  expect(yt_getGridInfo_RightEdge(other, &edge) == YT_SUCCESS && edge[0] == (double)other, "yt_getGridInfo_RightEdge");
  expect(yt_getGridInfo_ParentId(other, &count) == YT_SUCCESS && count == -1, "yt_getGridInfo_ParentId");
  expect(yt_getGridInfo_Level(other, &number) == YT_SUCCESS && number == 0, "yt_getGridInfo_Level");
  expect(yt_getGridInfo_ProcNum(other, &number) == YT_SUCCESS && number == (rank + 1) % size, "yt_getGridInfo_ProcNum");
  expect(yt_getGridInfo_ParticleCount(other, "dark", &count) == YT_SUCCESS && count == 2, "yt_getGridInfo_ParticleCount");
  expect(yt_getGridInfo_FieldData(rank + 1, "Dens", &data) == YT_SUCCESS && data.data_ptr == (void*)cells && data.data_dtype == YT_DOUBLE, "yt_getGridInfo_FieldData");
  expect(data.data_dimensions[0] == 4 && data.data_dimensions[1] == 2 && data.data_dimensions[2] == 4, "its dimensions");
  expect(yt_getGridInfo_ParticleData(rank + 1, "dark", "id", &data) == YT_SUCCESS && data.data_ptr == (void*)ids && data.data_dimensions[0] == 2, "yt_getGridInfo_ParticleData");
  expect(yt_getGridInfo_ParentId(99, &count) == YT_FAIL, "yt_getGridInfo_ParentId of no grid");
}

int main(int argc, char* argv[]) {
  yt_param_libyt settings;
#ifndef WITHOUT_MPI
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
#endif
  settings.verbose = YT_VERBOSE_WARNING;
  settings.script = "libyt_full_script";
  settings.counter = 3;
  settings.check_data = true;
  expect(yt_initialize(argc, argv, &settings) == YT_SUCCESS, "yt_initialize");
  set_parameters();
  set_fields();
  set_particles();
  set_grids();
  expect(yt_commit() == YT_SUCCESS, "yt_commit");
  ask();
  expect(yt_run_Function("check") == YT_SUCCESS, "yt_run_Function");
  expect(yt_run_FunctionArguments("check", 4, "1", "'two words'", "[3]", "b\"four\"") == YT_SUCCESS, "yt_run_FunctionArguments");
  expect(yt_run_InteractiveMode("NO_FLAG") == YT_SUCCESS, "yt_run_InteractiveMode");
  expect(yt_run_ReloadScript("NO_FLAG", "RELOAD", "libyt_full_script.py") == YT_SUCCESS, "yt_run_ReloadScript");
  expect(yt_run_JupyterKernel("NO_FLAG", false) == YT_SUCCESS, "yt_run_JupyterKernel");
  expect(yt_free() == YT_SUCCESS, "yt_free");
  expect(yt_finalize() == YT_SUCCESS, "yt_finalize");
  printf("libyt_full: rank %d: %d wrong\n", rank, wrong);
#ifndef WITHOUT_MPI
  MPI_Finalize();
#endif
  return wrong == 0 ? 0 : 1;
}
