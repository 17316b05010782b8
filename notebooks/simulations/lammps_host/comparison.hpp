// What the library costs a step: the time of steps with and without it, in turns, in one run. On a machine that does other things
// too, two runs differ by more than that.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace simulations {

class Comparison {
 public:
  // A step begins. Whether it calls the library: the same on every rank.
  bool step() {
    // The first steps of a turn still carry what the turn before has begun.
    constexpr int kNotTimed = 2, kTimed = 10;
    const auto now = std::chrono::steady_clock::now();
    if (at_ == kNotTimed) began_ = now;
    if (at_ == kNotTimed + kTimed) {
      times_[turn_].push_back(std::chrono::duration<double, std::micro>(now - began_).count() / kTimed);
      turn_ = (turn_ + 1) % times_.size();
      at_ = 0;
    }
    ++at_;
    return turn_ % 2 == 1;
  }

  // The two kinds of turns without the library tell how far the figures can be trusted.
  void tell() {
    constexpr std::array names{"without", "with", "without again", "with again"};
    for (std::size_t turn = 0; turn < times_.size(); ++turn) {
      std::vector<double>& times = times_[turn];
      if (times.empty()) continue;
      std::sort(times.begin(), times.end());
      std::printf("step %s: median %.2f us, lower quartile %.2f us, of %zu turns\n", names[turn], times[times.size() / 2], times[times.size() / 4], times.size());
    }
  }

 private:
  std::array<std::vector<double>, 4> times_;
  std::chrono::steady_clock::time_point began_{};
  std::size_t turn_ = 0;
  int at_ = 0;
};

}  // namespace simulations
