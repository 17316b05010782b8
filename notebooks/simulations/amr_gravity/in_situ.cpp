#include "in_situ.hpp"

#include <allranks.h>
#include <libyt.h>

#include <cmath>
#include <cstring>

namespace simulations {

namespace {

// For the callback get_par_attr, which has no context: the round's particles, and those of each patch.
const Particles* g_particles = nullptr;
std::vector<std::vector<std::size_t>> g_of_patch;
int g_offset = 0;

const char* const kMomentum[3] = {"MomX", "MomY", "MomZ"};
const char* const kPosition[3] = {"ParPosX", "ParPosY", "ParPosZ"};
const char* const kVelocity[3] = {"ParVelX", "ParVelY", "ParVelZ"};
enum Field { kDensity, kPotential, kFlux, kMach, kFirstMomentum };

// Speed of the gas in units of the sound speed, from what has been shown.
void mach_number(const int, const long* gids, const char*, yt_array* out) {
  double* mach = static_cast<double*>(out->data_ptr);
  yt_data density;
  if (yt_getGridInfo_FieldData(gids[0], "Dens", &density) != YT_SUCCESS) return;
  for (const char* name : kMomentum) {
    yt_data momentum;
    int cells[3];
    if (yt_getGridInfo_Dimensions(gids[0], &cells) != YT_SUCCESS) return;
    const int axis = name[3] - 'X';
    if (cells[axis] == 1 || yt_getGridInfo_FieldData(gids[0], name, &momentum) != YT_SUCCESS) continue;
    const int border[3] = {kGhostCells, cells[1] > 1 ? kGhostCells : 0, cells[2] > 1 ? kGhostCells : 0};
    const int wide[2] = {cells[0] + 2 * border[0], cells[1] + 2 * border[1]};
    long at = 0;
    for (int z = 0; z < cells[2]; ++z) {
      for (int y = 0; y < cells[1]; ++y) {
        for (int x = 0; x < cells[0]; ++x, ++at) {
          const double rho = static_cast<double*>(density.data_ptr)[((z + border[2]) * wide[1] + y + border[1]) * wide[0] + x + border[0]];
          const double speed = static_cast<double*>(momentum.data_ptr)[at] / rho;
          mach[at] += speed * speed;
        }
      }
    }
  }
  for (long at = 0; at < out->data_length; ++at) mach[at] = std::sqrt(mach[at]);
}

void particle_attribute(const int, const long* gids, const char*, const char* attribute, yt_array* out) {
  double* values = static_cast<double*>(out->data_ptr);
  const std::vector<std::size_t>& here = g_of_patch[static_cast<std::size_t>(gids[0] - g_offset)];
  for (std::size_t i = 0; i < here.size(); ++i) {
    if (std::strcmp(attribute, "ParMass") == 0) {
      values[i] = g_particles->mass;
      continue;
    }
    const std::size_t axis = static_cast<std::size_t>(attribute[6] - 'X');
    values[i] = (std::strncmp(attribute, "ParPos", 6) == 0 ? g_particles->position : g_particles->velocity)[here[i]][axis];
  }
}

void set_user_parameters() {
  // What yt's frontend "gamer" asks of a data set.
  const int no = 0, isothermal = 4;
  const double one = 1, mu = 0.6, gamma = 1.0001;
  for (const char* name : {"mhd", "srhd", "opt_unit", "opt_cooling"}) yt_set_UserParameterInt(name, 1, &no);
  yt_set_UserParameterInt("eos", 1, &isothermal);
  yt_set_UserParameterDouble("mu", 1, &mu);
  yt_set_UserParameterDouble("gamma", 1, &gamma);
  yt_set_UserParameterDouble("gamma_cr", 1, &one);
}

}  // namespace

InSitu::InSitu(int argc, char** argv, const std::string& script, int index_offset) : index_offset_(index_offset) {
  yt_param_libyt settings;
  settings.script = script.c_str();
  active_ = yt_initialize(argc, argv, &settings) == YT_SUCCESS;
}

InSitu::~InSitu() {
  if (active_) yt_finalize();
}

bool InSitu::stop_requested() const { return active_ && allranks_stop_requested() != 0; }

void InSitu::round(double time, const Mesh& mesh, const Gas& gas, const Gravity& gravity, const Particles& particles) {
  if (!active_) return;
  if (show(time, mesh, gas, gravity, particles)) {
    yt_run_Function("each_step");
    yt_run_JupyterKernel("LIBYT_STOP", false);
  }
  yt_free();
}

bool InSitu::show(double time, const Mesh& mesh, const Gas& gas, const Gravity& gravity, const Particles& particles) {
  const int dims = mesh.dims(), first = mesh.first_owned(mesh.rank()), end = mesh.first_owned(mesh.rank() + 1);
  const bool with_particles = particles.count() > 0;
  yt_par_type species;
  species.par_type = "io";
  species.num_attr = 7;
  yt_param_yt p;
  p.frontend = "gamer";
  p.fig_basename = "amr_gravity";
  for (int axis = 0; axis < 3; ++axis) {
    p.domain_left_edge[axis] = 0;
    p.domain_right_edge[axis] = 1;
    p.periodicity[axis] = 1;
    p.domain_dimensions[axis] = mesh.coarse_cells(axis);
  }
  p.current_time = time;
  p.cosmological_simulation = 0;
  p.length_unit = p.mass_unit = p.time_unit = p.velocity_unit = p.magnetic_unit = 1;
  p.dimensionality = dims;
  p.refine_by = 2;
  p.index_offset = index_offset_;
  p.num_grids = static_cast<long>(mesh.patches().size());
  p.num_grids_local = end - first;
  p.num_fields = kFirstMomentum + dims;
  p.num_par_types = with_particles ? 1 : 0;
  p.par_type_list = &species;
  if (yt_set_Parameters(&p) != YT_SUCCESS) return false;
  set_user_parameters();

  yt_field* fields = nullptr;
  if (yt_get_FieldsPtr(&fields) != YT_SUCCESS) return false;
  fields[kDensity].field_name = "Dens";
  for (int axis = 0; axis < dims; ++axis) fields[kDensity].field_ghost_cell[2 * axis] = fields[kDensity].field_ghost_cell[2 * axis + 1] = kGhostCells;
  fields[kPotential].field_name = "Pote";
  // The other order of axes, too; yt_libyt reads it in 3 dimensions only.
  const bool by_x = dims < 3;
  fields[kPotential].contiguous_in_x = by_x;
  fields[kFlux].field_name = "MassFluxX";
  fields[kFlux].field_type = "face-centered";
  fields[kFlux].field_unit = "code_mass / (code_length**2*code_time)";
  fields[kFlux].field_display_name = "Mass Flux along x";
  fields[kMach].field_name = "Mach";
  fields[kMach].field_type = "derived_func";
  fields[kMach].field_unit = "dimensionless";
  fields[kMach].derived_func = mach_number;
  for (int axis = 0; axis < dims; ++axis) fields[kFirstMomentum + axis].field_name = kMomentum[axis];
  for (int field = 0; field < p.num_fields; ++field) fields[field].field_dtype = field == kPotential ? YT_FLOAT : YT_DOUBLE;

  if (with_particles) {
    yt_particle* list = nullptr;
    if (yt_get_ParticlesPtr(&list) != YT_SUCCESS) return false;
    for (int axis = 0; axis < 3; ++axis) {
      list[0].attr_list[axis].attr_name = kPosition[axis];
      list[0].attr_list[3 + axis].attr_name = kVelocity[axis];
    }
    list[0].attr_list[6].attr_name = "ParMass";
    list[0].coor_x = kPosition[0];
    list[0].coor_y = kPosition[1];
    list[0].coor_z = kPosition[2];
    list[0].get_par_attr = particle_attribute;
  }
  g_particles = &particles;
  g_offset = index_offset_;
  g_of_patch.assign(mesh.patches().size(), {});
  for (std::size_t i = 0; i < particles.count(); ++i) g_of_patch[static_cast<std::size_t>(mesh.holding(particles.position[i]))].push_back(i);

  density_.resize(static_cast<std::size_t>(end - first));
  potential_.resize(static_cast<std::size_t>(end - first));
  yt_grid* grids = nullptr;
  if (end > first && yt_get_GridsPtr(&grids) != YT_SUCCESS) return false;
  for (int number = first; number < end; ++number) {
    const Patch& patch = mesh.patches()[static_cast<std::size_t>(number)];
    const std::size_t at = static_cast<std::size_t>(number - first);
    yt_grid& grid = grids[at];
    grid.id = index_offset_ + number;
    grid.parent_id = patch.parent < 0 ? -1 : index_offset_ + patch.parent;
    grid.level = patch.level;
    const double width = mesh.cell_size(patch.level) * kPatchCells;
    const Index origin = mesh.origin(patch);
    for (int axis = 0; axis < 3; ++axis) {
      grid.grid_dimensions[axis] = mesh.cells(axis);
      grid.left_edge[axis] = axis < dims ? width * patch.place[static_cast<std::size_t>(axis)] : 0;
      grid.right_edge[axis] = axis < dims ? grid.left_edge[axis] + width : 1;
    }
    if (with_particles) grid.par_count_list[0] = static_cast<long>(g_of_patch[static_cast<std::size_t>(number)].size());
    mesh.with_ghosts(number, 0, &density_[at]);
    grid.field_data[kDensity].data_ptr = density_[at].data();
    std::vector<float>& potential = potential_[at];
    potential.resize(static_cast<std::size_t>(mesh.patch_cells()));
    mesh.for_cells([&](int x, int y, int z) {
      const int place = by_x ? mesh.offset(0, x, y, z) : (x * mesh.cells(1) + y) * mesh.cells(2) + z;
      potential[static_cast<std::size_t>(place)] =
          static_cast<float>(gravity.potential((origin[0] + x) >> patch.level, (origin[1] + y) >> patch.level, (origin[2] + z) >> patch.level));
    });
    grid.field_data[kPotential].data_ptr = potential.data();
    grid.field_data[kFlux].data_ptr = const_cast<double*>(gas.mass_flux(number).data());
    for (int axis = 0; axis < dims; ++axis) {
      // [z][y][x]: faces along x, the last axis of the array.
      grid.field_data[kFlux].data_dimensions[axis] = kPatchCells + (axis == dims - 1);
      grid.field_data[kFirstMomentum + axis].data_ptr = const_cast<double*>(patch.state.data()) + (1 + axis) * mesh.patch_cells();
    }
  }
  return yt_commit() == YT_SUCCESS;
}

}  // namespace simulations
