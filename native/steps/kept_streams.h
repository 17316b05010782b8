// Descriptors 0 to 2 of the simulation, put back after a cell that redirected or closed them.
#pragma once
#include <array>

namespace allranks {

// For the length of a cell. A cell may redirect the descriptors (that is how output of C code is captured), or close them by
// way of a file object; the simulation's next printf must still reach its own log. Costs six fstat calls. Main thread; copies of
// the descriptors are kept from cell to cell and made anew when the simulation has changed its own.
class KeptStreams {
 public:
  KeptStreams();
  ~KeptStreams();
  KeptStreams(const KeptStreams&) = delete;
  KeptStreams& operator=(const KeptStreams&) = delete;

 private:
  static constexpr int kStreams = 3;
  std::array<bool, kStreams> open_{};
};

}  // namespace allranks
