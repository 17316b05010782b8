// What holds only while a cell runs on the main thread: interrupts by SIGINT and errors of MPI that return.
#pragma once
#include <signal.h>
#include <sys/time.h>

#include <array>
#include <cstdint>

#include "error_handlers.h"
#include "kept_streams.h"

struct _object;

namespace allranks {

class BridgeLink;

// What every signal of the process did before a cell, or before the first cell of a pause. Main thread.
class Dispositions {
 public:
  Dispositions();
  // Puts back those of the signals that programs use among each other, or of all, real-time signals included.
  void restore_standard() const { restore(kStandard); }
  void restore_all() const { restore(kSignals); }

 private:
  void restore(int last) const;
  static constexpr int kStandard = 31, kSignals = 64;
  std::array<struct sigaction, kSignals + 1> actions_{};
  std::array<bool, kSignals + 1> saved_{};
};

// Saves the signal mask and MPI's error handlers, makes SIGINT raise KeyboardInterrupt, and puts everything back, the standard
// signals' handlers included. An interrupt that arrives late is swallowed here: it never reaches the next cell or the
// simulation; neither does a timer that the cell left running. Main thread, without the GIL.
class CellGuard {
 public:
  CellGuard(BridgeLink& link, std::uint64_t index, const Dispositions& before);
  ~CellGuard();
  CellGuard(const CellGuard&) = delete;
  CellGuard& operator=(const CellGuard&) = delete;
  // The cell has ended: nobody sends an interrupt for it any more.
  void end_interrupts();

 private:
  BridgeLink& link_;
  KeptStreams streams_;
  const Dispositions& before_;
  // Handler in Python of a program that is itself Python; null: none of its own.
  _object* handler_ = nullptr;
  sigset_t mask_{};
  std::array<bool, 3> timer_ran_{};  // ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF
  ReturnedErrors errors_;
};

}  // namespace allranks
