#include "event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "../shm/atomics.h"

namespace allranks::addon {

namespace {

constexpr std::uint64_t kTimerId = 0;
constexpr std::uint64_t kWakeId = 1;
constexpr std::uint64_t kFirstSourceId = 2;
// Work per round of Node's event loop, bytes: other callbacks get their turn after about a millisecond.
constexpr std::size_t kRoundBytes = std::size_t{1} << 20;

std::runtime_error failure(const char* what, int error) { return std::runtime_error(std::string(what) + ": " + std::strerror(error)); }

struct Closing {
  void (*closed)(void*);
  void* argument;
};

void free_handle(uv_handle_s* handle) {
  auto* closing = static_cast<Closing*>(uv_handle_get_data(handle));
  std::free(handle);
  if (closing == nullptr) return;
  closing->closed(closing->argument);
  delete closing;
}

}  // namespace

EventLoop::EventLoop(napi_env env)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      next_id_(kFirstSourceId) {
  if (!epoll_ || !timer_ || !wake_) throw failure("cannot create the descriptors of the event loop", errno);
  const char* name = uv_handle_type_name(uv::kPollHandle);
  if (name == nullptr || std::strcmp(name, "poll") != 0) throw std::runtime_error("this Node.js has an unknown version of libuv");
  uv_loop_s* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) throw std::runtime_error("this environment has no event loop");
  watch(kTimerId, timer_.get(), EPOLLIN);
  watch(kWakeId, wake_.get(), EPOLLIN);
  handle_ = static_cast<uv_poll_s*>(std::calloc(1, uv_handle_size(uv::kPollHandle)));
  if (handle_ == nullptr) throw std::runtime_error("out of memory");
  const int status = uv_poll_init(loop, handle_, epoll_.get());
  if (status != 0) {
    std::free(std::exchange(handle_, nullptr));
    throw std::runtime_error(std::string("cannot poll: ") + uv_strerror(status));
  }
  uv_handle_set_data(reinterpret_cast<uv_handle_s*>(handle_), this);
}

EventLoop::~EventLoop() { shut_down(nullptr, nullptr); }

void EventLoop::shut_down(void (*closed)(void*), void* argument) {
  entries_.clear();
  queue_.clear();
  endings_.clear();
  if (handle_ == nullptr) {
    if (closed != nullptr) closed(argument);
    return;
  }
  auto* handle = reinterpret_cast<uv_handle_s*>(std::exchange(handle_, nullptr));
  uv_handle_set_data(handle, closed == nullptr ? nullptr : new Closing{closed, argument});
  // uv_close stops the polling at once; the epoll descriptor may be closed right after.
  uv_close(handle, free_handle);
}

std::uint64_t EventLoop::enrol(std::shared_ptr<Source> source) {
  if (handle_ == nullptr) throw std::runtime_error("the environment is shutting down");
  if (!polling_) {
    const int status = uv_poll_start(handle_, uv::kReadable, [](uv_poll_s* handle, int, int) {
      static_cast<EventLoop*>(uv_handle_get_data(reinterpret_cast<uv_handle_s*>(handle)))->run();
    });
    if (status != 0) throw std::runtime_error(std::string("cannot poll: ") + uv_strerror(status));
    polling_ = true;
  }
  entries_.emplace(next_id_, Entry{std::move(source)});
  return next_id_++;
}

void EventLoop::dismiss(std::uint64_t id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return;
  // The source may be the last owner of things whose destructors come back here: let it die after the map is in order.
  const std::shared_ptr<Source> source = std::move(entry->second.source);
  entries_.erase(entry);
  if (entries_.empty() && handle_ != nullptr && polling_) {
    uv_poll_stop(handle_);
    polling_ = false;
  }
}

void EventLoop::watch(std::uint64_t id, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) throw failure("cannot watch a descriptor", errno);
}

bool EventLoop::change(std::uint64_t id, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0;
}

void EventLoop::unwatch(int fd) {
  epoll_event event{};
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, &event);
}

