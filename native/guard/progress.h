// What each rank has posted and completed, and the proof of a deadlock from two snapshots of all ranks.
//
// Knows nothing of MPI: ranks are those of the cell's communicator, communicators are ids that all members share.
#pragma once
#include <cstdint>
#include <type_traits>
#include <vector>

namespace allranks::guard {

constexpr int kAnyPeer = -1;  // a receive from any source, any tag
constexpr int kAnyTag = -1;
constexpr int kNoPeer = -2;   // no peer: collectives
constexpr int kNoTag = -2;
// In place of a communicator: the host's own waits for all ranks of the cell.
constexpr std::uint64_t kGatherings = ~std::uint64_t{0};
// Tags of one peer beyond the room of the record share one flow.
constexpr int kOtherTags = -3;

enum class FlowKind : std::uint32_t {
  send,        // messages to a peer; `posted` counts
  receive,     // receives by the source and tag they asked for; `posted` and, when they are over, `completed`
  taken,       // messages taken, by their real source and tag; `completed` counts
  collective,  // calls on a communicator; `posted` and `completed`
};
enum class RankActivity : std::uint32_t {
  outside,    // no cell
  computing,  // in a cell, not in a call that waits; loops over Iprobe and Test are this
  waiting,    // in a call that waits
  finished,   // has left the cell without an error
  departed,   // has left the cell by an exception
};

// One counted stream of operations.
struct Flow {
  std::uint64_t comm;
  std::int32_t peer;  // rank in the cell's communicator
  std::int32_t tag;   // collectives: a mark of all calls up to the last one, the same on all members whose calls match
  FlowKind kind;
  std::uint32_t members;  // collectives: size of the communicator
  std::uint64_t posted;
  std::uint64_t completed;
};

// What a waiting call waits for.
struct Need {
  FlowKind kind;
  std::uint32_t rooted;  // collectives: 0 all to all, 1 data come from `peer`, 2 data go to `peer`
  std::uint64_t comm;
  std::int32_t peer;     // receive: source or kAnyPeer; send: destination; collective: root or kNoPeer
  std::int32_t tag;
  std::uint64_t sequence;  // collectives: number of the call on that communicator, from 1
};

// Plain data: may be copied into shared memory as it is.
struct ProgressRecord {
  static constexpr int kFlows = 96;
  static constexpr int kNeeds = 16;
  std::uint64_t cell = 0;
  std::uint64_t taken_ns = 0;    // CLOCK_MONOTONIC when the copy was made
  std::uint64_t polls = 0;       // looks at MPI while waiting or finished
  std::uint64_t operations = 0;  // every post and every completion
  RankActivity activity = RankActivity::outside;
  std::uint32_t needs_all = 1;   // Waitall: all needs; 0 (Waitany, Waitsome): one is enough
  std::uint32_t needs = 0;
  std::uint32_t flows = 0;
  std::uint32_t incomplete = 0;  // something was not recorded: nothing can be proven
  std::uint32_t reserved = 0;
  char function[48] = {};
  Need need[kNeeds] = {};
  Flow flow[kFlows] = {};
};
static_assert(std::is_trivially_copyable_v<ProgressRecord>);

// Shortest time between two snapshots that prove something.
constexpr std::uint64_t kProofSpan_ns = 100'000'000;

// Is it certain that no waiting rank can ever go on by itself? `a` and `b` hold one record per rank, `b` taken later.
// True only when at least one rank waits and every other waits or has left; nothing but poll counts changed; every rank
// polled MPI in between; kProofSpan_ns lie between; and no send, receive or collective on record could still satisfy a wait.
// A message that was sent and not received counts as on its way for ever. Pure.
bool is_deadlock(const std::vector<ProgressRecord>& a, const std::vector<ProgressRecord>& b);

}  // namespace allranks::guard
