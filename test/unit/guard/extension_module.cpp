// Plays an extension module of Python: calls MPI through slots of its own. The export marks it as one.
#include <mpi.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

extern "C" {

void* PyInit_extension_module() { return nullptr; }

MPI_Comm derived_comm = MPI_COMM_NULL;
MPI_Comm cart_comm = MPI_COMM_NULL;

// Makes communicators that later calls use.
int make_derived(MPI_Comm comm) {
  int rank = 0, size = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  int code = MPI_Comm_split(comm, 0, size - rank, &derived_comm);
  if (code != MPI_SUCCESS) return code;
  const int dims = size, periods = 1;
  return MPI_Cart_create(comm, 1, &dims, &periods, 0, &cart_comm);
}

int free_derived() {
  const int code = MPI_Comm_free(&derived_comm);
  return code != MPI_SUCCESS ? code : MPI_Comm_free(&cart_comm);
}

const char* const kCalls[] = {"barrier", "allreduce", "bcast", "gather", "alltoall", "recv", "probe", "mprobe", "wait", "sendrecv", "waitall", "derived", "split",
                              "dup", "ssend", "large_send", "iallreduce", "reduce_scatter", "neighbour", "scan", "gatherv", "alltoallv", "waitany", "group", "window", "replace",
                              "start", "startall",
#if MPI_VERSION >= 4
                              "barrier_init",
#endif
};
int call_count() { return static_cast<int>(sizeof kCalls / sizeof kCalls[0]); }
const char* call_name(int index) { return kCalls[index]; }

// One call that cannot end without rank `absent`; memory that MPI may write to is freed right after.
int wait_for_ever(const char* name, MPI_Comm comm, int absent) {
  const std::string what = name;
  int rank = 0, size = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  std::vector<double> a(1000, rank + 1.0);
  std::vector<double> b(1000 * static_cast<std::size_t>(size));
  std::vector<int> counts(static_cast<std::size_t>(size), 10);
  std::vector<int> starts(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) starts[static_cast<std::size_t>(i)] = 10 * i;
  MPI_Request requests[2] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
  MPI_Status status;
  int index = 0;
  if (what == "barrier") return MPI_Barrier(comm);
  if (what == "allreduce") return MPI_Allreduce(a.data(), b.data(), 1000, MPI_DOUBLE, MPI_SUM, comm);
  if (what == "bcast") return MPI_Bcast(a.data(), 1000, MPI_DOUBLE, absent, comm);
  if (what == "gather") {
    // Those that only send need not wait; the barrier after it does.
    const int code = MPI_Gather(a.data(), 1000, MPI_DOUBLE, b.data(), 1000, MPI_DOUBLE, 0, comm);
    return code != MPI_SUCCESS ? code : MPI_Barrier(comm);
  }
  if (what == "gatherv") {
    const int code = MPI_Gatherv(a.data(), 10, MPI_DOUBLE, b.data(), counts.data(), starts.data(), MPI_DOUBLE, 0, comm);
    return code != MPI_SUCCESS ? code : MPI_Barrier(comm);
  }
  if (what == "alltoall") return MPI_Alltoall(a.data(), 10, MPI_DOUBLE, b.data(), 10, MPI_DOUBLE, comm);
  if (what == "alltoallv") return MPI_Alltoallv(a.data(), counts.data(), starts.data(), MPI_DOUBLE, b.data(), counts.data(), starts.data(), MPI_DOUBLE, comm);
  if (what == "recv") return MPI_Recv(b.data(), 1000, MPI_DOUBLE, absent, 7, comm, MPI_STATUS_IGNORE);
  if (what == "probe") return MPI_Probe(MPI_ANY_SOURCE, 8, comm, &status);
  if (what == "mprobe") {
    MPI_Message message;
    return MPI_Mprobe(absent, MPI_ANY_TAG, comm, &message, &status);
  }
  if (what == "wait") {
    const int code = MPI_Irecv(b.data(), 1000, MPI_DOUBLE, absent, 9, comm, requests);
    return code != MPI_SUCCESS ? code : MPI_Wait(requests, &status);
  }
  if (what == "waitall" || what == "waitany") {
    int code = MPI_Irecv(b.data(), 10, MPI_DOUBLE, absent, 10, comm, &requests[0]);
    if (code == MPI_SUCCESS) code = MPI_Irecv(b.data() + 100, 10, MPI_DOUBLE, absent, 11, comm, &requests[1]);
    if (code != MPI_SUCCESS) return code;
    return what == "waitall" ? MPI_Waitall(2, requests, MPI_STATUSES_IGNORE) : MPI_Waitany(2, requests, &index, MPI_STATUS_IGNORE);
  }
  if (what == "sendrecv") return MPI_Sendrecv(a.data(), 1000, MPI_DOUBLE, absent, 12, b.data(), 1000, MPI_DOUBLE, absent, 12, comm, MPI_STATUS_IGNORE);
  if (what == "replace") return MPI_Sendrecv_replace(a.data(), 1000, MPI_DOUBLE, absent, 13, absent, 13, comm, MPI_STATUS_IGNORE);
  if (what == "derived") return MPI_Allreduce(a.data(), b.data(), 1000, MPI_DOUBLE, MPI_SUM, derived_comm);
  if (what == "split") {
    MPI_Comm made = MPI_COMM_NULL;
    return MPI_Comm_split(comm, rank % 2, 0, &made);
  }
  if (what == "dup") {
    MPI_Comm made = MPI_COMM_NULL;
    return MPI_Comm_dup(derived_comm, &made);
  }
  if (what == "group") {
    MPI_Group group;
    MPI_Comm made = MPI_COMM_NULL;
    MPI_Comm_group(comm, &group);
    const int code = MPI_Comm_create_group(comm, group, 3, &made);
    MPI_Group_free(&group);
    return code;
  }
  if (what == "window") {
    MPI_Win made = MPI_WIN_NULL;
    return MPI_Win_create(a.data(), 8000, 8, MPI_INFO_NULL, comm, &made);
  }
  if (what == "ssend") return MPI_Ssend(a.data(), 1000, MPI_DOUBLE, absent, 14, comm);
  if (what == "large_send") {
    std::vector<double> large(4 << 20);
    return MPI_Send(large.data(), static_cast<int>(large.size()), MPI_DOUBLE, absent, 15, comm);
  }
  if (what == "iallreduce") {
    const int code = MPI_Iallreduce(a.data(), b.data(), 1000, MPI_DOUBLE, MPI_SUM, comm, requests);
    return code != MPI_SUCCESS ? code : MPI_Wait(requests, MPI_STATUS_IGNORE);
  }
  if (what == "reduce_scatter") return MPI_Reduce_scatter(b.data(), a.data(), counts.data(), MPI_DOUBLE, MPI_SUM, comm);
  if (what == "neighbour") {
    const int code = MPI_Neighbor_allgather(a.data(), 10, MPI_DOUBLE, b.data(), 10, MPI_DOUBLE, cart_comm);
    return code != MPI_SUCCESS ? code : MPI_Barrier(cart_comm);
  }
  if (what == "scan") {
    const int code = MPI_Scan(a.data(), b.data(), 10, MPI_DOUBLE, MPI_SUM, comm);
    return code != MPI_SUCCESS ? code : MPI_Barrier(comm);
  }
  if (what == "start") {
    int code = MPI_Recv_init(b.data(), 1000, MPI_DOUBLE, absent, 16, comm, requests);
    if (code == MPI_SUCCESS) code = MPI_Start(requests);
    return code != MPI_SUCCESS ? code : MPI_Wait(requests, &status);
  }
  if (what == "startall") {
    int code = MPI_Ssend_init(a.data(), 10, MPI_DOUBLE, absent, 17, comm, &requests[0]);
    if (code == MPI_SUCCESS) code = MPI_Recv_init(b.data(), 10, MPI_DOUBLE, absent, 18, comm, &requests[1]);
    if (code == MPI_SUCCESS) code = MPI_Startall(2, requests);
    return code != MPI_SUCCESS ? code : MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
  }
#if MPI_VERSION >= 4
  if (what == "barrier_init") {
    int code = MPI_Barrier_init(comm, MPI_INFO_NULL, requests);
    if (code == MPI_SUCCESS) code = MPI_Start(requests);
    return code != MPI_SUCCESS ? code : MPI_Wait(requests, MPI_STATUS_IGNORE);
  }
#endif
  return MPI_ERR_OTHER;
}

// Calls that must give right results on all ranks; returns the first thing that is wrong, or "".
const char* all_right(MPI_Comm comm) {
  int rank = 0, size = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const int left = (rank + size - 1) % size, right = (rank + 1) % size;
  int sum = 0, mine = rank + 1;
  if (MPI_Allreduce(&mine, &sum, 1, MPI_INT, MPI_SUM, comm) != MPI_SUCCESS || sum != size * (size + 1) / 2) return "allreduce";
  sum = mine;
  if (MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_INT, MPI_SUM, comm) != MPI_SUCCESS || sum != size * (size + 1) / 2) return "allreduce in place";
  if (MPI_Allreduce(&mine, &sum, 1, MPI_INT, MPI_MAX, derived_comm) != MPI_SUCCESS || sum != size) return "allreduce on a derived communicator";
  int from_left = -1;
  MPI_Status status;
  if (MPI_Sendrecv(&rank, 1, MPI_INT, right, 5, &from_left, 1, MPI_INT, left, 5, comm, &status) != MPI_SUCCESS || from_left != left) return "sendrecv";
  if (size > 1 && status.MPI_SOURCE != left) return "status of sendrecv";
  int turned = rank;
  if (MPI_Sendrecv_replace(&turned, 1, MPI_INT, right, 6, left, 6, comm, MPI_STATUS_IGNORE) != MPI_SUCCESS || turned != left) return "sendrecv_replace";
  std::vector<int> all(static_cast<std::size_t>(size), -1);
  if (MPI_Allgather(&rank, 1, MPI_INT, all.data(), 1, MPI_INT, comm) != MPI_SUCCESS) return "allgather";
  for (int i = 0; i < size; ++i) {
    if (all[static_cast<std::size_t>(i)] != i) return "values of allgather";
  }
  std::vector<int> counts(static_cast<std::size_t>(size)), starts(static_cast<std::size_t>(size));
  int total = 0;
  for (int i = 0; i < size; ++i) {
    counts[static_cast<std::size_t>(i)] = i + 1;
    starts[static_cast<std::size_t>(i)] = total + i;  // a gap after each
    total += i + 1;
  }
  std::vector<int> many(static_cast<std::size_t>(rank) + 1, rank), gathered(static_cast<std::size_t>(total + size), -7);
  if (MPI_Gatherv(many.data(), rank + 1, MPI_INT, gathered.data(), counts.data(), starts.data(), MPI_INT, size - 1, comm) != MPI_SUCCESS) return "gatherv";
  if (rank == size - 1) {
    for (int i = 0; i < size; ++i) {
      const auto at = static_cast<std::size_t>(starts[static_cast<std::size_t>(i)]);
      if (gathered[at] != i || gathered[at + static_cast<std::size_t>(i) + 1] != -7) return "values of gatherv";
    }
  }
  // A strided receive leaves the gaps alone.
  MPI_Datatype strided;
  MPI_Type_vector(4, 1, 2, MPI_INT, &strided);
  MPI_Type_commit(&strided);
  int packed[4] = {rank, rank, rank, rank};
  int spread[8] = {-1, -1, -1, -1, -1, -1, -1, -1};
  MPI_Request requests[2];
  if (MPI_Irecv(spread, 1, strided, left, 21, comm, &requests[0]) != MPI_SUCCESS) return "irecv";
  if (MPI_Isend(packed, 4, MPI_INT, right, 21, comm, &requests[1]) != MPI_SUCCESS) return "isend";
  if (MPI_Waitall(2, requests, MPI_STATUSES_IGNORE) != MPI_SUCCESS) return "waitall";
  for (int i = 0; i < 8; ++i) {
    if (i < 7 && spread[i] != (i % 2 == 0 ? left : -1)) return "strided receive";
  }
  MPI_Type_free(&strided);
  // A large message, and one taken by matching probe.
  std::vector<double> large(3 << 20, rank), taken(3 << 20, -1.0);
  if (MPI_Isend(large.data(), 3 << 20, MPI_DOUBLE, right, 22, comm, &requests[0]) != MPI_SUCCESS) return "large isend";
  MPI_Message message;
  if (MPI_Mprobe(left, 22, comm, &message, &status) != MPI_SUCCESS) return "mprobe";
  if (MPI_Mrecv(taken.data(), 3 << 20, MPI_DOUBLE, &message, MPI_STATUS_IGNORE) != MPI_SUCCESS) return "mrecv";
  if (MPI_Wait(&requests[0], MPI_STATUS_IGNORE) != MPI_SUCCESS) return "wait";
  if (taken.front() != left || taken.back() != left) return "large message";
  int near[2] = {-1, -1};
  if (MPI_Neighbor_allgather(&rank, 1, MPI_INT, near, 1, MPI_INT, cart_comm) != MPI_SUCCESS || near[0] != left || near[1] != right) return "neighbor_allgather";
  MPI_Comm half = MPI_COMM_NULL;
  if (MPI_Comm_split(comm, rank % 2, rank, &half) != MPI_SUCCESS) return "split";
  int in_half = 0, one = 1;
  if (MPI_Allreduce(&one, &in_half, 1, MPI_INT, MPI_SUM, half) != MPI_SUCCESS || in_half != (size + (rank % 2 == 0)) / 2) return "allreduce on a half";
  if (MPI_Comm_free(&half) != MPI_SUCCESS) return "free";
  int compared = MPI_UNEQUAL;
  MPI_Comm_compare(comm, derived_comm, &compared);
  if (compared != (size > 1 ? MPI_SIMILAR : MPI_CONGRUENT)) return "compare";
  return "";
}

