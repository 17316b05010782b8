// get_field_remote and get_particle_remote: Python's arguments, agreement on failures, dictionaries of results. The copies
// themselves are made in exchange.cpp.
#include "remote.h"

#include <exception>
#include <functional>
#include <unordered_set>

#include "../runtime.h"
#include "../steps/common_problem.h"
#include "../steps/mpi_guard.h"
#include "exchange.h"

namespace allranks::libyt {

namespace {

// What is asked for in every grid: a field, or an attribute of a species.
struct Item {
  std::string first;   // field, or species
  std::string second;  // attribute
};

// A Python exception put aside while the ranks agree; this rank raises its own, the others are told of it.
class Aside {
 public:
  Aside() = default;
  ~Aside() {
    Py_XDECREF(type_);
    Py_XDECREF(value_);
    Py_XDECREF(traceback_);
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  // Takes the one that is set, if any, unless one is held already.
  void take() {
    if (!PyErr_Occurred()) return;
    if (type_) {
      PyErr_Clear();
      return;
    }
    PyErr_Fetch(&type_, &value_, &traceback_);
    PyErr_NormalizeException(&type_, &value_, &traceback_);
    const Ref said(value_ ? PyObject_Str(value_) : nullptr);
    const char* what = said ? PyUnicode_AsUTF8(said.get()) : nullptr;
    text_ = std::string(reinterpret_cast<PyTypeObject*>(type_)->tp_name) + ": " + (what ? what : "");
    PyErr_Clear();
  }
  bool held() const { return type_ != nullptr; }
  const std::string& text() const { return text_; }
  void raise() {
    PyErr_Restore(type_, value_, traceback_);
    type_ = value_ = traceback_ = nullptr;
  }

 private:
  PyObject *type_ = nullptr, *value_ = nullptr, *traceback_ = nullptr;
  std::string text_;
};

// The first `length` elements of a list, tuple, array or other sequence.
bool read_integers(PyObject* sequence, Py_ssize_t length, const char* name, std::vector<long>* out) {
  const Ref fast(PySequence_Fast(sequence, "a sequence of grid ids or ranks is expected"));
  if (!fast) return false;
  if (length < 0 || PySequence_Fast_GET_SIZE(fast.get()) < length) {
    PyErr_Format(PyExc_ValueError, "%s has %zd elements, but its length is given as %zd", name, PySequence_Fast_GET_SIZE(fast.get()), length);
    return false;
  }
  for (Py_ssize_t i = 0; i < length; ++i) {
    long value = 0;
    if (!to_gid(PySequence_Fast_GET_ITEM(fast.get(), i), &value)) return false;
    out->push_back(value);
  }
  return true;
}

struct Request {
  std::vector<Item> items;
  std::vector<long> prepare;
  std::vector<Wanted> wanted;
};

bool read_grids(const Round& round, int size, PyObject* prepare, Py_ssize_t prepare_length, PyObject* ids, PyObject* ranks, Py_ssize_t length, Request* request) {
  std::vector<long> gids, owners;
  if (!read_integers(prepare, prepare_length, "to_prepare", &request->prepare) || !read_integers(ids, length, "nonlocal_id", &gids) ||
      !read_integers(ranks, length, "nonlocal_rank", &owners)) {
    return false;
  }
  for (const long gid : request->prepare) {
    if (round.local(gid) >= 0) continue;
    PyErr_Format(PyExc_ValueError, "to_prepare names grid %ld, which is not on rank %d", gid, round.rank());
    return false;
  }
  std::unordered_set<long> seen;
  for (std::size_t i = 0; i < gids.size(); ++i) {
    const std::int64_t row = round.row(gids[i]);
    if (row < 0) {
      PyErr_Format(PyExc_ValueError, "there is no grid %ld", gids[i]);
      return false;
    }
    if (owners[i] < 0 || owners[i] >= size) {
      PyErr_Format(PyExc_ValueError, "grid %ld is wanted of rank %ld, which does not exist", gids[i], owners[i]);
      return false;
    }
    // Each grid has one place in the result.
    if (seen.insert(gids[i]).second) request->wanted.push_back({gids[i], static_cast<int>(owners[i])});
  }
  return true;
}

bool read_fields(const Round& round, PyObject* names, Py_ssize_t length, Request* request) {
  const Ref fast(PySequence_Fast(names, "fname_list must be a sequence of names"));
  if (!fast) return false;
  if (length < 0 || PySequence_Fast_GET_SIZE(fast.get()) < length) {
    PyErr_Format(PyExc_ValueError, "fname_list has %zd elements, but its length is given as %zd", PySequence_Fast_GET_SIZE(fast.get()), length);
    return false;
  }
  for (Py_ssize_t i = 0; i < length; ++i) {
    Item item;
    if (!to_name(PySequence_Fast_GET_ITEM(fast.get(), i), &item.first)) return false;
    if (round.field_index(item.first) < 0) {
      PyErr_Format(PyExc_ValueError, "there is no field '%s'", item.first.c_str());
      return false;
    }
    request->items.push_back(std::move(item));
  }
  return true;
}

bool read_attributes(const Round& round, PyObject* wanted, PyObject* keys, Request* request) {
  const Ref iterator(PyObject_GetIter(keys));
  if (!iterator) return false;
  while (const Ref key{PyIter_Next(iterator.get())}) {
    std::string species;
    if (!to_name(key.get(), &species)) return false;
    const int s = round.species_index(species);
    if (s < 0) {
      PyErr_Format(PyExc_ValueError, "there is no particle type '%s'", species.c_str());
      return false;
    }
    const Ref list(PyObject_GetItem(wanted, key.get()));
    const Ref fast(list ? PySequence_Fast(list.get(), "the attributes of a particle type must be a sequence of names") : nullptr);
    if (!fast) return false;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast.get()); ++i) {
      Item item{species, {}};
      if (!to_name(PySequence_Fast_GET_ITEM(fast.get(), i), &item.second)) return false;
      if (round.attribute_index(s, item.second) < 0) {
        PyErr_Format(PyExc_ValueError, "particle type '%s' has no attribute '%s'", species.c_str(), item.second.c_str());
        return false;
      }
      request->items.push_back(std::move(item));
    }
  }
  return !PyErr_Occurred();
}

// Memory of one item in a grid of this rank; what had to be computed for it is kept alive in `computed`.
bool field_extent(const Round& round, long gid, const Item& item, Extent* extent, std::vector<Ref>* computed) {
  const int index = round.field_index(item.first);
  const std::int64_t at = round.local(gid);
  if (at >= 0 && round.field_list()[static_cast<std::size_t>(index)].kind != FieldKind::derived) {
    const yt_data& data = round.field_data(at, index);
    if (data.data_ptr == nullptr) {
      PyErr_Format(PyExc_ValueError, "the simulation gave no data for field '%s' of grid %ld", item.first.c_str(), gid);
      return false;
    }
    extent->pointer = data.data_ptr;
    extent->dtype = data.data_dtype;
    extent->ndim = round.dimensionality();
    for (int axis = 0; axis < 3; ++axis) extent->shape[axis] = data.data_dimensions[axis];
    return true;
  }
  Ref array = derive(round, gid, item.first, extent);
  if (!array) return false;
  computed->push_back(std::move(array));
  return true;
}

bool particle_extent(const Round& round, long gid, const Item& item, Extent* extent, std::vector<Ref>* computed) {
  const std::int64_t at = round.local(gid);
  if (at >= 0) {
    const int s = round.species_index(item.first);
    const yt_data& data = round.particle_data(at, s, round.attribute_index(s, item.second));
    if (data.data_ptr != nullptr) {
      extent->pointer = data.data_ptr;
      extent->dtype = data.data_dtype;
      extent->ndim = 1;
      extent->shape[0] = data.data_dimensions[0];
      return true;
    }
  }
  Ref array = particles(round, gid, item.first, item.second, extent);
  if (!array) return false;
  computed->push_back(std::move(array));
  return true;
}

using ExtentOf = bool (*)(const Round&, long, const Item&, Extent*, std::vector<Ref>*);

// One call on all ranks. Each step that can fail on one rank ends with an agreement, so that no rank goes into the next alone.
class Remote {
 public:
  Remote(Session& session, bool particles) : session_(session), particles_(particles), extent_of_(particles ? particle_extent : field_extent) {}

