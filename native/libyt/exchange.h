// Copies between ranks: everyone names what it wants, the owners tell where it is, and it goes from the simulation's memory into
// the arrays of those who asked, by messages that both sides expect. Not by one-sided reads: Open MPI 4 makes no window over given
// memory where there is only TCP, and MPI_Win_allocate of Open MPI 5 does not come back on every rank where shared memory is short; see
// "Messages, not windows" in docs/libyt.md.
#pragma once
#include <mpi.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "remote.h"

namespace allranks::libyt {

// A grid that is wanted from a rank.
struct Wanted {
  std::int64_t gid;
  int rank;
};

// Form of a piece, as its owner tells it.
struct Piece {
  std::int32_t dtype, ndim;
  std::int32_t shape[3];
  std::int64_t bytes() const;
};

// Memory of one piece.
struct Span {
  char* address;
  std::int64_t bytes;
};

class Exchange {
 public:
  // `items`: pieces per grid, the same number on all ranks.
  Exchange(MPI_Comm comm, std::vector<Wanted> wanted, int items);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Collective: tells owners what is wanted of them.
  void ask();
  // Grids that others want of this rank, each once. After `ask`.
  const std::vector<std::int64_t>& asked() const { return asked_; }
  // Names the memory of a piece, which must stay until `fetch` returns. Local; in the order of `asked` and of the items.
  void offer(const Extent& extent);
  // Collective: tells those who asked what form their pieces have.
  void answer();
  // Form of piece `item` of the n-th wanted grid. After `answer`.
  const Piece& piece(std::size_t n, int item) const;
  // Collective: brings every piece to where `into(n, item)` says; null for pieces without bytes. No Python runs in it. Throws Failure.
  void fetch(const std::function<void*(std::size_t, int)>& into);

 private:
  std::size_t place_of_asked(std::int64_t gid) const;

  MPI_Comm comm_;
  int size_ = 1;
  std::vector<Wanted> wanted_;
  const std::size_t items_;
  std::vector<std::size_t> place_;  // of the n-th wanted grid among all, sorted by rank
  std::vector<int> want_counts_, want_offsets_, serve_counts_, serve_offsets_;
  std::vector<std::int64_t> served_;  // gids wanted of this rank, by rank that asked
  std::vector<std::int64_t> asked_;
  std::vector<Extent> offered_;  // [asked][item]
  std::vector<Piece> got_;       // [wanted, by rank][item]
};

}  // namespace allranks::libyt
