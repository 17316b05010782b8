// What the parts of the guard share: whether it is armed, the error codes, and the release of the present cell.
#pragma once
#include <mpi.h>
#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "guard.h"

namespace allranks::guard {

struct State {
  std::atomic<bool> armed{false};
  bool installed = false;
  pthread_t main_thread{};
  MPI_Comm cell_comm = MPI_COMM_NULL;  // the host's; its group numbers the ranks
  MPI_Group cell_group = MPI_GROUP_NULL;
  int cell_rank = 0;
  int cell_size = 1;
  Options options;
  Hooks hooks;

  // One class for all errors of the guard; a code per reason, so that their texts do not overwrite each other.
  int error_class = MPI_ERR_OTHER;
  int released_code = MPI_ERR_OTHER;
  int refused_code = MPI_ERR_OTHER;
  int dead_code = MPI_ERR_OTHER;
  // Their texts are set once: they are given on other threads, where MPI must not be called, and in forked processes.
  int thread_code = MPI_ERR_OTHER;
  int child_code = MPI_ERR_OTHER;
  // MPI_THREAD_MULTIPLE: outside of cells other threads may call MPI.
  bool threads_may_call = false;
  std::atomic<bool> child{false};

  // Written by any thread under `mutex`; `ending` is what waits look at.
  std::mutex mutex;
  std::uint64_t cell = 0;
  std::uint64_t ending_cell = 0;
  std::string sentence;
  std::atomic<bool> ending{false};
  // Main thread: the text has been given to MPI, calls fail from now on.
  bool failed = false;
};

extern State state;

inline bool guarded() {
  return state.armed.load(std::memory_order_relaxed) && pthread_equal(pthread_self(), state.main_thread);
}
inline bool on_other_thread() {
  return state.child.load(std::memory_order_relaxed) || (state.installed && !pthread_equal(pthread_self(), state.main_thread));
}
// Is this a place where modules must not call MPI: a forked process, or another thread while a cell runs or MPI does not allow it?
inline bool elsewhere() {
  if (state.child.load(std::memory_order_relaxed)) return true;
  if (!state.armed.load(std::memory_order_relaxed) && (state.threads_may_call || !state.installed)) return false;
  return !pthread_equal(pthread_self(), state.main_thread);
}
// The code of the error for such a call. Any thread.
int refuse_elsewhere();
inline bool on_main_thread() { return state.installed && pthread_equal(pthread_self(), state.main_thread); }

// Is this cell to end? On the first true answer the error's text is handed to MPI. Main thread.
bool must_end(const char* function);
// Sets the text of one of the guard's codes and returns the code. Main thread.
int tell(int code, const std::string& sentence);
// MPI_SUCCESS or std::runtime_error that names the call.
void check(int code, const char* what);
std::uint64_t now_ns();

}  // namespace allranks::guard
