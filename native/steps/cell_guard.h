// What holds only while a cell runs on the main thread: interrupts by SIGINT and errors of MPI that return.
#pragma once
#include <mpi.h>
#include <signal.h>
#include <sys/time.h>

#include <array>
#include <cstdint>

#include "kept_streams.h"

namespace allranks {

class BridgeLink;

// Saves the handlers of all signals, the signal mask and the error handler of MPI_COMM_WORLD, makes SIGINT raise
// KeyboardInterrupt, and puts everything back. An interrupt that arrives late is swallowed here: it never reaches the next
// cell or the simulation; neither does a timer that the cell left running. Main thread, without the GIL.
class CellGuard {
 public:
  CellGuard(BridgeLink& link, std::uint64_t index);
  ~CellGuard();
  CellGuard(const CellGuard&) = delete;
  CellGuard& operator=(const CellGuard&) = delete;

 private:
  static constexpr int kSignals = 64;
  BridgeLink& link_;
  KeptStreams streams_;
  std::array<struct sigaction, kSignals + 1> actions_{};
  std::array<bool, kSignals + 1> saved_{};
  sigset_t mask_{};
  std::array<bool, 3> timer_ran_{};  // ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF
  MPI_Errhandler world_errors_ = MPI_ERRHANDLER_NULL;
};

}  // namespace allranks
