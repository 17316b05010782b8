#include "quick_call.h"

#include "../guard/guard.h"

namespace allranks {

namespace {

// As many as `_inline.py` keeps compiled; arguments may differ at every call.
constexpr std::size_t kMostKnown = 256;

std::string key_of(const std::string& name, const std::vector<std::string>& args) {
  std::string key = name;
  for (const std::string& arg : args) (key += '\0') += arg;
  return key;
}

}  // namespace

// Interned, for the life of the process. Of those below, `_inline.py`, `_signals.py` and `_debug.py` are the owners.
struct QuickCalls::Names {
  PyObject* status = PyUnicode_InternFromString("status");
  PyObject* in_round = PyUnicode_InternFromString("in_round");
  PyObject* step = PyUnicode_InternFromString("step");
  PyObject* calls = PyUnicode_InternFromString("calls");
  PyObject* wanted = PyUnicode_InternFromString("wanted");
  PyObject* ok = PyUnicode_InternFromString("ok");
  PyObject* armed = PyUnicode_InternFromString("armed");
  PyObject* first = PyUnicode_InternFromString("_first");
  PyObject* without_sigint = PyUnicode_InternFromString("_without_sigint");
  PyObject* inside = PyUnicode_InternFromString("_inside");
  PyObject* late = PyUnicode_InternFromString("_late");
  PyObject* session = PyUnicode_InternFromString("_session");
};

const QuickCalls::Names& QuickCalls::names() {
  static const Names one;
  return one;
}

void QuickCalls::learn(PyObject* embed, const std::string& name, const std::vector<std::string>& args) {
  if (known_.count(key_of(name, args)) != 0) return;
  const Ref list(PyList_New(0));
  for (const std::string& arg : args) {
    const Ref item(PyUnicode_DecodeUTF8(arg.data(), static_cast<Py_ssize_t>(arg.size()), "surrogateescape"));
    if (!item || PyList_Append(list.get(), item.get()) != 0) return PyErr_Clear();
  }
  const Ref parts(PyObject_CallMethod(embed, "quick_call", "s#O", name.data(), static_cast<Py_ssize_t>(name.size()), list.get()));
  PyObject *space = nullptr, *interrupts = nullptr, *debugger = nullptr, *status = nullptr, *code = nullptr;
  if (!parts || !PyArg_ParseTuple(parts.get(), "O!OOOO!", &PyDict_Type, &space, &interrupts, &debugger, &status, &PyCode_Type, &code)) return PyErr_Clear();
  namespace_ = Ref(Py_NewRef(space));
  interrupts_ = Ref(Py_NewRef(interrupts));
  debugger_ = Ref(Py_NewRef(debugger));
  if (known_.size() >= kMostKnown) known_.clear();
  known_[key_of(name, args)] = {Ref(Py_NewRef(status)), Ref(Py_NewRef(code))};
}

void QuickCalls::forget() {
  known_.clear();
  namespace_ = Ref();
  interrupts_ = Ref();
  debugger_ = Ref();
}

QuickCalls::End QuickCalls::call(const std::string& name, const std::vector<std::string>& args, std::int64_t step) {
  const auto found = args.empty() ? known_.find(name) : known_.find(key_of(name, args));
  if (found == known_.end()) return End::elsewhere;
  const Names& of = names();
  PyObject* const status = found->second.status.get();
  PyObject *const interrupts = interrupts_.get(), *const debugger = debugger_.get();
  const auto is = [](PyObject* object, PyObject* attribute, PyObject* value) {
    const Ref has(PyObject_GetAttr(object, attribute));
    return has.get() == value;
  };
  const auto set = [](PyObject* object, PyObject* attribute, PyObject* value) { return value != nullptr && PyObject_SetAttr(object, attribute, value) == 0; };

  const Ref wanted(PyObject_GetAttr(status, of.wanted));
  const bool usual = is(status, of.status, of.ok) && wanted && PyUnicode_Check(wanted.get()) && PyUnicode_CompareWithASCIIString(wanted.get(), "idle") != 0 && is(debugger, of.session, Py_None);
  const Ref calls(usual ? PyObject_GetAttr(status, of.calls) : nullptr);
  const Ref more(calls && PyLong_Check(calls.get()) ? PyLong_FromLongLong(PyLong_AsLongLong(calls.get()) + 1) : nullptr), now(PyLong_FromLongLong(step));
  if (!more || !set(status, of.step, now.get()) || !set(debugger, of.inside, Py_True) || !set(debugger, of.late, Py_False) || !set(interrupts, of.first, Py_None) ||
      !set(interrupts, of.without_sigint, Py_True) || !set(interrupts, of.armed, Py_True) || !set(status, of.calls, more.get())) {
    PyErr_Clear();
    return End::elsewhere;
  }
  // The names of the call are taken from the namespace at each call: a cell may have defined them anew.
  const Ref code(Py_NewRef(found->second.code.get()));
  const Ref result(PyEval_EvalCode(code.get(), namespace_.get(), namespace_.get()));
  if (!result) return End::unusual;
  const bool fine = set(interrupts, of.without_sigint, Py_False) && set(interrupts, of.armed, Py_False) && set(debugger, of.inside, Py_False) && set(status, of.in_round, of.ok) &&
                    is(interrupts, of.first, Py_None) && is(debugger, of.session, Py_None) && (!guard::installed() || guard::ended().empty());
  if (!fine) PyErr_Clear();
  return fine ? End::well : End::unusual;
}

}  // namespace allranks
