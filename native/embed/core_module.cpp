#include "core_module.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>

#include "../guard/guard.h"
#include "../link/msgpack.h"
#include "../runtime.h"
#include "cell_text.h"
#include "insist.h"
#include "py_ref.h"
#include "text.h"
#include "watch.h"

namespace allranks {

namespace {

std::atomic<Runtime*> g_runtime{nullptr};
std::atomic<int> g_calls{0};
constexpr std::chrono::milliseconds kStepPatience{100};

// A communicator is a pointer in Open MPI and an int in MPICH. 0: there is no MPI.
template <class Comm>
std::uint64_t handle_of([[maybe_unused]] Comm comm) {
#ifdef ALLRANKS_SERIAL
  return 0;
#endif
  if constexpr (std::is_pointer_v<Comm>) {
    return reinterpret_cast<std::uintptr_t>(comm);
  } else {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(comm));
  }
}

// --- Memory of the simulation as a buffer -------------------------------------------------------------------------

struct MemoryObject {
  PyObject_HEAD
  std::shared_ptr<ExposedBlock>* block;
};

void memory_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  delete reinterpret_cast<MemoryObject*>(self)->block;
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

int memory_getbuffer(PyObject* self, Py_buffer* view, int flags) {
  ExposedBlock& block = **reinterpret_cast<MemoryObject*>(self)->block;
  const bool writable = __atomic_load_n(&block.writable, __ATOMIC_RELAXED);
  if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE && !writable) {
    PyErr_Format(PyExc_BufferError, "array '%s' is read-only; the simulation exposed it without ALLRANKS_WRITABLE", block.name.c_str());
    view->obj = nullptr;
    return -1;
  }
  Py_ssize_t length = item_bytes(block.dtype);
  for (const std::int64_t extent : block.shape) length *= static_cast<Py_ssize_t>(extent);
  view->buf = block.pointer;
  view->obj = Py_NewRef(self);
  view->len = length;
  view->itemsize = static_cast<Py_ssize_t>(item_bytes(block.dtype));
  view->readonly = writable ? 0 : 1;
  view->ndim = static_cast<int>(block.shape.size());
  view->format = (flags & PyBUF_FORMAT) ? const_cast<char*>(buffer_format(block.dtype)) : nullptr;
  view->shape = reinterpret_cast<Py_ssize_t*>(block.shape.data());
  view->strides = reinterpret_cast<Py_ssize_t*>(block.strides.data());
  view->suboffsets = nullptr;
  view->internal = nullptr;
  static_assert(sizeof(Py_ssize_t) == sizeof(std::int64_t));
  __atomic_fetch_add(&block.views, 1, __ATOMIC_RELAXED);
  const Runtime* current = g_runtime.load(std::memory_order_acquire);
  __atomic_store_n(&block.taken_by, current ? current->current_index() : 0, __ATOMIC_RELAXED);
  return 0;
}

void memory_releasebuffer(PyObject* self, Py_buffer*) {
  __atomic_fetch_sub(&(*reinterpret_cast<MemoryObject*>(self)->block)->views, 1, __ATOMIC_RELAXED);
}

PyType_Slot memory_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(memory_dealloc)},
    {Py_bf_getbuffer, reinterpret_cast<void*>(memory_getbuffer)},
    {Py_bf_releasebuffer, reinterpret_cast<void*>(memory_releasebuffer)},
    {Py_tp_doc, const_cast<char*>("Memory of the simulation, shown through the buffer protocol.")},
    {0, nullptr},
};
PyType_Spec memory_spec = {"_allranks.Memory", sizeof(MemoryObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, memory_slots};
PyObject* memory_type = nullptr;

Ref view_of(const std::shared_ptr<ExposedBlock>& block) {
  Ref numpy(PyImport_ImportModule("numpy"));
  if (!numpy) return {};
  Ref memory(reinterpret_cast<PyTypeObject*>(memory_type)->tp_alloc(reinterpret_cast<PyTypeObject*>(memory_type), 0));
  if (!memory) return {};
  reinterpret_cast<MemoryObject*>(memory.get())->block = new std::shared_ptr<ExposedBlock>(block);
  return Ref(PyObject_CallMethod(numpy.get(), "asarray", "O", memory.get()));
}

PyObject* core_array(PyObject*, PyObject* argument) {
  const CoreCall current;
  if (!current) return nullptr;
  const char* name = PyUnicode_AsUTF8(argument);
  if (!name) return nullptr;
  const auto block = current->exposed().find(name);
  if (!block) {
    PyErr_SetObject(PyExc_KeyError, argument);
    return nullptr;
  }
  return view_of(block).release();
}

PyObject* core_array_names(PyObject*, PyObject*) {
  const CoreCall current;
  if (!current) return nullptr;
  Ref list(PyList_New(0));
  for (const std::string& name : current->exposed().names()) {
    Ref item(PyUnicode_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size())));
    if (!item || PyList_Append(list.get(), item.get()) != 0) return nullptr;
  }
  return list.release();
}

