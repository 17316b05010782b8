#include "guard.h"

#include <dlfcn.h>

#include <stdexcept>
#include <unordered_map>

#include "call.h"
#include "comms.h"
#include "functions_generated.h"
#include "gates.h"
#include "recorder.h"
#include "slots.h"
#include "state.h"

namespace allranks::guard {

namespace {

Slots slots;

// The MPI of the program: what the program's own calls lead to, so that profiling tools between it and MPI see ours too.
void find_functions() {
  Dl_info self{};
  void* library = nullptr;
  if (dladdr(reinterpret_cast<void*>(&MPI_Comm_rank), &self) != 0 && self.dli_fname != nullptr) library = dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  for (std::size_t i = 0; i < kFunctions; ++i) {
    next_functions[i] = dlsym(RTLD_DEFAULT, kNames[i]);
    // A program that was itself loaded privately does not show its libraries.
    if (next_functions[i] == nullptr && library != nullptr) next_functions[i] = dlsym(library, kNames[i]);
  }
  if (library != nullptr) dlclose(library);
}

bool available(Function function) { return next_functions[static_cast<int>(function)] != nullptr; }

void make_errors() {
  check(MPI_Add_error_class(&state.error_class), "MPI_Add_error_class");
  for (int* code : {&state.released_code, &state.refused_code, &state.dead_code, &state.thread_code, &state.child_code}) {
    check(MPI_Add_error_code(state.error_class, code), "MPI_Add_error_code");
  }
  check(MPI_Add_error_string(state.error_class, "ended by the MPI guard of allranks"), "MPI_Add_error_string");
  tell(state.thread_code, "MPI can be called only on the thread that runs the simulation, not on a thread that a cell has started");
  tell(state.child_code, "MPI cannot be called in a forked process: it belongs to the rank");
}

}  // namespace

void install(MPI_Comm cell_comm, const Options& options) {
  if (state.installed) throw std::runtime_error("the MPI guard is installed already");
  state.main_thread = pthread_self();
  state.options = options;
  state.cell_comm = cell_comm;
  check(MPI_Comm_group(cell_comm, &state.cell_group), "MPI_Comm_group");
  check(MPI_Comm_rank(cell_comm, &state.cell_rank), "MPI_Comm_rank");
  check(MPI_Comm_size(cell_comm, &state.cell_size), "MPI_Comm_size");
  make_errors();
  find_functions();
  int threads = MPI_THREAD_SINGLE;
  state.threads_may_call = MPI_Query_thread(&threads) == MPI_SUCCESS && threads == MPI_THREAD_MULTIPLE;
  state.installed = true;
  int world_size = 0;
  check(MPI_Comm_size(MPI_COMM_WORLD, &world_size), "MPI_Comm_size");
  map_comm(MPI_COMM_SELF, true);
  // In a part of the world only, that one's communicator belongs to others too.
  if (world_size == state.cell_size) map_comm(MPI_COMM_WORLD, true);
  map_comm(cell_comm, true);
  make_control_comm();

  std::unordered_map<std::string, void*> replacements;
  for (const Replacement& replacement : kReplaced) {
    if (available(replacement.function) && available(replacement.needs)) replacements.emplace(kNames[static_cast<int>(replacement.function)], replacement.wrapper);
  }
  const auto proof = Function::Wait;
  slots.begin(std::move(replacements), kNames[static_cast<int>(proof)], next_functions[static_cast<int>(proof)]);
  slots.scan();
}

void uninstall() {
  if (!state.installed) return;
  disarm();
  slots.restore();
  forget_all_requests();
  forget_windows_and_files();
  forget_all_comms();
  MPI_Group_free(&state.cell_group);
  state.cell_comm = MPI_COMM_NULL;
  state.installed = false;
}

bool installed() { return state.installed; }

const Modules& rescan() { return slots.scan(); }

bool is_guarded(const std::string& module_path, const std::string& symbol) { return slots.holds(module_path, symbol); }

std::vector<std::string> unprotected() {
  std::vector<std::string> names(kUnprotected, kUnprotected + kUnprotectedGroups);
  for (const Replacement& replacement : kReplaced) {
    if (available(replacement.function) && !available(replacement.needs)) {
      names.push_back(std::string("no nonblocking form in this MPI: ") + kNames[static_cast<int>(replacement.function)]);
    }
  }
  return names;
}

void register_comm(MPI_Comm comm) { map_comm(comm, true); }

void arm(std::uint64_t cell, const Hooks& hooks) {
  if (!state.installed) return;
  rescan();
  sweep_abandoned();
  state.hooks = hooks;
  state.failed = false;
  {
    const std::lock_guard<std::mutex> lock(state.mutex);
    state.cell = cell;
    state.ending.store(state.ending_cell == cell, std::memory_order_release);
  }
  recorder.begin(cell);
  state.armed.store(true, std::memory_order_relaxed);
}

void disarm(bool failed) {
  if (!state.armed.load(std::memory_order_relaxed)) return;
  state.armed.store(false, std::memory_order_relaxed);
  recorder.leave(failed);
  const std::lock_guard<std::mutex> lock(state.mutex);
  state.cell = 0;
  state.ending.store(false, std::memory_order_release);
  state.failed = false;
  state.hooks = {};
}

bool armed() { return state.armed.load(std::memory_order_relaxed); }

bool release(std::uint64_t cell, const std::string& sentence) {
  const std::lock_guard<std::mutex> lock(state.mutex);
  // The first reason is the one that is told.
  if (state.ending_cell != cell) {
    state.ending_cell = cell;
    state.sentence = sentence;
  }
  if (state.cell != cell) return false;
  state.ending.store(true, std::memory_order_release);
  return true;
}

bool interrupt(std::uint64_t cell) { return release(cell, "Interrupted: the cell was interrupted while it was in MPI"); }

int error_class() { return state.error_class; }

int released_code() { return state.released_code; }

std::string ended() {
  if (!state.failed) return {};
  const std::lock_guard<std::mutex> lock(state.mutex);
  return state.sentence;
}

void leave_to_parent() {
  state.child.store(true, std::memory_order_relaxed);
  state.armed.store(false, std::memory_order_relaxed);
}

std::uint64_t gather_begin() { return recorder.gathering_posted(state.cell_size); }

void gather_waits(const char* what, std::uint64_t number) {
  NeedList list;
  list.needs.push_back({FlowKind::collective, 0, kGatherings, kNoPeer, kNoTag, number});
  recorder.wait(what, list);
}

bool gather_must_end(const char* what) {
  recorder.poll();
  return must_end(what);
}

void gather_end(bool met) {
  recorder.go_on();
  recorder.gathering_ended(met);
}

bool poisoned() { return any_comm_waits(); }

void poison_all() { poison_comms(); }

void refresh() {
  if (!state.installed) return;
  sweep_abandoned();
  renew_comms();
  // All ranks do: whatever became of the last ones, they agree about the next.
  recorder.forget(kGatherings);
  sweep_abandoned();
}

void progress_mpi() {
  if (!state.installed) return;
  int found = 0;
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, shadow_of(state.cell_comm), &found, MPI_STATUS_IGNORE);
  recorder.poll();
}

Counters counters() {
  Counters counters;
  add_counters(counters);
  counters.dead_shadows = dead_shadows();
  return counters;
}

ProgressRecord progress() { return recorder.copy(); }

std::uint64_t operations() { return recorder.operations(); }

}  // namespace allranks::guard
