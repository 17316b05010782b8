#include "safe_points.h"

#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "../embed/insist.h"
#include "../link/msgpack.h"
#include "flag_file.h"
#include "function_rounds.h"
#include "mpi_guard.h"

namespace allranks {

using protocol::OutcomeStatus;
using protocol::RankState;
using shm::monotonic_ns;
using namespace std::chrono_literals;

namespace {

// The bridge ends a pause that lasts too long. One that is there and says nothing for as long again (2 to 60 s) hangs.
constexpr double kShortestSilence_s = 2, kLongestSilence_s = 60;
// How soon a paused program that is itself Python sees a signal.
constexpr auto kSignalLook = 200ms;

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
  if (off_) {
    refuse_waiting();
    return;
  }
  try {
    note_step();
    answer_missed();
    OutcomeStatus progress = OutcomeStatus::interrupted;
    bool pause = pause_here;
    const bool counted_down = steps_left_ > 0 && --steps_left_ == 0;
    if (counted_down || (until_active_ && until_holds())) {
      progress = OutcomeStatus::ok;
      pause = true;
    }

    const std::uint64_t upto = agree(pause);
    bool ran = false;
    // Where the simulation pauses anyway, entries are left to the pause: a `step` among them counts from there.
    while (!off_ && !pause && cursor_ < upto && owed_ == 0) {
      const Command command = link.command(cursor_ + 1);
      // The pause entry itself is settled inside the paused loop, once the rank stands still.
      if (command.kind == Kind::pause && command.index > withdrawn_) break;
      ran = true;
      follow(command, false);
    }
    if (!off_ && pause_is_next(upto)) pause = true;
    if (off_) {
      refuse_waiting();
    } else if (pause) {
      paused_loop(progress);
    } else if (ran) {
      leave_together();
    }
    if (!off_ && !round_ready_) start(round_, Phase::step);
  } catch (const std::exception& error) {
    // What the other ranks make of it is unknown: no more agreements with them.
    turn_off(error.what());
    throw;
  }

