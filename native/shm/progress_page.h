// The progress page: a copy of what a rank has posted and completed in MPI, written by its I/O thread when the bridge asks.
//
// A sequence lock like the board's. What the record means is not known here; its type must be plain data of the page's size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "atomics.h"
#include "protocol_generated.h"

namespace allranks::shm {

namespace progress_words {
constexpr std::size_t kFirst = offsetof(protocol::ProgressPage, probe);
constexpr std::size_t kCount = (sizeof(protocol::ProgressPage) - kFirst) / sizeof(std::uint64_t);
static_assert(kFirst == 8 && kFirst + kCount * sizeof(std::uint64_t) == sizeof(protocol::ProgressPage));
}  // namespace progress_words

// The rank's side: one thread. `probe`: number that is answered; `cell_line`: line of the cell whose call waits, 0 for none.
template <class Record>
void write_progress(protocol::ProgressPage* page, std::uint64_t probe, std::uint64_t cell_line, const Record& record) {
  static_assert(std::is_trivially_copyable_v<Record> && sizeof(Record) == sizeof(protocol::ProgressPage::record));
  protocol::ProgressPage next{};
  next.probe = probe;
  next.cell_line = cell_line;
  std::memcpy(next.record, &record, sizeof record);
  std::uint64_t words[progress_words::kCount];
  std::memcpy(words, reinterpret_cast<const char*>(&next) + progress_words::kFirst, sizeof words);
  const std::uint32_t sequence = (load_relaxed(&page->sequence) & ~1u) + 2;
  store_relaxed(&page->sequence, sequence - 1);
  auto* target = reinterpret_cast<std::uint64_t*>(reinterpret_cast<char*>(page) + progress_words::kFirst);
  for (std::size_t i = 0; i < progress_words::kCount; ++i) store_release(target + i, words[i]);
  store_release(&page->sequence, sequence);
}

// The bridge's side; any number of readers. False when the rank was writing all the time (about 1 ms) or died in it; the outputs
// are then not to be used. Never blocks. The record comes from another process: its counts must be checked before use.
template <class Record>
bool read_progress(const protocol::ProgressPage* page, std::uint64_t* probe, std::uint64_t* cell_line, Record* record) {
  static_assert(std::is_trivially_copyable_v<Record> && sizeof(Record) == sizeof(protocol::ProgressPage::record));
  constexpr int kTries = 2000;
  for (int tries = 0; tries < kTries; ++tries) {
    const std::uint32_t before = load_acquire(&page->sequence);
    protocol::ProgressPage copy{};
    const auto* source = reinterpret_cast<const std::uint64_t*>(reinterpret_cast<const char*>(page) + progress_words::kFirst);
    std::uint64_t words[progress_words::kCount];
    for (std::size_t i = 0; i < progress_words::kCount; ++i) words[i] = load_acquire(source + i);
    if ((before & 1u) != 0 || load_relaxed(&page->sequence) != before) continue;
    std::memcpy(reinterpret_cast<char*>(&copy) + progress_words::kFirst, words, sizeof words);
    *probe = copy.probe;
    *cell_line = copy.cell_line;
    std::memcpy(record, copy.record, sizeof *record);
    return true;
  }
  return false;
}

}  // namespace allranks::shm
