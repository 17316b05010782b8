#include "comms.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

#include "call.h"
#include "recorder.h"
#include "state.h"

namespace allranks::guard {

namespace {

// In order of creation, which is the same on all members of any two communicators; entries are never deleted, since
// requests may name them longer than the communicator lives.
std::vector<std::unique_ptr<CommEntry>> entries;
std::unordered_map<std::uint64_t, CommEntry*> by_handle;
std::unordered_set<int> cache_keyvals;
std::uint64_t created = 0;
// Cells mostly use one communicator.
std::uint64_t last_handle = 0;
CommEntry* last_entry = nullptr;
bool later_waits = false;
MPI_Comm control = MPI_COMM_NULL;

void describe(CommEntry& entry) {
  int flag = 0;
  check(MPI_Comm_test_inter(entry.user, &flag), "MPI_Comm_test_inter");
  entry.inter = flag != 0;
  check(MPI_Comm_rank(entry.user, &entry.rank), "MPI_Comm_rank");
  MPI_Group group = MPI_GROUP_NULL;
  if (entry.inter) {
    check(MPI_Comm_remote_size(entry.user, &entry.size), "MPI_Comm_remote_size");
    check(MPI_Comm_remote_group(entry.user, &group), "MPI_Comm_remote_group");
  } else {
    check(MPI_Comm_size(entry.user, &entry.size), "MPI_Comm_size");
    check(MPI_Comm_group(entry.user, &group), "MPI_Comm_group");
  }
  std::vector<int> local(static_cast<std::size_t>(entry.size));
  for (int i = 0; i < entry.size; ++i) local[static_cast<std::size_t>(i)] = i;
  entry.cell_ranks.assign(static_cast<std::size_t>(entry.size), MPI_UNDEFINED);
  const int code = MPI_Group_translate_ranks(group, entry.size, local.data(), state.cell_group, entry.cell_ranks.data());
  MPI_Group_free(&group);
  check(code, "MPI_Group_translate_ranks");
  if (entry.inter) return;
  int topology = MPI_UNDEFINED;
  check(MPI_Topo_test(entry.user, &topology), "MPI_Topo_test");
  if (topology == MPI_CART) {
    int dimensions = 0;
    check(MPI_Cartdim_get(entry.user, &dimensions), "MPI_Cartdim_get");
    entry.sources = entry.targets = 2 * dimensions;
  } else if (topology == MPI_GRAPH) {
    check(MPI_Graph_neighbors_count(entry.user, entry.rank, &entry.sources), "MPI_Graph_neighbors_count");
    entry.targets = entry.sources;
  } else if (topology == MPI_DIST_GRAPH) {
    int weighted = 0;
    check(MPI_Dist_graph_neighbors_count(entry.user, &entry.sources, &entry.targets, &weighted), "MPI_Dist_graph_neighbors_count");
  }
}

// A private communicator of the same processes, without the attributes of the original: copying those would run copy functions
// of the simulation. Topologies are needed for neighbourhood collectives and come only with a duplicate.
MPI_Comm make_shadow(const CommEntry& entry) {
  MPI_Comm shadow = MPI_COMM_NULL;
  int topology = MPI_UNDEFINED;
  if (!entry.inter) check(MPI_Topo_test(entry.user, &topology), "MPI_Topo_test");
  if (entry.inter || topology != MPI_UNDEFINED) {
    check(MPI_Comm_dup(entry.user, &shadow), "MPI_Comm_dup");
  } else {
    MPI_Group group = MPI_GROUP_NULL;
    check(MPI_Comm_group(entry.user, &group), "MPI_Comm_group");
    const int code = MPI_Comm_create(entry.user, group, &shadow);
    MPI_Group_free(&group);
    check(code, "MPI_Comm_create");
  }
  check(MPI_Comm_set_errhandler(shadow, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  return shadow;
}

// Element-wise maximum over all processes, of both groups for an intercommunicator.
std::vector<std::int64_t> agree_max(const CommEntry& entry, std::vector<std::int64_t> mine) {
  std::vector<std::int64_t> all(mine.size());
  const int count = static_cast<int>(mine.size());
  check(MPI_Allreduce(mine.data(), all.data(), count, MPI_INT64_T, MPI_MAX, entry.user), "MPI_Allreduce");
  if (!entry.inter) return all;
  // The first round told each side the maximum of the other; the second brings both together.
  for (std::size_t i = 0; i < mine.size(); ++i) mine[i] = std::max(mine[i], all[i]);
  check(MPI_Allreduce(mine.data(), all.data(), count, MPI_INT64_T, MPI_MAX, entry.user), "MPI_Allreduce");
  for (std::size_t i = 0; i < mine.size(); ++i) all[i] = std::max(mine[i], all[i]);
  return all;
}

std::int64_t total_balance(const CommEntry& entry) {
  std::int64_t total = 0;
  check(MPI_Allreduce(&entry.balance, &total, 1, MPI_INT64_T, MPI_SUM, entry.user), "MPI_Allreduce");
  return total;
}

void complete_entry(CommEntry& entry) {
  entry.shadow = make_shadow(entry);
  const std::int64_t proposal = static_cast<std::int64_t>(state.cell_rank + 1) << 32 | static_cast<std::int64_t>(++created);
  entry.id = static_cast<std::uint64_t>(agree_max(entry, {proposal})[0]);
}

CommEntry* add_entry(MPI_Comm user) {
  entries.push_back(std::make_unique<CommEntry>());
  CommEntry* entry = entries.back().get();
  entry->user = user;
  by_handle[handle_bits(user)] = entry;
  return entry;
}

// Attributes without a copy function are private notes of a module about this communicator, mpi4py's hidden duplicate with
// its tag counter for one. Ranks that left a cell at different places disagree about them: symptom was an `allreduce` of
// Python objects that hung in the next cell. The module makes them anew.
void drop_caches(CommEntry& entry) {
  if (entry.user == MPI_COMM_SELF) return;
  const std::vector<int> caches = std::move(entry.caches);
  entry.caches.clear();
  for (const int keyval : caches) {
    void* value = nullptr;
    int found = 0;
    check(MPI_Comm_get_attr(entry.user, keyval, &value, &found), "MPI_Comm_get_attr");
    if (found) check(MPI_Comm_delete_attr(entry.user, keyval), "MPI_Comm_delete_attr");
  }
}

}  // namespace

int CommEntry::cell_rank_of(int peer) const {
  if (peer == MPI_ANY_SOURCE) return kAnyPeer;
  if (peer < 0 || peer >= size) return kNoPeer;
  const int rank_in_cell = cell_ranks[static_cast<std::size_t>(peer)];
  return rank_in_cell == MPI_UNDEFINED ? kNoPeer : rank_in_cell;
}

void CommEntry::count(std::uint64_t of_generation, int change) {
  if (of_generation == generation) live += change;
}

void CommEntry::poison() {
  for (CommEntry* entry = this; entry != nullptr; entry = entry->parent) entry->poisoned = true;
}

CommEntry* known_comm(MPI_Comm user) {
  const std::uint64_t bits = handle_bits(user);
  if (bits == last_handle && last_entry != nullptr) return last_entry;
  const auto found = by_handle.find(bits);
  if (found == by_handle.end()) return nullptr;
  last_handle = bits;
  return last_entry = found->second;
}

CommEntry* find_comm(MPI_Comm user) {
  if (user == MPI_COMM_NULL) return nullptr;
  if (CommEntry* entry = known_comm(user)) return entry;
  CommEntry* entry = add_entry(user);
  entry->unmapped = true;
  entry->shadow = user;
  try {
    describe(*entry);
  } catch (const std::runtime_error&) {
    // Not a communicator: the call goes on with none, and MPI says so to the caller.
    forget_comm(user);
    return nullptr;
  }
  return entry;
}

MPI_Comm shadow_of(MPI_Comm user) {
  const CommEntry* entry = find_comm(user);
  return entry == nullptr ? MPI_COMM_NULL : entry->shadow;
}

CommEntry* map_comm(MPI_Comm user, bool of_host, CommEntry* parent) {
  CommEntry* entry = known_comm(user);
  if (entry != nullptr && !entry->unmapped) {
    entry->of_host = entry->of_host || of_host;
    return entry;
  }
  if (entry != nullptr) forget_comm(user);
  entry = add_entry(user);
  entry->of_host = of_host;
  entry->parent = parent;
  describe(*entry);
  complete_entry(*entry);
  return entry;
}

void map_later(MPI_Comm user) {
  if (user == MPI_COMM_NULL || known_comm(user) != nullptr) return;
  CommEntry* entry = find_comm(user);
  if (entry == nullptr) return;
  entry->unmapped = false;
  later_waits = true;
}

void forget_comm(MPI_Comm user) {
  CommEntry* entry = known_comm(user);
  if (entry == nullptr) return;
  by_handle.erase(handle_bits(user));
  last_entry = nullptr;
  entry->gone = true;
  recorder.forget(entry->id);
  for (const auto& other : entries) {
    if (other->parent == entry) other->parent = entry->parent;
  }
  // One that cannot be freed is lost to the process, as an abandoned one is; nothing else comes of it.
  if (entry->shadow != entry->user && !entry->poisoned && entry->live == 0) MPI_Comm_free(&entry->shadow);
  entry->user = MPI_COMM_NULL;
}

void note_cache_keyval(int keyval) { cache_keyvals.insert(keyval); }

void note_attribute(MPI_Comm user, int keyval) {
  if (cache_keyvals.count(keyval) == 0) return;
  CommEntry* entry = find_comm(user);
  if (entry == nullptr) return;
  for (const int known : entry->caches) {
    if (known == keyval) return;
  }
  entry->caches.push_back(keyval);
}

void make_control_comm() {
  check(MPI_Comm_dup(state.cell_comm, &control), "MPI_Comm_dup");
  map_comm(control, true);
}

MPI_Comm control_comm() { return control; }

bool any_comm_waits() {
  if (later_waits) return true;
  for (const auto& entry : entries) {
    if (entry->poisoned && !entry->unmapped && !entry->gone) return true;
  }
  return false;
}

void poison_comms() {
  for (const auto& entry : entries) {
    if (!entry->unmapped && !entry->gone) entry->poisoned = true;
  }
}

void renew_comms() {
  std::vector<CommEntry*> present;
  for (const auto& entry : entries) {
    if (!entry->unmapped && !entry->gone && entry->id != 0) present.push_back(entry.get());
  }
  std::vector<CommEntry*> renewed;
  std::vector<bool> clean;
  for (CommEntry* entry : present) {
    const std::vector<std::int64_t> most = agree_max(*entry, {entry->poisoned, entry->live, entry->uncounted, entry->collectives, -entry->collectives});
    if (most[0] == 0) continue;
    renewed.push_back(entry);
    clean.push_back(!entry->inter && most[1] == 0 && most[2] == 0 && most[3] == -most[4] && total_balance(*entry) == 0);
  }
  for (CommEntry* entry : renewed) abandon_requests_of(entry, entry->generation);
  // Deleting an attribute may free hidden duplicates, which are entries too.
  for (CommEntry* entry : renewed) {
    if (!entry->gone) drop_caches(*entry);
  }
  for (std::size_t i = 0; i < renewed.size(); ++i) {
    CommEntry& entry = *renewed[i];
    if (entry.gone) continue;
    recorder.forget(entry.id);
    if (entry.shadow != entry.user) {
      // A shadow on which a message was never taken, or a collective not called by all, is kept for good: MPI gives the number
      // of a freed communicator to the next one, and MPICH then delivered a message of an ended cell to a later cell.
      if (clean[i]) {
        check(MPI_Comm_free(&entry.shadow), "MPI_Comm_free");
      } else {
        ++entry.dead_shadows;
      }
    }
    ++entry.generation;
    entry.live = entry.balance = entry.collectives = 0;
    entry.poisoned = entry.uncounted = false;
    entry.shadow = make_shadow(entry);
  }
  // Made outside of cells since the last time: all members did so, in the same order.
  for (std::size_t i = 0; i < entries.size(); ++i) {
    CommEntry& entry = *entries[i];
    if (!entry.unmapped && !entry.gone && entry.id == 0) complete_entry(entry);
  }
  later_waits = false;
}

void forget_all_comms() {
  for (const auto& entry : entries) {
    if (!entry->gone && entry->shadow != entry->user && entry->live == 0 && !entry->poisoned) MPI_Comm_free(&entry->shadow);
  }
  entries.clear();
  if (control != MPI_COMM_NULL) MPI_Comm_free(&control);
  by_handle.clear();
  cache_keyvals.clear();
  last_entry = nullptr;
  later_waits = false;
}

std::uint64_t dead_shadows() {
  std::uint64_t count = 0;
  for (const auto& entry : entries) count += entry->dead_shadows;
  return count;
}

}  // namespace allranks::guard
