// libyt in one rank, from yt_initialize to yt_finalize: rounds, and what Python sees of them.
//
// Everything here belongs to the simulation's thread. Functions without "Python" in their comment are called without the GIL.
#pragma once
#include <mpi.h>

#include <memory>
#include <string>
#include <vector>

#include "../embed/py_ref.h"
#include "agreement.h"
#include "round.h"
#include "views.h"

namespace allranks {
class Runtime;
}

namespace allranks::libyt {

class Session {
 public:
  // Collective over the library's communicator; duplicates it.
  Session(Runtime& runtime, const yt_param_libyt& settings);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void set_parameters(const yt_param_yt* param);
  yt_field* fields() { return open_round("yt_get_FieldsPtr").fields(); }
  yt_particle* particles() { return open_round("yt_get_ParticlesPtr").particles(); }
  yt_grid* grids() { return open_round("yt_get_GridsPtr").grids(); }
  // Collective. Throws Failure, the same sentence on all ranks.
  void commit();
  // Ends the round, if there is one. Python's arrays over memory of the simulation that are still held are counted and told.
  void free_round();
  // Fails while a round is open. After it nothing of Python reaches the simulation's memory.
  void require_no_round() const;
  // The committed round. Throws Failure, which names `function`, when there is none.
  const Round& committed(const char* function) const;

  // The rest needs the GIL (Python).
  // Null, with an exception set, when nothing has been committed.
  const Round* round_for_python() const;
  Meeting& meeting() { return meeting_; }
  MPI_Comm comm() const { return comm_; }
  Runtime& runtime() { return runtime_; }
  const std::shared_ptr<Ledger>& ledger() const { return ledger_; }

 private:
  Round& open_round(const char* function);
  void show_parameters();
  void show_round();
  void call_python(const char* function, Ref arguments);

  Runtime& runtime_;
  const bool check_data_;
  const yt_verbose verbose_;
  long number_;
  MPI_Comm comm_ = MPI_COMM_NULL;
  Meeting meeting_;
  std::unique_ptr<Round> round_;
  std::shared_ptr<Ledger> ledger_ = std::make_shared<Ledger>();            // over memory of the simulation
  std::shared_ptr<Ledger> hierarchy_ledger_ = std::make_shared<Ledger>();  // over the hierarchy
  bool told_of_views_ = false;
};

// The session that Python's functions speak to; null outside of yt_initialize and yt_finalize.
Session*& current_session();

// Adds derived_func, get_particle, get_field_remote and get_particle_remote to the module `libyt`, and what `allranks._libyt` needs
// to `native`. Python; false with an exception set.
bool add_functions(PyObject* libyt, PyObject* native);

}  // namespace allranks::libyt
