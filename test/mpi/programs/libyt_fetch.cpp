// How fast fields come from another rank: every rank fetches all grids of its neighbour by get_field_remote, and exchanges the same
// number of bytes by one MPI_Sendrecv for comparison, in turn: into memory that is there, and into new memory, as a fetch does. One line
// from rank 0.
//
//   libyt_fetch GRIDS_PER_RANK CELLS_ALONG_AN_AXIS ROUNDS
//
// The inline script has `fetch(expected)`, which fetches and looks at every grid; `expected` is the sum of one of them.
#include <libyt.h>
#include <mpi.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// The slowest rank counts; `cpu` takes the processor time of this one.
template <class Work>
double timed(Work&& work, std::vector<double>* cpu) {
  MPI_Barrier(MPI_COMM_WORLD);
  const double began = MPI_Wtime(), cpu_began = cpu_seconds();
  work();
  cpu->push_back(cpu_seconds() - cpu_began);
  double took = MPI_Wtime() - began;
  MPI_Allreduce(MPI_IN_PLACE, &took, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return took;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char* argv[]) {
  MPI_Init(&argc, &argv);
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  const long mine = argc > 1 ? std::atol(argv[1]) : 512, rounds = argc > 3 ? std::atol(argv[3]) : 5;
  const int along = argc > 2 ? std::atoi(argv[2]) : 8;
  const std::size_t cells = static_cast<std::size_t>(along) * static_cast<std::size_t>(along) * static_cast<std::size_t>(along);
  yt_param_libyt settings;
  settings.script = "libyt_fetch_script";
  int failures = yt_initialize(argc, argv, &settings) != YT_SUCCESS;
  yt_param_yt p;
  p.frontend = "gamer";
  for (int axis = 0; axis < 3; ++axis) {
    p.domain_left_edge[axis] = 0;
    p.domain_right_edge[axis] = axis == 0 ? static_cast<double>(mine * size) : 1;
    p.periodicity[axis] = 0;
    p.domain_dimensions[axis] = along;
  }
  p.current_time = 0;
  p.cosmological_simulation = 0;
  p.length_unit = p.mass_unit = p.time_unit = p.velocity_unit = p.magnetic_unit = 1;
  p.dimensionality = 3;
  p.refine_by = 2;
  p.num_grids = mine * size;
  p.num_grids_local = static_cast<int>(mine);
  p.num_fields = 1;
  failures += yt_set_Parameters(&p) != YT_SUCCESS;
  yt_field* fields = nullptr;
  yt_grid* grids = nullptr;
  failures += yt_get_FieldsPtr(&fields) != YT_SUCCESS || yt_get_GridsPtr(&grids) != YT_SUCCESS;
  std::vector<float> memory(cells * static_cast<std::size_t>(mine), 1.0f), other(memory.size());
  if (failures == 0) {
    fields[0].field_name = "Dens";
    fields[0].field_dtype = YT_FLOAT;
    for (long i = 0; i < mine; ++i) {
      grids[i].id = rank * mine + i;
      grids[i].parent_id = -1;
      grids[i].level = 0;
      for (int axis = 0; axis < 3; ++axis) {
        grids[i].grid_dimensions[axis] = along;
        grids[i].left_edge[axis] = axis == 0 ? static_cast<double>(grids[i].id) : 0;
        grids[i].right_edge[axis] = grids[i].left_edge[axis] + 1;
      }
      grids[i].field_data[0].data_ptr = memory.data() + cells * static_cast<std::size_t>(i);
    }
    failures += yt_commit() != YT_SUCCESS;
  }
  std::vector<double> fetched, exchanged, exchanged_new, fetch_cpu, exchange_cpu, new_cpu;
  const std::string expected = std::to_string(cells);
  // The first one makes what is made once.
  for (long round = -1; round < rounds && failures == 0; ++round) {
    const double fetch = timed([&] { failures += yt_run_FunctionArguments("fetch", 1, expected.c_str()) != YT_SUCCESS; }, &fetch_cpu);
    const auto exchange_into = [&](float* to) {
      MPI_Sendrecv(memory.data(), static_cast<int>(memory.size()), MPI_FLOAT, (rank + size - 1) % size, 0, to, static_cast<int>(memory.size()), MPI_FLOAT, (rank + 1) % size, 0,
                   MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    };
    const double exchange = timed([&] { exchange_into(other.data()); }, &exchange_cpu);
    const double exchange_new = timed([&] { exchange_into(std::unique_ptr<float[]>(new float[memory.size()]).get()); }, &new_cpu);
    if (round < 0) continue;
    fetched.push_back(fetch);
    exchanged.push_back(exchange);
    exchanged_new.push_back(exchange_new);
  }
  if (rank == 0 && failures == 0) {
    const double bytes = static_cast<double>(memory.size() * sizeof(float));
    std::printf("fetch: %.0f MB/s a rank, exchange: %.0f MB/s a rank, into new memory: %.0f MB/s a rank, %.1f MB, processor time %.2f us a grid, exchange %.2f us a grid\n", 1e-6 * bytes / median(fetched),
                1e-6 * bytes / median(exchanged), 1e-6 * bytes / median(exchanged_new), 1e-6 * bytes, 1e6 * median(fetch_cpu) / static_cast<double>(mine), 1e6 * median(exchange_cpu) / static_cast<double>(mine));
  }
  failures += yt_free() != YT_SUCCESS;
  failures += yt_finalize() != YT_SUCCESS;
  MPI_Finalize();
  return failures == 0 ? 0 : 1;
}
