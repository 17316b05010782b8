// The bridge's side of the output ring; included through ring.h.
#pragma once

#include <string>

#include "ring.h"

namespace allranks::shm {

// One thread at a time. Trusts nothing in the segment: cursors and headers are copied out once and checked before use,
// and every access is bounded by the size of the mapping. A ring that makes no sense is *broken* from then on.
class RingConsumer {
 public:
  // `segment` must outlive the consumer. Continues where the ring's last consumer stopped.
  explicit RingConsumer(const Segment& segment)
      : control_(segment.ring_control()), data_(segment.ring_data()), size_(segment.ring_bytes()), tail_(load_acquire(&control_->tail)), given_(tail_) {}
  RingConsumer(const RingConsumer&) = delete;
  RingConsumer& operator=(const RingConsumer&) = delete;

  // Reads frames until the ring is empty or at least `max_bytes` have been read. They stay in the ring until `give_back`: a
  // consumer that dies before leaves them to the next one.
  //   f  `void f(const protocol::RingFrame& frame, const Pieces& payload)`: the payload points into the ring and is valid
  //      during the call only. Must not throw. Padding is skipped.
  // Returns the bytes read, 0 when the ring is empty or broken.
  template <class F>
  std::size_t read(std::size_t max_bytes, F&& f) {
    std::size_t read = 0;
    while (read < max_bytes && !broken()) {
      const std::uint64_t filled = load_acquire(&control_->head) - tail_;
      if (filled == 0) break;
      protocol::RingFrame frame{};
      if (!check_cursors(filled)) break;
      copy_out(tail_, sizeof frame, &frame);
      if (!check_frame(frame, filled)) break;
      if (frame.kind != static_cast<std::uint16_t>(protocol::RingKind::padding)) f(frame, pieces(tail_ + sizeof frame, frame.length));
      const std::uint64_t footprint = frame_footprint(frame.length);
      tail_ += footprint;
      read += static_cast<std::size_t>(footprint);
    }
    return read;
  }

  // Gives the producer the room before `position`, which must be that of a frame that was read, or `position()`.
  void give_back(std::uint64_t position) {
    if (position == given_) return;
    given_ = position;
    store_ordered(&control_->tail, given_);
    const bool roomy = size_ - (load_acquire(&control_->head) - given_) >= wake_room(size_);
    if (roomy && load_ordered(&control_->producer_waits) != 0 && exchange_ordered(&control_->producer_waits, std::uint32_t{0}) != 0) {
      futex_wake(&control_->producer_waits);
    }
  }

  // `read`, and the room is given back at once.
  template <class F>
  std::size_t drain(std::size_t max_bytes, F&& f) {
    const std::size_t bytes = read(max_bytes, f);
    give_back(tail_);
    return bytes;
  }

  // Where the next frame begins; within the function given to `read`, where the present one does.
  std::uint64_t position() const { return tail_; }

  // Continues at `position`, where an earlier consumer stopped that could not give the room back any more. One that lies not in
  // what the ring holds is ignored.
  void skip_to(std::uint64_t position) {
    if (position % 8 == 0 && position - tail_ <= load_acquire(&control_->head) - tail_) tail_ = position;
  }

  // Asks the producer for a doorbell at its next frame. False when frames have come meanwhile: drain first, then ask again.
  // After true, the next thing to do is to wait for the doorbell.
  bool arm() {
    store_ordered(&control_->consumer_waits, std::uint32_t{1});
    if (broken() || load_ordered(&control_->head) == tail_) return true;
    // The request stays raised: at worst it brings one doorbell too many.
    return false;
  }

  // Takes the request back. A doorbell may be on its way all the same.
  void disarm() { store_ordered(&control_->consumer_waits, std::uint32_t{0}); }

  bool broken() const { return !reason_.empty(); }
  // Why the ring is broken, as one sentence; empty while it is not.
  const std::string& reason() const { return reason_; }
  // Bytes of output that the rank counted as dropped.
  std::uint64_t lost_bytes() const { return load_relaxed(&control_->lost_bytes); }

 private:
  bool check_cursors(std::uint64_t filled) {
    if (filled > size_ || filled < sizeof(protocol::RingFrame) || filled % 8 != 0 || tail_ % 8 != 0) {
      reason_ = "the cursors of the output ring make no sense: " + std::to_string(filled) + " bytes are said to be in a ring of " +
                std::to_string(size_);
    }
    return !broken();
  }

  bool check_frame(const protocol::RingFrame& frame, std::uint64_t filled) {
    if (frame.kind > kLastRingKind) {
      reason_ = "the output ring holds a frame of unknown kind " + std::to_string(frame.kind);
    } else if (frame.length > protocol::kRingFrameBytes || frame_footprint(frame.length) > filled) {
      reason_ = "the output ring holds a frame with an impossible length of " + std::to_string(frame.length) + " bytes";
    }
    return !broken();
  }

  Pieces pieces(std::uint64_t position, std::size_t n) const {
    const std::size_t at = static_cast<std::size_t>(position & (size_ - 1));
    const std::size_t first = n < size_ - at ? n : size_ - at;
    return {data_ + at, first, data_, n - first};
  }

  void copy_out(std::uint64_t position, std::size_t n, void* target) const { pieces(position, n).copy_to(target); }

  protocol::RingControl* control_;
  const std::uint8_t* data_;
  std::size_t size_;
  std::uint64_t tail_;
  std::uint64_t given_;
  std::string reason_;
};

}  // namespace allranks::shm
