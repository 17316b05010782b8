// lammps_host: a notebook inside LAMMPS, without a change to LAMMPS. The hook is `fix external pf/callback`, which LAMMPS
// calls on every rank once a step, after it has computed the forces and before it moves the atoms with them.
#include "arguments.hpp"
#include "checksum.hpp"
#include "comparison.hpp"
#include "hook.hpp"
#include "options.hpp"

#include <lammps/library.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

namespace simulations {

namespace {

constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;
// LAMMPS counts the steps of one `run` in 32 bits; longer runs are made of several.
constexpr std::int64_t kStepsPerRun = 2000000000;
// Ranks ask each other whether to stop at every tenth step: a reduction that waits costs as much as all of the library.
constexpr std::int64_t kStepsToStop = 10;

struct CloseLammps {
  void operator()(void* lammps) const { lammps_close(lammps); }
};
using Lammps = std::unique_ptr<void, CloseLammps>;

std::int64_t current_step(void* lammps) { return *static_cast<std::int64_t*>(lammps_extract_global(lammps, "ntimestep")); }

// Time in LAMMPS' units, also when the time step has changed on the way.
double current_time(void* lammps) {
  const double since = *static_cast<double*>(lammps_extract_global(lammps, "atime"));
  const std::int64_t at = *static_cast<std::int64_t*>(lammps_extract_global(lammps, "atimestep"));
  const double dt = *static_cast<double*>(lammps_extract_global(lammps, "dt"));
  return since + static_cast<double>(current_step(lammps) - at) * dt;
}

// An array as it was told to the library last.
struct Array {
  const char* name;
  const void* pointer = nullptr;
  int count = 0;

  bool changed(const void* now, int now_count) {
    if (now == pointer && now_count == count) return false;
    pointer = now;
    count = now_count;
    return true;
  }
};

// What the callback needs. Lives as long as the LAMMPS instance that calls it.
struct Driver {
  void* lammps;
  Hook* hook;  // null: the callback does nothing
  bool writable;
  // Tell where the arrays lie.
  bool addresses;
  // Called at every step; null: none.
  const char* function;
  int rank;
  // Null: the library is called at every step, or never.
  Comparison* comparison;
  bool stop = false;
  std::int64_t calls = 0;
  std::array<const void*, 3> told{};
  Array x{"x"}, v{"v"}, f{"f"}, force{"force"}, tag{"tag"};
  // What the arrays of a rank without atoms point to.
  double no_atom[3] = {};
  std::int32_t no_tag = 0;

  // Atoms move between ranks and LAMMPS reallocates: pointers and lengths are looked at in every step, and told anew when they changed.
  void expose(Array& array, double** rows, int count, bool may_write) {
    double* const pointer = count > 0 ? rows[0] : no_atom;
    if (!array.changed(pointer, count)) return;
    const std::array<std::int64_t, 2> shape{count, 3};
    hook->expose(array.name, pointer, shape, may_write);
  }

  // By LAMMPS' own pointers: what a notebook sees can be compared with it.
  void tell_addresses() {
    constexpr std::array names{"x", "v", "f"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      double** rows = static_cast<double**>(lammps_extract_atom(lammps, names[i]));
      if (rows[0] == told[i]) continue;
      told[i] = rows[0];
      std::printf("lammps_host: %s of rank %d at %p\n", names[i], rank, told[i]);
    }
    std::fflush(stdout);
  }

