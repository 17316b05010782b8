/* A simulation that is difficult company, in C: traps, handlers, threads, a Python of its own, ends without goodbye.
 *
 *   difficult_host [--steps N] [--step-us U] [--slow RANK] [--uneven] [--traps] [--handlers] [--thread] [--own-python]
 *                  [--comm world|self|null|inter] [--end finalize|mpi|exit|return|abort] [--call NAME] [--script NAME]
 *                  [--scarce RANK] [--elsewhere]
 *
 * --slow: that rank takes 50 ms longer in each of its first 50 steps. --uneven: rank r makes (r + 1) times the steps. --traps:
 * floating-point exceptions end the process. --handlers: own handlers for SIGINT, SIGUSR1, SIGALRM, counted. --thread: everything
 * happens on a second thread. --own-python: Python runs before the library, and its lock is held in all calls. The steps
 * themselves do not communicate. --scarce: that rank may not make files larger than a megabyte. --elsewhere: the library is also called from a
 * thread that did not initialise it, in the first step. Each rank prints one line at its end: steps, calls of handlers, whether its traps, handlers and
 * signal mask are as it left them, descriptors and resident KiB after 10 % of the steps and at the end. */
#define _GNU_SOURCE
#include <allranks.h>

#include <dirent.h>
#include <dlfcn.h>
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static long steps = 100, step_us = 1000, slow = -1, scarce = -1;
static int uneven, traps, handlers, own_thread, own_python, elsewhere;
static const char *kind = "world", *end = "finalize", *call, *script = "difficult_script";
static volatile sig_atomic_t interrupts, users, alarms;

static void on_signal(int number) {
  if (number == SIGINT) ++interrupts;
  if (number == SIGUSR1) ++users;
  if (number == SIGALRM) ++alarms;
}

static int surroundings_hold(void) {
  sigset_t mask;
  struct sigaction action;
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  if (sigismember(&mask, SIGINT) || sigismember(&mask, SIGPIPE)) return 0;
  sigaction(SIGPIPE, NULL, &action);
  if (action.sa_handler != SIG_DFL) return 0;
  if (fegetround() != FE_TONEAREST) return 0;
  if (traps && fegetexcept() != (FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW)) return 0;
  if (handlers) {
    const int numbers[3] = {SIGINT, SIGUSR1, SIGALRM};
    for (int i = 0; i < 3; ++i) {
      sigaction(numbers[i], NULL, &action);
      if (action.sa_handler != on_signal) return 0;
    }
  }
  return 1;
}

static int descriptors(void) {
  DIR *folder = opendir("/proc/self/fd");
  int count = 0;
  while (folder && readdir(folder)) ++count;
  if (folder) closedir(folder);
  return count;
}

