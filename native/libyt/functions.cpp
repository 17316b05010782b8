// What Python calls of the module `libyt`, apart from fetching data of other ranks (remote.cpp).
#include <unistd.h>

#include <exception>
#include <string>

#include "dtype.h"
#include "remote.h"
#include "session.h"

namespace allranks::libyt {

namespace {

Session* session_for_python() {
  Session* session = current_session();
  if (!session) PyErr_SetString(PyExc_RuntimeError, "libyt has not been initialised, or has been finalized");
  return session;
}

Ref view_of(const Session& session, const yt_data& data, int ndim) {
  Block block;
  block.pointer = data.data_ptr;
  block.dtype = data.data_dtype;
  block.ndim = ndim;
  for (int axis = 0; axis < ndim; ++axis) block.shape[axis] = data.data_dimensions[axis];
  block.ledger = session.ledger();
  return array_over(std::move(block));
}

Ref name_of(const std::string& name) { return Ref(PyUnicode_DecodeUTF8(name.data(), static_cast<Py_ssize_t>(name.size()), "surrogateescape")); }

// --- derived_func, get_particle -----------------------------------------------------------------------------------

PyObject* derived_func(PyObject*, PyObject* args) {
  PyObject *gid_object = nullptr, *name_object = nullptr;
  if (!PyArg_ParseTuple(args, "OO:derived_func", &gid_object, &name_object)) return nullptr;
  Session* session = session_for_python();
  const Round* round = session ? session->round_for_python() : nullptr;
  long gid = 0;
  std::string name;
  if (!round || !to_gid(gid_object, &gid) || !to_name(name_object, &name)) return nullptr;
  return derive(*round, gid, name, nullptr).release();
}

PyObject* get_particle(PyObject*, PyObject* args) {
  PyObject *gid_object = nullptr, *species_object = nullptr, *attribute_object = nullptr;
  if (!PyArg_ParseTuple(args, "OOO:get_particle", &gid_object, &species_object, &attribute_object)) return nullptr;
  Session* session = session_for_python();
  const Round* round = session ? session->round_for_python() : nullptr;
  long gid = 0;
  std::string species, attribute;
  if (!round || !to_gid(gid_object, &gid) || !to_name(species_object, &species) || !to_name(attribute_object, &attribute)) return nullptr;
  return particles(*round, gid, species, attribute, nullptr).release();
}

// --- For allranks._libyt ------------------------------------------------------------------------------------------

PyObject* local_grids(PyObject*, PyObject* argument) {
  Session* session = session_for_python();
  const Round* round = session ? session->round_for_python() : nullptr;
  if (!round) return nullptr;
  const bool particles = PyObject_IsTrue(argument) == 1;
  Ref list(PyList_New(0));
  for (std::size_t i = 0; list && i < round->local_ids().size(); ++i) {
    bool any = false;
    const std::int64_t at = static_cast<std::int64_t>(i);
    if (particles) {
      for (std::size_t s = 0; s < round->species_list().size(); ++s) {
        for (std::size_t a = 0; a < round->species_list()[s].attributes.size(); ++a) any = any || round->particle_data(at, static_cast<int>(s), static_cast<int>(a)).data_ptr != nullptr;
      }
    } else {
      for (std::size_t f = 0; f < round->field_list().size(); ++f) any = any || round->field_data(at, static_cast<int>(f)).data_ptr != nullptr;
    }
    if (!any) continue;
    const Ref gid(PyLong_FromLong(round->local_ids()[i]));
    if (!gid || PyList_Append(list.get(), gid.get()) != 0) return nullptr;
  }
  return list.release();
}

PyObject* fields_of(PyObject*, PyObject* argument) {
  Session* session = session_for_python();
  const Round* round = session ? session->round_for_python() : nullptr;
  long gid = 0;
  if (!round || !to_gid(argument, &gid)) return nullptr;
  const std::int64_t at = round->local(gid);
  Ref dict(PyDict_New());
  for (std::size_t f = 0; dict && at >= 0 && f < round->field_list().size(); ++f) {
    const yt_data& data = round->field_data(at, static_cast<int>(f));
    // A derived field has no memory of its own; a pointer given for it would be of unknown extent.
    if (data.data_ptr == nullptr || round->field_list()[f].kind == FieldKind::derived) continue;
    const Ref view = view_of(*session, data, round->dimensionality());
    const Ref name = name_of(round->field_list()[f].name);
    if (!view || !name || PyDict_SetItem(dict.get(), name.get(), view.get()) != 0) return nullptr;
  }
  return dict.release();
}

PyObject* particles_of(PyObject*, PyObject* argument) {
  Session* session = session_for_python();
  const Round* round = session ? session->round_for_python() : nullptr;
  long gid = 0;
  if (!round || !to_gid(argument, &gid)) return nullptr;
  const std::int64_t at = round->local(gid);
  Ref dict(PyDict_New());
  for (std::size_t s = 0; dict && at >= 0 && s < round->species_list().size(); ++s) {
    const Species& species = round->species_list()[s];
    Ref inner(PyDict_New());
    for (std::size_t a = 0; inner && a < species.attributes.size(); ++a) {
      const yt_data& data = round->particle_data(at, static_cast<int>(s), static_cast<int>(a));
      if (data.data_ptr == nullptr) continue;
      const Ref view = view_of(*session, data, 1);
      const Ref name = name_of(species.attributes[a].name);
      if (!view || !name || PyDict_SetItem(inner.get(), name.get(), view.get()) != 0) return nullptr;
    }
    if (!inner) return nullptr;
    if (PyDict_GET_SIZE(inner.get()) == 0) continue;
    const Ref name = name_of(species.name);
    if (!name || PyDict_SetItem(dict.get(), name.get(), inner.get()) != 0) return nullptr;
  }
  return dict.release();
}

PyObject* field_remote(PyObject*, PyObject* args) {
  Session* session = session_for_python();
  return session ? get_field_remote(*session, args) : nullptr;
}

PyObject* particle_remote(PyObject*, PyObject* args) {
  Session* session = session_for_python();
  return session ? get_particle_remote(*session, args) : nullptr;
}

PyMethodDef libyt_methods[] = {
    {"derived_func", derived_func, METH_VARARGS,
     "derived_func(gid, field_name): a derived field in one grid of this rank, as a new array without ghost cells. Local."},
    {"get_particle", get_particle, METH_VARARGS,
     "get_particle(gid, ptype, attr): an attribute of the particles in one grid of this rank by get_par_attr, as a new array; None if there are none. Local."},
    {"get_field_remote", field_remote, METH_VARARGS,
     "get_field_remote(fname_list, fname_list_len, to_prepare, to_prepare_len, nonlocal_id, nonlocal_rank, nonlocal_len) -> {gid: {field: array}}.\n"
     "Copies of fields of grids of other ranks. Collective: all ranks call it, with the same fields; a failure on one raises on all."},
    {"get_particle_remote", particle_remote, METH_VARARGS,
     "get_particle_remote(ptf, ptf_keys, to_prepare, to_prepare_len, nonlocal_id, nonlocal_rank, nonlocal_len) -> {gid: {ptype: {attr: array or None}}}.\n"
     "Copies of particles in grids of other ranks. Collective: all ranks call it, with the same attributes; a failure on one raises on all."},
    {nullptr, nullptr, 0, nullptr},
};

PyMethodDef native_methods[] = {
    {"local_grids", local_grids, METH_O, "local_grids(particles): ids of this rank's grids that have data of that kind."},
    {"fields_of", fields_of, METH_O, "fields_of(gid): {field: view} of one grid."},
    {"particles_of", particles_of, METH_O, "particles_of(gid): {ptype: {attr: view}} of one grid."},
    {nullptr, nullptr, 0, nullptr},
};

bool add(PyObject* module, PyMethodDef* methods) {
  const Ref name(PyUnicode_FromString("libyt"));
  for (PyMethodDef* method = methods; name && method->ml_name != nullptr; ++method) {
    const Ref function(PyCFunction_NewEx(method, nullptr, name.get()));
    if (!function || PyObject_SetAttrString(module, method->ml_name, function.get()) != 0) return false;
  }
  return static_cast<bool>(name);
}

}  // namespace

bool add_functions(PyObject* libyt, PyObject* native) { return add(libyt, libyt_methods) && add(native, native_methods); }

bool to_gid(PyObject* object, long* gid) {
  const Ref index(PyNumber_Index(object));
  if (!index) return false;
  *gid = PyLong_AsLong(index.get());
  return !PyErr_Occurred();
}

bool to_name(PyObject* object, std::string* name) {
  Py_ssize_t length = 0;
  if (PyBytes_Check(object)) {
    name->assign(PyBytes_AS_STRING(object), static_cast<std::size_t>(PyBytes_GET_SIZE(object)));
    return true;
  }
  if (!PyUnicode_Check(object)) {
    PyErr_Format(PyExc_TypeError, "a name must be str or bytes, not %s", Py_TYPE(object)->tp_name);
    return false;
  }
  const char* utf8 = PyUnicode_AsUTF8AndSize(object, &length);
  if (!utf8) return false;
  name->assign(utf8, static_cast<std::size_t>(length));
  return true;
}

namespace {

// The simulation's own code. It may throw; it may not reach Python's frames by that.
template <class Callback>
bool call_simulation(const char* what, const std::string& name, long gid, Callback&& callback) {
  std::string failed;
  {
    const NoGil unlocked;
    try {
      callback();
    } catch (const std::exception& error) {
      failed = error.what();
      if (failed.empty()) failed = "an exception without text";
    } catch (...) {
      failed = "an unknown exception";
    }
  }
  if (failed.empty()) return true;
  PyErr_Format(PyExc_RuntimeError, "%s of the simulation threw for '%s' in grid %ld: %s", what, name.c_str(), gid, failed.c_str());
  return false;
}

bool require_local(const Round& round, long gid, std::int64_t* at) {
  *at = round.local(gid);
  if (*at >= 0) return true;
  if (const std::int64_t row = round.row(gid); row >= 0) {
    PyErr_Format(PyExc_ValueError, "grid %ld lies on rank %d, not on rank %d", gid, static_cast<int>(round.hierarchy()->proc_num[static_cast<std::size_t>(row)]), round.rank());
  } else {
    PyErr_Format(PyExc_ValueError, "there is no grid %ld", gid);
  }
  return false;
}

}  // namespace

Ref derive(const Round& round, long gid, const std::string& name, Extent* extent) {
  std::int64_t at = -1;
  if (!require_local(round, gid, &at)) return {};
  const int index = round.field_index(name);
  if (index < 0) {
    PyErr_Format(PyExc_ValueError, "there is no field '%s'", name.c_str());
    return {};
  }
  const Field& field = round.field_list()[static_cast<std::size_t>(index)];
  if (field.derive == nullptr) {
    PyErr_Format(PyExc_NotImplementedError, "field '%s' has no derived_func", name.c_str());
    return {};
  }
  Extent mine;
  mine.dtype = field.dtype;
  mine.ndim = round.dimensionality();
  round.array_cells(round.row(gid), field.contiguous_in_x, &mine.shape);
  void* data = nullptr;
  Ref array = new_array(mine.dtype, mine.ndim, mine.shape, &data);
  if (!array) return {};
  yt_array out;
  out.gid = gid;
  out.data_length = static_cast<long>(mine.shape[0]) * mine.shape[1] * mine.shape[2];
  out.data_ptr = data;
  if (!call_simulation("derived_func", name, gid, [&] { field.derive(1, &gid, field.name.c_str(), &out); })) return {};
  mine.pointer = data;
  if (extent) *extent = mine;
  return array;
}

Ref particles(const Round& round, long gid, const std::string& species_name, const std::string& attribute_name, Extent* extent) {
  std::int64_t at = -1;
  if (!require_local(round, gid, &at)) return {};
  const int s = round.species_index(species_name);
  if (s < 0) {
    PyErr_Format(PyExc_ValueError, "there is no particle type '%s'", species_name.c_str());
    return {};
  }
  const int a = round.attribute_index(s, attribute_name);
  if (a < 0) {
    PyErr_Format(PyExc_ValueError, "particle type '%s' has no attribute '%s'", species_name.c_str(), attribute_name.c_str());
    return {};
  }
  const Species& species = round.species_list()[static_cast<std::size_t>(s)];
  Extent mine;
  mine.dtype = species.attributes[static_cast<std::size_t>(a)].dtype;
  mine.ndim = 1;
  mine.shape[0] = round.particle_data(at, s, a).data_dimensions[0];
  if (extent) *extent = mine;
  if (mine.shape[0] == 0) return Ref(Py_NewRef(Py_None));
  if (species.get == nullptr) {
    PyErr_Format(PyExc_NotImplementedError, "particle type '%s' has no get_par_attr", species_name.c_str());
    return {};
  }
  void* data = nullptr;
  Ref array = new_array(mine.dtype, 1, mine.shape, &data);
  if (!array) return {};
  yt_array out;
  out.gid = gid;
  out.data_length = mine.shape[0];
  out.data_ptr = data;
  if (!call_simulation("get_par_attr", species_name + "." + attribute_name, gid, [&] { species.get(1, &gid, species.name.c_str(), attribute_name.c_str(), &out); })) return {};
  mine.pointer = data;
  if (extent) *extent = mine;
  return array;
}

}  // namespace allranks::libyt
