// A made-up round of libyt for tests: three grids per rank in 1, 2 or 3 dimensions, every kind of field, every element type, two
// particle types. Every value tells its grid and place, so that who reads it can say where it must have come from.
#pragma once
#include <libyt.h>
#include <mpi.h>

#include <cstdint>
#include <string>
#include <vector>

namespace amr_round {

inline constexpr int kCells[3] = {4, 6, 8};  // along x, y, z
inline constexpr short kGhost[6] = {1, 2, 0, 1, 3, 0};
inline constexpr int kTypes = YT_DTYPE_UNKNOWN;
enum FieldIndex { kCell, kStraight, kFace, kDerived, kFirstType, kFields = kFirstType + kTypes };
enum Attr { kX, kY, kZ, kMass, kId, kAttributes };
inline constexpr const char* kAttributeNames[kAttributes] = {"x", "y", "z", "mass", "id"};

inline int g_calls = 0;  // of the two callbacks

inline void derived(const int, const long* gids, const char*, yt_array* out) {
  ++g_calls;
  for (long i = 0; i < out->data_length; ++i) static_cast<long*>(out->data_ptr)[i] = gids[0] * 1000 + i;
}

inline double coordinate(long gid, int axis, long particle) { return 0.001 * static_cast<double>(gid * 100 + axis * 10 + particle); }

inline void attribute(const int, const long* gids, const char*, const char* attr, yt_array* out) {
  ++g_calls;
  const std::string name = attr;
  for (long i = 0; i < out->data_length; ++i) {
    if (name == "id") {
      static_cast<long*>(out->data_ptr)[i] = gids[0] * 10 + i;
    } else {
      static_cast<double*>(out->data_ptr)[i] = coordinate(gids[0], name[0] - 'x', i);
    }
  }
}

template <class T>
std::vector<char> sequence(std::size_t count) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(i % 100);
  const char* bytes = reinterpret_cast<const char*>(values.data());
  return {bytes, bytes + count * sizeof(T)};
}

inline std::vector<char> typed(int type, std::size_t count) {
  switch (type) {
    case YT_FLOAT: return sequence<float>(count);
    case YT_DOUBLE: return sequence<double>(count);
    case YT_LONGDOUBLE: return sequence<long double>(count);
    case YT_CHAR: return sequence<char>(count);
    case YT_UCHAR: return sequence<unsigned char>(count);
    case YT_SHORT: return sequence<short>(count);
    case YT_USHORT: return sequence<unsigned short>(count);
    case YT_INT: return sequence<int>(count);
    case YT_UINT: return sequence<unsigned>(count);
    case YT_LONG: return sequence<long>(count);
    case YT_ULONG: return sequence<unsigned long>(count);
    case YT_LONGLONG: return sequence<long long>(count);
    default: return sequence<unsigned long long>(count);
  }
}

// Grids `r`, `size + r`, `2 size + r` (from the offset): a coarse one, its child, the child's child. Each next one lies on the
// next rank, so parents are remote.
class Data {
 public:
  Data(int dims, long offset) : dims_(dims), offset_(offset) {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    fig_ = "Round";
    types_[0].par_type = "io";
    types_[0].num_attr = kAttributes;
    types_[1].par_type = "tracer";
    types_[1].num_attr = kAttributes;
  }

  yt_param_yt parameters() {
    yt_param_yt p;
    p.frontend = "gamer";
    p.fig_basename = fig_.c_str();
    for (int axis = 0; axis < 3; ++axis) {
      p.domain_left_edge[axis] = 0;
      p.domain_right_edge[axis] = axis == 0 ? size_ : 1;
      p.periodicity[axis] = axis == 0;
      p.domain_dimensions[axis] = axis < dims_ ? (axis == 0 ? size_ * kCells[0] : kCells[axis]) : 1;
    }
    p.current_time = 1.5;
    p.cosmological_simulation = 0;
    p.length_unit = p.mass_unit = p.time_unit = p.velocity_unit = 1;
    p.magnetic_unit = 2;
    p.dimensionality = dims_;
    p.refine_by = 2;
    p.index_offset = static_cast<int>(offset_);
    p.num_grids = 3L * size_;
    p.num_grids_local = 3;
    p.num_fields = kFields;
    p.num_par_types = 2;
    p.par_type_list = types_;
    return p;
  }

