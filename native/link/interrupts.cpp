// Interrupts of a link: each reaches the code it is meant for, and is repeated until that code has ended.
#include <signal.h>

#include <algorithm>
#include <chrono>

#include "bridge_link.h"

namespace allranks {

using shm::monotonic_ns;

namespace {

// A signal that comes between Python's last look and a system call that waits is not noticed before that call ends: it is
// repeated soon, until Python has seen it.
constexpr std::uint64_t kNudge_ns = 50'000'000;
// When code that has seen its interrupt is reminded, and how often. `allranks/_signals.py` decides what that does; its first limit is 3 s.
constexpr std::uint64_t kRemind_ns = 3'200'000'000, kNextReminder_ns = 1'000'000'000;

// Without a handler, which a cell or the simulation may have taken away, both signals would end the process.
void signal_thread(pthread_t thread, int number) {
  struct sigaction present {};
  if (number == 0 || sigaction(number, nullptr, &present) != 0 || present.sa_handler == SIG_DFL) return;
  pthread_kill(thread, number);
}

}  // namespace

void BridgeLink::arm(std::uint64_t index, int first, int again) {
  const std::lock_guard lock(mutex_);
  armed_ = index;
  first_signal_ = first;
  repeat_signal_ = again;
  repeat_at_ns_ = 0;
  if (interrupt_for_ != index) return;
  send_interrupt();
  // The I/O thread sleeps without a limit of ours.
  wake_thread();
}

void BridgeLink::disarm() {
  bool told;
  {
    const std::lock_guard lock(mutex_);
    armed_ = 0;
    repeat_at_ns_ = 0;
    told = interrupt_shown_;
    interrupt_shown_ = false;
  }
  if (told) board_->update([](protocol::Board& board) { board.interrupt_pending = 0; });
}

double BridgeLink::interrupt_taken() {
  bool told;
  std::uint64_t age_ns = 0;
  {
    const std::lock_guard lock(mutex_);
    told = interrupt_shown_;
    interrupt_shown_ = false;
    if (repeat_at_ns_ != 0) {
      age_ns = monotonic_ns() - interrupted_at_ns_;
      repeat_at_ns_ = interrupted_at_ns_ + std::max(kRemind_ns, age_ns + kNextReminder_ns);
    }
  }
  if (told) board_->update([](protocol::Board& board) { board.interrupt_pending = 0; });
  return static_cast<double>(age_ns) * 1e-9;
}

void BridgeLink::take_interrupt(std::uint64_t index) {
  // Under the lock: `disarm` cannot happen between the look and the signal.
  const std::lock_guard lock(mutex_);
  if (index == 0 || index <= done_) return;
  interrupt_for_ = index;
  if (armed_ == index) send_interrupt();
  if (on_interrupt) on_interrupt(index);
  changed_.notify_all();
}

void BridgeLink::send_interrupt() {
  signal_thread(main_thread_, first_signal_);
  if (repeat_at_ns_ == 0) {
    interrupted_at_ns_ = monotonic_ns();
    repeat_at_ns_ = interrupted_at_ns_ + kNudge_ns;
  }
  if (!interrupt_shown_) {
    interrupt_shown_ = true;
    board_->update([](protocol::Board& board) { board.interrupt_pending = 1; });
  }
}

std::chrono::milliseconds BridgeLink::repeat_interrupt(std::chrono::milliseconds limit) {
  const std::lock_guard lock(mutex_);
  if (repeat_at_ns_ == 0 || repeat_signal_ == 0) return limit;
  const std::uint64_t now = monotonic_ns();
  if (now >= repeat_at_ns_) {
    signal_thread(main_thread_, repeat_signal_);
    repeat_at_ns_ = now + std::clamp(now - interrupted_at_ns_, kNudge_ns, kNextReminder_ns);
  }
  return std::min(limit, std::chrono::milliseconds((repeat_at_ns_ - now) / 1000000 + 1));
}

}  // namespace allranks
