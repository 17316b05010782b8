// Turns ring messages into the JavaScript array that `messages` and `drain` deliver.
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../shm/assembler.h"
#include "../shm/ring.h"

namespace allranks::addon {

// The JavaScript half of a batch, see addon.ts: making an object property by property from here costs more than all else about a short
// message. So messages are laid into memory that both sides know, frame by frame, and a function makes the objects of many at once.
struct MessageReader {
  // (list or undefined, bytes laid down, payload of the last frame or undefined) -> list
  Napi::FunctionReference read;
  Napi::Reference<Napi::Uint8Array> memory;
  std::uint8_t* bytes = nullptr;
  std::size_t capacity = 0;
};

// Lives within one handle scope, and is handed over before any other one is made. Pieces of text (stdout, stderr) that follow each other
// with equal header fields become one message: a rank that prints many short lines costs per batch, not per line.
class MessageBatch {
 public:
  explicit MessageBatch(Napi::Env env);

  // One message; in the callback of `assembler` its memory is taken over, else copied. Never throws; a message for which JavaScript has no
  // memory is dropped and counted.
  void add(const protocol::RingFrame& message, const shm::Pieces& payload, shm::Assembler* assembler = nullptr) noexcept;
  // To be called after the last `add`.
  void finish() noexcept;

  // All messages; after `finish`.
  Napi::Value array() const;
  std::uint32_t count() const { return count_; }
  std::uint64_t failed_bytes() const { return failed_bytes_; }

 private:
  // `assembler`: that of the payload; null: it is in memory of this object.
  void emit(const protocol::RingFrame& message, const shm::Pieces& payload, shm::Assembler* assembler) noexcept;
  napi_value buffer_of(const shm::Pieces& payload, shm::Assembler* assembler) const noexcept;
  void flush_text() noexcept;
  // Has JavaScript read what lies in the memory; `last`: payload of the last message, when it does not lie behind its frame.
  void read(napi_value last) noexcept;

  Napi::Env env_;
  MessageReader& reader_;
  napi_value list_ = nullptr;
  // Bytes in the memory, and the messages and payload among them.
  std::size_t laid_ = 0;
  std::uint32_t laid_count_ = 0;
  std::uint64_t laid_payload_ = 0;
  std::uint32_t count_ = 0;
  std::uint64_t failed_bytes_ = 0;
  bool has_text_ = false;
  protocol::RingFrame text_header_{};
  std::vector<std::uint8_t> text_;
};

}  // namespace allranks::addon
