#include "state.h"

#include <time.h>

#include <algorithm>
#include <stdexcept>

namespace allranks::guard {

State state;

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

void check(int code, const char* what) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw std::runtime_error(std::string(what) + " failed: " + text);
}

int tell(int code, const std::string& sentence) {
  std::size_t length = std::min<std::size_t>(sentence.size(), MPI_MAX_ERROR_STRING - 1);
  // Cut at a whole UTF-8 character.
  if (length < sentence.size()) {
    while (length > 0 && (static_cast<unsigned char>(sentence[length]) & 0xC0u) == 0x80u) --length;
  }
  const std::string text = sentence.substr(0, length);
  // A text that MPI does not take leaves the one before; the code itself still fails the call.
  MPI_Add_error_string(code, text.c_str());
  return code;
}

bool must_end(const char* function) {
  if (state.failed) return true;
  const bool asked = state.ending.load(std::memory_order_acquire);
  if (!asked && (state.hooks.released == nullptr || !state.hooks.released(state.hooks.context))) return false;
  std::string sentence;
  {
    const std::lock_guard<std::mutex> lock(state.mutex);
    // The hook may have released the cell itself, with a sentence of its own.
    if (state.ending_cell != state.cell) {
      state.ending_cell = state.cell;
      state.sentence = "Released: this cell was ended while it was in " + std::string(function);
    }
    sentence = state.sentence;
  }
  tell(state.released_code, sentence);
  state.failed = true;
  return true;
}

int refuse_elsewhere() { return state.child.load(std::memory_order_relaxed) ? state.child_code : state.thread_code; }

}  // namespace allranks::guard
