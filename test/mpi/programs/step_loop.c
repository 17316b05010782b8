/* A simulation without physics, in C: steps of a given length, a writable counter array, a function called every step.
 *
 *   step_loop [--steps N] [--step-us U] [--script NAME] [--split K] [--call NAME [--call-on RANK]] [--time-safe-points] [--move] [--addresses] [--bare]
 *             [--memory]
 *
 * --steps 0 runs until stopped. --call-on RANK calls the function on that rank only, which no program should. --split K uses a communicator of the first K ranks of MPI_COMM_WORLD only; the others wait
 * in MPI_Finalize. --time-safe-points prints the median cost of a safe point and, for comparison, of an 8-byte
 * MPI_Allreduce in its place. --move moves the exposed array every step. --addresses prints where the counters lie. --bare
 * leaves the library out: the same loop with MPI alone. --memory prints the memory of each rank after the first step. */
#include <allranks.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void fail(const char *what) {
  fprintf(stderr, "step_loop: %s: %s\n", what, allranks_last_error());
  MPI_Abort(MPI_COMM_WORLD, 3);
}

/* Resident memory of this process, shared pages divided by their users, in KiB. */
static long proportional_kib(void) {
  FILE *file = fopen("/proc/self/smaps_rollup", "r");
  char line[256];
  long kib = -1;
  while (file && fgets(line, sizeof line, file)) {
    if (sscanf(line, "Pss: %ld kB", &kib) == 1) break;
  }
  if (file) fclose(file);
  return kib;
}

static void print_memory(int rank) {
  /* All ranks have mapped what they will map before any of them looks. */
  MPI_Barrier(MPI_COMM_WORLD);
  printf("memory of rank %d: %ld KiB\n", rank, proportional_kib());
  fflush(stdout);
  MPI_Barrier(MPI_COMM_WORLD);
}

static int bare_loop(int rank, long steps, long step_us, long memory) {
  for (long step = 0; steps == 0 || step < steps; ++step) {
    double local = 1, sum = 0;
    MPI_Allreduce(&local, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    if (memory && step == 0) print_memory(rank);
    if (step_us > 0) usleep((useconds_t)step_us);
  }
  MPI_Finalize();
  return 0;
}

int main(int argc, char **argv) {
  long steps = 0, step_us = 1000, split = 0, move = 0, timed = 0, addresses = 0, bare = 0, memory = 0, call_on = -1;
  const char *script = "step_loop_script", *call = NULL;
  for (int i = 1; i < argc; ++i) {
    const int more = i + 1 < argc;
    if (!strcmp(argv[i], "--steps") && more) steps = atol(argv[++i]);
    else if (!strcmp(argv[i], "--step-us") && more) step_us = atol(argv[++i]);
    else if (!strcmp(argv[i], "--script") && more) script = argv[++i];
    else if (!strcmp(argv[i], "--split") && more) split = atol(argv[++i]);
    else if (!strcmp(argv[i], "--call") && more) call = argv[++i];
    else if (!strcmp(argv[i], "--call-on") && more) call_on = atol(argv[++i]);
    else if (!strcmp(argv[i], "--time-safe-points")) timed = 1;
    else if (!strcmp(argv[i], "--move")) move = 1;
    else if (!strcmp(argv[i], "--addresses")) addresses = 1;
    else if (!strcmp(argv[i], "--bare")) bare = 1;
    else if (!strcmp(argv[i], "--memory")) memory = 1;
    else {
      fprintf(stderr, "step_loop: unknown option %s\n", argv[i]);
      return 2;
    }
  }
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (bare) return bare_loop(rank, steps, step_us, memory);
  MPI_Comm comm = MPI_COMM_WORLD;
  if (split > 0) MPI_Comm_split(MPI_COMM_WORLD, rank < split ? 0 : MPI_UNDEFINED, rank, &comm);
  if (comm != MPI_COMM_NULL) {
    if (allranks_initialize(comm, script) != ALLRANKS_OK) {
      if (rank == 0) fprintf(stderr, "step_loop: allranks_initialize failed\n");
      MPI_Finalize();
      return 4;
    }
    double counters[4] = {0, 0, 0, 0}, moved[2][4];
    const int64_t shape[1] = {4};
    if (addresses) {
      printf("counters of rank %d at %p\n", rank, (void *)counters);
      fflush(stdout);
    }
    if (allranks_expose("counters", counters, ALLRANKS_FLOAT64, 1, shape, NULL, ALLRANKS_WRITABLE) != ALLRANKS_OK) fail("expose");
    if (allranks_expose("fixed", counters, ALLRANKS_FLOAT64, 1, shape, NULL, 0) != ALLRANKS_OK) fail("expose");
    double *costs = timed ? malloc(sizeof(double) * (size_t)(steps > 0 ? steps : 1)) : NULL;
    long step = 0;
    for (; (steps == 0 || step < steps) && !allranks_stop_requested(); ++step) {
      counters[0] = (double)step;
      if (move) {
        memcpy(moved[step % 2], counters, sizeof counters);
        if (allranks_expose("moving", moved[step % 2], ALLRANKS_FLOAT64, 1, shape, NULL, 0) != ALLRANKS_OK) fail("expose");
      }
      const double began = timed ? now_us() : 0;
      if (allranks_step(step, (double)step * 0.5) != ALLRANKS_OK) fail("step");
      if (timed) costs[step] = now_us() - began;
      if (memory && step == 0) print_memory(rank);
      if (call && (call_on < 0 || call_on == rank) && allranks_run_function(call, 0, NULL) != ALLRANKS_OK) {
        fprintf(stderr, "step_loop: function: %s\n", allranks_last_error());
        /* An error on all ranks: they meet here, and no launcher ends one before it has told its own. */
        MPI_Barrier(comm);
        MPI_Abort(MPI_COMM_WORLD, 3);
      }
      /* The simulation's own communication: must stay intact whatever cells do. */
      double local = counters[1], sum = 0;
      if (!timed) MPI_Allreduce(&local, &sum, 1, MPI_DOUBLE, MPI_SUM, comm);
      counters[2] = sum;
      if (step_us > 0) usleep((useconds_t)step_us);
    }
    if (timed && steps > 0) {
      qsort(costs, (size_t)steps, sizeof(double), compare);
      if (rank == 0) printf("safe point: median %.3f us, p99 %.3f us\n", costs[steps / 2], costs[steps * 99 / 100]);
      for (long i = 0; i < steps; ++i) {
        double local = 1, sum = 0;
        const double began = now_us();
        MPI_Allreduce(&local, &sum, 1, MPI_DOUBLE, MPI_SUM, comm);
        costs[i] = now_us() - began;
        if (step_us > 0) usleep((useconds_t)step_us);
      }
      qsort(costs, (size_t)steps, sizeof(double), compare);
      if (rank == 0) printf("allreduce: median %.3f us, p99 %.3f us\n", costs[steps / 2], costs[steps * 99 / 100]);
    }
    free(costs);
    if (rank == 0) printf("step_loop: %ld steps, counters %g %g %g %g\n", step, counters[0], counters[1], counters[2], counters[3]);
    fflush(stdout);
    if (allranks_finalize() != ALLRANKS_OK) fail("finalize");
  }
  MPI_Finalize();
  return 0;
}