  void step(int count, int* tags, double** added_force) {
    for (int i = 0; i < count; ++i) std::fill_n(added_force[i], 3, 0.0);
    if (hook == nullptr || (comparison != nullptr && !comparison->step())) return;
    expose(x, static_cast<double**>(lammps_extract_atom(lammps, "x")), count, writable);
    expose(v, static_cast<double**>(lammps_extract_atom(lammps, "v")), count, writable);
    expose(f, static_cast<double**>(lammps_extract_atom(lammps, "f")), count, true);
    expose(force, added_force, count, true);
    std::int32_t* const first_tag = count > 0 ? tags : &no_tag;
    if (tag.changed(first_tag, count)) hook->expose(tag.name, first_tag, std::array<std::int64_t, 1>{count}, false);
    if (addresses && count > 0) tell_addresses();
    hook->step(current_step(lammps), current_time(lammps), function);

    // LAMMPS looks at its time-out on each rank by itself: all ranks must leave at the same step.
    if (++calls % kStepsToStop != 0) return;
    const int mine = hook->stop_requested() ? 1 : 0;
    int any = 0;
    MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    if (any != 0) {
      stop = true;
      lammps_force_timeout(lammps);
    }
  }
};

void on_forces(void* driver, std::int64_t, int count, int* tags, double**, double** added_force) {
  static_cast<Driver*>(driver)->step(count, tags, added_force);
}

Lammps open_lammps(bool quiet) {
  std::vector<std::string> words{"lammps_host", "-log", "none"};
  if (quiet) words.insert(words.end(), {"-screen", "none"});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return Lammps(lammps_open(static_cast<int>(arguments.size()), arguments.data(), MPI_COMM_WORLD, nullptr));
}

// Runs `command`; false when LAMMPS refused it and lives to tell (most builds end the program after their own message).
bool command(void* lammps, const std::string& text) {
  lammps_command(lammps, text.c_str());
  return lammps_has_error(lammps) == 0;
}

std::uint64_t checksum(void* lammps) {
  const int count = lammps_extract_setting(lammps, "nlocal");
  const int* tags = static_cast<int*>(lammps_extract_atom(lammps, "id"));
  double** x = static_cast<double**>(lammps_extract_atom(lammps, "x"));
  double** v = static_cast<double**>(lammps_extract_atom(lammps, "v"));
  std::uint64_t mine = 0;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t key = 8 * static_cast<std::uint64_t>(tags[i]);
    for (unsigned k = 0; k < 3; ++k) mine += contribution(key + k, x[i][k]) + contribution(key + 3 + k, v[i][k]);
  }
  std::uint64_t all = 0;
  MPI_Allreduce(&mine, &all, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  return all;
}

int fail(int rank, const std::string& sentence, int code) {
  if (rank == 0) std::fprintf(stderr, "lammps_host: %s\n", sentence.c_str());
  return code;
}

// Whether the MPI that was linked at start is the one the program was compiled for; `found` gets its name.
bool same_mpi(std::string& found) {
  char line[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(line, &length);
  found.assign(line, static_cast<std::size_t>(length));
  found = found.substr(0, found.find_first_of(",\n"));
#ifdef OMPI_MAJOR_VERSION
  return found.rfind("Open MPI v" + std::to_string(OMPI_MAJOR_VERSION) + ".", 0) == 0;
#else
  return true;
#endif
}

// Makes the steps. False when LAMMPS refused.
bool run_steps(void* lammps, std::int64_t steps, const bool& stop) {
  const std::int64_t first = current_step(lammps);
  for (;;) {
    const std::int64_t made = current_step(lammps) - first;
    if (stop || (steps > 0 && made >= steps)) return true;
    const std::int64_t next = steps > 0 ? std::min(steps - made, kStepsPerRun) : kStepsPerRun;
    if (!command(lammps, "run " + std::to_string(next))) return false;
  }
}

int run(const Options& options, int rank) {
  std::string mpi;
  if (!same_mpi(mpi)) {
    return fail(rank, "this program was compiled for another MPI than " + mpi + ", which it found; start it with that MPI's own mpiexec and libraries",
                kExitUsage);
  }
  const std::string input = options.input.empty() ? beside_program("in.melt") : options.input;
  int readable = access(input.c_str(), R_OK) == 0 ? 1 : 0;
  MPI_Bcast(&readable, 1, MPI_INT, 0, MPI_COMM_WORLD);  // only rank 0 reads it
  if (readable == 0) return fail(rank, "the input " + input + " cannot be read; give another one with --input", kExitUsage);

  Lammps lammps = open_lammps(options.quiet);
  if (lammps == nullptr) return fail(rank, "LAMMPS did not start", kExitFailed);
  if (lammps_extract_setting(lammps.get(), "tagint") != 4 || lammps_extract_setting(lammps.get(), "bigint") != 8) {
    return fail(rank, "this LAMMPS library was built with other integer sizes (not SMALLBIG) and cannot be used", kExitFailed);
  }
  lammps_file(lammps.get(), input.c_str());
  if (lammps_has_error(lammps.get()) != 0 || lammps_get_natoms(lammps.get()) < 1.0) {
    return fail(rank, "the input " + input + " was not accepted or makes no atoms", kExitFailed);
  }

  bool good = true;
  if (options.without_notebook) {
    const bool stop = false;
    good = run_steps(lammps.get(), options.steps, stop);
  } else {
    std::optional<Hook> hook;
    if (!options.without_library) hook.emplace(MPI_COMM_WORLD, "lammps_host", options.script.empty() ? beside_program("lammps_host.py") : options.script);
    Comparison comparison;
    Driver driver{lammps.get(), hook ? &*hook : nullptr, options.writable, options.addresses, options.without_function ? nullptr : "on_step", rank,
                  options.compare ? &comparison : nullptr};
    good = command(lammps.get(), "fix allranks all external pf/callback 1 1");
    if (good) {
      lammps_set_fix_external_callback(lammps.get(), "allranks", on_forces, &driver);
      good = run_steps(lammps.get(), options.steps, driver.stop);
      // In this order: the last cells may still look at the fix's array, and the fix must not outlive what it calls.
      if (hook) hook->finish();
      good = command(lammps.get(), "unfix allranks") && good;
      if (options.compare && rank == 0) comparison.tell();
    }
  }
  if (!good) return fail(rank, "LAMMPS refused to run", kExitFailed);

  if (rank == 0) std::printf("lammps_host: ended after step %" PRId64 "\n", current_step(lammps.get()));
  if (options.checksum) {
    const std::uint64_t sum = checksum(lammps.get());
    if (rank == 0) std::printf("checksum: %016" PRIx64 "\n", sum);
  }
  return kExitOk;
}

int main_in_mpi(int argc, char** argv) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  // All ranks see the same arguments, so all of them fail alike and only one needs to speak.
  try {
    const Options options = parse_options(argc, argv);
    if (options.help) {
      if (rank == 0) std::fputs(kUsage, stdout);
      return kExitOk;
    }
    return run(options, rank);
  } catch (const UsageError& error) {
    return fail(rank, error.what(), kExitUsage);
  }
}

}  // namespace

}  // namespace simulations

int main(int argc, char** argv) {
  // Further threads exist once a notebook is attached; only this one calls MPI.
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  const int code = simulations::main_in_mpi(argc, argv);
  MPI_Finalize();
  return code;
}
