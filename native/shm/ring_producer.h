// The rank's side of the output ring; included through ring.h.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "ring.h"

namespace allranks::shm {

enum class WriteResult {
  written,    // the whole message is in the ring
  abandoned,  // `wait` gave up; the message is lost and counted in `lost_bytes`
  reentered,  // this thread is inside `write` already (called from within its `wait`); nothing was written
  too_large,  // larger than kMessageBytes; nothing was written
  broken,     // the cursor of the bridge makes no sense; nothing can be written any more
};

struct Written {
  WriteResult result;
  // The consumer sleeps: send one byte over the socket now.
  bool doorbell;
};

// Several threads of the rank may write; whole messages stay together. Not for signal handlers, nor for forked children
// (they share the memory: the caller must check its pid).
//
// While a message waits for room no mutex is held. Its thread owns the *turn* instead: a plain flag, so that other
// threads that want to write wait through their own `wait` function, which can let go of the GIL and give up. They get the turn
// in the order in which they came, and nobody writes past them: threads that print without end would otherwise keep the ring,
// which is full most of the time then, for themselves. Only messages written `ahead` pass those that wait.
class RingProducer {
 public:
  // `segment` must outlive the producer. Continues where the ring stands.
  explicit RingProducer(const Segment& segment)
      : control_(segment.ring_control()), data_(segment.ring_data()), size_(segment.ring_bytes()), head_(load_relaxed(&control_->head)) {}
  RingProducer(const RingProducer&) = delete;
  RingProducer& operator=(const RingProducer&) = delete;

  // Writes one message.
  //   kind, flags, index, step, time  as in protocol::RingFrame; `flags` without the bits of parts.
  //   data, n                         payload, borrowed until return; n = 0 is a message too.
  //   wait                            `bool wait(bool doorbell)`: called, as often as needed, when there is no room or
  //     another thread has the turn. It must first send a doorbell byte if `doorbell`, then sleep a little (best:
  //     `pause`, without the GIL) and return true to go on, false to give the message up. It may throw; the message is
  //     then given up as well.
  //   ahead                           written before messages of other threads that wait, but not between the parts of one.
  // Any thread of the process that created the producer.
  template <class Wait>
  Written write(std::uint16_t kind, std::uint16_t flags, std::uint64_t index, std::int64_t step, double time, const void* data,
                std::size_t n, Wait&& wait, bool ahead = false) {
    if (n > protocol::kMessageBytes) return {WriteResult::too_large, false};
    protocol::RingFrame frame{static_cast<std::uint32_t>(n), kind, flags, index, step, time};
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      const bool open = ahead ? !between_parts_ : !taken_ && !waiting_;
      if (open && n <= largest_part(size_) && room() >= frame_footprint(n)) {
        put(frame, bytes);
        return {WriteResult::written, publish()};
      }
    }
    Turn turn(*this, ahead);
    switch (turn.take(wait)) {
      case WriteResult::written: break;
      case WriteResult::reentered: return {WriteResult::reentered, false};
      default: lose(n); return {WriteResult::abandoned, false};
    }
    Loss loss{this, n};
    const PartBits bits = part_bits(kind);
    bool doorbell = false;
    std::size_t sent = 0;
    do {
      const std::size_t part = n - sent < largest_part(size_) ? n - sent : largest_part(size_);
      frame.length = static_cast<std::uint32_t>(part);
      frame.flags = static_cast<std::uint16_t>(flags | (sent > 0 ? bits.continued : 0u) | (sent + part < n ? bits.more : 0u));
      for (;;) {
        bool done = false;
        {
          const std::lock_guard<std::mutex> lock(mutex_);
          done = room() >= frame_footprint(part);
          if (broken_) return {WriteResult::broken, doorbell};
          if (done) {
            put(frame, bytes + sent);
            doorbell = publish() || doorbell;
            between_parts_ = sent + part < n;
          }
        }
        if (done) break;
        if (!wait(doorbell)) return {WriteResult::abandoned, false};
        doorbell = false;
      }
      sent += part;
    } while (sent < n);
    loss.bytes = 0;
    return {WriteResult::written, doorbell};
  }