  PyObject* run(const std::function<bool(const Round&, Request*)>& read) {
    if (!session_.runtime().on_main_thread()) {
      PyErr_SetString(PyExc_RuntimeError, "data of other ranks can be fetched on the main thread only");
      return nullptr;
    }
    if (BridgeLink* link = session_.runtime().link(); link != nullptr && link->in_child()) {
      PyErr_SetString(PyExc_RuntimeError, "data of other ranks cannot be fetched in a forked process");
      return nullptr;
    }
    try {
      const Round* round = session_.round_for_python();
      Request request;
      if (round) read(*round, &request);
      own_.take();
      if (!come_together()) return nullptr;
      if (!all_well() || !same_items(request)) return finish({});
      Exchange exchange(session_.comm(), request.wanted, static_cast<int>(request.items.size()));
      {
        const NoGil unlocked;
        exchange.ask();
      }
      offer(*round, request, &exchange);
      if (!all_well()) return finish({});
      {
        const NoGil unlocked;
        exchange.answer();
      }
      Ref result = make_arrays(request, exchange);
      if (!all_well()) return finish({});
      {
        const NoGil unlocked;
        exchange.fetch([&](std::size_t n, int item) { return targets_[n * request.items.size() + static_cast<std::size_t>(item)]; });
      }
      return finish(std::move(result));
    } catch (const std::exception& error) {
      PyErr_SetString(PyExc_RuntimeError, error.what());
      return nullptr;
    }
  }

