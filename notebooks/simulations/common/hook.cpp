#include "hook.hpp"

#include <climits>
#include <cstdio>
#include <unistd.h>
#include <utility>

namespace simulations {

namespace {

// The library prints long texts, such as tracebacks, itself.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Hook::Hook(MPI_Comm comm, std::string program, const std::string& script) : program_(std::move(program)) {
  MPI_Comm_rank(comm, &rank_);
  const int status = allranks_initialize(comm, script.c_str());
  // The calls that follow are collective: either all ranks make them or none does. The first rank that failed speaks.
  const int mine = status == ALLRANKS_OK ? INT_MAX : rank_;
  int failed = mine;
  MPI_Allreduce(&mine, &failed, 1, MPI_INT, MPI_MIN, comm);
  active_ = failed == INT_MAX;
  if (failed == rank_) {
    std::fprintf(stderr, "%s: rank %d: the run goes on without a notebook: %s\n", program_.c_str(), rank_,
                 first_line(allranks_last_error()).c_str());
  }
}

Hook::~Hook() { finish(); }

void Hook::step(std::int64_t step, double time, const char* function) {
  if (!active_) return;
  if (allranks_step(step, time) != ALLRANKS_OK) warn_once("a safe point failed");
  if (function != nullptr && allranks_run_function(function, 0, nullptr) != ALLRANKS_OK) warn_once("a function of the inline script failed");
}

bool Hook::stop_requested() const { return active_ && allranks_stop_requested() != 0; }

void Hook::finish() {
  if (!active_) return;
  active_ = false;
  if (allranks_finalize() != ALLRANKS_OK) warn_once("the notebook side did not end cleanly");
}

void Hook::expose_raw(const char* name, void* pointer, allranks_dtype dtype, int ndim, const std::int64_t* shape,
                      const std::int64_t* strides, bool writable) {
  if (!active_) return;
  if (allranks_expose(name, pointer, dtype, ndim, shape, strides, writable ? ALLRANKS_WRITABLE : 0u) != ALLRANKS_OK) {
    warn_once(name);
  }
}

void Hook::warn_once(const char* what) {
  // A fault that comes back at each of a million steps must not fill the job's log.
  if (warned_) return;
  warned_ = true;
  std::fprintf(stderr, "%s: rank %d: %s (told once): %s\n", program_.c_str(), rank_, what,
               first_line(allranks_last_error()).c_str());
}

std::string beside_program(const std::string& file) {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0) return file;
  const std::string program(path, static_cast<std::size_t>(length));
  return program.substr(0, program.rfind('/') + 1) + file;
}

}  // namespace simulations