PyObject* core_arrays(PyObject*, PyObject*) {
  const CoreCall current;
  if (!current) return nullptr;
  Ref all(PyDict_New());
  for (const std::string& name : current->exposed().names()) {
    const auto block = current->exposed().find(name);
    if (!block) continue;
    Ref view = view_of(block);
    if (!view || PyDict_SetItemString(all.get(), name.c_str(), view.get()) != 0) return nullptr;
  }
  return all.release();
}

PyObject* core_comms(PyObject*, PyObject*) {
  const CoreCall current;
  if (!current) return nullptr;
  Ref all(PyDict_New());
  for (const auto& [name, comm] : current->comms()) {
    Ref handle(PyLong_FromUnsignedLongLong(handle_of(comm)));
    if (!handle || PyDict_SetItemString(all.get(), name.c_str(), handle.get()) != 0) return nullptr;
  }
  return all.release();
}

// --- Position -----------------------------------------------------------------------------------------------------

PyObject* core_step(PyObject*, PyObject*) {
  const CoreCall current;
  return current ? PyLong_FromLongLong(current->current_step()) : nullptr;
}

PyObject* core_time(PyObject*, PyObject*) {
  const CoreCall current;
  return current ? PyFloat_FromDouble(current->current_time()) : nullptr;
}

PyObject* core_index(PyObject*, PyObject*) {
  const CoreCall current;
  return current ? PyLong_FromUnsignedLongLong(current->current_index()) : nullptr;
}

PyObject* core_in_cell(PyObject*, PyObject*) {
  const Runtime* current = g_runtime.load(std::memory_order_acquire);
  return PyBool_FromLong(current && current->current_index() != 0);
}

PyObject* core_connected(PyObject*, PyObject*) {
  ++g_calls;
  Runtime* current = g_runtime.load();
  const bool there = current && current->link() && current->link()->connected();
  --g_calls;
  return PyBool_FromLong(there);
}

// --- Output -------------------------------------------------------------------------------------------------------

PyObject* send_frame(protocol::RingKind kind, std::uint64_t index, const char* data, Py_ssize_t length) {
  const CoreCall current;
  return current ? current.send(kind, index, data, length) : nullptr;
}

PyObject* send_packed(protocol::RingKind kind, PyObject* args) {
  Py_buffer payload;
  unsigned long long index = 0;
  if (!PyArg_ParseTuple(args, "y*K", &payload, &index)) return nullptr;
  PyObject* sent = send_frame(kind, index, static_cast<const char*>(payload.buf), payload.len);
  PyBuffer_Release(&payload);
  return sent;
}

PyObject* core_publish(PyObject*, PyObject* args) { return send_packed(protocol::RingKind::publish, args); }
PyObject* core_notice(PyObject*, PyObject* args) { return send_packed(protocol::RingKind::notice, args); }

PyObject* core_ask_input(PyObject*, PyObject* args) {
  const char* data = nullptr;
  Py_ssize_t length = 0;
  unsigned long long index = 0;
  if (!PyArg_ParseTuple(args, "y#K", &data, &length, &index)) return nullptr;
  const CoreCall current;
  if (!current) return nullptr;
  BridgeLink* link = current->link();
  if (!link) {
    PyErr_SetString(PyExc_EOFError, "no front end is connected that could answer");
    return nullptr;
  }
  if (link->in_child()) {
    PyErr_SetString(PyExc_EOFError, "a forked process cannot ask for input");
    return nullptr;
  }
  std::uint64_t asked = 0;
  for (;;) {
    // A bridge that was started anew does not know of the question.
    if (current->rank() == 0 && link->connection() != asked) {
      asked = link->connection();
      Ref sent(send_frame(protocol::RingKind::input_request, index, data, length));
      if (!sent) return nullptr;
    }
    std::optional<std::string> value;
    {
      NoGil unlocked;
      value = link->wait_input(index, std::chrono::milliseconds(50));
    }
    if (value) return PyBytes_FromStringAndSize(value->data(), static_cast<Py_ssize_t>(value->size()));
    if (PyErr_CheckSignals() != 0) return nullptr;
  }
}

