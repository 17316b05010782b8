// Communicators that cells may use: handle of the user, shadow for cells, and how both are kept.
//
// The handle that Python holds stays a valid, clean communicator that cells never communicate on; everything local (rank,
// size, group, attributes, names) is asked of it directly. Cells communicate on its shadow, a private duplicate. So a renewed
// shadow changes nothing for the objects that Python holds.
#pragma once
#include <mpi.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace allranks::guard {

struct CommEntry {
  MPI_Comm user = MPI_COMM_NULL;
  MPI_Comm shadow = MPI_COMM_NULL;
  std::uint64_t id = 0;          // the same on all members; 0: not known to be
  std::uint64_t generation = 1;  // of the shadow
  int rank = 0;
  int size = 0;                  // of the group that data are exchanged with: the remote one of an intercommunicator
  int sources = 0;               // neighbours, when there is a topology
  int targets = 0;
  bool inter = false;
  bool of_host = false;          // freeing it is refused
  bool unmapped = false;         // met in a cell, unknown: no shadow, used as it is
  bool poisoned = false;
  bool gone = false;             // freed; kept for records that still name it
  std::int64_t live = 0;         // requests under way on the present shadow
  std::vector<int> cell_ranks;   // rank in this communicator (remote group for inter) to rank in the cell's
  std::vector<int> members;      // all processes of it as ranks of the cell's communicator, in order; empty: not asked yet
  std::vector<int> caches;       // keyvals of modules whose attributes must not outlive a shadow
  CommEntry* parent = nullptr;   // it was made from
  // Of the present shadow: messages sent less messages taken, collectives begun; `uncounted`: something else was used.
  std::int64_t balance = 0;
  std::int64_t collectives = 0;
  bool uncounted = false;
  std::uint64_t dead_shadows = 0;

  int cell_rank_of(int peer) const;
  // A request of that generation of the shadow began or ended.
  void count(std::uint64_t of_generation, int change);
  // This communicator and those it was made from: modules keep hidden duplicates whose state belongs to the original.
  void poison();
};

template <class Handle>
std::uint64_t handle_bits(Handle handle) {
  std::uint64_t bits = 0;
  static_assert(sizeof handle <= sizeof bits);
  std::memcpy(&bits, &handle, sizeof handle);
  return bits;
}

// The entry of a handle as Python holds it; made on the spot (unmapped) for one that nobody told of. Null for
// MPI_COMM_NULL only. Valid until the communicator is freed.
CommEntry* find_comm(MPI_Comm user);
// The entry if there is one.
CommEntry* known_comm(MPI_Comm user);
// Where calls of cells on this handle go.
MPI_Comm shadow_of(MPI_Comm user);
// New entry with a shadow. Collective over `user`.
CommEntry* map_comm(MPI_Comm user, bool of_host, CommEntry* parent = nullptr);
// New entry without a shadow: it gets one at the next refresh. Local.
void map_later(MPI_Comm user);
// Forgets the entry and frees its shadow when nothing is under way on it. Local.
void forget_comm(MPI_Comm user);
// An attribute was set; `cache`: its keyval is one that duplicates do not copy.
void note_attribute(MPI_Comm user, int keyval);
void note_cache_keyval(int keyval);

// A communicator of all ranks for the guard's own messages in cells.
void make_control_comm();
MPI_Comm control_comm();

bool any_comm_waits();
void poison_comms();
void renew_comms();
void forget_all_comms();
std::uint64_t dead_shadows();

}  // namespace allranks::guard
