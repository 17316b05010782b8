#include "round.h"

#include <algorithm>
#include <cstdio>
#include <exception>

#include "../embed/error.h"
#include "../runtime.h"
#include "../steps/common_problem.h"
#include "checks.h"
#include "dtype.h"
#include "hierarchy.h"

namespace allranks::libyt {

namespace {

[[noreturn]] void refuse(const std::string& what) { throw Failure(ALLRANKS_ERR_ARGUMENT, what); }

void need(bool set, const std::string& member) {
  if (!set) refuse(member + " is not set");
}

void need_all(const double (&values)[3], const char* member) {
  for (int axis = 0; axis < 3; ++axis) need(values[axis] != DBL_UNDEFINED, std::string(member) + "[" + std::to_string(axis) + "]");
}

void need_all(const int (&values)[3], const char* member) {
  for (int axis = 0; axis < 3; ++axis) need(values[axis] != INT_UNDEFINED, std::string(member) + "[" + std::to_string(axis) + "]");
}

std::string label_of(Label* label, const char* unit, int aliases, const char* const* names, const char* display) {
  label->unit = unit ? unit : "";
  for (int i = 0; i < aliases; ++i) {
    if (names == nullptr || names[i] == nullptr) return "alias " + std::to_string(i) + " is NULL";
    label->aliases.emplace_back(names[i]);
  }
  label->has_display = display != nullptr;
  if (display) label->display = display;
  return {};
}

}  // namespace

Round::Round(const yt_param_yt& param, int rank, long number) : rank_(rank) {
  yt_param_yt& copy = parameters_.values;
  copy = param;
  need(param.frontend != nullptr && *param.frontend != '\0', "frontend");
  need_all(param.domain_left_edge, "domain_left_edge");
  need_all(param.domain_right_edge, "domain_right_edge");
  need(param.current_time != DBL_UNDEFINED, "current_time");
  need(param.length_unit != DBL_UNDEFINED, "length_unit");
  need(param.mass_unit != DBL_UNDEFINED, "mass_unit");
  need(param.time_unit != DBL_UNDEFINED, "time_unit");
  need(param.velocity_unit != DBL_UNDEFINED, "velocity_unit");
  need_all(param.periodicity, "periodicity");
  need(param.cosmological_simulation != INT_UNDEFINED, "cosmological_simulation");
  need(param.dimensionality != INT_UNDEFINED, "dimensionality");
  need_all(param.domain_dimensions, "domain_dimensions");
  need(param.refine_by != INT_UNDEFINED, "refine_by");
  need(param.num_grids != LNG_UNDEFINED, "num_grids");
  if (param.cosmological_simulation != 0) {
    need(param.current_redshift != DBL_UNDEFINED, "current_redshift");
    need(param.omega_lambda != DBL_UNDEFINED, "omega_lambda");
    need(param.omega_matter != DBL_UNDEFINED, "omega_matter");
    need(param.hubble_constant != DBL_UNDEFINED, "hubble_constant");
  } else {
    copy.current_redshift = copy.omega_lambda = copy.omega_matter = copy.hubble_constant = 0;
  }
  if (param.dimensionality < 1 || param.dimensionality > 3) refuse("dimensionality is " + std::to_string(param.dimensionality) + ", it must be 1, 2 or 3");
  if (param.num_grids < 0) refuse("num_grids is negative");
  if (param.num_fields < 0) refuse("num_fields is negative");
  if (param.num_par_types < 0) refuse("num_par_types is negative");
  if (param.num_grids_local < 0) refuse("num_grids_local is negative");
  if (param.num_par_types > 0 && param.par_type_list == nullptr) refuse("num_par_types is " + std::to_string(param.num_par_types) + ", but par_type_list is NULL");
  if (param.magnetic_unit == DBL_UNDEFINED) copy.magnetic_unit = 1;

  parameters_.frontend = param.frontend;
  char counted[32];
  std::snprintf(counted, sizeof counted, "%09ld", number);
  parameters_.fig_basename = (param.fig_basename ? std::string(param.fig_basename) : std::string("Fig")) + counted;
  copy.frontend = copy.fig_basename = nullptr;
  copy.par_type_list = nullptr;
  parameters_.species_names.reserve(static_cast<std::size_t>(param.num_par_types));
  for (int i = 0; i < param.num_par_types; ++i) {
    const yt_par_type& type = param.par_type_list[i];
    const std::string which = "par_type_list[" + std::to_string(i) + "]";
    if (type.par_type == nullptr || *type.par_type == '\0') refuse(which + ": par_type is not set");
    if (type.num_attr < 0) refuse(which + " ('" + type.par_type + "'): num_attr is " + (type.num_attr == INT_UNDEFINED ? std::string("not set") : "negative"));
    parameters_.species_names.emplace_back(type.par_type);
    parameters_.species.push_back(type);
    parameters_.species.back().par_type = parameters_.species_names.back().c_str();
    first_attribute_.push_back(attributes_);
    attributes_ += static_cast<std::size_t>(type.num_attr);
  }
  given_fields_.resize(static_cast<std::size_t>(param.num_fields));
  for (const yt_par_type& type : parameters_.species) {
    given_attributes_.emplace_back(static_cast<std::size_t>(type.num_attr));
    yt_particle particle;
    particle.par_type = type.par_type;
    particle.num_attr = type.num_attr;
    particle.attr_list = given_attributes_.back().data();
    given_particles_.push_back(particle);
  }
}

yt_field* Round::fields() {
  if (committed()) throw Failure(ALLRANKS_ERR_STATE, "the round has been committed; call it between yt_set_Parameters and yt_commit");
  if (given_fields_.empty()) refuse("num_fields is 0, there is nothing to fill in");
  got_fields_ = true;
  return given_fields_.data();
}

yt_particle* Round::particles() {
  if (committed()) throw Failure(ALLRANKS_ERR_STATE, "the round has been committed; call it between yt_set_Parameters and yt_commit");
  if (given_particles_.empty()) refuse("num_par_types is 0, there is nothing to fill in");
  got_particles_ = true;
  return given_particles_.data();
}

yt_grid* Round::grids() {
  if (committed()) throw Failure(ALLRANKS_ERR_STATE, "the round has been committed; call it between yt_set_Parameters and yt_commit");
  if (parameters_.values.num_grids_local == 0) refuse("num_grids_local is 0, there is nothing to fill in");
  if (!got_grids_) prepare_grids();
  got_grids_ = true;
  return given_grids_.data();
}

void Round::prepare_grids() {
  const std::size_t count = static_cast<std::size_t>(parameters_.values.num_grids_local);
  const std::size_t fields = given_fields_.size(), species = given_particles_.size();
  given_grids_.resize(count);
  field_data_.resize(count * fields);
  particle_data_.resize(count * attributes_);
  given_counts_.resize(count * species);
  given_species_data_.resize(count * species);
  for (std::size_t i = 0; i < count; ++i) {
    yt_grid& grid = given_grids_[i];
    grid.proc_num = rank_;
    grid.field_data = fields ? &field_data_[i * fields] : nullptr;
    if (species == 0) continue;
    grid.par_count_list = &given_counts_[i * species];
    grid.particle_data = &given_species_data_[i * species];
    for (std::size_t s = 0; s < species; ++s) grid.particle_data[s] = particle_data_.data() + i * attributes_ + first_attribute_[s];
  }
}

std::string Round::missing_calls() const {
  if (!given_fields_.empty() && !got_fields_) return "yt_get_FieldsPtr has not been called, though num_fields is " + std::to_string(given_fields_.size());
  if (!given_particles_.empty() && !got_particles_) return "yt_get_ParticlesPtr has not been called, though num_par_types is " + std::to_string(given_particles_.size());
  if (parameters_.values.num_grids_local > 0 && !got_grids_) return "yt_get_GridsPtr has not been called, though num_grids_local is " + std::to_string(parameters_.values.num_grids_local);
  return {};
}

std::string Round::take_fields(std::vector<Field>* taken) const {
  for (std::size_t i = 0; i < given_fields_.size(); ++i) {
    const yt_field& given = given_fields_[i];
    if (given.field_name == nullptr || *given.field_name == '\0') return "element " + std::to_string(i) + " of field_list: field_name is not set";
    Field field;
    field.name = given.field_name;
    const std::string type = given.field_type ? given.field_type : "";
    if (type == "cell-centered") {
      field.kind = FieldKind::cell_centered;
    } else if (type == "face-centered") {
      field.kind = FieldKind::face_centered;
    } else if (type == "derived_func") {
      field.kind = FieldKind::derived;
    } else {
      return "field '" + field.name + "': field_type is '" + type + "', it must be cell-centered, face-centered or derived_func";
    }
    field.dtype = given.field_dtype;
    field.contiguous_in_x = given.contiguous_in_x;
    std::copy_n(given.field_ghost_cell, 6, field.ghost);
    field.derive = given.derived_func;
    if (std::string problem = label_of(&field.label, given.field_unit, given.num_field_name_alias, given.field_name_alias, given.field_display_name); !problem.empty()) {
      return "field '" + field.name + "': " + problem;
    }
    taken->push_back(std::move(field));
  }
  return check_fields(*taken);
}

std::string Round::take_species(std::vector<Species>* taken) const {
  for (std::size_t s = 0; s < given_particles_.size(); ++s) {
    const yt_particle& given = given_particles_[s];
    Species species;
    // Our own copies: the simulation may have overwritten what it was given.
    species.name = parameters_.species_names[s];
    for (std::size_t a = 0; a < given_attributes_[s].size(); ++a) {
      const yt_attribute& one = given_attributes_[s][a];
      if (one.attr_name == nullptr || *one.attr_name == '\0') return "particle type '" + species.name + "': attr_name of element " + std::to_string(a) + " of attr_list is not set";
      Attribute attribute;
      attribute.name = one.attr_name;
      attribute.dtype = one.attr_dtype;
      if (std::string problem = label_of(&attribute.label, one.attr_unit, one.num_attr_name_alias, one.attr_name_alias, one.attr_display_name); !problem.empty()) {
        return "attribute '" + attribute.name + "' of particle type '" + species.name + "': " + problem;
      }
      species.attributes.push_back(std::move(attribute));
    }
    const char* coordinates[3] = {given.coor_x, given.coor_y, given.coor_z};
    for (int axis = 0; axis < 3; ++axis) {
      species.has_coordinate[axis] = coordinates[axis] != nullptr;
      if (coordinates[axis]) species.coordinate[axis] = coordinates[axis];
    }
    species.get = given.get_par_attr;
    taken->push_back(std::move(species));
  }
  return check_species(*taken);
}

// The layout of what follows depends on these.
void Round::require_same(MPI_Comm comm) const {
  const yt_param_yt& mine = parameters_.values;
  static constexpr const char* kNames[] = {"num_grids", "num_fields", "num_par_types", "index_offset", "dimensionality"};
  constexpr int kCount = sizeof kNames / sizeof kNames[0];
  std::int64_t limits[2 * kCount] = {mine.num_grids, mine.num_fields, mine.num_par_types, mine.index_offset, mine.dimensionality};
  for (int i = 0; i < kCount; ++i) limits[kCount + i] = -limits[i];
  std::int64_t least[2 * kCount];
  Runtime::check_mpi(MPI_Allreduce(limits, least, 2 * kCount, MPI_INT64_T, MPI_MIN, comm), "MPI_Allreduce");
  for (int i = 0; i < kCount; ++i) {
    if (least[i] != -least[kCount + i]) {
      refuse(std::string(kNames[i]) + " differs between ranks: from " + std::to_string(least[i]) + " to " + std::to_string(-least[kCount + i]));
    }
  }
}

void Round::commit(MPI_Comm comm, bool check_data) {
  std::vector<Field> fields;
  std::vector<Species> species;
  // Whatever fails on one rank alone, memory included, becomes a sentence: the other ranks wait for this one below.
  const auto problem_of = [](auto&& check) -> std::string {
    try {
      return check();
    } catch (const std::exception& error) {
      return error.what();
    }
  };
  const std::string before = problem_of([&]() -> std::string {
    if (std::string problem = missing_calls(); !problem.empty()) return problem;
    if (std::string problem = take_fields(&fields); !problem.empty()) return problem;
    if (std::string problem = take_species(&species); !problem.empty()) return problem;
    if (std::string problem = check_grid_layout(given_grids_, parameters_.values); !problem.empty()) return problem;
    if (std::string problem = check_data_layout(given_grids_, fields, species, dimensionality()); !problem.empty()) return problem;
    if (!check_data) return {};
    if (std::string problem = check_field_values(fields); !problem.empty()) return problem;
    if (std::string problem = check_species_values(species, dimensionality()); !problem.empty()) return problem;
    return check_grid_values(given_grids_, fields, species);
  });
  if (const std::string first = common_problem(comm, before); !first.empty()) refuse(first);
  require_same(comm);
  const std::shared_ptr<Hierarchy> all = gather_hierarchy(comm, given_grids_, parameters_.values);
  std::vector<long> ids;
  std::unordered_map<long, std::int64_t> local_of;
  const std::string after = problem_of([&]() -> std::string {
    if (check_data) {
      if (std::string problem = check_tree(given_grids_, parameters_.values, *all); !problem.empty()) return problem;
    }
    for (std::size_t i = 0; i < given_grids_.size(); ++i) {
      ids.push_back(given_grids_[i].id);
      local_of[ids.back()] = static_cast<std::int64_t>(i);
    }
    return {};
  });
  if (const std::string first = common_problem(comm, after); !first.empty()) refuse(first);
  finish_data(fields);
  field_list_ = std::move(fields);
  species_list_ = std::move(species);
  local_ids_ = std::move(ids);
  local_of_ = std::move(local_of);
  hierarchy_ = all;
  // The simulation's arrays are gone, as documented; what they described is kept without them.
  given_grids_ = {};
  given_counts_ = {};
  given_species_data_ = {};
  given_fields_ = {};
  given_particles_ = {};
  given_attributes_ = {};
}

// Dimensions and types that the simulation leaves to the library.
void Round::finish_data(const std::vector<Field>& fields) {
  const int dims = dimensionality();
  for (std::size_t i = 0; i < given_grids_.size(); ++i) {
    const yt_grid& grid = given_grids_[i];
    for (std::size_t f = 0; f < fields.size(); ++f) {
      const Field& field = fields[f];
      yt_data& data = field_data_[i * fields.size() + f];
      if (data.data_dtype == YT_DTYPE_UNKNOWN) data.data_dtype = field.dtype;
      for (int axis = 0; axis < 3; ++axis) {
        if (axis >= dims) {
          data.data_dimensions[axis] = 1;
        } else if (field.kind != FieldKind::face_centered) {
          const int ghosts = field.kind == FieldKind::cell_centered ? field.ghost[2 * axis] + field.ghost[2 * axis + 1] : 0;
          data.data_dimensions[axis] = grid.grid_dimensions[field.contiguous_in_x ? dims - 1 - axis : axis] + ghosts;
        }
      }
    }
    for (std::size_t s = 0; s < given_particles_.size(); ++s) {
      for (std::size_t a = 0; a < given_attributes_[s].size(); ++a) {
        yt_data& data = grid.particle_data[s][a];
        if (data.data_dtype == YT_DTYPE_UNKNOWN) data.data_dtype = given_attributes_[s][a].attr_dtype;
        data.data_dimensions[0] = static_cast<int>(grid.par_count_list[s]);
        data.data_dimensions[1] = data.data_dimensions[2] = 0;
      }
    }
  }
}

int Round::field_index(const std::string& name) const {
  for (std::size_t i = 0; i < field_list_.size(); ++i) {
    if (field_list_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int Round::species_index(const std::string& name) const {
  for (std::size_t i = 0; i < species_list_.size(); ++i) {
    if (species_list_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int Round::attribute_index(int species, const std::string& name) const {
  const auto& attributes = species_list_[static_cast<std::size_t>(species)].attributes;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

std::int64_t Round::row(long gid) const {
  const std::int64_t from_first = static_cast<std::int64_t>(gid) - parameters_.values.index_offset;
  return hierarchy_ && from_first >= 0 && from_first < parameters_.values.num_grids ? from_first : -1;
}

std::int64_t Round::local(long gid) const {
  const auto found = local_of_.find(gid);
  return found == local_of_.end() ? -1 : found->second;
}

const yt_data& Round::particle_data(std::int64_t local, int species, int attribute) const {
  return particle_data_[static_cast<std::size_t>(local) * attributes_ + first_attribute_[static_cast<std::size_t>(species)] + static_cast<std::size_t>(attribute)];
}

void Round::array_cells(std::int64_t row, bool contiguous_in_x, int (*cells)[3]) const {
  const int dims = dimensionality();
  for (int axis = 0; axis < 3; ++axis) {
    (*cells)[axis] = axis >= dims ? 1 : hierarchy_->dimensions[3 * static_cast<std::size_t>(row) + static_cast<std::size_t>(contiguous_in_x ? dims - 1 - axis : axis)];
  }
}

}  // namespace allranks::libyt
