#include "checks.h"

#include <climits>
#include <set>

#include "dtype.h"

namespace allranks::libyt {

namespace {

std::string field_named(const Field& field) { return "field '" + field.name + "'"; }
std::string grid_named(const yt_grid& grid) { return "grid " + std::to_string(grid.id); }
std::string at(const char* member, int index) { return std::string(member) + "[" + std::to_string(index) + "]"; }

template <class Named>
std::string twice(const std::vector<Named>& list, const std::string& what) {
  std::set<std::string> names;
  for (const Named& one : list) {
    if (!names.insert(one.name).second) return what + " '" + one.name + "' is given twice";
  }
  return {};
}

}  // namespace

std::string check_fields(const std::vector<Field>& fields) {
  for (const Field& field : fields) {
    if (!known(field.dtype)) return field_named(field) + ": field_dtype is not set, or unknown (" + std::to_string(static_cast<int>(field.dtype)) + ")";
    for (int side = 0; side < 6; ++side) {
      if (field.ghost[side] < 0) return field_named(field) + ": " + at("field_ghost_cell", side) + " is " + std::to_string(field.ghost[side]) + ", it must not be negative";
    }
  }
  return twice(fields, "field");
}

std::string check_species(const std::vector<Species>& species) {
  for (const Species& one : species) {
    for (const Attribute& attribute : one.attributes) {
      if (!known(attribute.dtype)) return "attribute '" + attribute.name + "' of particle type '" + one.name + "': attr_dtype is unknown (" + std::to_string(static_cast<int>(attribute.dtype)) + ")";
    }
    if (std::string problem = twice(one.attributes, "particle type '" + one.name + "': attribute"); !problem.empty()) return problem;
  }
  return twice(species, "particle type");
}

std::string check_grid_layout(const std::vector<yt_grid>& grids, const yt_param_yt& param) {
  for (std::size_t i = 0; i < grids.size(); ++i) {
    const yt_grid& grid = grids[i];
    const std::string which = "element " + std::to_string(i) + " of grids_local";
    if (grid.id == LNG_UNDEFINED) return which + ": id is not set";
    for (int axis = 0; axis < 3; ++axis) {
      if (grid.grid_dimensions[axis] == INT_UNDEFINED) return grid_named(grid) + ": " + at("grid_dimensions", axis) + " is not set";
      if (grid.grid_dimensions[axis] < 1) return grid_named(grid) + ": " + at("grid_dimensions", axis) + " is " + std::to_string(grid.grid_dimensions[axis]) + ", it must be at least 1";
      if (axis >= param.dimensionality && grid.grid_dimensions[axis] != 1) {
        return grid_named(grid) + ": " + at("grid_dimensions", axis) + " is " + std::to_string(grid.grid_dimensions[axis]) + ", but a simulation in " + std::to_string(param.dimensionality) + " dimensions has 1 there";
      }
    }
    for (int species = 0; species < param.num_par_types; ++species) {
      if (grid.par_count_list == nullptr) return grid_named(grid) + ": par_count_list is NULL";
      if (grid.par_count_list[species] < 0) return grid_named(grid) + ": " + at("par_count_list", species) + " is " + std::to_string(grid.par_count_list[species]) + ", it must not be negative";
    }
  }
  return {};
}

std::string check_data_layout(const std::vector<yt_grid>& grids, const std::vector<Field>& fields, const std::vector<Species>& species, int dimensionality) {
  const auto odd_type = [](const yt_data& data) { return data.data_dtype != YT_DTYPE_UNKNOWN && !known(data.data_dtype); };
  for (const yt_grid& grid : grids) {
    for (std::size_t index = 0; index < fields.size(); ++index) {
      const yt_data& data = grid.field_data[index];
      const auto named = [&] { return field_named(fields[index]) + " of " + grid_named(grid); };
      if (odd_type(data)) return named() + ": data_dtype is unknown (" + std::to_string(static_cast<int>(data.data_dtype)) + ")";
      if (fields[index].kind != FieldKind::face_centered || data.data_ptr == nullptr) continue;
      for (int axis = 0; axis < dimensionality; ++axis) {
        if (data.data_dimensions[axis] >= 1) continue;
        return named() + ": " + at("data_dimensions", axis) + " is " + std::to_string(data.data_dimensions[axis]) + "; for a face-centered field it must be set";
      }
    }
    for (std::size_t s = 0; s < species.size(); ++s) {
      if (grid.par_count_list[s] > INT_MAX) return grid_named(grid) + ": it has " + std::to_string(grid.par_count_list[s]) + " particles of type '" + species[s].name + "'; data_dimensions is an int";
      for (std::size_t a = 0; a < species[s].attributes.size(); ++a) {
        if (odd_type(grid.particle_data[s][a])) {
          return "attribute '" + species[s].attributes[a].name + "' of particle type '" + species[s].name + "' in " + grid_named(grid) + ": data_dtype is unknown (" + std::to_string(static_cast<int>(grid.particle_data[s][a].data_dtype)) + ")";
        }
      }
    }
  }
  return {};
}

std::string check_field_values(const std::vector<Field>& fields) {
  for (const Field& field : fields) {
    if (field.kind == FieldKind::derived && field.derive == nullptr) return field_named(field) + ": derived_func is NULL";
  }
  return {};
}

std::string check_species_values(const std::vector<Species>& species, int dimensionality) {
  static constexpr const char* kMembers[3] = {"coor_x", "coor_y", "coor_z"};
  for (const Species& one : species) {
    for (int axis = 0; axis < 3; ++axis) {
      if (!one.has_coordinate[axis]) {
        if (axis < dimensionality) return "particle type '" + one.name + "': " + kMembers[axis] + " is NULL";
        continue;
      }
      bool found = false;
      for (const Attribute& attribute : one.attributes) found = found || attribute.name == one.coordinate[axis];
      if (!found) return "particle type '" + one.name + "': " + kMembers[axis] + " is '" + one.coordinate[axis] + "', which is no attribute of it";
    }
  }
  return {};
}

std::string check_grid_values(const std::vector<yt_grid>& grids, const std::vector<Field>& fields, const std::vector<Species>& species) {
  for (const yt_grid& grid : grids) {
    const std::string which = grid_named(grid);
    if (grid.parent_id == LNG_UNDEFINED) return which + ": parent_id is not set";
    if (grid.level == INT_UNDEFINED) return which + ": level is not set";
    if (grid.level < 0) return which + ": level is " + std::to_string(grid.level) + ", it must not be negative";
    for (int axis = 0; axis < 3; ++axis) {
      if (grid.left_edge[axis] == DBL_UNDEFINED) return which + ": " + at("left_edge", axis) + " is not set";
      if (grid.right_edge[axis] == DBL_UNDEFINED) return which + ": " + at("right_edge", axis) + " is not set";
      // Written so that NaN fails.
      if (!(grid.left_edge[axis] < grid.right_edge[axis])) {
        return which + ": " + at("left_edge", axis) + " is " + std::to_string(grid.left_edge[axis]) + ", not below " + at("right_edge", axis) + ", " + std::to_string(grid.right_edge[axis]);
      }
    }
    for (std::size_t index = 0; index < fields.size(); ++index) {
      const Field& field = fields[index];
      const yt_data& data = grid.field_data[index];
      if (field.kind == FieldKind::derived) continue;
      if (data.data_ptr == nullptr) return field_named(field) + " of " + which + ": data_ptr is NULL";
    }
    for (std::size_t s = 0; s < species.size(); ++s) {
      if (grid.par_count_list[s] == 0 || species[s].get != nullptr) continue;
      for (std::size_t a = 0; a < species[s].attributes.size(); ++a) {
        if (grid.particle_data[s][a].data_ptr == nullptr) {
          return "attribute '" + species[s].attributes[a].name + "' of particle type '" + species[s].name + "' in " + which + ": data_ptr is NULL, and there is no get_par_attr";
        }
      }
    }
  }
  return {};
}

std::string check_tree(const std::vector<yt_grid>& grids, const yt_param_yt& param, const Hierarchy& all) {
  for (const yt_grid& grid : grids) {
    const std::string which = grid_named(grid);
    for (int axis = 0; axis < param.dimensionality; ++axis) {
      // Edges are often computed by adding up cells, so they are off by rounding.
      const double tolerance = 1e-6 * (grid.right_edge[axis] - grid.left_edge[axis]);
      if (grid.left_edge[axis] < param.domain_left_edge[axis] - tolerance || grid.right_edge[axis] > param.domain_right_edge[axis] + tolerance) {
        return which + ": it reaches out of the domain along axis " + std::to_string(axis);
      }
    }
    const std::int64_t parent = grid.parent_id - param.index_offset;
    if (grid.level == 0) {
      if (parent >= 0) return which + ": it is of level 0 and has a parent, " + std::to_string(grid.parent_id);
      continue;
    }
    if (parent < 0 || parent >= param.num_grids) return which + ": it is of level " + std::to_string(grid.level) + ", but its parent_id " + std::to_string(grid.parent_id) + " is no grid";
    const std::size_t row = static_cast<std::size_t>(parent);
    if (all.level[row] != grid.level - 1) {
      return which + ": it is of level " + std::to_string(grid.level) + ", but its parent " + std::to_string(grid.parent_id) + " is of level " + std::to_string(all.level[row]);
    }
    for (int axis = 0; axis < param.dimensionality; ++axis) {
      const std::size_t edge = 3 * row + static_cast<std::size_t>(axis);
      const double tolerance = 1e-6 * (grid.right_edge[axis] - grid.left_edge[axis]);
      if (grid.left_edge[axis] < all.left_edge[edge] - tolerance || grid.right_edge[axis] > all.right_edge[edge] + tolerance) {
        return which + ": it reaches out of its parent " + std::to_string(grid.parent_id) + " along axis " + std::to_string(axis);
      }
    }
  }
  return {};
}

}  // namespace allranks::libyt
