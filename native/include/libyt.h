/* libyt.h: the C API of libyt 0.4 as Allranks offers it. Every function returns YT_SUCCESS or YT_FAIL and never ends the
 * program; `allranks_last_error()` (allranks.h) has the reason for the last failure on this rank.
 * All functions are called on the thread that called yt_initialize, by all ranks of MPI_COMM_WORLD in the same order
 * unless "local" is said. */
#ifndef __LIBYT_H__
#define __LIBYT_H__

#include "yt_macro.h"
#include "yt_type.h"

#ifdef __cplusplus
extern "C" {
#endif
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

/* Starts Python on every rank and imports the inline script. MPI must be initialised; once per process.
 *   argc, argv   not used; sys.argv is [''].
 *   param_libyt  copied, but `script` is borrowed until return. */
int yt_initialize(int argc, char* argv[], const yt_param_libyt* param_libyt);

/* Local: puts a value into `libyt.param_user[key]`: a scalar for n = 1, a tuple of n values else. Copied; kept until yt_free. */
int yt_set_UserParameterInt(const char* key, const int n, const int* input);
int yt_set_UserParameterLong(const char* key, const int n, const long* input);
int yt_set_UserParameterLongLong(const char* key, const int n, const long long* input);
int yt_set_UserParameterUint(const char* key, const int n, const unsigned int* input);
int yt_set_UserParameterUlong(const char* key, const int n, const unsigned long* input);
int yt_set_UserParameterFloat(const char* key, const int n, const float* input);
int yt_set_UserParameterDouble(const char* key, const int n, const double* input);
int yt_set_UserParameterString(const char* key, const char* input);

/* Calls a function of the inline script, `function_name(arg, ...)`. Each argument is the text of a Python expression and
 * reaches Python as it is. What the function raises is recorded (tolerant mode, the default) or gives YT_FAIL on all ranks
 * (ALLRANKS_MODE=normal). */
int yt_run_Function(const char* function_name);
int yt_run_FunctionArguments(const char* function_name, int argc, ...);

/* A safe point: cells that wait run here. While the file `flag_file_name` exists the simulation pauses until a notebook
 * resumes it, the last one detaches, or the file is removed.
 *   use_connection_file  has no effect: kernels are found by their kernelspec. */
int yt_run_JupyterKernel(const char* flag_file_name, bool use_connection_file);

/* Ends a round: what was set for it is dropped and the next step begins. */
int yt_free();

/* Ends the library; MPI stays initialised. */
int yt_finalize();

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
