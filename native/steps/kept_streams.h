// Descriptors 0 to 2 of the simulation: during a cell 1 and 2 lead to the notebook, and after it all three are what they were.
#pragma once
#include <array>
#include <cstdint>

#include "../link/text_pipes.h"

namespace allranks {

// For the length of a cell. What native code and child processes print becomes text of the cell (link/text_pipes.h). A cell may
// also redirect the descriptors itself, or close them by way of a file object; the simulation's next printf still reaches its own
// log. Costs some ten short system calls. Main thread; copies of the descriptors are kept from cell to cell and made anew when the
// simulation has changed its own.
class KeptStreams {
 public:
  KeptStreams(TextPipes& pipes, std::uint64_t index);
  ~KeptStreams();
  KeptStreams(const KeptStreams&) = delete;
  KeptStreams& operator=(const KeptStreams&) = delete;

 private:
  static constexpr int kStreams = 3;
  TextPipes& pipes_;
  std::array<bool, kStreams> open_{};
  std::array<bool, kStreams> piped_{};
};

}  // namespace allranks
