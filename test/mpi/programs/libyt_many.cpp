// Many grids, or many rounds: what they cost in time and memory. One line of output per figure, from rank 0.
//
//   libyt_many GRIDS_PER_RANK ROUNDS [all]
//
// all: with a derived field and particles, whose attributes are in memory (mass) and made by a callback (x). The script's `look` is called once
// in each round. What memory has grown is that of the rank where it is most.
#include <libyt.h>
#include <mpi.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

double resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  long total = 0, pages = 0;
  if (file == nullptr) return 0;
  if (std::fscanf(file, "%ld %ld", &total, &pages) != 2) pages = 0;
  std::fclose(file);
  return static_cast<double>(pages) * 4096;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

void levels(const int, const long* gids, const char*, yt_array* out) {
  for (long i = 0; i < out->data_length; ++i) static_cast<float*>(out->data_ptr)[i] = static_cast<float>(gids[0]);
}

void positions(const int, const long* gids, const char*, const char*, yt_array* out) {
  for (long i = 0; i < out->data_length; ++i) static_cast<double*>(out->data_ptr)[i] = static_cast<double>(gids[0]) + 0.01 * static_cast<double>(i);
}

}  // namespace

int main(int argc, char* argv[]) {
  MPI_Init(&argc, &argv);
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  const long mine = argc > 1 ? std::atol(argv[1]) : 1000, rounds = argc > 2 ? std::atol(argv[2]) : 1, all = mine * size;
  const bool everything = argc > 3 && std::strcmp(argv[3], "all") == 0;
  yt_param_libyt settings;
  settings.script = "libyt_many_script";
  if (yt_initialize(argc, argv, &settings) != YT_SUCCESS) {
    MPI_Finalize();
    return 4;
  }
  std::vector<float> cells(512, 1.0f);
  std::vector<double> masses(16, 2.0);
  yt_par_type species;
  species.par_type = "io";
  species.num_attr = 2;
  double settled = 0;
  int failures = 0;
  for (long round = 0; round < rounds && failures == 0; ++round) {
    // What a first round leaves behind for good (imports, buffers of MPI) is no leak.
    if (round == rounds / 2) settled = resident_bytes();
    const double before = resident_bytes();
    yt_param_yt p;
    p.frontend = "gamer";
    for (int axis = 0; axis < 3; ++axis) {
      p.domain_left_edge[axis] = 0;
      p.domain_right_edge[axis] = axis == 0 ? static_cast<double>(all) : 1;
      p.periodicity[axis] = 0;
      p.domain_dimensions[axis] = 8;
    }
    p.current_time = static_cast<double>(round);
    p.cosmological_simulation = 0;
    p.length_unit = p.mass_unit = p.time_unit = p.velocity_unit = p.magnetic_unit = 1;
    p.dimensionality = 3;
    p.refine_by = 2;
    p.num_grids = all;
    p.num_grids_local = static_cast<int>(mine);
    p.num_fields = everything ? 2 : 1;
    if (everything) p.num_par_types = 1, p.par_type_list = &species;
    failures += yt_set_Parameters(&p) != YT_SUCCESS;
    yt_field* fields = nullptr;
    yt_particle* particles = nullptr;
    yt_grid* grids = nullptr;
    failures += yt_get_FieldsPtr(&fields) != YT_SUCCESS || yt_get_GridsPtr(&grids) != YT_SUCCESS;
    if (everything) failures += yt_get_ParticlesPtr(&particles) != YT_SUCCESS;
    if (failures > 0) break;
    fields[0].field_name = "Dens";
    fields[0].field_dtype = YT_FLOAT;
    if (everything) {
      fields[1].field_name = "Level";
      fields[1].field_type = "derived_func";
      fields[1].field_dtype = YT_FLOAT;
      fields[1].derived_func = levels;
      particles[0].attr_list[0].attr_name = "x";
      particles[0].attr_list[1].attr_name = "mass";
      particles[0].coor_x = particles[0].coor_y = particles[0].coor_z = "x";
      particles[0].get_par_attr = positions;
    }
    for (long i = 0; i < mine; ++i) {
      grids[i].id = rank * mine + i;
      grids[i].parent_id = -1;
      grids[i].level = 0;
      for (int axis = 0; axis < 3; ++axis) {
        grids[i].grid_dimensions[axis] = 8;
        grids[i].left_edge[axis] = axis == 0 ? static_cast<double>(grids[i].id) : 0;
        grids[i].right_edge[axis] = grids[i].left_edge[axis] + 1;
      }
      grids[i].field_data[0].data_ptr = cells.data();
      if (everything) {
        grids[i].par_count_list[0] = static_cast<long>(masses.size());
        grids[i].particle_data[0][1].data_ptr = masses.data();
      }
    }
    const double began = cpu_seconds();
    failures += yt_commit() != YT_SUCCESS;
    const double took = cpu_seconds() - began, held = resident_bytes() - before;
    if (rank == 0 && round == 0) {
      std::printf("commit: %.3f s of CPU, %.2f us per grid of all ranks\n", took, 1e6 * took / static_cast<double>(all));
      std::printf("held: %.1f bytes per grid of all ranks, on each rank\n", held / static_cast<double>(all));
    }
    failures += yt_run_Function("look") != YT_SUCCESS;
    failures += yt_free() != YT_SUCCESS;
  }
  double growth = resident_bytes() - settled;
  MPI_Allreduce(MPI_IN_PLACE, &growth, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  if (rank == 0 && rounds > 1) std::printf("growth: %.0f bytes in %ld rounds\n", growth, rounds - rounds / 2);
  failures += yt_finalize() != YT_SUCCESS;
  MPI_Finalize();
  return failures == 0 ? 0 : 1;
}
