// The exact Riemann solver against the pressures and velocities published by Toro (3rd ed., table 4.3) for his five tests,
// and against the jump conditions, which hold whatever the table says.
#include "exact_riemann.hpp"

#include <cstdio>

using namespace simulations;

namespace {

int failures = 0;

void expect_near(const char* what, double value, double expected, double tolerance) {
  if (std::fabs(value - expected) <= tolerance) return;
  std::printf("%s: %.10g, expected %.10g within %.1g\n", what, value, expected, tolerance);
  ++failures;
}

Conserved flux(const Primitive& w) {
  const double energy = total_energy(w);
  return {w.density * w.normal, w.density * w.normal * w.normal + w.pressure, w.density * w.normal * w.transverse,
          (energy + w.pressure) * w.normal};
}

// Over the interval [-extent, extent] at time 1 the fluxes through the ends account for the change of what lies within.
// The tolerance is that of the midpoint rule at jumps.
void expect_conservation(const char* what, const Primitive& left, const Primitive& right, double extent, double tolerance) {
  const ExactRiemann exact(left, right);
  constexpr int cells = 200000;
  double mass = 0.0;
  double energy = 0.0;
  for (int i = 0; i < cells; ++i) {
    const Primitive w = exact.sample(extent * ((i + 0.5) / cells * 2.0 - 1.0));
    mass += w.density * 2.0 * extent / cells;
    energy += total_energy(w) * 2.0 * extent / cells;
  }
  const Conserved in = flux(left);
  const Conserved out = flux(right);
  const double mass_scale = (left.density + right.density) * extent;
  const double energy_scale = (total_energy(left) + total_energy(right)) * extent;
  expect_near(what, (mass - (mass_scale + in.mass - out.mass)) / mass_scale, 0.0, tolerance);
  expect_near(what, (energy - (energy_scale + in.energy - out.energy)) / energy_scale, 0.0, tolerance);
}

}  // namespace

int main() {
  struct Case {
    const char* name;
    Primitive left, right;
    double pressure, velocity, extent;
  };
  const Case cases[] = {
      {"Sod's tube", {1.0, 0.0, 0.0, 1.0}, {0.125, 0.0, 0.0, 0.1}, 0.30313, 0.92745, 3.0},
      {"receding gases", {1.0, -2.0, 0.0, 0.4}, {1.0, 2.0, 0.0, 0.4}, 0.00189, 0.0, 4.0},
      {"left half of the blast", {1.0, 0.0, 0.0, 1000.0}, {1.0, 0.0, 0.0, 0.01}, 460.894, 19.5975, 60.0},
      {"right half of the blast", {1.0, 0.0, 0.0, 0.01}, {1.0, 0.0, 0.0, 100.0}, 46.0950, -6.19633, 30.0},
      {"colliding shocks", {5.99924, 19.5975, 0.0, 460.894}, {5.99242, -6.19633, 0.0, 46.0950}, 1691.64, 8.68975, 60.0},
  };
  for (const Case& c : cases) {
    const ExactRiemann exact(c.left, c.right);
    expect_near(c.name, exact.star_pressure(), c.pressure, 1e-5 * std::max(1.0, c.pressure));
    expect_near(c.name, exact.star_velocity(), c.velocity, 1e-5 * std::max(1.0, std::fabs(c.velocity)));
    expect_conservation(c.name, c.left, c.right, c.extent, 1e-4);
  }
  return failures == 0 ? 0 : 1;
}
