// Everything that libyt's functions refuse. Each line of output is `NAME RANK STATUS TEXT`: what one rank was told. In the faults
// below one rank alone is wrong, and all of them have to hear of it.
//
//   libyt_faults [unchecked]
//
// unchecked: what is taken when check_data is false, and callbacks that throw, seen by `look` and `callbacks` of the inline script.
#include <allranks.h>
#include <libyt.h>
#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <stdexcept>
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

// In libyt's order. The rank is not known before MPI_Init, which stands between the first of these and their lines.
void before_initialize(int argc, char* argv[], const yt_param_libyt& settings) {
  yt_param_yt unset;
  yt_field* fields = nullptr;
  yt_particle* particles = nullptr;
  yt_grid* grids = nullptr;
  const int one = 1;
  long parent = 0;
  const std::pair<const char*, std::function<int()>> calls[] = {
      {"initialize_before_mpi", [&] { return yt_initialize(argc, argv, &settings); }},
      {"set_before_initialize", [&] { return yt_set_Parameters(&unset); }},
      {"user_before_initialize", [&] { return yt_set_UserParameterInt("a", 1, &one); }},
      {"text_before_initialize", [&] { return yt_set_UserParameterString("a", "b"); }},
      {"fields_before_initialize", [&] { return yt_get_FieldsPtr(&fields); }},
      {"particles_before_initialize", [&] { return yt_get_ParticlesPtr(&particles); }},
      {"grids_before_initialize", [&] { return yt_get_GridsPtr(&grids); }},
      {"commit_before_initialize", [] { return yt_commit(); }},
      {"question_before_initialize", [&] { return yt_getGridInfo_ParentId(0, &parent); }},
      {"run_before_initialize", [] { return yt_run_Function("look"); }},
      {"arguments_before_initialize", [] { return yt_run_FunctionArguments("look", 1, "1"); }},
      {"kernel_before_initialize", [] { return yt_run_JupyterKernel("flag", false); }},
      {"console_before_initialize", [] { return yt_run_InteractiveMode("flag"); }},
      {"reload_before_initialize", [] { return yt_run_ReloadScript("flag", "reload", "script"); }},
      {"free_before_initialize", [] { return yt_free(); }},
      {"finalize_before_initialize", [] { return yt_finalize(); }},
  };
  std::vector<std::pair<int, std::string>> told;
  for (const auto& [name, call] : calls) {
    const int status = call();
    told.emplace_back(status, status == YT_SUCCESS ? "" : allranks_last_error());
  }
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &g_rank);
  std::size_t at = 0;
  for (const auto& [name, call] : calls) {
    std::printf("%s %d %d %s\n", name, g_rank, told[at].first, told[at].second.c_str());
    ++at;
  }
}

// Rounds without fields, particles or grids of this rank have no arrays to fill in.
void nothing_to_fill(amr_round::Data& data) {
  yt_field* fields = nullptr;
  yt_particle* particles = nullptr;
  yt_grid* grids = nullptr;
  yt_param_yt parameters = data.parameters();
  parameters.num_fields = parameters.num_par_types = parameters.num_grids_local = 0;
  parameters.par_type_list = nullptr;
  parameters.num_grids = 0;
  yt_set_Parameters(&parameters);
  say("no_fields", yt_get_FieldsPtr(&fields));
  say("no_particles", yt_get_ParticlesPtr(&particles));
  say("no_grids", yt_get_GridsPtr(&grids));
  say("nothing_committed", yt_commit());
  yt_free();
}

// The numbers that decide how data of ranks lie beside each other.
void numbers_that_differ(amr_round::Data& data, bool other, const char* const* names) {
  yt_par_type three[3];
  std::copy_n(data.parameters().par_type_list, 2, three);
  three[2].par_type = "dust";
  three[2].num_attr = 1;
  for (int which = 0; which < 5; ++which) {
    Pointers p = begin(data, [&](yt_param_yt& parameters) {
      if (!other) return;
      parameters.num_grids += which == 0;
      parameters.num_fields += which == 1;
      if (which == 2) parameters.num_par_types = 3, parameters.par_type_list = three;
      parameters.index_offset += which == 3;
      parameters.dimensionality -= which == 4;
    });
    if (other && which == 1) {
      yt_field& field = p.fields[amr_round::kFields];
      field.field_name = "More";
      field.field_type = "derived_func";
      field.field_dtype = YT_DOUBLE;
      field.derived_func = amr_round::derived;
    }
    if (other && which == 2) {
      yt_particle& dust = p.particles[2];
      dust.attr_list[0].attr_name = dust.coor_x = dust.coor_y = dust.coor_z = "x";
    }
    // Two dimensions have one cell along the third axis.
    for (int i = 0; other && which == 4 && i < 3; ++i) p.grids[i].grid_dimensions[2] = 1;
    say(names[which], yt_commit());
    yt_free();
  }
}

