#include "gates.h"

#include <sched.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "call.h"
#include "recorder.h"
#include "state.h"
#include "wait.h"

namespace allranks::guard {

namespace {

struct Place {
  CommEntry* entry;
  std::uint64_t generation;
};
std::unordered_map<std::uint64_t, Place> windows;
std::unordered_map<std::uint64_t, Place> files;

// How long the second half of a gate outlasts a release. It completes as soon as every member has been scheduled once, so this
// is only reached when a process is stopped from outside.
constexpr std::uint64_t kCommitted_ns = 5'000'000'000;
constexpr std::uint64_t kCommittedLooks = 1000;
// Tags of the two halves on the control communicator.
constexpr int kArriving = 1;
constexpr int kCommitted = 2;

// What members tell each other when they come: another call, or another communicator, is no match.
struct Ticket {
  std::uint64_t comm;
  std::uint64_t function;
};

// Who a member hears from and tells in one step of a dissemination barrier.
struct Partners {
  int to;
  int from;
};

Partners partners(const std::vector<int>& members, std::size_t me, std::size_t step) {
  return {members[(me + step) % members.size()], members[(me + members.size() - step) % members.size()]};
}

// The first half: may be given up at any time. Whoever completes it knows that all members have come for the same call.
int arrive(Function function, CommEntry* entry, const std::vector<int>& members, std::size_t me, const Ticket& mine) {
  const MPI_Comm comm = control_comm();
  for (std::size_t step = 1; step < members.size(); step *= 2) {
    const auto [to, from] = partners(members, me, step);
    Call send(function, comm, Role::send, to, kArriving);
    if (send.failed()) return send.code();
    Call receive(function, comm, Role::recv, from, kArriving);
    if (receive.failed()) return receive.code();
    Ticket theirs{};
    const Span span{0, sizeof theirs, true};
    MPI_Request ignored = MPI_REQUEST_NULL;
    int code = send.hand_over(MPI_Isend(send.in(&mine, span), sizeof mine, MPI_BYTE, to, kArriving, send.comm(), send.request()), &ignored);
    if (code != MPI_SUCCESS) return code;
    code = receive.finish(MPI_Irecv(receive.out(&theirs, span), sizeof theirs, MPI_BYTE, from, kArriving, receive.comm(), receive.request()));
    if (Record* record = tracked(ignored)) {
      // A short message leaves at once; the list takes care of a transport where it does not.
      untrack(record);
      int done = 0;
      MPI_Status status{};
      if (MPI_Test(&record->request, &done, &status) == MPI_SUCCESS && done) {
        settle(record, &status);
      } else {
        keep_until_complete(record);
      }
    }
    if (code != MPI_SUCCESS) return code;
    if (theirs.comm == mine.comm && theirs.function == mine.function) continue;
    // Messages of this gate may be left: the next cell gets new communicators.
    if (entry != nullptr) entry->poison();
    known_comm(comm)->poison();
    const char* other = theirs.function < kFunctions ? kCalls[theirs.function] : "another call";
    return tell(state.refused_code, std::string("the ranks do not match: ") + kCalls[static_cast<int>(function)] + " here, " + other +
                                        (theirs.function == mine.function ? " of another communicator" : "") + " on rank " + std::to_string(from));
  }
  return MPI_SUCCESS;
}

// The second half is not given up; whoever completes it knows that nobody gave up the first. With a single barrier, a rank that
// was released while another had already completed it would leave that one alone in a call that cannot be ended.
int commit(Function function, CommEntry* entry, const std::vector<int>& members, std::size_t me) {
  CommEntry* control = known_comm(control_comm());
  Wait wait(function, entry, kNoPeer);
  std::uint64_t ended_ns = 0;
  std::uint64_t looks = 0;
  for (std::size_t step = 1; step < members.size(); step *= 2) {
    const auto [to, from] = partners(members, me, step);
    MPI_Request requests[2] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
    int code = MPI_Irecv(nullptr, 0, MPI_BYTE, from, kCommitted, control->shadow, &requests[0]);
    if (code == MPI_SUCCESS) code = MPI_Isend(nullptr, 0, MPI_BYTE, to, kCommitted, control->shadow, &requests[1]);
    for (int done = 0; code == MPI_SUCCESS;) {
      code = MPI_Testall(2, requests, &done, MPI_STATUSES_IGNORE);
      if (done) break;
      // Not described to the recorder: a committed wait ends by itself and proves nothing.
      if (wait.turn([](NeedList& list) { list.complete = list.all = false; })) continue;
      sched_yield();
      if (ended_ns == 0) ended_ns = now_ns();
      if (++looks <= kCommittedLooks || now_ns() - ended_ns <= kCommitted_ns) continue;
      control->poison();
      control->uncounted = true;
      if (entry != nullptr) entry->poison();
      return state.released_code;
    }
    if (code != MPI_SUCCESS) return code;
  }
  return MPI_SUCCESS;
}

// Messages among the members on the control communicator: a collective operation on their own one would meet the `Barrier` of
// a member that is somewhere else, and the call behind the gate would wait for it without end.
int pass(Function function, CommEntry* entry, const std::vector<int>& members, std::uint64_t comm_id) {
  const auto me = std::lower_bound(members.begin(), members.end(), state.cell_rank);
  if (members.size() < 2 || me == members.end() || *me != state.cell_rank) return MPI_SUCCESS;
  const auto place = static_cast<std::size_t>(me - members.begin());
  const int code = arrive(function, entry, members, place, {comm_id, static_cast<std::uint64_t>(function)});
  return code == MPI_SUCCESS ? commit(function, entry, members, place) : code;
}

// Ranks of `group` in the cell's communicator, in order; false when one is not in it.
bool add_members(MPI_Group group, std::vector<int>& members) {
  int size = 0;
  check(MPI_Group_size(group, &size), "MPI_Group_size");
  std::vector<int> order(static_cast<std::size_t>(size));
  std::vector<int> found(order.size());
  for (int i = 0; i < size; ++i) order[static_cast<std::size_t>(i)] = i;
  check(MPI_Group_translate_ranks(group, size, order.data(), state.cell_group, found.data()), "MPI_Group_translate_ranks");
  if (std::find(found.begin(), found.end(), MPI_UNDEFINED) != found.end()) return false;
  members.insert(members.end(), found.begin(), found.end());
  std::sort(members.begin(), members.end());
  return true;
}

// Members of a communicator, both groups of an intercommunicator. False: it reaches beyond the cell's.
bool find_members(CommEntry& entry) {
  if (!entry.members.empty()) return true;
  for (const int rank : entry.cell_ranks) {
    if (rank == MPI_UNDEFINED) return false;
  }
  std::vector<int> members;
  MPI_Group group = MPI_GROUP_NULL;
  check(MPI_Comm_group(entry.user, &group), "MPI_Comm_group");
  const bool inside = add_members(group, members);
  MPI_Group_free(&group);
  if (!inside) return false;
  if (entry.inter) {
    members.insert(members.end(), entry.cell_ranks.begin(), entry.cell_ranks.end());
    std::sort(members.begin(), members.end());
  }
  entry.members = std::move(members);
  return true;
}

int dead(const char* what) { return tell(state.dead_code, what); }

}  // namespace

int gate(Function function, MPI_Comm comm) {
  Call call(function, comm, Role::other, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  CommEntry* entry = call.entry();
  if (entry == nullptr) return MPI_SUCCESS;  // MPI_COMM_NULL: MPI itself says what is wrong
  try {
    if (!find_members(*entry)) return refuse("a collective call without a nonblocking form is refused inside a cell for processes that are not in the simulation's communicator");
  } catch (const std::runtime_error& error) {
    return tell(state.dead_code, error.what());
  }
  return pass(function, entry, entry->members, entry->id);
}

int gate_group(Function function, MPI_Comm comm, MPI_Group group, int tag) {
  if (must_end(kCalls[static_cast<int>(function)])) return state.released_code;
  if (comm == MPI_COMM_NULL || group == MPI_GROUP_NULL) return MPI_SUCCESS;
  CommEntry* entry = find_comm(comm);
  std::vector<int> members;
  try {
    if (!add_members(group, members)) return refuse("MPI_Comm_create_group is refused inside a cell for processes that are not in the simulation's communicator");
  } catch (const std::runtime_error& error) {
    return tell(state.dead_code, error.what());
  }
  // Groups of one communicator tell their calls apart by the tag.
  const std::uint64_t id = entry == nullptr ? 0 : entry->id;
  return pass(function, entry, members, id ^ static_cast<std::uint64_t>(static_cast<std::uint32_t>(tag)) << 16);
}

int adopt_comm(int code, MPI_Comm parent, MPI_Comm* made) {
  if (code != MPI_SUCCESS || *made == MPI_COMM_NULL) return code;
  try {
    map_comm(*made, false, known_comm(parent));
  } catch (const std::runtime_error& error) {
    return tell(state.dead_code, error.what());
  }
  return code;
}

int note_created(int code, MPI_Comm parent, MPI_Comm* made) {
  if (code == MPI_SUCCESS && on_main_thread() && known_comm(parent) != nullptr) map_later(*made);
  return code;
}

int adopt_window(int code, MPI_Comm comm, MPI_Win* window) {
  CommEntry* entry = code == MPI_SUCCESS ? known_comm(comm) : nullptr;
  if (entry == nullptr) return code;
  windows[handle_bits(*window)] = {entry, entry->generation};
  // The default of windows: a wrong argument of MPI_Put ends the job.
  return MPI_Win_set_errhandler(*window, MPI_ERRORS_RETURN);
}

int gate_window(Function function, MPI_Win window) {
  const auto found = windows.find(handle_bits(window));
  if (found == windows.end()) return must_end(kCalls[static_cast<int>(function)]) ? state.released_code : MPI_SUCCESS;
  const Place& place = found->second;
  if (place.entry->generation != place.generation) return dead("this window belongs to a cell that was ended in the middle of MPI calls and is dead; make it anew");
  return place.entry->gone ? MPI_SUCCESS : gate(function, place.entry->user);
}

int forget_window(int code, MPI_Win window) {
  if (code == MPI_SUCCESS) windows.erase(handle_bits(window));
  return code;
}

int adopt_file(int code, MPI_Comm comm, MPI_File* file) {
  CommEntry* entry = code == MPI_SUCCESS ? known_comm(comm) : nullptr;
  if (entry != nullptr) files[handle_bits(*file)] = {entry, entry->generation};
  return code;
}

int gate_file(Function function, MPI_File file) {
  const auto found = files.find(handle_bits(file));
  if (found == files.end()) return must_end(kCalls[static_cast<int>(function)]) ? state.released_code : MPI_SUCCESS;
  // A file has a communicator of its own inside MPI, which no abandoned call has used: it outlives its opener's shadow.
  CommEntry* entry = found->second.entry;
  return entry->gone ? MPI_SUCCESS : gate(function, entry->user);
}

int forget_file(int code, MPI_File file) {
  if (code == MPI_SUCCESS) files.erase(handle_bits(file));
  return code;
}

void forget_windows_and_files() {
  windows.clear();
  files.clear();
}

bool ends_job(MPI_Errhandler handler) {
#ifdef MPI_ERRORS_ABORT
  if (handler == MPI_ERRORS_ABORT) return true;
#endif
  return handler == MPI_ERRORS_ARE_FATAL;
}

int refuse(const char* sentence) { return tell(state.refused_code, sentence); }

}  // namespace allranks::guard
