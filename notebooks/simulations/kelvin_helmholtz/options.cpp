#include "options.hpp"

#include "arguments.hpp"

namespace simulations {

const char* const kUsage =
    "usage: kelvin_helmholtz [options]\n"
    "\n"
    "Compressible gas in a periodic box of 1 by 1; every step is a safe point for notebook cells.\n"
    "\n"
    "  --size NXxNY      cells along x and y, 4 to 32768 each (default 192x192)\n"
    "  --steps N         steps to make; 0: until stopped (default 0)\n"
    "  --end-time T      end at time T; 0: never (default 0; 0.1 for the problem sod)\n"
    "  --seed S          seed of the perturbation, 0 or more (default 1)\n"
    "  --problem NAME    kelvin-helmholtz, sod or uniform (default kelvin-helmholtz)\n"
    "  --cfl C           Courant number, 0.01 to 0.9 (default 0.5)\n"
    "  --gravity G       acceleration along y, box heights per time unit squared (default 0)\n"
    "  --script PATH     inline script (default: kelvin_helmholtz.py beside the program)\n"
    "  --writable        notebook cells may write density, momentum and energy\n"
    "  --check           at the end, print drifts and errors; exit code 1 when one is above its bound\n"
    "  --checksum        at the end, print a checksum of every bit of the state\n"
    "  --help            this text\n";

namespace {

void parse_size(const std::string& text, Options& options) {
  const std::size_t cross = text.find('x');
  if (cross == std::string::npos) throw UsageError("--size must be NXxNY, for example 256x256, not '" + text + "'");
  options.nx = parse_integer("the first number of --size", text.substr(0, cross), 4, 32768);
  options.ny = parse_integer("the second number of --size", text.substr(cross + 1), 4, 32768);
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  bool has_end_time = false;
  Arguments arguments(argc, argv);
  while (arguments.next()) {
    const std::string& name = arguments.name();
    if (name == "--size") {
      parse_size(arguments.value(), options);
    } else if (name == "--steps") {
      options.steps = parse_integer(name, arguments.value(), 0, 1000000000000000);
    } else if (name == "--end-time") {
      options.end_time = parse_real(name, arguments.value(), 0.0, 1e9);
      has_end_time = true;
    } else if (name == "--seed") {
      options.seed = parse_integer(name, arguments.value(), 0, INT64_MAX);
    } else if (name == "--problem") {
      options.problem = parse_problem(arguments.value());
    } else if (name == "--cfl") {
      options.cfl = parse_real(name, arguments.value(), 0.01, 0.9);
    } else if (name == "--gravity") {
      options.gravity = parse_real(name, arguments.value(), -1e6, 1e6);
    } else if (name == "--script") {
      options.script = arguments.value();
    } else if (name == "--writable") {
      arguments.no_value();
      options.writable = true;
    } else if (name == "--check") {
      arguments.no_value();
      options.check = true;
    } else if (name == "--checksum") {
      arguments.no_value();
      options.checksum = true;
    } else if (name == "--help") {
      arguments.no_value();
      options.help = true;
    } else {
      throw UsageError("there is no option " + name + "; try --help");
    }
  }
  if (options.problem == Problem::kSod && !has_end_time) options.end_time = kSodEndTime;
  return options;
}

}  // namespace simulations
