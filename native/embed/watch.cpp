#include "watch.h"

#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "py_ref.h"

namespace allranks {

namespace {

// What CPython counts up at every change of a dict. Later versions have it no more: there each look reads the names.
std::uint64_t version_of(PyObject* dict) {
#if PY_VERSION_HEX < 0x030C0000
  return reinterpret_cast<PyDictObject*>(dict)->ma_version_tag;
#else
  static_cast<void>(dict);
  return 0;
#endif
}

struct Names {
  Ref dict;
  std::vector<std::pair<Ref, Ref>> present;
  std::vector<Ref> absent;
  std::uint64_t good = 0;

  // Keys are strings, whose comparison runs no code of the user; an error can only be a lack of memory.
  bool same() {
    const std::uint64_t version = version_of(dict.get());
    if (good != 0 && good == version) return true;
    for (const auto& [name, value] : present) {
      if (PyDict_GetItemWithError(dict.get(), name.get()) == value.get()) continue;
      PyErr_Clear();
      return false;
    }
    for (const Ref& name : absent) {
      if (PyDict_GetItemWithError(dict.get(), name.get()) == nullptr && PyErr_Occurred() == nullptr) continue;
      PyErr_Clear();
      return false;
    }
    good = version;
    return true;
  }
};

struct Members {
  Ref list;
  std::vector<Ref> values;

  bool same() const {
    if (PyList_GET_SIZE(list.get()) != static_cast<Py_ssize_t>(values.size())) return false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (PyList_GET_ITEM(list.get(), static_cast<Py_ssize_t>(i)) != values[i].get()) return false;
    }
    return true;
  }
};

struct Watched {
  std::vector<Names> names;
  std::vector<Members> members;

  bool same() {
    for (const Members& one : members) {
      if (!one.same()) return false;
    }
    for (Names& one : names) {
      if (!one.same()) return false;
    }
    return true;
  }
};

// Made once for the life of the interpreter, so it takes no part in the search for cycles.
struct WatchObject {
  PyObject_HEAD
  Watched* watched;
};

PyObject* watch_same(PyObject* self, PyObject*) { return PyBool_FromLong(reinterpret_cast<WatchObject*>(self)->watched->same()); }

void watch_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  delete reinterpret_cast<WatchObject*>(self)->watched;
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef watch_methods[] = {
    {"same", watch_same, METH_NOARGS, "Whether everything watched is what it was."},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot watch_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(watch_dealloc)},
    {Py_tp_methods, watch_methods},
    {0, nullptr},
};
PyType_Spec watch_spec = {"_allranks.Watch", sizeof(WatchObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, watch_slots};

bool refuse(const char* sentence) {
  PyErr_SetString(PyExc_TypeError, sentence);
  return false;
}

bool add_names(Watched& watched, PyObject* owner, PyObject* values, PyObject* absent) {
  Names names;
  // The dict of a class is reached through the class alone.
  PyObject* dict = PyType_Check(owner) ? reinterpret_cast<PyTypeObject*>(owner)->tp_dict : owner;
  if (dict == nullptr || !PyDict_Check(dict) || !PyDict_Check(values) || !PyTuple_Check(absent)) {
    return refuse("watch: a part is (dict or class, dict, tuple) or (list, tuple)");
  }
  names.dict = Ref(Py_NewRef(dict));
  PyObject *name = nullptr, *value = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(values, &at, &name, &value) != 0;) {
    if (!PyUnicode_CheckExact(name)) return refuse("watch: a name is no string");
    names.present.emplace_back(Py_NewRef(name), Py_NewRef(value));
  }
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(absent); ++i) {
    if (!PyUnicode_CheckExact(PyTuple_GET_ITEM(absent, i))) return refuse("watch: a name is no string");
    names.absent.emplace_back(Py_NewRef(PyTuple_GET_ITEM(absent, i)));
  }
  watched.names.push_back(std::move(names));
  return true;
}

void add_members(Watched& watched, PyObject* list, PyObject* values) {
  Members members;
  members.list = Ref(Py_NewRef(list));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(values); ++i) members.values.emplace_back(Py_NewRef(PyTuple_GET_ITEM(values, i)));
  watched.members.push_back(std::move(members));
}

bool add(Watched& watched, PyObject* part) {
  if (PyTuple_Check(part) && PyTuple_GET_SIZE(part) == 3) {
    return add_names(watched, PyTuple_GET_ITEM(part, 0), PyTuple_GET_ITEM(part, 1), PyTuple_GET_ITEM(part, 2));
  }
  if (!PyTuple_Check(part) || PyTuple_GET_SIZE(part) != 2 || !PyList_Check(PyTuple_GET_ITEM(part, 0)) || !PyTuple_Check(PyTuple_GET_ITEM(part, 1))) {
    return refuse("watch: a part is (dict or class, dict, tuple) or (list, tuple)");
  }
  add_members(watched, PyTuple_GET_ITEM(part, 0), PyTuple_GET_ITEM(part, 1));
  return true;
}

}  // namespace

PyObject* core_watch(PyObject*, PyObject* parts) {
  static PyObject* const type = PyType_FromSpec(&watch_spec);
  Ref items(PySequence_Tuple(parts));
  if (!type || !items) return nullptr;
  try {
    auto watched = std::make_unique<Watched>();
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(items.get()); ++i) {
      if (!add(*watched, PyTuple_GET_ITEM(items.get(), i))) return nullptr;
    }
    PyObject* object = PyType_GenericAlloc(reinterpret_cast<PyTypeObject*>(type), 0);
    if (object) reinterpret_cast<WatchObject*>(object)->watched = watched.release();
    return object;
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace allranks
