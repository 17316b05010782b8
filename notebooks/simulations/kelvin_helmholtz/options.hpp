// The command line of kelvin_helmholtz.
#pragma once

#include "problems.hpp"

#include <cstdint>
#include <string>

namespace simulations {

struct Options {
  std::int64_t nx = 192;
  std::int64_t ny = 192;
  // Steps to make; 0: until stopped (or until end_time).
  std::int64_t steps = 0;
  // Time at which the run ends; 0: no such time.
  double end_time = 0.0;
  std::int64_t seed = 1;
  double cfl = 0.5;
  double gravity = 0.0;
  Problem problem = Problem::kKelvinHelmholtz;
  // Path of the inline script; empty: kelvin_helmholtz.py beside the program.
  std::string script;
  bool writable = false;
  bool check = false;
  bool checksum = false;
  bool help = false;
};

extern const char* const kUsage;

// Throws UsageError.
Options parse_options(int argc, char** argv);

}  // namespace simulations
