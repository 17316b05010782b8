// How ranks come together before they exchange data.
#pragma once
#include <mpi.h>

#include <functional>

namespace allranks::libyt {

// Coming together before an exchange that nobody may leave half-way. A rank that waits can be interrupted, since another may
// never come (its cell has raised); whatever was left behind is cleared by the next meeting, in which all ranks take part with
// what they still owe to the communicator. Needs a communicator of its own.
class Meeting {
 public:
  explicit Meeting(MPI_Comm comm) : comm_(comm) {}
  Meeting(const Meeting&) = delete;
  Meeting& operator=(const Meeting&) = delete;

  // Collective. `poll` is called while others have not come yet, a millisecond apart at most; false leaves. Returns whether all
  // ranks have come. After `true` all of them go on to the same place.
  bool join(const std::function<bool()>& poll);
  // A rank has left a meeting and not joined another since: the communicator must not be freed.
  bool owes() const { return request_ != MPI_REQUEST_NULL; }

 private:
  enum class Part { none, arrival, consent };
  bool await(const std::function<bool()>& poll);
  void start(Part part, bool fresh);

  MPI_Comm comm_;
  MPI_Request request_ = MPI_REQUEST_NULL;
  Part part_ = Part::none;
  int offered_ = 0;
  int agreed_ = 0;
};

}  // namespace allranks::libyt
