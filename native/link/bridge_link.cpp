#include "bridge_link.h"

#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace allranks {

using shm::monotonic_ns;
using protocol::OutcomeStatus;
using protocol::RingKind;
using namespace std::chrono_literals;

namespace {

// How long a message waits for room in the ring while no bridge reads it. A bridge that died is back within this time.
constexpr double kOrphanWait_s = 10;
// Messages that are kept while no bridge is there. Outcomes are sent again in any case.
constexpr std::size_t kMostPosts = 1024;
// A longer outcome is written by the thread that ran the cell: it may take as long as its output.
constexpr std::size_t kShortOutcome = 256u << 10;

}  // namespace

BridgeLink::BridgeLink(LinkOptions options)
    : options_(std::move(options)), segment_(shm::Segment::create()), main_thread_(pthread_self()) {
  board_ = std::make_unique<shm::BoardWriter>(segment_.board());
  ring_ = std::make_unique<shm::RingProducer>(segment_);
  disconnected_since_ = monotonic_ns();
  wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_ < 0) throw std::runtime_error(std::string("no descriptor for the connection to the bridge: ") + std::strerror(errno));
}

BridgeLink::~BridgeLink() {
  close(0ms);
  if (wake_ >= 0) ::close(wake_);
}

void BridgeLink::start() {
  // Signals belong to the simulation's own threads: this one takes none.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (...) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

double BridgeLink::disconnected_for() const {
  if (refused_) return std::numeric_limits<double>::infinity();
  const std::uint64_t since = disconnected_since_.load();
  return since == 0 ? 0.0 : static_cast<double>(monotonic_ns() - since) * 1e-9;
}

// --- Command log ------------------------------------------------------------------------------------------------------

BridgeLink::Contribution BridgeLink::contribute() {
  std::lock_guard lock(mutex_);
  contributed_ = held_;
  return {static_cast<std::int64_t>(held_), static_cast<std::int64_t>(withdrawn_)};
}

std::uint64_t BridgeLink::held() const {
  std::lock_guard lock(mutex_);
  return held_;
}

std::uint64_t BridgeLink::done() const {
  std::lock_guard lock(mutex_);
  return done_;
}

std::uint64_t BridgeLink::withdrawn() const {
  std::lock_guard lock(mutex_);
  return withdrawn_;
}

void BridgeLink::set_follows(bool follows) {
  std::lock_guard lock(mutex_);
  follows_ = follows;
}

Command BridgeLink::command(std::uint64_t index) const {
  std::lock_guard lock(mutex_);
  const auto found = commands_.find(index);
  // An entry that is gone can only be one whose verdict is known: nothing is left to do for it.
  if (found == commands_.end()) return Command{index, protocol::CommandKind::resume, {}};
  return found->second;
}

protocol::CommandKind BridgeLink::kind(std::uint64_t index) const {
  std::lock_guard lock(mutex_);
  const auto found = commands_.find(index);
  return found == commands_.end() ? protocol::CommandKind::cell : found->second.kind;
}

std::uint64_t BridgeLink::refuse_held() {
  std::lock_guard lock(mutex_);
  const auto next = commands_.upper_bound(std::max(done_, begun_));
  if (next == commands_.end()) return 0;
  withdrawn_ = std::max(withdrawn_, next->first);
  return next->first;
}

void BridgeLink::begin(std::uint64_t index) {
  std::lock_guard lock(mutex_);
  begun_ = index;
}

void BridgeLink::settle(std::uint64_t index, OutcomeStatus status, std::string payload) {
  {
    std::lock_guard lock(mutex_);
    outcomes_[index] = Outcome{status, payload};
    done_ = std::max(done_, index);
    begun_ = std::max(begun_, index);
  }
  if (payload.size() <= kShortOutcome) {
    post(RingKind::outcome, static_cast<std::uint16_t>(status), index, std::move(payload));
  } else {
    send(RingKind::outcome, static_cast<std::uint16_t>(status), index, payload);
  }
}

bool BridgeLink::has_verdict(std::uint64_t index) const {
  std::lock_guard lock(mutex_);
  return verdict_ >= index;
}

bool BridgeLink::wait(std::function<bool()> ready, std::chrono::microseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, std::move(ready));
}

