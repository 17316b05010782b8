// The way into the run at one of libyt's entry points. Everything is decided by rank 0 and told to the others: on network file
// systems ranks may see a file at different times, and a list of functions that differs by rank would be a deadlock.
#include "entry_point.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sstream>

#include "../link/msgpack.h"
#include "../runtime.h"
#include "common_problem.h"
#include "flag_file.h"
#include "safe_points.h"

namespace allranks {

namespace {

// The bridge has another working folder.
std::string absolute(const std::string& path) {
  char folder[4096] = {};
  if (path.empty() || path[0] == '/' || getcwd(folder, sizeof folder - 1) == nullptr) return path;
  return std::string(folder) + "/" + path;
}

// What the bridge is told when the run stands still.
std::string news_of(const EntryPoint& entry) {
  Packer notice;
  notice.map(7).text("what").text("flag").text("present").boolean(true).text("entry").text(name_of(entry.kind));
  notice.text("flag").text(absolute(entry.flag_file)).text("reload").text(absolute(entry.reload_file)).text("script").text(absolute(entry.script));
  notice.text("connection_given").boolean(entry.connection_file_given);
  return notice.bytes();
}

}  // namespace

void Runtime::enter(const EntryPoint& entry, const std::string& problem) {
  // The same on all ranks: the mode is the one that rank 0 has told.
  const bool reachable = entry.kind == EntryPoint::Kind::jupyter ? settings_.jupyter : settings_.interactive;
  if (!reachable) throw Failure(ALLRANKS_ERR_STATE, std::string(function_of(entry.kind)) + ": not in this run, whose ALLRANKS_MODE is " + settings_.mode);

  struct {
    std::int32_t present;
    std::int32_t due;
    std::int32_t refused;
  } offered{0, 0, !problem.empty()}, decided{};
  std::string due;
  if (rank_ == 0 && problem.empty()) {
    due = python_->functions_due();
    offered.present = flag_file_exists(entry.flag_file);
    offered.due = !due.empty();
  }
  check_mpi(MPI_Allreduce(&offered, &decided, 3, MPI_INT32_T, MPI_MAX, agree_comm_), "MPI_Allreduce");
  if (decided.refused) refuse_together(agree_comm_, function_of(entry.kind), problem);
  if (decided.due) {
    run_due(broadcast(due));
    if (rank_ == 0) decided.present = flag_file_exists(entry.flag_file);
    check_mpi(MPI_Bcast(&decided, 1, MPI_INT32_T, 0, agree_comm_), "MPI_Bcast");
  }
  // libyt asks for a new script by itself when a function has failed anywhere; the flag file tells that, and goes with the pause.
  bool flag_is_ours = false;
  if (entry.kind == EntryPoint::Kind::reload && !decided.present) {
    const int mine = python_->function_failed();
    int somewhere = 0;
    check_mpi(MPI_Allreduce(&mine, &somewhere, 1, MPI_INT, MPI_MAX, agree_comm_), "MPI_Allreduce");
    if (somewhere) {
      decided.present = flag_is_ours = true;
      if (rank_ == 0) make_flag(entry);
    }
  }
  if (decided.present && !link_) start_bridge();
  if (!safe_points_) {
    if (flag_is_ours && rank_ == 0) unlink(entry.flag_file.c_str());
    return;
  }
  if (decided.present) {
    safe_points_->watch_flag(entry.flag_file, news_of(entry));
    if (rank_ == 0) say_where(entry);
  }
  safe_points_->pass(decided.present != 0);
  if (flag_is_ours && rank_ == 0) unlink(entry.flag_file.c_str());
}

void Runtime::make_flag(const EntryPoint& entry) {
  std::FILE* file = std::fopen(entry.flag_file.c_str(), "we");
  if (file != nullptr) {
    std::fclose(file);
    return;
  }
  // Without the file the pause would end at once.
  std::fprintf(stderr, "allranks: an inline function has failed, but the flag file %s cannot be made (%s); the simulation goes on.\n", entry.flag_file.c_str(), std::strerror(errno));
}

void Runtime::say_where(const EntryPoint& entry) const {
  const char* function = function_of(entry.kind);
  switch (entry.kind) {
    case EntryPoint::Kind::reload:
      std::fprintf(stderr, "allranks: %s: the run stands still; make %s to read %s, %s_EXIT to go on.\n", function, entry.reload_file.c_str(), entry.script.c_str(), entry.reload_file.c_str());
      return;
    case EntryPoint::Kind::interactive:
      std::fprintf(stderr, "allranks: %s: the run stands still; the prompt is `allranks console %s`, unless it is on this terminal.\n", function, settings_.job.c_str());
      return;
    case EntryPoint::Kind::jupyter:
      return;
  }
}

// `list`: functions and their arguments, each text ended by a NUL, each function by an empty one.
void Runtime::run_due(const std::string& list) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < list.size();) {
    const std::string word = list.c_str() + at;
    at += word.size() + 1;
    if (!word.empty()) {
      words.push_back(word);
      continue;
    }
    if (words.empty()) continue;
    const std::string name = words.front();
    words.erase(words.begin());
    run_function(name, words);
    words.clear();
  }
}

}  // namespace allranks
