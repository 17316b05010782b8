// The rank board: what a rank is doing, readable by another process at any instant without asking the rank.
//
// A sequence lock: `sequence` is odd while the rank writes. Every word is stored with release and loaded with acquire
// order, so that no fence is needed: a reader that saw any word of a write also sees the odd sequence before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string_view>

#include "atomics.h"
#include "protocol_generated.h"

namespace allranks::shm {

// Copies text into a fixed field of the board: cut at the end of a whole UTF-8 character, rest zero.
template <std::size_t N>
void set_text(char (&field)[N], std::string_view text) {
  std::size_t length = text.size() < N - 1 ? text.size() : N - 1;
  if (length < text.size()) {
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0u) == 0x80u) --length;
  }
  std::memcpy(field, text.data(), length);
  std::memset(field + length, 0, N - length);
}

// The rank's side. Threads of one process may share one writer; there must be one writer only for a board.
// Not for signal handlers (it takes a mutex), and not for forked children.
class BoardWriter {
 public:
  // `board` must outlive the writer. What it holds already is kept.
  explicit BoardWriter(protocol::Board* board) : board_(board) {
    std::memcpy(&next_, board, sizeof next_);
    next_.sequence &= ~1u;
  }
  BoardWriter(const BoardWriter&) = delete;
  BoardWriter& operator=(const BoardWriter&) = delete;

  // Changes fields as one: `f(protocol::Board& board)` gets a private copy with the present values, which is published
  // when it returns, with `updated_ns` set. `f` must not block and must not call `update`. Any thread; about 0.1 us.
  template <class F>
  void update(F&& f) {
    const std::lock_guard<std::mutex> lock(mutex_);
    f(next_);
    next_.updated_ns = monotonic_ns();
    publish();
  }

 private:
  void publish() {
    next_.sequence += 2;
    store_relaxed(&board_->sequence, next_.sequence - 1);
    store_release(&board_->state, next_.state);
    std::uint64_t words[kWords];
    std::memcpy(words, reinterpret_cast<const char*>(&next_) + kFirstWord, sizeof words);
    auto* target = reinterpret_cast<std::uint64_t*>(reinterpret_cast<char*>(board_) + kFirstWord);
    for (std::size_t i = 0; i < kWords; ++i) store_release(target + i, words[i]);
    store_release(&board_->sequence, next_.sequence);
  }

  friend class BoardReader;
  static constexpr std::size_t kFirstWord = offsetof(protocol::Board, held);
  static constexpr std::size_t kWords = (sizeof(protocol::Board) - kFirstWord) / sizeof(std::uint64_t);
  static_assert(kFirstWord == 8 && kFirstWord + kWords * sizeof(std::uint64_t) == sizeof(protocol::Board));

  protocol::Board* board_;
  protocol::Board next_{};
  std::mutex mutex_;
};

// The bridge's side; any number of readers.
class BoardReader {
 public:
  explicit BoardReader(const protocol::Board* board) : board_(board) {}

  // A snapshot; texts end with NUL. A rank that died or was stopped in the middle of an update leaves the sequence odd
  // for ever: after a bounded number of tries (about 1 ms) the words as they stand are returned and `*consistent` is
  // false. Never blocks, never throws.
  protocol::Board read(bool* consistent = nullptr) const {
    protocol::Board copy{};
    bool whole = false;
    for (int tries = 0; tries < kTries && !whole; ++tries) {
      const std::uint32_t before = load_acquire(&board_->sequence);
      copy.sequence = before;
      copy.state = load_acquire(&board_->state);
      const auto* source = reinterpret_cast<const std::uint64_t*>(reinterpret_cast<const char*>(board_) + BoardWriter::kFirstWord);
      std::uint64_t words[BoardWriter::kWords];
      for (std::size_t i = 0; i < BoardWriter::kWords; ++i) words[i] = load_acquire(source + i);
      std::memcpy(reinterpret_cast<char*>(&copy) + BoardWriter::kFirstWord, words, sizeof words);
      whole = (before & 1u) == 0 && load_relaxed(&board_->sequence) == before;
    }
    copy.mpi_call[sizeof copy.mpi_call - 1] = '\0';
    copy.function[sizeof copy.function - 1] = '\0';
    copy.function_error[sizeof copy.function_error - 1] = '\0';
    if (consistent != nullptr) *consistent = whole;
    return copy;
  }

 private:
  static constexpr int kTries = 20000;
  const protocol::Board* board_;
};

}  // namespace allranks::shm
