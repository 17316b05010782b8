// Gravity of gas and particles in the periodic box, on the coarse cells: the discrete Poisson equation solved in Fourier space.
// Particles are spread over, and pulled by, the nearest coarse cells with the same weights, so that they exert no force on
// themselves and total momentum is conserved to rounding. Every rank computes all of it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "mesh.hpp"

namespace simulations {

struct Particles {
  std::vector<std::array<double, 3>> position;  // in [0, 1); 0.5 along axes that are not there
  std::vector<std::array<double, 3>> velocity;
  double mass = 0;  // of each
  std::size_t count() const { return position.size(); }
};

class Gravity {
 public:
  // `strength` is 4 pi G.
  Gravity(const Mesh& mesh, double strength);

  // Potential of the present state; sum zero.
  void solve(const Particles& particles);
  // Changes momentum and velocities by the present potential over `dt`.
  void kick(Mesh& mesh, Particles& particles, double dt) const;
  double potential(int x, int y, int z) const { return potential_[number(x, y, z)]; }

 private:
  std::size_t number(int x, int y, int z) const;
  double pull(int axis, int x, int y, int z) const;
  // Calls `body(cell, weight)` for the cells that share a particle.
  template <class Body>
  void share(const std::array<double, 3>& position, Body&& body) const;

  const Mesh& mesh_;
  const double strength_;
  std::vector<double> potential_;
};

// Moves particles by their velocities, around the box.
void drift(Particles& particles, int dims, double dt);

}  // namespace simulations
