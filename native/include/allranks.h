/* allranks.h: run notebook cells inside the MPI ranks of a live simulation.
 *
 * A simulation calls allranks_initialize once, allranks_step once a step, and allranks_finalize at its end. Everything
 * else is optional. All functions return ALLRANKS_OK or a negative status and never end the program; the text of the
 * last failure on this rank is allranks_last_error(). Only the thread that called allranks_initialize may call the
 * collective functions; another thread is refused with ALLRANKS_ERR_THREAD.
 *
 * "Collective" means: every rank of the communicator given at initialisation calls it, in the same order.
 * The GIL is taken by the library where Python runs and released whenever control is in the simulation.
 */
#ifndef ALLRANKS_H
#define ALLRANKS_H

#include <stddef.h>
#include <stdint.h>

/* ALLRANKS_SERIAL: the library was built without MPI, for a simulation of one process. pkg-config and CMake define it. */
#ifndef ALLRANKS_SERIAL
#include <mpi.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

#define ALLRANKS_VERSION_MAJOR 0
#define ALLRANKS_VERSION_MINOR 1
#define ALLRANKS_VERSION_PATCH 0

typedef enum allranks_status {
  ALLRANKS_OK = 0,
  ALLRANKS_ERR_ARGUMENT = -1, /* an argument is NULL, out of range or unknown */
  ALLRANKS_ERR_STATE = -2,    /* called before initialise, after finalize, or twice */
  ALLRANKS_ERR_THREAD = -3,   /* called from a thread other than the one that initialised */
  ALLRANKS_ERR_PYTHON = -4,   /* Python could not start, or the inline script or a function raised */
  ALLRANKS_ERR_MPI = -5,      /* an MPI call failed */
  ALLRANKS_ERR_SYSTEM = -6,   /* out of memory, files, descriptors */
  ALLRANKS_ERR_INTERNAL = -7
} allranks_status;

typedef enum allranks_dtype {
  ALLRANKS_FLOAT32 = 1,
  ALLRANKS_FLOAT64 = 2,
  ALLRANKS_INT8 = 3,
  ALLRANKS_UINT8 = 4,
  ALLRANKS_INT16 = 5,
  ALLRANKS_UINT16 = 6,
  ALLRANKS_INT32 = 7,
  ALLRANKS_UINT32 = 8,
  ALLRANKS_INT64 = 9,
  ALLRANKS_UINT64 = 10,
  ALLRANKS_LONGDOUBLE = 11,
  ALLRANKS_COMPLEX64 = 12,
  ALLRANKS_COMPLEX128 = 13,
  ALLRANKS_DTYPE_INT = 0x7fffffff /* not a type: makes every int a value that the library can look at and refuse */
} allranks_dtype;

#define ALLRANKS_WRITABLE 1u /* Python may write through the view; default is read-only */

#define ALLRANKS_MAX_NDIM 8

/* Starts Python on every rank and imports the inline script once. Collective over `comm`.
 *   comm    communicator of the simulation; duplicated, never used itself. May be smaller than MPI_COMM_WORLD.
 *   script  path or name of the inline script, with or without ".py"; read once by rank 0 and broadcast. A missing file
 *           is created empty, with a notice. NULL: "inline_script". Borrowed until return.
 * MPI must be initialised. A script that raises prints one folded traceback and gives ALLRANKS_ERR_PYTHON on all ranks. */
#ifndef ALLRANKS_SERIAL
int allranks_initialize(MPI_Comm comm, const char *script);
#else
/* Without MPI there is no communicator: `allranks_initialize(script)`. A symbol of its own, so that a program and a library of
 * different kinds do not link. */
int allranks_initialize_serial(const char *script);
static inline int allranks_initialize(const char *script) { return allranks_initialize_serial(script); }
#endif

/* A safe point: cells that wait run here; returns when the simulation may go on. Collective.
 *   step  number of the step that begins now;  time  physical time in the simulation's own units. */
int allranks_step(int64_t step, double time);

/* Calls `name(args...)` of the inline script's namespace on this rank. Collective.
 *   args  `argc` UTF-8 strings; each is a Python expression, evaluated in the namespace, as libyt does.
 * Returns ALLRANKS_ERR_PYTHON when it raised on any rank; in tolerant mode (default) ALLRANKS_OK and the traceback
 * is recorded and shown by `%live status`. A name or argument that is NULL gives ALLRANKS_ERR_ARGUMENT on the ranks that gave
 * it; on the others it counts as a function that has raised there. */
int allranks_run_function(const char *name, int argc, const char *const *args);

/* Shows memory of the simulation to Python as `allranks.arrays[name]`, a NumPy view without a copy. Local.
 *   pointer  first element; owned by the simulation, must stay valid until withdrawn or exposed anew.
 *   ndim     1..ALLRANKS_MAX_NDIM;  shape  elements per axis;  strides  bytes per axis, NULL: C order.
 *   flags    0 or ALLRANKS_WRITABLE.
 * Exposing a name again replaces it; if pointer or shape changed while Python still holds a view, one warning names the
 * array and the cell that took the view. Cheap when nothing changed: may be called every step. */
int allranks_expose(const char *name, void *pointer, allranks_dtype dtype, int ndim, const int64_t *shape,
                    const int64_t *strides, unsigned flags);

/* Takes a name back. Local. The memory may be freed afterwards only if no view is held (a warning tells otherwise). */
int allranks_withdraw(const char *name);

#ifndef ALLRANKS_SERIAL
/* Offers a further communicator of the simulation to cells as `allranks.comms[name]`. Collective over `comm`. */
int allranks_expose_comm(const char *name, MPI_Comm comm);
#endif

/* Text of the last failure on this rank; never NULL, valid until the next call on the same thread. Any thread. */
const char *allranks_last_error(void);

/* Nonzero while a stop was asked for (`%live stop`): the simulation should finish its step and leave its loop. Local. */
int allranks_stop_requested(void);

/* Ends cells, closes the connection and Python. Collective. MPI stays initialised. */
int allranks_finalize(void);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
