#include "mesh.hpp"

#include <algorithm>

namespace simulations {

namespace {

int wrapped(int value, int period) { return ((value % period) + period) % period; }

}  // namespace

Mesh::Mesh(MPI_Comm comm, int dims, int roots) : comm_(comm), dims_(dims), roots_(roots) {
  MPI_Comm_rank(comm, &rank_);
  MPI_Comm_size(comm, &size_);
  for (int axis = 0; axis < dims; ++axis) patch_cells_ *= kPatchCells;
  Index count{};
  for (int axis = 0; axis < 3; ++axis) count[static_cast<std::size_t>(axis)] = axis < dims ? roots : 1;
  for (int z = 0; z < count[2]; ++z) {
    for (int y = 0; y < count[1]; ++y) {
      for (int x = 0; x < count[0]; ++x) {
        Patch patch;
        patch.place = {x, y, z};
        patch.state.resize(static_cast<std::size_t>(components() * patch_cells_));
        patches_.push_back(std::move(patch));
      }
    }
  }
  number_children();
}

double Mesh::cell_volume(int level) const {
  double volume = 1;
  for (int axis = 0; axis < dims_; ++axis) volume *= cell_size(level);
  return volume;
}

int Mesh::first_owned(int rank) const { return static_cast<int>(static_cast<std::int64_t>(patches_.size()) * rank / size_); }

int Mesh::owner(int patch) const {
  int rank = 0;
  while (first_owned(rank + 1) <= patch) ++rank;
  return rank;
}

int Mesh::find(int level, Index place) const {
  const int period = roots_ << level;
  int at = 0;
  for (int axis = dims_ - 1; axis >= 0; --axis) at = at * period + wrapped(place[static_cast<std::size_t>(axis)], period);
  return at_[static_cast<std::size_t>(level)][static_cast<std::size_t>(at)];
}

int Mesh::holding(const std::array<double, 3>& position) const {
  for (int level = 1;; --level) {
    Index place{};
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims_); ++axis) place[axis] = static_cast<int>(position[axis] * (roots_ << level));
    const int found = find(level, place);
    if (found >= 0 || level == 0) return found;
  }
}

Index Mesh::origin(const Patch& patch) const {
  Index first{};
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims_); ++axis) first[axis] = patch.place[axis] * kPatchCells;
  return first;
}

void Mesh::with_ghosts(int number, int component, std::vector<double>* out) const {
  const Patch& patch = patches_[static_cast<std::size_t>(number)];
  const Index first = origin(patch);
  Index border{};
  for (int axis = 0; axis < dims_; ++axis) border[static_cast<std::size_t>(axis)] = kGhostCells;
  out->resize(static_cast<std::size_t>(ghosted(0) * ghosted(1) * ghosted(2)));
  std::size_t at = 0;
  for (int z = 0; z < ghosted(2); ++z) {
    for (int y = 0; y < ghosted(1); ++y) {
      for (int x = 0; x < ghosted(0); ++x, ++at) {
        Index cell = {x - border[0], y - border[1], z - border[2]};
        int level = patch.level, from = number;
        bool inside = true;
        for (int axis = 0; axis < dims_; ++axis) inside = inside && cell[static_cast<std::size_t>(axis)] >= 0 && cell[static_cast<std::size_t>(axis)] < kPatchCells;
        if (!inside) {
          for (;;) {
            Index place{};
            for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims_); ++axis) {
              const int whole = wrapped((first[axis] + cell[axis]) >> (patch.level - level), roots_ * kPatchCells << level);
              place[axis] = whole / kPatchCells;
            }
            from = find(level, place);
            if (from >= 0) break;
            --level;
          }
          for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims_); ++axis) {
            cell[axis] = wrapped((first[axis] + cell[axis]) >> (patch.level - level), roots_ * kPatchCells << level) % kPatchCells;
          }
        }
        (*out)[at] = patches_[static_cast<std::size_t>(from)].state[static_cast<std::size_t>(offset(component, cell[0], cell[1], cell[2]))];
      }
    }
  }
}

