#include "function_rounds.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "../runtime.h"
#include "../shm/board.h"

namespace allranks {

using shm::monotonic_ns;

namespace {

constexpr int kDepartureTag = 1;
// How long a rank whose function failed waits for the others before it tells them.
constexpr double kStay_s = 0.1;
// How long a call waits after that; ranks that are merely slow mostly come within it.
constexpr std::uint64_t kGrace_ns = 1'000'000'000;
// Time between two looks for messages, while a call waits.
constexpr std::uint64_t kLook_ns = 1'000'000;
// Communicators that failures may cost on average of the ranks. MPICH has some 2,000 and ends the job when the simulation, or this
// library, wants one more; and each call that was ended makes all later ones a little slower.
constexpr std::int64_t kMostLost = 400;

// Looks at MPI before a rank sleeps between them.
constexpr int kLooksBeforeSleep = 100;
// Waiting for this long is told, since a function that not all ranks call looks like this.
constexpr double kTell_s = 5;

std::uint64_t index_of(std::int64_t number) { return protocol::kFunctionIndexBase + static_cast<std::uint64_t>(number); }

}  // namespace

FunctionRounds::FunctionRounds(MPI_Comm comm, MpiGuard& guard, double patience_s) : guard_(guard), patience_s_(patience_s) {
  Runtime::check_mpi(MPI_Comm_rank(comm, &rank_), "MPI_Comm_rank");
  Runtime::check_mpi(MPI_Comm_size(comm, &size_), "MPI_Comm_size");
  Runtime::check_mpi(MPI_Comm_dup(comm, &comm_), "MPI_Comm_dup");
  Runtime::check_mpi(MPI_Comm_set_errhandler(comm_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
}

bool FunctionRounds::complete(double limit_s) {
  const std::uint64_t began = monotonic_ns();
  long sleep_ns = 1'000;
  int looks = 0;
  while (request_ != MPI_REQUEST_NULL) {
    int done = 0;
    Runtime::check_mpi(MPI_Test(&request_, &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done) break;
    // Mostly it needs a look or two more: a sleep of the system's takes longer than a step may be late.
    if (++looks <= kLooksBeforeSleep) continue;
    const double waited_s = static_cast<double>(monotonic_ns() - began) * 1e-9;
    if (limit_s >= 0 && waited_s > limit_s) return false;
    if (waited_s > kTell_s && !told_) {
      told_ = true;
      std::fprintf(stderr, "allranks: rank %d has waited %.0f s for other ranks to finish the inline function number %lld; a function must be called by all ranks. It waits for %.0f s at most.\n", rank_,
                   kTell_s, static_cast<long long>(number_), limit_s >= 0 ? limit_s : patience_s_);
    }
    if (look_) look_();
    if (off_) return false;
    // Partners may still wait for data that this rank sent in the function.
    guard_.progress();
    const timespec pause{0, sleep_ns};
    nanosleep(&pause, nullptr);
    sleep_ns = std::min(sleep_ns * 2, 1'000'000L);
  }
  return true;
}

void FunctionRounds::settle() {
  if (size_ == 1) {
    if (guard_.wants_renewal()) guard_.renew();
    return;
  }
  if (taken_ || off_) return;
  if (!complete(patience_s_)) return give_up();
  taken_ = true;
  take_departures();
  announcements_.remove_if([](Announcement& one) {
    int done = 0;
    return MPI_Testall(static_cast<int>(one.requests.size()), one.requests.data(), &done, MPI_STATUSES_IGNORE) != MPI_SUCCESS || done != 0;
  });
  if (result_[number] != number_ * size_) return differ();
  if (result_[lost] > kMostLost * size_) {
    worn_out_ = true;
    if (rank_ == 0) {
      std::fprintf(stderr, "allranks: inline functions have failed so often in the middle of MPI calls that MPI would run out of communicators: they are not called any more in this run; the simulation goes on.\n");
    }
  }
  // Messages of a failed function must not meet the next one.
  if (result_[wants_renewal] == 0 && (result_[failed] == 0 || result_[used] == 0)) return;
  // Renewal cannot be left. A rank that gave up while this sum was under way does not come to it, nor to this second sum.
  start();
  if (!complete(patience_s_)) return give_up();
  guard_.renew();
  offered_[lost] = static_cast<std::int64_t>(guard_.lost_comms());
}

void FunctionRounds::differ() {
  if (off_) return;
  off_ = true;
  std::fprintf(stderr, "allranks: rank %d: ranks have called different numbers of inline functions (here %lld); a function must be called by all ranks. They are no longer protected against ranks that fail.\n",
               rank_, static_cast<long long>(number_));
}

void FunctionRounds::start() {
  Runtime::check_mpi(MPI_Iallreduce(offered_.data(), result_.data(), static_cast<int>(offered_.size()), MPI_INT64_T, MPI_SUM, comm_, &request_), "MPI_Iallreduce");
}

void FunctionRounds::give_up() {
  if (off_) return;
  off_ = true;
  std::fprintf(stderr, "allranks: rank %d: other ranks have not finished the same inline function within %.0f s; functions must be called by all ranks. They are no longer protected against ranks that fail.\n",
               rank_, patience_s_);
}

std::uint64_t FunctionRounds::begin() {
  settle();
  if (worn_out_) return 0;
  ++number_;
  departed_ns_ = looked_ns_ = 0;
  if (early_.number == number_) {
    departed_ = early_;
    departed_ns_ = monotonic_ns();
  }
  if (off_) return index_of(number_);
  operations_before_ = guard_.operations();
  MpiGuard::Released released;
  if (size_ > 1) released = [this](std::uint64_t since) { return may_give_up(since); };
  guard_.arm(index_of(number_), std::move(released));
  return index_of(number_);
}

void FunctionRounds::end(const std::string& error) {
  if (off_) return;
  guard_.disarm(!error.empty());
  if (size_ == 1) return;
  offered_[wants_renewal] = guard_.wants_renewal() ? 1 : 0;
  offered_[failed] = error.empty() ? 0 : 1;
  offered_[failed_rank] = error.empty() ? 0 : rank_;
  offered_[used] = guard_.operations() != operations_before_ ? 1 : 0;
  offered_[number] = number_;
  start();
  taken_ = false;
  if (!error.empty() && !complete(kStay_s)) announce(error);
}

std::string FunctionRounds::failed_where() {
  if (size_ == 1 || off_ || taken_) return {};
  if (!complete(patience_s_)) {
    give_up();
    return {};
  }
  if (result_[failed] == 0) return {};
  // A sum tells who it was when it was one alone.
  return result_[failed] == 1 ? "rank " + std::to_string(result_[failed_rank]) : std::to_string(result_[failed]) + " ranks";
}

void FunctionRounds::announce(const std::string& error) {
  Announcement& one = announcements_.emplace_back();
  one.departure.number = number_;
  one.departure.rank = rank_;
  shm::set_text(one.departure.error, error);
  for (int to = 0; to < size_; ++to) {
    if (to == rank_) continue;
    one.requests.push_back(MPI_REQUEST_NULL);
    Runtime::check_mpi(MPI_Isend(&one.departure, sizeof one.departure, MPI_BYTE, to, kDepartureTag, comm_, &one.requests.back()), "MPI_Isend");
  }
}

void FunctionRounds::take_departures() {
  for (;;) {
    int there = 0;
    MPI_Status status{};
    if (MPI_Iprobe(MPI_ANY_SOURCE, kDepartureTag, comm_, &there, &status) != MPI_SUCCESS || !there) return;
    Departure message{};
    if (MPI_Recv(&message, sizeof message, MPI_BYTE, status.MPI_SOURCE, kDepartureTag, comm_, MPI_STATUS_IGNORE) != MPI_SUCCESS) return;
    // A rank that is ahead by a function may have left the next one before this rank has come to it.
    if (message.number == number_ + 1 && early_.number != message.number) early_ = message;
    // One of an earlier function came when that was over everywhere.
    if (message.number != number_ || departed_ns_ != 0) continue;
    departed_ = message;
    departed_ns_ = monotonic_ns();
  }
}

bool FunctionRounds::may_give_up(std::uint64_t waiting_since_ns) {
  const std::uint64_t now = monotonic_ns();
  if (waiting_since_ns == 0 || now - looked_ns_ < kLook_ns) return false;
  looked_ns_ = now;
  take_departures();
  if (departed_ns_ == 0 || now - std::max(departed_ns_, waiting_since_ns) < kGrace_ns) return false;
  departed_.error[sizeof departed_.error - 1] = '\0';
  guard_.release(index_of(number_), "RankDeparted: rank " + std::to_string(departed_.rank) + " left this function with " + departed_.error + "; rank " + std::to_string(rank_) + " was in " +
                                        guard_.waiting_call());
  return true;
}

bool FunctionRounds::finish(double limit_s) {
  told_ = true;
  if (!complete(limit_s)) return false;
  take_departures();
  for (Announcement& one : announcements_) {
    for (MPI_Request& request : one.requests) {
      // Never received: the other rank had no need to look. A small message has left this rank long ago.
      if (request != MPI_REQUEST_NULL) MPI_Request_free(&request);
    }
  }
  return true;
}

void FunctionRounds::close() {
  if (comm_ != MPI_COMM_NULL) MPI_Comm_free(&comm_);
}

}  // namespace allranks