  // Writes one short message if there is room now, and leaves the consumer asleep if it sleeps: the caller asks
  // `doorbell_needed` later. False: nothing was written. Any thread.
  bool write_quietly(std::uint16_t kind, std::uint16_t flags, std::uint64_t index, std::int64_t step, double time, const void* data, std::size_t n) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (taken_ || waiting_ || n > largest_part(size_) || room() < frame_footprint(n)) return false;
    put(protocol::RingFrame{static_cast<std::uint32_t>(n), kind, flags, index, step, time}, static_cast<const std::uint8_t*>(data));
    store_ordered(&control_->head, head_);
    return true;
  }

  // Waits until all messages that wait now are in the ring or given up; false when `wait` gave up. Any thread.
  template <class Wait>
  bool pass(Wait&& wait) {
    Turn turn(*this, false);
    return turn.take(wait) != WriteResult::abandoned;
  }

  // Sleeps until a quarter of the ring is free or the turn is, at most `limit`; returns early on signals. Only for use in
  // `wait`: it relies on the turn.
  void pause(std::chrono::milliseconds limit) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      if (owner_ != std::this_thread::get_id()) {
        turn_free_.wait_for(lock, limit, [this] { return may_take(); });
        return;
      }
    }
    store_ordered(&control_->producer_waits, std::uint32_t{1});
    bool full = false;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      full = head_ - load_ordered(&control_->tail) > size_ - wake_room(size_);
    }
    if (full) {
      futex_wait(&control_->producer_waits, 1, static_cast<std::uint64_t>(limit.count()) * 1000000u);
    }
    store_relaxed(&control_->producer_waits, std::uint32_t{0});
  }

  // Counts output that was dropped without being written, for example before any bridge was there. Any thread.
  void lose(std::uint64_t bytes) { __atomic_fetch_add(&control_->lost_bytes, bytes, __ATOMIC_RELAXED); }

  // Bytes that can be written `ahead` without waiting (an estimate: the bridge reads meanwhile). Any thread.
  std::size_t free_bytes() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return between_parts_ ? 0 : static_cast<std::size_t>(room());
  }

  // Asks whether the consumer sleeps and takes its request: true at most once per sleep. `write` does it itself; this is
  // for the first moment after a new bridge has taken over. Any thread.
  bool doorbell_needed() {
    return load_ordered(&control_->consumer_waits) != 0 && exchange_ordered(&control_->consumer_waits, std::uint32_t{0}) != 0;
  }

 private:
  // Counts a message as lost on every way out of `write`, exceptions included, that did not finish it.
  struct Loss {
    RingProducer* producer;
    std::size_t bytes;
    ~Loss() {
      if (bytes > 0) producer->lose(bytes);
    }
  };

  class Turn {
   public:
    Turn(RingProducer& producer, bool ahead) : producer_(producer), ahead_(ahead), thread_(std::this_thread::get_id()) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (!mine_ && !queued_) return;
      {
        const std::lock_guard<std::mutex> lock(producer_.mutex_);
        leave();
        if (mine_) {
          producer_.taken_ = producer_.between_parts_ = false;
          producer_.owner_ = std::thread::id();
        }
      }
      producer_.turn_free_.notify_all();
    }
    template <class Wait>
    WriteResult take(Wait& wait) {
      for (;;) {
        {
          const std::lock_guard<std::mutex> lock(producer_.mutex_);
          if (producer_.owner_ == thread_) return WriteResult::reentered;
          if (!queued_) enter();
          if (producer_.may_take()) {
            leave();
            producer_.taken_ = mine_ = true;
            producer_.owner_ = thread_;
            return WriteResult::written;
          }
        }
        if (!wait(false)) return WriteResult::abandoned;
      }
    }

   private:
    friend class RingProducer;
    void enter() {
      Turn** at = &producer_.waiting_;
      while (*at && !ahead_) at = &(*at)->next_;
      next_ = *at;
      *at = this;
      queued_ = true;
    }
    void leave() {
      if (!queued_) return;
      Turn** at = &producer_.waiting_;
      while (*at != this) at = &(*at)->next_;
      *at = next_;
      queued_ = false;
    }

    RingProducer& producer_;
    bool ahead_;
    std::thread::id thread_;
    Turn* next_ = nullptr;
    bool mine_ = false;
    bool queued_ = false;
  };

  // Whether the turn is free for the calling thread. By thread and not by message: a signal handler that writes while its thread
  // waits goes before the message that it interrupted, which could not move. With the mutex held.
  bool may_take() const { return !taken_ && waiting_ && waiting_->thread_ == std::this_thread::get_id(); }

  // Room in the ring; 0 for ever once the consumer's cursor has been out of range.
  std::uint64_t room() {
    const std::uint64_t used = head_ - load_acquire(&control_->tail);
    if (used > size_) broken_ = true;
    return broken_ ? 0 : size_ - used;
  }

  void put(const protocol::RingFrame& frame, const std::uint8_t* payload) {
    copy_in(head_, &frame, sizeof frame);
    copy_in(head_ + sizeof frame, payload, frame.length);
    head_ += frame_footprint(frame.length);
  }

  void copy_in(std::uint64_t position, const void* source, std::size_t n) {
    if (n == 0) return;
    const std::size_t at = static_cast<std::size_t>(position & (size_ - 1));
    const std::size_t first = n < size_ - at ? n : size_ - at;
    std::memcpy(data_ + at, source, first);
    if (first < n) std::memcpy(data_, static_cast<const std::uint8_t*>(source) + first, n - first);
  }

  bool publish() {
    store_ordered(&control_->head, head_);
    return doorbell_needed();
  }

  protocol::RingControl* control_;
  std::uint8_t* data_;
  std::size_t size_;
  // All of these with the mutex held.
  std::mutex mutex_;
  std::uint64_t head_;
  bool broken_ = false;
  std::condition_variable turn_free_;
  bool taken_ = false;
  bool between_parts_ = false;  // the owner of the turn has written a part of its message and not the last
  Turn* waiting_ = nullptr;     // those that wait for the turn, the first first
  std::thread::id owner_;
};

}  // namespace allranks::shm
