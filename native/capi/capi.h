// What allranks.h and libyt.h share: the one runtime of the process and the way exceptions become statuses.
#pragma once
#include <memory>
#include <string>

#include "../embed/py_ref.h"
#include "../runtime.h"

namespace allranks::capi {

std::unique_ptr<Runtime>& runtime();
void set_last_error(std::string text);
const char* last_error();

// A host that runs Python itself may call with the GIL in its hands: it is let go for the length of the call, or nothing else
// of Python could run while a pause lasts.
class LetGoOfGil {
 public:
  LetGoOfGil() {
    if (Py_IsInitialized() && PyGILState_GetThisThreadState() != nullptr && PyGILState_GetThisThreadState() == present_state()) state_ = PyEval_SaveThread();
  }
  ~LetGoOfGil() {
    if (state_ != nullptr) PyEval_RestoreThread(state_);
  }
  LetGoOfGil(const LetGoOfGil&) = delete;
  LetGoOfGil& operator=(const LetGoOfGil&) = delete;

 private:
  static PyThreadState* present_state() {
#if PY_VERSION_HEX >= 0x030d0000
    return PyThreadState_GetUnchecked();
#else
    return _PyThreadState_UncheckedGet();
#endif
  }
  PyThreadState* state_ = nullptr;
};

// Throws Failure when a cell or inline function is running: code of the simulation that it calls must not come to a safe point
// inside of it.
void refuse_in_cell(const char* function);
// Throws Failure unless the library is initialised and, for `main_thread`, called on the thread that initialised.
Runtime& require(const char* function, bool main_thread = true);
// Creates the runtime, or refuses `problem` on all ranks. Throws Failure.
void initialize(const char* function, MPI_Comm comm, const char* script, Api api, const std::string& problem = {});
void finalize(const char* function);

// Runs the body of a C function: any exception becomes a status and the text of last_error.
template <class Body>
int guarded(Body&& body) {
  try {
    body();
    return ALLRANKS_OK;
  } catch (const Failure& failure) {
    set_last_error(failure.what());
    return failure.status();
  } catch (const std::bad_alloc&) {
    set_last_error("out of memory");
    return ALLRANKS_ERR_SYSTEM;
  } catch (const std::exception& error) {
    set_last_error(error.what());
    return ALLRANKS_ERR_INTERNAL;
  } catch (...) {
    set_last_error("an unknown exception");
    return ALLRANKS_ERR_INTERNAL;
  }
}

}  // namespace allranks::capi
