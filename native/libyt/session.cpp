#include "session.h"

#include <cstdio>
#include <exception>

#include "../embed/host_state.h"
#include "../runtime.h"
#include "../steps/common_problem.h"

namespace allranks::libyt {

namespace {

MPI_Comm duplicate(MPI_Comm comm) {
  MPI_Comm copy = MPI_COMM_NULL;
  Runtime::check_mpi(MPI_Comm_dup(comm, &copy), "MPI_Comm_dup");
  Runtime::check_mpi(MPI_Comm_set_errhandler(copy, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  return copy;
}

Ref text(const std::string& value) { return Ref(PyUnicode_DecodeUTF8(value.data(), static_cast<Py_ssize_t>(value.size()), "surrogateescape")); }

[[noreturn]] void throw_python_error() {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  const Ref owned_type(type), owned_value(value), owned_traceback(traceback);
  const Ref said(value ? PyObject_Str(value) : nullptr);
  const char* what = said ? PyUnicode_AsUTF8(said.get()) : nullptr;
  const std::string sentence = std::string(type ? reinterpret_cast<PyTypeObject*>(type)->tp_name : "unknown error") + ": " + (what ? what : "");
  PyErr_Clear();
  throw Failure(ALLRANKS_ERR_PYTHON, sentence);
}

Ref checked(Ref value) {
  if (!value) throw_python_error();
  return value;
}

void put(const Ref& dict, const char* key, Ref value) {
  if (!value || PyDict_SetItemString(dict.get(), key, value.get()) != 0) throw_python_error();
}

void put(const Ref& dict, const std::string& key, Ref value) {
  const Ref name = checked(text(key));
  if (!value || PyDict_SetItem(dict.get(), name.get(), value.get()) != 0) throw_python_error();
}

Ref list_of(const std::vector<std::string>& texts) {
  Ref list = checked(Ref(PyList_New(0)));
  for (const std::string& one : texts) {
    const Ref item = checked(text(one));
    if (PyList_Append(list.get(), item.get()) != 0) throw_python_error();
  }
  return list;
}

// [unit, [aliases], display name or None]: lists, because yt_libyt appends to the aliases.
Ref label_list(const Label& label) {
  Ref unit = checked(text(label.unit));
  Ref aliases = list_of(label.aliases);
  Ref display = label.has_display ? checked(text(label.display)) : Ref(Py_NewRef(Py_None));
  return checked(Ref(Py_BuildValue("[OOO]", unit.get(), aliases.get(), display.get())));
}

const char* kind_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::cell_centered: return "cell-centered";
    case FieldKind::face_centered: return "face-centered";
    case FieldKind::derived: return "derived_func";
  }
  return "";
}

Ref field_dict(const std::vector<Field>& fields) {
  Ref all = checked(Ref(PyDict_New()));
  for (const Field& field : fields) {
    Ref entry = checked(Ref(PyDict_New()));
    put(entry, "attribute", label_list(field.label));
    put(entry, "field_type", text(kind_name(field.kind)));
    put(entry, "contiguous_in_x", Ref(PyBool_FromLong(field.contiguous_in_x)));
    put(entry, "ghost_cell", Ref(Py_BuildValue("[hhhhhh]", field.ghost[0], field.ghost[1], field.ghost[2], field.ghost[3], field.ghost[4], field.ghost[5])));
    put(all, field.name, std::move(entry));
  }
  return all;
}

Ref particle_dict(const std::vector<Species>& list) {
  Ref all = checked(Ref(PyDict_New()));
  long label = 0;
  for (const Species& species : list) {
    Ref attributes = checked(Ref(PyDict_New()));
    for (const Attribute& attribute : species.attributes) put(attributes, attribute.name, label_list(attribute.label));
    Ref coordinates = checked(Ref(PyList_New(0)));
    for (int axis = 0; axis < 3; ++axis) {
      const Ref name = species.has_coordinate[axis] ? checked(text(species.coordinate[axis])) : Ref(Py_NewRef(Py_None));
      if (PyList_Append(coordinates.get(), name.get()) != 0) throw_python_error();
    }
    Ref entry = checked(Ref(PyDict_New()));
    put(entry, "attribute", std::move(attributes));
    put(entry, "particle_coor_label", std::move(coordinates));
    put(entry, "label", Ref(PyLong_FromLong(label++)));
    put(all, species.name, std::move(entry));
  }
  return all;
}

// A column of the hierarchy; the array keeps the whole hierarchy alive, also after yt_free.
template <class T>
Ref column(const std::shared_ptr<Hierarchy>& owner, const std::shared_ptr<Ledger>& ledger, std::vector<T>& values, yt_dtype dtype, long width, std::size_t rows) {
  Block block;
  block.pointer = values.data();
  block.dtype = dtype;
  block.ndim = 2;
  block.shape[0] = static_cast<Py_ssize_t>(rows);
  block.shape[1] = width;
  block.writable = true;
  block.owner = owner;
  block.ledger = ledger;
  return checked(array_over(std::move(block)));
}

Ref hierarchy_dict(const Round& round, const std::shared_ptr<Ledger>& ledger) {
  static_assert(sizeof(long) == 8 && sizeof(int) == 4);
  const std::shared_ptr<Hierarchy>& all = round.hierarchy();
  const std::size_t rows = static_cast<std::size_t>(round.parameters().values.num_grids);
  Ref dict = checked(Ref(PyDict_New()));
  put(dict, "grid_left_edge", column(all, ledger, all->left_edge, YT_DOUBLE, 3, rows));
  put(dict, "grid_right_edge", column(all, ledger, all->right_edge, YT_DOUBLE, 3, rows));
  put(dict, "grid_dimensions", column(all, ledger, all->dimensions, YT_INT, 3, rows));
  put(dict, "grid_parent_id", column(all, ledger, all->parent_id, YT_LONG, 1, rows));
  put(dict, "grid_levels", column(all, ledger, all->level, YT_INT, 1, rows));
  put(dict, "proc_num", column(all, ledger, all->proc_num, YT_INT, 1, rows));
  if (const int species = round.parameters().values.num_par_types; species > 0) put(dict, "par_count_list", column(all, ledger, all->par_count, YT_LONG, species, rows));
  return dict;
}

}  // namespace

Session*& current_session() {
  static Session* session = nullptr;
  return session;
}

Session::Session(Runtime& runtime, const yt_param_libyt& settings)
    : runtime_(runtime), check_data_(settings.check_data), verbose_(settings.verbose), number_(settings.counter), comm_(duplicate(runtime.cell_comm())), meeting_(comm_) {
  current_session() = this;
}

Session::~Session() {
  current_session() = nullptr;
  // With a reduction under way, which a cell had left, MPI still writes into the meeting's communicator.
  if (!meeting_.owes()) MPI_Comm_free(&comm_);
}

void Session::set_parameters(const yt_param_yt* param) {
  if (round_) throw Failure(ALLRANKS_ERR_STATE, "the round before has not been freed; call yt_free at its end");
  if (param == nullptr) throw Failure(ALLRANKS_ERR_ARGUMENT, "param_yt is NULL");
  auto round = std::make_unique<Round>(*param, runtime_.rank(), number_);
  if (param->magnetic_unit == DBL_UNDEFINED && runtime_.rank() == 0 && verbose_ != YT_VERBOSE_OFF) {
    std::fprintf(stderr, "[YT_WARNING] yt_set_Parameters: magnetic_unit is not set, it is taken as 1 gauss\n");
  }
  round_ = std::move(round);
  try {
    show_parameters();
  } catch (...) {
    round_.reset();
    throw;
  }
}

Round& Session::open_round(const char* function) {
  if (!round_) throw Failure(ALLRANKS_ERR_STATE, std::string("yt_set_Parameters has not been called in this round; call it before ") + function);
  return *round_;
}

const Round& Session::committed(const char* function) const {
  if (!round_ || !round_->committed()) throw Failure(ALLRANKS_ERR_STATE, std::string("nothing has been committed; call yt_commit before ") + function);
  return *round_;
}

void Session::commit() {
  std::string problem;
  if (!round_) {
    problem = "yt_set_Parameters has not been called in this round; call it before yt_commit";
  } else if (round_->committed()) {
    problem = "the round has been committed already; call yt_free before the next";
  }
  if (const std::string first = common_problem(comm_, problem); !first.empty()) throw Failure(ALLRANKS_ERR_STATE, first);
  round_->commit(comm_, check_data_);
  std::string failed;
  try {
    show_round();
  } catch (const std::exception& error) {
    failed = error.what();
  }
  if (const std::string first = common_problem(comm_, failed); !first.empty()) throw Failure(ALLRANKS_ERR_PYTHON, first);
}

void Session::require_no_round() const {
  if (round_) throw Failure(ALLRANKS_ERR_STATE, "a round has not been freed; call yt_free before yt_finalize");
}

void Session::free_round() {
  const bool committed = round_ && round_->committed();
  {
    const HostState host;
    const Gil gil;
    call_python("end_round", Ref(PyTuple_New(0)));
    // What is still held may hang in reference cycles, such as data sets of yt. Collecting costs tens of milliseconds: rounds of
    // which nothing is left do without.
    if (ledger_->views > 0 || hierarchy_ledger_->views > 0) call_python("collect", Ref(PyTuple_New(0)));
  }
  if (round_ && !committed && verbose_ != YT_VERBOSE_OFF) std::fprintf(stderr, "[YT_WARNING] yt_free: rank %d: the round was never committed\n", runtime_.rank());
  if (ledger_->views > 0 && !told_of_views_ && verbose_ != YT_VERBOSE_OFF) {
    told_of_views_ = true;
    std::fprintf(stderr,
                 "[YT_WARNING] yt_free: rank %d: Python still holds %ld arrays of libyt.grid_data or libyt.particle_data; they show memory that the simulation may free now, "
                 "copy what is to be kept (told once)\n",
                 runtime_.rank(), ledger_->views);
  }
  // Arrays that are still held belong to the rounds before.
  ledger_ = std::make_shared<Ledger>();
  hierarchy_ledger_ = std::make_shared<Ledger>();
  round_.reset();
  ++number_;
}

const Round* Session::round_for_python() const {
  if (round_ && round_->committed()) return round_.get();
  PyErr_SetString(PyExc_RuntimeError, "the simulation has committed no data at this point (yt_commit to yt_free)");
  return nullptr;
}

void Session::call_python(const char* function, Ref arguments) {
  const Ref module = checked(Ref(PyImport_ImportModule("allranks._libyt")));
  const Ref callable = checked(Ref(PyObject_GetAttrString(module.get(), function)));
  if (!arguments) throw_python_error();
  checked(Ref(PyObject_CallObject(callable.get(), arguments.get())));
}

void Session::show_parameters() {
  const HostState host;
  const Gil gil;
  const Parameters& all = round_->parameters();
  const yt_param_yt& p = all.values;
  Ref dict = checked(Ref(PyDict_New()));
  const auto number = [&](const char* key, double value) { put(dict, key, Ref(PyFloat_FromDouble(value))); };
  const auto whole = [&](const char* key, long value) { put(dict, key, Ref(PyLong_FromLong(value))); };
  const auto numbers = [&](const char* key, const double (&v)[3]) { put(dict, key, Ref(Py_BuildValue("(ddd)", v[0], v[1], v[2]))); };
  const auto wholes = [&](const char* key, const int (&v)[3]) { put(dict, key, Ref(Py_BuildValue("(iii)", v[0], v[1], v[2]))); };
  put(dict, "frontend", text(all.frontend));
  put(dict, "fig_basename", text(all.fig_basename));
  number("current_time", p.current_time);
  number("current_redshift", p.current_redshift);
  number("omega_lambda", p.omega_lambda);
  number("omega_matter", p.omega_matter);
  number("hubble_constant", p.hubble_constant);
  number("length_unit", p.length_unit);
  number("mass_unit", p.mass_unit);
  number("time_unit", p.time_unit);
  number("velocity_unit", p.velocity_unit);
  number("magnetic_unit", p.magnetic_unit);
  whole("cosmological_simulation", p.cosmological_simulation);
  whole("dimensionality", p.dimensionality);
  whole("refine_by", p.refine_by);
  whole("index_offset", p.index_offset);
  whole("num_grids", p.num_grids);
  numbers("domain_left_edge", p.domain_left_edge);
  numbers("domain_right_edge", p.domain_right_edge);
  wholes("periodicity", p.periodicity);
  wholes("domain_dimensions", p.domain_dimensions);
  call_python("set_parameters", Ref(PyTuple_Pack(1, dict.get())));
}

void Session::show_round() {
  const HostState host;
  const Gil gil;
  Ref lists = checked(Ref(PyDict_New()));
  if (!round_->field_list().empty()) put(lists, "field_list", field_dict(round_->field_list()));
  if (!round_->species_list().empty()) put(lists, "particle_list", particle_dict(round_->species_list()));
  const Ref hierarchy = hierarchy_dict(*round_, hierarchy_ledger_);
  call_python("show_round", Ref(PyTuple_Pack(2, lists.get(), hierarchy.get())));
}

}  // namespace allranks::libyt