PyObject* core_interrupt_taken(PyObject*, PyObject*) {
  ++g_calls;
  Runtime* current = g_runtime.load();
  const double age_s = current && current->link() && current->on_main_thread() ? current->link()->interrupt_taken() : 0;
  --g_calls;
  return PyFloat_FromDouble(age_s);
}

// --- The MPI guard --------------------------------------------------------------------------------------------------

PyObject* core_mpi_rescan(PyObject*, PyObject*) {
  const CoreCall current;
  if (!current) return nullptr;
  // The guard belongs to the main thread; what another one imports is found when the next cell begins.
  if (current->on_main_thread() && guard::installed()) {
    try {
      guard::rescan();
    } catch (const std::exception& error) {
      PyErr_SetString(PyExc_ImportError, error.what());
      return nullptr;
    }
  }
  Py_RETURN_NONE;
}

PyObject* core_mpi_ended(PyObject*, PyObject*) {
  const CoreCall current;
  if (!current) return nullptr;
  const std::string sentence = current->on_main_thread() && guard::installed() ? guard::ended() : std::string();
  if (sentence.empty()) Py_RETURN_NONE;
  return PyUnicode_DecodeUTF8(sentence.data(), static_cast<Py_ssize_t>(sentence.size()), "replace");
}

PyObject* core_mpi_released_code(PyObject*, PyObject*) { return PyLong_FromLong(guard::released_code()); }

PyObject* core_mpi_guarded(PyObject*, PyObject* argument) {
  const CoreCall current;
  if (!current) return nullptr;
  const char* path = PyUnicode_AsUTF8(argument);
  if (!path) return nullptr;
  return PyBool_FromLong(current->on_main_thread() && guard::installed() && guard::is_guarded(path, "MPI_Allreduce") && guard::is_guarded(path, "MPI_Recv"));
}

