// The command line of lammps_host.
#pragma once

#include <cstdint>
#include <string>

namespace simulations {

struct Options {
  // Steps to make; 0: until stopped.
  std::int64_t steps = 0;
  // LAMMPS input deck; empty: in.melt beside the program.
  std::string input;
  // Path of the inline script; empty: lammps_host.py beside the program.
  std::string script;
  bool writable = false;
  bool quiet = false;
  bool checksum = false;
  bool addresses = false;
  bool without_notebook = false;
  bool without_library = false;
  bool without_function = false;
  bool compare = false;
  bool help = false;
};

extern const char* const kUsage;

// Throws UsageError.
Options parse_options(int argc, char** argv);

}  // namespace simulations
