#include "insist.h"

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <cstring>

#include "py_ref.h"

namespace allranks {

namespace {

std::atomic<int> g_wake_signal{0};

bool is_own(PyObject* globals) {
  PyObject* name = PyDict_GetItemString(globals, "__name__");
  const char* text = name && PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : nullptr;
  if (!text) {
    PyErr_Clear();
    return false;
  }
  return std::strncmp(text, "allranks.", 9) == 0;
}

// Whether a frame runs for the user: on the way out to its callers, code of the namespace comes before code of this package.
// What this package calls in between, such as IPython's formatting of a traceback, must not be torn.
bool runs_for_user(PyFrameObject* frame, PyObject* user_globals) {
  Ref at(Py_NewRef(reinterpret_cast<PyObject*>(frame)));
  while (at) {
    Ref globals(PyObject_GetAttrString(at.get(), "f_globals"));
    if (!globals) break;
    if (globals.get() == user_globals) return true;
    if (PyDict_Check(globals.get()) && is_own(globals.get())) return false;
    at = Ref(reinterpret_cast<PyObject*>(PyFrame_GetBack(reinterpret_cast<PyFrameObject*>(at.get()))));
  }
  PyErr_Clear();
  return false;
}

// A trace function in C: one in Python would be removed as soon as it raises.
int raise_at_lines(PyObject* user_globals, PyFrameObject* frame, int what, PyObject*) {
  if (what != PyTrace_LINE && what != PyTrace_CALL && what != PyTrace_OPCODE) return 0;
  if (!runs_for_user(frame, user_globals)) return 0;
  PyErr_SetNone(PyExc_KeyboardInterrupt);
  return -1;
}

}  // namespace

int wake_signal() { return g_wake_signal.load(std::memory_order_relaxed); }

PyObject* core_claim_wake_signal(PyObject*, PyObject* handler) {
  int number = g_wake_signal;  // kept when the library is initialised once more
  for (int candidate = SIGRTMAX - 1; candidate > SIGRTMIN && number == 0; --candidate) {
    struct sigaction present {};
    if (sigaction(candidate, nullptr, &present) == 0 && present.sa_handler == SIG_DFL) number = candidate;
  }
  if (number != 0) {
    Ref signal(PyImport_ImportModule("signal"));
    Ref done(signal ? PyObject_CallMethod(signal.get(), "signal", "iO", number, handler) : nullptr);
    if (done) {
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, number);
      pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    } else {
      // On a thread that is not Python's main one: interrupts are not repeated then.
      PyErr_Clear();
      number = 0;
    }
  }
  g_wake_signal = number;
  return PyLong_FromLong(number);
}

PyObject* core_insist(PyObject*, PyObject* globals) {
  if (!PyDict_Check(globals)) {
    PyErr_SetString(PyExc_TypeError, "insist takes the dictionary of a namespace");
    return nullptr;
  }
  PyEval_SetTrace(raise_at_lines, globals);
  if (PyErr_Occurred()) return nullptr;
  Py_RETURN_NONE;
}

}  // namespace allranks
