// Collective calls without a nonblocking form (making communicators, windows, files): a barrier that can be ended comes
// before them, so that either all members enter the call or none.
#pragma once
#include <mpi.h>

#include <string>

#include "comms.h"
#include "functions_generated.h"

namespace allranks::guard {

// Waits until every member of `comm` has come. MPI_SUCCESS: all of them go on, at once. Main thread, armed.
int gate(Function function, MPI_Comm comm);
// The same for the members of `group`, a part of the cell's communicator.
int gate_group(Function function, MPI_Comm comm, MPI_Group group, int tag);
// A new communicator: a shadow is made for it. Returns `code`, or the error met.
int adopt_comm(int code, MPI_Comm parent, MPI_Comm* made);
// One that was made outside of a cell.
int note_created(int code, MPI_Comm parent, MPI_Comm* made);

int adopt_window(int code, MPI_Comm comm, MPI_Win* window);
int gate_window(Function function, MPI_Win window);
int forget_window(int code, MPI_Win window);
int adopt_file(int code, MPI_Comm comm, MPI_File* file);
int gate_file(Function function, MPI_File file);
int forget_file(int code, MPI_File file);
void forget_windows_and_files();

// An error handler with which an error of a cell's MPI call would be the end of the simulation.
bool ends_job(MPI_Errhandler handler);

int refuse(const char* sentence);

}  // namespace allranks::guard
