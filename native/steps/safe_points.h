// Safe points: where ranks agree how far they follow the command log, run it, pause, step and leave together.
//
// Runs on the simulation's thread only. Everything that ranks decide together is decided by one kind of nonblocking
// reduction (`Round`), whose result is the same on all of them:
//   step   While the simulation runs: started at one safe point, completed at the next, so a step gains no barrier.
//   pause  A pause begins when all ranks have come to it. From then on they follow the log without MPI, so no rank may
//          still accept the withdrawal of an entry, and all must know what was withdrawn before.
//   leave  A pause, or a safe point with cells, is left by all together, so that a half-delivered resume leaves nobody behind.
//          Where one rank lost its bridge and gives the pause up, it learns here what the others were told meanwhile.
//   renew  Before a cell of a pause that needs new communicators, which are made by all ranks or none. A rank may lack the cell, and
//          leave the pause because its bridge stays away: then the others give the cell up and leave with it.
//   end    The library is finalized.
// Each round carries its kind. When ranks find themselves in different kinds, the simulation does not call the library the
// same number of times on every rank: cells are switched off on all of them, and the simulation goes on.
#pragma once
#include <mpi.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "../link/bridge_link.h"
#include "../runtime.h"
#include "cell_guard.h"

namespace allranks {

class SafePoints {
 public:
  SafePoints(Runtime& runtime, MPI_Comm agree_comm) : runtime_(runtime), comm_(agree_comm) {}
  SafePoints(const SafePoints&) = delete;
  SafePoints& operator=(const SafePoints&) = delete;

  // A safe point at which the simulation may also be asked to pause by itself (`--pause-at`, flag file).
  void pass(bool pause_here);
  // The flag file that holds the pause which comes next; rank 0 tells the bridge so (`news`, a notice) and when the file is gone.
  void watch_flag(std::string flag_file, std::string news);
  // Completes what is under way. False: other ranks have not come within 5 s; this object and the communicator must then stay
  // for ever, because MPI may still write into it.
  bool finish();
  // Has the agreement under way come to a result? While this rank waits for an inline function that others may never come to.
  void look();
  bool stop_requested() const { return stop_requested_; }

 private:
  using Kind = protocol::CommandKind;
  // `leave` and `renew` are neighbours: only these two may meet each other, see `take`.
  enum class Phase : std::int64_t { step = 1, pause = 2, leave = 3, renew = 4, end = 5 };

  // One reduction by MIN; what is wanted as a maximum is negated.
  struct Round {
    std::array<std::int64_t, 11> offered{};
    std::array<std::int64_t, 11> result{};
    MPI_Request request = MPI_REQUEST_NULL;
  };
  enum Field : std::size_t { held, withdrawn, least_phase, greatest_phase, cursor, owed, steps_left, order, renewal, least_functions, greatest_functions };
  // What ranks leave a pause with, besides the number of steps.
  enum Order : std::int64_t { go_on = 0, until_holds_order = 1, stop_order = 2 };

  // At the end of its scope, when `now`: the signals of the simulation, and Python's built-in names, are as they were before its cells.
  struct LeaveCells {
    SafePoints& points;
    bool now;
    ~LeaveCells();
  };

  void note_position();
  void note_step();
  std::uint64_t agree(bool at_once);
  void start(Round& round, Phase phase);
  // Polls with sleeps until all ranks have come; false when they disagree.
  bool meet(Phase phase);
  // False when ranks disagree. `mixed_`: some want to leave, others to run a cell.
  bool take(const Round& round);
  void turn_off(const std::string& why);
  bool pause_is_next(std::uint64_t upto) const;
  // Runs one entry; returns false when the pause ends with it.
  bool follow(const Command& command, bool paused);
  void run_cell(const Command& command, bool paused);
  // New communicators for cells, on all ranks at the same entry or meeting.
  void renew();
  void paused_loop(protocol::OutcomeStatus progress);
  void wait_for_verdict(std::uint64_t index, bool silent);
  bool leave_together();
  void answer_missed();
  void refuse_waiting();
  bool until_holds();
  void settle_progress(protocol::OutcomeStatus status);
  void set_state(protocol::RankState state);
  bool given_up() const;
  void poll_flag();
  void tell_of_flag();
  // Runs signal handlers of a program that is itself Python; when one raises, the pause ends for all ranks.
  void heed_signals();

  Runtime& runtime_;
  MPI_Comm comm_;
  std::optional<Dispositions> before_cells_;
  Round round_;    // of phase `step`, between two safe points
  Round meeting_;  // of the other phases
  bool off_ = false;
  bool gave_up_ = false;
  bool mixed_ = false;
  bool round_ready_ = false;  // `round_` is complete and its result not taken yet
  std::string off_because_;
  // Last entry of the log that this rank has followed; ahead of the link's `done` while a `step` is under way.
  std::uint64_t cursor_ = 0;
  std::uint64_t withdrawn_ = 0;
  // Entries that the other ranks followed while this one was without its bridge: answered up to, of.
  std::uint64_t missed_from_ = 1;
  std::uint64_t missed_upto_ = 0;
  std::uint64_t missed_owed_ = 0;  // the one among them whose outcome comes later
  std::uint64_t refused_ = 0;      // last entry that this rank has answered without being able to run it
  bool stop_requested_ = false;
  bool renewal_due_ = false;  // told by the log
  // `step N` and `until` in progress: the entry whose outcome is owed.
  std::uint64_t owed_ = 0;
  std::int64_t steps_left_ = 0;
  bool until_active_ = false;
  std::string until_;
  int calls_ = 0;
  std::uint64_t step_began_ns_ = 0;
  std::uint64_t last_word_ns_ = 0;
  double usual_step_ns_ = 0;
  std::string flag_file_;
  std::string flag_news_;
  std::uint64_t flag_told_ = 0;  // the connection on which the bridge was told
};

}  // namespace allranks
