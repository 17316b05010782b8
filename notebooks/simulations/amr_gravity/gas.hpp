// The gas: isothermal Euler equations (sound speed 1) in conservation form, slopes limited by minmod, fluxes by Rusanov, two-stage
// Runge-Kutta. Where a coarse patch meets finer ones it takes their fluxes, so that mass and momentum are conserved to rounding.
#pragma once

#include <vector>

#include "mesh.hpp"

namespace simulations {

class Gas {
 public:
  explicit Gas(Mesh& mesh) : mesh_(mesh) {}

  // Greatest stable step, times `courant`. The same on all ranks.
  double step_size(double courant) const;
  // Advances the state by `dt`. Collective.
  void advance(double dt);
  // Mass flux through the x faces of an own patch in the last stage, [z][y][x], one face more than cells along x.
  const std::vector<double>& mass_flux(int patch) const { return mass_flux_[static_cast<std::size_t>(patch)]; }

 private:
  std::size_t face_cells() const { return static_cast<std::size_t>(mesh_.patch_cells() / kPatchCells); }
  std::size_t record() const;
  // Time derivative of a patch, and the fluxes through its sides: [axis][side][component][face].
  void fluxes(int patch, double* rate, double* sides);
  void stage(double dt);
  void match_fluxes(std::vector<double>& all) const;

  Mesh& mesh_;
  std::vector<std::vector<double>> mass_flux_;
};

}  // namespace simulations