static long resident_kib(void) {
  FILE *file = fopen("/proc/self/statm", "r");
  long total = 0, resident = 0;
  if (file && fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
  if (file) fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void *call_elsewhere(void *ignored) {
  const int stepped = allranks_step(0, 0);
  printf("host: elsewhere: step gives %d: %s\n", stepped, allranks_last_error());
  const int called = allranks_run_function("f", 0, NULL);
  printf("host: elsewhere: function gives %d: %s\n", called, allranks_last_error());
  fflush(stdout);
  return ignored;
}

static void *simulate(void *result) {
  int rank = 0;
  MPI_Comm comm = MPI_COMM_WORLD;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (!strcmp(kind, "self")) comm = MPI_COMM_SELF;
  if (!strcmp(kind, "null")) comm = MPI_COMM_NULL;
  if (!strcmp(kind, "inter")) {
    MPI_Comm half;
    MPI_Comm_split(MPI_COMM_WORLD, rank % 2, rank, &half);
    MPI_Intercomm_create(half, 0, MPI_COMM_WORLD, rank % 2 ? 0 : 1, 7, &comm);
  }
  if (rank == scarce) {
    const struct rlimit limit = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  if (own_python) {
    void (*start)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "Py_InitializeEx");
    if (!start) return NULL;
    start(0);
  }
  if (allranks_initialize(comm, script) != ALLRANKS_OK) {
    printf("host: rank %d refused: %s\n", rank, allranks_last_error());
    *(int *)result = 4;
    return NULL;
  }
  const long count = uneven ? steps * (rank + 1) : steps;
  int holds = surroundings_hold(), first_descriptors = 0;
  long first_kib = 0, step = 0;
  for (; (steps == 0 || step < count) && !allranks_stop_requested(); ++step) {
    if (allranks_step(step, (double)step) != ALLRANKS_OK) {
      fprintf(stderr, "host: rank %d: %s\n", rank, allranks_last_error());
      *(int *)result = 5;
    }
    if (elsewhere && step == 0) {
      pthread_t thread;
      pthread_create(&thread, NULL, call_elsewhere, NULL);
      pthread_join(thread, NULL);
    }
    if (call && allranks_run_function(call, 0, NULL) != ALLRANKS_OK) *(int *)result = 6;
    holds = holds && surroundings_hold();
    if (step == count / 10) {
      first_descriptors = descriptors();
      first_kib = resident_kib();
    }
    if (step_us > 0) usleep((useconds_t)step_us);
    if (rank == slow && step < 50) usleep(50000);
  }
  const int last_descriptors = descriptors();
  const long last_kib = resident_kib();
  if (!strcmp(end, "finalize") && allranks_finalize() != ALLRANKS_OK) *(int *)result = 7;
  holds = holds && surroundings_hold();
  printf("host: rank %d steps %ld sigint %d sigusr1 %d sigalrm %d holds %d fds %d %d kib %ld %ld\n", rank, step, (int)interrupts, (int)users, (int)alarms, holds,
         first_descriptors, last_descriptors, first_kib, last_kib);
  fflush(stdout);
  return NULL;
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    const int more = i + 1 < argc;
    if (!strcmp(argv[i], "--steps") && more) steps = atol(argv[++i]);
    else if (!strcmp(argv[i], "--step-us") && more) step_us = atol(argv[++i]);
    else if (!strcmp(argv[i], "--slow") && more) slow = atol(argv[++i]);
    else if (!strcmp(argv[i], "--scarce") && more) scarce = atol(argv[++i]);
    else if (!strcmp(argv[i], "--uneven")) uneven = 1;
    else if (!strcmp(argv[i], "--traps")) traps = 1;
    else if (!strcmp(argv[i], "--handlers")) handlers = 1;
    else if (!strcmp(argv[i], "--thread")) own_thread = 1;
    else if (!strcmp(argv[i], "--own-python")) own_python = 1;
    else if (!strcmp(argv[i], "--elsewhere")) elsewhere = 1;
    else if (!strcmp(argv[i], "--comm") && more) kind = argv[++i];
    else if (!strcmp(argv[i], "--end") && more) end = argv[++i];
    else if (!strcmp(argv[i], "--call") && more) call = argv[++i];
    else if (!strcmp(argv[i], "--script") && more) script = argv[++i];
    else return 2;
  }
  int provided = 0, result = 0;
  MPI_Init_thread(&argc, &argv, own_thread ? MPI_THREAD_MULTIPLE : MPI_THREAD_FUNNELED, &provided);
  signal(SIGPIPE, SIG_DFL);
  if (handlers) {
    signal(SIGINT, on_signal);
    signal(SIGUSR1, on_signal);
    signal(SIGALRM, on_signal);
  }
  if (traps) feenableexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW);
  if (own_thread) {
    pthread_t thread;
    pthread_create(&thread, NULL, simulate, &result);
    pthread_join(thread, NULL);
  } else {
    simulate(&result);
  }
  if (!strcmp(end, "abort")) MPI_Abort(MPI_COMM_WORLD, 9);
  if (!strcmp(end, "exit")) exit(result);
  if (!strcmp(end, "return")) return result;
  MPI_Finalize();
  return result;
}
