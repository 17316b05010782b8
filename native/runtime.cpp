#include "runtime.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "embed/core_module.h"
#include "embed/insist.h"
#include "embed/stacks.h"
#include "embed/text.h"
#include "link/msgpack.h"
#include "link/start_bridge.h"
#include "steps/common_problem.h"
#include "steps/error_handlers.h"
#include "steps/function_rounds.h"
#include "steps/mpi_guard.h"
#include "steps/safe_points.h"

namespace allranks {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

std::string program_name() {
  char path[4096] = {};
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  const std::string whole = length > 0 ? std::string(path, static_cast<std::size_t>(length)) : "simulation";
  return whole.substr(whole.find_last_of('/') + 1);
}

// As people say it: "MPICH Version:\t4.0.2" is MPICH 4.0.2.
std::string spoken(const std::string& library) {
  const std::size_t at = library.find(" Version:\t");
  return at == std::string::npos ? library : library.substr(0, at) + " " + library.substr(at + 10);
}

std::string mpi_library() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int length = 0;
  MPI_Get_library_version(text, &length);
  std::string line(text);
  return line.substr(0, line.find_first_of(",\n"));
}

// How long a rank that ends waits for the others.
constexpr double kLastMeeting_s = 5;

// "ValueError" of a traceback that ends with "ValueError: text"; empty for an empty one.
std::string exception_name(const std::string& traceback) {
  // After nearly every call of a function, in the middle of a step: making a stream would take longer than the call.
  if (traceback.empty()) return {};
  std::string name;
  std::istringstream lines(traceback);
  for (std::string line; std::getline(lines, line);) {
    // The latest of a chain counts; the lines of its text may look like anything.
    if (line.rfind("Traceback (", 0) == 0) name.clear();
    const std::size_t end = line.find_first_of(": ");
    const std::string word = line.substr(0, end);
    const bool plain = !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") == std::string::npos;
    if (name.empty() && plain && (end == std::string::npos || line[end] == ':')) name = word.substr(word.find_last_of('.') + 1);
  }
  return name.empty() ? "an exception" : name;
}

bool is_identifier(const std::string& name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const unsigned char c : name) {
    if (!(c == '_' || c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) return false;
  }
  return true;
}

// Reads the inline script on rank 0, or creates it; returns one sentence about what is wrong. Never throws: the other ranks
// wait for the result.
std::string read_script(const std::string& path, std::string* source) {
  try {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0 && errno == ENOENT) {
      const std::ofstream created(path);
      std::fprintf(stderr, "allranks: the inline script %s did not exist; %s\n", path.c_str(), created ? "an empty one was created." : "an empty one is used, it could not be created there.");
      return {};
    }
    if (S_ISDIR(info.st_mode)) return "the inline script " + path + " cannot be read: it is a folder";
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return "the inline script " + path + " cannot be read: " + std::strerror(errno);
    source->assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    return {};
  } catch (const std::exception& error) {
    return "the inline script " + path + " cannot be read: " + error.what();
  }
}

}  // namespace

void Runtime::check_mpi(int code, const char* what) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw Failure(ALLRANKS_ERR_MPI, std::string(what) + " failed: " + std::string(text, static_cast<std::size_t>(length)));
}

