// The proof of a deadlock at work: a thread in each rank copies its record into memory shared by all, one compares them all the
// time. Ranks that diverge are released; messages of a rank that has left always arrive. Arguments: extension module, rounds.
#include <dlfcn.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <vector>

#include "cell_scene.h"

using allranks::guard::ProgressRecord;
using scene::require;

namespace {

// Copies and compares until stopped; some 50 times a second, as the I/O threads and the bridge would.
class Judge {
 public:
  Judge(MPI_Comm comm, scene::Scene& stage) : stage_(stage) {
    const auto bytes = static_cast<MPI_Aint>(stage.rank == 0 ? sizeof(pthread_mutex_t) + sizeof(ProgressRecord) * static_cast<std::size_t>(stage.size) : 0);
    char* base = nullptr;
    MPI_Win_allocate_shared(bytes, 1, MPI_INFO_NULL, comm, &base, &window_);
    MPI_Aint whole = 0;
    int unit = 0;
    MPI_Win_shared_query(window_, 0, &whole, &unit, &base);
    mutex_ = reinterpret_cast<pthread_mutex_t*>(base);
    records_ = reinterpret_cast<ProgressRecord*>(base + sizeof(pthread_mutex_t));
    if (stage.rank == 0) {
      pthread_mutexattr_t kind;
      pthread_mutexattr_init(&kind);
      pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
      pthread_mutex_init(mutex_, &kind);
    }
    MPI_Barrier(comm);
    thread_ = std::thread([this] { run(); });
  }

  void end() {
    stop_ = true;
    thread_.join();
    MPI_Win_free(&window_);
  }

  int verdicts() const { return verdicts_; }

 private:
  void run() {
    std::vector<ProgressRecord> before, now(static_cast<std::size_t>(stage_.size));
    while (!stop_) {
      const timespec period{0, 20'000'000};
      nanosleep(&period, nullptr);
      const ProgressRecord mine = allranks::guard::progress();
      pthread_mutex_lock(mutex_);
      records_[stage_.rank] = mine;
      std::memcpy(now.data(), records_, sizeof(ProgressRecord) * now.size());
      pthread_mutex_unlock(mutex_);
      if (stage_.rank != 0) continue;
      if (allranks::guard::is_deadlock(before, now)) {
        ++verdicts_;
        stage_.end_from_outside(now[0].cell);
        before.clear();
        continue;
      }
      if (before.empty() || now[0].taken_ns > before[0].taken_ns + 3 * allranks::guard::kProofSpan_ns) before = now;
    }
  }

  scene::Scene& stage_;
  MPI_Win window_ = MPI_WIN_NULL;
  pthread_mutex_t* mutex_ = nullptr;
  ProgressRecord* records_ = nullptr;
  std::thread thread_;
  std::atomic<bool> stop_{false};
  std::atomic<int> verdicts_{0};
};

}  // namespace

int main(int argc, char** argv) {
  require(argc == 3, "arguments");
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm cell_comm = MPI_COMM_NULL;
  MPI_Comm_dup(MPI_COMM_WORLD, &cell_comm);
  allranks::guard::install(cell_comm);
  void* module = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  require(module != nullptr, "the module loads");
  const auto wait_for_ever = reinterpret_cast<int (*)(const char*, MPI_Comm, int)>(dlsym(module, "wait_for_ever"));
  const auto send_kept = reinterpret_cast<int (*)(MPI_Comm, int, int)>(dlsym(module, "send_kept"));
  const auto keep_receive = reinterpret_cast<int (*)(MPI_Comm, int)>(dlsym(module, "keep_receive"));
  const auto wait_kept = reinterpret_cast<int (*)(int*)>(dlsym(module, "wait_kept"));
  scene::Scene stage(cell_comm);
  Judge judge(cell_comm, stage);
  std::uint64_t cell = 0;

  // Each pair of calls can never meet.
  const char* const diverging[][2] = {{"barrier", "recv"}, {"recv", "recv"}, {"ssend", "ssend"}, {"allreduce", "probe"}, {"wait", "barrier"}, {"split", "recv"}};
  int expected = 0;
  for (const auto& pair : diverging) {
    stage.begin(++cell);
    // The last rank and the others call different things, each of which needs the other side.
    const bool last = stage.rank == stage.size - 1;
    const int code = wait_for_ever(pair[last ? 1 : 0], cell_comm, last ? 0 : stage.size - 1);
    int error_class = 0;
    MPI_Error_class(code, &error_class);
    require(code != MPI_SUCCESS && error_class == allranks::guard::error_class(), "diverging ranks are released:", pair[0]);
    ++expected;
    stage.end_cell(true);
    allranks::guard::poison_all();
    allranks::guard::refresh();
  }
  require(stage.rank != 0 || judge.verdicts() == expected, "one verdict for each divergence");

  // A rank sends and leaves; the message is taken whenever it comes.
  const int rounds = std::atoi(argv[2]);
  for (int round = 0; round < rounds; ++round) {
    stage.begin(++cell);
    if (stage.rank == 1) {
      require(send_kept(cell_comm, 0, round) == MPI_SUCCESS, "send");
    } else if (stage.rank == 0) {
      int value = -1;
      require(keep_receive(cell_comm, 1) == MPI_SUCCESS && wait_kept(&value) == MPI_SUCCESS && value == round, "a message of a rank that has left arrives");
    }
    stage.end_cell(stage.rank == 1);
  }
  require(stage.rank != 0 || judge.verdicts() == expected, "no false release");
  if (stage.rank == 0) std::printf("%d divergences released, %d sends and departures without a false release, %d ranks\n", expected, rounds, stage.size);
  MPI_Barrier(cell_comm);
  judge.end();
  stage.end();
  allranks::guard::uninstall();
  MPI_Finalize();
  return 0;
}
