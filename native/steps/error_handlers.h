// Errors of MPI return to the caller while code of the user runs, and are the simulation's business again afterwards.
#pragma once
#include <mpi.h>

namespace allranks {

// By default an error of MPI ends the job: `MPI.BYTE.Create_contiguous(-1)` in a cell would. An error that concerns no
// communicator goes to the handler of MPI_COMM_WORLD, since MPI 4 to that of MPI_COMM_SELF. Importing mpi4py changes both.
class ReturnedErrors {
 public:
  ReturnedErrors() {
    keep(MPI_COMM_WORLD, world_);
    keep(MPI_COMM_SELF, self_);
  }
  ~ReturnedErrors() {
    give_back(MPI_COMM_WORLD, world_);
    give_back(MPI_COMM_SELF, self_);
  }
  ReturnedErrors(const ReturnedErrors&) = delete;
  ReturnedErrors& operator=(const ReturnedErrors&) = delete;

 private:
  static void keep(MPI_Comm comm, MPI_Errhandler& handler) {
    MPI_Comm_get_errhandler(comm, &handler);
    MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN);
  }
  static void give_back(MPI_Comm comm, MPI_Errhandler& handler) {
    MPI_Comm_set_errhandler(comm, handler);
    if (handler != MPI_ERRHANDLER_NULL) MPI_Errhandler_free(&handler);
  }

  MPI_Errhandler world_ = MPI_ERRHANDLER_NULL;
  MPI_Errhandler self_ = MPI_ERRHANDLER_NULL;
};

}  // namespace allranks
