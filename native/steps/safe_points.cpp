#include "safe_points.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "../link/msgpack.h"
#include "cell_guard.h"

namespace allranks {

using protocol::OutcomeStatus;
using protocol::RankState;
using shm::monotonic_ns;
using namespace std::chrono_literals;

namespace {

// A pause without any bridge ends by itself: nobody could end it otherwise, and the allocation would be wasted.
constexpr double kAbandoned_s = 120;

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

void SafePoints::set_state(RankState state) {
  runtime_.link()->board().update([&](protocol::Board& board) { board.state = static_cast<std::uint32_t>(state); });
}

void SafePoints::note_position() {
  runtime_.link()->board().update([&](protocol::Board& board) {
    board.step = runtime_.current_step();
    board.time = runtime_.current_time();
  });
}

void SafePoints::note_step() {
  const std::uint64_t now = monotonic_ns();
  if (step_began_ns_ != 0) {
    const double took = static_cast<double>(now - step_began_ns_);
    usual_step_ns_ = usual_step_ns_ == 0 ? took : usual_step_ns_ * 0.9 + took * 0.1;
  }
}

void SafePoints::pass(bool pause_here) {
  BridgeLink& link = *runtime_.link();
  note_step();

  bool pause = pause_here;
  const bool counted_down = steps_left_ > 0 && --steps_left_ == 0;
  if (counted_down || (!until_.empty() && until_holds())) {
    settle_progress(OutcomeStatus::ok);
    pause = true;
  }

  const std::uint64_t upto = agree();
  std::uint64_t last_cell = 0;
  bool ran = false;
  while (cursor_ < upto && owed_ == 0) {
    const Command command = link.command(cursor_ + 1);
    // The pause entry itself is settled inside the paused loop, once the rank stands still.
    if (command.kind == Kind::pause && command.index > withdrawn_) break;
    if (command.kind == Kind::cell || command.kind == Kind::call) last_cell = command.index;
    ran = true;
    follow(command, false);
  }
  if (cursor_ < upto) {
    // A pause, alone or to end a `step` or `until` that is under way.
    settle_progress(OutcomeStatus::interrupted);
    pause = true;
  }
  if (pause) {
    if (last_cell != 0) wait_for_verdict(last_cell);
    paused_loop();
  } else if (ran) {
    leave_together();
  }
  start_agreement();

  step_began_ns_ = monotonic_ns();
  link.board().update([&](protocol::Board& board) {
    board.state = static_cast<std::uint32_t>(RankState::running);
    board.step = runtime_.current_step();
    board.time = runtime_.current_time();
    board.step_began_ns = step_began_ns_;
    board.usual_step_ns = static_cast<std::uint64_t>(usual_step_ns_);
  });
}

std::uint64_t SafePoints::agree() {
  if (runtime_.size() == 1) {
    const auto mine = runtime_.link()->contribute();
    withdrawn_ = std::max(withdrawn_, static_cast<std::uint64_t>(mine.withdrawn));
    return static_cast<std::uint64_t>(mine.held);
  }
  if (agreement_ == MPI_REQUEST_NULL) return cursor_;
  if (runtime_.settings().every > 1 && ++calls_ % runtime_.settings().every != 0) return cursor_;
  Runtime::check_mpi(MPI_Wait(&agreement_, MPI_STATUS_IGNORE), "MPI_Wait");
  withdrawn_ = std::max(withdrawn_, static_cast<std::uint64_t>(-agreed_[1]));
  return static_cast<std::uint64_t>(agreed_[0]);
}

void SafePoints::start_agreement() {
  if (runtime_.size() == 1 || agreement_ != MPI_REQUEST_NULL) return;
  const auto mine = runtime_.link()->contribute();
  offered_ = {mine.held, -mine.withdrawn};
  Runtime::check_mpi(MPI_Iallreduce(offered_.data(), agreed_.data(), 2, MPI_INT64_T, MPI_MIN, comm_, &agreement_), "MPI_Iallreduce");
}

bool SafePoints::follow(const Command& command, bool paused) {
  BridgeLink& link = *runtime_.link();
  cursor_ = command.index;
  if (command.index <= std::max(withdrawn_, link.withdrawn())) {
    link.settle(command.index, OutcomeStatus::withdrawn, {});
    return true;
  }
  switch (command.kind) {
    case Kind::cell:
    case Kind::call:
      run_cell(command);
      if (paused) {
        wait_for_verdict(command.index);
        set_state(RankState::paused);
      }
      return true;
    case Kind::pause:
      link.settle(command.index, OutcomeStatus::ok, {});
      return true;
    case Kind::resume:
      if (paused) leave_together();
      link.settle(command.index, OutcomeStatus::ok, {});
      return !paused;
    case Kind::step: {
      std::int64_t steps = 0;
      if (command.payload.size() == sizeof steps) std::memcpy(&steps, command.payload.data(), sizeof steps);
      if (steps < 1) {
        link.settle(command.index, OutcomeStatus::error, pack_error("ValueError", "the number of steps must be at least 1"));
        return true;
      }
      if (paused) leave_together();
      link.begin(command.index);
      owed_ = command.index;
      steps_left_ = steps;
      return false;
    }
    case Kind::until:
      if (paused) leave_together();
      link.begin(command.index);
      owed_ = command.index;
      until_ = command.payload.empty() ? "True" : command.payload;
      return false;
    case Kind::stop:
      stop_requested_ = true;
      if (paused) leave_together();
      link.settle(command.index, OutcomeStatus::ok, {});
      return !paused;
  }
  link.settle(command.index, OutcomeStatus::error, pack_error("ValueError", "this library does not know the command; bridge and library differ in version"));
  return true;
}

void SafePoints::run_cell(const Command& command) {
  BridgeLink& link = *runtime_.link();
  link.begin(command.index);
  runtime_.set_current_index(command.index);
  link.board().update([&](protocol::Board& board) {
    board.state = static_cast<std::uint32_t>(RankState::in_cell);
    board.current = command.index;
    board.step = runtime_.current_step();
    board.time = runtime_.current_time();
  });
  Packer notice;
  notice.map(1).text("what").text("started");
  link.send(protocol::RingKind::notice, 0, command.index, notice.bytes());
  CallResult result;
  {
    CellGuard guard(link, command.index);
    result = command.kind == Kind::cell ? runtime_.python().run_cell(command.payload) : runtime_.python().call(command.payload);
  }
  runtime_.set_current_index(0);
  link.settle(command.index, result.status, std::move(result.payload));
  link.board().update([&](protocol::Board& board) {
    board.state = static_cast<std::uint32_t>(RankState::settling);
    board.current = 0;
    board.done = command.index;
  });
}

void SafePoints::settle_progress(OutcomeStatus status) {
  if (owed_ == 0) return;
  // Who reads the board when the outcome is there must find where the simulation stands.
  note_position();
  runtime_.link()->settle(owed_, status, {});
  owed_ = 0;
  steps_left_ = 0;
  until_.clear();
}

void SafePoints::paused_loop() {
  BridgeLink& link = *runtime_.link();
  link.set_follows(true);
  set_state(RankState::paused);
  note_position();
  bool stay = true;
  while (stay) {
    const std::uint64_t next = cursor_ + 1;
    // Once a second: a flag file may be gone, the bridge may be gone for good.
    if (!link.wait([&] { return link.held_locked() >= next; }, 1s)) {
      poll_flag();
      if (abandoned()) {
        if (runtime_.rank() == 0) std::fprintf(stderr, "allranks: the pause ends because no bridge has been there for %.0f s; the simulation goes on.\n", kAbandoned_s);
        leave_together();
        break;
      }
      continue;
    }
    stay = follow(link.command(next), true);
  }
  link.set_follows(false);
  flag_file_.clear();
}

bool SafePoints::abandoned() const { return runtime_.link()->disconnected_for() > kAbandoned_s; }

void SafePoints::poll_flag() {
  struct stat info {};
  if (flag_file_.empty() || runtime_.rank() != 0 || stat(flag_file_.c_str(), &info) == 0) return;
  Packer notice;
  notice.map(2).text("what").text("flag").text("present").boolean(false);
  runtime_.link()->send(protocol::RingKind::notice, 0, 0, notice.bytes());
  flag_file_.clear();
}

void SafePoints::wait_for_verdict(std::uint64_t index) {
  BridgeLink& link = *runtime_.link();
  if (runtime_.size() == 1) return;
  // Partners may still wait for data of this rank: MPI moves only inside its calls.
  BackOff back_off;
  while (!link.wait([&] { return link.has_verdict_locked(index) || link.held_locked() > index; }, back_off.next())) {
    int found = 0;
    Runtime::check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &found, MPI_STATUS_IGNORE), "MPI_Iprobe");
    if (abandoned()) return;
  }
}

