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

/* Starts Python on every rank and imports the inline script, which is created empty when it is missing. MPI must be initialised; once
 * per process, but a call that has failed may be repeated. What fails on one rank fails on all.
 *   argc, argv   not used; sys.argv is [''].
 *   param_libyt  copied, but `script` is borrowed until return; that of rank 0 counts. */
int yt_initialize(int argc, char* argv[], const yt_param_libyt* param_libyt);

/* Local, once a round and first in it: what is true for all grids. Copied; shown as `libyt.param_yt`. Refused while a round
 * has not been freed, and when a member that is needed has not been set. */
int yt_set_Parameters(yt_param_yt* param_yt);

/* Local: puts a value into `libyt.param_user[key]`: a scalar for n = 1, a tuple of n values else. Copied; kept until yt_free. */
int yt_set_UserParameterInt(const char* key, const int n, const int* input);
int yt_set_UserParameterLong(const char* key, const int n, const long* input);
int yt_set_UserParameterLongLong(const char* key, const int n, const long long* input);
int yt_set_UserParameterUint(const char* key, const int n, const unsigned int* input);
int yt_set_UserParameterUlong(const char* key, const int n, const unsigned long* input);
int yt_set_UserParameterFloat(const char* key, const int n, const float* input);
int yt_set_UserParameterDouble(const char* key, const int n, const double* input);
int yt_set_UserParameterString(const char* key, const char* input);

/* Local, after yt_set_Parameters: the library's arrays of fields [num_fields], species [num_par_types] and grids of this rank
 * [num_grids_local], to be filled before yt_commit. Fields and species in the same order on all ranks. Text that they name is
 * copied by yt_commit; the arrays of grids are gone after it. */
int yt_get_FieldsPtr(yt_field** field_list);
int yt_get_ParticlesPtr(yt_particle** particle_list);
int yt_get_GridsPtr(yt_grid** grids_local);

/* Collective: shows the round to Python, the grids of all ranks in `libyt.hierarchy`, the memory of this rank's without a copy
 * in `libyt.grid_data` and `libyt.particle_data`. What is wrong on one rank fails on all, with a sentence that names rank, grid
 * and field; the caller may mend it and commit again. */
int yt_commit(void);

/* Calls a function of the inline script, `function_name(arg, ...)`. Each argument is the text of a Python expression and
 * reaches Python as it is. What the function raises is recorded (tolerant mode, the default) or gives YT_FAIL on all ranks
 * (ALLRANKS_MODE=normal). A name or argument that is NULL gives YT_FAIL on the ranks that gave it; on the others it counts as a
 * function that has raised there. */
int yt_run_Function(const char* function_name);
int yt_run_FunctionArguments(const char* function_name, int argc, ...);

/* Three safe points, at which the user comes in: cells that wait run here, and the simulation stands still while the file
 * `flag_file_name` exists (rank 0 looks for it). In all three a notebook can use and end the pause, and removing the file ends it. YT_FAIL on
 * all ranks, with nothing done, when a name is NULL on any rank, or ALLRANKS_MODE names a mode without this entry point.
 *
 * For notebooks, which find the run by its kernelspec or by `libyt_kernel_connection.json` in the folder of the flag file.
 *   use_connection_file  true: that file is the user's and is used as it is; false: it is written here. */
int yt_run_JupyterKernel(const char* flag_file_name, bool use_connection_file);

/* For the prompt: on the terminal of `allranks run --console`, elsewhere by `allranks console`. `%libyt exit` goes on. */
int yt_run_InteractiveMode(const char* flag_file_name);

/* For a script that is read again: `script_name` runs on all ranks when the user makes the file `reload_file_name`; the result is in
 * `reload_file_name`_SUCCESS or _FAILED, and a file `reload_file_name`_EXIT goes on. Stands also without the flag file when a function
 * that is not idle has failed in this round on any rank; the flag file is then made, and removed at the end of the pause. */
int yt_run_ReloadScript(const char* flag_file_name, const char* reload_file_name, const char* script_name);

/* Local, after yt_commit, from any code of the simulation, also from a derived_func or get_par_attr: what is known of grid `gid`
 * of any rank. */
int yt_getGridInfo_Dimensions(const long gid, int (*dimensions)[3]);
int yt_getGridInfo_LeftEdge(const long gid, double (*left_edge)[3]);
int yt_getGridInfo_RightEdge(const long gid, double (*right_edge)[3]);
int yt_getGridInfo_ParentId(const long gid, long* parent_id);
int yt_getGridInfo_Level(const long gid, int* level);
int yt_getGridInfo_ProcNum(const long gid, int* proc_num);
int yt_getGridInfo_ParticleCount(const long gid, const char* ptype, long* par_count);
/* The same for the memory that this rank has committed: pointer, dimensions and type. Fails for grids of other ranks. */
int yt_getGridInfo_FieldData(const long gid, const char* field_name, yt_data* field_data);
int yt_getGridInfo_ParticleData(const long gid, const char* ptype, const char* attr, yt_data* par_data);

/* Ends a round: what was set for it is dropped and the next step begins. A round that was never committed is told on stderr. */
int yt_free(void);

/* Ends the library; MPI stays initialised. Refused while a round is open. */
int yt_finalize(void);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
