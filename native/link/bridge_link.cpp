#include "bridge_link.h"

#include <pthread.h>
#include <signal.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>

#include "msgpack.h"

namespace allranks {

using shm::monotonic_ns;
using protocol::OutcomeStatus;
using protocol::RingKind;
using namespace std::chrono_literals;

namespace {

// Messages that are kept while no bridge is there. Outcomes are sent again in any case.
constexpr std::size_t kMostPosts = 1024;
// How long news may lie in the ring before a bridge that sleeps is woken for them.
constexpr auto kLater = 20ms;
// A longer outcome is written by the thread that ran the cell: it may take as long as its output.
constexpr std::size_t kShortOutcome = 256u << 10;

}  // namespace

BridgeLink::BridgeLink(LinkOptions options)
    : options_(std::move(options)),
      segment_(shm::Segment::create()),
      main_thread_(pthread_self()),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      later_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      poller_(epoll_create1(EPOLL_CLOEXEC)) {
  board_ = std::make_unique<shm::BoardWriter>(segment_.board());
  ring_ = std::make_unique<shm::RingProducer>(segment_);
  disconnected_since_ = monotonic_ns();
  for (const Descriptor* descriptor : {&wake_, &later_}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor->get();
    if (descriptor->get() < 0 || epoll_ctl(poller_.get(), EPOLL_CTL_ADD, descriptor->get(), &event) != 0) {
      throw std::runtime_error(std::string("no descriptor for the connection to the bridge: ") + std::strerror(errno));
    }
  }
}

BridgeLink::~BridgeLink() { close(0ms); }

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
  std::uint64_t started = index;
  started_.compare_exchange_strong(started, 0);
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

// The main thread reads the socket while it waits: the I/O thread then sleeps for everything else.
class BridgeLink::Reading {
 public:
  explicit Reading(BridgeLink& link) : link_(link) {
    if (!link.reading_mutex_.try_lock()) return;
    mine_ = link.reading_ >= 0 && !link.drop_;
    if (!mine_) {
      link.reading_mutex_.unlock();
      return;
    }
    listen(0);
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() {
    if (!mine_) return;
    // Level-triggered: what came meanwhile wakes the I/O thread now.
    listen(EPOLLIN);
    link_.reading_mutex_.unlock();
  }
  explicit operator bool() const { return mine_; }

  // Sleeps for frames at most `limit` and takes what has come; false when the connection is no good.
  bool take(std::chrono::nanoseconds limit) {
    pollfd socket{link_.reading_, POLLIN, 0};
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
    const timespec time{seconds.count(), (limit - seconds).count()};
    if (ppoll(&socket, 1, &time, nullptr) <= 0) return true;
    bool good = false;
    try {
      good = link_.receive(link_.reading_) && !link_.refused_;
    } catch (const std::bad_alloc&) {
      link_.complain("there is no memory for what the bridge sent; connecting anew");
    }
    if (!good) {
      link_.drop_ = true;
      link_.wake_thread();
    }
    return good;
  }

 private:
  void listen(std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = link_.reading_;
    // It can only fail for a descriptor that is not registered: then the I/O thread has given the connection up.
    if (epoll_ctl(link_.poller_.get(), EPOLL_CTL_MOD, link_.reading_, &event) != 0) link_.wake_thread();
  }

  BridgeLink& link_;
  bool mine_ = false;
};

bool BridgeLink::wait(const std::function<bool()>& ready, std::chrono::microseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  const auto is_ready = [&] {
    const std::lock_guard lock(mutex_);
    return ready();
  };
  if (is_ready()) return true;
  if (pthread_equal(pthread_self(), main_thread_)) {
    Reading reading(*this);
    while (reading) {
      if (is_ready()) return true;
      const auto left = deadline - std::chrono::steady_clock::now();
      if (left.count() <= 0) return false;
      if (!reading.take(left)) break;
    }
  }
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, ready);
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

bool BridgeLink::go_on(bool doorbell, const Patience& patience) {
  if (doorbell) ring_doorbell();
  if (stopping_ || orphaned()) return false;
  if (patience) return patience();
  pause_for_room();
  return true;
}

bool BridgeLink::write(bool ahead, RingKind kind, std::uint16_t flags, std::uint64_t index, std::string_view payload, const Patience& patience) {
  if (child_) return false;
  const shm::Written written =
      ring_->write(static_cast<std::uint16_t>(kind), flags, index, step_.load(std::memory_order_relaxed), time_.load(std::memory_order_relaxed),
                   payload.data(), payload.size(), [&](bool doorbell) { return go_on(doorbell, patience); }, ahead);
  if (written.doorbell) ring_doorbell();
  return written.result == shm::WriteResult::written;
}

bool BridgeLink::send(RingKind kind, std::uint16_t flags, std::uint64_t index, std::string_view payload, const Patience& patience) {
  say_started();
  return write(false, kind, flags, index, payload, patience);
}

bool BridgeLink::await_others(const Patience& patience) {
  return child_ || ring_->pass([&](bool doorbell) { return go_on(doorbell, patience); });
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

void BridgeLink::tell_started(std::uint64_t index) {
  if (child_) return;
  started_ = index;
  look_later();
}

void BridgeLink::say_started() {
  const std::uint64_t index = started_.exchange(0);
  if (index == 0 || child_) return;
  Packer notice;
  notice.map(1).text("what").text("started");
  const std::string payload = notice.bytes();
  if (posts_wait() || !ring_->write_quietly(static_cast<std::uint16_t>(RingKind::notice), 0, index, step_.load(std::memory_order_relaxed),
                                            time_.load(std::memory_order_relaxed), payload.data(), payload.size())) {
    post(RingKind::notice, 0, index, payload);
  }
}

bool BridgeLink::send_at_once(RingKind kind, std::uint64_t index, std::string_view payload) {
  if (child_) return true;
  say_started();
  if (!ring_->write_quietly(static_cast<std::uint16_t>(kind), 0, index, step_.load(std::memory_order_relaxed), time_.load(std::memory_order_relaxed), payload.data(), payload.size())) {
    return false;
  }
  if (ring_->doorbell_needed()) ring_doorbell();
  return true;
}

void BridgeLink::look_later() {
  if (later_set_.exchange(true)) return;
  itimerspec time{};
  time.it_value.tv_nsec = std::chrono::nanoseconds(kLater).count();
  // It fails for wrong arguments only.
  if (timerfd_settime(later_.get(), 0, &time, nullptr) != 0) wake_thread();
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
    // Ahead of all that waits: what prints without end must not keep outcomes and answers waiting.
    write(true, next.kind, next.flags, next.index, next.payload, [&] {
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
  if (::write(wake_.get(), &one, sizeof one) < 0) return;
}

void BridgeLink::disable_in_child() {
  child_ = true;
  const int fd = socket_.exchange(-1);
  if (fd >= 0) ::close(fd);
  wake_.reset();
  later_.reset();
  poller_.reset();
  pipes_.disable_in_child();
}

}  // namespace allranks