void Mesh::restrict_all() {
  for (Patch& coarse : patches_) {
    if (coarse.first_child < 0) continue;
    for (int child = 0; child < children(); ++child) {
      const Patch& fine = patches_[static_cast<std::size_t>(coarse.first_child + child)];
      Index corner{};
      for (int axis = 0; axis < dims_; ++axis) corner[static_cast<std::size_t>(axis)] = (child >> axis & 1) * kPatchCells / 2;
      for (int component = 0; component < components(); ++component) {
        for (int z = 0; z < (cells(2) + 1) / 2; ++z) {
          for (int y = 0; y < (cells(1) + 1) / 2; ++y) {
            for (int x = 0; x < kPatchCells / 2; ++x) {
              double sum = 0;
              for (int part = 0; part < children(); ++part) {
                const int fx = 2 * x + (part & 1), fy = dims_ > 1 ? 2 * y + (part >> 1 & 1) : 0, fz = dims_ > 2 ? 2 * z + (part >> 2 & 1) : 0;
                sum += fine.state[static_cast<std::size_t>(offset(component, fx, fy, fz))];
              }
              coarse.state[static_cast<std::size_t>(offset(component, corner[0] + x, corner[1] + y, corner[2] + z))] = sum / children();
            }
          }
        }
      }
    }
  }
}

void Mesh::adapt(double above, double below) {
  std::vector<Patch> next;
  std::vector<Patch> finer;
  const std::size_t roots = static_cast<std::size_t>(std::count_if(patches_.begin(), patches_.end(), [](const Patch& patch) { return patch.level == 0; }));
  bool changed = false;
  for (std::size_t number = 0; number < roots; ++number) {
    Patch& coarse = patches_[number];
    const double peak = *std::max_element(coarse.state.begin(), coarse.state.begin() + patch_cells_);
    const bool had = coarse.first_child >= 0, wants = had ? peak > below : peak > above;
    changed = changed || had != wants;
    for (int child = 0; wants && child < children(); ++child) {
      if (had) {
        finer.push_back(patches_[static_cast<std::size_t>(coarse.first_child + child)]);
        continue;
      }
      Patch fine;
      fine.level = 1;
      fine.parent = static_cast<int>(number);
      fine.state.resize(coarse.state.size());
      for (int axis = 0; axis < dims_; ++axis) fine.place[static_cast<std::size_t>(axis)] = 2 * coarse.place[static_cast<std::size_t>(axis)] + (child >> axis & 1);
      for (int component = 0; component < components(); ++component) {
        for_cells([&](int x, int y, int z) {
          const auto from = [&](int axis, int at) { return axis < dims_ ? ((child >> axis & 1) * kPatchCells + at) / 2 : 0; };
          fine.state[static_cast<std::size_t>(offset(component, x, y, z))] = coarse.state[static_cast<std::size_t>(offset(component, from(0, x), from(1, y), from(2, z)))];
        });
      }
      finer.push_back(std::move(fine));
    }
  }
  if (!changed) return;
  patches_.resize(roots);
  for (Patch& fine : finer) patches_.push_back(std::move(fine));
  number_children();
}

void Mesh::number_children() {
  for (int level = 0; level < 2; ++level) {
    std::size_t places = 1;
    for (int axis = 0; axis < dims_; ++axis) places *= static_cast<std::size_t>(roots_ << level);
    at_[static_cast<std::size_t>(level)].assign(places, -1);
  }
  for (Patch& patch : patches_) patch.first_child = -1;
  for (std::size_t number = 0; number < patches_.size(); ++number) {
    const Patch& patch = patches_[number];
    const int period = roots_ << patch.level;
    int at = 0;
    for (int axis = dims_ - 1; axis >= 0; --axis) at = at * period + patch.place[static_cast<std::size_t>(axis)];
    at_[static_cast<std::size_t>(patch.level)][static_cast<std::size_t>(at)] = static_cast<int>(number);
    if (patch.parent < 0) continue;
    int& first = patches_[static_cast<std::size_t>(patch.parent)].first_child;
    if (first < 0) first = static_cast<int>(number);
  }
}

}  // namespace simulations
