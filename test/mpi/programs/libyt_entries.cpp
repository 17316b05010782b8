// A simulation with libyt's entry points: rounds of inline functions, then the entry points that its arguments name.
//
//   libyt_entries ROUNDS ENTRIES [FUNCTION ...]
//
// ENTRIES: letters, in order: i yt_run_InteractiveMode, r yt_run_ReloadScript, j yt_run_JupyterKernel, c the same with the user's
// connection file. The flag file is LIBYT_STOP for all of them. ROUNDS 0: until a file named ENOUGH is there.
#include <allranks.h>
#include <libyt.h>
#include <mpi.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

int main(int argc, char* argv[]) {
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  const long rounds = argc > 1 ? std::atol(argv[1]) : 3;
  const char* entries = argc > 2 ? argv[2] : "irj";
  yt_param_libyt param;
  param.script = "libyt_entries_script";
  if (yt_initialize(argc, argv, &param) != YT_SUCCESS) {
    MPI_Finalize();
    return 4;
  }
  int failures = 0;
  const auto tell = [&](const char* what, int status) {
    if (status == YT_SUCCESS) return;
    ++failures;
    std::printf("%s on rank %d: %s\n", what, rank, allranks_last_error());
    std::fflush(stdout);
  };
  for (long round = 0; rounds == 0 || round < rounds; ++round) {
    int enough = 0;
    struct stat info {};
    if (rank == 0) enough = stat("ENOUGH", &info) == 0;
    MPI_Bcast(&enough, 1, MPI_INT, 0, MPI_COMM_WORLD);
    if (enough) break;
    for (int at = 3; at < argc; ++at) tell(argv[at], yt_run_Function(argv[at]));
    for (const char* entry = entries; *entry; ++entry) {
      if (*entry == 'i') tell("yt_run_InteractiveMode", yt_run_InteractiveMode("LIBYT_STOP"));
      if (*entry == 'r') tell("yt_run_ReloadScript", yt_run_ReloadScript("LIBYT_STOP", "LIBYT_RELOAD", "reload.py"));
      if (*entry == 'j' || *entry == 'c') tell("yt_run_JupyterKernel", yt_run_JupyterKernel("LIBYT_STOP", *entry == 'c'));
    }
    if (rounds != 0 && rank == 0) std::printf("round %ld is over\n", round);
    std::fflush(stdout);
    tell("yt_free", yt_free());
    if (rounds == 0) usleep(1000);
  }
  tell("yt_finalize", yt_finalize());
  MPI_Finalize();
  return failures == 0 ? 0 : 1;
}