void EventLoop::deadline(std::uint64_t id, std::uint64_t at_ns) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return;
  entry->second.deadline_ns = at_ns;
  if (at_ns != 0 && (timer_at_ns_ == 0 || at_ns < timer_at_ns_)) {
    timer_at_ns_ = at_ns;
    set_timer();
  }
}

void EventLoop::soon(std::uint64_t id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end() || entry->second.queued) return;
  entry->second.queued = true;
  queue_.push_back(id);
  wake();
}

bool EventLoop::at_end(std::uint64_t id) {
  const auto entry = entries_.find(id);
  if (!running_ || entry == entries_.end()) return false;
  if (!entry->second.ending) endings_.push_back(id);
  entry->second.ending = true;
  return true;
}

std::shared_ptr<Source> EventLoop::find(std::uint64_t id) const {
  const auto entry = entries_.find(id);
  return entry == entries_.end() ? nullptr : entry->second.source;
}

template <class Call>
void EventLoop::guarded(const std::shared_ptr<Source>& source, Call&& call) noexcept {
  try {
    call(*source);
  } catch (const std::exception& error) {
    source->failed(error.what());
  } catch (...) {
    source->failed("an unknown exception");
  }
}

void EventLoop::run() {
  running_ = true;
  epoll_event events[64];
  const int count = epoll_wait(epoll_.get(), events, 64, 0);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t id = events[i].data.u64;
    std::uint64_t ticks = 0;
    if (id == kTimerId) {
      if (read(timer_.get(), &ticks, sizeof ticks) == sizeof ticks) expire();
    } else if (id == kWakeId) {
      if (read(wake_.get(), &ticks, sizeof ticks) == sizeof ticks) awake_ = false;
    } else if (const auto source = find(id)) {
      guarded(source, [&](Source& it) { it.ready(events[i].events); });
    }
  }
  std::size_t spent = 0;
  for (std::size_t turns = queue_.size(); turns > 0 && !queue_.empty() && spent < kRoundBytes; --turns) {
    const std::uint64_t id = queue_.front();
    queue_.pop_front();
    const auto entry = entries_.find(id);
    if (entry == entries_.end()) continue;
    entry->second.queued = false;
    const std::shared_ptr<Source> source = entry->second.source;
    guarded(source, [&](Source& it) { spent += it.work(); });
  }
  // By number: ends of rounds may add further ones.
  for (std::size_t i = 0; i < endings_.size(); ++i) {
    const auto entry = entries_.find(endings_[i]);
    if (entry == entries_.end()) continue;
    entry->second.ending = false;
    const std::shared_ptr<Source> source = entry->second.source;
    guarded(source, [](Source& it) { it.end_of_round(); });
  }
  endings_.clear();
  running_ = false;
  if (!queue_.empty()) wake();
}

void EventLoop::wake() {
  // Within a round no wake-up is needed: its end looks at the queue. This saves a doorbell two system calls.
  if (awake_ || running_) return;
  const std::uint64_t one = 1;
  // Cannot fail: the counter is far from its limit, since `awake_` allows one write per read.
  awake_ = write(wake_.get(), &one, sizeof one) == sizeof one;
}

void EventLoop::expire() {
  const std::uint64_t now = shm::monotonic_ns();
  std::vector<std::shared_ptr<Source>> late;
  timer_at_ns_ = 0;
  for (auto& [id, entry] : entries_) {
    if (entry.deadline_ns == 0) continue;
    if (entry.deadline_ns <= now) {
      entry.deadline_ns = 0;
      late.push_back(entry.source);
    } else if (timer_at_ns_ == 0 || entry.deadline_ns < timer_at_ns_) {
      timer_at_ns_ = entry.deadline_ns;
    }
  }
  set_timer();
  for (const auto& source : late) guarded(source, [](Source& it) { it.expired(); });
}

void EventLoop::set_timer() {
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(timer_at_ns_ / 1000000000u);
  when.it_value.tv_nsec = static_cast<long>(timer_at_ns_ % 1000000000u);
  timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace allranks::addon
