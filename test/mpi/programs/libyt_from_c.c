/* libyt's functions from C: one grid per rank, one field, every function once. */
#include <libyt.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;

static void expect(int status, const char* what) {
  if (status == YT_SUCCESS) return;
  fprintf(stderr, "libyt_from_c: %s failed\n", what);
  ++failures;
}

int main(int argc, char* argv[]) {
  int rank, size, axis;
  double cells[2][3][4];
  double* first = &cells[0][0][0];
  yt_param_libyt settings;
  yt_param_yt param;
  yt_field* fields;
  yt_grid* grids;
  long parent;
  const unsigned int some[2] = {3, 4};
  const long long large = -5000000000ll;
  const float small = 0.25f;

  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  for (axis = 0; axis < 24; ++axis) first[axis] = rank * 100 + axis;
  settings.verbose = YT_VERBOSE_WARNING;
  settings.script = "libyt_from_c_script";
  settings.counter = 0;
  settings.check_data = true;
  expect(yt_initialize(argc, argv, &settings), "yt_initialize");

  memset(&param, 0, sizeof param);
  param.frontend = "gamer";
  for (axis = 0; axis < 3; ++axis) {
    param.domain_right_edge[axis] = axis == 0 ? size : 1;
    param.domain_dimensions[axis] = axis == 0 ? 4 * size : axis == 1 ? 3 : 2;
  }
  param.length_unit = param.mass_unit = param.time_unit = param.velocity_unit = param.magnetic_unit = 1;
  param.dimensionality = 3;
  param.refine_by = 2;
  param.num_grids = size;
  param.num_grids_local = 1;
  param.num_fields = 1;
  expect(yt_set_Parameters(&param), "yt_set_Parameters");
  expect(yt_set_UserParameterUint("some", 2, some), "yt_set_UserParameterUint");
  expect(yt_set_UserParameterLongLong("large", 1, &large), "yt_set_UserParameterLongLong");
  expect(yt_set_UserParameterFloat("small", 1, &small), "yt_set_UserParameterFloat");
  expect(yt_get_FieldsPtr(&fields), "yt_get_FieldsPtr");
  expect(yt_get_GridsPtr(&grids), "yt_get_GridsPtr");
  if (failures == 0) {
    fields[0].field_name = "Dens";
    fields[0].field_dtype = YT_DOUBLE;
    grids[0].id = rank;
    grids[0].parent_id = -1;
    grids[0].level = 0;
    for (axis = 0; axis < 3; ++axis) {
      grids[0].left_edge[axis] = axis == 0 ? rank : 0;
      grids[0].right_edge[axis] = axis == 0 ? rank + 1 : 1;
      grids[0].grid_dimensions[axis] = axis == 0 ? 4 : axis == 1 ? 3 : 2;
    }
    grids[0].field_data[0].data_ptr = cells;
  }
  expect(yt_commit(), "yt_commit");
  expect(yt_getGridInfo_ParentId(rank, &parent), "yt_getGridInfo_ParentId");
  expect(yt_run_Function("look"), "yt_run_Function");
  expect(yt_run_FunctionArguments("look", 2, "1", "'two'"), "yt_run_FunctionArguments");
  expect(yt_free(), "yt_free");
  expect(yt_finalize(), "yt_finalize");
  MPI_Finalize();
  return failures == 0 ? 0 : 1;
}