Runtime::Runtime(MPI_Comm comm, const char* script, Api api, const std::string& problem) : main_thread_(std::this_thread::get_id()) {
  check_mpi(MPI_Comm_dup(comm, &agree_comm_), "MPI_Comm_dup");
  check_mpi(MPI_Comm_set_errhandler(agree_comm_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  try {
    refuse_together(agree_comm_, api == Api::libyt ? "yt_initialize" : "allranks_initialize", problem);
  } catch (const Failure&) {
    MPI_Comm_free(&agree_comm_);
    throw;
  }
  check_mpi(MPI_Comm_dup(agree_comm_, &cell_comm_), "MPI_Comm_dup");
  check_mpi(MPI_Comm_rank(agree_comm_, &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(agree_comm_, &size_), "MPI_Comm_size");
  check_mpi(MPI_Comm_size(MPI_COMM_WORLD, &world_size_), "MPI_Comm_size");
  mpi_version_ = mpi_library();
  share_settings();
  warn_of_first_hour_mistakes();
  guard_ = std::make_unique<MpiGuard>(cell_comm_, agree_comm_);
  functions_ = std::make_unique<FunctionRounds>(agree_comm_, *guard_, settings_.abandoned_s);
  try {
    start_python(script, api);
  } catch (const Failure&) {
    // The same on all ranks: the program may try again with another script. MPI may still write the sum of the import.
    if (functions_->finish(kLastMeeting_s)) {
      functions_->close();
    } else {
      (void)functions_.release();
    }
    guard_->close();
    throw;
  }
  start_link();
}

Runtime::~Runtime() { set_core_runtime(nullptr); }

std::string Runtime::broadcast(std::string value) {
  std::uint64_t length = value.size();
  check_mpi(MPI_Bcast(&length, 1, MPI_UINT64_T, 0, agree_comm_), "MPI_Bcast");
  value.resize(length);
  // In pieces: the count of MPI_Bcast is an int.
  for (std::uint64_t at = 0; at < length;) {
    const int part = static_cast<int>(std::min<std::uint64_t>(length - at, 1u << 30));
    check_mpi(MPI_Bcast(value.data() + at, part, MPI_CHAR, 0, agree_comm_), "MPI_Bcast");
    at += static_cast<std::uint64_t>(part);
  }
  return value;
}

std::vector<std::string> Runtime::gather(const std::string& value) {
  // Texts of failures only: a megabyte of each rank is more than anybody reads, and all together must not exceed an int.
  const std::size_t most = std::min<std::size_t>(1u << 20, (std::size_t{1} << 30) / static_cast<std::size_t>(size_));
  const int mine = static_cast<int>(std::min(value.size(), most));
  std::vector<int> lengths(static_cast<std::size_t>(size_)), offsets(static_cast<std::size_t>(size_));
  check_mpi(MPI_Gather(&mine, 1, MPI_INT, lengths.data(), 1, MPI_INT, 0, agree_comm_), "MPI_Gather");
  int total = 0;
  for (std::size_t rank = 0; rank_ == 0 && rank < lengths.size(); ++rank) {
    offsets[rank] = total;
    total += lengths[rank];
  }
  std::string all(static_cast<std::size_t>(total), '\0');
  check_mpi(MPI_Gatherv(value.data(), mine, MPI_CHAR, all.data(), lengths.data(), offsets.data(), MPI_CHAR, 0, agree_comm_), "MPI_Gatherv");
  std::vector<std::string> texts;
  for (std::size_t rank = 0; rank_ == 0 && rank < lengths.size(); ++rank) {
    texts.push_back(all.substr(static_cast<std::size_t>(offsets[rank]), static_cast<std::size_t>(lengths[rank])));
  }
  return texts;
}

void Runtime::read_settings() {
  settings_.bridge_path = environment("ALLRANKS_BRIDGE");
  settings_.job = environment("ALLRANKS_JOB_NAME");
  if (settings_.job.empty()) settings_.job = program_name();
  settings_.host = host_name();
  settings_.pause_at = environment("ALLRANKS_PAUSE_AT");
  const std::string mode = environment("ALLRANKS_MODE");
  if (mode.empty() || mode == "normal" || mode == "interactive" || mode == "jupyter") {
    settings_.mode = mode;
  } else {
    std::fprintf(stderr, "allranks: ALLRANKS_MODE is '%s'; it can be normal, interactive or jupyter, and is not regarded.\n", mode.c_str());
  }
  const int every = std::atoi(environment("ALLRANKS_EVERY").c_str());
  settings_.every = every > 1 ? every : 1;
  if (const std::string limit = environment("ALLRANKS_MAX_PAUSE"); !limit.empty()) settings_.max_pause_s = std::max(0.0, std::atof(limit.c_str()));
  if (const double limit = std::atof(environment("ALLRANKS_ABANDON_AFTER").c_str()); limit > 0) settings_.abandoned_s = limit;
}

void Runtime::set_mode(const std::string& mode) {
  settings_.mode = mode;
  settings_.tolerant = mode != "normal";
  settings_.interactive = mode.empty() || mode == "interactive";
  settings_.jupyter = mode.empty() || mode == "jupyter";
}

void Runtime::share_settings() {
  // Only rank 0 needs the environment: launchers do not always forward it.
  std::string packed;
  if (rank_ == 0) {
    read_settings();
    for (const std::string& value : {settings_.bridge_path, settings_.job, settings_.host, settings_.pause_at, settings_.mode,
                                     std::to_string(settings_.every), std::to_string(settings_.max_pause_s),
                                     std::to_string(settings_.abandoned_s)}) {
      packed += value + '\0';
    }
  }
  std::istringstream parts(broadcast(packed));
  std::string mode, every, max_pause, abandoned;
  for (std::string* value : {&settings_.bridge_path, &settings_.job, &settings_.host, &settings_.pause_at, &mode, &every, &max_pause, &abandoned}) std::getline(parts, *value, '\0');
  set_mode(mode);
  settings_.every = std::max(1, std::atoi(every.c_str()));
  settings_.max_pause_s = std::atof(max_pause.c_str());
  settings_.abandoned_s = std::atof(abandoned.c_str());

  if (settings_.bridge_path.empty()) return;
  const int here = host_name() == settings_.host ? 1 : 0;
  int everywhere = 0;
  check_mpi(MPI_Allreduce(&here, &everywhere, 1, MPI_INT, MPI_MIN, agree_comm_), "MPI_Allreduce");
  if (!everywhere) {
    if (rank_ == 0) std::fprintf(stderr, "allranks: some ranks run on other machines than %s, where the bridge is; this version serves one machine only, so cells are off for this run.\n", settings_.host.c_str());
    settings_.bridge_path.clear();
  }
}

void Runtime::warn_of_first_hour_mistakes() {
  if (world_size_ != 1) return;
  // Each launcher tells its children how many they are; one that belongs to another MPI is not understood by ours.
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_SIZE", "SLURM_STEP_NUM_TASKS"}) {
    const int told = std::atoi(environment(name).c_str());
    if (told <= 1) continue;
    const std::string launcher = name[0] == 'O' ? "Open MPI's mpiexec" : std::string(name) == "PMI_SIZE" ? "an mpiexec of MPICH's family" : "a launcher that sets " + std::string(name);
    const std::string rank = environment(name[0] == 'O' ? "OMPI_COMM_WORLD_RANK" : "PMI_RANK");
    if (rank.empty() || rank == "0") {
#ifdef ALLRANKS_SERIAL
      std::fprintf(stderr, "allranks: %d processes were started by %s, but this library was built without MPI and takes each of them for a simulation of its own; build it with the MPI of the program (npm run setup -- --mpicxx ...).\n",
                   told, launcher.c_str());
#else
      std::fprintf(stderr, "allranks: %d processes were started by %s, but this program is linked to %s and sees itself as the only rank; start it with the mpiexec of that MPI.\n",
                   told, launcher.c_str(), spoken(mpi_version_).c_str());
#endif
    }
    return;
  }
}

void Runtime::start_python(const char* given, Api api) {
  Script script;
  std::string failure;
  // The name that rank 0 gives counts: often only rank 0 has parsed the simulation's options.
  std::string path = broadcast(given && *given ? given : "inline_script");
  if (path.size() < 3 || path.compare(path.size() - 3, 3, ".py") != 0) path += ".py";
  const std::size_t slash = path.find_last_of('/');
  script.path = path;
  script.name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  script.name.resize(script.name.size() - 3);
  if (!is_identifier(script.name)) throw Failure(ALLRANKS_ERR_ARGUMENT, "the inline script '" + path + "' cannot be a Python module: its name must be a Python identifier");
  if (rank_ == 0) failure = read_script(path, &script.source);
  failure = broadcast(failure);
  if (!failure.empty()) throw Failure(ALLRANKS_ERR_PYTHON, failure);
  script.source = broadcast(script.source);

  set_core_runtime(this);
  std::string sentence, traceback;
  import_script(script, api, &sentence, &traceback);
  // One verdict for all ranks; what they say is folded by the first rank whose Python works.
  const int mine = sentence.empty() ? (traceback.empty() ? 0 : 1) : 2;
  int worst = 0;
  check_mpi(MPI_Allreduce(&mine, &worst, 1, MPI_INT, MPI_MAX, agree_comm_), "MPI_Allreduce");
  if (worst == 0) return;
  const std::vector<std::string> texts = gather(sentence.empty() ? traceback : sentence);
  if (rank_ == 0) {
    std::string told;
    if (python_) {
      told = python_->fold(texts);
    } else {
      for (const std::string& text : texts) {
        if (!text.empty() && told.find(text) == std::string::npos) told += (told.empty() ? "" : "\n") + text;
      }
    }
    std::fprintf(stderr, "%s%s\n", worst == 1 ? ("allranks: the inline script " + path + " could not be run:\n").c_str() : "allranks: ", told.c_str());
  }
  set_core_runtime(nullptr);
  throw Failure(ALLRANKS_ERR_PYTHON, !sentence.empty() ? sentence : !traceback.empty() ? "the inline script could not be run: " + traceback : "Python or the inline script failed on another rank");
}

void Runtime::import_script(const Script& script, Api api, std::string* sentence, std::string* traceback) {
  ReturnedErrors keep;
  // A script that raises on one rank while it communicates on others is released as an inline function is.
  functions_->begin();
  try {
    python_ = std::make_unique<Python>();
    guard_->set_python(python_.get());
    if (api == Api::libyt) python_->make_libyt_module(settings_.interactive, settings_.jupyter);
    *traceback = python_->start(script, rank_, size_, settings_.tolerant);
  } catch (const Failure& error) {
    *sentence = error.what();
  }
  functions_->end(!sentence->empty() ? *sentence : exception_name(*traceback));
}

void Runtime::start_link() {
  if (settings_.bridge_path.empty()) return;
  int worked = 1;
  {
    // The proof imports mpi4py.
    ReturnedErrors keep;
    guard_->prove(*python_);
  }
  // Everything that can fail on one rank alone (memory, descriptors, threads) comes before the verdict.
  try {
    link_ = std::make_unique<BridgeLink>(LinkOptions{settings_.bridge_path, settings_.job, program_name(), Python::version(), spoken(mpi_version_), rank_, size_, guard_->told(), guard_->unprotected(), python_->debugger()});
    guard_->connect(*link_);
    safe_points_ = std::make_unique<SafePoints>(*this, agree_comm_);
    functions_->set_look([points = safe_points_.get()] { points->look(); });
    link_->on_later = [link = link_.get()] { return flush_text_at_once(*link); };
    link_->on_piped_text = [link = link_.get()] { return take_piped_text(*link); };
    service_ = std::make_unique<Service>(*python_, *link_);
    link_->on_request = [this](std::uint64_t number, std::string payload) { service_->ask(number, std::move(payload)); };
    link_->set_position(step_, time_);
    crashes_ = std::make_unique<CrashRecorder>(link_->crash());
    prepare_stacks();
    link_->on_stacks = [probe = std::make_shared<StackProbe>(pthread_self())](bool ask) {
      if (ask) probe->ask();
      return probe->answer();
    };
    link_->start();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "allranks: rank %d: %s; cells are off for this run.\n", rank_, error.what());
    worked = 0;
  }
  int everywhere = 0;
  check_mpi(MPI_Allreduce(&worked, &everywhere, 1, MPI_INT, MPI_MIN, agree_comm_), "MPI_Allreduce");
  if (everywhere) return;
  // A rank that has connected already says goodbye by closing. The link goes before what its thread calls.
  functions_->set_look({});
  safe_points_.reset();
  crashes_.reset();
  guard_->disconnect();
  link_.reset();
  service_.reset();
}

bool Runtime::start_bridge() {
  if (bridge_failed_) return false;
  std::string path, problem;
  if (rank_ == 0) {
    std::tie(path, problem) = allranks::start_bridge(settings_.job);
    if (!problem.empty()) std::fprintf(stderr, "allranks: a bridge could not be started, so no notebook can attach: %s\n", problem.c_str());
  }
  settings_.bridge_path = broadcast(path);
  bridge_failed_ = settings_.bridge_path.empty();
  if (!bridge_failed_) start_link();
  return link_ != nullptr;
}

void Runtime::set_position(std::int64_t step, double time) {
  step_ = step;
  time_ = time;
  if (link_) link_->set_position(step, time);
}

void Runtime::step(std::int64_t step, double time) {
  set_position(step, time);
  if (!safe_points_) return;
  bool pause = false;
  if (!settings_.pause_at.empty() && settings_.pause_at != "end") {
    pause = settings_.pause_at == "start" || step >= std::atoll(settings_.pause_at.c_str());
    if (pause) settings_.pause_at.clear();
  }
  safe_points_->pass(pause);
}

void Runtime::end_round() {
  python_->end_round();
  set_position(step_ + 1, time_);
}

void Runtime::run_function(const std::string& name, const std::vector<std::string>& args) {
  const std::uint64_t index = functions_->begin();
  if (index == 0) {
    if (settings_.tolerant) return;
    throw Failure(ALLRANKS_ERR_PYTHON, name + " was not called: inline functions have failed too often in the middle of MPI calls");
  }
  if (link_) {
    link_->board().update([&](protocol::Board& board) {
      board.state = static_cast<std::uint32_t>(protocol::RankState::in_function);
      board.function_index = index;
      shm::set_text(board.function, name);
      shm::set_text(board.function_error, "");
    });
    // SIGINT stays the simulation's own here.
    link_->arm(index, wake_signal(), wake_signal());
  }
  std::string error;
  in_function_ = true;
  {
    ReturnedErrors keep;
    error = python_->run_function(name, args, step_);
  }
  in_function_ = false;
  const std::string raised = exception_name(error);
  if (link_) {
    link_->disarm();
    link_->board().update([&](protocol::Board& board) {
      board.state = static_cast<std::uint32_t>(protocol::RankState::running);
      board.function_index = 0;
      shm::set_text(board.function_error, raised);
      if (!error.empty()) ++board.function_errors;
    });
  }
  functions_->end(raised);
  // Tolerant: recorded where it happened, and the simulation goes on; no step gains a barrier. A run without a notebook
  // must be able to tell as well: each function is reported once.
  if (settings_.tolerant) {
    if (!error.empty() && reported_functions_.insert(name).second) {
      std::fprintf(stderr, "allranks: rank %d: the inline function %s raised at step %lld; the simulation goes on, further failures of it are only recorded:\n%s\n", rank_,
                   name.c_str(), static_cast<long long>(step_), error.c_str());
    }
    return;
  }
  const std::string where = functions_->failed_where();
  if (where.empty() && error.empty()) return;
  if (!error.empty()) std::fprintf(stderr, "allranks: rank %d: %s raised:\n%s\n", rank_, name.c_str(), error.c_str());
  throw Failure(ALLRANKS_ERR_PYTHON, !error.empty() ? name + " raised: " + error : name + " failed on " + where);
}

void Runtime::refuse_function(const std::string& problem) {
  if (functions_->begin() != 0) functions_->end("a wrong argument");
  // As after a call: nobody goes on before all ranks know.
  if (!settings_.tolerant) (void)functions_->failed_where();
  throw Failure(ALLRANKS_ERR_ARGUMENT, problem);
}

void Runtime::expose_comm(const std::string& name, MPI_Comm comm, const std::string& problem) {
  MPI_Comm copy = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(comm, &copy), "MPI_Comm_dup");
  check_mpi(MPI_Comm_set_errhandler(copy, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  try {
    refuse_together(copy, "allranks_expose_comm", problem);
  } catch (const Failure&) {
    MPI_Comm_free(&copy);
    throw;
  }
  guard_->register_comm(copy);
  // The one exposed before under this name stays alive: Python may still hold it.
  comms_[name] = copy;
}

bool Runtime::stop_requested() const { return safe_points_ && safe_points_->stop_requested(); }

bool Runtime::finalize() {
  bool quiet = true;
  if (safe_points_) {
    if (settings_.pause_at == "end") safe_points_->pass(true);
    quiet = safe_points_->finish();
    link_->board().update([](protocol::Board& board) { board.state = static_cast<std::uint32_t>(protocol::RankState::ended); });
  }
  const bool together = functions_->finish(kLastMeeting_s) && quiet;
  if (service_) quiet = service_->stop(std::chrono::seconds(5)) && quiet;
  python_->stop();
  if (link_) {
    Packer notice;
    notice.map(1).text("what").text("bye");
    link_->post(protocol::RingKind::notice, 0, 0, notice.bytes());
    link_->close(std::chrono::milliseconds(2000));
  }
  set_core_runtime(nullptr);
  quiet = await_core_calls(std::chrono::seconds(2)) && quiet;
  exposed_.clear();
  // Communicators that a rank far behind still has to reduce over, or that a stuck thread may use, stay.
  if (!together) return false;
  guard_->close();
  functions_->close();
  for (auto& entry : comms_) MPI_Comm_free(&entry.second);
  comms_.clear();
  MPI_Comm_free(&cell_comm_);
  MPI_Comm_free(&agree_comm_);
  return quiet;
}

}  // namespace allranks
