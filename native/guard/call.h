// One guarded MPI call: its communicator's shadow, its memory, and how it ends.
//
// A call is carried by a record that can outlive it: when the cell is released while MPI still works on a request, the record
// stays in a list and keeps the memory that MPI may still write to. Buffers up to a limit are therefore replaced by memory of
// the record, and copied back when the request completes.
#pragma once
#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "comms.h"
#include "functions_generated.h"
#include "progress.h"
#include "spans.h"
#include "state.h"

namespace allranks::guard {

enum class Role : std::uint8_t { send, recv, collective, other };
enum class Rooted : std::uint8_t { none, from, to };

struct Record {
  CommEntry* entry = nullptr;
  std::uint64_t generation = 0;
  MPI_Request request = MPI_REQUEST_NULL;
  Function function{};
  Role role = Role::other;
  Rooted rooted = Rooted::none;
  bool persistent = false;
  bool started = false;  // persistent: under way
  bool to_nobody = false;  // MPI_PROC_NULL: nothing moves
  int peer = kNoPeer;  // in the cell's communicator, or kAnyPeer
  int tag = kNoTag;
  std::uint64_t sequence = 0;

  struct Copy {
    void* to;
    const void* from;
    std::size_t bytes;
  };
  static constexpr int kCopies = 2;
  Copy copies[kCopies];
  int copy_count = 0;
  struct Pin {
    const void* address;
    std::size_t bytes;
  };
  Pin pins[kCopies];
  int pin_count = 0;
  static constexpr int kOwned = 8;
  void* owned[kOwned];
  int owned_count = 0;
  std::size_t owned_bytes = 0;
  static constexpr std::size_t kArena = 512;
  std::size_t arena_used = 0;
  alignas(16) char arena[kArena];

  // Memory that lives as long as the record; null when there is no more.
  void* take(std::size_t bytes);
};

class Call {
 public:
  // `peer`: rank in `comm` as the caller gives it, `root` likewise. Main thread, armed.
  Call(Function function, MPI_Comm comm, Role role, int peer, int tag, Rooted rooted = Rooted::none, int root = 0);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // The cell has been released, or the communicator is beyond repair: `code` is the answer.
  bool failed() const { return code_ != MPI_SUCCESS; }
  int code() const { return code_; }
  MPI_Comm comm() const { return entry_ == nullptr ? MPI_COMM_NULL : entry_->shadow; }
  MPI_Request* request() { return &record_->request; }
  Record& record() { return *record_; }
  CommEntry* entry() { return entry_; }

  int size() const { return entry_ == nullptr ? 0 : entry_->size; }
  int rank() const { return entry_ == nullptr ? 0 : entry_->rank; }
  int sources() const { return entry_ == nullptr ? 0 : entry_->sources; }
  int targets() const { return entry_ == nullptr ? 0 : entry_->targets; }
  bool is_root(int root) const { return entry_ != nullptr && (entry_->inter ? root == MPI_ROOT : root == entry_->rank); }

  void persistent() { record_->persistent = true; }
  void note_in_place(const void* buffer) { in_place_ = buffer == MPI_IN_PLACE; }
  bool in_place() const { return in_place_; }
  bool keeps() const { return entry_ != nullptr; }
  // Is this buffer replaced? Those of intercommunicators are not: which of them count depends on the caller's side.
  bool bounces(const void* buffer) const { return entry_ != nullptr && buffer != MPI_IN_PLACE && (!entry_->inter || record_->role != Role::collective); }
  // The buffer to give to MPI instead: MPI reads it, writes it, or both.
  const void* in(const void* buffer, const Span& span) { return replace(const_cast<void*>(buffer), span, true, false); }
  void* out(void* buffer, const Span& span) { return replace(buffer, span, in_place_ || !span.dense, true); }
  // For calls that name no communicator.
  void* force_out(void* buffer, const Span& span) { return replace(buffer, span, !span.dense, true); }
  void* inout(void* buffer, const Span& span) { return replace(buffer, span, true, true); }
  template <class T>
  const T* array(const T* values, int count) {
    if (values == nullptr || count <= 0) return values;
    const std::size_t bytes = sizeof(T) * static_cast<std::size_t>(count);
    void* copy = record_->take(bytes);
    if (copy == nullptr) return values;
    std::memcpy(copy, values, bytes);
    return static_cast<const T*>(copy);
  }

  // Waits for the request that MPI gave with `code`.
  int finish(int code, MPI_Status* status = MPI_STATUS_IGNORE);
  // Gives the request to the caller and remembers it.
  int hand_over(int code, MPI_Request* request);
  // Gives up a request that MPI is working on.
  void give_up();
  // The request is complete with this status.
  void complete(const MPI_Status* status);
  // Counts the request as under way.
  void count_posted();

 private:
  void* replace(void* buffer, const Span& span, bool load, bool store);

  CommEntry* entry_;
  Record* record_ = nullptr;
  int code_ = MPI_SUCCESS;
  bool in_place_ = false;
};

// Waits for both; the status is that of the receive.
int finish_both(Function function, Call& send, Call& receive, MPI_Status* status);

// --- Requests of the caller (requests.cpp) ------------------------------------------------------------------------------
// Any request under way that was made in a cell? One relaxed load; any thread.
bool any_tracked();
Record* new_record();
// Memory of all records beyond their own arenas, bytes.
std::size_t bytes_in_use();
void free_record(Record* record);
void track(Record* record);
// The record of a request, null if it is not one of a cell. Any thread.
Record* tracked(MPI_Request request);
// The request of `record` is complete: copies data back and forgets it (persistent ones stay). Any thread.
void settle(Record* record, const MPI_Status* status);
void untrack(Record* record);
// Counts what `record` moves as under way. Main thread.
void count_flow(Record& record);
// A persistent request was started, or is complete with this status and may be started again. Any thread.
void start_persistent(Record* record);
void complete_persistent(Record* record, const MPI_Status* status);
// Nobody can tell any more what became of it: nothing is proven until its communicator is renewed.
void lose_count(const Record& record);
// Copies data back without forgetting the request (MPI_Request_get_status).
void deliver(Record* record);
// Gives a request up; MPI may go on working on it.
void abandon(Record* record);
// The caller freed a request that is under way: nothing is wrong, but its memory must last.
void keep_until_complete(Record* record);
// Looks after requests that were given up; frees what has become complete.
void sweep_abandoned();
// Requests of a shadow that is replaced: cancels receives, gives the others up.
void abandon_requests_of(CommEntry* entry, std::uint64_t generation);
// Is the request one of a shadow that does not exist any more?
bool is_dead(const Record& record);
void add_counters(Counters& counters);
void forget_all_requests();

}  // namespace allranks::guard