 private:
  // False: interrupted, and the exception is set.
  bool come_together() {
    bool interrupted = false;
    bool together = false;
    {
      const NoGil unlocked;
      MpiGuard::Wait wait(session_.runtime().guard(), particles_ ? "get_particle_remote" : "get_field_remote");
      together = session_.meeting().join([&] {
        const Gil locked;
        interrupted = interrupted || PyErr_CheckSignals() != 0;
        // A rank that has left this function by an exception does not come.
        if (!interrupted && wait.must_end()) {
          interrupted = true;
          set_ended(wait.ended());
        }
        if (interrupted) interrupt_.take();
        return !interrupted;
      });
      if (together) wait.met();
    }
    if (!together) interrupt_.raise();
    return together;
  }

  // RankDeparted, or KeyboardInterrupt.
  static void set_ended(const std::string& why) {
    const Ref module(PyImport_ImportModule("allranks._departed"));
    const Ref error(module ? PyObject_CallMethod(module.get(), "of_sentence", "s", why.c_str()) : nullptr);
    if (error) PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
  }

  bool all_well() {
    const NoGil unlocked;
    common_ = common_problem(session_.comm(), own_.text());
    return common_.empty();
  }

  bool same_items(const Request& request) {
    std::string names;
    for (const Item& item : request.items) names += item.first + '\n' + item.second + '\0';
    const std::uint64_t hash = std::hash<std::string>()(names);
    const std::uint64_t mine[2] = {hash, ~hash};
    std::uint64_t least[2];
    const NoGil unlocked;
    Runtime::check_mpi(MPI_Allreduce(mine, least, 2, MPI_UINT64_T, MPI_MIN, session_.comm()), "MPI_Allreduce");
    if (least[0] == ~least[1]) return true;
    common_ = "the names that are asked for differ between ranks";
    return false;
  }

  void offer(const Round& round, const Request& request, Exchange* exchange) {
    try {
      for (const std::int64_t gid : exchange->asked()) {
        for (const Item& item : request.items) {
          Extent extent;
          if (!extent_of_(round, static_cast<long>(gid), item, &extent, &computed_)) return own_.take();
          exchange->offer(extent);
        }
      }
    } catch (const std::bad_alloc&) {
      PyErr_NoMemory();
      own_.take();
    }
  }

