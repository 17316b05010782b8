// One rank alone gives what is wrong to each collective function. Each line of output is `NAME RANK STATUS TEXT`, with status 1 for
// success. No call may wait for the rank that was wrong, and a right call has to work after each.
//
//   libyt_one_wrong RANK [own]
//
// own: the functions of allranks.h instead of libyt's. The inline script has `each_round`, in which all ranks communicate, and `quiet`.
#include <allranks.h>
#include <libyt.h>
#include <mpi.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

int g_rank = 0;

void say(const char* name, bool succeeded) {
  std::printf("%s %d %d %s\n", name, g_rank, succeeded ? 1 : 0, succeeded ? "" : allranks_last_error());
  std::fflush(stdout);
}

void libyts(int argc, char* argv[], bool wrong) {
  const auto told = [](const char* name, int status) { say(name, status == YT_SUCCESS); };
  yt_param_libyt settings;
  settings.script = "one_wrong";
  settings.verbose = YT_VERBOSE_OFF;
  told("initialize_null", yt_initialize(argc, argv, wrong ? nullptr : &settings));
  told("initialize_null_again", yt_initialize(argc, argv, wrong ? nullptr : &settings));
  told("initialize", yt_initialize(argc, argv, &settings));
  told("jupyter_null", yt_run_JupyterKernel(wrong ? nullptr : "FLAG", false));
  told("jupyter", yt_run_JupyterKernel("FLAG", false));
  told("interactive_null", yt_run_InteractiveMode(wrong ? nullptr : "FLAG"));
  told("interactive", yt_run_InteractiveMode("FLAG"));
  told("reload_flag_null", yt_run_ReloadScript(wrong ? nullptr : "FLAG", "RELOAD", "reload.py"));
  told("reload_file_null", yt_run_ReloadScript("FLAG", wrong ? nullptr : "RELOAD", "reload.py"));
  told("reload_script_null", yt_run_ReloadScript("FLAG", "RELOAD", wrong ? nullptr : "reload.py"));
  told("reload", yt_run_ReloadScript("FLAG", "RELOAD", "reload.py"));
  told("function_null", yt_run_Function(wrong ? nullptr : "each_round"));
  told("function", yt_run_Function("each_round"));
  told("argument_null", yt_run_FunctionArguments("each_round", 2, "1", wrong ? nullptr : "2"));
  told("arguments", yt_run_FunctionArguments("each_round", 2, "1", "2"));
  told("quiet_null", yt_run_Function(wrong ? "" : "quiet"));
  told("quiet", yt_run_Function("quiet"));
  told("free", yt_free());
  told("finalize", yt_finalize());
}

void ours(bool wrong) {
  const auto told = [](const char* name, int status) { say(name, status == ALLRANKS_OK); };
  // The script of rank 0 counts, so this is no mistake on any rank.
  told("initialize_null", allranks_initialize(MPI_COMM_WORLD, wrong ? nullptr : "one_wrong"));
  const char* right[] = {"1"};
  const char* null[] = {nullptr};
  told("function_null", allranks_run_function(wrong ? nullptr : "each_round", 0, nullptr));
  told("argument_null", allranks_run_function("each_round", 1, wrong ? null : right));
  told("argc_negative", allranks_run_function("each_round", wrong ? -1 : 0, nullptr));
  told("function", allranks_run_function("each_round", 1, right));
  told("comm_without_name", allranks_expose_comm(wrong ? nullptr : "other", MPI_COMM_WORLD));
  told("comm", allranks_expose_comm("other", MPI_COMM_WORLD));
  told("step", allranks_step(1, 0.5));
  told("finalize", allranks_finalize());
}

}  // namespace

int main(int argc, char* argv[]) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &g_rank);
  const bool wrong = argc > 1 && std::atoi(argv[1]) == g_rank;
  if (argc > 2 && std::strcmp(argv[2], "own") == 0) {
    ours(wrong);
  } else {
    libyts(argc, argv, wrong);
  }
  MPI_Finalize();
  return 0;
}