  step_began_ns_ = monotonic_ns();
  link.board().update([&](protocol::Board& board) {
    board.state = static_cast<std::uint32_t>(RankState::running);
    board.step = runtime_.current_step();
    board.time = runtime_.current_time();
    board.step_began_ns = step_began_ns_;
    board.usual_step_ns = static_cast<std::uint64_t>(usual_step_ns_);
  });
}

// --- The log ----------------------------------------------------------------------------------------------------------

bool SafePoints::pause_is_next(std::uint64_t upto) const {
  for (std::uint64_t index = cursor_ + 1; index <= upto; ++index) {
    if (index > withdrawn_ && runtime_.link()->kind(index) == Kind::pause) return true;
  }
  return false;
}

bool SafePoints::follow(const Command& command, bool paused) {
  BridgeLink& link = *runtime_.link();
  cursor_ = command.index;
  if (command.renew) renewal_due_ = true;
  // Only what all ranks have agreed upon counts; this rank's own answer may be unknown to others.
  if (command.index <= withdrawn_) {
    if (command.index > refused_) link.settle(command.index, OutcomeStatus::withdrawn, {});
    return true;
  }
  switch (command.kind) {
    case Kind::cell:
    case Kind::call: {
      const std::uint64_t operations = runtime_.guard().operations();
      run_cell(command, paused);
      if (paused && mixed_) {
        if (runtime_.rank() == 0) std::fprintf(stderr, "allranks: the pause ends because the bridge of a rank has been away for too long; the simulation goes on.\n");
        leave_together();
        return false;
      }
      if (paused) {
        wait_for_verdict(command.index, runtime_.guard().active() && runtime_.guard().operations() == operations);
        set_state(RankState::paused);
      }
      return true;
    }
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
      link.begin(command.index);
      owed_ = command.index;
      steps_left_ = steps;
      if (paused) leave_together();
      return false;
    }
    case Kind::until:
      link.begin(command.index);
      owed_ = command.index;
      until_active_ = true;
      until_ = command.payload.empty() ? "True" : command.payload;
      if (paused) leave_together();
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

void SafePoints::renew() {
  renewal_due_ = false;
  runtime_.guard().renew();
}

void SafePoints::run_cell(const Command& command, bool paused) {
  BridgeLink& link = *runtime_.link();
  link.begin(command.index);
  // What inline functions and earlier cells have left behind is settled by all ranks here, before any of them calls MPI.
  try {
    runtime_.functions().settle();
    if (paused && runtime_.size() > 1 && renewal_due_) {
      // A rank whose connection broke may lack this entry, and may never get it.
      if (!meet(Phase::renew) || mixed_) {
        link.settle(command.index, OutcomeStatus::error, pack_error("RuntimeError", "the cell was not run: a rank was without its bridge for too long and has left the pause"));
        return;
      }
    } else if (renewal_due_ || (runtime_.size() == 1 && runtime_.guard().wants_renewal())) {
      renew();
    }
  } catch (const std::exception& error) {
    // Begun, so nobody answers it later; what follows switches cells off.
    link.settle(command.index, OutcomeStatus::error, pack_error("RuntimeError", std::string("the cell could not begin: ") + error.what()));
    throw;
  }
  runtime_.set_current_index(command.index);
  link.board().update([&](protocol::Board& board) {
    board.state = static_cast<std::uint32_t>(RankState::in_cell);
    board.current = command.index;
    board.step = runtime_.current_step();
    board.time = runtime_.current_time();
  });
  CallResult result;
  bool told = false;
  const auto tell = [&] {
    told = true;
    // A rank that did not take part counts as gone from the start.
    runtime_.guard().disarm(result.status != OutcomeStatus::ok);
    runtime_.set_current_index(0);
    link.settle(command.index, result.status, std::move(result.payload));
  };
  try {
    link.tell_started(command.index);
    // Between the cells of a pause no line of the simulation runs on this thread: its dispositions are read once. What none but
    // the cells could have changed meanwhile, real-time signals, is put back when the simulation goes on.
    if (!before_cells_) before_cells_.emplace();
    const LeaveCells leave{*this, !paused};
    CellGuard guard(link, command.index, *before_cells_);
    runtime_.guard().arm(command.index);
    result = command.kind == Kind::cell ? runtime_.python().run_cell(command.payload) : runtime_.python().call(command.payload);
    guard.end_interrupts();
    // The notebook need not wait while this rank puts Python and the simulation's signals in order again.
    tell();
    // Where ranks share a processor, one that has not run the cell yet goes first.
    if (runtime_.size() > 1) sched_yield();
    runtime_.python().end_command();
  } catch (const std::exception& error) {
    if (told) throw;
    // Out of memory: the cell fails on this rank, the agreement with the others goes on.
    result = {OutcomeStatus::error, pack_error("MemoryError", error.what())};
    tell();
  }
  link.board().update([&](protocol::Board& board) {
    board.state = static_cast<std::uint32_t>(RankState::settling);
    board.current = 0;
    board.done = command.index;
  });
}

SafePoints::LeaveCells::~LeaveCells() {
  if (!now || !points.before_cells_) return;
  points.runtime_.python().leave_cells();
  points.before_cells_->restore_all();
  points.before_cells_.reset();
}

void SafePoints::settle_progress(OutcomeStatus status) {
  if (owed_ == 0) return;
  // Who reads the board when the outcome is there must find where the simulation stands.
  note_position();
  runtime_.link()->settle(owed_, status, {});
  owed_ = 0;
  steps_left_ = 0;
  until_active_ = false;
  until_.clear();
}

// --- Pauses -----------------------------------------------------------------------------------------------------------

void SafePoints::paused_loop(OutcomeStatus progress) {
  BridgeLink& link = *runtime_.link();
  const LeaveCells leave{*this, true};
  // Before the meeting: what this rank contributes there must be its last word on withdrawals.
  link.set_follows(true);
  note_position();
  if (!meet(Phase::pause)) return;
  // Who learns that a `step` is done and looks must find a pause: the next look may fall into a cell, which tells nothing.
  set_state(RankState::paused);
  settle_progress(progress);
  last_word_ns_ = monotonic_ns();
  bool stay = true;
  while (stay && !off_) {
    tell_of_flag();
    const std::uint64_t next = cursor_ + 1;
    // Once a second: a flag file may be gone, the bridge may be gone for good. More often where Python has signals to handle.
    const bool missing = missed_from_ <= missed_upto_;
    const auto came = [&] { return link.held_locked() >= next || (missing && link.held_locked() >= missed_from_); };
    if (link.wait(came, runtime_.python().joined() ? kSignalLook : 1000ms) && missing) {
      answer_missed();
    } else if (link.held() >= next) {
      stay = follow(link.command(next), true);
      last_word_ns_ = monotonic_ns();
      continue;
    }
    poll_flag();
    heed_signals();
    if (!given_up()) continue;
    if (runtime_.rank() == 0) {
      std::fprintf(stderr, "allranks: the pause ends because %s; the simulation goes on.\n",
                   link.disconnected_for() > runtime_.settings().abandoned_s ? "its bridge has been away for too long" : "it has lasted longer than allowed and the bridge says nothing");
    }
    gave_up_ = true;
    link.set_follows(false);
    leave_together();
    gave_up_ = false;
    stay = false;
  }
  link.set_follows(false);
  if (flag_told_ != 0) {
    Packer notice;
    notice.map(2).text("what").text("flag").text("over").boolean(true);
    link.post(protocol::RingKind::notice, 0, 0, notice.bytes());
  }
  flag_told_ = 0;
  flag_file_.clear();
  flag_news_.clear();
}

void SafePoints::watch_flag(std::string flag_file, std::string news) {
  flag_file_ = std::move(flag_file);
  flag_news_ = std::move(news);
  flag_told_ = 0;
}

void SafePoints::tell_of_flag() {
  if (flag_news_.empty() || runtime_.rank() != 0) return;
  // A bridge that was started anew does not know of it.
  const std::uint64_t connection = runtime_.link()->connection();
  if (flag_told_ == connection || !runtime_.link()->connected()) return;
  flag_told_ = connection;
  runtime_.link()->post(protocol::RingKind::notice, 0, 0, flag_news_);
}

bool SafePoints::given_up() const {
  const double limit = runtime_.settings().max_pause_s;
  // Nobody could end the pause, and the allocation would be wasted.
  if (runtime_.link()->disconnected_for() > runtime_.settings().abandoned_s) return true;
  return limit > 0 && static_cast<double>(monotonic_ns() - last_word_ns_) * 1e-9 > limit + std::clamp(limit, kShortestSilence_s, kLongestSilence_s);
}

void SafePoints::heed_signals() {
  if (!runtime_.python().joined() || !runtime_.python().handler_raised()) return;
  // One rank cannot leave a pause alone: the bridge lets all of them go on, and this one meets its exception behind it.
  Packer notice;
  notice.map(1).text("what").text("raised");
  runtime_.link()->post(protocol::RingKind::notice, 0, 0, notice.bytes());
}

void SafePoints::poll_flag() {
  if (flag_file_.empty() || runtime_.rank() != 0 || flag_file_exists(flag_file_)) return;
  Packer notice;
  notice.map(2).text("what").text("flag").text("present").boolean(false);
  runtime_.link()->post(protocol::RingKind::notice, 0, 0, notice.bytes());
  flag_file_.clear();
}

void SafePoints::wait_for_verdict(std::uint64_t index, bool silent) {
  BridgeLink& link = *runtime_.link();
  if (runtime_.size() == 1) return;
  // Partners may still wait for data of this rank: MPI moves only inside its calls.
  // The verdict mostly comes at once and wakes this thread; looking into MPI before would only take the cores from the
  // ranks that still run.
  constexpr auto kLook = std::chrono::milliseconds(1);
  // A cell that has not called MPI on this rank has begun nothing that others could wait for; what one before it began moves on below.
  constexpr auto kSilentLook = std::chrono::milliseconds(10);
  auto look = silent ? kSilentLook : kLook;
  last_word_ns_ = monotonic_ns();
  while (!link.wait([&] { return link.has_verdict_locked(index) || link.held_locked() > index; }, look)) {
    look = kLook;
    int found = 0;
    // The second look alone would do where the guard is off.
    runtime_.guard().progress();
    Runtime::check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &found, MPI_STATUS_IGNORE), "MPI_Iprobe");
    if (given_up()) return;
  }
}

