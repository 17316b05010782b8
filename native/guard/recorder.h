// Keeps this rank's ProgressRecord. Counts on the main thread without a lock; a copy for other threads is made whenever the
// rank waits or leaves the cell. While it computes the copy is old, but says so, and nothing is proven from it.
#pragma once
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "progress.h"

namespace allranks::guard {

struct NeedList {
  std::vector<Need> needs;
  bool all = true;
  bool complete = true;  // false: something else is waited for too, nothing can be proven
};

class Recorder {
 public:
  void begin(std::uint64_t cell);
  void leave(bool failed);
  void posted(FlowKind kind, std::uint64_t comm, int peer, int tag);
  void completed(FlowKind kind, std::uint64_t comm, int peer, int tag);
  // Number of this call on the communicator, from 1. `call`: the same number on all members for calls that match.
  std::uint64_t collective_posted(std::uint64_t comm, int members, std::uint32_t call);
  void collective_completed(std::uint64_t comm);
  // This rank has come to a gathering of all `members`, whose number from 1 is returned. One that it leaves before all have come is
  // taken back, so that the numbers stay the same on all ranks.
  std::uint64_t gathering_posted(int members);
  void gathering_ended(bool met);
  // Flows of a communicator end with its shadow.
  void forget(std::uint64_t comm);
  // Something under way is not counted: nothing can be proven until all flows are forgotten.
  void incomplete() { now_.incomplete = 1; }
  void wait(const char* function, const NeedList& needs);
  void go_on();
  // A look at MPI; wakes no one, cheap.
  void poll();
  ProgressRecord copy();
  // So far. Main thread.
  std::uint64_t operations() const { return now_.operations; }

 private:
  struct Key {
    std::uint64_t comm;
    std::int32_t peer;
    std::int32_t tag;
    FlowKind kind;
    bool operator==(const Key& other) const { return comm == other.comm && peer == other.peer && tag == other.tag && kind == other.kind; }
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      std::uint64_t bits = key.comm * 0x9e3779b97f4a7c15u;
      bits ^= (static_cast<std::uint64_t>(static_cast<std::uint32_t>(key.peer)) << 32 | static_cast<std::uint32_t>(key.tag)) * 0xc2b2ae3d27d4eb4fu;
      return static_cast<std::size_t>(bits ^ bits >> 29) + static_cast<std::size_t>(key.kind);
    }
  };
  // -1: no room.
  int find(const Key& key);
  void publish(RankActivity activity);

  ProgressRecord now_;
  std::unordered_map<Key, int, Hash> index_;
  Key last_key_{0, 0, 0, FlowKind::send};
  int last_ = -1;
  std::mutex mutex_;
  ProgressRecord published_;
};

extern Recorder recorder;

}  // namespace allranks::guard
