#include "gas.hpp"

#include <algorithm>
#include <cmath>

namespace simulations {

namespace {

double minmod(double a, double b) { return a * b <= 0 ? 0 : (std::fabs(a) < std::fabs(b) ? a : b); }

constexpr int kMostComponents = 4;

}  // namespace

double Gas::step_size(double courant) const {
  double most = 0;
  for (const Patch& patch : mesh_.patches()) {
    if (patch.first_child >= 0) continue;
    double fastest = 0;
    const std::size_t cells = static_cast<std::size_t>(mesh_.patch_cells());
    for (std::size_t cell = 0; cell < cells; ++cell) {
      double speed = 0;
      for (int axis = 0; axis < mesh_.dims(); ++axis) speed += std::fabs(patch.state[(1 + static_cast<std::size_t>(axis)) * cells + cell]) / patch.state[cell] + 1;
      fastest = std::max(fastest, speed);
    }
    most = std::max(most, fastest / mesh_.cell_size(patch.level));
  }
  return courant / most;
}

std::size_t Gas::record() const {
  const std::size_t components = static_cast<std::size_t>(mesh_.components());
  return components * (static_cast<std::size_t>(mesh_.patch_cells()) + 2 * static_cast<std::size_t>(mesh_.dims()) * face_cells());
}

void Gas::fluxes(int number, double* rate, double* sides) {
  const int components = mesh_.components();
  std::vector<double> ghosted[kMostComponents];
  for (int component = 0; component < components; ++component) mesh_.with_ghosts(number, component, &ghosted[component]);
  const int extent[3] = {mesh_.ghosted(0), mesh_.ghosted(1), mesh_.ghosted(2)};
  const int stride[3] = {1, extent[0], extent[0] * extent[1]};
  const int border[3] = {kGhostCells, mesh_.dims() > 1 ? kGhostCells : 0, mesh_.dims() > 2 ? kGhostCells : 0};
  const double inverse = 1 / mesh_.cell_size(mesh_.patches()[static_cast<std::size_t>(number)].level);
  std::fill_n(rate, static_cast<std::size_t>(components * mesh_.patch_cells()), 0.0);
  std::vector<double>& kept = mass_flux_[static_cast<std::size_t>(number)];
  kept.assign((kPatchCells + 1) * face_cells(), 0);

  for (int axis = 0; axis < mesh_.dims(); ++axis) {
    const int s = stride[axis];
    // Faces of the axis: one more than cells along it.
    const int faces[3] = {mesh_.cells(0) + (axis == 0), mesh_.cells(1) + (axis == 1), mesh_.cells(2) + (axis == 2)};
    for (int z = 0; z < faces[2]; ++z) {
      for (int y = 0; y < faces[1]; ++y) {
        for (int x = 0; x < faces[0]; ++x) {
          const int here[3] = {x, y, z};
          const int right = (x + border[0]) * stride[0] + (y + border[1]) * stride[1] + (z + border[2]) * stride[2], left = right - s;
          double l[kMostComponents], r[kMostComponents], flux[kMostComponents];
          for (int c = 0; c < components; ++c) {
            const double* u = ghosted[c].data();
            l[c] = u[left] + 0.5 * minmod(u[left] - u[left - s], u[right] - u[left]);
            r[c] = u[right] - 0.5 * minmod(u[right] - u[left], u[right + s] - u[right]);
          }
          const double left_speed = l[1 + axis] / l[0], right_speed = r[1 + axis] / r[0];
          const double signal = std::max(std::fabs(left_speed), std::fabs(right_speed)) + 1;
          for (int c = 0; c < components; ++c) {
            const double pressure = c == 1 + axis ? l[0] + r[0] : 0;
            flux[c] = 0.5 * (l[c] * left_speed + r[c] * right_speed + pressure - signal * (r[c] - l[c]));
          }
          const int at = here[axis];
          // Place of the face among those of a side: the other axes, in order.
          int place = 0;
          for (int other = 2; other >= 0; --other) {
            if (other != axis) place = place * mesh_.cells(other) + here[other];
          }
          if (axis == 0) kept[static_cast<std::size_t>((z * mesh_.cells(1) + y) * (kPatchCells + 1) + x)] = flux[0];
          for (int c = 0; c < components; ++c) {
            if (at < kPatchCells) rate[mesh_.offset(c, x, y, z)] += flux[c] * inverse;
            if (at > 0) rate[mesh_.offset(c, x - (axis == 0), y - (axis == 1), z - (axis == 2))] -= flux[c] * inverse;
            if (at == 0 || at == kPatchCells) {
              sides[((static_cast<std::size_t>(axis) * 2 + (at != 0)) * static_cast<std::size_t>(components) + static_cast<std::size_t>(c)) * face_cells() + static_cast<std::size_t>(place)] = flux[c];
            }
          }
        }
      }
    }
  }
}

void Gas::match_fluxes(std::vector<double>& all) const {
  const std::size_t components = static_cast<std::size_t>(mesh_.components()), cells = components * static_cast<std::size_t>(mesh_.patch_cells());
  const double inverse = 1 / mesh_.cell_size(0);
  const int dims = mesh_.dims();
  for (std::size_t number = 0; number < mesh_.patches().size(); ++number) {
    const Patch& patch = mesh_.patches()[number];
    if (patch.level != 0 || patch.first_child >= 0) continue;
    for (int axis = 0; axis < dims; ++axis) {
      for (int side = 0; side < 2; ++side) {
        Index beside = patch.place;
        beside[static_cast<std::size_t>(axis)] += side == 0 ? -1 : 1;
        const int neighbour = mesh_.find(0, beside), first = mesh_.patches()[static_cast<std::size_t>(neighbour)].first_child;
        if (first < 0) continue;
        // The finer patches that touch this side, each with its face that looks here.
        for (int child = 0; child < mesh_.children(); ++child) {
          if ((child >> axis & 1) != (side == 0)) continue;
          const double* fine = all.data() + static_cast<std::size_t>(first + child) * record() + cells;
          int other[2] = {-1, -1}, others = 0;
          for (int one = 0; one < dims; ++one) {
            if (one != axis) other[others++] = one;
          }
          const int half = kPatchCells / 2, width = others > 0 ? half : 1, height = others > 1 ? half : 1;
          for (int v = 0; v < height; ++v) {
            for (int u = 0; u < width; ++u) {
              Index cell{};
              cell[static_cast<std::size_t>(axis)] = side == 0 ? 0 : kPatchCells - 1;
              if (others > 0) cell[static_cast<std::size_t>(other[0])] = (child >> other[0] & 1) * half + u;
              if (others > 1) cell[static_cast<std::size_t>(other[1])] = (child >> other[1] & 1) * half + v;
              const int coarse_face = others == 0 ? 0 : cell[static_cast<std::size_t>(other[0])] + (others > 1 ? kPatchCells * cell[static_cast<std::size_t>(other[1])] : 0);
              for (std::size_t c = 0; c < components; ++c) {
                double sum = 0;
                for (int part = 0; part < 1 << others; ++part) {
                  const int fine_face = others == 0 ? 0 : 2 * u + (part & 1) + (others > 1 ? kPatchCells * (2 * v + (part >> 1 & 1)) : 0);
                  sum += fine[((static_cast<std::size_t>(axis) * 2 + (side == 0)) * components + c) * face_cells() + static_cast<std::size_t>(fine_face)];
                }
                double* coarse = all.data() + number * record();
                const double had = coarse[cells + ((static_cast<std::size_t>(axis) * 2 + static_cast<std::size_t>(side)) * components + c) * face_cells() + static_cast<std::size_t>(coarse_face)];
                const double change = (sum / (1 << others) - had) * inverse;
                coarse[mesh_.offset(static_cast<int>(c), cell[0], cell[1], cell[2])] += side == 0 ? change : -change;
              }
            }
          }
        }
      }
    }
  }
}

void Gas::stage(double dt) {
  const int count = static_cast<int>(mesh_.patches().size()), length = static_cast<int>(record());
  std::vector<double> all(static_cast<std::size_t>(count) * record());
  mass_flux_.resize(static_cast<std::size_t>(count));
  for (int number = mesh_.first_owned(mesh_.rank()); number < mesh_.first_owned(mesh_.rank() + 1); ++number) {
    double* mine = all.data() + static_cast<std::size_t>(number) * record();
    fluxes(number, mine, mine + mesh_.components() * mesh_.patch_cells());
  }
  std::vector<int> counts, offsets;
  for (int rank = 0; rank < mesh_.size(); ++rank) {
    offsets.push_back(mesh_.first_owned(rank) * length);
    counts.push_back(mesh_.first_owned(rank + 1) * length - offsets.back());
  }
  MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all.data(), counts.data(), offsets.data(), MPI_DOUBLE, mesh_.comm());
  match_fluxes(all);
  for (int number = 0; number < count; ++number) {
    std::vector<double>& state = mesh_.patches()[static_cast<std::size_t>(number)].state;
    const double* rate = all.data() + static_cast<std::size_t>(number) * record();
    for (std::size_t i = 0; i < state.size(); ++i) state[i] += dt * rate[i];
  }
  mesh_.restrict_all();
}

void Gas::advance(double dt) {
  std::vector<std::vector<double>> before;
  for (const Patch& patch : mesh_.patches()) before.push_back(patch.state);
  stage(dt);
  stage(dt);
  for (std::size_t number = 0; number < before.size(); ++number) {
    std::vector<double>& state = mesh_.patches()[number].state;
    for (std::size_t i = 0; i < state.size(); ++i) state[i] = 0.5 * (before[number][i] + state[i]);
  }
}

}  // namespace simulations
