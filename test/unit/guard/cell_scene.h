// What the bridge does around a cell, for tests on one machine: ranks tell that they wait, leave or have finished, and a thread
// in each rank hands a departure to the guard, as the rank's I/O thread does.
#pragma once
#include <mpi.h>
#include <pthread.h>
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "guard.h"

namespace scene {

inline void require(bool condition, const char* what, const char* detail = "") {
  if (condition) return;
  int rank = -1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  std::fprintf(stderr, "FAILED on rank %d: %s %s\n", rank, what, detail);
  std::fflush(nullptr);
  MPI_Abort(MPI_COMM_WORLD, 1);
}

// Lies in memory that all ranks of the node share.
struct Shared {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  std::uint64_t cell;       // the one that `settled` and `departed` speak of
  std::uint64_t departed;   // cell that a rank has left by an exception; 0: none
  std::uint64_t departed_ns;
  int settled;              // ranks that wait or have returned
  std::uint64_t finished;   // of all cells so far: a rank may begin the next one before another has seen the end of this
  int stop;
};

inline std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000000000u + static_cast<std::uint64_t>(now.tv_nsec);
}

class Scene {
 public:
  explicit Scene(MPI_Comm comm) {
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    MPI_Win_allocate_shared(rank == 0 ? static_cast<MPI_Aint>(sizeof(Shared)) : 0, 1, MPI_INFO_NULL, comm, &shared_, &window_);
    MPI_Aint bytes = 0;
    int unit = 0;
    MPI_Win_shared_query(window_, 0, &bytes, &unit, &shared_);
    if (rank == 0) {
      pthread_mutexattr_t mutex_kind;
      pthread_condattr_t kind;
      pthread_mutexattr_init(&mutex_kind);
      pthread_mutexattr_setpshared(&mutex_kind, PTHREAD_PROCESS_SHARED);
      pthread_condattr_init(&kind);
      pthread_condattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
      pthread_condattr_setclock(&kind, CLOCK_MONOTONIC);
      *shared_ = Shared{};
      pthread_mutex_init(&shared_->mutex, &mutex_kind);
      pthread_cond_init(&shared_->changed, &kind);
    }
    MPI_Barrier(comm);
    watcher_ = std::thread([this] { watch(); });
  }

  void end() {
    change([&] { shared_->stop = 1; });
    watcher_.join();
    MPI_Win_free(&window_);
  }

  void begin(std::uint64_t cell) {
    change([&] {
      if (shared_->cell == cell) return;
      shared_->cell = cell;
      shared_->settled = 0;
    });
    cell_ = cell;
    told_ = false;
    allranks::guard::Hooks hooks;
    hooks.context = this;
    hooks.publish = [](void* self, const allranks::guard::Waiting* waiting) {
      if (waiting != nullptr) static_cast<Scene*>(self)->settle();
    };
    allranks::guard::arm(cell, hooks);
  }

  // This rank waits or has returned.
  void settle() {
    if (told_) return;
    told_ = true;
    change([&] { ++shared_->settled; });
  }

  // This rank leaves by an exception, once the others have settled.
  void depart() {
    told_ = true;
    wait_until([&] { return shared_->settled >= size - 1; });
    change([&] {
      shared_->departed_ns = now_ns();
      shared_->departed = cell_;
    });
  }

  double since_departure_ms() const { return static_cast<double>(now_ns() - shared_->departed_ns) / 1e6; }

  // Returns when every rank has come here: the verdict. MPI is kept moving meanwhile.
  void end_cell(bool failed) {
    settle();
    allranks::guard::disarm(failed);
    change([&] { ++shared_->finished; });
    wait_until([&] { return shared_->finished >= cell_ * static_cast<std::uint64_t>(size); });
  }

  static void agree_and_refresh(MPI_Comm clean) {
    int mine = allranks::guard::poisoned() ? 1 : 0;
    int any = 0;
    MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_MAX, clean);
    if (any) allranks::guard::refresh();
  }

  static std::string sentence() { return "RankDeparted: rank 1 left this cell with ValueError"; }

  int rank = 0;
  int size = 1;

  // For another judge of the cell than its ranks: ends it as `depart` does.
  void end_from_outside(std::uint64_t cell) {
    change([&] {
      shared_->departed_ns = now_ns();
      shared_->departed = cell;
    });
  }

 private:
  template <class F>
  void change(F f) {
    pthread_mutex_lock(&shared_->mutex);
    f();
    pthread_cond_broadcast(&shared_->changed);
    pthread_mutex_unlock(&shared_->mutex);
  }

  template <class F>
  void wait_until(F f) {
    pthread_mutex_lock(&shared_->mutex);
    while (!f()) {
      timespec limit{};
      clock_gettime(CLOCK_MONOTONIC, &limit);
      limit.tv_nsec += 1000000;
      if (limit.tv_nsec >= 1000000000) {
        limit.tv_nsec -= 1000000000;
        ++limit.tv_sec;
      }
      pthread_cond_timedwait(&shared_->changed, &shared_->mutex, &limit);
      pthread_mutex_unlock(&shared_->mutex);
      allranks::guard::progress_mpi();
      pthread_mutex_lock(&shared_->mutex);
    }
    pthread_mutex_unlock(&shared_->mutex);
  }

  void watch() {
    std::uint64_t known = 0;
    pthread_mutex_lock(&shared_->mutex);
    while (!shared_->stop) {
      if (shared_->departed != known) {
        known = shared_->departed;
        allranks::guard::release(known, sentence());
      }
      pthread_cond_wait(&shared_->changed, &shared_->mutex);
    }
    pthread_mutex_unlock(&shared_->mutex);
  }

  Shared* shared_ = nullptr;
  MPI_Win window_ = MPI_WIN_NULL;
  std::thread watcher_;
  std::uint64_t cell_ = 0;
  bool told_ = false;
};

}  // namespace scene
