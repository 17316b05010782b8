// Safe points: where ranks agree how far they follow the command log, run it, pause, step and leave together.
//
// Runs on the simulation's thread only. While the simulation runs, the agreement is one nonblocking MIN reduction that is
// started at one safe point and completed at the next, so a step gains no barrier. While paused, ranks follow the log
// without MPI; a pause is left through a nonblocking barrier that is polled with sleeps, so that a half-delivered resume
// leaves nobody behind and nobody spins.
#pragma once
#include <mpi.h>

#include <array>
#include <cstdint>
#include <string>

#include "../link/bridge_link.h"
#include "../runtime.h"

namespace allranks {

class SafePoints {
 public:
  SafePoints(Runtime& runtime, MPI_Comm agree_comm) : runtime_(runtime), comm_(agree_comm) {}
  SafePoints(const SafePoints&) = delete;
  SafePoints& operator=(const SafePoints&) = delete;

  // A safe point at which the simulation may also be asked to pause by itself (`--pause-at`, flag file).
  void pass(bool pause_here);
  // The flag file that holds the pause of libyt; rank 0 tells the bridge when it is gone. Empty: none.
  void watch_flag(std::string flag_file) { flag_file_ = std::move(flag_file); }
  // Completes what is under way, so that communicators can be freed.
  void finish();
  bool stop_requested() const { return stop_requested_; }

 private:
  using Kind = protocol::CommandKind;

  void note_position();
  void note_step();
  std::uint64_t agree();
  void start_agreement();
  // Runs one entry; returns false when the pause ends with it.
  bool follow(const Command& command, bool paused);
  void run_cell(const Command& command);
  void paused_loop();
  void wait_for_verdict(std::uint64_t index);
  void leave_together();
  bool until_holds();
  void settle_progress(protocol::OutcomeStatus status);
  void set_state(protocol::RankState state);
  bool abandoned() const;
  void poll_flag();

  Runtime& runtime_;
  MPI_Comm comm_;
  MPI_Request agreement_ = MPI_REQUEST_NULL;
  std::array<std::int64_t, 2> offered_{};
  std::array<std::int64_t, 2> agreed_{};
  // Last entry of the log that this rank has followed; ahead of the link's `done` while a `step` is under way.
  std::uint64_t cursor_ = 0;
  std::uint64_t withdrawn_ = 0;
  bool stop_requested_ = false;
  // `step N` and `until` in progress: the entry whose outcome is owed.
  std::uint64_t owed_ = 0;
  std::int64_t steps_left_ = 0;
  std::string until_;
  int calls_ = 0;
  std::uint64_t step_began_ns_ = 0;
  double usual_step_ns_ = 0;
  std::string flag_file_;
};

}  // namespace allranks
