#include "progress.h"

#include <cstring>

namespace allranks::guard {

namespace {

using Records = std::vector<ProgressRecord>;

bool tags_meet(std::int32_t a, std::int32_t b) { return a == kAnyTag || b == kAnyTag || a == b; }

// Are there messages from `from` to `to` on that communicator, with a tag that a receive for `tag` takes, that were
// sent and not taken?
bool message_under_way(const Records& all, int from, int to, std::uint64_t comm, std::int32_t tag) {
  std::uint64_t sent = 0, taken = 0, sent_all = 0, taken_all = 0;
  bool shared = false;
  const auto count = [&](const ProgressRecord& record, FlowKind kind, int peer, bool posted, std::uint64_t& exact, std::uint64_t& total) {
    for (std::uint32_t i = 0; i < record.flows; ++i) {
      const Flow& flow = record.flow[i];
      if (flow.kind != kind || flow.comm != comm || flow.peer != peer) continue;
      const std::uint64_t number = posted ? flow.posted : flow.completed;
      total += number;
      if (flow.tag == kOtherTags) shared = true;
      if (tags_meet(flow.tag, tag)) exact += number;
    }
  };
  count(all[static_cast<std::size_t>(from)], FlowKind::send, to, true, sent, sent_all);
  count(all[static_cast<std::size_t>(to)], FlowKind::taken, from, false, taken, taken_all);
  // More taken than sent: one of the two records does not go back far enough to tell.
  if (taken_all > sent_all || (!shared && taken > sent)) return true;
  return shared ? sent_all > taken_all : sent > taken;
}

// Has `at` posted a receive that a message from `from` with `tag` could still meet?
bool receive_open(const Records& all, int at, int from, std::uint64_t comm, std::int32_t tag) {
  const ProgressRecord& record = all[static_cast<std::size_t>(at)];
  for (std::uint32_t i = 0; i < record.flows; ++i) {
    const Flow& flow = record.flow[i];
    if (flow.kind != FlowKind::receive || flow.comm != comm || flow.posted <= flow.completed) continue;
    if ((flow.peer == from || flow.peer == kAnyPeer) && (flow.tag == kOtherTags || tags_meet(flow.tag, tag))) return true;
  }
  // A probe is no posted receive, but whoever waits in one takes the message next.
  for (std::uint32_t i = 0; i < record.needs; ++i) {
    const Need& need = record.need[i];
    if (need.kind == FlowKind::receive && need.comm == comm && (need.peer == from || need.peer == kAnyPeer) && tags_meet(need.tag, tag)) return true;
  }
  return false;
}

const Flow* collective_flow(const ProgressRecord& record, std::uint64_t comm) {
  for (std::uint32_t i = 0; i < record.flows; ++i) {
    if (record.flow[i].kind == FlowKind::collective && record.flow[i].comm == comm) return &record.flow[i];
  }
  return nullptr;
}

// Have members that made as many calls made other ones? Then this call waits for one that will not come: MPI leaves open
// what becomes of a `Barrier` that meets an `Allreduce`.
bool differ(const Records& all, const Need& need) {
  const Flow* first = nullptr;
  for (const ProgressRecord& record : all) {
    const Flow* flow = collective_flow(record, need.comm);
    if (flow == nullptr || flow->posted != need.sequence) continue;
    if (first != nullptr && flow->tag != first->tag) return true;
    first = flow;
  }
  return false;
}

bool collective_may_complete(const Records& all, const Need& need) {
  std::uint32_t present = 0;
  std::uint32_t members = 0;
  bool root_present = false;
  bool missing_departed = false;
  for (std::size_t rank = 0; rank < all.size(); ++rank) {
    const Flow* flow = collective_flow(all[rank], need.comm);
    if (flow != nullptr && flow->members > members) members = flow->members;
    if (flow != nullptr && flow->posted >= need.sequence) {
      ++present;
      if (static_cast<int>(rank) == need.peer) root_present = true;
    } else if (all[rank].activity == RankActivity::departed) {
      missing_departed = true;
    }
  }
  if (need.sequence == 0 || members == 0) return true;
  if (present >= members) return !differ(all, need);
  // Data come from the root alone: if it was there, they may be on their way. The cell has failed anyway when one that should
  // pass them on has left by an exception.
  if (need.rooted == 1 && root_present) return !missing_departed;
  return false;
}

bool may_be_met(const Records& all, int rank, const Need& need) {
  switch (need.kind) {
    case FlowKind::receive: {
      for (std::size_t from = 0; from < all.size(); ++from) {
        if (need.peer != kAnyPeer && need.peer != static_cast<int>(from)) continue;
        if (message_under_way(all, static_cast<int>(from), rank, need.comm, need.tag)) return true;
      }
      // A source that is not among these ranks cannot be judged.
      return need.peer != kAnyPeer && (need.peer < 0 || need.peer >= static_cast<int>(all.size()));
    }
    case FlowKind::send:
      if (need.peer < 0 || need.peer >= static_cast<int>(all.size())) return true;
      return receive_open(all, need.peer, rank, need.comm, need.tag);
    case FlowKind::collective:
      return collective_may_complete(all, need);
    case FlowKind::taken:
      return true;
  }
  return true;
}

bool may_go_on(const Records& all, int rank) {
  const ProgressRecord& record = all[static_cast<std::size_t>(rank)];
  if (record.needs == 0) return true;
  for (std::uint32_t i = 0; i < record.needs; ++i) {
    const bool met = may_be_met(all, rank, record.need[i]);
    if (record.needs_all != 0 && !met) return false;
    if (record.needs_all == 0 && met) return true;
  }
  return record.needs_all != 0;
}

bool has_left(const ProgressRecord& record) { return record.activity == RankActivity::finished || record.activity == RankActivity::departed; }

bool unchanged(const ProgressRecord& a, const ProgressRecord& b) {
  return a.cell == b.cell && a.operations == b.operations && a.activity == b.activity && a.needs == b.needs && a.needs_all == b.needs_all && a.flows == b.flows &&
         std::memcmp(a.function, b.function, sizeof a.function) == 0 && std::memcmp(a.need, b.need, a.needs * sizeof(Need)) == 0 &&
         std::memcmp(a.flow, b.flow, a.flows * sizeof(Flow)) == 0;
}

}  // namespace

bool is_deadlock(const Records& a, const Records& b) {
  if (a.empty() || a.size() != b.size()) return false;
  bool any_waits = false;
  for (std::size_t rank = 0; rank < a.size(); ++rank) {
    if (a[rank].incomplete != 0 || b[rank].incomplete != 0) return false;
    if (b[rank].flows > ProgressRecord::kFlows || b[rank].needs > ProgressRecord::kNeeds) return false;
    if (b[rank].cell != b[0].cell || !unchanged(a[rank], b[rank])) return false;
    if (b[rank].polls <= a[rank].polls || b[rank].taken_ns < a[rank].taken_ns + kProofSpan_ns) return false;
    if (b[rank].activity == RankActivity::waiting) {
      any_waits = true;
    } else if (!has_left(b[rank])) {
      return false;
    }
  }
  if (!any_waits) return false;
  // One that may go on could feed every other.
  for (std::size_t rank = 0; rank < b.size(); ++rank) {
    if (b[rank].activity == RankActivity::waiting && may_go_on(b, static_cast<int>(rank))) return false;
  }
  return true;
}

}  // namespace allranks::guard
