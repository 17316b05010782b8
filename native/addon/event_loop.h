// Descriptors, deadlines and slices of work on Node's event loop, behind one libuv handle.
//
// All descriptors are in one epoll set, and libuv polls that set. Everything runs on the thread of the event loop. Sources
// are known by number: an event for a source that has been dismissed meanwhile, even within the same round, finds nothing.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdio>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <unordered_map>
#include <vector>

#include "unique_fd.h"
#include "uv_poll.h"

namespace allranks::addon {

// Something that takes events. The loop keeps it alive during a call, also when it dismisses itself.
class Source {
 public:
  virtual ~Source() = default;
  // Its descriptor is ready; `events` as of epoll.
  virtual void ready(std::uint32_t events) = 0;
  // The deadline set last has passed; it is not set any more.
  virtual void expired() {}
  // The slice of work asked for by `EventLoop::soon`. Returns its size in bytes; with more to do it calls `soon` again.
  virtual std::size_t work() { return 0; }
  // The end of the round in which `EventLoop::at_end` was called.
  virtual void end_of_round() {}
  // One of the calls above has thrown. Whatever it was, the process, on which all ranks depend, goes on.
  virtual void failed(const char* what) noexcept = 0;
};

// For `failed`: calls `act`, which may throw again; then a line in the log is all that can be done.
template <class Act>
void bear(const char* what, Act&& act) noexcept {
  try {
    act();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "allranks: %s (after: %s)\n", error.what(), what);
  }
}

class EventLoop {
 public:
  // Throws std::runtime_error. While any source is enrolled, Node's loop does not end by itself.
  explicit EventLoop(napi_env env);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // Makes a source known; returns its number.
  std::uint64_t enrol(std::shared_ptr<Source> source);
  // Forgets a source with its deadline and work. Its descriptor must have been unwatched or closed. Unknown numbers: no-op.
  void dismiss(std::uint64_t id);
  // Watches a descriptor for the source, level-triggered. Throws std::runtime_error.
  void watch(std::uint64_t id, int fd, std::uint32_t events);
  // Changes the events watched; false when the kernel has no memory for it.
  bool change(std::uint64_t id, int fd, std::uint32_t events);
  void unwatch(int fd);
  // One deadline per source, CLOCK_MONOTONIC nanoseconds; 0: none.
  void deadline(std::uint64_t id, std::uint64_t at_ns);
  // Calls `work` of the source once, never from within this call. Asking again before it was called changes nothing.
  void soon(std::uint64_t id);
  // Within a round: calls `end_of_round` of the source at its end, once. False outside of a round: then nothing is called.
  bool at_end(std::uint64_t id);
  // Ends everything, as before the environment goes; `closed` is called when libuv has let go. Idempotent.
  void shut_down(void (*closed)(void*), void* argument);

 private:
  struct Entry {
    std::shared_ptr<Source> source;
    std::uint64_t deadline_ns = 0;
    bool queued = false;
    bool ending = false;
  };

  void run();
  // Calls a source. What it throws ends neither the round nor the process.
  template <class Call>
  void guarded(const std::shared_ptr<Source>& source, Call&& call) noexcept;
  void expire();
  void set_timer();
  void wake();
  std::shared_ptr<Source> find(std::uint64_t id) const;

  UniqueFd epoll_;
  UniqueFd timer_;
  UniqueFd wake_;
  std::unordered_map<std::uint64_t, Entry> entries_;
  std::deque<std::uint64_t> queue_;
  // Sources to be told of the end of the round.
  std::vector<std::uint64_t> endings_;
  std::uint64_t next_id_;
  std::uint64_t timer_at_ns_ = 0;
  bool awake_ = false;
  bool running_ = false;
  bool polling_ = false;
  // Freed by libuv's close callback, later than this object.
  uv_poll_s* handle_ = nullptr;
};

}  // namespace allranks::addon