void SafePoints::leave_together() {
  if (runtime_.size() == 1) return;
  set_state(RankState::leaving);
  MPI_Request barrier = MPI_REQUEST_NULL;
  Runtime::check_mpi(MPI_Ibarrier(comm_, &barrier), "MPI_Ibarrier");
  BackOff back_off;
  for (;;) {
    int complete = 0;
    Runtime::check_mpi(MPI_Test(&barrier, &complete, MPI_STATUS_IGNORE), "MPI_Test");
    if (complete) return;
    runtime_.link()->wait([] { return false; }, back_off.next());
  }
}

bool SafePoints::until_holds() {
  // Rank 0 decides for all: the state of other ranks may differ in what the expression reads.
  int holds = 0;
  if (runtime_.rank() == 0) {
    const auto [value, error] = runtime_.python().until(until_);
    holds = value || !error.empty();
    if (!error.empty()) runtime_.link()->send(protocol::RingKind::stderr, 0, owed_, "until " + until_ + ": " + error + "\n");
  }
  Runtime::check_mpi(MPI_Bcast(&holds, 1, MPI_INT, 0, comm_), "MPI_Bcast");
  return holds != 0;
}

void SafePoints::finish() {
  if (agreement_ != MPI_REQUEST_NULL) Runtime::check_mpi(MPI_Wait(&agreement_, MPI_STATUS_IGNORE), "MPI_Wait");
  // Entries that came after the last safe point never run: they are answered, so that nobody waits for them.
  BridgeLink& link = *runtime_.link();
  settle_progress(OutcomeStatus::interrupted);
  while (cursor_ < link.held()) link.settle(++cursor_, OutcomeStatus::withdrawn, {});
}

}  // namespace allranks
