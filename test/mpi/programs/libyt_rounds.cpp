// A simulation written for libyt, in C++: rounds of parameters, functions with arguments, the Jupyter entry point.
//
//   libyt_rounds [ROUNDS] [FLAG_FILE]
#include <libyt.h>
#include <mpi.h>

#include <cstdio>
#include <cstdlib>

namespace {

int failures = 0;

void expect(int status, const char* what) {
  if (status == YT_SUCCESS) return;
  std::fprintf(stderr, "libyt_rounds: %s failed\n", what);
  ++failures;
}

}  // namespace

int main(int argc, char* argv[]) {
  MPI_Init(&argc, &argv);
  const long rounds = argc > 1 ? std::atol(argv[1]) : 3;
  const char* flag = argc > 2 ? argv[2] : "LIBYT_JUPYTER";
  yt_param_libyt param;
  param.script = "libyt_rounds_script";
  param.verbose = YT_VERBOSE_WARNING;
  if (yt_initialize(argc, argv, &param) != YT_SUCCESS) {
    MPI_Finalize();
    return 4;
  }
  for (long round = 0; round < rounds; ++round) {
    const int one = 7;
    const long many[3] = {1, 2, -3};
    const unsigned long large = ~0ul;
    const double value = 0.1;
    expect(yt_set_UserParameterInt("one", 1, &one), "yt_set_UserParameterInt");
    expect(yt_set_UserParameterLong("many", 3, many), "yt_set_UserParameterLong");
    expect(yt_set_UserParameterUlong("large", 1, &large), "yt_set_UserParameterUlong");
    expect(yt_set_UserParameterDouble("value", 1, &value), "yt_set_UserParameterDouble");
    expect(yt_set_UserParameterString("name", "caf\xc3\xa9 \"quoted\""), "yt_set_UserParameterString");
    expect(yt_run_Function("each_round"), "yt_run_Function");
    expect(yt_run_FunctionArguments("with_arguments", 5, "'it\\'s'", "\"a\\\\b\"", "'''three\nlines\n\"\"\"'''", "'\xe2\x98\x83\xf0\x9d\x84\x9e'", "1 + 2"), "yt_run_FunctionArguments");
    expect(yt_run_JupyterKernel(flag, false), "yt_run_JupyterKernel");
    expect(yt_free(), "yt_free");
  }
  expect(yt_finalize(), "yt_finalize");
  MPI_Finalize();
  return failures == 0 ? 0 : 1;
}
