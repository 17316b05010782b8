#include "wait.h"

#include <sched.h>
#include <time.h>

#include <algorithm>

namespace allranks::guard {

void Wait::tell_board() {
  told_ = true;
  since_ns_ = now_ns();
  publish();
}

void Wait::publish() const {
  if (state.hooks.publish == nullptr) return;
  const Waiting waiting{kCalls[static_cast<int>(function_)], entry_ == nullptr ? 0 : entry_->id, peer_, since_ns_};
  state.hooks.publish(state.hooks.context, &waiting);
}

void Wait::untell() {
  recorder.go_on();
  if (state.hooks.publish != nullptr) state.hooks.publish(state.hooks.context, nullptr);
}

bool Wait::pause() {
  recorder.poll();
  if (must_end(kCalls[static_cast<int>(function_)])) return false;
  if (!sleeps_) {
    // By time as well: where many processes want the processor, each yield lasts milliseconds, and the cell's line would
    // still be unknown when the wait is ended.
    if (turns_ <= kSpins + kYields && now_ns() - since_ns_ < kYielding_ns) {
      sched_yield();
      return true;
    }
    sleeps_ = true;
    publish();
  }
  const timespec duration{0, sleep_ns_};
  // A signal ends the sleep early: the interrupt flag is then looked at sooner, which is what is wanted.
  nanosleep(&duration, nullptr);
  sleep_ns_ = std::min(sleep_ns_ + sleep_ns_ / 4, kLongestSleep_ns);
  return true;
}

}  // namespace allranks::guard
