// The MPI guard as this library uses it: started once for all ranks, armed around what Python runs, told to the board, ended
// from the I/O thread.
//
// Everything is for the simulation's thread, except the callbacks that `connect` gives to the link. `guard/guard.h` tells what the
// guard does; here it is tied to Python and the bridge.
#pragma once
#include <mpi.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "../guard/guard.h"

namespace allranks {

class BridgeLink;
class Python;

class MpiGuard {
 public:
  // Collective over `agree_comm` and `cell_comm` (the same processes), before Python imports MPI modules. When the guard cannot start
  // on some rank it is off on all, and `told` says why. Throws Failure only when an agreement fails.
  MpiGuard(MPI_Comm cell_comm, MPI_Comm agree_comm);
  // Puts the modules' slots back. Without `close` MPI's objects stay for ever.
  ~MpiGuard();
  MpiGuard(const MpiGuard&) = delete;
  MpiGuard& operator=(const MpiGuard&) = delete;

  // Once Python runs: asks it for its MPI module and whether that one's calls are guarded. Collective over the communicator of
  // the constructor; one warning on standard error when something is unprotected.
  void prove(Python& python);
  // "active", or "reduced: " and what is unprotected. The same kind on all ranks.
  const std::string& told() const { return told_; }
  // What an active guard does not protect, one line for people; empty otherwise.
  std::string unprotected() const;
  bool active() const { return active_; }
  // Gives `comm`, a copy that belongs to the library, a shadow for cells. Collective over `comm`.
  void register_comm(MPI_Comm comm);

  // The link's callbacks: interrupts, releases and probes are answered on its I/O thread. Before the link starts.
  void connect(BridgeLink& link);
  // The link is about to be destroyed.
  void disconnect() { link_ = nullptr; }
  // For lines in the script and its cells. Null: none.
  void set_python(Python* python) { python_ = python; }

  // Whether calls of the cell or function `index` may be given up while they wait: polled with the time (CLOCK_MONOTONIC, ns) since
  // when the present call waits, 0 when it is not long yet. It may call `release`.
  using Released = std::function<bool(std::uint64_t waiting_since_ns)>;
  void arm(std::uint64_t index, Released released = {});
  // `departed`: this rank leaves by an exception or did not take part.
  void disarm(bool departed);
  // The call that waits, for sentences: "MPI_Allreduce, line 5".
  std::string waiting_call() const;
  void release(std::uint64_t index, const std::string& sentence);

  // A wait of the library's own for the other ranks, inside of a cell or function: shown on the board as `what` (a literal), and ended
  // as a guarded call is. Simulation's thread.
  class Wait {
   public:
    Wait(MpiGuard& guard, const char* what);
    ~Wait();
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    // To be asked while it waits: shall it end? `ended` then says why.
    bool must_end();
    std::string ended() const { return guard::ended(); }
    // All ranks have come.
    void met() { met_ = true; }

   private:
    MpiGuard& guard_;
    const char* what_;
    const bool counted_;
    std::uint64_t number_ = 0;  // of the gathering
    std::uint64_t since_ns_ = 0;
    int told_ = 0;
    bool met_ = false;
  };

  // Is a renewal wanted here? Ranks agree, and then all call `renew`.
  bool wants_renewal() const;
  // New shadows for everything that cells used: after one that did not end well on all ranks. Collective.
  void renew();
  // Keeps MPI moving for partners of a rank that has finished.
  void progress();
  // Number of MPI operations begun and completed in cells and functions so far.
  std::uint64_t operations() const;
  // Number of communicators that MPI does not give back, because a call on them was ended.
  std::uint64_t lost_comms() const;
  // Collective: frees what the guard holds.
  void close();

 private:
  static bool released_hook(void* self);
  static void publish_hook(void* self, const guard::Waiting* waiting);
  void publish(const guard::Waiting* waiting);

  MPI_Comm agree_comm_;
  bool active_ = false;
  std::string told_;
  Released released_;
  BridgeLink* link_ = nullptr;
  Python* python_ = nullptr;
  std::uint64_t index_ = 0;
  std::uint64_t waiting_since_ns_ = 0;
  const char* waiting_function_ = "";
  std::atomic<std::uint32_t> line_{0};
};

}  // namespace allranks
