// Rank 1 leaves a cell while the others wait for it in MPI: they come back with the reason, the simulation's own communicators
// stay good, and the next cell works. Arguments: path of the extension module, number of rounds.
#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

#include "cell_scene.h"

using allranks::guard::Counters;
using scene::require;

namespace {

void* module = nullptr;

template <class F>
F* symbol(const char* name) {
  void* found = dlsym(module, name);
  require(found != nullptr, "symbol", name);
  return reinterpret_cast<F*>(found);
}

std::string text_of(int code) {
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  return text;
}

bool is_ours(int code) {
  int error_class = 0;
  MPI_Error_class(code, &error_class);
  return code != MPI_SUCCESS && error_class == allranks::guard::error_class();
}

// What the simulation does between cells, on the communicators that it gave away.
void simulate(MPI_Comm comm) {
  int rank = 0, size = 0, sum = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  require(MPI_Barrier(MPI_COMM_WORLD) == MPI_SUCCESS, "the simulation's barrier");
  for (MPI_Comm one : {MPI_COMM_WORLD, comm}) {
    require(MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, one) == MPI_SUCCESS && sum == size * (size - 1) / 2, "the simulation's allreduce");
  }
}

}  // namespace

int main(int argc, char** argv) {
  require(argc == 3, "arguments");
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm cell_comm = MPI_COMM_NULL;
  MPI_Comm_dup(MPI_COMM_WORLD, &cell_comm);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  allranks::guard::install(cell_comm);
  module = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  require(module != nullptr, "the module loads");

  scene::Scene stage(cell_comm);
  std::uint64_t cell = 0;
  const int absent = 1;
  const auto good_cell = [&](const std::function<void()>& body) {
    stage.begin(++cell);
    body();
    stage.end_cell(false);
    simulate(cell_comm);
    scene::Scene::agree_and_refresh(cell_comm);
  };
  const auto wait_for_ever = symbol<int(const char*, MPI_Comm, int)>("wait_for_ever");
  const auto all_right = symbol<const char*(MPI_Comm)>("all_right");
  const auto check_all = [&] {
    for (MPI_Comm comm : {cell_comm, MPI_COMM_WORLD}) {
      const char* wrong = all_right(comm);
      require(wrong[0] == '\0', "a call in a cell is wrong:", wrong);
    }
  };

  good_cell([&] {
    require(symbol<int(MPI_Comm)>("make_derived")(cell_comm) == MPI_SUCCESS, "derived communicators");
    check_all();
  });
  Dl_info info{};
  dladdr(dlsym(module, "wait_for_ever"), &info);
  require(allranks::guard::is_guarded(info.dli_fname, "MPI_Allreduce"), "the module's slots are replaced");
  require(allranks::guard::rescan().foreign.empty(), "no module of another MPI");

  good_cell([&] {
    const int codes[] = {symbol<int(MPI_Comm)>("try_abort")(MPI_COMM_WORLD), symbol<int()>("try_finalize")(), symbol<int()>("try_init")(),
                         symbol<int(MPI_Comm)>("try_free")(cell_comm), symbol<int(MPI_Comm)>("try_free")(MPI_COMM_WORLD)};
    for (const int code : codes) require(is_ours(code) && text_of(code).find("inside a cell") != std::string::npos, "refused calls say why:", text_of(code).c_str());
  });

  // A request of one cell is good in the next, and its data arrive.
  good_cell([&] { require(symbol<int(MPI_Comm, int)>("keep_receive")(cell_comm, (stage.rank + 1) % stage.size) == MPI_SUCCESS, "keep a receive"); });
  good_cell([&] {
    require(symbol<int(MPI_Comm, int, int)>("send_kept")(cell_comm, (stage.rank + stage.size - 1) % stage.size, 40 + stage.rank) == MPI_SUCCESS, "send");
    int value = -1;
    require(symbol<int(int*)>("wait_kept")(&value) == MPI_SUCCESS && value == 40 + (stage.rank + 1) % stage.size, "a receive kept over cells gets its data");
  });

  const int calls = symbol<int()>("call_count")();
  const auto call_name = symbol<const char*(int)>("call_name");
  std::vector<double> latencies;
  const int rounds = std::atoi(argv[2]);
  for (int round = 0; round < rounds; ++round) {
    const char* name = call_name(round % calls);
    stage.begin(++cell);
    if (stage.rank == absent) {
      stage.depart();
    } else {
      MPI_Comm comm = round / calls % 2 == 0 ? cell_comm : MPI_COMM_WORLD;
      const int code = wait_for_ever(name, comm, absent);
      const double took = stage.since_departure_ms();
      require(is_ours(code), "a waiting call is released:", name);
      require(text_of(code) == scene::Scene::sentence(), "it says why:", text_of(code).c_str());
      latencies.push_back(took);
      const int again = symbol<int(MPI_Comm)>("try_allreduce")(comm);
      require(again == code, "later calls of the cell fail too", name);
    }
    stage.end_cell(stage.rank == absent);
    simulate(cell_comm);
    scene::Scene::agree_and_refresh(cell_comm);
    require(!allranks::guard::poisoned(), "refresh repairs everything", name);
    good_cell(check_all);
  }

  // A request of a cell that was ended says that it is dead.
  stage.begin(++cell);
  if (stage.rank != absent) {
    require(symbol<int(MPI_Comm, int)>("keep_receive")(cell_comm, absent) == MPI_SUCCESS, "keep a receive");
    require(is_ours(wait_for_ever("barrier", cell_comm, absent)), "released");
  } else {
    stage.depart();
  }
  stage.end_cell(stage.rank == absent);
  scene::Scene::agree_and_refresh(cell_comm);
  good_cell([&] {
    if (stage.rank == absent) return;
    int value = 0;
    const int code = symbol<int(int*)>("wait_kept")(&value);
    require(is_ours(code) && text_of(code).find("dead") != std::string::npos, "a dead request says so:", text_of(code).c_str());
    symbol<void()>("forget_kept")();
  });

  // A departure that comes late hits no other cell.
  allranks::guard::release(cell - 1, "too late");
  good_cell(check_all);
  good_cell([&] { require(symbol<int()>("free_derived")() == MPI_SUCCESS, "derived communicators can be freed"); });

  if (stage.rank == 0 && !latencies.empty()) {
    std::sort(latencies.begin(), latencies.end());
    const Counters counters = allranks::guard::counters();
    std::printf("%d rounds, %d ranks: released after p50 %.2f ms, p99 %.2f ms, longest %.2f ms; abandoned %llu, dead shadows %llu, kept %llu bytes, pinned %llu bytes\n", rounds,
                stage.size, latencies[latencies.size() / 2], latencies[latencies.size() * 99 / 100], latencies.back(), static_cast<unsigned long long>(counters.abandoned),
                static_cast<unsigned long long>(counters.dead_shadows), static_cast<unsigned long long>(counters.abandoned_bytes),
                static_cast<unsigned long long>(counters.pinned_bytes));
  }
  stage.end();
  simulate(cell_comm);
  allranks::guard::uninstall();
  dlclose(module);
  MPI_Finalize();
  return 0;
}
