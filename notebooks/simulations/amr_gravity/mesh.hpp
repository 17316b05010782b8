// Patches of 8 cells along each axis in a periodic unit box: coarse ones everywhere, finer ones (half the cell size) in their place
// where the gas is dense. In 1 or 2 dimensions the axes that are not there have one cell.
//
// Every rank holds the state of all patches; each computes the fluxes of its own, and they are exchanged once a stage. So a
// patch's result does not depend on the rank that computes it, and ghost cells need no messages. A code for large runs would
// distribute the state as well.
#pragma once

#include <mpi.h>

#include <array>
#include <cstdint>
#include <vector>

namespace simulations {

inline constexpr int kPatchCells = 8;
inline constexpr int kGhostCells = 2;

using Index = std::array<int, 3>;  // x, y, z

struct Patch {
  int level = 0;
  Index place{};      // in units of patches of its level
  int parent = -1;    // number of the patch; -1: none
  int first_child = -1;  // its 2^dims children follow each other; -1: none
  std::vector<double> state;  // [component][z][y][x]: density, then momentum density along each axis
};

class Mesh {
 public:
  Mesh(MPI_Comm comm, int dims, int roots);

  int dims() const { return dims_; }
  int components() const { return 1 + dims_; }
  int roots() const { return roots_; }
  // Cells of a patch along an axis, and of all.
  int cells(int axis) const { return axis < dims_ ? kPatchCells : 1; }
  int patch_cells() const { return patch_cells_; }
  int coarse_cells(int axis) const { return axis < dims_ ? roots_ * kPatchCells : 1; }
  double cell_size(int level) const { return 1.0 / (roots_ * kPatchCells * (1 << level)); }
  double cell_volume(int level) const;
  int children() const { return 1 << dims_; }

  std::vector<Patch>& patches() { return patches_; }
  const std::vector<Patch>& patches() const { return patches_; }
  // Patches are dealt out in contiguous ranges.
  int owner(int patch) const;
  int first_owned(int rank) const;
  int rank() const { return rank_; }
  int size() const { return size_; }
  MPI_Comm comm() const { return comm_; }

  // Number of the patch at a place of a level, wrapped around the box; -1: none.
  int find(int level, Index place) const;
  // The finest patch that holds a position in [0, 1).
  int holding(const std::array<double, 3>& position) const;
  // Place of a patch's first cell, in cells of its level.
  Index origin(const Patch& patch) const;
  int offset(int component, int x, int y, int z) const { return ((component * cells(2) + z) * cells(1) + y) * cells(0) + x; }

  // A component of a patch with ghost cells around it, [z][y][x]; beyond a finer patch's own level, coarse values.
  void with_ghosts(int patch, int component, std::vector<double>* out) const;
  // Extent of that along an axis.
  int ghosted(int axis) const { return axis < dims_ ? kPatchCells + 2 * kGhostCells : 1; }

  // Coarse cells under finer patches become their averages.
  void restrict_all();
  // Patches whose greatest density is above `above` are refined, those below `below` (less than above) no longer. Conserves.
  void adapt(double above, double below);

  // Calls `body(x, y, z)` for each cell of a patch, x fastest.
  template <class Body>
  void for_cells(Body&& body) const {
    for (int z = 0; z < cells(2); ++z) {
      for (int y = 0; y < cells(1); ++y) {
        for (int x = 0; x < cells(0); ++x) body(x, y, z);
      }
    }
  }

 private:
  void number_children();

  MPI_Comm comm_;
  int dims_, roots_, rank_ = 0, size_ = 1, patch_cells_ = 1;
  std::vector<Patch> patches_;
  std::array<std::vector<int>, 2> at_;  // number of the patch by place, for each level
};

}  // namespace simulations
