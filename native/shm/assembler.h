// Joins the parts of ring frames to messages. Knows nothing of cursors; see ring_consumer.h for those.
#pragma once

#include <cstdint>

#include "growing_bytes.h"
#include "ring.h"

namespace allranks::shm {

// Not for concurrent use. One assembler belongs to one consumer.
//
// Text (stdout, stderr) needs no joining: its parts are handed on as they come. Other messages can be incomplete, because their
// writer gave up, the rank died, or a bridge died that had read the first parts; these would be malformed and are dropped and counted.
class Assembler {
 public:
  // Takes one frame.
  //   f  `void f(const protocol::RingFrame& message, const Pieces& payload)`: called for each complete message, with the bits
  //      of parts cleared from `flags` and `length` the bytes of the whole; `payload` is valid during the call only.
  // A message over kMessageBytes, or for which memory is missing, is dropped and counted.
  template <class F>
  void add(const protocol::RingFrame& frame, const Pieces& payload, F&& f) {
    const PartBits bits = part_bits(frame.kind);
    const bool more = (frame.flags & bits.more) != 0;
    const bool continues = (frame.flags & bits.continued) != 0;
    protocol::RingFrame message = frame;
    message.flags = static_cast<std::uint16_t>(frame.flags & ~(bits.more | bits.continued));
    const bool fits = continues && state_ != State::idle && message.kind == message_.kind && message.index == message_.index;
    if (!fits) {
      finish();
      if (is_text(frame.kind) || (!more && !continues)) {
        f(message, payload);
        return;
      }
      state_ = continues ? State::dropping : State::collecting;
    }
    message_ = message;
    if (state_ == State::collecting) collect(payload);
    if (state_ == State::dropping) dropped_ += payload.size();
    if (!more) complete(f);
  }

  // Nothing more will come of an unfinished message: it is dropped.
  void finish() {
    if (state_ == State::collecting) dropped_ += buffer_.size();
    state_ = State::idle;
    buffer_ = GrowingBytes();
  }

  // In `f` of `add`, once: the payload's memory becomes the caller's, for `std::free`. Null: the payload lies in the ring.
  std::uint8_t* take() { return handing_ ? buffer_.release() : nullptr; }

  // A message has begun and is not complete.
  bool busy() const { return state_ != State::idle; }

  // Bytes of payload dropped so far.
  std::uint64_t dropped_bytes() const { return dropped_; }

 private:
  enum class State { idle, collecting, dropping };

  static bool is_text(std::uint16_t kind) {
    return kind == static_cast<std::uint16_t>(protocol::RingKind::stdout) || kind == static_cast<std::uint16_t>(protocol::RingKind::stderr);
  }

  // On failure the state becomes `dropping`, with what was collected counted.
  void collect(const Pieces& payload) {
    if (buffer_.size() + payload.size() <= protocol::kMessageBytes && buffer_.reserve(payload.size())) {
      buffer_.append(payload.first, payload.first_bytes);
      buffer_.append(payload.second, payload.second_bytes);
    } else {
      dropped_ += buffer_.size();
      state_ = State::dropping;
    }
  }

  template <class F>
  void complete(F&& f) {
    if (state_ == State::collecting) {
      message_.length = static_cast<std::uint32_t>(buffer_.size());
      handing_ = true;
      f(message_, Pieces{buffer_.data(), buffer_.size(), buffer_.data(), 0});
      handing_ = false;
    }
    state_ = State::idle;
    // A message may have been huge: its memory is not kept for the next one.
    buffer_ = GrowingBytes();
  }

  State state_ = State::idle;
  protocol::RingFrame message_{};
  GrowingBytes buffer_;
  bool handing_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace allranks::shm
