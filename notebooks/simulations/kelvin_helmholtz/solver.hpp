// The Euler equations on one rank's part of the grid: unsplit MUSCL-Hancock with HLLC fluxes, second order in space and time
// (Toro, "Riemann Solvers and Numerical Methods for Fluid Dynamics", 3rd ed., chapters 10, 14 and 16).
//
// Each cell's update is the same arithmetic whichever rank holds it, so the state is bit-identical on any number of ranks;
// both sides of a rank boundary compute the same flux, so mass, momentum and energy are conserved to round-off.
#pragma once

#include "domain.hpp"
#include "gas.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace simulations {

// Sums over the whole box, cell volume included.
struct Totals {
  long double mass = 0;
  long double momentum_x = 0;
  long double momentum_y = 0;
  long double energy = 0;
  // Sum of |momentum|: the scale of round-off for momenta that cancel.
  long double momentum_scale = 0;
};

// Largest stable time step over all ranks, and what else is agreed in the same reduction.
struct Agreement {
  // Time step; meaningless when `broken`.
  double dt = 0.0;
  // A rank wants to leave the loop.
  bool stop = false;
  // A density or pressure somewhere is not positive or not a number.
  bool broken = false;
};

class Solver {
 public:
  // `domain` is borrowed and must outlive the solver. The box is 1 wide and 1 high.
  explicit Solver(Domain& domain);

  // Sets the state from primitives at cell centres, `initial(x, y, global_cell)`: density, x and y velocity (as `normal` and
  // `transverse`), pressure. Local.
  void set(const std::function<Primitive(double x, double y, std::uint64_t cell)>& initial);

  // The next time step at Courant number `cfl` (of this rank; the smallest step counts). Collective.
  Agreement agree(double cfl, bool stop) const;

  // Goes on by `dt`, with the acceleration `gravity` along y. Collective.
  void advance(double dt, double gravity);

  // Recomputes velocity and pressure from density, momentum and energy, after someone else has written those. Local.
  void refresh_primitives();

  // Collective.
  Totals totals() const;
  // Of density, momenta and energy; the same on all ranks and for any number of ranks. Collective.
  std::uint64_t checksum() const;

  double dx() const { return dx_; }
  double dy() const { return dy_; }

  // Conserved fields, shape [ny][nx], C order. Their memory never moves.
  std::vector<double>& density() { return density_; }
  std::vector<double>& momentum_x() { return momentum_x_; }
  std::vector<double>& momentum_y() { return momentum_y_; }
  std::vector<double>& energy() { return energy_; }
  const std::vector<double>& density() const { return density_; }
  const std::vector<double>& momentum_x() const { return momentum_x_; }
  const std::vector<double>& momentum_y() const { return momentum_y_; }
  const std::vector<double>& energy() const { return energy_; }
  // Derived fields with ghost cells; the ghosts are those of the step before. Their memory never moves.
  GhostField& velocity_x() { return primitive_[1]; }
  GhostField& velocity_y() { return primitive_[2]; }
  GhostField& pressure() { return primitive_[3]; }

 private:
  // States at the four faces of the cells of one row, half a step ahead; index 0 is cell -1.
  struct FaceRow {
    std::vector<Primitive> west, east, south, north;
  };
  void predict_row(int j, double dt, FaceRow& row) const;
  void update_row(int j, double dt, double gravity, const std::vector<Conserved>& x_flux,
                  const std::vector<Conserved>& south, const std::vector<Conserved>& north);
  std::size_t cell(int i, int j) const { return static_cast<std::size_t>(j) * domain_.nx() + i; }

  Domain& domain_;
  double dx_;
  double dy_;
  std::vector<double> density_, momentum_x_, momentum_y_, energy_;
  std::array<GhostField, 4> primitive_;  // density, x velocity, y velocity, pressure
  FaceRow faces_[2];
  std::vector<Conserved> x_flux_[2], y_flux_[2];
};

}  // namespace simulations
