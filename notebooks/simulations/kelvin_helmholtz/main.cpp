// kelvin_helmholtz: a shear flow that rolls up into billows, computed by all ranks together, open to a notebook.
// Start reading at `run`: it is the main loop of an ordinary simulation plus the calls of `Hook`.
#include "arguments.hpp"
#include "domain.hpp"
#include "hook.hpp"
#include "options.hpp"
#include "problems.hpp"
#include "solver.hpp"

#include <array>
#include <cfloat>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <new>

namespace simulations {

namespace {

constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

// What a notebook may change while the simulation runs, and the last values that were sound.
class Parameters {
 public:
  Parameters(const Options& options, int rank)
      : rank_(rank), cfl_{options.cfl}, gravity_{options.gravity}, sound_cfl_(options.cfl), sound_gravity_(options.gravity) {}

  void expose(Hook& hook) {
    const std::array<std::int64_t, 1> one{1};
    hook.expose("cfl", cfl_, one, true);
    hook.expose("gravity", gravity_, one, true);
  }

  // Puts a value that would wreck the run back to the last sound one, and says so.
  void review() {
    keep_sound("cfl", "from 0.01 to 0.9", cfl_[0] >= 0.01 && cfl_[0] <= 0.9, cfl_[0], sound_cfl_);
    keep_sound("gravity", "finite", std::isfinite(gravity_[0]), gravity_[0], sound_gravity_);
  }

  double cfl() const { return cfl_[0]; }
  double gravity() const { return gravity_[0]; }

 private:
  void keep_sound(const char* name, const char* range, bool sound, double& value, double& last) const {
    if (sound) {
      last = value;
      return;
    }
    std::fprintf(stderr, "kelvin_helmholtz: rank %d: %s must be %s, not %g; it stays %g\n", rank_, name, range, value, last);
    value = last;
  }

  int rank_;
  double cfl_[1];
  double gravity_[1];
  double sound_cfl_;
  double sound_gravity_;
};

// Where this rank's cells lie in the whole box, for cells that put a picture together.
struct Geometry {
  explicit Geometry(const Domain& domain, const Solver& solver)
      : offset{domain.first_y(), domain.first_x()},
        global_shape{domain.global_ny(), domain.global_nx()},
        spacing{solver.dy(), solver.dx()} {}

  void expose(Hook& hook) {
    const std::array<std::int64_t, 1> two{2};
    hook.expose("offset", offset, two, false);
    hook.expose("global_shape", global_shape, two, false);
    hook.expose("spacing", spacing, two, false);
  }

