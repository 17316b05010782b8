#include "call.h"

#include <sched.h>

#include <cctype>
#include <cstring>
#include <string>
#include <vector>

#include "recorder.h"
#include "wait.h"

namespace allranks::guard {

namespace {

// A release may overtake a message that is already there; a few more looks cost nothing and keep a call that is complete from
// being counted as abandoned.
constexpr int kLastLooks = 20;

// A number for the collective call as its members must agree on it: MPI_Bcast, MPI_Ibcast and MPI_Bcast_c are one, roots differ.
std::uint32_t mark_of(Function function, int root) {
  static const std::vector<std::uint32_t> marks = [] {
    std::vector<std::uint32_t> all;
    for (const char* const name : kCalls) {
      std::string call(name + std::strlen("MPI_"));
      if (call[0] == 'I' && call.size() > 1 && std::islower(static_cast<unsigned char>(call[1])) != 0) call.erase(0, 1);
      call[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(call[0])));
      std::uint32_t mark = 0x811c9dc5u;
      for (const char letter : call) mark = (mark ^ static_cast<unsigned char>(letter)) * 0x01000193u;
      all.push_back(mark);
    }
    return all;
  }();
  return marks[static_cast<std::size_t>(function)] + static_cast<std::uint32_t>(root);
}

}  // namespace

Call::Call(Function function, MPI_Comm comm, Role role, int peer, int tag, Rooted rooted, int root) : entry_(nullptr) {
  if (must_end(kCalls[static_cast<int>(function)])) {
    code_ = state.released_code;
    return;
  }
  entry_ = find_comm(comm);
  if (entry_ != nullptr && entry_->unmapped && entry_->poisoned) {
    code_ = tell(state.dead_code, "this communicator was left in the middle of a call by an earlier cell and cannot be renewed; make it anew in a cell");
    return;
  }
  if (entry_ != nullptr && !entry_->unmapped && entry_->id == 0) {
    code_ = tell(state.dead_code, "this communicator was made outside of a cell and is not ready for cells yet; it will be for the next one");
    return;
  }
  record_ = new_record();
  record_->entry = entry_;
  record_->generation = entry_ == nullptr ? 0 : entry_->generation;
  record_->function = function;
  // `kNoPeer` of other roles may have the value of MPI_PROC_NULL.
  record_->to_nobody = (role == Role::send || role == Role::recv) && peer == MPI_PROC_NULL;
  record_->role = entry_ == nullptr || record_->to_nobody ? Role::other : role;
  record_->rooted = rooted;
  if (entry_ != nullptr && record_->role != Role::other) {
    if (role == Role::collective) {
      record_->peer = rooted == Rooted::none ? kNoPeer : entry_->cell_rank_of(root);
    } else {
      record_->peer = entry_->cell_rank_of(peer);
      record_->tag = tag == MPI_ANY_TAG ? kAnyTag : tag;
    }
  }
}

Call::~Call() {
  if (record_ != nullptr) free_record(record_);
}

void* Call::replace(void* buffer, const Span& span, bool load, bool store) {
  if (span.bytes == 0) return buffer;
  char* at = static_cast<char*>(buffer) + span.offset;
  void* memory = nullptr;
  const Options& options = state.options;
  if (span.bytes <= options.bounce_bytes && bytes_in_use() + span.bytes <= options.bounce_total_bytes && record_->copy_count < Record::kCopies) {
    memory = record_->take(span.bytes);
  }
  if (memory == nullptr) {
    if (record_->pin_count < Record::kCopies) record_->pins[record_->pin_count++] = {at, span.bytes};
    return buffer;
  }
  if (load) std::memcpy(memory, at, span.bytes);
  if (store) record_->copies[record_->copy_count++] = {at, memory, span.bytes};
  return static_cast<char*>(memory) - span.offset;
}

void Call::count_posted() {
  Record& record = *record_;
  if (entry_ == nullptr) return;
  entry_->count(record.generation, 1);
  // Persistent ones are counted each time they are started; partitioned ones never, as their parts are messages of their own.
  if (record.persistent && record.role != Role::other) return;
  count_flow(record);
}

