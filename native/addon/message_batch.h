// Turns ring messages into the JavaScript array that `messages` and `drain` deliver.
#pragma once

#include <napi.h>

#include <cstdint>
#include <vector>

#include "../shm/ring.h"

namespace allranks::addon {

// Lives within one handle scope. Pieces of text (stdout, stderr) that follow each other with equal header fields become
// one message: a rank that prints many short lines costs per batch, not per line.
class MessageBatch {
 public:
  explicit MessageBatch(Napi::Env env);

  // Copies one message. Never throws; a message for which JavaScript has no memory is dropped and counted.
  void add(const protocol::RingFrame& message, const shm::Pieces& payload) noexcept;
  // To be called after the last `add`.
  void finish() noexcept { flush_text(); }

  Napi::Value array() const { return Napi::Value(env_, array_); }
  std::uint32_t count() const { return count_; }
  std::uint64_t failed_bytes() const { return failed_bytes_; }

 private:
  void emit(const protocol::RingFrame& message, const shm::Pieces& payload) noexcept;
  bool make(const protocol::RingFrame& message, const shm::Pieces& payload) noexcept;
  void flush_text() noexcept;

  Napi::Env env_;
  napi_value array_ = nullptr;
  napi_value names_[6] = {};
  std::uint32_t count_ = 0;
  std::uint64_t failed_bytes_ = 0;
  bool has_text_ = false;
  protocol::RingFrame text_header_{};
  std::vector<std::uint8_t> text_;
};

}  // namespace allranks::addon
