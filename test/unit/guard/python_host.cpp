// A simulation for tests in Python: owns MPI and the guard, reached by ctypes, whose calls are the simulation's own.
#include <cstring>
#include <memory>

#include "cell_scene.h"

namespace {
std::unique_ptr<scene::Scene> stage;
MPI_Comm cell_comm = MPI_COMM_NULL;
std::string text;
}  // namespace

extern "C" {
#pragma GCC visibility push(default)

void host_start() {
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided);
  MPI_Comm_dup(MPI_COMM_WORLD, &cell_comm);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_set_errhandler(cell_comm, MPI_ERRORS_RETURN);
  allranks::guard::install(cell_comm);
  stage = std::make_unique<scene::Scene>(cell_comm);
}

std::uint64_t host_comm() { 
  std::uint64_t handle = 0;
  std::memcpy(&handle, &cell_comm, sizeof cell_comm);
  return handle;
}

void host_begin(std::uint64_t cell) { stage->begin(cell); }
void host_depart() { stage->depart(); }
double host_since_departure_ms() { return stage->since_departure_ms(); }
void host_end(int failed) { stage->end_cell(failed != 0); }

// Between cells: the simulation's own collectives, then repair. Returns 0 when all is right.
int host_between(int everything) {
  int sum = 0;
  if (MPI_Barrier(MPI_COMM_WORLD) != MPI_SUCCESS) return 1;
  for (MPI_Comm comm : {MPI_COMM_WORLD, cell_comm}) {
    if (MPI_Allreduce(&stage->rank, &sum, 1, MPI_INT, MPI_SUM, comm) != MPI_SUCCESS || sum != stage->size * (stage->size - 1) / 2) return 2;
  }
  if (everything) allranks::guard::poison_all();
  scene::Scene::agree_and_refresh(cell_comm);
  return allranks::guard::poisoned() ? 3 : 0;
}

// The simulation communicates on its own communicator although a cell runs: what a callback from a cell does.
int host_callback() {
  int sum = 0;
  MPI_Allreduce(&stage->rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  return sum;
}

const char* host_modules() {
  text.clear();
  for (const std::string& path : allranks::guard::rescan().patched) text += path + "\n";
  return text.c_str();
}
int host_guards(const char* path, const char* symbol) { return allranks::guard::is_guarded(path, symbol) ? 1 : 0; }

const char* host_counters() {
  const auto counters = allranks::guard::counters();
  text = "abandoned " + std::to_string(counters.abandoned) + ", dead shadows " + std::to_string(counters.dead_shadows) + ", kept bytes " +
         std::to_string(counters.abandoned_bytes) + ", pinned bytes " + std::to_string(counters.pinned_bytes);
  return text.c_str();
}

void host_stop() {
  stage->end();
  stage.reset();
  allranks::guard::uninstall();
  MPI_Finalize();
}

#pragma GCC visibility pop
}
