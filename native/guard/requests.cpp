// Records of requests: those that the caller holds, and those that were given up while MPI still worked on them.
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "call.h"
#include "recorder.h"
#include "wait.h"

namespace allranks::guard {

namespace {

// Another thread may wait for a request that a cell made on the main thread.
std::mutex mutex;
std::unordered_map<std::uint64_t, Record*> requests;
std::atomic<int> tracked_count{0};
std::vector<Record*> free_list;
std::vector<Record*> abandoned;
std::size_t owned_total = 0;
std::uint64_t pinned_total = 0;

constexpr std::size_t kKeptRecords = 64;
// Looks at a cancelled receive before it goes to the list.
constexpr int kCancelLooks = 8;

void pin(const Record& record) {
  for (int i = 0; i < record.pin_count; ++i) {
    pinned_total += record.pins[i].bytes;
    if (state.hooks.pin != nullptr) state.hooks.pin(state.hooks.context, record.pins[i].address, record.pins[i].bytes);
  }
}

void copy_back(Record& record) {
  for (int i = 0; i < record.copy_count; ++i) std::memcpy(record.copies[i].to, record.copies[i].from, record.copies[i].bytes);
  record.copy_count = 0;
}

void count_flow_completed(const Record& record, const MPI_Status* status) {
  CommEntry* entry = record.entry;
  if (entry->id == 0 || record.generation != entry->generation) return;
  switch (record.role) {
    case Role::send:
      recorder.completed(FlowKind::send, entry->id, record.peer, record.tag);
      return;
    case Role::recv: {
      recorder.completed(FlowKind::receive, entry->id, record.peer, record.tag);
      int cancelled = 0;
      if (status == nullptr) {
        lose_count(record);
      } else if (MPI_Test_cancelled(status, &cancelled) != MPI_SUCCESS || !cancelled) {
        --entry->balance;
        recorder.completed(FlowKind::taken, entry->id, entry->cell_rank_of(status->MPI_SOURCE), status->MPI_TAG);
      }
      return;
    }
    case Role::collective:
      recorder.collective_completed(entry->id);
      return;
    case Role::other:
      return;
  }
}

void count_completed(const Record& record, const MPI_Status* status) {
  if (record.entry == nullptr) return;
  record.entry->count(record.generation, -1);
  if (!record.persistent || record.started) count_flow_completed(record, status);
}

bool complete_now(Record* record, MPI_Status* status) {
  int done = 0;
  // An error ends the request as well.
  return MPI_Test(&record->request, &done, status) != MPI_SUCCESS || done;
}

}  // namespace

bool any_tracked() { return tracked_count.load(std::memory_order_relaxed) != 0; }

std::size_t bytes_in_use() { return owned_total; }

void* Record::take(std::size_t bytes) {
  const std::size_t rounded = (bytes + 15) & ~std::size_t{15};
  if (rounded <= kArena - arena_used) {
    void* at = arena + arena_used;
    arena_used += rounded;
    return at;
  }
  if (owned_count == kOwned) return nullptr;
  void* memory = std::malloc(bytes);
  if (memory == nullptr) return nullptr;
  owned[owned_count++] = memory;
  owned_bytes += bytes;
  const std::lock_guard<std::mutex> lock(mutex);
  owned_total += bytes;
  return memory;
}

Record* new_record() {
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (!free_list.empty()) {
      Record* record = free_list.back();
      free_list.pop_back();
      return record;
    }
  }
  return new Record;
}

void free_record(Record* record) {
  for (int i = 0; i < record->owned_count; ++i) std::free(record->owned[i]);
  const std::lock_guard<std::mutex> lock(mutex);
  owned_total -= record->owned_bytes;
  if (free_list.size() >= kKeptRecords) {
    delete record;
    return;
  }
  // The arena is left as it is: clearing it would cost more than a small message.
  record->entry = nullptr;
  record->request = MPI_REQUEST_NULL;
  record->role = Role::other;
  record->rooted = Rooted::none;
  record->persistent = record->started = record->to_nobody = false;
  record->peer = kNoPeer;
  record->tag = kNoTag;
  record->sequence = 0;
  record->copy_count = record->pin_count = record->owned_count = 0;
  record->owned_bytes = record->arena_used = 0;
  free_list.push_back(record);
}

void track(Record* record) {
  const std::lock_guard<std::mutex> lock(mutex);
  requests[handle_bits(record->request)] = record;
  tracked_count.store(static_cast<int>(requests.size()), std::memory_order_relaxed);
}

