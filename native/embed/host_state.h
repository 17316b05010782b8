// What the simulation set up in its process and Python must neither trip over nor change.
#pragma once
#include <fenv.h>
#include <signal.h>

namespace allranks {

// For the time that Python runs on a thread of the simulation:
//   - Floating point as Python and NumPy expect it. A simulation that traps division by zero or overflow (feenableexcept,
//     -ffpe-trap) would be ended by an innocent 1/0 in NumPy; and a library compiled for fast mathematics changes rounding of
//     tiny numbers for the thread that loads it, which would change the results of every later step. Both are put back.
//   - SIGPIPE and SIGXFSZ ignored, as in every Python program, so that a closed pipe or a file size limit raises OSError. By
//     default they end the process.
class HostState {
 public:
  HostState() {
    feholdexcept(&floats_);
    struct sigaction ignored {};
    ignored.sa_handler = SIG_IGN;
    sigemptyset(&ignored.sa_mask);
    for (int at = 0; at < kSignals; ++at) saved_[at] = sigaction(kIgnored[at], &ignored, &actions_[at]) == 0;
  }
  ~HostState() {
    for (int at = 0; at < kSignals; ++at) {
      if (saved_[at]) sigaction(kIgnored[at], &actions_[at], nullptr);
    }
    fesetenv(&floats_);
  }
  HostState(const HostState&) = delete;
  HostState& operator=(const HostState&) = delete;

 private:
  static constexpr int kSignals = 2;
  static constexpr int kIgnored[kSignals] = {SIGPIPE, SIGXFSZ};
  fenv_t floats_{};
  struct sigaction actions_[kSignals] = {};
  bool saved_[kSignals] = {};
};

// A thread of the library's own inherits traps from the thread that started it.
inline void calm_floats() { fesetenv(FE_DFL_ENV); }

}  // namespace allranks