  std::int64_t offset[2];
  std::int64_t global_shape[2];
  double spacing[2];
};

void expose_fields(Hook& hook, const Domain& domain, Solver& solver, bool writable) {
  const std::array<std::int64_t, 2> shape{domain.ny(), domain.nx()};
  hook.expose("density", solver.density().data(), shape, writable);
  hook.expose("momentum_x", solver.momentum_x().data(), shape, writable);
  hook.expose("momentum_y", solver.momentum_y().data(), shape, writable);
  hook.expose("energy", solver.energy().data(), shape, writable);
  // Derived fields are stored with ghost cells; strides show only the cells of this rank.
  const auto derived = [&](const char* name, GhostField& field) {
    const std::array<std::int64_t, 2> strides{static_cast<std::int64_t>(sizeof(double)) * field.stride(),
                                              static_cast<std::int64_t>(sizeof(double))};
    hook.expose(name, field.row(0), shape, strides, false);
  };
  derived("velocity_x", solver.velocity_x());
  derived("velocity_y", solver.velocity_y());
  derived("pressure", solver.pressure());
}

// Prints `what`, its value and bound on rank 0; false when above. NaN is above every bound.
bool within(int rank, const char* what, double value, double bound) {
  const bool good = value <= bound;
  if (rank == 0) std::printf("check: %s %.3g (bound %.3g)%s\n", what, value, bound, good ? "" : " FAILED");
  return good;
}

// Conservation and, where it is known, the answer. Collective; the same result on all ranks.
bool check(const Solver& solver, const Domain& domain, const Options& options, const Totals& before, std::int64_t steps,
           double time, bool gravity_used) {
  const Totals after = solver.totals();
  // A step rounds each cell's value a handful of times; were all these errors of one sign, the relative drift would be at
  // most this. They are not, so the drift of a sound run is orders of magnitude smaller.
  const double bound = 8.0 * DBL_EPSILON * static_cast<double>(steps + 1);
  const auto drift = [](long double now, long double then, long double scale) {
    return scale == 0.0L ? static_cast<double>(std::fabs(now - then)) : static_cast<double>(std::fabs((now - then) / scale));
  };
  // Momenta may cancel to nothing: their round-off is measured against what moves and what sound could move.
  const long double scale =
      before.momentum_scale + before.mass * std::sqrt(static_cast<double>(before.energy / before.mass));
  const int rank = domain.rank();
  bool good = within(rank, "relative drift of mass", drift(after.mass, before.mass, before.mass), bound);
  good &= within(rank, "relative drift of momentum_x", drift(after.momentum_x, before.momentum_x, scale), bound);
  if (gravity_used) {
    if (rank == 0) std::printf("check: momentum_y and energy are not conserved under gravity and were not checked\n");
  } else {
    good &= within(rank, "relative drift of momentum_y", drift(after.momentum_y, before.momentum_y, scale), bound);
    good &= within(rank, "relative drift of energy", drift(after.energy, before.energy, before.energy), bound);
  }
  if (options.problem == Problem::kSod) {
    good &= within(rank, "mean error of density", sod_error(solver, domain, time), sod_error_bound(options.nx));
  }
  if (options.problem == Problem::kUniform) {
    good &= within(rank, "largest deviation from the uniform state", uniform_error(solver, domain), bound);
  }
  return good;
}

int run(const Options& options) {
  Domain domain(MPI_COMM_WORLD, options.nx, options.ny);
  Solver solver(domain);
  set_problem(solver, options.problem, static_cast<std::uint64_t>(options.seed));
  const Totals before = solver.totals();
  const int rank = domain.rank();
  if (rank == 0) {
    std::printf("kelvin_helmholtz: %" PRId64 "x%" PRId64 " cells on %d ranks (%dx%d)\n", options.nx, options.ny, domain.size(),
                domain.ranks_x(), domain.ranks_y());
    std::fflush(stdout);
  }

  // Declared before the hook: it ends Python, and with it the last views, before this memory goes.
  Parameters parameters(options, rank);
  Geometry geometry(domain, solver);
  Hook hook(MPI_COMM_WORLD, "kelvin_helmholtz",
            options.script.empty() ? beside_program("kelvin_helmholtz.py") : options.script);
  expose_fields(hook, domain, solver, options.writable);
  parameters.expose(hook);
  geometry.expose(hook);

  std::int64_t step = 0;
  double time = 0.0;
  bool gravity_used = false;
  bool broken = false;
  while ((options.steps == 0 || step < options.steps) && (options.end_time == 0.0 || time < options.end_time)) {
    hook.step(step, time, "on_step");
    parameters.review();
    if (options.writable) solver.refresh_primitives();

    const Agreement agreed = solver.agree(parameters.cfl(), hook.stop_requested());
    broken = agreed.broken;
    if (agreed.stop || agreed.broken) break;
    // The last step is cut so that the run ends at the very time that was asked for.
    const bool last = options.end_time > 0.0 && time + agreed.dt >= options.end_time;
    const double dt = last ? options.end_time - time : agreed.dt;
    gravity_used = gravity_used || parameters.gravity() != 0.0;
    solver.advance(dt, parameters.gravity());
    time = last ? options.end_time : time + dt;
    ++step;
  }
  hook.finish();

  if (broken) {
    if (rank == 0) {
      std::fprintf(stderr, "kelvin_helmholtz: density or pressure is no longer positive at step %" PRId64 "; the run ends\n", step);
    }
    return kExitFailed;
  }
  if (rank == 0) std::printf("kelvin_helmholtz: ended after step %" PRId64 " at time %.6f\n", step, time);
  int code = kExitOk;
  if (options.checksum) {
    const std::uint64_t checksum = solver.checksum();
    if (rank == 0) std::printf("checksum: %016" PRIx64 "\n", checksum);
  }
  if (options.check && !check(solver, domain, options, before, step, time, gravity_used)) code = kExitFailed;
  return code;
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
    return run(options);
  } catch (const UsageError& error) {
    if (rank == 0) std::fprintf(stderr, "kelvin_helmholtz: %s\n", error.what());
    return kExitUsage;
  } catch (const std::bad_alloc&) {
    // Not necessarily on all ranks: the others may wait for this one already.
    std::fprintf(stderr, "kelvin_helmholtz: rank %d: out of memory; take a smaller --size\n", rank);
    MPI_Abort(MPI_COMM_WORLD, kExitFailed);
    return kExitFailed;
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