int try_allreduce(MPI_Comm comm) {
  int mine = 1, sum = 0;
  return MPI_Allreduce(&mine, &sum, 1, MPI_INT, MPI_SUM, comm);
}
int try_abort(MPI_Comm comm) { return MPI_Abort(comm, 3); }
int try_finalize() { return MPI_Finalize(); }
int try_init() { return MPI_Init(nullptr, nullptr); }
int try_free(MPI_Comm comm) { return MPI_Comm_free(&comm); }

// A request that is started in one cell and waited for in a later one.
static MPI_Request kept_request = MPI_REQUEST_NULL;
static int kept_value = -1;
int keep_receive(MPI_Comm comm, int source) { return MPI_Irecv(&kept_value, 1, MPI_INT, source, 30, comm, &kept_request); }
int send_kept(MPI_Comm comm, int to, int value) { return MPI_Send(&value, 1, MPI_INT, to, 30, comm); }
int wait_kept(int* value) {
  const int code = MPI_Wait(&kept_request, MPI_STATUS_IGNORE);
  *value = kept_value;
  return code;
}
void forget_kept() { kept_request = MPI_REQUEST_NULL; }

double time_allreduce(MPI_Comm comm, int rounds) {
  double mine = 1, sum = 0;
  MPI_Barrier(comm);
  const double begin = MPI_Wtime();
  for (int i = 0; i < rounds; ++i) MPI_Allreduce(&mine, &sum, 1, MPI_DOUBLE, MPI_SUM, comm);
  return (MPI_Wtime() - begin) / rounds;
}
}