  // {gid: {field: array}} or {gid: {species: {attribute: array or None}}}, to be filled.
  Ref make_arrays(const Request& request, const Exchange& exchange) {
    Ref all(PyDict_New());
    for (std::size_t n = 0; all && n < request.wanted.size(); ++n) {
      const Ref gid(PyLong_FromLongLong(request.wanted[n].gid));
      Ref grid(PyDict_New());
      for (std::size_t i = 0; gid && grid && i < request.items.size(); ++i) {
        const Piece& piece = exchange.piece(n, static_cast<int>(i));
        void* data = nullptr;
        int shape[3] = {piece.shape[0], piece.shape[1], piece.shape[2]};
        Ref array = particles_ && piece.bytes() == 0 ? Ref(Py_NewRef(Py_None)) : new_array(static_cast<yt_dtype>(piece.dtype), piece.ndim, shape, &data, false);
        targets_.push_back(data);
        if (!array || !store(grid.get(), request.items[i], array.get())) break;
      }
      if (PyErr_Occurred() || !gid || !grid || PyDict_SetItem(all.get(), gid.get(), grid.get()) != 0) break;
    }
    own_.take();
    return all;
  }

  bool store(PyObject* grid, const Item& item, PyObject* array) {
    const Ref first(PyUnicode_DecodeUTF8(item.first.data(), static_cast<Py_ssize_t>(item.first.size()), "surrogateescape"));
    if (!first) return false;
    if (!particles_) return PyDict_SetItem(grid, first.get(), array) == 0;
    const Ref empty(PyDict_New());
    PyObject* species = empty ? PyDict_SetDefault(grid, first.get(), empty.get()) : nullptr;
    const Ref second(PyUnicode_DecodeUTF8(item.second.data(), static_cast<Py_ssize_t>(item.second.size()), "surrogateescape"));
    return species && second && PyDict_SetItem(species, second.get(), array) == 0;
  }

  PyObject* finish(Ref result) {
    if (own_.held()) {
      own_.raise();
      return nullptr;
    }
    if (interrupt_.held()) {
      interrupt_.raise();
      return nullptr;
    }
    if (common_.empty()) return result.release();
    PyErr_Format(PyExc_RuntimeError, "Error occurred in other MPI process. %s", common_.c_str());
    return nullptr;
  }

  Session& session_;
  const bool particles_;
  const ExtentOf extent_of_;
  Aside own_, interrupt_;
  std::string common_;
  std::vector<Ref> computed_;  // what the others read from
  std::vector<void*> targets_;
};

}  // namespace

PyObject* get_field_remote(Session& session, PyObject* args) {
  PyObject *names = nullptr, *prepare = nullptr, *ids = nullptr, *ranks = nullptr;
  Py_ssize_t name_count = 0, prepare_count = 0, count = 0;
  const bool parsed = PyArg_ParseTuple(args, "OnOnOOn:get_field_remote", &names, &name_count, &prepare, &prepare_count, &ids, &ranks, &count);
  return Remote(session, false).run([&](const Round& round, Request* request) {
    return parsed && read_fields(round, names, name_count, request) && read_grids(round, session.runtime().size(), prepare, prepare_count, ids, ranks, count, request);
  });
}

PyObject* get_particle_remote(Session& session, PyObject* args) {
  PyObject *wanted = nullptr, *keys = nullptr, *prepare = nullptr, *ids = nullptr, *ranks = nullptr;
  Py_ssize_t prepare_count = 0, count = 0;
  const bool parsed = PyArg_ParseTuple(args, "OOOnOOn:get_particle_remote", &wanted, &keys, &prepare, &prepare_count, &ids, &ranks, &count);
  return Remote(session, true).run([&](const Round& round, Request* request) {
    return parsed && read_attributes(round, wanted, keys, request) && read_grids(round, session.runtime().size(), prepare, prepare_count, ids, ranks, count, request);
  });
}

}  // namespace allranks::libyt
