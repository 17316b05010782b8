#include "common_problem.h"

#include <cstdint>

#include "../runtime.h"

namespace allranks {

std::string common_problem(MPI_Comm comm, const std::string& mine) {
  int rank = 0, size = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const int speaks = mine.empty() ? size : rank;
  int first = size;
  Runtime::check_mpi(MPI_Allreduce(&speaks, &first, 1, MPI_INT, MPI_MIN, comm), "MPI_Allreduce");
  if (first == size) return {};
  std::string text = rank == first ? "rank " + std::to_string(rank) + ": " + mine : std::string();
  std::int64_t length = static_cast<std::int64_t>(text.size());
  Runtime::check_mpi(MPI_Bcast(&length, 1, MPI_INT64_T, first, comm), "MPI_Bcast");
  text.resize(static_cast<std::size_t>(length));
  Runtime::check_mpi(MPI_Bcast(text.data(), static_cast<int>(length), MPI_CHAR, first, comm), "MPI_Bcast");
  return text;
}

void refuse_together(MPI_Comm comm, const std::string& function, const std::string& mine) {
  const std::string first = common_problem(comm, mine);
  if (!first.empty()) throw Failure(ALLRANKS_ERR_ARGUMENT, function + ": " + (mine.empty() ? first : mine));
}

}  // namespace allranks