void count_flow(Record& record) {
  CommEntry* entry = record.entry;
  if (entry->id == 0) return lose_count(record);
  switch (record.role) {
    case Role::send:
      ++entry->balance;
      recorder.posted(FlowKind::send, entry->id, record.peer, record.tag);
      break;
    case Role::recv:
      recorder.posted(FlowKind::receive, entry->id, record.peer, record.tag);
      break;
    case Role::collective:
      ++entry->collectives;
      record.sequence = recorder.collective_posted(entry->id, entry->size, mark_of(record.function, entry->inter ? kNoPeer : record.peer));
      break;
    case Role::other:
      if (!record.to_nobody) lose_count(record);
      break;
  }
}

int Call::finish(int code, MPI_Status* status) {
  if (code != MPI_SUCCESS) return code;
  count_posted();
  Record& record = *record_;
  Wait wait(record.function, entry_, record.peer);
  MPI_Status result{};
  result.MPI_ERROR = MPI_SUCCESS;
  bool ended = false;
  for (int looks = 0; looks < kLastLooks;) {
    int done = 0;
    code = MPI_Test(&record.request, &done, &result);
    if (done || code != MPI_SUCCESS) {
      if (status != MPI_STATUS_IGNORE) *status = result;
      settle(record_, &result);
      record_ = nullptr;
      return code;
    }
    if (!ended) ended = !wait.turn([&](NeedList& list) { add_need(list, record); });
    if (ended) {
      ++looks;
      sched_yield();
    }
  }
  abandon(record_);
  record_ = nullptr;
  return state.released_code;
}

int Call::hand_over(int code, MPI_Request* request) {
  if (code != MPI_SUCCESS) return code;
  *request = record_->request;
  count_posted();
  int done = 0;
  MPI_Status status{};
  // What is complete at once is settled at once: MPIs give one shared handle to all such requests, so it names no record.
  if (!record_->persistent && MPI_Request_get_status(record_->request, &done, &status) != MPI_SUCCESS) done = 0;
  if (done) {
    settle(record_, &status);
  } else {
    track(record_);
  }
  record_ = nullptr;
  return MPI_SUCCESS;
}

void Call::give_up() {
  abandon(record_);
  record_ = nullptr;
}

void Call::complete(const MPI_Status* status) {
  settle(record_, status);
  record_ = nullptr;
}

int finish_both(Function function, Call& send, Call& receive, MPI_Status* status) {
  send.count_posted();
  receive.count_posted();
  Wait wait(function, receive.entry(), receive.record().peer);
  bool sent = false;
  bool received = false;
  bool ended = false;
  int failure = MPI_SUCCESS;
  for (int looks = 0; looks < kLastLooks;) {
    MPI_Status result{};
    result.MPI_ERROR = MPI_SUCCESS;
    if (!received) {
      int done = 0;
      const int code = MPI_Test(receive.request(), &done, &result);
      if (done || code != MPI_SUCCESS) {
        received = true;
        if (code != MPI_SUCCESS) failure = code;
        if (status != MPI_STATUS_IGNORE) *status = result;
        receive.complete(&result);
      }
    }
    if (!sent) {
      int done = 0;
      const int code = MPI_Test(send.request(), &done, &result);
      if (done || code != MPI_SUCCESS) {
        sent = true;
        if (code != MPI_SUCCESS) failure = code;
        send.complete(&result);
      }
    }
    if (sent && received) return failure;
    const auto describe = [&](NeedList& list) {
      if (!sent) add_need(list, send.record());
      if (!received) add_need(list, receive.record());
    };
    if (!ended) ended = !wait.turn(describe);
    if (ended) {
      ++looks;
      sched_yield();
    }
  }
  if (!sent) send.give_up();
  if (!received) receive.give_up();
  return state.released_code;
}

}  // namespace allranks::guard
