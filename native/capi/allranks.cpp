#include "../include/allranks.h"

#include <mpi.h>
#include <pthread.h>

#include <vector>

#include "../guard/guard.h"
#include "capi.h"

namespace allranks::capi {

namespace {

thread_local std::string t_last_error;
bool g_ended = false;

// A forked child shares ring and MPI with its parent: what it prints must not get into the ring, and it must not take messages.
void in_child() {
  guard::leave_to_parent();
  if (runtime() && runtime()->link()) runtime()->link()->disable_in_child();
}

void require_name(const char* function, const char* name) {
  if (name == nullptr || *name == '\0') throw Failure(ALLRANKS_ERR_ARGUMENT, std::string(function) + ": the name is NULL or empty");
}

}  // namespace

std::unique_ptr<Runtime>& runtime() {
  // Never destroyed: a program may end by exit() at any point, also inside of a cell or with a thread of Python at work, and
  // must then end as it would without the library.
  static auto* const one = new std::unique_ptr<Runtime>;
  return *one;
}

void set_last_error(std::string text) { t_last_error = std::move(text); }
const char* last_error() { return t_last_error.c_str(); }

Runtime& require(const char* function, bool main_thread) {
  if (!runtime()) {
    throw Failure(ALLRANKS_ERR_STATE, std::string(function) + ": called " + (g_ended ? "after the library was finalized" : "before the library was initialised"));
  }
  if (main_thread && !runtime()->on_main_thread()) {
    throw Failure(ALLRANKS_ERR_THREAD, std::string(function) + ": called from another thread than the one that initialised the library; cells run on that thread only");
  }
  return *runtime();
}

void refuse_in_cell(const char* function) {
  if (runtime() && runtime()->on_main_thread() && runtime()->current_index() != 0) {
    throw Failure(ALLRANKS_ERR_STATE, std::string(function) + ": called from inside a cell; a cell cannot contain a safe point, an inline function or the end of the library");
  }
  if (runtime() && runtime()->on_main_thread() && runtime()->in_function()) {
    throw Failure(ALLRANKS_ERR_STATE, std::string(function) + ": called from inside an inline function; it cannot contain a safe point, another inline function or the end of the library");
  }
}

void initialize(const char* function, MPI_Comm comm, const char* script, Api api, const std::string& problem) {
  if (runtime()) throw Failure(ALLRANKS_ERR_STATE, std::string(function) + ": the library is initialised already");
  if (g_ended) throw Failure(ALLRANKS_ERR_STATE, std::string(function) + ": the library was finalized; Python cannot be started a second time in a process");
  int started = 0, ended = 0;
  MPI_Initialized(&started);
  MPI_Finalized(&ended);
  if (!started || ended) throw Failure(ALLRANKS_ERR_STATE, std::string(function) + ": MPI is not running; call it between MPI_Init and MPI_Finalize");
  if (comm == MPI_COMM_NULL) throw Failure(ALLRANKS_ERR_ARGUMENT, std::string(function) + ": the communicator is MPI_COMM_NULL");
  int between = 0;
  if (MPI_Comm_test_inter(comm, &between) == MPI_SUCCESS && between) throw Failure(ALLRANKS_ERR_ARGUMENT, std::string(function) + ": the communicator is an inter-communicator; give one of the simulation's own processes");
  const LetGoOfGil unlocked;
  // The inline script, which runs in here, may fork as well.
  static bool forks_watched = pthread_atfork(nullptr, nullptr, in_child) == 0;
  (void)forks_watched;
  runtime() = std::make_unique<Runtime>(comm, script, api, problem);
}

void finalize(const char* function) {
  Runtime& current = require(function);
  refuse_in_cell(function);
  int over = 0;
  MPI_Finalized(&over);
  if (over) throw Failure(ALLRANKS_ERR_STATE, std::string(function) + ": MPI was finalized before; call it before MPI_Finalize");
  g_ended = true;
  const LetGoOfGil unlocked;
  // Also when it fails half-way, there is no second try.
  std::unique_ptr<Runtime> last = std::move(runtime());
  if (!current.finalize()) (void)last.release();
}

}  // namespace allranks::capi

using namespace allranks;
using namespace allranks::capi;

extern "C" {

#ifndef ALLRANKS_SERIAL
int allranks_initialize(MPI_Comm comm, const char* script) {
  return guarded([&] { initialize("allranks_initialize", comm, script, Api::allranks); });
}
#else
int allranks_initialize_serial(const char* script) {
  return guarded([&] { initialize("allranks_initialize", MPI_COMM_WORLD, script, Api::allranks); });
}
#endif

int allranks_step(int64_t step, double time) {
  return guarded([&] {
    Runtime& current = require("allranks_step");
    refuse_in_cell("allranks_step");
    const LetGoOfGil unlocked;
    current.step(step, time);
  });
}

int allranks_run_function(const char* name, int argc, const char* const* args) {
  return guarded([&] {
    Runtime& current = require("allranks_run_function");
    refuse_in_cell("allranks_run_function");
    // The other ranks may have given what is right: they must not wait for this one.
    std::string problem;
    if (name == nullptr || *name == '\0') problem = "the name is NULL or empty";
    if (argc < 0) problem = "argc is negative";
    std::vector<std::string> texts;
    for (int i = 0; i < argc; ++i) {
      const char* text = args ? args[i] : nullptr;
      if (text == nullptr && problem.empty()) problem = "argument " + std::to_string(i) + " is NULL";
      texts.emplace_back(text ? text : "");
    }
    const LetGoOfGil unlocked;
    if (!problem.empty()) current.refuse_function("allranks_run_function: " + problem);
    current.run_function(name, texts);
  });
}

int allranks_expose(const char* name, void* pointer, allranks_dtype dtype, int ndim, const int64_t* shape, const int64_t* strides, unsigned flags) {
  return guarded([&] {
    Runtime& current = require("allranks_expose", false);
    require_name("allranks_expose", name);
    current.exposed().expose(name, pointer, dtype, ndim, shape, strides, flags);
  });
}

int allranks_withdraw(const char* name) {
  return guarded([&] {
    Runtime& current = require("allranks_withdraw", false);
    require_name("allranks_withdraw", name);
    current.exposed().withdraw(name);
  });
}

#ifndef ALLRANKS_SERIAL
int allranks_expose_comm(const char* name, MPI_Comm comm) {
  return guarded([&] {
    Runtime& current = require("allranks_expose_comm");
    if (comm == MPI_COMM_NULL) throw Failure(ALLRANKS_ERR_ARGUMENT, "allranks_expose_comm: the communicator is MPI_COMM_NULL");
    const bool named = name != nullptr && *name != '\0';
    current.expose_comm(named ? name : "", comm, named ? "" : "the name is NULL or empty");
  });
}
#endif

const char* allranks_last_error(void) { return last_error(); }

int allranks_stop_requested(void) { return runtime() && runtime()->stop_requested() ? 1 : 0; }

int allranks_finalize(void) {
  return guarded([] { finalize("allranks_finalize"); });
}

}  // extern "C"
