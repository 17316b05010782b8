// The built-in module `_allranks` (native/python/README.md): what Python in a rank can ask of the library.
#pragma once
#include <chrono>

struct _object;
typedef struct _object PyObject;

namespace allranks {

class Runtime;

// Init function of the module; needs the GIL. Null with an exception set on failure.
extern "C" PyObject* create_core_module();
// The runtime that the module speaks for; null after finalize. Set before Python runs any code of ours.
void set_core_runtime(Runtime* runtime);
// After set_core_runtime(nullptr): waits for Python threads that are inside of calls, for example in a write that waits for
// room. False: one still is after `limit`, and what it uses must stay. The caller must not hold the GIL.
bool await_core_calls(std::chrono::milliseconds limit);

}  // namespace allranks