PyMethodDef methods[] = {
    {"step", core_step, METH_NOARGS, "Current step of the simulation."},
    {"time", core_time, METH_NOARGS, "Current physical time, in the simulation's units."},
    {"index", core_index, METH_NOARGS, "Command-log index of what runs on the main thread; 0: nothing."},
    {"in_cell", core_in_cell, METH_NOARGS, "Whether a cell runs on the main thread."},
    {"connected", core_connected, METH_NOARGS, "Whether a bridge is there."},
    {"array", core_array, METH_O, "A view of exposed memory; KeyError for an unknown name."},
    {"arrays", core_arrays, METH_NOARGS, "Views of all exposed memory by name."},
    {"array_names", core_array_names, METH_NOARGS, "Names of exposed memory."},
    {"comms", core_comms, METH_NOARGS, "Handles of the communicators that the simulation offers, by name."},
    {"begin_text", core_begin_text, METH_O, "begin_text(index): text of this thread, the main one, belongs to that command; 0: to none."},
    {"put_text", core_put_text, METH_VARARGS, "put_text(stream, text, index): text to stdout (1) or stderr (2) of a cell."},
    {"offer_text", core_offer_text, METH_VARARGS, "offer_text(stream, utf8, index): the same for bytes, without waiting; False: not taken."},
    {"offer_publish", core_offer_publish, METH_VARARGS, "offer_publish(payload, index): publish without waiting; False: not taken."},
    {"flush_text", core_flush_text, METH_NOARGS, "Hand all text to the bridge; waits for room."},
    {"forget_text", core_forget_text, METH_NOARGS, "In a forked child: drop the parent's text."},
    {"text_writer", core_text_writer, METH_VARARGS, "text_writer(stream, elsewhere): the method write of a text stream."},
    {"publish", core_publish, METH_VARARGS, "publish(payload, index): a display, result, clear or comm message."},
    {"notice", core_notice, METH_VARARGS, "notice(payload, index): news for the bridge."},
    {"ask_input", core_ask_input, METH_VARARGS, "ask_input(payload, index): waits for the line that the front end gives."},
    {"interrupt_taken", core_interrupt_taken, METH_NOARGS, "Python has seen the interrupt of what runs; returns its age, seconds."},
    {"claim_wake_signal", core_claim_wake_signal, METH_O, "claim_wake_signal(handler): the signal that repeats interrupts; 0: none."},
    {"insist", core_insist, METH_O, "insist(namespace): KeyboardInterrupt at every line that runs for the namespace."},
    {"first_word", core_first_word, METH_O, "first_word(cell): a look at the text of a cell, see cell_text.h."},
    {"watch", core_watch, METH_O, "watch(parts): an object whose same() tells whether names and lists are what they were."},
    {"mpi_rescan", core_mpi_rescan, METH_NOARGS, "Guards the MPI calls of modules that were loaded since the last time."},
    {"mpi_ended", core_mpi_ended, METH_NOARGS, "The sentence with which MPI calls of what runs were ended; None: they were not."},
    {"mpi_released_code", core_mpi_released_code, METH_NOARGS, "Error code of MPI calls that were ended."},
    {"mpi_guarded", core_mpi_guarded, METH_O, "Whether the MPI calls of the extension module with that path are guarded."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_allranks", "The library's side of the package allranks.", -1, methods, nullptr, nullptr, nullptr, nullptr};

}  // namespace

CoreCall::CoreCall() {
  ++g_calls;
  runtime_ = g_runtime.load();
  if (!runtime_) PyErr_SetString(PyExc_RuntimeError, "allranks is not initialised, or has been finalized");
}

CoreCall::~CoreCall() { --g_calls; }

BridgeLink* CoreCall::link() const { return runtime_->link(); }

PyObject* CoreCall::send(protocol::RingKind kind, std::uint64_t index, const char* data, Py_ssize_t length) const {
  return wait([&](BridgeLink& link, const BridgeLink::Patience& patience) { link.send(kind, 0, index, {data, static_cast<std::size_t>(length)}, patience); });
}

PyObject* CoreCall::await_others() const {
  return wait([](BridgeLink& link, const BridgeLink::Patience& patience) { link.await_others(patience); });
}

PyObject* CoreCall::wait(const std::function<void(BridgeLink&, const std::function<bool()>&)>& act) const {
  BridgeLink* link = runtime_->link();
  if (!link || link->in_child()) Py_RETURN_NONE;
  // The first wait lets go of the GIL, and only a thread that has to look for signals takes it between two looks at the ring: others
  // wait for their turn behind this one, which must not depend on whoever keeps the GIL.
  std::optional<NoGil> unlocked;
  if (!runtime_->on_main_thread()) {
    act(*link, [&] {
      if (!unlocked) unlocked.emplace();
      link->pause_for_room();
      return true;
    });
    unlocked.reset();
    Py_RETURN_NONE;
  }
  // A step of the simulation does not wait for a notebook that reads slowly: what finds no room in time is counted as lost.
  const bool bounded = runtime_->current_index() == 0;
  const auto deadline = std::chrono::steady_clock::now() + kStepPatience;
  act(*link, [&] {
    unlocked.emplace();
    link->pause_for_room();
    unlocked.reset();
    return PyErr_CheckSignals() == 0 && !(bounded && std::chrono::steady_clock::now() > deadline);
  });
  if (PyErr_Occurred()) return nullptr;
  Py_RETURN_NONE;
}

extern "C" PyObject* create_core_module() {
  Ref module(PyModule_Create(&definition));
  if (!module) return nullptr;
  if (!memory_type) memory_type = PyType_FromSpec(&memory_spec);
  if (!memory_type) return nullptr;
  const Runtime* current = g_runtime.load();
  if (!current) {
    PyErr_SetString(PyExc_ImportError, "allranks works only inside a simulation that has called allranks_initialize");
    return nullptr;
  }
  if (PyModule_AddIntConstant(module.get(), "rank", current->rank()) != 0 || PyModule_AddIntConstant(module.get(), "size", current->size()) != 0 ||
      PyModule_AddIntConstant(module.get(), "world_size", current->world_size()) != 0 ||
      PyModule_AddStringConstant(module.get(), "mpi_library_version", current->mpi_version().c_str()) != 0) {
    return nullptr;
  }
  PyObject* handle = PyLong_FromUnsignedLongLong(handle_of(current->cell_comm()));
  if (!handle || PyModule_AddObject(module.get(), "comm_handle", handle) != 0) {
    Py_XDECREF(handle);
    return nullptr;
  }
  return module.release();
}

void set_core_runtime(Runtime* current) { g_runtime.store(current); }

bool await_core_calls(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (g_calls != 0) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace allranks
