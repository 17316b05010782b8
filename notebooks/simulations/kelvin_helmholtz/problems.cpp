#include "problems.hpp"

#include "arguments.hpp"
#include "checksum.hpp"
#include "exact_riemann.hpp"

namespace simulations {

namespace {

constexpr double kPi = 3.14159265358979323846;

// Uniform in [-1, 1), from the seed and the number of the cell alone.
double noise(std::uint64_t seed, std::uint64_t cell) {
  return static_cast<double>(mix(mix(seed) ^ cell) >> 11) * 0x1p-52 - 1.0;
}

// Two shear layers, at y = 1/4 and y = 3/4: a dense band moves to the right through a thin gas that moves to the left.
// Smooth layers, so that the growth of the billows does not depend on the cell width (as McNally, Lyra, Passy 2012).
Primitive kelvin_helmholtz(double x, double y, std::uint64_t cell, std::uint64_t seed) {
  constexpr double width = 0.02;
  const double band = 0.5 * (std::tanh((y - 0.25) / width) - std::tanh((y - 0.75) / width));
  const double near_layers = std::exp(-std::pow((y - 0.25) / 0.07, 2)) + std::exp(-std::pow((y - 0.75) / 0.07, 2));
  const double push = 0.1 * std::sin(4.0 * kPi * x) + 0.01 * noise(seed, cell);
  return {1.0 + band, band - 0.5, push * near_layers, 1.5};
}

const Primitive kSodDense{1.0, 0.0, 0.0, 1.0};
const Primitive kSodThin{0.125, 0.0, 0.0, 0.1};

// The box is periodic: the dense gas lies between x = 1/4 and x = 3/4, and each edge of it is a Sod problem.
Primitive sod(double x) { return std::fabs(x - 0.5) < 0.25 ? kSodDense : kSodThin; }

const Primitive kUniform{1.3, 0.7, -0.4, 0.9};

}  // namespace

Problem parse_problem(const std::string& name) {
  if (name == "kelvin-helmholtz") return Problem::kKelvinHelmholtz;
  if (name == "sod") return Problem::kSod;
  if (name == "uniform") return Problem::kUniform;
  throw UsageError("--problem must be kelvin-helmholtz, sod or uniform, not '" + name + "'");
}

void set_problem(Solver& solver, Problem problem, std::uint64_t seed) {
  solver.set([problem, seed](double x, double y, std::uint64_t cell) {
    switch (problem) {
      case Problem::kKelvinHelmholtz:
        return kelvin_helmholtz(x, y, cell, seed);
      case Problem::kSod:
        return sod(x);
      case Problem::kUniform:
        return kUniform;
    }
    return kUniform;
  });
}

double sod_error(const Solver& solver, const Domain& domain, double time) {
  const ExactRiemann exact(kSodDense, kSodThin);
  double mine = 0.0;
  for (int j = 0; j < domain.ny(); ++j) {
    for (int i = 0; i < domain.nx(); ++i) {
      const double x = (static_cast<double>(domain.first_x() + i) + 0.5) * solver.dx();
      // Mirrored at the middle of the box; distance from the edge of the dense gas, outwards positive.
      const double outwards = std::fabs(x - 0.5) - 0.25;
      const double expected = time > 0.0 ? exact.sample(outwards / time).density : sod(x).density;
      const std::size_t at = static_cast<std::size_t>(j) * domain.nx() + i;
      mine += std::fabs(solver.density()[at] - expected);
    }
  }
  double all = 0.0;
  MPI_Allreduce(&mine, &all, 1, MPI_DOUBLE, MPI_SUM, domain.comm());
  return all * solver.dx() * solver.dy();
}

double sod_error_bound(std::int64_t nx) { return 1.5 / static_cast<double>(nx); }

double uniform_error(const Solver& solver, const Domain& domain) {
  const auto& w = kUniform;
  const double expected[4] = {w.density, w.density * w.normal, w.density * w.transverse, total_energy(w)};
  const std::vector<double>* fields[4] = {&solver.density(), &solver.momentum_x(), &solver.momentum_y(), &solver.energy()};
  double mine = 0.0;
  for (int k = 0; k < 4; ++k) {
    for (const double value : *fields[k]) mine = std::max(mine, std::fabs(value / expected[k] - 1.0));
  }
  double all = 0.0;
  MPI_Allreduce(&mine, &all, 1, MPI_DOUBLE, MPI_MAX, domain.comm());
  return all;
}

}  // namespace simulations
