// A simulation with data for libyt: rounds of grids whose values tell where they belong, `check(round)` of the inline script in each.
//
//   libyt_grids [ROUNDS] [DIMENSIONS] [OFFSET] [FLAG_FILE]
#include <libyt.h>
#include <mpi.h>

#include <cstdio>
#include <cstdlib>

#include "amr_round.hpp"

namespace {

int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "libyt_grids: not so: %s\n", what);
  ++failures;
}

// What the functions for callbacks say of every grid, of this rank's and of others'.
void questions(int dims, long offset) {
  int size = 1, rank = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  for (long row = 0; row < 3 * size; ++row) {
    const int level = static_cast<int>(row / size), column = static_cast<int>(row % size), owner = (column + level) % size;
    const long gid = offset + row;
    int cells[3], found_level = -1, proc = -1;
    double left[3], right[3];
    long parent = 0, count = -1;
    expect(yt_getGridInfo_Dimensions(gid, &cells) == YT_SUCCESS && cells[0] == 4 && cells[1] == (dims > 1 ? 6 : 1) && cells[2] == (dims > 2 ? 8 : 1), "dimensions of a grid");
    expect(yt_getGridInfo_LeftEdge(gid, &left) == YT_SUCCESS && left[0] == column && left[1] == 0, "left edge of a grid");
    expect(yt_getGridInfo_RightEdge(gid, &right) == YT_SUCCESS && right[0] == column + 1.0 / (1 << level), "right edge of a grid");
    expect(yt_getGridInfo_ParentId(gid, &parent) == YT_SUCCESS && parent == (level == 0 ? -1 : gid - size), "parent of a grid");
    expect(yt_getGridInfo_Level(gid, &found_level) == YT_SUCCESS && found_level == level, "level of a grid");
    expect(yt_getGridInfo_ProcNum(gid, &proc) == YT_SUCCESS && proc == owner, "rank of a grid");
    expect(yt_getGridInfo_ParticleCount(gid, "io", &count) == YT_SUCCESS && count == gid % 3, "particles of a grid");
    yt_data data;
    const bool mine = yt_getGridInfo_FieldData(gid, "Cell", &data) == YT_SUCCESS;
    expect(mine == (owner == rank), "a field's data is told by its rank only");
    if (mine) {
      expect(static_cast<double*>(data.data_ptr)[5] == static_cast<double>(gid * 10000 + 5) && data.data_dtype == YT_DOUBLE, "memory of a field");
      expect(data.data_dimensions[0] == (dims == 3 ? 8 : dims == 2 ? 6 : 4) + 3, "dimensions of a field with ghost cells");
    }
    const bool masses = yt_getGridInfo_ParticleData(gid, "io", "mass", &data) == YT_SUCCESS;
    expect(masses == (owner == rank && gid % 3 > 0), "a particle attribute's data is told by its rank only");
    if (masses) expect(data.data_dimensions[0] == gid % 3 && *static_cast<double*>(data.data_ptr) == static_cast<double>(gid * 10000), "memory of particles");
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  MPI_Init(&argc, &argv);
  const long rounds = argc > 1 ? std::atol(argv[1]) : 2;
  const int dims = argc > 2 ? std::atoi(argv[2]) : 3;
  const long offset = argc > 3 ? std::atol(argv[3]) : 0;
  const char* flag = argc > 4 ? argv[4] : nullptr;
  yt_param_libyt settings;
  settings.script = "libyt_grids_script";
  settings.counter = 5;
  if (yt_initialize(argc, argv, &settings) != YT_SUCCESS) {
    MPI_Finalize();
    return 4;
  }
  amr_round::Data data(dims, offset);
  for (long round = 0; round < rounds; ++round) {
    yt_param_yt parameters = data.parameters();
    yt_field* fields = nullptr;
    yt_particle* particles = nullptr;
    yt_grid* grids = nullptr;
    const double user[2] = {0.5, 1.5};
    expect(yt_set_Parameters(&parameters) == YT_SUCCESS, "yt_set_Parameters");
    expect(yt_set_UserParameterDouble("mu", 2, user) == YT_SUCCESS, "yt_set_UserParameterDouble");
    expect(yt_get_FieldsPtr(&fields) == YT_SUCCESS, "yt_get_FieldsPtr");
    expect(yt_get_ParticlesPtr(&particles) == YT_SUCCESS, "yt_get_ParticlesPtr");
    expect(yt_get_GridsPtr(&grids) == YT_SUCCESS, "yt_get_GridsPtr");
    if (failures > 0) break;
    data.fill(fields, particles, grids);
    expect(yt_commit() == YT_SUCCESS, "yt_commit");
    if (round == 0) questions(dims, offset);
    expect(yt_run_Function("check") == YT_SUCCESS, "yt_run_Function");
    if (flag != nullptr) expect(yt_run_JupyterKernel(flag, false) == YT_SUCCESS, "yt_run_JupyterKernel");
    expect(yt_free() == YT_SUCCESS, "yt_free");
  }
  expect(yt_run_Function("after") == YT_SUCCESS, "yt_run_Function");
  expect(yt_finalize() == YT_SUCCESS, "yt_finalize");
  MPI_Finalize();
  return failures == 0 ? 0 : 1;
}