// --- Output -----------------------------------------------------------------------------------------------------------

void BridgeLink::set_position(std::int64_t step, double time) {
  step_.store(step, std::memory_order_relaxed);
  time_.store(time, std::memory_order_relaxed);
}

void BridgeLink::ring_doorbell() {
  const char byte = 1;
  std::lock_guard lock(socket_mutex_);
  const int fd = socket_.load(std::memory_order_acquire);
  // A full socket buffer holds doorbells already, and a broken one is noticed by the I/O thread: both need no answer.
  if (fd >= 0 && ::send(fd, &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
}

bool BridgeLink::send(RingKind kind, std::uint16_t flags, std::uint64_t index, std::string_view payload, const Patience& patience) {
  if (child_) return false;
  auto wait = [&](bool doorbell) {
    if (doorbell) ring_doorbell();
    if (stopping_ || disconnected_for() > kOrphanWait_s) return false;
    if (patience) return patience();
    pause_for_room();
    return true;
  };
  const shm::Written written = ring_->write(static_cast<std::uint16_t>(kind), flags, index, step_.load(std::memory_order_relaxed),
                                            time_.load(std::memory_order_relaxed), payload.data(), payload.size(), wait);
  if (written.doorbell) ring_doorbell();
  return written.result == shm::WriteResult::written;
}

void BridgeLink::post(RingKind kind, std::uint16_t flags, std::uint64_t index, std::string payload) {
  if (child_) return;
  {
    std::lock_guard lock(posts_mutex_);
    unsent_.push_back({kind, flags, index, std::move(payload)});
  }
  flush_posts();
  // The I/O thread looks after what found no room.
  if (posts_wait()) wake_thread();
}

bool BridgeLink::posts_wait() {
  std::lock_guard lock(posts_mutex_);
  return !unsent_.empty();
}

void BridgeLink::flush_posts() {
  std::lock_guard lock(posts_mutex_);
  while (!unsent_.empty()) {
    const Post& next = unsent_.front();
    // Only what fits at once is written: waiting here would keep interrupts waiting. A message larger than the ring
    // begins when the ring is empty, and then waits for the bridge a bounded time.
    const std::size_t wanted = std::min(next.payload.size() + next.payload.size() / 8 + 4096, segment_.ring_bytes());
    if (ring_->free_bytes() < wanted) {
      while (!connected() && unsent_.size() > kMostPosts) unsent_.pop_front();
      return;
    }
    int rounds = 100;
    send(next.kind, next.flags, next.index, next.payload, [&] {
      pause_for_room();
      return --rounds > 0;
    });
    unsent_.pop_front();
  }
}

std::optional<std::string> BridgeLink::wait_input(std::uint64_t index, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, limit, [&] { return inputs_.count(index) != 0; })) return std::nullopt;
  const auto found = inputs_.find(index);
  std::string value = std::move(found->second.front());
  found->second.pop_front();
  if (found->second.empty()) inputs_.erase(found);
  return value;
}

void BridgeLink::close(std::chrono::milliseconds limit) {
  if (!thread_.joinable()) return;
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (connected() && (posts_wait() || ring_->free_bytes() < segment_.ring_bytes()) && std::chrono::steady_clock::now() < deadline) {
    ring_doorbell();
    std::this_thread::sleep_for(1ms);
  }
  stopping_ = true;
  wake_thread();
  thread_.join();
}

void BridgeLink::wake_thread() {
  const std::uint64_t one = 1;
  // A full counter means that the thread is woken already.
  if (::write(wake_, &one, sizeof one) < 0) return;
}

void BridgeLink::disable_in_child() {
  child_ = true;
  const int fd = socket_.exchange(-1);
  if (fd >= 0) ::close(fd);
  ::close(wake_);
  wake_ = -1;
}

}  // namespace allranks
