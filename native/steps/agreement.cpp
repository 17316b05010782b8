// How ranks agree: the rounds of `SafePoints`, what a rank takes from them, and what it answers when there is no agreement any more.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "../link/msgpack.h"
#include "function_rounds.h"
#include "mpi_guard.h"
#include "safe_points.h"

namespace allranks {

using protocol::OutcomeStatus;
using namespace std::chrono_literals;

namespace {

// How long a rank that ends waits for the others to come to their end.
constexpr auto kLastMeeting = 5s;

// Sleeps between looks at MPI: short at first, never longer than a millisecond.
class BackOff {
 public:
  std::chrono::microseconds next() {
    const auto now = wait_;
    wait_ = std::min(wait_ * 2, std::chrono::microseconds(1000));
    return now;
  }

 private:
  std::chrono::microseconds wait_{20};
};

}  // namespace

void SafePoints::start(Round& round, Phase phase) {
  if (runtime_.size() == 1 || round.request != MPI_REQUEST_NULL) return;
  const auto mine = runtime_.link()->contribute();
  round.offered[held] = mine.held;
  round.offered[withdrawn] = -mine.withdrawn;
  round.offered[least_phase] = static_cast<std::int64_t>(phase);
  round.offered[greatest_phase] = -static_cast<std::int64_t>(phase);
  round.offered[cursor] = -static_cast<std::int64_t>(cursor_);
  round.offered[owed] = -static_cast<std::int64_t>(owed_);
  round.offered[steps_left] = -steps_left_;
  round.offered[renewal] = phase == Phase::renew || runtime_.guard().wants_renewal() ? -1 : 0;
  round.offered[least_functions] = runtime_.functions().called();
  round.offered[greatest_functions] = -round.offered[least_functions];
  round.offered[order] = -(stop_requested_ ? stop_order : until_active_ ? until_holds_order : go_on);
  Runtime::check_mpi(MPI_Iallreduce(round.offered.data(), round.result.data(), static_cast<int>(round.offered.size()), MPI_INT64_T, MPI_MIN, comm_, &round.request),
                     "MPI_Iallreduce");
}

bool SafePoints::take(const Round& round) {
  withdrawn_ = std::max(withdrawn_, static_cast<std::uint64_t>(-round.result[withdrawn]));
  const std::int64_t least = round.result[least_phase], greatest = -round.result[greatest_phase];
  mixed_ = least == static_cast<std::int64_t>(Phase::leave) && greatest == static_cast<std::int64_t>(Phase::renew);
  // Only for what all ranks offered at the same safe point.
  if (least == greatest && round.result[least_functions] != -round.result[greatest_functions]) runtime_.functions().differ();
  if (least == greatest || mixed_) return true;
  turn_off(greatest == static_cast<std::int64_t>(Phase::end)
               ? "a rank has finalized the library while others still call it"
               : "ranks do not come to the same safe points; the library must be called the same number of times, with the same steps, on every rank");
  return false;
}

std::uint64_t SafePoints::agree(bool at_once) {
  if (runtime_.size() == 1) {
    const auto mine = runtime_.link()->contribute();
    withdrawn_ = std::max(withdrawn_, static_cast<std::uint64_t>(mine.withdrawn));
    return static_cast<std::uint64_t>(mine.held);
  }
  if (round_.request == MPI_REQUEST_NULL && !round_ready_) return cursor_;
  if (runtime_.settings().every > 1 && ++calls_ % runtime_.settings().every != 0 && !at_once) return cursor_;
  Runtime::check_mpi(MPI_Wait(&round_.request, MPI_STATUS_IGNORE), "MPI_Wait");
  round_ready_ = false;
  return take(round_) ? static_cast<std::uint64_t>(round_.result[held]) : cursor_;
}

void SafePoints::look() {
  if (off_ || round_.request == MPI_REQUEST_NULL) return;
  int complete = 0;
  Runtime::check_mpi(MPI_Test(&round_.request, &complete, MPI_STATUS_IGNORE), "MPI_Test");
  round_ready_ = complete != 0;
  if (round_ready_ && round_.result[least_functions] != -round_.result[greatest_functions]) runtime_.functions().differ();
}

bool SafePoints::meet(Phase phase) {
  if (runtime_.size() == 1) {
    withdrawn_ = std::max(withdrawn_, static_cast<std::uint64_t>(runtime_.link()->contribute().withdrawn));
    return true;
  }
  start(meeting_, phase);
  BackOff back_off;
  for (;;) {
    int complete = 0;
    Runtime::check_mpi(MPI_Test(&meeting_.request, &complete, MPI_STATUS_IGNORE), "MPI_Test");
    if (complete) {
      if (!take(meeting_)) return false;
      if (meeting_.result[renewal] != 0) renew();
      return true;
    }
    // A rank that gave the pause up cannot run cells any more: others may be gone from it already. It answers at once, or the
    // log would never move on to the entry that the others wait for.
    if (gave_up_) refuse_waiting();
    // After a cell: others may still be in it, and wait for data of this rank.
    runtime_.guard().progress();
    runtime_.link()->wait([] { return false; }, back_off.next());
  }
}

void SafePoints::turn_off(const std::string& why) {
  if (off_) return;
  off_ = true;
  off_because_ = why;
  runtime_.link()->set_follows(false);
  settle_progress(OutcomeStatus::interrupted);
  std::fprintf(stderr, "allranks: rank %d: %s. Cells are off for the rest of this run; the simulation goes on.\n", runtime_.rank(), why.c_str());
}

// Answers what can not run here any more, so that nobody waits for it.
void SafePoints::refuse_waiting() {
  BridgeLink& link = *runtime_.link();
  const std::string reason = off_ ? "cells are off in this run: " + off_because_ : "this rank has left the pause, because its bridge was away";
  for (std::uint64_t index = link.refuse_held(); index != 0; index = link.refuse_held()) {
    link.settle(index, OutcomeStatus::error, pack_error("RuntimeError", reason));
    refused_ = index;
  }
}

bool SafePoints::finish() {
  BridgeLink& link = *runtime_.link();
  bool complete = true;
  if (!off_ && runtime_.size() > 1) {
    // Started before the earlier round is complete: a rank that still steps then learns of it instead of waiting for ever.
    start(meeting_, Phase::end);
    const auto deadline = std::chrono::steady_clock::now() + kLastMeeting;
    BackOff back_off;
    MPI_Request both[2] = {round_.request, meeting_.request};
    for (;;) {
      int done = 0;
      Runtime::check_mpi(MPI_Testall(2, both, &done, MPI_STATUSES_IGNORE), "MPI_Testall");
      complete = done != 0;
      if (complete || std::chrono::steady_clock::now() > deadline) break;
      link.wait([] { return false; }, back_off.next());
    }
    if (complete) {
      round_.request = meeting_.request = MPI_REQUEST_NULL;
      take(meeting_);
    }
  }
  // Entries that came after the last safe point never run: they are answered, so that nobody waits for them.
  settle_progress(OutcomeStatus::interrupted);
  if (off_) {
    refuse_waiting();
  } else {
    answer_missed();
    while (cursor_ < link.held()) link.settle(++cursor_, OutcomeStatus::withdrawn, {});
  }
  return complete;
}

}  // namespace allranks
