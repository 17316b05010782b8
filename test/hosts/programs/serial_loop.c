/* A simulation without MPI, in C: steps until stopped, a field that it advances. The compiler finds no mpi.h. */
#include <allranks.h>

#include <stdio.h>

#ifdef MPI_VERSION
#error "allranks.h of a serial build must not bring mpi.h"
#endif

int main(void) {
  static double field[4][3];
  const int64_t shape[2] = {4, 3};
  int64_t step;
  if (allranks_step(0, 0) != ALLRANKS_ERR_STATE) return 2;
  if (allranks_initialize("serial_script") != ALLRANKS_OK) {
    fprintf(stderr, "serial_loop: %s\n", allranks_last_error());
    return 3;
  }
  allranks_expose("field", field, ALLRANKS_FLOAT64, 2, shape, NULL, ALLRANKS_WRITABLE);
  for (step = 0; !allranks_stop_requested(); ++step) {
    if (allranks_step(step, 0.5 * (double)step) != ALLRANKS_OK) return 4;
    field[0][0] += 1;
    allranks_run_function("on_step", 0, NULL);
  }
  printf("serial_loop: field %g after the last step, %lld steps\n", field[3][2], (long long)step);
  return allranks_finalize() == ALLRANKS_OK ? 0 : 5;
}
