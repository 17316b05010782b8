// The ideal gas: states, the HLLC flux and slope limiting, all for one point. No grid, no MPI.
#pragma once

#include <algorithm>
#include <cmath>

namespace simulations {

constexpr double kGamma = 1.4;

// Primitive variables. `normal` is the velocity along the axis in question, `transverse` the other one.
struct Primitive {
  double density;
  double normal;
  double transverse;
  double pressure;
};

// Densities per volume, or their fluxes: mass, momentum along and across the axis, total energy.
struct Conserved {
  double mass;
  double normal;
  double transverse;
  double energy;
};

inline double sound_speed(double density, double pressure) { return std::sqrt(kGamma * pressure / density); }

inline double total_energy(const Primitive& w) {
  return w.pressure / (kGamma - 1.0) + 0.5 * w.density * (w.normal * w.normal + w.transverse * w.transverse);
}

// Flux through a face with `left` and `right` states beside it: HLLC (Toro, Spruce, Speares 1994) with the wave speeds of
// Einfeldt's kind: Roe averages bounded by the states' own, which keep contact waves sharp and a near vacuum positive.
inline Conserved hllc_flux(const Primitive& left, const Primitive& right) {
  const double energy_left = total_energy(left);
  const double energy_right = total_energy(right);
  const double root_left = std::sqrt(left.density);
  const double root_right = std::sqrt(right.density);
  const double weight = 1.0 / (root_left + root_right);
  const double velocity = (root_left * left.normal + root_right * right.normal) * weight;
  const double across = (root_left * left.transverse + root_right * right.transverse) * weight;
  const double enthalpy = ((energy_left + left.pressure) / root_left + (energy_right + right.pressure) / root_right) * weight;
  const double speed = std::sqrt(
      std::max((kGamma - 1.0) * (enthalpy - 0.5 * (velocity * velocity + across * across)), 0.0));
  const double slowest = std::min(left.normal - sound_speed(left.density, left.pressure), velocity - speed);
  const double fastest = std::max(right.normal + sound_speed(right.density, right.pressure), velocity + speed);

  const double push_left = left.density * (slowest - left.normal);
  const double push_right = right.density * (fastest - right.normal);
  const double contact =
      (right.pressure - left.pressure + left.normal * push_left - right.normal * push_right) / (push_left - push_right);

  const bool from_left = contact >= 0.0;
  const Primitive& side = from_left ? left : right;
  const double energy = from_left ? energy_left : energy_right;
  Conserved flux{side.density * side.normal, side.density * side.normal * side.normal + side.pressure,
                 side.density * side.normal * side.transverse, (energy + side.pressure) * side.normal};
  const double outer = from_left ? slowest : fastest;
  // Supersonic: the whole fan lies on the other side, the flux of the upwind state holds as it is.
  if (from_left ? outer >= 0.0 : outer <= 0.0) return flux;

  const double push = from_left ? push_left : push_right;
  const double density = push / (outer - contact);
  const double star_energy =
      density * (energy / side.density + (contact - side.normal) * (contact + side.pressure / push));
  flux.mass += outer * (density - side.density);
  flux.normal += outer * (density * contact - side.density * side.normal);
  flux.transverse += outer * (density - side.density) * side.transverse;
  flux.energy += outer * (star_energy - energy);
  return flux;
}

// Monotonised central slope (van Leer 1977) of three neighbouring values, per cell width.
inline double limited_slope(double before, double here, double after) {
  const double back = here - before;
  const double ahead = after - here;
  if (back * ahead <= 0.0) return 0.0;
  const double bound = 2.0 * std::min(std::fabs(back), std::fabs(ahead));
  return std::copysign(std::min(bound, 0.5 * std::fabs(back + ahead)), back);
}

}  // namespace simulations
