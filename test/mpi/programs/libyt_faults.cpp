// Everything that libyt's functions refuse. Each line of output is `NAME RANK STATUS TEXT`: what one rank was told. In the faults
// below one rank alone is wrong, and all of them have to hear of it.
#include <allranks.h>
#include <libyt.h>
#include <mpi.h>

#include <cstdio>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "amr_round.hpp"

namespace {

int g_rank = 0;

void say(const std::string& name, int status) {
  std::printf("%s %d %d %s\n", name.c_str(), g_rank, status, status == YT_SUCCESS ? "" : allranks_last_error());
  std::fflush(stdout);
}

struct Pointers {
  yt_field* fields = nullptr;
  yt_particle* particles = nullptr;
  yt_grid* grids = nullptr;
};

Pointers begin(amr_round::Data& data, const std::function<void(yt_param_yt&)>& change = {}) {
  yt_param_yt parameters = data.parameters();
  if (change) change(parameters);
  Pointers p;
  if (yt_set_Parameters(&parameters) != YT_SUCCESS) return p;
  if (parameters.num_fields > 0) yt_get_FieldsPtr(&p.fields);
  if (parameters.num_par_types > 0) yt_get_ParticlesPtr(&p.particles);
  yt_get_GridsPtr(&p.grids);
  if (p.fields && p.particles && p.grids) data.fill(p.fields, p.particles, p.grids);
  return p;
}

using Break = std::function<void(Pointers&)>;

}  // namespace

