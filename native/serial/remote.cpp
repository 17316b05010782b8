// Data of other ranks in a build without MPI: there are none, and the answer is None, as libyt's is.
#include "../libyt/remote.h"

namespace allranks::libyt {

PyObject* get_field_remote(Session&, PyObject*) { return Py_NewRef(Py_None); }
PyObject* get_particle_remote(Session&, PyObject*) { return Py_NewRef(Py_None); }

}  // namespace allranks::libyt
