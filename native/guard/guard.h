// The MPI guard: while a cell runs on the main thread, MPI calls of Python's extension modules cannot hang the rank, end the
// job, or touch communicators of the simulation.
//
// It replaces the imported MPI_* slots of those modules (mpi4py, h5py, petsc4py). Calls of the simulation itself have
// slots of their own and are never seen here. Outside of a cell a replaced call costs one relaxed load.
//
// Threads: everything runs on the thread that called `install`, except `release` and `interrupt` (any thread) and
// `progress` (any thread, copies). Nothing here touches Python; the wrappers run with or without the GIL.
#pragma once
#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "progress.h"

namespace allranks::guard {

// A call that waits; told to `Hooks::publish`.
struct Waiting {
  const char* function;   // "MPI_Allreduce"
  std::uint64_t comm;     // id of the communicator, the same on all of its members; 0: unknown to the guard
  int peer;               // rank in the cell's communicator; kNoPeer or kAnyPeer
  std::uint64_t since_ns; // CLOCK_MONOTONIC
};

// What the host offers. Every hook may be null. They are called on the main thread, possibly without the GIL, between two looks
// at MPI; they must not block.
struct Hooks {
  void* context = nullptr;
  // Polled while a call waits; true ends the wait as `release` does. It may call `release` itself, to give the sentence.
  bool (*released)(void* context) = nullptr;
  // A call has waited long enough to be worth telling (some 50 us); told once more, with the same `since_ns`, when it begins
  // to sleep; null: it is over.
  void (*publish)(void* context, const Waiting* waiting) = nullptr;
  // A call was abandoned while MPI may still use memory that was too large to copy: the host must keep it alive for good.
  void (*pin)(void* context, const void* address, std::size_t bytes) = nullptr;
};

struct Options {
  // Largest buffer that is replaced by memory of the guard; larger ones are used directly and pinned when abandoned.
  std::size_t bounce_bytes = std::size_t{16} << 20;
  // All memory of the guard for buffers together.
  std::size_t bounce_total_bytes = std::size_t{512} << 20;
};

// What `install` and `rescan` found.
struct Modules {
  std::vector<std::string> patched;   // paths of modules whose slots are replaced
  std::vector<std::string> foreign;   // modules that are bound to another MPI than this library
  std::size_t slots = 0;              // replaced slots
};

struct Counters {
  std::uint64_t abandoned = 0;        // requests given up and not yet complete
  std::uint64_t abandoned_bytes = 0;  // memory of the guard that they hold
  std::uint64_t pinned_bytes = 0;     // memory of others that they may still use
  std::uint64_t dead_shadows = 0;     // communicators that cannot be freed yet; MPICH has about 2,000
};

// Starts the guard. Collective over `cell_comm` (the library's own communicator, given to cells). MPI_COMM_WORLD is mapped
// too when `cell_comm` has as many processes. Throws std::runtime_error when an MPI call fails. Call it once, before
// Python imports an MPI module; `Finalize` of MPI needs no counterpart, see `uninstall`.
void install(MPI_Comm cell_comm, const Options& options = {});
// Puts the original slots back and frees what can be freed. Collective over the cell's communicator. Idempotent.
void uninstall();
bool installed();

// Looks for modules loaded since the last call and replaces their slots. Local; well under a microsecond when nothing new was
// loaded. `arm` calls it; call it from an import hook if a cell imports its MPI modules itself: until then their calls
// are not guarded.
const Modules& rescan();
// Is this call what a module's slots lead to? For the proof at start-up: the address stored in the slot of `symbol` in
// `module_path` is the guard's. Local.
bool is_guarded(const std::string& module_path, const std::string& symbol);
// Names of what stays unprotected: groups of functions as the guard knows them, then single functions that this MPI lacks a
// nonblocking form for.
std::vector<std::string> unprotected();

// Gives `comm` a shadow for cells. Collective over `comm`; not inside a cell. Freeing it in a cell is refused.
// Communicators that modules create, in cells or outside, are taken care of without this.
void register_comm(MPI_Comm comm);

// From here to `disarm`, guarded calls on this thread belong to cell `cell` (> 0). Local. A release or interrupt that came
// earlier for the same cell takes effect at once; one for another cell is forgotten.
void arm(std::uint64_t cell, const Hooks& hooks);
// Ends it. `failed`: this rank leaves by an exception (see ProgressRecord::state). Local.
void disarm(bool failed = false);
bool armed();

// Ends every waiting call of `cell`, and fails its later ones, with `sentence` as the text of the error. Any thread,
// not from signal handlers. Returns false when that cell is not the one armed (it is kept for it, if it is to come).
bool release(std::uint64_t cell, const std::string& sentence);
// The same for an interrupt by the user.
bool interrupt(std::uint64_t cell);
// Does `code` (as returned by MPI) come from the guard? The class is one for all of its errors.
int error_class();
// The code of calls that were ended by a release or interrupt.
int released_code();
// The sentence with which a call of the armed cell has failed by a release or interrupt, uncut; empty: none has. Main thread.
std::string ended();
// In a forked child (async-signal-safe): modules' MPI calls fail from now on, since MPI belongs to the parent.
void leave_to_parent();

// A wait of the host's own for all ranks of the cell, inside of a cell, which ends as a guarded call does; the proof of a deadlock knows
// it. Main thread: `gather_begin` when this rank has come, `gather_waits` once the wait is long, `gather_must_end` between two looks at
// MPI (true: `ended` says why), `gather_end` on every way out. `what`: a literal, for sentences.
std::uint64_t gather_begin();
void gather_waits(const char* what, std::uint64_t number);
bool gather_must_end(const char* what);
void gather_end(bool met);

// Did this rank abandon a call, or does something else wait for `refresh`? Ranks agree (MAX) and then all call it.
bool poisoned();
// Everything that cells used counts as abandoned: for a cell that did not end well on all ranks, so that messages left over do
// not meet the next cell. Local; all ranks must do the same before `refresh`.
void poison_all();
// New shadows where any member abandoned one; unfinished requests and windows of the old ones are dead and say so. Collective
// over the cell's communicator and all communicators derived from it: at a safe point, outside of cells. Throws
// std::runtime_error when MPI fails.
void refresh();

// Keeps MPI moving for partners of a rank that has finished its cell and counts as a poll of this rank. Local, cheap.
void progress_mpi();
Counters counters();
// A copy of what this rank has posted and completed, for the proof of a deadlock. Any thread.
ProgressRecord progress();
// Posts and completions so far. Main thread.
std::uint64_t operations();

}  // namespace allranks::guard
