// A wait for MPI that can be ended: tests, first at once, then giving the processor away, then sleeping.
#pragma once
#include <mpi.h>

#include <cstdint>

#include "call.h"
#include "recorder.h"

namespace allranks::guard {

// Adds what `record` waits for.
void add_need(NeedList& list, const Record& record);

class Wait {
 public:
  Wait(Function function, CommEntry* entry, int peer) : function_(function), entry_(entry), peer_(peer) {}
  ~Wait() {
    if (told_) untell();
  }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  // What is waited for, told to the recorder once the wait is long. `describe(NeedList&)`.
  // Between two looks at MPI. False when the cell must end. Sleeps at most 1 ms.
  template <class Describe>
  bool turn(const Describe& describe) {
    ++turns_;
    if (turns_ <= kSpins) return (turns_ & 31) != 0 || !must_end(kCalls[static_cast<int>(function_)]);
    if (!told_) {
      tell_board();
      NeedList needs;
      describe(needs);
      recorder.wait(kCalls[static_cast<int>(function_)], needs);
    }
    return pause();
  }
  std::uint64_t turns() const { return turns_; }

 private:
  static constexpr std::uint64_t kSpins = 100;
  static constexpr std::uint64_t kYields = 400;
  static constexpr std::uint64_t kYielding_ns = 5'000'000;
  static constexpr long kFirstSleep_ns = 20'000;
  static constexpr long kLongestSleep_ns = 1'000'000;

  void tell_board();
  void publish() const;
  void untell();
  bool pause();

  Function function_;
  CommEntry* entry_;
  int peer_;
  std::uint64_t turns_ = 0;
  long sleep_ns_ = kFirstSleep_ns;
  bool told_ = false;
  bool sleeps_ = false;
  std::uint64_t since_ns_ = 0;
};

}  // namespace allranks::guard
