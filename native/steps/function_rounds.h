// What ranks owe each other around inline functions, which have no entry in the command log.
//
// A function that fails on one rank must not leave the others waiting for it in MPI for ever, with or without a bridge. When it has
// ended on a rank, the rank starts a small nonblocking sum and goes on; the sum is completed before the next function or
// cell begins, so no step gains a barrier. A rank where the function failed stays a little; when the sum is not complete by
// then, it tells all others that it has left. A rank that waits in MPI looks for such messages, and gives its call up when it has
// waited a second since: a function that has failed on one rank has failed.
//
// The import of the inline script counts as such a function.
//
// The simulation's thread only. Functions must be called by all ranks; ranks that do not come within `patience_s` lose this
// protection, not the run.
#pragma once
#include <mpi.h>

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "mpi_guard.h"

namespace allranks {

class FunctionRounds {
 public:
  // Collective over `comm`, which is duplicated. Throws Failure.
  FunctionRounds(MPI_Comm comm, MpiGuard& guard, double patience_s);
  ~FunctionRounds() = default;
  FunctionRounds(const FunctionRounds&) = delete;
  FunctionRounds& operator=(const FunctionRounds&) = delete;

  // Completes what is under way and renews communicators where that is wanted. Before a cell or function; by all ranks.
  void settle();
  // Settles, and guards MPI calls of the next function. Returns its index in the reserved range, the same on all ranks; 0 when functions
  // are not to be called any more, since failures of theirs have used up too many communicators. Then without `end`.
  std::uint64_t begin();
  // It has ended here; `error`: name of its exception, empty for none.
  void end(const std::string& error);
  // Number of functions called here so far.
  std::int64_t called() const { return number_; }
  // Called while a function is waited for: whether the other ranks will ever come to it may be known elsewhere, see `differ`. Empty: nothing is.
  void set_look(std::function<void()> look) { look_ = std::move(look); }
  // The ranks have agreed that they have called different numbers of functions: nobody waits for the others any more.
  void differ();
  // Waits until it has ended everywhere. Where it failed, as "rank 2" or "3 ranks"; empty: nowhere.
  std::string failed_where();
  // At the end of the library: false when others have not come within `limit_s`; this object must then stay for ever.
  bool finish(double limit_s);
  // Frees the communicator; only after `finish` was true. Collective.
  void close();

 private:
  enum Field : std::size_t { wants_renewal, failed, failed_rank, used, lost, number };
  struct Departure {
    std::int64_t number;
    std::int64_t rank;
    char error[64];
  };
  struct Announcement {
    Departure departure;
    std::vector<MPI_Request> requests;
  };

  // False when it takes longer than `limit_s` (negative: no limit), or others are known not to come. A long wait is told once.
  bool complete(double limit_s);
  // Starts a sum of `offered_`.
  void start();
  // The sum under way is not complete in time: this rank takes part in none any more.
  void give_up();
  bool may_give_up(std::uint64_t waiting_since_ns);
  void take_departures();
  void announce(const std::string& error);

  MpiGuard& guard_;
  MPI_Comm comm_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
  double patience_s_;
  bool off_ = false;
  bool told_ = false;
  std::function<void()> look_;
  bool worn_out_ = false;  // the same on all ranks that are not off
  std::int64_t number_ = -1;  // the script's import is 0, functions count from 1
  std::uint64_t operations_before_ = 0;
  std::array<std::int64_t, 6> offered_{};
  std::array<std::int64_t, 6> result_{};
  MPI_Request request_ = MPI_REQUEST_NULL;
  bool taken_ = true;  // the result of the latest sum has been acted upon
  std::list<Announcement> announcements_;
  // Of the function that runs: who has left it, and when this rank learned of it.
  Departure departed_{};
  Departure early_{-1, 0, {}};  // of the next function, from a rank that is ahead
  std::uint64_t departed_ns_ = 0;
  std::uint64_t looked_ns_ = 0;
};

}  // namespace allranks
