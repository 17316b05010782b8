/* MPI for a Fortran program whose MPI has no Fortran: the world as an integer handle. */
#include <mpi.h>

int start_mpi(int *rank) {
  MPI_Init(NULL, NULL);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  return (int)MPI_Comm_c2f(MPI_COMM_WORLD);
}

void end_mpi(void) { MPI_Finalize(); }
