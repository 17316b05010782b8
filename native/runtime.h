// Everything that one rank holds between allranks_initialize and allranks_finalize.
#pragma once
#include <mpi.h>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "embed/error.h"
#include "embed/exposed.h"
#include "embed/python.h"
#include "embed/service.h"
#include "link/bridge_link.h"
#include "steps/crash_recorder.h"
#include "steps/entry_point.h"

namespace allranks {

class FunctionRounds;
class MpiGuard;
class SafePoints;

// What rank 0 read from its environment and told the others.
struct Settings {
  std::string bridge_path;  // empty: no bridge
  std::string job;
  std::string host;
  std::string pause_at;  // "", "start", "end" or a step number
  double max_pause_s = 3600;  // 0: no limit
  double abandoned_s = 120;    // a pause without any bridge ends by itself after this time
  // ALLRANKS_MODE as given; libyt's modes, which are builds there. Empty: the user may come in by all ways.
  std::string mode;
  bool tolerant = true;     // not "normal": an inline function that raises is recorded, and the run goes on
  bool interactive = true;  // "interactive": the prompt and the script that is read again
  bool jupyter = true;      // "jupyter"
  int every = 1;  // agreement at every n-th safe point
};

// The header that the simulation was written for: with libyt's, scripts find the module `libyt`.
enum class Api { allranks, libyt };

class Runtime {
 public:
  // Collective over `comm`. Throws Failure, the same on all ranks; also when `problem` says on one of them what is wrong with what the
  // simulation has given.
  Runtime(MPI_Comm comm, const char* script, Api api, const std::string& problem);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  void step(std::int64_t step, double time);
  // A safe point of libyt, where the run stands still while the flag file is there. Before it the functions that the user has set
  // to run, and that were not called in this round, are called. `problem` as above.
  void enter(const EntryPoint& entry, const std::string& problem);
  void run_function(const std::string& name, const std::vector<std::string>& args);
  // In the place of run_function, where what was given cannot be called: the function counts as one that has failed here. Always throws
  // Failure, with the text `problem`.
  [[noreturn]] void refuse_function(const std::string& problem);
  void expose_comm(const std::string& name, MPI_Comm comm, const std::string& problem);
  // False: a thread or MPI may still use this object, which must then never be destroyed.
  bool finalize();
  bool stop_requested() const;

  int rank() const { return rank_; }
  int size() const { return size_; }
  int world_size() const { return world_size_; }
  // First line of MPI_Get_library_version, up to its first comma.
  const std::string& mpi_version() const { return mpi_version_; }
  MPI_Comm cell_comm() const { return cell_comm_; }
  const std::map<std::string, MPI_Comm>& comms() const { return comms_; }
  Exposed& exposed() { return exposed_; }
  BridgeLink* link() { return link_.get(); }
  Python& python() { return *python_; }
  MpiGuard& guard() { return *guard_; }
  FunctionRounds& functions() { return *functions_; }
  const Settings& settings() const { return settings_; }
  std::int64_t current_step() const { return step_; }
  double current_time() const { return time_; }
  // Log index of the command that runs on the main thread; 0: none.
  std::uint64_t current_index() const { return __atomic_load_n(&index_, __ATOMIC_RELAXED); }
  bool in_function() const { return in_function_; }
  void set_current_index(std::uint64_t index) { __atomic_store_n(&index_, index, __ATOMIC_RELAXED); }
  void set_position(std::int64_t step, double time);
  // Rounds of libyt: a round that ends with yt_free is a step.
  void begin_rounds(std::int64_t first) { set_position(first, 0); }
  void end_round();
  bool on_main_thread() const { return std::this_thread::get_id() == main_thread_; }
  // Throws when `code` is an MPI error.
  static void check_mpi(int code, const char* what);

 private:
  void read_settings();
  void share_settings();
  void warn_of_first_hour_mistakes();
  void start_python(const char* script, Api api);
  void import_script(const Script& script, Api api, std::string* sentence, std::string* traceback);
  void start_link();
  bool start_bridge();
  void set_mode(const std::string& mode);
  void run_due(const std::string& list);
  void make_flag(const EntryPoint& entry);
  void say_where(const EntryPoint& entry) const;
  std::string broadcast(std::string value);
  std::vector<std::string> gather(const std::string& value);

  std::thread::id main_thread_;
  MPI_Comm agree_comm_ = MPI_COMM_NULL;
  MPI_Comm cell_comm_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
  int world_size_ = 1;
  std::int64_t step_ = 0;
  double time_ = 0;
  std::uint64_t index_ = 0;
  bool in_function_ = false;
  Settings settings_;
  std::string mpi_version_;
  Exposed exposed_;
  std::map<std::string, MPI_Comm> comms_;
  std::unique_ptr<Python> python_;
  std::unique_ptr<MpiGuard> guard_;
  std::unique_ptr<FunctionRounds> functions_;
  std::unique_ptr<BridgeLink> link_;
  // Writes into the segment of the link: goes before it.
  std::unique_ptr<CrashRecorder> crashes_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<SafePoints> safe_points_;
  std::set<std::string> reported_functions_;
  bool bridge_failed_ = false;
};

}  // namespace allranks
