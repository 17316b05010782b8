// What the command line decides.
#pragma once

#include <cstdint>
#include <string>

namespace simulations {

struct AmrOptions {
  int dims = 3;
  int roots = 4;              // coarse patches along each axis
  std::int64_t steps = 0;     // 0: until stopped
  int index_offset = 0;       // id of the first grid
  std::int64_t particles = 512;
  double gravity = 60.0;      // 4 pi G
  std::string problem = "collapse";
  double end_time = 0;        // 0: no limit
  bool check = false;
  bool checksum = false;
};

// Throws UsageError.
AmrOptions read_amr_options(int argc, char** argv);
extern const char* const kAmrUsage;

}  // namespace simulations
