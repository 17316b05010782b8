#include "gates.h"

#include <sched.h>

#include <stdexcept>
#include <unordered_map>
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

// A gate has two halves. The first may be given up at any time: whoever does so never enters the second. The second is
// entered only by those that know that all have come, and is not given up; whoever completes it knows that nobody gave up
// the first. With a single barrier, a rank that was released while another had already completed it would leave that one alone
// in a call that cannot be ended.
template <class Start>
int commit(Function function, CommEntry* entry, Start start) {
  MPI_Request request = MPI_REQUEST_NULL;
  if (entry != nullptr) ++entry->collectives;
  int code = start(&request);
  if (code != MPI_SUCCESS) return code;
  Wait wait(function, entry, kNoPeer);
  std::uint64_t ended_ns = 0;
  std::uint64_t looks = 0;
  for (;;) {
    int done = 0;
    code = MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done || code != MPI_SUCCESS) return code;
    // Not described to the recorder: a committed wait ends by itself and proves nothing.
    if (wait.turn([](NeedList& list) { list.complete = list.all = false; })) continue;
    sched_yield();
    if (ended_ns == 0) ended_ns = now_ns();
    if (++looks > kCommittedLooks && now_ns() - ended_ns > kCommitted_ns) break;
  }
  if (entry != nullptr) entry->poison();
  return state.released_code;
}

// One round of a dissemination barrier among `members` (ranks of the cell's communicator) after another.
int group_barrier(Function function, MPI_Comm comm, const std::vector<int>& members, std::size_t me, int tag) {
  for (std::size_t step = 1; step < members.size(); step *= 2) {
    const int to = members[(me + step) % members.size()];
    const int from = members[(me + members.size() - step) % members.size()];
    Call send(function, comm, Role::send, to, tag);
    if (send.failed()) return send.code();
    Call receive(function, comm, Role::recv, from, tag);
    if (receive.failed()) return receive.code();
    MPI_Request ignored = MPI_REQUEST_NULL;
    int code = send.hand_over(MPI_Isend(nullptr, 0, MPI_BYTE, to, tag, send.comm(), send.request()), &ignored);
    if (code != MPI_SUCCESS) return code;
    code = receive.finish(MPI_Irecv(nullptr, 0, MPI_BYTE, from, tag, receive.comm(), receive.request()));
    if (Record* record = tracked(ignored)) {
      // An empty message leaves at once; the list takes care of a transport where it does not.
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
  }
  return MPI_SUCCESS;
}

int dead(const char* what) { return tell(state.dead_code, what); }

}  // namespace

int gate(Function function, MPI_Comm comm) {
  CommEntry* entry = nullptr;
  {
    Call call(function, comm, Role::collective, kNoPeer, kNoTag);
    if (call.failed()) return call.code();
    entry = call.entry();
    if (entry == nullptr) return MPI_SUCCESS;  // MPI_COMM_NULL: MPI itself says what is wrong
    const int code = call.finish(MPI_Ibarrier(call.comm(), call.request()));
    if (code != MPI_SUCCESS) return code;
  }
  return commit(function, entry, [&](MPI_Request* request) { return MPI_Ibarrier(entry->shadow, request); });
}

int gate_group(Function function, MPI_Comm comm, MPI_Group group, int tag) {
  if (must_end(kNames[static_cast<int>(function)])) return state.released_code;
  if (comm == MPI_COMM_NULL || group == MPI_GROUP_NULL) return MPI_SUCCESS;
  int size = 0;
  int me = MPI_UNDEFINED;
  int code = MPI_Group_size(group, &size);
  if (code == MPI_SUCCESS) code = MPI_Group_rank(group, &me);
  if (code != MPI_SUCCESS || me == MPI_UNDEFINED || size < 2) return code;
  std::vector<int> order(static_cast<std::size_t>(size));
  std::vector<int> members(order.size());
  for (int i = 0; i < size; ++i) order[static_cast<std::size_t>(i)] = i;
  code = MPI_Group_translate_ranks(group, size, order.data(), state.cell_group, members.data());
  if (code != MPI_SUCCESS) return code;
  for (const int member : members) {
    if (member == MPI_UNDEFINED) return refuse("MPI_Comm_create_group is refused inside a cell for processes that are not in the simulation's communicator");
  }
  constexpr int kTags = 1 << 13;
  for (int half = 0; half < 2; ++half) {
    code = group_barrier(function, control_comm(), members, static_cast<std::size_t>(me), (tag & (kTags - 1)) + half * kTags);
    if (code != MPI_SUCCESS) return code;
  }
  return MPI_SUCCESS;
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
  if (entry != nullptr) windows[handle_bits(*window)] = {entry, entry->generation};
  return code;
}

int gate_window(Function function, MPI_Win window) {
  const auto found = windows.find(handle_bits(window));
  if (found == windows.end()) return must_end(kNames[static_cast<int>(function)]) ? state.released_code : MPI_SUCCESS;
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
  if (found == files.end()) return must_end(kNames[static_cast<int>(function)]) ? state.released_code : MPI_SUCCESS;
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

int refuse(const char* sentence) { return tell(state.refused_code, sentence); }

}  // namespace allranks::guard
