// What yt_commit looks at before it believes the simulation. Every function returns one sentence about the first thing that is
// wrong, without the rank; empty: all is well. Local.
#pragma once
#include <string>
#include <vector>

#include "round.h"

namespace allranks::libyt {

// Always: what memory safety and the layout of the Python module need.
std::string check_fields(const std::vector<Field>& fields);
std::string check_species(const std::vector<Species>& species);
std::string check_grid_layout(const std::vector<yt_grid>& grids, const yt_param_yt& param);
std::string check_data_layout(const std::vector<yt_grid>& grids, const std::vector<Field>& fields, const std::vector<Species>& species, int dimensionality);
// With check_data: whether the values make sense.
std::string check_field_values(const std::vector<Field>& fields);
std::string check_species_values(const std::vector<Species>& species, int dimensionality);
std::string check_grid_values(const std::vector<yt_grid>& grids, const std::vector<Field>& fields, const std::vector<Species>& species);
// Levels, parents and edges of this rank's grids against those of all ranks.
std::string check_tree(const std::vector<yt_grid>& grids, const yt_param_yt& param, const Hierarchy& all);

}  // namespace allranks::libyt