// False when ranks disagree. Afterwards all ranks follow the same orders, also one that was without its bridge.
bool SafePoints::leave_together() {
  set_state(RankState::leaving);
  if (runtime_.size() == 1) return true;
  do {
    if (!meet(Phase::leave)) return false;
  } while (mixed_);
  const auto farthest = static_cast<std::uint64_t>(-meeting_.result[cursor]);
  const auto ordered = -meeting_.result[order];
  if (farthest > cursor_) {
    missed_from_ = cursor_ + 1;
    missed_upto_ = farthest;
    cursor_ = farthest;
    owed_ = missed_owed_ = static_cast<std::uint64_t>(-meeting_.result[owed]);
    steps_left_ = -meeting_.result[steps_left];
    until_active_ = ordered == until_holds_order;
    if (until_active_) until_ = "True";  // this rank does not know the condition; if it is the one that decides, it holds
  }
  stop_requested_ = stop_requested_ || ordered == stop_order;
  answer_missed();
  return true;
}

void SafePoints::answer_missed() {
  if (missed_from_ > missed_upto_) return;
  BridgeLink& link = *runtime_.link();
  for (const std::uint64_t there = std::min(missed_upto_, link.held()); missed_from_ <= there; ++missed_from_) {
    if (missed_from_ == missed_owed_ || missed_from_ <= refused_) continue;
    const Kind kind = link.kind(missed_from_);
    const bool code = kind == Kind::cell || kind == Kind::call;
    link.settle(missed_from_, code ? OutcomeStatus::error : OutcomeStatus::ok,
                code ? pack_error("RuntimeError", "this rank was without its bridge and did not take part") : std::string());
  }
}

bool SafePoints::until_holds() {
  // Rank 0 decides for all: the state of other ranks may differ in what the expression reads.
  int holds = 0;
  if (runtime_.rank() == 0) {
    BridgeLink& link = *runtime_.link();
    link.board().update([&](protocol::Board& board) {
      board.state = static_cast<std::uint32_t>(RankState::in_function);
      shm::set_text(board.function, "%live until " + until_);
    });
    link.arm(owed_, wake_signal(), wake_signal());
    const auto [value, error] = runtime_.python().until(until_);
    link.disarm();
    set_state(RankState::running);
    holds = value || !error.empty();
    if (!error.empty()) runtime_.link()->post(protocol::RingKind::stderr, 0, owed_, "until " + until_ + ": " + error + "\n");
  }
  if (runtime_.size() > 1) Runtime::check_mpi(MPI_Bcast(&holds, 1, MPI_INT, 0, comm_), "MPI_Bcast");
  return holds != 0;
}

}  // namespace allranks
