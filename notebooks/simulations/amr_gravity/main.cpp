// amr_gravity: gas and particles in their own gravity on refined patches, open to yt through libyt. Start reading at `run`.
#include "arguments.hpp"
#include "checksum.hpp"
#include "gas.hpp"
#include "gravity.hpp"
#include "hook.hpp"
#include "in_situ.hpp"
#include "options.hpp"

#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>

namespace simulations {

namespace {

constexpr double kTurn = 6.283185307179586;
constexpr double kWaveHeight = 1e-3;
constexpr double kCourant = 0.4;
constexpr double kRefineAbove = 1.5, kCoarsenBelow = 1.3;

// Numbers between 0 and 1 that are the same everywhere.
double spread(std::uint64_t key) { return static_cast<double>(mix(key) >> 11) * 0x1p-53; }

void fill_gas(Mesh& mesh, bool wave) {
  for (Patch& patch : mesh.patches()) {
    const Index first = mesh.origin(patch);
    mesh.for_cells([&](int x, int y, int z) {
      double density = 1;
      const double at[3] = {(first[0] + x + 0.5) * mesh.cell_size(patch.level), (first[1] + y + 0.5) * mesh.cell_size(patch.level), (first[2] + z + 0.5) * mesh.cell_size(patch.level)};
      if (wave) {
        density += kWaveHeight * std::cos(kTurn * at[0]);
      } else {
        // Two clumps of unequal mass.
        for (int clump = 0; clump < 2; ++clump) {
          double distance = 0;
          for (int axis = 0; axis < mesh.dims(); ++axis) {
            const double off = at[axis] - (clump == 0 ? 0.35 : axis == 0 ? 0.7 : 0.6);
            distance += off * off;
          }
          density += (clump == 0 ? 4 : 2) * std::exp(-distance / 0.008);
        }
      }
      patch.state[static_cast<std::size_t>(mesh.offset(0, x, y, z))] = density;
    });
  }
}

Particles make_particles(std::int64_t count, int dims) {
  Particles particles;
  particles.mass = count > 0 ? 0.5 / static_cast<double>(count) : 0;
  for (std::int64_t i = 0; i < count; ++i) {
    std::array<double, 3> position{0.5, 0.5, 0.5};
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims); ++axis) position[axis] = spread(static_cast<std::uint64_t>(3 * i) + axis);
    particles.position.push_back(position);
    particles.velocity.push_back({});
  }
  return particles;
}

struct Totals {
  double mass = 0;
  double momentum[3] = {};
  double scale = 0;  // of momentum: what it would be if all moved one way
};

Totals totals_of(const Mesh& mesh, const Particles& particles) {
  Totals sum;
  const std::size_t cells = static_cast<std::size_t>(mesh.patch_cells());
  for (const Patch& patch : mesh.patches()) {
    if (patch.first_child >= 0) continue;
    const double volume = mesh.cell_volume(patch.level);
    for (std::size_t cell = 0; cell < cells; ++cell) {
      sum.mass += patch.state[cell] * volume;
      for (std::size_t axis = 0; axis < static_cast<std::size_t>(mesh.dims()); ++axis) {
        const double momentum = patch.state[(1 + axis) * cells + cell] * volume;
        sum.momentum[axis] += momentum;
        sum.scale += std::fabs(momentum);
      }
    }
  }
  sum.mass += particles.mass * static_cast<double>(particles.count());
  for (const auto& velocity : particles.velocity) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      sum.momentum[axis] += particles.mass * velocity[axis];
      sum.scale += std::fabs(particles.mass * velocity[axis]);
    }
  }
  return sum;
}

// Twice the cosine part of the density along x: the height of a standing wave.
double wave_height(const Mesh& mesh) {
  double sum = 0;
  for (const Patch& patch : mesh.patches()) {
    if (patch.level != 0) continue;
    const Index first = mesh.origin(patch);
    mesh.for_cells([&](int x, int y, int z) {
      sum += 2 * patch.state[static_cast<std::size_t>(mesh.offset(0, x, y, z))] * std::cos(kTurn * (first[0] + x + 0.5) * mesh.cell_size(0)) * mesh.cell_volume(0);
    });
  }
  return sum;
}

