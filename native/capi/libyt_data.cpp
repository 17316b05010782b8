// libyt.h: the data of a round, and questions about it.
#include <algorithm>
#include <string>

#include "libyt.h"

using namespace allranks;
using namespace allranks::capi;

namespace {

void require_output(const void* output) {
  if (output == nullptr) throw Failure(ALLRANKS_ERR_ARGUMENT, "the pointer to the result is NULL");
}

std::string name_or_refuse(const char* what, const char* name) {
  if (name == nullptr) throw Failure(ALLRANKS_ERR_ARGUMENT, std::string("the name of the ") + what + " is NULL");
  return name;
}

// Body of a question about a grid of any rank: `answer(hierarchy, row)`.
template <class Answer>
int grid_info(const char* function, long gid, const void* output, Answer&& answer) {
  return reported(function, [&] {
    const libyt::Round& round = session(function).committed(function);
    require_output(output);
    const std::int64_t row = round.row(gid);
    if (row < 0) throw Failure(ALLRANKS_ERR_ARGUMENT, "there is no grid " + std::to_string(gid));
    answer(round, static_cast<std::size_t>(row));
  });
}

// The same about memory of this rank: `answer(round, local)`.
template <class Answer>
int local_info(const char* function, long gid, const void* output, Answer&& answer) {
  return grid_info(function, gid, output, [&](const libyt::Round& round, std::size_t row) {
    const std::int64_t local = round.local(gid);
    if (local < 0) throw Failure(ALLRANKS_ERR_ARGUMENT, "grid " + std::to_string(gid) + " lies on rank " + std::to_string(round.hierarchy()->proc_num[row]) + ", not on this one");
    answer(round, local);
  });
}

int species_or_refuse(const libyt::Round& round, const char* ptype) {
  const std::string name = name_or_refuse("particle type", ptype);
  const int species = round.species_index(name);
  if (species < 0) throw Failure(ALLRANKS_ERR_ARGUMENT, "there is no particle type '" + name + "'");
  return species;
}

}  // namespace

extern "C" {

int yt_set_Parameters(yt_param_yt* param_yt) {
  return reported("yt_set_Parameters", [&] {
    libyt::Session& libyt = session("yt_set_Parameters");
    const LetGoOfGil unlocked;
    libyt.set_parameters(param_yt);
  });
}

int yt_get_FieldsPtr(yt_field** field_list) {
  return reported("yt_get_FieldsPtr", [&] {
    libyt::Session& libyt = session("yt_get_FieldsPtr");
    require_output(field_list);
    *field_list = libyt.fields();
  });
}

int yt_get_ParticlesPtr(yt_particle** particle_list) {
  return reported("yt_get_ParticlesPtr", [&] {
    libyt::Session& libyt = session("yt_get_ParticlesPtr");
    require_output(particle_list);
    *particle_list = libyt.particles();
  });
}

int yt_get_GridsPtr(yt_grid** grids_local) {
  return reported("yt_get_GridsPtr", [&] {
    libyt::Session& libyt = session("yt_get_GridsPtr");
    require_output(grids_local);
    *grids_local = libyt.grids();
  });
}

int yt_commit(void) {
  return reported("yt_commit", [&] {
    libyt::Session& libyt = session("yt_commit");
    refuse_in_cell("yt_commit");
    const LetGoOfGil unlocked;
    libyt.commit();
  });
}

int yt_getGridInfo_Dimensions(const long gid, int (*dimensions)[3]) {
  return grid_info("yt_getGridInfo_Dimensions", gid, dimensions, [&](const libyt::Round& round, std::size_t row) { std::copy_n(&round.hierarchy()->dimensions[3 * row], 3, *dimensions); });
}

int yt_getGridInfo_LeftEdge(const long gid, double (*left_edge)[3]) {
  return grid_info("yt_getGridInfo_LeftEdge", gid, left_edge, [&](const libyt::Round& round, std::size_t row) { std::copy_n(&round.hierarchy()->left_edge[3 * row], 3, *left_edge); });
}

int yt_getGridInfo_RightEdge(const long gid, double (*right_edge)[3]) {
  return grid_info("yt_getGridInfo_RightEdge", gid, right_edge, [&](const libyt::Round& round, std::size_t row) { std::copy_n(&round.hierarchy()->right_edge[3 * row], 3, *right_edge); });
}

int yt_getGridInfo_ParentId(const long gid, long* parent_id) {
  return grid_info("yt_getGridInfo_ParentId", gid, parent_id, [&](const libyt::Round& round, std::size_t row) { *parent_id = round.hierarchy()->parent_id[row]; });
}

int yt_getGridInfo_Level(const long gid, int* level) {
  return grid_info("yt_getGridInfo_Level", gid, level, [&](const libyt::Round& round, std::size_t row) { *level = round.hierarchy()->level[row]; });
}

int yt_getGridInfo_ProcNum(const long gid, int* proc_num) {
  return grid_info("yt_getGridInfo_ProcNum", gid, proc_num, [&](const libyt::Round& round, std::size_t row) { *proc_num = round.hierarchy()->proc_num[row]; });
}

int yt_getGridInfo_ParticleCount(const long gid, const char* ptype, long* par_count) {
  return grid_info("yt_getGridInfo_ParticleCount", gid, par_count, [&](const libyt::Round& round, std::size_t row) {
    const int species = species_or_refuse(round, ptype);
    *par_count = round.hierarchy()->par_count[row * round.species_list().size() + static_cast<std::size_t>(species)];
  });
}

int yt_getGridInfo_FieldData(const long gid, const char* field_name, yt_data* field_data) {
  return local_info("yt_getGridInfo_FieldData", gid, field_data, [&](const libyt::Round& round, std::int64_t local) {
    const std::string name = name_or_refuse("field", field_name);
    const int field = round.field_index(name);
    if (field < 0) throw Failure(ALLRANKS_ERR_ARGUMENT, "there is no field '" + name + "'");
    const yt_data& data = round.field_data(local, field);
    if (data.data_ptr == nullptr) throw Failure(ALLRANKS_ERR_ARGUMENT, "field '" + name + "' of grid " + std::to_string(gid) + " has no data");
    *field_data = data;
  });
}

int yt_getGridInfo_ParticleData(const long gid, const char* ptype, const char* attr, yt_data* par_data) {
  return local_info("yt_getGridInfo_ParticleData", gid, par_data, [&](const libyt::Round& round, std::int64_t local) {
    const int species = species_or_refuse(round, ptype);
    const std::string name = name_or_refuse("attribute", attr);
    const int attribute = round.attribute_index(species, name);
    if (attribute < 0) throw Failure(ALLRANKS_ERR_ARGUMENT, "particle type '" + std::string(ptype) + "' has no attribute '" + name + "'");
    const yt_data& data = round.particle_data(local, species, attribute);
    if (data.data_ptr == nullptr) throw Failure(ALLRANKS_ERR_ARGUMENT, "attribute '" + name + "' of particle type '" + ptype + "' in grid " + std::to_string(gid) + " has no data");
    *par_data = data;
  });
}

}  // extern "C"