// check_data is false: values are taken as they are, but nothing that memory depends on.
void unchecked(amr_round::Data& data, bool other) {
  using namespace amr_round;
  Pointers p = begin(data);
  if (other) {
    p.grids[1].field_data[kStraight].data_ptr = nullptr;
    for (int field = 0; field < kFields; ++field) p.grids[2].field_data[field].data_ptr = nullptr;
    std::swap(p.grids[0].left_edge[0], p.grids[0].right_edge[0]);
    p.grids[2].parent_id = 1000;
    p.particles[1].coor_y = "height";
  }
  say("commit_unchecked", yt_commit());
  yt_data memory;
  say("question_without_data", other ? yt_getGridInfo_FieldData(4, "Straight", &memory) : YT_SUCCESS);
  say("look", yt_run_Function("look"));
  yt_free();
  p = begin(data);
  if (other) p.grids[1].id = 77;
  say("id_unchecked", yt_commit());
  yt_free();
  p = begin(data);
  if (other) {
    p.fields[kDerived].derived_func = [](const int, const long*, const char*, yt_array*) { throw std::runtime_error("no table for this"); };
    p.particles[0].get_par_attr = [](const int, const long*, const char*, const char*, yt_array*) { throw 7; };
  }
  say("commit_callbacks", yt_commit());
  say("callbacks", yt_run_Function("callbacks"));
  yt_free();
}

}  // namespace

int main(int argc, char* argv[]) {
  const bool check = argc < 2 || std::string(argv[1]) != "unchecked";
  yt_param_libyt settings;
  settings.script = "libyt_faults_script";
  settings.verbose = YT_VERBOSE_OFF;
  settings.check_data = check;
  before_initialize(argc, argv, settings);
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  const bool only_last = g_rank == size - 1;
  amr_round::Data data(3, 0);
  if (!check) {
    say("initialize", yt_initialize(argc, argv, &settings));
    unchecked(data, only_last);
    say("finalize", yt_finalize());
    MPI_Finalize();
    return 0;
  }
  say("initialize_null", yt_initialize(argc, argv, nullptr));
  say("initialize", yt_initialize(argc, argv, &settings));
  say("initialize_twice", yt_initialize(argc, argv, &settings));

  // Wrong order and NULL.
  yt_field* fields = nullptr;
  yt_particle* particles = nullptr;
  yt_grid* grids = nullptr;
  yt_param_yt unset;
  say("fields_before_parameters", yt_get_FieldsPtr(&fields));
  say("particles_before_parameters", yt_get_ParticlesPtr(&particles));
  say("grids_before_parameters", yt_get_GridsPtr(&grids));
  say("commit_before_parameters", yt_commit());
  long parent = 0;
  say("question_before_commit", yt_getGridInfo_ParentId(0, &parent));
  say("parameters_null", yt_set_Parameters(nullptr));
  say("parameters_unset", yt_set_Parameters(&unset));
  say("user_null", yt_set_UserParameterInt("a", 1, nullptr));
  const double half = 0.5;
  say("user_key_null", yt_set_UserParameterDouble(nullptr, 1, &half));
  say("user_none", yt_set_UserParameterDouble("a", 0, &half));
  say("text_null", yt_set_UserParameterString("a", nullptr));
  say("text_key_null", yt_set_UserParameterString(nullptr, "b"));
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
  say("particles_null", yt_get_ParticlesPtr(nullptr));
  say("grids_null", yt_get_GridsPtr(nullptr));
  say("commit_without_pointers", yt_commit());
  say("finalize_in_round", yt_finalize());
  say("free_uncommitted", yt_free());
  if (!only_last) yt_set_Parameters(&good);
  say("commit_without_parameters_on_one_rank", yt_commit());
  yt_free();
  begin(data, [&](yt_param_yt& p) { p.num_fields += only_last; });
  say("field_not_filled_in", yt_commit());
  yt_free();
  begin(data, [](yt_param_yt& p) { ++p.num_grids; });
  say("grids_missing", yt_commit());
  yt_free();
  static const char* const differ[] = {"num_grids_differ", "num_fields_differ", "num_par_types_differ", "index_offsets_differ", "dimensions_differ"};
  numbers_that_differ(data, only_last, differ);
  nothing_to_fill(data);

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
  say("argument_null", yt_run_FunctionArguments("look", 2, "1", nullptr));
  say("kernel_null", yt_run_JupyterKernel(nullptr, false));
  say("console_null", yt_run_InteractiveMode(nullptr));
  say("reload_null", yt_run_ReloadScript("flag", nullptr, "script"));
  say("console_without_flag", yt_run_InteractiveMode("NO_SUCH_FLAG"));
  say("reload_without_flag", yt_run_ReloadScript("NO_SUCH_FLAG", "RELOAD", "script.py"));
  yt_free();
  say("question_after_free", yt_getGridInfo_Level(0, &level));
  say("memory_after_free", yt_getGridInfo_FieldData(g_rank, "Cell", &memory));
  say("finalize", yt_finalize());
  say("finalize_twice", yt_finalize());
  MPI_Finalize();
  return 0;
}