std::uint64_t checksum_of(const Mesh& mesh, const Particles& particles) {
  std::uint64_t sum = 0, key = 0;
  for (const Patch& patch : mesh.patches()) {
    for (const double value : patch.state) sum += contribution(key++, value);
  }
  for (std::size_t i = 0; i < particles.count(); ++i) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      sum += contribution(key++, particles.position[i][axis]);
      sum += contribution(key++, particles.velocity[i][axis]);
    }
  }
  return sum;
}

bool told(const char* what, double found, double most) {
  const bool good = std::fabs(found) <= most;
  std::printf("amr_gravity: %s: %.3e, at most %.0e%s\n", what, found, most, good ? "" : " FAILED");
  return good;
}

bool check(const AmrOptions& options, const Mesh& mesh, const Particles& particles, const Totals& before, double time) {
  const Totals now = totals_of(mesh, particles);
  bool good = told("drift of mass", now.mass / before.mass - 1, 1e-12);
  for (int axis = 0; axis < mesh.dims(); ++axis) good = told("drift of momentum", (now.momentum[axis] - before.momentum[axis]) / (now.scale + 1e-30), 1e-10) && good;
  if (options.problem == "wave") {
    // Jeans: frequency squared is (k c)^2 - 4 pi G times the density.
    const double squared = kTurn * kTurn - options.gravity;
    const double growth = squared >= 0 ? 1 : std::cosh(std::sqrt(-squared) * time);
    const double wanted = kWaveHeight * (squared >= 0 ? std::cos(std::sqrt(squared) * time) : growth);
    good = told("error of the wave, in its height", (wave_height(mesh) - wanted) / (kWaveHeight * growth), 0.02) && good;
  } else {
    const bool refined = mesh.patches().back().level > 0;
    std::printf("amr_gravity: %zu patches%s\n", mesh.patches().size(), refined ? "" : ", none of them refined FAILED");
    good = good && refined;
  }
  return good;
}

int run(int argc, char** argv) {
  AmrOptions options;
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--help") != 0) continue;
    if (rank == 0) std::fputs(kAmrUsage, stdout);
    return 0;
  }
  try {
    options = read_amr_options(argc, argv);
  } catch (const UsageError& error) {
    if (rank == 0) std::fprintf(stderr, "amr_gravity: %s\n", error.what());
    return 2;
  }
  Mesh mesh(MPI_COMM_WORLD, options.dims, options.roots);
  const bool wave = options.problem == "wave";
  fill_gas(mesh, wave);
  if (!wave) {
    mesh.adapt(kRefineAbove, kCoarsenBelow);
    fill_gas(mesh, wave);
    mesh.restrict_all();
  }
  Particles particles = make_particles(options.particles, options.dims);
  Gas gas(mesh);
  Gravity gravity(mesh, options.gravity);
  gravity.solve(particles);
  const Totals before = totals_of(mesh, particles);
  double time = 0;
  {
    InSitu in_situ(argc, argv, beside_program("amr_gravity.py"), options.index_offset);
    for (std::int64_t step = 0; (options.steps == 0 || step < options.steps) && !in_situ.stop_requested(); ++step) {
      if (step % 4 == 0 && !wave) mesh.adapt(kRefineAbove, kCoarsenBelow);
      double dt = gas.step_size(kCourant);
      const bool last = options.end_time > 0 && time + dt >= options.end_time;
      if (last) dt = options.end_time - time;
      gravity.kick(mesh, particles, dt / 2);
      gas.advance(dt);
      drift(particles, options.dims, dt);
      gravity.solve(particles);
      gravity.kick(mesh, particles, dt / 2);
      time += dt;
      in_situ.round(time, mesh, gas, gravity, particles);
      if (last) break;
    }
  }
  if (rank == 0 && options.checksum) std::printf("checksum: %016" PRIx64 "\n", checksum_of(mesh, particles));
  if (rank == 0) std::printf("amr_gravity: at time %.6f\n", time);
  int good = 1;
  if (rank == 0 && options.check) good = check(options, mesh, particles, before, time);
  MPI_Bcast(&good, 1, MPI_INT, 0, MPI_COMM_WORLD);
  return good ? 0 : 1;
}

}  // namespace

}  // namespace simulations

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int code = 1;
  try {
    code = simulations::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "amr_gravity: %s\n", error.what());
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  MPI_Finalize();
  return code;
}
