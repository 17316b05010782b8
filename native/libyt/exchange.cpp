#include "exchange.h"

#include <algorithm>

#include "../runtime.h"
#include "dtype.h"

namespace allranks::libyt {

namespace {

std::vector<int> offsets_of(const std::vector<int>& counts) {
  std::vector<int> offsets(counts.size());
  for (std::size_t i = 1; i < counts.size(); ++i) offsets[i] = offsets[i - 1] + counts[i - 1];
  return offsets;
}

Piece piece_of(const Extent& extent) { return {static_cast<std::int32_t>(extent.dtype), extent.ndim, {extent.shape[0], extent.shape[1], extent.shape[2]}}; }

// A committed datatype, freed with its owner; a message under way keeps what it needs of it.
class Type {
 public:
  template <class Make>
  Type(Make&& make) {
    Runtime::check_mpi(make(&type_), "making a datatype");
    Runtime::check_mpi(MPI_Type_commit(&type_), "MPI_Type_commit");
  }
  ~Type() { MPI_Type_free(&type_); }
  Type(const Type&) = delete;
  Type& operator=(const Type&) = delete;
  MPI_Datatype get() const { return type_; }

 private:
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

// Cuts pieces into messages of at most 256 MiB: lengths in MPI are ints, and not every transport takes 2 GiB at once. Small pieces share a
// message; a large one has its own, since MPI moves contiguous memory at once and anything else in small parts.
template <class Send>
void in_messages(const std::vector<Span>& spans, Send&& send) {
  constexpr std::int64_t kMost = std::int64_t{1} << 28;
  std::vector<int> lengths;
  std::vector<MPI_Aint> places;
  std::int64_t held = 0;
  const auto flush = [&] {
    if (!lengths.empty()) send(lengths, places);
    lengths.clear();
    places.clear();
    held = 0;
  };
  constexpr std::int64_t kAlone = std::int64_t{1} << 16;
  for (const Span& span : spans) {
    if (span.bytes >= kAlone) flush();
    for (std::int64_t done = 0; done < span.bytes;) {
      const std::int64_t part = std::min(span.bytes - done, kMost - held);
      MPI_Aint place = 0;
      MPI_Get_address(span.address + done, &place);
      lengths.push_back(static_cast<int>(part));
      places.push_back(place);
      held += part;
      done += part;
      if (held == kMost) flush();
    }
    if (span.bytes >= kAlone) flush();
  }
  flush();
}

}  // namespace

std::int64_t Piece::bytes() const {
  std::int64_t count = static_cast<std::int64_t>(item_bytes(static_cast<yt_dtype>(dtype)));
  for (int axis = 0; axis < ndim; ++axis) count *= shape[axis];
  return count;
}

Exchange::Exchange(MPI_Comm comm, std::vector<Wanted> wanted, int items) : comm_(comm), wanted_(std::move(wanted)), items_(static_cast<std::size_t>(items)) {
  MPI_Comm_size(comm, &size_);
  want_counts_.assign(static_cast<std::size_t>(size_), 0);
  for (const Wanted& one : wanted_) ++want_counts_[static_cast<std::size_t>(one.rank)];
  want_offsets_ = offsets_of(want_counts_);
}

void Exchange::ask() {
  std::vector<std::int64_t> gids(wanted_.size());
  std::vector<int> next = want_offsets_;
  place_.resize(wanted_.size());
  for (std::size_t n = 0; n < wanted_.size(); ++n) {
    place_[n] = static_cast<std::size_t>(next[static_cast<std::size_t>(wanted_[n].rank)]++);
    gids[place_[n]] = wanted_[n].gid;
  }
  serve_counts_.assign(static_cast<std::size_t>(size_), 0);
  Runtime::check_mpi(MPI_Alltoall(want_counts_.data(), 1, MPI_INT, serve_counts_.data(), 1, MPI_INT, comm_), "MPI_Alltoall");
  serve_offsets_ = offsets_of(serve_counts_);
  served_.resize(static_cast<std::size_t>(serve_offsets_.back()) + static_cast<std::size_t>(serve_counts_.back()));
  Runtime::check_mpi(MPI_Alltoallv(gids.data(), want_counts_.data(), want_offsets_.data(), MPI_INT64_T, served_.data(), serve_counts_.data(), serve_offsets_.data(), MPI_INT64_T, comm_),
                     "MPI_Alltoallv");
  asked_ = served_;
  std::sort(asked_.begin(), asked_.end());
  asked_.erase(std::unique(asked_.begin(), asked_.end()), asked_.end());
}

std::size_t Exchange::place_of_asked(std::int64_t gid) const { return static_cast<std::size_t>(std::lower_bound(asked_.begin(), asked_.end(), gid) - asked_.begin()); }

void Exchange::offer(const Extent& extent) { offered_.push_back(extent); }

void Exchange::answer() {
  std::vector<Piece> told;
  told.reserve(served_.size() * items_);
  for (const std::int64_t gid : served_) {
    for (std::size_t item = 0; item < items_; ++item) told.push_back(piece_of(offered_[place_of_asked(gid) * items_ + item]));
  }
  got_.resize(wanted_.size() * items_);
  // One value of this type is all pieces of a grid, so counts stay those of the grids.
  const Type all_of_a_grid = [&](MPI_Datatype* type) { return MPI_Type_contiguous(static_cast<int>(items_ * sizeof(Piece)), MPI_BYTE, type); };
  Runtime::check_mpi(MPI_Alltoallv(told.data(), serve_counts_.data(), serve_offsets_.data(), all_of_a_grid.get(), got_.data(), want_counts_.data(), want_offsets_.data(),
                                   all_of_a_grid.get(), comm_),
                     "MPI_Alltoallv");
}

const Piece& Exchange::piece(std::size_t n, int item) const { return got_[place_[n] * items_ + static_cast<std::size_t>(item)]; }

void Exchange::fetch(const std::function<void*(std::size_t, int)>& into) {
  const std::size_t size = static_cast<std::size_t>(size_);
  // Both sides list the pieces in the same order, so both cut them into the same messages.
  std::vector<std::vector<Span>> out(size), in(size);
  for (std::size_t peer = 0; peer < size; ++peer) {
    for (int i = 0; i < serve_counts_[peer]; ++i) {
      const std::size_t at = place_of_asked(served_[static_cast<std::size_t>(serve_offsets_[peer] + i)]);
      for (std::size_t item = 0; item < items_; ++item) {
        const Extent& from = offered_[at * items_ + item];
        out[peer].push_back({static_cast<char*>(const_cast<void*>(from.pointer)), piece_of(from).bytes()});
      }
    }
    in[peer].resize(static_cast<std::size_t>(want_counts_[peer]) * items_);
  }
  for (std::size_t n = 0; n < wanted_.size(); ++n) {
    const std::size_t peer = static_cast<std::size_t>(wanted_[n].rank), first = (place_[n] - static_cast<std::size_t>(want_offsets_[peer])) * items_;
    for (std::size_t item = 0; item < items_; ++item) {
      in[peer][first + item] = {static_cast<char*>(into(n, static_cast<int>(item))), piece(n, static_cast<int>(item)).bytes()};
    }
  }
  std::vector<MPI_Request> requests;
  int failed = MPI_SUCCESS;
  const auto post = [&](const std::vector<Span>& spans, int peer, auto&& start) {
    in_messages(spans, [&](const std::vector<int>& lengths, const std::vector<MPI_Aint>& places) {
      requests.push_back(MPI_REQUEST_NULL);
      int code = MPI_SUCCESS;
      if (lengths.size() == 1) {
        code = start(reinterpret_cast<void*>(places[0]), lengths[0], MPI_BYTE, peer, &requests.back());
      } else {
        const Type message = [&](MPI_Datatype* type) { return MPI_Type_create_hindexed(static_cast<int>(lengths.size()), lengths.data(), places.data(), MPI_BYTE, type); };
        code = start(MPI_BOTTOM, 1, message.get(), peer, &requests.back());
      }
      if (failed == MPI_SUCCESS) failed = code;
    });
  };
  for (int peer = 0; peer < size_; ++peer) {
    post(in[static_cast<std::size_t>(peer)], peer,
         [&](void* to, int count, MPI_Datatype type, int from, MPI_Request* request) { return MPI_Irecv(to, count, type, from, 0, comm_, request); });
  }
  for (int peer = 0; peer < size_; ++peer) {
    post(out[static_cast<std::size_t>(peer)], peer,
         [&](const void* from, int count, MPI_Datatype type, int to, MPI_Request* request) { return MPI_Isend(from, count, type, to, 0, comm_, request); });
  }
  const int waited = MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
  Runtime::check_mpi(failed, "sending data between ranks");
  Runtime::check_mpi(waited, "MPI_Waitall");
}

}  // namespace allranks::libyt
