// A quick look at the text of a cell: `_allranks.first_word` of native/python.
#pragma once
#define PY_SSIZE_T_CLEAN
#include <Python.h>

namespace allranks {

// first_word(cell) of the module `_allranks`, GIL held; `cell` ends with a line feed. What `look_at` of allranks/_plain.py tells, for
// text that is ASCII: the first word of a plain line, a line feed for several plain lines, None for text that IPython may treat in a way of its
// own. NotImplemented for any other text.
PyObject* core_first_word(PyObject* module, PyObject* cell);

}  // namespace allranks
