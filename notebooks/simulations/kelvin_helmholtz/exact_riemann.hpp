// The exact solution of the one-dimensional Riemann problem of an ideal gas (Toro, 3rd ed., chapter 4): the known answer
// that the solver is measured against.
#pragma once

#include "gas.hpp"

namespace simulations {

class ExactRiemann {
 public:
  // Solves for the pressure and velocity between the outer waves. The states must not be so far apart that a vacuum opens
  // between them; then std::domain_error is thrown.
  ExactRiemann(const Primitive& left, const Primitive& right);

  // The state on the ray x / t = `speed` from the point where the two states met. The transverse velocity is that of the
  // side of the contact.
  Primitive sample(double speed) const;

  double star_pressure() const { return star_pressure_; }
  double star_velocity() const { return star_velocity_; }

 private:
  Primitive left_;
  Primitive right_;
  double star_pressure_;
  double star_velocity_;
};

}  // namespace simulations
