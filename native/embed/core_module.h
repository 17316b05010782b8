// The built-in module `_allranks` (native/python/README.md): what Python in a rank can ask of the library.
#pragma once
struct _object;
typedef struct _object PyObject;

namespace allranks {

class Runtime;

// Init function of the module; needs the GIL. Null with an exception set on failure.
extern "C" PyObject* create_core_module();
// The runtime that the module speaks for; null after finalize. Set before Python runs any code of ours.
void set_core_runtime(Runtime* runtime);

}  // namespace allranks
