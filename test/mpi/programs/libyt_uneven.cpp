// A simulation written for libyt whose ranks differ: rank 0 has no grids, rank 1 (of more than two) no particles, and callbacks
// named so throw on the last rank. Besides, it has traffic of its own under way on MPI_COMM_WORLD while functions fetch data.
//
//   libyt_uneven FUNCTION...
//
// Calls the functions of the inline script twice in one round: first with receives of its own pending that take any message of any rank, then with
// messages and a reduction of its own that are not over yet. Then stands still while the file LIBYT_STOP is there.
#include <libyt.h>
#include <mpi.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr int kCells[3] = {2, 3, 4};  // along x, y, z
constexpr long kOffset = 1, kGrids = 2;  // first id; of each rank that has any

int failures = 0, world_rank = 0, world_size = 1;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "libyt_uneven: rank %d: not so: %s\n", world_rank, what);
  ++failures;
}

bool throws() { return world_rank == world_size - 1; }

void derived(const int, const long* gids, const char* field, yt_array* out) {
  if (std::string(field) == "Throws" && throws()) throw std::runtime_error("no such state");
  for (long i = 0; i < out->data_length; ++i) static_cast<double*>(out->data_ptr)[i] = static_cast<double>(gids[0] * 10 + i);
}

void attribute(const int, const long* gids, const char*, const char* attr, yt_array* out) {
  if (std::string(attr) == "throws" && throws()) throw 7;
  for (long i = 0; i < out->data_length; ++i) static_cast<double*>(out->data_ptr)[i] = static_cast<double>(gids[0]) + 0.25 * static_cast<double>(i) + (attr[0] == 'y' ? 100 : 0);
}

long particles_of(int rank, long gid) { return rank == 1 && world_size > 2 ? 0 : gid % 2 + 1; }

std::vector<double> commit() {
  const long all = kGrids * (world_size - 1), mine = world_rank == 0 ? 0 : kGrids;
  yt_par_type species;
  species.par_type = "io";
  species.num_attr = 4;
  yt_param_yt p;
  p.frontend = "gamer";
  for (int axis = 0; axis < 3; ++axis) {
    p.domain_left_edge[axis] = 0;
    p.domain_right_edge[axis] = axis == 0 ? static_cast<double>(all) : 1;
    p.periodicity[axis] = 0;
    p.domain_dimensions[axis] = kCells[axis] * (axis == 0 ? static_cast<int>(all) : 1);
  }
  p.current_time = 0;
  p.cosmological_simulation = 0;
  p.length_unit = p.mass_unit = p.time_unit = p.velocity_unit = p.magnetic_unit = 1;
  p.dimensionality = 3;
  p.refine_by = 2;
  p.index_offset = kOffset;
  p.num_grids = all;
  p.num_grids_local = static_cast<int>(mine);
  p.num_fields = 3;
  p.num_par_types = 1;
  p.par_type_list = &species;
  yt_field* fields = nullptr;
  yt_particle* particles = nullptr;
  yt_grid* grids = nullptr;
  expect(yt_set_Parameters(&p) == YT_SUCCESS, "yt_set_Parameters");
  expect(yt_get_FieldsPtr(&fields) == YT_SUCCESS && yt_get_ParticlesPtr(&particles) == YT_SUCCESS, "the lists");
  if (mine > 0) expect(yt_get_GridsPtr(&grids) == YT_SUCCESS, "yt_get_GridsPtr");
  if (failures > 0) return {};
  const char* const names[3] = {"Cell", "Derived", "Throws"};
  for (int field = 0; field < 3; ++field) {
    fields[field].field_name = names[field];
    fields[field].field_dtype = YT_DOUBLE;
    if (field == 0) continue;
    fields[field].field_type = "derived_func";
    fields[field].derived_func = derived;
  }
  const char* const attributes[4] = {"x", "y", "z", "throws"};
  for (int at = 0; at < 4; ++at) particles[0].attr_list[at].attr_name = attributes[at];
  particles[0].coor_x = attributes[0];
  particles[0].coor_y = attributes[1];
  particles[0].coor_z = attributes[2];
  particles[0].get_par_attr = attribute;
  constexpr long kInGrid = static_cast<long>(kCells[0]) * kCells[1] * kCells[2];
  std::vector<double> cells(static_cast<std::size_t>(mine * kInGrid));
  for (long i = 0; i < mine; ++i) {
    yt_grid& grid = grids[i];
    grid.id = kOffset + kGrids * (world_rank - 1) + i;
    grid.parent_id = -1;
    grid.level = 0;
    for (int axis = 0; axis < 3; ++axis) {
      grid.grid_dimensions[axis] = kCells[axis];
      grid.left_edge[axis] = axis == 0 ? static_cast<double>(grid.id - kOffset) : 0;
      grid.right_edge[axis] = grid.left_edge[axis] + 1;
    }
    grid.par_count_list[0] = particles_of(world_rank, grid.id);
    double* const first = cells.data() + i * kInGrid;
    for (long cell = 0; cell < kInGrid; ++cell) first[cell] = static_cast<double>(grid.id * 1000 + cell);
    grid.field_data[0].data_ptr = first;
  }
  expect(yt_commit() == YT_SUCCESS, "yt_commit");
  return cells;
}

}  // namespace

int main(int argc, char* argv[]) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &world_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &world_size);
  yt_param_libyt settings;
  settings.script = "libyt_uneven_script";
  expect(yt_initialize(argc, argv, &settings) == YT_SUCCESS, "yt_initialize");
  const auto functions = [&] {
    for (int i = 1; i < argc; ++i) expect(yt_run_Function(argv[i]) == YT_SUCCESS, argv[i]);
  };
  const int next = (world_rank + 1) % world_size, before = (world_rank + world_size - 1) % world_size;
  const std::vector<double> cells = commit();

  int got = -1, there = 0;
  MPI_Request pending = MPI_REQUEST_NULL;
  MPI_Status status{};
  MPI_Irecv(&got, 1, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &pending);
  functions();
  MPI_Test(&pending, &there, &status);
  expect(there == 0, "the simulation's receive is still pending");
  // Nobody sends before all have looked.
  MPI_Barrier(MPI_COMM_WORLD);
  MPI_Send(&world_rank, 1, MPI_INT, next, 3, MPI_COMM_WORLD);
  if (there == 0) MPI_Wait(&pending, &status);
  expect(got == before && status.MPI_SOURCE == before && status.MPI_TAG == 3, "the simulation's receive gets the simulation's message");

  const int one = 1;
  int sum = 0;
  MPI_Request requests[2] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
  MPI_Isend(&world_rank, 1, MPI_INT, next, 0, MPI_COMM_WORLD, &requests[0]);
  MPI_Iallreduce(&one, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD, &requests[1]);
  functions();
  MPI_Recv(&got, 1, MPI_INT, before, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
  expect(got == before && sum == world_size, "messages and reduction of the simulation are as they were");
  expect(yt_run_JupyterKernel("LIBYT_STOP", false) == YT_SUCCESS, "yt_run_JupyterKernel");
  expect(yt_free() == YT_SUCCESS && yt_finalize() == YT_SUCCESS, "the end");
  MPI_Finalize();
  return failures == 0 ? 0 : 1;
}
