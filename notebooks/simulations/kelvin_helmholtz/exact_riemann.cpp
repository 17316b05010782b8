#include "exact_riemann.hpp"

#include <stdexcept>

namespace simulations {

namespace {

// Change of velocity across the wave that leads from `side` to pressure `p`, and its derivative.
void wave(const Primitive& side, double p, double& jump, double& slope) {
  const double c = sound_speed(side.density, side.pressure);
  if (p > side.pressure) {  // shock
    const double a = 2.0 / ((kGamma + 1.0) * side.density);
    const double b = (kGamma - 1.0) / (kGamma + 1.0) * side.pressure;
    const double root = std::sqrt(a / (p + b));
    jump = (p - side.pressure) * root;
    slope = root * (1.0 - 0.5 * (p - side.pressure) / (p + b));
  } else {  // rarefaction
    const double ratio = p / side.pressure;
    jump = 2.0 * c / (kGamma - 1.0) * (std::pow(ratio, (kGamma - 1.0) / (2.0 * kGamma)) - 1.0);
    slope = std::pow(ratio, -(kGamma + 1.0) / (2.0 * kGamma)) / (side.density * c);
  }
}

// The state at `speed` on the left of the contact, for waves that run to the left.
Primitive sample_left(const Primitive& side, double star_pressure, double star_velocity, double speed) {
  const double c = sound_speed(side.density, side.pressure);
  const double ratio = star_pressure / side.pressure;
  const double g = (kGamma - 1.0) / (kGamma + 1.0);
  if (star_pressure > side.pressure) {
    const double shock = side.normal - c * std::sqrt((kGamma + 1.0) / (2.0 * kGamma) * ratio + (kGamma - 1.0) / (2.0 * kGamma));
    if (speed <= shock) return side;
    return {side.density * (ratio + g) / (g * ratio + 1.0), star_velocity, side.transverse, star_pressure};
  }
  const double head = side.normal - c;
  const double star_sound = c * std::pow(ratio, (kGamma - 1.0) / (2.0 * kGamma));
  if (speed <= head) return side;
  if (speed >= star_velocity - star_sound) {
    return {side.density * std::pow(ratio, 1.0 / kGamma), star_velocity, side.transverse, star_pressure};
  }
  // Inside the fan.
  const double factor = 2.0 / (kGamma + 1.0) + g / c * (side.normal - speed);
  return {side.density * std::pow(factor, 2.0 / (kGamma - 1.0)),
          2.0 / (kGamma + 1.0) * (c + 0.5 * (kGamma - 1.0) * side.normal + speed), side.transverse,
          side.pressure * std::pow(factor, 2.0 * kGamma / (kGamma - 1.0))};
}

Primitive mirrored(Primitive w) {
  w.normal = -w.normal;
  return w;
}

}  // namespace

ExactRiemann::ExactRiemann(const Primitive& left, const Primitive& right) : left_(left), right_(right) {
  const double sounds = sound_speed(left.density, left.pressure) + sound_speed(right.density, right.pressure);
  if (right.normal - left.normal >= 2.0 / (kGamma - 1.0) * sounds) {
    throw std::domain_error("the states of this Riemann problem open a vacuum");
  }
  // Newton's method; the function is monotone and concave, so after the first step it approaches from below.
  double p = 0.5 * (left.pressure + right.pressure);
  double jump_left = 0, jump_right = 0, slope_left = 0, slope_right = 0;
  const double least = 1e-14 * p;
  for (int iteration = 0; iteration < 100; ++iteration) {
    wave(left, p, jump_left, slope_left);
    wave(right, p, jump_right, slope_right);
    const double next =
        std::max(least, p - (jump_left + jump_right + right.normal - left.normal) / (slope_left + slope_right));
    const bool done = std::fabs(next - p) <= 1e-14 * (next + p);
    p = next;
    if (done) break;
  }
  wave(left, p, jump_left, slope_left);
  wave(right, p, jump_right, slope_right);
  star_pressure_ = p;
  star_velocity_ = 0.5 * (left.normal + right.normal + jump_right - jump_left);
}

Primitive ExactRiemann::sample(double speed) const {
  if (speed <= star_velocity_) return sample_left(left_, star_pressure_, star_velocity_, speed);
  return mirrored(sample_left(mirrored(right_), star_pressure_, -star_velocity_, -speed));
}

}  // namespace simulations
