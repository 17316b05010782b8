// Whether names and lists of the interpreter are still what they were: `_allranks.watch` of native/python.
#pragma once
#define PY_SSIZE_T_CLEAN
#include <Python.h>

namespace allranks {

// watch(parts) of the module `_allranks`, GIL held. `parts` is a sequence of
//   (dict or class, {name: value}, (name, ...)): each name has that very object as its value; the names behind have none
//   (list, (value, ...)): exactly these objects, in this order
// Returns an object whose method `same()` tells whether all of that still holds. It compares references only, so no code of the
// user runs; and a dict that nobody has written to since it was found good is not looked into again.
PyObject* core_watch(PyObject* module, PyObject* parts);

}  // namespace allranks