  void fill(yt_field* fields, yt_particle* particles, yt_grid* grids) {
    static const char* aliases[] = {"density", "rho"};
    fields[kCell].field_name = "Cell";
    fields[kCell].field_dtype = YT_DOUBLE;
    fields[kCell].field_unit = "code_mass / code_length**3";
    fields[kCell].num_field_name_alias = 2;
    fields[kCell].field_name_alias = aliases;
    fields[kCell].field_display_name = "Density";
    for (int side = 0; side < 6; ++side) fields[kCell].field_ghost_cell[side] = kGhost[side];
    fields[kStraight].field_name = "Straight";
    fields[kStraight].field_dtype = YT_FLOAT;
    fields[kStraight].contiguous_in_x = false;
    fields[kFace].field_name = "Face";
    fields[kFace].field_type = "face-centered";
    fields[kFace].field_dtype = YT_DOUBLE;
    fields[kDerived].field_name = "Derived";
    fields[kDerived].field_type = "derived_func";
    fields[kDerived].field_dtype = YT_LONG;
    fields[kDerived].derived_func = derived;
    names_.resize(kTypes);
    for (int type = 0; type < kTypes; ++type) {
      names_[static_cast<std::size_t>(type)] = "type" + std::to_string(type);
      fields[kFirstType + type].field_name = names_[static_cast<std::size_t>(type)].c_str();
      fields[kFirstType + type].field_dtype = static_cast<yt_dtype>(type);
    }
    for (int s = 0; s < 2; ++s) {
      for (int a = 0; a < kAttributes; ++a) particles[s].attr_list[a].attr_name = kAttributeNames[a];
      particles[s].attr_list[kId].attr_dtype = YT_LONG;
      particles[s].attr_list[kMass].attr_unit = "code_mass";
      particles[s].coor_x = "x";
      particles[s].coor_y = "y";
      particles[s].coor_z = "z";
      particles[s].get_par_attr = attribute;
    }
    memory_.clear();
    for (int level = 0; level < 3; ++level) fill_grid(grids[level], level);
  }

  // Cells of an array axis; `ghosts` of the field Cell.
  int extent(int axis, bool contiguous_in_x, bool ghosts) const {
    if (axis >= dims_) return 1;
    return kCells[contiguous_in_x ? dims_ - 1 - axis : axis] + (ghosts ? kGhost[2 * axis] + kGhost[2 * axis + 1] : 0);
  }

 private:
  void fill_grid(yt_grid& grid, int level) {
    const int column = ((rank_ - level) % size_ + size_) % size_;
    grid.id = offset_ + level * size_ + column;
    grid.parent_id = level == 0 ? -1 : offset_ + (level - 1) * size_ + column;
    grid.level = level;
    for (int axis = 0; axis < 3; ++axis) {
      const double left = axis == 0 ? column : 0;
      grid.left_edge[axis] = left;
      grid.right_edge[axis] = left + (axis < dims_ ? 1.0 / (1 << level) : 1.0);
      grid.grid_dimensions[axis] = axis < dims_ ? kCells[axis] : 1;
    }
    std::size_t cells = 1, with_ghosts = 1;
    for (int axis = 0; axis < dims_; ++axis) {
      cells *= static_cast<std::size_t>(extent(axis, true, false));
      with_ghosts *= static_cast<std::size_t>(extent(axis, true, true));
    }
    const auto give = [&](int field, std::vector<char> bytes) {
      memory_.push_back(std::move(bytes));
      grid.field_data[field].data_ptr = memory_.back().data();
    };
    const auto tagged = [&](auto zero, std::size_t count) {
      using T = decltype(zero);
      std::vector<T> values(count);
      for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(grid.id * 10000 + static_cast<long>(i));
      const char* bytes = reinterpret_cast<const char*>(values.data());
      return std::vector<char>(bytes, bytes + count * sizeof(T));
    };
    give(kCell, tagged(double{}, with_ghosts));
    give(kStraight, tagged(float{}, cells));
    // Faces across the first axis of the array.
    std::size_t faces = 1;
    for (int axis = 0; axis < dims_; ++axis) {
      grid.field_data[kFace].data_dimensions[axis] = extent(axis, true, false) + (axis == 0 ? 1 : 0);
      faces *= static_cast<std::size_t>(grid.field_data[kFace].data_dimensions[axis]);
    }
    give(kFace, tagged(double{}, faces));
    for (int type = 0; type < kTypes; ++type) give(kFirstType + type, typed(type, cells));
    const long count = grid.id % 3;
    grid.par_count_list[0] = count;
    grid.par_count_list[1] = 0;
    grid.particle_data[0][kMass].data_ptr = nullptr;
    if (count > 0) {
      memory_.push_back(tagged(double{}, static_cast<std::size_t>(count)));
      grid.particle_data[0][kMass].data_ptr = memory_.back().data();
    }
  }

  const int dims_;
  const long offset_;
  int rank_ = 0, size_ = 1;
  std::string fig_;
  yt_par_type types_[2];
  std::vector<std::string> names_;
  std::vector<std::vector<char>> memory_;
};

}  // namespace amr_round
