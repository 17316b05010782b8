#include "options.hpp"

#include "arguments.hpp"

namespace simulations {

const char* const kUsage =
    "usage: lammps_host [options]\n"
    "\n"
    "Molecular dynamics by the LAMMPS library; every step is a safe point for notebook cells.\n"
    "\n"
    "  --steps N            steps to make; 0: until stopped (default 0)\n"
    "  --input FILE         LAMMPS input without 'run' (default: in.melt beside the program)\n"
    "  --script PATH        inline script (default: lammps_host.py beside the program)\n"
    "  --writable           notebook cells may also write positions and velocities\n"
    "  --quiet              nothing from LAMMPS on the terminal, its error messages included\n"
    "  --dump-checksum      at the end, print a checksum of every bit of positions and velocities\n"
    "  --addresses          print where LAMMPS keeps the atoms of each rank, at first and whenever that changes\n"
    "  --without-notebook   run LAMMPS alone, without Allranks and without its hook\n"
    "  --without-library    with the hook, whose callback does not call Allranks: what a step costs without it\n"
    "  --without-function   with safe points and arrays, but without the call of on_step of the inline script\n"
    "  --compare            call Allranks in every other 12 steps only, and at the end print the time of a step with and without\n"
    "  --help               this text\n";

Options parse_options(int argc, char** argv) {
  Options options;
  Arguments arguments(argc, argv);
  while (arguments.next()) {
    const std::string& name = arguments.name();
    bool* flag = nullptr;
    if (name == "--steps") {
      options.steps = parse_integer(name, arguments.value(), 0, 1000000000000000);
    } else if (name == "--input") {
      options.input = arguments.value();
    } else if (name == "--script") {
      options.script = arguments.value();
    } else if (name == "--writable") {
      flag = &options.writable;
    } else if (name == "--quiet") {
      flag = &options.quiet;
    } else if (name == "--dump-checksum") {
      flag = &options.checksum;
    } else if (name == "--addresses") {
      flag = &options.addresses;
    } else if (name == "--without-notebook") {
      flag = &options.without_notebook;
    } else if (name == "--without-library") {
      flag = &options.without_library;
    } else if (name == "--without-function") {
      flag = &options.without_function;
    } else if (name == "--compare") {
      flag = &options.compare;
    } else if (name == "--help") {
      flag = &options.help;
    } else {
      throw UsageError("there is no option " + name + "; try --help");
    }
    if (flag != nullptr) {
      arguments.no_value();
      *flag = true;
    }
  }
  return options;
}

}  // namespace simulations
