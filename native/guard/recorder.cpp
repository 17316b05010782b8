#include "recorder.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "state.h"

namespace allranks::guard {

Recorder recorder;

int Recorder::find(const Key& key) {
  if (last_ >= 0 && key == last_key_) return last_;
  const auto known = index_.find(key);
  if (known != index_.end()) {
    last_key_ = key;
    return last_ = known->second;
  }
  // The last places are for flows that every communicator needs; further tags of a peer share one flow.
  constexpr std::uint32_t kForTags = ProgressRecord::kFlows * 3 / 4;
  if (now_.flows >= kForTags && key.tag >= 0) return find({key.comm, key.peer, kOtherTags, key.kind});
  if (now_.flows >= ProgressRecord::kFlows) {
    now_.incomplete = 1;
    return -1;
  }
  const int at = static_cast<int>(now_.flows++);
  now_.flow[at] = {key.comm, key.peer, key.tag, key.kind, 0, 0, 0};
  index_.emplace(key, at);
  last_key_ = key;
  return last_ = at;
}

void Recorder::begin(std::uint64_t cell) {
  now_.cell = cell;
  publish(RankActivity::computing);
}

void Recorder::leave(bool failed) { publish(failed ? RankActivity::departed : RankActivity::finished); }

void Recorder::posted(FlowKind kind, std::uint64_t comm, int peer, int tag) {
  ++now_.operations;
  const int at = find({comm, peer, tag, kind});
  if (at >= 0) ++now_.flow[at].posted;
}

void Recorder::completed(FlowKind kind, std::uint64_t comm, int peer, int tag) {
  ++now_.operations;
  const int at = find({comm, peer, tag, kind});
  if (at >= 0) ++now_.flow[at].completed;
}

std::uint64_t Recorder::collective_posted(std::uint64_t comm, int members, std::uint32_t call) {
  ++now_.operations;
  const int at = find({comm, kNoPeer, kNoTag, FlowKind::collective});
  if (at < 0) return 0;
  Flow& flow = now_.flow[at];
  flow.members = static_cast<std::uint32_t>(members);
  flow.tag = static_cast<std::int32_t>((static_cast<std::uint32_t>(flow.tag) ^ call) * 0x01000193u);
  return ++flow.posted;
}

void Recorder::collective_completed(std::uint64_t comm) { completed(FlowKind::collective, comm, kNoPeer, kNoTag); }

std::uint64_t Recorder::gathering_posted(int members) {
  ++now_.operations;
  const int at = find({kGatherings, kNoPeer, kNoTag, FlowKind::collective});
  if (at < 0) return 0;
  now_.flow[at].members = static_cast<std::uint32_t>(members);
  return ++now_.flow[at].posted;
}

void Recorder::gathering_ended(bool met) {
  if (met) return collective_completed(kGatherings);
  ++now_.operations;
  const int at = find({kGatherings, kNoPeer, kNoTag, FlowKind::collective});
  if (at >= 0) --now_.flow[at].posted;
}

void Recorder::forget(std::uint64_t comm) {
  const auto end = std::remove_if(now_.flow, now_.flow + now_.flows, [&](const Flow& flow) { return flow.comm == comm; });
  now_.flows = static_cast<std::uint32_t>(end - now_.flow);
  index_.clear();
  last_ = -1;
  for (std::uint32_t i = 0; i < now_.flows; ++i) {
    const Flow& flow = now_.flow[i];
    index_.emplace(Key{flow.comm, flow.peer, flow.kind == FlowKind::collective ? kNoTag : flow.tag, flow.kind}, static_cast<int>(i));
  }
  // What is not counted is never of a gathering.
  const bool counted_only = std::all_of(now_.flow, now_.flow + now_.flows, [](const Flow& flow) { return flow.comm == kGatherings; });
  if (comm != kGatherings && counted_only) now_.incomplete = 0;
}

void Recorder::wait(const char* function, const NeedList& list) {
  now_.needs = 0;
  now_.needs_all = list.all ? 1 : 0;
  const bool whole = list.complete && list.needs.size() <= ProgressRecord::kNeeds;
  for (std::size_t i = 0; i < list.needs.size() && i < ProgressRecord::kNeeds; ++i) now_.need[now_.needs++] = list.needs[i];
  // An incomplete list of "one is enough" proves nothing; of "all", the listed ones still must be met.
  if (!whole && !list.all) now_.needs = 0;
  std::strncpy(now_.function, function, sizeof now_.function - 1);
  publish(RankActivity::waiting);
}

void Recorder::go_on() {
  const std::lock_guard<std::mutex> lock(mutex_);
  now_.needs = 0;
  now_.function[0] = '\0';
  now_.activity = RankActivity::computing;
  published_.activity = RankActivity::computing;
  published_.needs = 0;
  published_.function[0] = '\0';
}

void Recorder::poll() {
  const std::lock_guard<std::mutex> lock(mutex_);
  published_.polls = ++now_.polls;
}

void Recorder::publish(RankActivity activity) {
  now_.activity = activity;
  const std::lock_guard<std::mutex> lock(mutex_);
  // Flows in use only: inline functions come here twice a step, and the whole would push the simulation's data out of the cache.
  static_assert(offsetof(ProgressRecord, flow) + sizeof now_.flow == sizeof now_);
  std::memcpy(&published_, &now_, offsetof(ProgressRecord, flow) + now_.flows * sizeof(Flow));
}

ProgressRecord Recorder::copy() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ProgressRecord record = published_;
  record.taken_ns = now_ns();
  return record;
}

}  // namespace allranks::guard
