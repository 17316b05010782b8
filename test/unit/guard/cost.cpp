// Time of an 8-byte allreduce: plain, through a replaced slot outside of a cell, and in a cell. Argument: the extension module.
#include <dlfcn.h>

#include <algorithm>

#include "cell_scene.h"

int main(int argc, char** argv) {
  scene::require(argc == 2, "arguments");
  MPI_Init(&argc, &argv);
  MPI_Comm cell_comm = MPI_COMM_NULL;
  MPI_Comm_dup(MPI_COMM_WORLD, &cell_comm);
  void* module = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  scene::require(module != nullptr, "the module loads");
  const auto time_allreduce = reinterpret_cast<double (*)(MPI_Comm, int)>(dlsym(module, "time_allreduce"));
  constexpr int kRounds = 20000;
  constexpr int kTimes = 7;
  const auto best = [&] {
    double least = 1e9;
    for (int i = 0; i < kTimes; ++i) least = std::min(least, time_allreduce(cell_comm, kRounds));
    return least * 1e6;
  };
  best();
  const double plain = best();
  allranks::guard::install(cell_comm);
  const double outside = best();
  allranks::guard::arm(1, {});
  const double inside = best();
  allranks::guard::disarm();
  int rank = 0;
  MPI_Comm_rank(cell_comm, &rank);
  const double begin = MPI_Wtime();
  for (int i = 0; i < 1000000; ++i) allranks::guard::rescan();
  const double scan_ns = (MPI_Wtime() - begin) * 1e3;
  if (rank == 0) std::printf("8-byte allreduce, us: plain %.3f, outside a cell %.3f, in a cell %.3f (%.2f x); rescan %.0f ns\n", plain, outside, inside, inside / plain, scan_ns);
  allranks::guard::uninstall();
  MPI_Finalize();
  return 0;
}
