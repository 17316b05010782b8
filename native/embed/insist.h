// Interrupts that Python code cannot evade: a signal of the library's own, and a trace function that raises at every line.
//
// SIGINT belongs to the user: a cell may catch it, ignore it or block it. Where it brought no end, the library repeats the
// interrupt by a second signal, whose handler (allranks/_signals.py) decides whether to raise once more or to insist.
#pragma once

struct _object;
typedef struct _object PyObject;

namespace allranks {

// Number of the library's own signal; 0 while it has none. Any thread.
int wake_signal();

// claim_wake_signal(handler) -> int: takes a real-time signal whose disposition is the default, gives it `handler` and lets it through
// on this thread. 0 when there is none, or Python handles signals on another thread. GIL, simulation's thread.
PyObject* core_claim_wake_signal(PyObject*, PyObject* handler);

// insist(namespace: dict) -> None: from now on KeyboardInterrupt is raised at every line that Python runs on this thread on behalf
// of code of `namespace`, in handlers of exceptions too, until sys.settrace is called. Lines of this package are left alone. GIL.
PyObject* core_insist(PyObject*, PyObject* globals);

}  // namespace allranks
