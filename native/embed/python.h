// The Python interpreter of one rank and the calls into `allranks._embed` (native/python/README.md).
//
// All functions may be called without the GIL; each takes it for its own duration. They are called on the thread that
// initialised, except `serve`, which belongs to the service thread.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../shm/protocol_generated.h"

struct _object;
typedef struct _object PyObject;

namespace allranks {

class QuickCalls;

struct Script {
  std::string name;    // module name
  std::string path;    // for tracebacks
  std::string source;  // the bytes of the file; Python decodes them as it does for modules (PEP 263)
};

struct CallResult {
  protocol::OutcomeStatus status;
  std::string payload;
};

class Python {
 public:
  // Starts the interpreter, or joins one that runs already. Throws Failure.
  Python();
  ~Python();
  Python(const Python&) = delete;
  Python& operator=(const Python&) = delete;

  // Python ran before the library did: the interpreter is the program's.
  bool joined() const { return joined_; }
  // For a program that is joined, while it waits in the library: runs its signal handlers. True: one of them has raised, which
  // `allranks.step` tells the program when the call is over.
  bool handler_raised();

  // Version of the linked libpython, e.g. "3.11.7".
  static std::string version();

  // Runs the inline script. Empty: fine; else the traceback.
  std::string start(const Script& script, int rank, int size, bool tolerant);
  CallResult run_cell(const std::string& payload) { return run("run_cell", payload); }
  CallResult call(const std::string& payload) { return run("call", payload); }
  // After `run_cell` and `call`, when the outcome is under way: Python as the next cell and the simulation expect it.
  void end_command();
  // The simulation goes on after cells: built-in names are the job's again.
  void leave_cells();
  std::string serve(const std::string& payload);
  // Value of a condition and the text of an error.
  std::pair<bool, std::string> until(const std::string& expression);
  // Empty text: fine; else the traceback. `step`: that of the simulation.
  std::string run_function(const std::string& name, const std::vector<std::string>& args, std::int64_t step);
  // libyt: the module `libyt` and `libyt.param_user[key]`. Throw Failure.
  void make_libyt_module(bool interactive, bool jupyter);
  void set_user_parameter(const std::string& key, const std::vector<long long>& values);
  void set_user_parameter(const std::string& key, const std::vector<unsigned long long>& values);
  void set_user_parameter(const std::string& key, const std::vector<double>& values);
  void set_user_parameter(const std::string& key, const std::string& value);
  // What the user has set to run and was not called in this round: texts ended by NUL, names and arguments, each function ended by
  // an empty one. Empty: nothing.
  std::string functions_due();
  // An inline function that is not idle has failed in this round, on this rank.
  bool function_failed();
  // yt_free: functions count as not called.
  void end_round();
  // Loads mpi4py and asks whether the MPI guard stands before its calls. Empty: yes, or there is none; else what is wrong.
  std::string prove_guard(const char* lost);
  // Why this rank cannot be debugged, in one sentence; empty: it can. Loads nothing.
  std::string debugger();
  // Line in the code of the user that this thread is in: of the cell that runs (`cell`), else of the inline script; 0: not known. Also
  // while the caller has let go of the GIL.
  std::uint32_t line_of_caller(bool cell);
  std::string fold(const std::vector<std::string>& texts);
  // Lets Python write out and free what it holds; the interpreter itself stays.
  void stop();

 private:
  CallResult run(const char* function, const std::string& payload);
  // Ends a forked child of user code that returns from Python; the GIL is held. Does nothing in the rank itself.
  void leave_if_child(bool failed);
  // A function of `allranks._embed` that takes and returns nothing.
  void call_quietly(const char* function);
  void store_user_parameter(const std::string& key, PyObject* value);
  const int pid_;
  bool joined_ = false;
  PyObject* embed_ = nullptr;
  PyObject* libyt_ = nullptr;
  PyObject* script_ = nullptr;  // module of the inline script
  std::unique_ptr<QuickCalls> quick_;
  // Cells have run since the simulation's own code did: `_embed` has to leave them.
  bool among_cells_ = false;
};

}  // namespace allranks