int main(int argc, char* argv[]) {
  yt_param_yt unset;
  const int before = yt_set_Parameters(&unset);
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &g_rank);
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  say("set_before_initialize", before);
  say("initialize_null", yt_initialize(argc, argv, nullptr));
  yt_param_libyt settings;
  settings.script = "libyt_faults_script";
  settings.verbose = YT_VERBOSE_OFF;
  say("initialize", yt_initialize(argc, argv, &settings));
  say("initialize_twice", yt_initialize(argc, argv, &settings));

  // Wrong order and NULL.
  yt_field* fields = nullptr;
  say("fields_before_parameters", yt_get_FieldsPtr(&fields));
  say("commit_before_parameters", yt_commit());
  long parent = 0;
  say("question_before_commit", yt_getGridInfo_ParentId(0, &parent));
  say("parameters_null", yt_set_Parameters(nullptr));
  say("parameters_unset", yt_set_Parameters(&unset));
  say("user_null", yt_set_UserParameterInt("a", 1, nullptr));
  amr_round::Data data(3, 0);
  const std::pair<const char*, std::function<void(yt_param_yt&)>> parameters[] = {
      {"no_frontend", [](yt_param_yt& p) { p.frontend = nullptr; }},
      {"no_left_edge", [](yt_param_yt& p) { p.domain_left_edge[1] = DBL_UNDEFINED; }},
      {"no_velocity_unit", [](yt_param_yt& p) { p.velocity_unit = DBL_UNDEFINED; }},
      {"no_redshift", [](yt_param_yt& p) { p.cosmological_simulation = 1; }},
      {"four_dimensions", [](yt_param_yt& p) { p.dimensionality = 4; }},
      {"no_species_list", [](yt_param_yt& p) { p.par_type_list = nullptr; }},
  };
  for (const auto& [name, change] : parameters) {
    yt_param_yt p = data.parameters();
    change(p);
    say(name, yt_set_Parameters(&p));
  }
  yt_param_yt good = data.parameters();
  yt_set_Parameters(&good);
  say("parameters_twice", yt_set_Parameters(&good));
  say("fields_null", yt_get_FieldsPtr(nullptr));
  say("commit_without_pointers", yt_commit());
  say("finalize_in_round", yt_finalize());
  say("free_uncommitted", yt_free());
  const int only_last = g_rank == size - 1;
  if (!only_last) yt_set_Parameters(&good);
  say("commit_without_parameters_on_one_rank", yt_commit());
  yt_free();
  begin(data, [&](yt_param_yt& p) { p.num_fields += only_last; });
  say("field_counts_differ", yt_commit());
  yt_free();

  // One thing is wrong on the last rank.
  using namespace amr_round;
  static const std::pair<const char*, Break> breaks[] = {
      {"field_without_name", [](Pointers& p) { p.fields[kFace].field_name = nullptr; }},
      {"field_twice", [](Pointers& p) { p.fields[kStraight].field_name = "Cell"; }},
      {"field_kind", [](Pointers& p) { p.fields[kFace].field_type = "node"; }},
      {"field_dtype", [](Pointers& p) { p.fields[kCell].field_dtype = YT_DTYPE_UNKNOWN; }},
      {"ghosts", [](Pointers& p) { p.fields[kCell].field_ghost_cell[3] = -1; }},
      {"no_derived_func", [](Pointers& p) { p.fields[kDerived].derived_func = nullptr; }},
      {"alias_null", [](Pointers& p) { p.fields[kFace].num_field_name_alias = 1; }},
      {"attribute_without_name", [](Pointers& p) { p.particles[1].attr_list[2].attr_name = nullptr; }},
      {"attribute_dtype", [](Pointers& p) { p.particles[0].attr_list[kMass].attr_dtype = static_cast<yt_dtype>(99); }},
      {"no_coordinate", [](Pointers& p) { p.particles[1].coor_y = nullptr; }},
      {"odd_coordinate", [](Pointers& p) { p.particles[1].coor_y = "height"; }},
      {"no_get_par_attr", [](Pointers& p) { p.particles[0].get_par_attr = nullptr; }},
      {"no_id", [](Pointers& p) { p.grids[1].id = LNG_UNDEFINED; }},
      {"id_range", [](Pointers& p) { p.grids[1].id = 77; }},
      {"id_twice", [](Pointers& p) { p.grids[1].id = p.grids[0].id; }},
      {"no_dimensions", [](Pointers& p) { p.grids[2].grid_dimensions[1] = INT_UNDEFINED; }},
      {"zero_dimensions", [](Pointers& p) { p.grids[2].grid_dimensions[2] = 0; }},
      {"no_edge", [](Pointers& p) { p.grids[0].right_edge[2] = DBL_UNDEFINED; }},
      {"edges_swapped", [](Pointers& p) { std::swap(p.grids[0].left_edge[0], p.grids[0].right_edge[0]); }},
      {"edge_nan", [](Pointers& p) { p.grids[0].left_edge[0] = std::nan(""); }},
      {"out_of_domain", [](Pointers& p) { p.grids[0].right_edge[1] = 2; }},
      {"out_of_parent", [](Pointers& p) { p.grids[1].right_edge[1] = 1.5; p.grids[1].left_edge[1] = 0.9; }},
      {"parent_unset", [](Pointers& p) { p.grids[1].parent_id = LNG_UNDEFINED; }},
      {"parent_none", [](Pointers& p) { p.grids[1].parent_id = -1; }},
      {"parent_level", [](Pointers& p) { p.grids[2].parent_id = p.grids[0].id; }},
      {"level_negative", [](Pointers& p) { p.grids[0].level = -1; }},
      {"no_data", [](Pointers& p) { p.grids[1].field_data[kStraight].data_ptr = nullptr; }},
      {"data_dtype", [](Pointers& p) { p.grids[1].field_data[kStraight].data_dtype = static_cast<yt_dtype>(-3); }},
      {"face_dimensions", [](Pointers& p) { p.grids[2].field_data[kFace].data_dimensions[0] = 0; }},
      {"particles_negative", [](Pointers& p) { p.grids[2].par_count_list[0] = -1; }},
  };
  for (const auto& [name, wrong] : breaks) {
    Pointers p = begin(data);
    if (only_last) wrong(p);
    say(name, yt_commit());
    // What was wrong can be mended, and nothing of it is left.
    data.fill(p.fields, p.particles, p.grids);
    if (only_last) {
      p.fields[kFace].num_field_name_alias = 0;
      p.particles[0].attr_list[kMass].attr_dtype = YT_DOUBLE;
      p.grids[1].field_data[kStraight].data_dtype = YT_DTYPE_UNKNOWN;
    }
    say("mended", yt_commit());
    say("committed_twice", yt_commit());
    yt_free();
  }

  // Questions with wrong arguments.
  begin(data);
  yt_commit();
  int level = 0;
  long count = 0;
  yt_data memory;
  say("fields_after_commit", yt_get_FieldsPtr(&fields));
  say("question_unknown_grid", yt_getGridInfo_ParentId(1000, &parent));
  say("question_negative_grid", yt_getGridInfo_Level(-1, &level));
  say("question_null", yt_getGridInfo_Level(0, nullptr));
  say("question_unknown_species", yt_getGridInfo_ParticleCount(0, "dust", &count));
  say("question_null_name", yt_getGridInfo_FieldData(g_rank, nullptr, &memory));
  say("question_unknown_field", yt_getGridInfo_FieldData(g_rank, "Mach", &memory));
  say("question_other_rank", yt_getGridInfo_FieldData((g_rank + 1) % size, "Cell", &memory));
  say("run_null", yt_run_Function(nullptr));
  say("kernel_null", yt_run_JupyterKernel(nullptr, false));
  say("console_null", yt_run_InteractiveMode(nullptr));
  say("reload_null", yt_run_ReloadScript("flag", nullptr, "script"));
  say("console_without_flag", yt_run_InteractiveMode("NO_SUCH_FLAG"));
  say("reload_without_flag", yt_run_ReloadScript("NO_SUCH_FLAG", "RELOAD", "script.py"));
  yt_free();
  say("finalize", yt_finalize());
  say("finalize_twice", yt_finalize());
  MPI_Finalize();
  return 0;
}
