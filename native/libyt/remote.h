// Data of grids that other ranks have. All functions need the GIL; null with an exception set on failure.
#pragma once
#include <string>

#include "../embed/py_ref.h"
#include "session.h"

namespace allranks::libyt {

// Memory of one grid's field or attribute, and its form.
struct Extent {
  const void* pointer = nullptr;
  yt_dtype dtype = YT_DTYPE_UNKNOWN;
  int ndim = 0;
  int shape[3] = {1, 1, 1};
};

bool to_gid(PyObject* object, long* gid);
// str and bytes alike.
bool to_name(PyObject* object, std::string* name);

// A derived field in a grid of this rank, computed by the simulation. `extent`, if not null, tells where it lies in the array.
Ref derive(const Round& round, long gid, const std::string& name, Extent* extent);
// An attribute by get_par_attr; None when the grid has no particles.
Ref particles(const Round& round, long gid, const std::string& species, const std::string& attribute, Extent* extent);

// Collective; `args` as Python gave them.
PyObject* get_field_remote(Session& session, PyObject* args);
PyObject* get_particle_remote(Session& session, PyObject* args);

}  // namespace allranks::libyt
