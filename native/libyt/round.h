// One round of libyt: what the simulation has set between yt_set_Parameters and yt_free. Knows nothing of Python.
#pragma once
#include <mpi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "../include/libyt.h"

namespace allranks::libyt {

enum class FieldKind { cell_centered, face_centered, derived };

struct Label {
  std::string unit;
  std::vector<std::string> aliases;
  std::string display;
  bool has_display = false;
};

struct Field {
  std::string name;
  FieldKind kind = FieldKind::cell_centered;
  yt_dtype dtype = YT_DTYPE_UNKNOWN;
  bool contiguous_in_x = true;
  short ghost[6] = {};
  Label label;
  decltype(yt_field::derived_func) derive = nullptr;
};

struct Attribute {
  std::string name;
  yt_dtype dtype = YT_DOUBLE;
  Label label;
};

struct Species {
  std::string name;
  std::vector<Attribute> attributes;
  std::string coordinate[3];
  bool has_coordinate[3] = {};
  decltype(yt_particle::get_par_attr) get = nullptr;
};

// All grids of all ranks, row = id - index offset, in the layout of `libyt.hierarchy`. Shared with the arrays of Python, which
// may outlive the round.
struct Hierarchy {
  std::vector<double> left_edge, right_edge;                // [grid][3]
  std::vector<std::int32_t> dimensions;                     // [grid][3]
  std::vector<std::int64_t> parent_id;                      // [grid]
  std::vector<std::int32_t> level, proc_num;                // [grid]
  std::vector<std::int64_t> par_count;                      // [grid][species]
};

// What yt_set_Parameters copies.
struct Parameters {
  yt_param_yt values;  // its pointers are never followed
  std::string frontend;
  std::string fig_basename;
  std::vector<yt_par_type> species;  // names point into species_names
  std::vector<std::string> species_names;
};

class Round {
 public:
  // Copies; throws Failure with the member that is wrong. `number` goes into fig_basename.
  Round(const yt_param_yt& param, int rank, long number);
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  // Arrays for the simulation to fill. Throw Failure when there are none of that kind, or after commit.
  yt_field* fields();
  yt_particle* particles();
  yt_grid* grids();

  // Takes over what was filled in, gathers the grids of all ranks. Collective over `comm`; throws Failure, with the same sentence
  // on all ranks, and leaves everything as it was.
  void commit(MPI_Comm comm, bool check_data);
  bool committed() const { return hierarchy_ != nullptr; }

  const Parameters& parameters() const { return parameters_; }
  const std::vector<Field>& field_list() const { return field_list_; }
  const std::vector<Species>& species_list() const { return species_list_; }
  const std::shared_ptr<Hierarchy>& hierarchy() const { return hierarchy_; }
  int rank() const { return rank_; }
  int dimensionality() const { return parameters_.values.dimensionality; }

  // After commit. -1: no such name, or grid.
  int field_index(const std::string& name) const;
  int species_index(const std::string& name) const;
  int attribute_index(int species, const std::string& name) const;
  // Row of a grid of any rank.
  std::int64_t row(long gid) const;
  // Position among this rank's grids.
  std::int64_t local(long gid) const;
  const std::vector<long>& local_ids() const { return local_ids_; }
  const yt_data& field_data(std::int64_t local, int field) const { return field_data_[static_cast<std::size_t>(local) * field_list_.size() + static_cast<std::size_t>(field)]; }
  const yt_data& particle_data(std::int64_t local, int species, int attribute) const;
  // Cells of a grid along the axes of an array, without ghost cells.
  void array_cells(std::int64_t row, bool contiguous_in_x, int (*cells)[3]) const;

 private:
  void prepare_grids();
  std::string take_fields(std::vector<Field>* taken) const;
  std::string take_species(std::vector<Species>* taken) const;
  void finish_data(const std::vector<Field>& fields);
  std::string missing_calls() const;
  void require_same(MPI_Comm comm) const;

  Parameters parameters_;
  const int rank_;
  bool got_fields_ = false, got_particles_ = false, got_grids_ = false;

  // Before commit: what the simulation fills in.
  std::vector<yt_field> given_fields_;
  std::vector<yt_particle> given_particles_;
  std::vector<std::vector<yt_attribute>> given_attributes_;
  std::vector<yt_grid> given_grids_;
  std::vector<long> given_counts_;
  std::vector<yt_data*> given_species_data_;
  std::size_t attributes_ = 0;  // of all species together
  std::vector<std::size_t> first_attribute_;

  // Filled by the simulation through its grids, kept for the length of the round.
  std::vector<yt_data> field_data_;
  std::vector<yt_data> particle_data_;

  // After commit.
  std::vector<Field> field_list_;
  std::vector<Species> species_list_;
  std::vector<long> local_ids_;
  std::unordered_map<long, std::int64_t> local_of_;
  std::shared_ptr<Hierarchy> hierarchy_;
};

}  // namespace allranks::libyt
