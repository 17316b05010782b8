// What is wrong on one rank alone and must be refused by all: the others would wait for it in MPI.
#pragma once
#include <mpi.h>

#include <string>

namespace allranks {

// The sentence of the lowest rank that has one, with its rank in front, on all ranks; empty when no rank has any. Collective.
// Throws Failure when MPI fails.
std::string common_problem(MPI_Comm comm, const std::string& mine);

// Throws Failure on all ranks when any has a problem with an argument of `function`: the sentence of this rank where there is one, else
// that of another rank with its number. Collective.
void refuse_together(MPI_Comm comm, const std::string& function, const std::string& mine);

}  // namespace allranks
