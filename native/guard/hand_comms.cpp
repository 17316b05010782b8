// Guarded calls that make, free and annotate communicators, as far as they are not like others of the table.
#include "call.h"
#include "gates.h"

namespace allranks::guard {

namespace {

template <class Free>
int free_comm(Function function, MPI_Comm* comm, Free free) {
  CommEntry* entry = known_comm(*comm);
  if (guarded() && entry != nullptr && !entry->unmapped) {
    if (entry->of_host) return refuse("a communicator of the simulation cannot be freed inside a cell");
    const int code = gate(function, *comm);
    if (code != MPI_SUCCESS) return code;
  }
  if (entry != nullptr && on_main_thread()) forget_comm(*comm);
  return free(comm);
}

}  // namespace

int wrap_Comm_free(MPI_Comm* comm) {
  if (!on_main_thread()) return elsewhere() ? refuse_elsewhere() : next_Comm_free(comm);
  return free_comm(Function::Comm_free, comm, next_Comm_free);
}

int wrap_Comm_disconnect(MPI_Comm* comm) {
  if (!on_main_thread()) return elsewhere() ? refuse_elsewhere() : next_Comm_disconnect(comm);
  return free_comm(Function::Comm_disconnect, comm, next_Comm_disconnect);
}

// The nonblocking duplicates wait here: an abandoned one would leave MPI's allocation of communicators locked.
int wrap_Comm_idup(MPI_Comm comm, MPI_Comm* newcomm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Comm_idup(comm, newcomm, request);
  const int code = gate(Function::Comm_idup, comm);
  if (code != MPI_SUCCESS) return code;
  *request = MPI_REQUEST_NULL;
  return adopt_comm(next_Comm_dup(comm, newcomm), comm, newcomm);
}

int wrap_Comm_idup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* newcomm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Comm_idup_with_info(comm, info, newcomm, request);
  const int code = gate(Function::Comm_idup_with_info, comm);
  if (code != MPI_SUCCESS) return code;
  *request = MPI_REQUEST_NULL;
  return adopt_comm(next_Comm_dup_with_info(comm, info, newcomm), comm, newcomm);
}

int wrap_Comm_create_group(MPI_Comm comm, MPI_Group group, int tag, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Comm_create_group(comm, group, tag, newcomm), comm, newcomm);
  const int code = gate_group(Function::Comm_create_group, comm, group, tag);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Comm_create_group(comm, group, tag, newcomm), comm, newcomm);
}

int wrap_Intercomm_create(MPI_Comm local_comm, int local_leader, MPI_Comm peer_comm, int remote_leader, int tag, MPI_Comm* newintercomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Intercomm_create(local_comm, local_leader, peer_comm, remote_leader, tag, newintercomm), local_comm, newintercomm);
  int code = gate(Function::Intercomm_create, local_comm);
  if (code != MPI_SUCCESS) return code;
  int rank = MPI_PROC_NULL;
  code = MPI_Comm_rank(local_comm, &rank);
  // Both groups have gathered when the leaders have met; a last gate tells the others.
  if (code == MPI_SUCCESS && rank == local_leader) {
    char mine = 0;
    char theirs = 0;
    code = wrap_Sendrecv(&mine, 1, MPI_CHAR, remote_leader, tag, &theirs, 1, MPI_CHAR, remote_leader, tag, peer_comm, MPI_STATUS_IGNORE);
  }
  if (code != MPI_SUCCESS) return code;
  code = gate(Function::Intercomm_create, local_comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Intercomm_create(local_comm, local_leader, peer_comm, remote_leader, tag, newintercomm), local_comm, newintercomm);
}

int wrap_Comm_create_keyval(MPI_Comm_copy_attr_function* copy_fn, MPI_Comm_delete_attr_function* delete_fn, int* keyval, void* extra_state) {
  const int code = next_Comm_create_keyval(copy_fn, delete_fn, keyval, extra_state);
  if (code == MPI_SUCCESS && on_main_thread() && copy_fn == MPI_COMM_NULL_COPY_FN) note_cache_keyval(*keyval);
  return code;
}

int wrap_Comm_set_attr(MPI_Comm comm, int keyval, void* value) {
  const int code = next_Comm_set_attr(comm, keyval, value);
  if (code == MPI_SUCCESS && on_main_thread()) note_attribute(comm, keyval);
  return code;
}

}  // namespace allranks::guard
