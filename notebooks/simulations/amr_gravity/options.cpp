#include "options.hpp"

#include "arguments.hpp"

namespace simulations {

const char* const kAmrUsage =
    "amr_gravity: isothermal gas and particles in their own gravity, on patches that refine where the gas is dense\n"
    "  --dims N            1, 2 or 3 dimensions (default 3)\n"
    "  --roots N           coarse patches of 8 cells along each axis, 2 to 64 (default 4)\n"
    "  --steps N           number of steps; 0: until stopped (default 0)\n"
    "  --end-time T        stop at this time; 0: no limit (default 0)\n"
    "  --problem NAME      collapse: clumps fall together; wave: a standing Jeans wave with a known solution\n"
    "  --particles N       number of particles (default 512; the wave has none)\n"
    "  --gravity X         4 pi G; 0: none (default 60)\n"
    "  --index-offset N    number of the first grid (default 0)\n"
    "  --check             at the end, compare conserved quantities (and the wave) with what they must be\n"
    "  --checksum          at the end, print a checksum of every bit of the state\n";

AmrOptions read_amr_options(int argc, char** argv) {
  AmrOptions options;
  Arguments arguments(argc, argv);
  while (arguments.next()) {
    const std::string& name = arguments.name();
    if (name == "--dims") {
      options.dims = static_cast<int>(parse_integer(name, arguments.value(), 1, 3));
    } else if (name == "--roots") {
      options.roots = static_cast<int>(parse_integer(name, arguments.value(), 2, 64));
    } else if (name == "--steps") {
      options.steps = parse_integer(name, arguments.value(), 0, INT64_MAX);
    } else if (name == "--end-time") {
      options.end_time = parse_real(name, arguments.value(), 0, 1e6);
    } else if (name == "--problem") {
      options.problem = arguments.value();
      if (options.problem != "collapse" && options.problem != "wave") throw UsageError("--problem must be collapse or wave, not '" + options.problem + "'");
    } else if (name == "--particles") {
      options.particles = parse_integer(name, arguments.value(), 0, 1000000);
    } else if (name == "--gravity") {
      options.gravity = parse_real(name, arguments.value(), 0, 100);
    } else if (name == "--index-offset") {
      options.index_offset = static_cast<int>(parse_integer(name, arguments.value(), 0, 1000000));
    } else if (name == "--check") {
      arguments.no_value();
      options.check = true;
    } else if (name == "--checksum") {
      arguments.no_value();
      options.checksum = true;
    } else {
      throw UsageError("there is no option " + name);
    }
  }
  if (options.problem == "wave") options.particles = 0;
  return options;
}

}  // namespace simulations
