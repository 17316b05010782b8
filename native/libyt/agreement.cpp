#include "agreement.h"

#include <chrono>
#include <thread>

#include "../runtime.h"

namespace allranks::libyt {

// Every meeting is two reductions. `arrival` may be left by an interrupt; then its request stays, and the rank completes it when it
// comes again. `consent` tells who is here in the same call as its arrival: a rank that had left says no, and all begin
// anew. So the sequence of reductions on the communicator is the same on all ranks, whatever was left.
bool Meeting::join(const std::function<bool()>& poll) {
  for (;;) {
    bool fresh = request_ == MPI_REQUEST_NULL;
    if (fresh) start(Part::arrival, true);
    if (part_ == Part::arrival) {
      if (!await(poll)) return false;
      start(Part::consent, fresh);
    }
    // All ranks have arrived; what is left takes as long as a reduction, unless one of them left before this rank arrived.
    if (!await(poll)) return false;
    if (fresh && agreed_ != 0) return true;
  }
}

void Meeting::start(Part part, bool fresh) {
  part_ = part;
  offered_ = fresh ? 1 : 0;
  Runtime::check_mpi(MPI_Iallreduce(&offered_, &agreed_, 1, MPI_INT, MPI_MIN, comm_, &request_), "MPI_Iallreduce");
}

bool Meeting::await(const std::function<bool()>& poll) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::microseconds kSpin{50};
  // An interrupt reaches all ranks at nearly the same time: one that is about to complete must not leave.
  // Once all have arrived it completes unless a rank had left before.
  const std::chrono::milliseconds grace{part_ == Part::consent ? 2000 : 200};
  const auto began = Clock::now();
  Clock::time_point leaving{};
  std::chrono::microseconds nap{20};
  for (;;) {
    int done = 0;
    Runtime::check_mpi(MPI_Test(&request_, &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done) return true;
    const auto now = Clock::now();
    if (leaving != Clock::time_point{} && now > leaving) return false;
    if (now - began < kSpin) continue;
    if (leaving == Clock::time_point{} && !poll()) leaving = now + grace;
    std::this_thread::sleep_for(nap);
    if (nap < std::chrono::milliseconds(1)) nap *= 2;
  }
}

}  // namespace allranks::libyt