Record* tracked(MPI_Request request) {
  if (request == MPI_REQUEST_NULL || !any_tracked()) return nullptr;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = requests.find(handle_bits(request));
  return found == requests.end() ? nullptr : found->second;
}

void untrack(Record* record) {
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = requests.find(handle_bits(record->request));
  if (found != requests.end() && found->second == record) requests.erase(found);
  tracked_count.store(static_cast<int>(requests.size()), std::memory_order_relaxed);
}

void deliver(Record* record) { copy_back(*record); }

void settle(Record* record, const MPI_Status* status) {
  copy_back(*record);
  if (on_main_thread()) {
    count_completed(*record, status);
  } else if (record->entry != nullptr) {
    // Counters belong to the main thread; `live` stays too high, so that the shadow is kept rather than freed too early.
    recorder.incomplete();
  }
  free_record(record);
}

void lose_count(const Record& record) {
  if (record.entry != nullptr) record.entry->uncounted = true;
  recorder.incomplete();
}

void start_persistent(Record* record) {
  if (record->entry == nullptr || record->role == Role::other || is_dead(*record)) return;
  record->started = true;
  if (on_main_thread()) {
    count_flow(*record);
  } else {
    lose_count(*record);
  }
}

void complete_persistent(Record* record, const MPI_Status* status) {
  if (!record->started) return;
  if (on_main_thread()) {
    count_flow_completed(*record, status);
  } else {
    lose_count(*record);
  }
  record->started = false;
}

void abandon(Record* record) {
  CommEntry* entry = record->entry;
  if (entry != nullptr) entry->poison();
  if (record->role == Role::recv) {
    MPI_Cancel(&record->request);
    for (int i = 0; i < kCancelLooks; ++i) {
      MPI_Status status{};
      if (complete_now(record, &status)) {
        record->copy_count = 0;
        count_completed(*record, &status);
        free_record(record);
        return;
      }
    }
  }
  pin(*record);
  record->copy_count = 0;
  abandoned.push_back(record);
}

void keep_until_complete(Record* record) {
  record->copy_count = 0;
  abandoned.push_back(record);
}

void sweep_abandoned() {
  for (std::size_t i = abandoned.size(); i-- > 0;) {
    Record* record = abandoned[i];
    MPI_Status status{};
    if (!complete_now(record, &status)) continue;
    count_completed(*record, &status);
    free_record(record);
    abandoned[i] = abandoned.back();
    abandoned.pop_back();
  }
}

void abandon_requests_of(CommEntry* entry, std::uint64_t generation) {
  std::vector<Record*> receives;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    for (const auto& [bits, record] : requests) {
      if (record->entry != entry || record->generation != generation) continue;
      pin(*record);
      // From now on nothing may be written to memory that the cell may have freed.
      record->copy_count = 0;
      if (record->role == Role::recv && (!record->persistent || record->started)) receives.push_back(record);
    }
  }
  for (Record* record : receives) MPI_Cancel(&record->request);
}

bool is_dead(const Record& record) {
  return record.entry != nullptr && !record.entry->gone && record.generation != record.entry->generation;
}

void add_counters(Counters& counters) {
  counters.abandoned = abandoned.size();
  for (const Record* record : abandoned) counters.abandoned_bytes += record->owned_bytes;
  counters.pinned_bytes = pinned_total;
}

void forget_all_requests() {
  // Memory that MPI may still write to stays for good.
  sweep_abandoned();
  abandoned.clear();
  const std::lock_guard<std::mutex> lock(mutex);
  requests.clear();
  tracked_count.store(0, std::memory_order_relaxed);
  for (Record* record : free_list) delete record;
  free_list.clear();
}

void add_need(NeedList& list, const Record& record) {
  const CommEntry* entry = record.entry;
  // One that was not started is complete.
  if (record.persistent && !record.started && record.role != Role::other) return;
  if (entry == nullptr || entry->id == 0 || record.role == Role::other) {
    list.complete = false;
    return;
  }
  Need need{FlowKind::collective, static_cast<std::uint32_t>(record.rooted), entry->id, record.peer, record.tag, record.sequence};
  if (record.role == Role::send) need.kind = FlowKind::send;
  if (record.role == Role::recv) need.kind = FlowKind::receive;
  list.needs.push_back(need);
}

}  // namespace allranks::guard
