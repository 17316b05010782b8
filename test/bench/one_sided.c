/* What one-sided reads between ranks cost, beside messages of the same bytes: every rank reads BYTES of its neighbour ROUNDS times.
 *
 *   mpicc -O2 -o one_sided test/bench/one_sided.c && mpiexec -n 2 ./one_sided WINDOW LIFE BYTES ROUNDS
 *
 * WINDOW: create, allocate or dynamic. LIFE: `each` makes the window anew each time, `kept` once and copies into it, as get_field_remote
 * would have to. One line from rank 0; one from each rank on which a call of MPI fails. Errors are returned, settings are the MPI's own. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int rank, size, neighbour;
static MPI_Comm comm;

/* The first call that fails ends the round with its code. */
#define CHECK(call)                                                        \
  do {                                                                     \
    const int code_ = (call);                                              \
    if (code_ != MPI_SUCCESS) return failed(#call, code_);                 \
  } while (0)

static int failed(const char *call, int code) {
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, text, &length);
  printf("rank %d: %.*s: %s\n", rank, (int)strcspn(call, "("), call, text);
  fflush(stdout);
  return code;
}

static void fill(char *memory, long bytes) {
  for (long i = 0; i < bytes; i += 509) memory[i] = (char)(rank * 7 + i / 509);
}

static int is_of(const char *memory, long bytes, int owner) {
  for (long i = 0; i < bytes; i += 509) {
    if (memory[i] != (char)(owner * 7 + i / 509)) return 0;
  }
  return 1;
}

struct Window {
  MPI_Win handle;
  char *memory;
  int dynamic, own;
};

static int make(struct Window *w, const char *kind, long bytes) {
  w->dynamic = strcmp(kind, "dynamic") == 0;
  w->own = strcmp(kind, "allocate") != 0;
  if (w->own) w->memory = calloc((size_t)bytes + 1, 1);
  if (w->dynamic) {
    CHECK(MPI_Win_create_dynamic(MPI_INFO_NULL, comm, &w->handle));
    if (bytes > 0) CHECK(MPI_Win_attach(w->handle, w->memory, bytes));
  } else if (w->own) {
    CHECK(MPI_Win_create(w->memory, bytes, 1, MPI_INFO_NULL, comm, &w->handle));
  } else {
    CHECK(MPI_Win_allocate(bytes, 1, MPI_INFO_NULL, comm, &w->memory, &w->handle));
  }
  CHECK(MPI_Win_set_errhandler(w->handle, MPI_ERRORS_RETURN));
  CHECK(MPI_Win_lock_all(MPI_MODE_NOCHECK, w->handle));
  return MPI_SUCCESS;
}

static int drop(struct Window *w, long bytes) {
  CHECK(MPI_Win_unlock_all(w->handle));
  CHECK(MPI_Barrier(comm));
  if (w->dynamic && bytes > 0) CHECK(MPI_Win_detach(w->handle, w->memory));
  CHECK(MPI_Win_free(&w->handle));
  if (w->own) free(w->memory);
  return MPI_SUCCESS;
}

static int one_sided(struct Window *w, const char *source, char *target, long bytes) {
  const long most = 1L << 28;
  MPI_Aint mine = 0, places[64];
  memcpy(w->memory, source, (size_t)bytes);
  if (w->dynamic) MPI_Get_address(w->memory, &mine);
  CHECK(MPI_Win_sync(w->handle));
  CHECK(MPI_Allgather(&mine, 1, MPI_AINT, places, 1, MPI_AINT, comm));
  for (long at = 0; at < bytes; at += most) {
    const int part = (int)(bytes - at < most ? bytes - at : most);
    CHECK(MPI_Get(target + at, part, MPI_BYTE, neighbour, places[neighbour] + at, part, MPI_BYTE, w->handle));
  }
  CHECK(MPI_Win_flush_all(w->handle));
  CHECK(MPI_Barrier(comm));
  return MPI_SUCCESS;
}

static int messages(const char *source, char *target, long bytes) {
  const long most = 1L << 28;
  for (long at = 0; at < bytes; at += most) {
    const int part = (int)(bytes - at < most ? bytes - at : most);
    CHECK(MPI_Sendrecv(source + at, part, MPI_BYTE, (rank + size - 1) % size, 0, target + at, part, MPI_BYTE, neighbour, 0, comm, MPI_STATUS_IGNORE));
  }
  return MPI_SUCCESS;
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char *argv[]) {
  MPI_Init(&argc, &argv);
  MPI_Comm_dup(MPI_COMM_WORLD, &comm);
  MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN);
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  neighbour = (rank + 1) % size;
  if (argc < 5 || size > 64) return MPI_Abort(comm, 2);
  const char *kind = argv[1];
  const int kept = strcmp(argv[2], "kept") == 0;
  const long bytes = atol(argv[3]), rounds = atol(argv[4]);
  char *source = calloc((size_t)bytes + 1, 1), *target = calloc((size_t)bytes + 1, 1);
  double *reads = calloc((size_t)rounds, sizeof(double)), *sends = calloc((size_t)rounds, sizeof(double));
  struct Window window;
  int right = 1;
  fill(source, bytes);
  if (kept) right = make(&window, kind, bytes) == MPI_SUCCESS;
  MPI_Allreduce(MPI_IN_PLACE, &right, 1, MPI_INT, MPI_MIN, comm);
  for (long round = 0; round < rounds && right; ++round) {
    memset(target, 0, (size_t)bytes);
    MPI_Barrier(comm);
    double began = MPI_Wtime();
    right = kept || make(&window, kind, bytes) == MPI_SUCCESS;
    right = right && one_sided(&window, source, target, bytes) == MPI_SUCCESS && (kept || drop(&window, bytes) == MPI_SUCCESS);
    reads[round] = MPI_Wtime() - began;
    right = right && is_of(target, bytes, neighbour);
    MPI_Allreduce(MPI_IN_PLACE, &right, 1, MPI_INT, MPI_MIN, comm);
    began = MPI_Wtime();
    messages(source, target, bytes);
    sends[round] = MPI_Wtime() - began;
  }
  qsort(reads, (size_t)rounds, sizeof(double), by_size);
  qsort(sends, (size_t)rounds, sizeof(double), by_size);
  if (rank == 0) {
    printf("%s %s, %ld bytes, %d ranks: %s; one-sided %.3f ms, at best %.3f; messages %.3f ms, at best %.3f\n", kind, argv[2], bytes, size, right ? "right" : "wrong", reads[rounds / 2] * 1e3,
           reads[0] * 1e3, sends[rounds / 2] * 1e3, sends[0] * 1e3);
  }
  if (kept && right) drop(&window, bytes);
  MPI_Finalize();
  return right ? 0 : 1;
}
