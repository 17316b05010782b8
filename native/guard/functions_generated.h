// Generated from functions.json by generate.mjs; do not edit.
#pragma once
#include <mpi.h>

#include <cstddef>

namespace allranks::guard {

// Every MPI function of the table; the order is that of the tables below.
enum class Function : int {
  Send,
  Isend,
  Send_init,
  Send_c,
  Isend_c,
  Send_init_c,
  Ssend,
  Issend,
  Ssend_init,
  Ssend_c,
  Issend_c,
  Ssend_init_c,
  Bsend,
  Ibsend,
  Bsend_init,
  Bsend_c,
  Ibsend_c,
  Bsend_init_c,
  Rsend,
  Irsend,
  Rsend_init,
  Rsend_c,
  Irsend_c,
  Rsend_init_c,
  Recv,
  Irecv,
  Recv_init,
  Recv_c,
  Irecv_c,
  Recv_init_c,
  Barrier,
  Ibarrier,
  Barrier_init,
  Bcast,
  Ibcast,
  Bcast_init,
  Bcast_c,
  Ibcast_c,
  Bcast_init_c,
  Gather,
  Igather,
  Gather_init,
  Gather_c,
  Igather_c,
  Gather_init_c,
  Gatherv,
  Igatherv,
  Gatherv_init,
  Gatherv_c,
  Igatherv_c,
  Gatherv_init_c,
  Scatter,
  Iscatter,
  Scatter_init,
  Scatter_c,
  Iscatter_c,
  Scatter_init_c,
  Scatterv,
  Iscatterv,
  Scatterv_init,
  Scatterv_c,
  Iscatterv_c,
  Scatterv_init_c,
  Allgather,
  Iallgather,
  Allgather_init,
  Allgather_c,
  Iallgather_c,
  Allgather_init_c,
  Allgatherv,
  Iallgatherv,
  Allgatherv_init,
  Allgatherv_c,
  Iallgatherv_c,
  Allgatherv_init_c,
  Alltoall,
  Ialltoall,
  Alltoall_init,
  Alltoall_c,
  Ialltoall_c,
  Alltoall_init_c,
  Alltoallv,
  Ialltoallv,
  Alltoallv_init,
  Alltoallv_c,
  Ialltoallv_c,
  Alltoallv_init_c,
  Alltoallw,
  Ialltoallw,
  Alltoallw_init,
  Alltoallw_c,
  Ialltoallw_c,
  Alltoallw_init_c,
  Reduce,
  Ireduce,
  Reduce_init,
  Reduce_c,
  Ireduce_c,
  Reduce_init_c,
  Allreduce,
  Iallreduce,
  Allreduce_init,
  Allreduce_c,
  Iallreduce_c,
  Allreduce_init_c,
  Scan,
  Iscan,
  Scan_init,
  Scan_c,
  Iscan_c,
  Scan_init_c,
  Exscan,
  Iexscan,
  Exscan_init,
  Exscan_c,
  Iexscan_c,
  Exscan_init_c,
  Reduce_scatter,
  Ireduce_scatter,
  Reduce_scatter_init,
  Reduce_scatter_c,
  Ireduce_scatter_c,
  Reduce_scatter_init_c,
  Reduce_scatter_block,
  Ireduce_scatter_block,
  Reduce_scatter_block_init,
  Reduce_scatter_block_c,
  Ireduce_scatter_block_c,
  Reduce_scatter_block_init_c,
  Neighbor_allgather,
  Ineighbor_allgather,
  Neighbor_allgather_init,
  Neighbor_allgather_c,
  Ineighbor_allgather_c,
  Neighbor_allgather_init_c,
  Neighbor_allgatherv,
  Ineighbor_allgatherv,
  Neighbor_allgatherv_init,
  Neighbor_allgatherv_c,
  Ineighbor_allgatherv_c,
  Neighbor_allgatherv_init_c,
  Neighbor_alltoall,
  Ineighbor_alltoall,
  Neighbor_alltoall_init,
  Neighbor_alltoall_c,
  Ineighbor_alltoall_c,
  Neighbor_alltoall_init_c,
  Neighbor_alltoallv,
  Ineighbor_alltoallv,
  Neighbor_alltoallv_init,
  Neighbor_alltoallv_c,
  Ineighbor_alltoallv_c,
  Neighbor_alltoallv_init_c,
  Neighbor_alltoallw,
  Ineighbor_alltoallw,
  Neighbor_alltoallw_init,
  Neighbor_alltoallw_c,
  Ineighbor_alltoallw_c,
  Neighbor_alltoallw_init_c,
  Sendrecv,
  Sendrecv_c,
  Sendrecv_replace,
  Sendrecv_replace_c,
  Isendrecv,
  Isendrecv_c,
  Isendrecv_replace,
  Isendrecv_replace_c,
  Psend_init,
  Precv_init,
  Probe,
  Iprobe,
  Mprobe,
  Improbe,
  Mrecv,
  Mrecv_c,
  Imrecv,
  Imrecv_c,
  Start,
  Startall,
  Wait,
  Waitall,
  Waitany,
  Waitsome,
  Test,
  Testall,
  Testany,
  Testsome,
  Request_get_status,
  Request_free,
  Cancel,
  Comm_dup,
  Comm_dup_with_info,
  Comm_split,
  Comm_split_type,
  Comm_create,
  Cart_create,
  Cart_sub,
  Graph_create,
  Dist_graph_create,
  Dist_graph_create_adjacent,
  Intercomm_merge,
  Comm_idup,
  Comm_idup_with_info,
  Comm_create_group,
  Intercomm_create,
  Comm_free,
  Comm_disconnect,
  Comm_create_keyval,
  Comm_set_attr,
  Win_create,
  Win_create_c,
  Win_allocate,
  Win_allocate_c,
  Win_allocate_shared,
  Win_allocate_shared_c,
  Win_create_dynamic,
  Win_fence,
  Win_free,
  File_open,
  File_close,
  File_set_size,
  File_preallocate,
  File_set_info,
  File_set_view,
  File_set_atomicity,
  File_sync,
  File_seek_shared,
  File_read_all,
  File_read_all_c,
  File_write_all,
  File_write_all_c,
  File_read_at_all,
  File_read_at_all_c,
  File_write_at_all,
  File_write_at_all_c,
  File_read_ordered,
  File_read_ordered_c,
  File_write_ordered,
  File_write_ordered_c,
  File_read_all_begin,
  File_read_all_begin_c,
  File_write_all_begin,
  File_write_all_begin_c,
  File_read_at_all_begin,
  File_read_at_all_begin_c,
  File_write_at_all_begin,
  File_write_at_all_begin_c,
  File_read_ordered_begin,
  File_read_ordered_begin_c,
  File_write_ordered_begin,
  File_write_ordered_begin_c,
  File_read_all_end,
  File_write_all_end,
  File_read_at_all_end,
  File_write_at_all_end,
  File_read_ordered_end,
  File_write_ordered_end,
  Comm_set_errhandler,
  Win_set_errhandler,
  File_set_errhandler,
  Abort,
  Finalize,
  Init,
  Init_thread,
};
constexpr std::size_t kFunctions = 264;

// "MPI_Send", "MPI_Send_c" and so on, by Function; and what people are told of them, the same without the suffix of large counts.
extern const char* const kNames[kFunctions];
extern const char* const kCalls[kFunctions];

// What a slot of a module is replaced by; `needs`: the MPI must have this function too, else the slot stays.
struct Replacement {
  Function function;
  Function needs;
  void* wrapper;
};
constexpr std::size_t kReplacements = 264;
extern const Replacement kReplaced[kReplacements];

// Functions that stay unprotected, in groups: "what: MPI_A, MPI_B".
constexpr std::size_t kUnprotectedGroups = 5;
extern const char* const kUnprotected[kUnprotectedGroups];

// The MPI's own functions, by Function; null where it has none. Filled once by install.
extern void* next_functions[kFunctions];

inline int next_Send(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Send)])(buf, count, datatype, dest, tag, comm);
}
inline int next_Isend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Isend)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Send_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Send_init)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Send_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Send_c)])(buf, count, datatype, dest, tag, comm);
}
inline int next_Isend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Isend_c)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Send_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Send_init_c)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Ssend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Ssend)])(buf, count, datatype, dest, tag, comm);
}
inline int next_Issend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Issend)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Ssend_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ssend_init)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Ssend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Ssend_c)])(buf, count, datatype, dest, tag, comm);
}
inline int next_Issend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Issend_c)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Ssend_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ssend_init_c)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Bsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Bsend)])(buf, count, datatype, dest, tag, comm);
}
inline int next_Ibsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ibsend)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Bsend_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Bsend_init)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Bsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Bsend_c)])(buf, count, datatype, dest, tag, comm);
}
inline int next_Ibsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ibsend_c)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Bsend_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Bsend_init_c)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Rsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Rsend)])(buf, count, datatype, dest, tag, comm);
}
inline int next_Irsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Irsend)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Rsend_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Rsend_init)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Rsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Rsend_c)])(buf, count, datatype, dest, tag, comm);
}
inline int next_Irsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Irsend_c)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Rsend_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Rsend_init_c)])(buf, count, datatype, dest, tag, comm, request);
}
inline int next_Recv(void* buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Status* status) {
  return reinterpret_cast<int (*)(void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Status*)>(next_functions[static_cast<int>(Function::Recv)])(buf, count, datatype, source, tag, comm, status);
}
inline int next_Irecv(void* buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Irecv)])(buf, count, datatype, source, tag, comm, request);
}
inline int next_Recv_init(void* buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Recv_init)])(buf, count, datatype, source, tag, comm, request);
}
inline int next_Recv_c(void* buf, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Status* status) {
  return reinterpret_cast<int (*)(void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Status*)>(next_functions[static_cast<int>(Function::Recv_c)])(buf, count, datatype, source, tag, comm, status);
}
inline int next_Irecv_c(void* buf, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Irecv_c)])(buf, count, datatype, source, tag, comm, request);
}
inline int next_Recv_init_c(void* buf, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Recv_init_c)])(buf, count, datatype, source, tag, comm, request);
}
inline int next_Barrier(MPI_Comm comm) {
  return reinterpret_cast<int (*)(MPI_Comm)>(next_functions[static_cast<int>(Function::Barrier)])(comm);
}
inline int next_Ibarrier(MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ibarrier)])(comm, request);
}
inline int next_Barrier_init(MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Barrier_init)])(comm, info, request);
}
inline int next_Bcast(void* buffer, int count, MPI_Datatype datatype, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(void*, int, MPI_Datatype, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Bcast)])(buffer, count, datatype, root, comm);
}
inline int next_Ibcast(void* buffer, int count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, int, MPI_Datatype, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ibcast)])(buffer, count, datatype, root, comm, request);
}
inline int next_Bcast_init(void* buffer, int count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, int, MPI_Datatype, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Bcast_init)])(buffer, count, datatype, root, comm, info, request);
}
inline int next_Bcast_c(void* buffer, MPI_Count count, MPI_Datatype datatype, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(void*, MPI_Count, MPI_Datatype, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Bcast_c)])(buffer, count, datatype, root, comm);
}
inline int next_Ibcast_c(void* buffer, MPI_Count count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, MPI_Count, MPI_Datatype, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ibcast_c)])(buffer, count, datatype, root, comm, request);
}
inline int next_Bcast_init_c(void* buffer, MPI_Count count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, MPI_Count, MPI_Datatype, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Bcast_init_c)])(buffer, count, datatype, root, comm, info, request);
}
inline int next_Gather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Gather)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm);
}
inline int next_Igather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Igather)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
}
inline int next_Gather_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Gather_init)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
}
inline int next_Gather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Gather_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm);
}
inline int next_Igather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Igather_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
}
inline int next_Gather_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Gather_init_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
}
inline int next_Gatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Gatherv)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm);
}
inline int next_Igatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Igatherv)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm, request);
}
inline int next_Gatherv_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Gatherv_init)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm, info, request);
}
inline int next_Gatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Gatherv_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm);
}
inline int next_Igatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Igatherv_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm, request);
}
inline int next_Gatherv_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Gatherv_init_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm, info, request);
}
inline int next_Scatter(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Scatter)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm);
}
inline int next_Iscatter(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iscatter)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
}
inline int next_Scatter_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Scatter_init)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
}
inline int next_Scatter_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Scatter_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm);
}
inline int next_Iscatter_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iscatter_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
}
inline int next_Scatter_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Scatter_init_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
}
inline int next_Scatterv(const void* sendbuf, const int sendcounts[], const int displs[], MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, MPI_Datatype, void*, int, MPI_Datatype, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Scatterv)])(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm);
}
inline int next_Iscatterv(const void* sendbuf, const int sendcounts[], const int displs[], MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, MPI_Datatype, void*, int, MPI_Datatype, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iscatterv)])(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
}
inline int next_Scatterv_init(const void* sendbuf, const int sendcounts[], const int displs[], MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, MPI_Datatype, void*, int, MPI_Datatype, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Scatterv_init)])(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
}
inline int next_Scatterv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint displs[], MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, void*, MPI_Count, MPI_Datatype, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Scatterv_c)])(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm);
}
inline int next_Iscatterv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint displs[], MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, void*, MPI_Count, MPI_Datatype, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iscatterv_c)])(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
}
inline int next_Scatterv_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint displs[], MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, void*, MPI_Count, MPI_Datatype, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Scatterv_init_c)])(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
}
inline int next_Allgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Allgather)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
}
inline int next_Iallgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iallgather)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
}
inline int next_Allgather_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Allgather_init)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
}
inline int next_Allgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Allgather_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
}
inline int next_Iallgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iallgather_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
}
inline int next_Allgather_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Allgather_init_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
}
inline int next_Allgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Allgatherv)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm);
}
inline int next_Iallgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iallgatherv)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, request);
}
inline int next_Allgatherv_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Allgatherv_init)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, info, request);
}
inline int next_Allgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Allgatherv_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm);
}
inline int next_Iallgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iallgatherv_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, request);
}
inline int next_Allgatherv_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Allgatherv_init_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, info, request);
}
inline int next_Alltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Alltoall)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
}
inline int next_Ialltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ialltoall)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
}
inline int next_Alltoall_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Alltoall_init)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
}
inline int next_Alltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Alltoall_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
}
inline int next_Ialltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ialltoall_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
}
inline int next_Alltoall_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Alltoall_init_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
}
inline int next_Alltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Alltoallv)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm);
}
inline int next_Ialltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ialltoallv)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, request);
}
inline int next_Alltoallv_init(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Alltoallv_init)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, info, request);
}
inline int next_Alltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Alltoallv_c)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm);
}
inline int next_Ialltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ialltoallv_c)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, request);
}
inline int next_Alltoallv_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Alltoallv_init_c)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, info, request);
}
inline int next_Alltoallw(const void* sendbuf, const int sendcounts[], const int sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const int rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, const MPI_Datatype*, void*, const int*, const int*, const MPI_Datatype*, MPI_Comm)>(next_functions[static_cast<int>(Function::Alltoallw)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm);
}
inline int next_Ialltoallw(const void* sendbuf, const int sendcounts[], const int sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const int rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, const MPI_Datatype*, void*, const int*, const int*, const MPI_Datatype*, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ialltoallw)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, request);
}
inline int next_Alltoallw_init(const void* sendbuf, const int sendcounts[], const int sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const int rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, const MPI_Datatype*, void*, const int*, const int*, const MPI_Datatype*, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Alltoallw_init)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, info, request);
}
inline int next_Alltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, MPI_Comm)>(next_functions[static_cast<int>(Function::Alltoallw_c)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm);
}
inline int next_Ialltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ialltoallw_c)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, request);
}
inline int next_Alltoallw_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Alltoallw_init_c)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, info, request);
}
inline int next_Reduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Reduce)])(sendbuf, recvbuf, count, datatype, op, root, comm);
}
inline int next_Ireduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ireduce)])(sendbuf, recvbuf, count, datatype, op, root, comm, request);
}
inline int next_Reduce_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Reduce_init)])(sendbuf, recvbuf, count, datatype, op, root, comm, info, request);
}
inline int next_Reduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, int, MPI_Comm)>(next_functions[static_cast<int>(Function::Reduce_c)])(sendbuf, recvbuf, count, datatype, op, root, comm);
}
inline int next_Ireduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ireduce_c)])(sendbuf, recvbuf, count, datatype, op, root, comm, request);
}
inline int next_Reduce_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Reduce_init_c)])(sendbuf, recvbuf, count, datatype, op, root, comm, info, request);
}
inline int next_Allreduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm)>(next_functions[static_cast<int>(Function::Allreduce)])(sendbuf, recvbuf, count, datatype, op, comm);
}
inline int next_Iallreduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iallreduce)])(sendbuf, recvbuf, count, datatype, op, comm, request);
}
inline int next_Allreduce_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Allreduce_init)])(sendbuf, recvbuf, count, datatype, op, comm, info, request);
}
inline int next_Allreduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm)>(next_functions[static_cast<int>(Function::Allreduce_c)])(sendbuf, recvbuf, count, datatype, op, comm);
}
inline int next_Iallreduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iallreduce_c)])(sendbuf, recvbuf, count, datatype, op, comm, request);
}
inline int next_Allreduce_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Allreduce_init_c)])(sendbuf, recvbuf, count, datatype, op, comm, info, request);
}
inline int next_Scan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm)>(next_functions[static_cast<int>(Function::Scan)])(sendbuf, recvbuf, count, datatype, op, comm);
}
inline int next_Iscan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iscan)])(sendbuf, recvbuf, count, datatype, op, comm, request);
}
inline int next_Scan_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Scan_init)])(sendbuf, recvbuf, count, datatype, op, comm, info, request);
}
inline int next_Scan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm)>(next_functions[static_cast<int>(Function::Scan_c)])(sendbuf, recvbuf, count, datatype, op, comm);
}
inline int next_Iscan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iscan_c)])(sendbuf, recvbuf, count, datatype, op, comm, request);
}
inline int next_Scan_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Scan_init_c)])(sendbuf, recvbuf, count, datatype, op, comm, info, request);
}
inline int next_Exscan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm)>(next_functions[static_cast<int>(Function::Exscan)])(sendbuf, recvbuf, count, datatype, op, comm);
}
inline int next_Iexscan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iexscan)])(sendbuf, recvbuf, count, datatype, op, comm, request);
}
inline int next_Exscan_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Exscan_init)])(sendbuf, recvbuf, count, datatype, op, comm, info, request);
}
inline int next_Exscan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm)>(next_functions[static_cast<int>(Function::Exscan_c)])(sendbuf, recvbuf, count, datatype, op, comm);
}
inline int next_Iexscan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Iexscan_c)])(sendbuf, recvbuf, count, datatype, op, comm, request);
}
inline int next_Exscan_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Exscan_init_c)])(sendbuf, recvbuf, count, datatype, op, comm, info, request);
}
inline int next_Reduce_scatter(const void* sendbuf, void* recvbuf, const int recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, const int*, MPI_Datatype, MPI_Op, MPI_Comm)>(next_functions[static_cast<int>(Function::Reduce_scatter)])(sendbuf, recvbuf, recvcounts, datatype, op, comm);
}
inline int next_Ireduce_scatter(const void* sendbuf, void* recvbuf, const int recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, const int*, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ireduce_scatter)])(sendbuf, recvbuf, recvcounts, datatype, op, comm, request);
}
inline int next_Reduce_scatter_init(const void* sendbuf, void* recvbuf, const int recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, const int*, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Reduce_scatter_init)])(sendbuf, recvbuf, recvcounts, datatype, op, comm, info, request);
}
inline int next_Reduce_scatter_c(const void* sendbuf, void* recvbuf, const MPI_Count recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, const MPI_Count*, MPI_Datatype, MPI_Op, MPI_Comm)>(next_functions[static_cast<int>(Function::Reduce_scatter_c)])(sendbuf, recvbuf, recvcounts, datatype, op, comm);
}
inline int next_Ireduce_scatter_c(const void* sendbuf, void* recvbuf, const MPI_Count recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, const MPI_Count*, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ireduce_scatter_c)])(sendbuf, recvbuf, recvcounts, datatype, op, comm, request);
}
inline int next_Reduce_scatter_init_c(const void* sendbuf, void* recvbuf, const MPI_Count recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, const MPI_Count*, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Reduce_scatter_init_c)])(sendbuf, recvbuf, recvcounts, datatype, op, comm, info, request);
}
inline int next_Reduce_scatter_block(const void* sendbuf, void* recvbuf, int recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm)>(next_functions[static_cast<int>(Function::Reduce_scatter_block)])(sendbuf, recvbuf, recvcount, datatype, op, comm);
}
inline int next_Ireduce_scatter_block(const void* sendbuf, void* recvbuf, int recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ireduce_scatter_block)])(sendbuf, recvbuf, recvcount, datatype, op, comm, request);
}
inline int next_Reduce_scatter_block_init(const void* sendbuf, void* recvbuf, int recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, int, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Reduce_scatter_block_init)])(sendbuf, recvbuf, recvcount, datatype, op, comm, info, request);
}
inline int next_Reduce_scatter_block_c(const void* sendbuf, void* recvbuf, MPI_Count recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm)>(next_functions[static_cast<int>(Function::Reduce_scatter_block_c)])(sendbuf, recvbuf, recvcount, datatype, op, comm);
}
inline int next_Ireduce_scatter_block_c(const void* sendbuf, void* recvbuf, MPI_Count recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ireduce_scatter_block_c)])(sendbuf, recvbuf, recvcount, datatype, op, comm, request);
}
inline int next_Reduce_scatter_block_init_c(const void* sendbuf, void* recvbuf, MPI_Count recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, void*, MPI_Count, MPI_Datatype, MPI_Op, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Reduce_scatter_block_init_c)])(sendbuf, recvbuf, recvcount, datatype, op, comm, info, request);
}
inline int next_Neighbor_allgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Neighbor_allgather)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
}
inline int next_Ineighbor_allgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ineighbor_allgather)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
}
inline int next_Neighbor_allgather_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Neighbor_allgather_init)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
}
inline int next_Neighbor_allgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Neighbor_allgather_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
}
inline int next_Ineighbor_allgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ineighbor_allgather_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
}
inline int next_Neighbor_allgather_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Neighbor_allgather_init_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
}
inline int next_Neighbor_allgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Neighbor_allgatherv)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm);
}
inline int next_Ineighbor_allgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ineighbor_allgatherv)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, request);
}
inline int next_Neighbor_allgatherv_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Neighbor_allgatherv_init)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, info, request);
}
inline int next_Neighbor_allgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Neighbor_allgatherv_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm);
}
inline int next_Ineighbor_allgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ineighbor_allgatherv_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, request);
}
inline int next_Neighbor_allgatherv_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Neighbor_allgatherv_init_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, info, request);
}
inline int next_Neighbor_alltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Neighbor_alltoall)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
}
inline int next_Ineighbor_alltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ineighbor_alltoall)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
}
inline int next_Neighbor_alltoall_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, void*, int, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Neighbor_alltoall_init)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
}
inline int next_Neighbor_alltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Neighbor_alltoall_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
}
inline int next_Ineighbor_alltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ineighbor_alltoall_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
}
inline int next_Neighbor_alltoall_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, void*, MPI_Count, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Neighbor_alltoall_init_c)])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
}
inline int next_Neighbor_alltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Neighbor_alltoallv)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm);
}
inline int next_Ineighbor_alltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ineighbor_alltoallv)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, request);
}
inline int next_Neighbor_alltoallv_init(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const int*, const int*, MPI_Datatype, void*, const int*, const int*, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Neighbor_alltoallv_init)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, info, request);
}
inline int next_Neighbor_alltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm)>(next_functions[static_cast<int>(Function::Neighbor_alltoallv_c)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm);
}
inline int next_Ineighbor_alltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ineighbor_alltoallv_c)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, request);
}
inline int next_Neighbor_alltoallv_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, void*, const MPI_Count*, const MPI_Aint*, MPI_Datatype, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Neighbor_alltoallv_init_c)])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, info, request);
}
inline int next_Neighbor_alltoallw(const void* sendbuf, const int sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, const int*, const MPI_Aint*, const MPI_Datatype*, void*, const int*, const MPI_Aint*, const MPI_Datatype*, MPI_Comm)>(next_functions[static_cast<int>(Function::Neighbor_alltoallw)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm);
}
inline int next_Ineighbor_alltoallw(const void* sendbuf, const int sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const int*, const MPI_Aint*, const MPI_Datatype*, void*, const int*, const MPI_Aint*, const MPI_Datatype*, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ineighbor_alltoallw)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, request);
}
inline int next_Neighbor_alltoallw_init(const void* sendbuf, const int sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const int*, const MPI_Aint*, const MPI_Datatype*, void*, const int*, const MPI_Aint*, const MPI_Datatype*, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Neighbor_alltoallw_init)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, info, request);
}
inline int next_Neighbor_alltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, MPI_Comm)>(next_functions[static_cast<int>(Function::Neighbor_alltoallw_c)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm);
}
inline int next_Ineighbor_alltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Ineighbor_alltoallw_c)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, request);
}
inline int next_Neighbor_alltoallw_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, void*, const MPI_Count*, const MPI_Aint*, const MPI_Datatype*, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Neighbor_alltoallw_init_c)])(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, info, request);
}
inline int next_Sendrecv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, int recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Status* status) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Status*)>(next_functions[static_cast<int>(Function::Sendrecv)])(sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm, status);
}
inline int next_Sendrecv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Status* status) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Status*)>(next_functions[static_cast<int>(Function::Sendrecv_c)])(sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm, status);
}
inline int next_Sendrecv_replace(void* buf, int count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Status* status) {
  return reinterpret_cast<int (*)(void*, int, MPI_Datatype, int, int, int, int, MPI_Comm, MPI_Status*)>(next_functions[static_cast<int>(Function::Sendrecv_replace)])(buf, count, datatype, dest, sendtag, source, recvtag, comm, status);
}
inline int next_Sendrecv_replace_c(void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Status* status) {
  return reinterpret_cast<int (*)(void*, MPI_Count, MPI_Datatype, int, int, int, int, MPI_Comm, MPI_Status*)>(next_functions[static_cast<int>(Function::Sendrecv_replace_c)])(buf, count, datatype, dest, sendtag, source, recvtag, comm, status);
}
inline int next_Isendrecv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, int recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Datatype, int, int, void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Isendrecv)])(sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm, request);
}
inline int next_Isendrecv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, MPI_Count, MPI_Datatype, int, int, void*, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Isendrecv_c)])(sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm, request);
}
inline int next_Isendrecv_replace(void* buf, int count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, int, MPI_Datatype, int, int, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Isendrecv_replace)])(buf, count, datatype, dest, sendtag, source, recvtag, comm, request);
}
inline int next_Isendrecv_replace_c(void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, MPI_Count, MPI_Datatype, int, int, int, int, MPI_Comm, MPI_Request*)>(next_functions[static_cast<int>(Function::Isendrecv_replace_c)])(buf, count, datatype, dest, sendtag, source, recvtag, comm, request);
}
inline int next_Psend_init(const void* buf, int partitions, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(const void*, int, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Psend_init)])(buf, partitions, count, datatype, dest, tag, comm, info, request);
}
inline int next_Precv_init(void* buf, int partitions, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, int, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Info, MPI_Request*)>(next_functions[static_cast<int>(Function::Precv_init)])(buf, partitions, count, datatype, source, tag, comm, info, request);
}
inline int next_Probe(int source, int tag, MPI_Comm comm, MPI_Status* status) {
  return reinterpret_cast<int (*)(int, int, MPI_Comm, MPI_Status*)>(next_functions[static_cast<int>(Function::Probe)])(source, tag, comm, status);
}
inline int next_Iprobe(int source, int tag, MPI_Comm comm, int* flag, MPI_Status* status) {
  return reinterpret_cast<int (*)(int, int, MPI_Comm, int*, MPI_Status*)>(next_functions[static_cast<int>(Function::Iprobe)])(source, tag, comm, flag, status);
}
inline int next_Mprobe(int source, int tag, MPI_Comm comm, MPI_Message* message, MPI_Status* status) {
  return reinterpret_cast<int (*)(int, int, MPI_Comm, MPI_Message*, MPI_Status*)>(next_functions[static_cast<int>(Function::Mprobe)])(source, tag, comm, message, status);
}
inline int next_Improbe(int source, int tag, MPI_Comm comm, int* flag, MPI_Message* message, MPI_Status* status) {
  return reinterpret_cast<int (*)(int, int, MPI_Comm, int*, MPI_Message*, MPI_Status*)>(next_functions[static_cast<int>(Function::Improbe)])(source, tag, comm, flag, message, status);
}
inline int next_Mrecv(void* buf, int count, MPI_Datatype datatype, MPI_Message* message, MPI_Status* status) {
  return reinterpret_cast<int (*)(void*, int, MPI_Datatype, MPI_Message*, MPI_Status*)>(next_functions[static_cast<int>(Function::Mrecv)])(buf, count, datatype, message, status);
}
inline int next_Mrecv_c(void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Message* message, MPI_Status* status) {
  return reinterpret_cast<int (*)(void*, MPI_Count, MPI_Datatype, MPI_Message*, MPI_Status*)>(next_functions[static_cast<int>(Function::Mrecv_c)])(buf, count, datatype, message, status);
}
inline int next_Imrecv(void* buf, int count, MPI_Datatype datatype, MPI_Message* message, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, int, MPI_Datatype, MPI_Message*, MPI_Request*)>(next_functions[static_cast<int>(Function::Imrecv)])(buf, count, datatype, message, request);
}
inline int next_Imrecv_c(void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Message* message, MPI_Request* request) {
  return reinterpret_cast<int (*)(void*, MPI_Count, MPI_Datatype, MPI_Message*, MPI_Request*)>(next_functions[static_cast<int>(Function::Imrecv_c)])(buf, count, datatype, message, request);
}
inline int next_Start(MPI_Request* request) {
  return reinterpret_cast<int (*)(MPI_Request*)>(next_functions[static_cast<int>(Function::Start)])(request);
}
inline int next_Startall(int count, MPI_Request requests[]) {
  return reinterpret_cast<int (*)(int, MPI_Request*)>(next_functions[static_cast<int>(Function::Startall)])(count, requests);
}
inline int next_Wait(MPI_Request* request, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_Request*, MPI_Status*)>(next_functions[static_cast<int>(Function::Wait)])(request, status);
}
inline int next_Waitall(int count, MPI_Request requests[], MPI_Status statuses[]) {
  return reinterpret_cast<int (*)(int, MPI_Request*, MPI_Status*)>(next_functions[static_cast<int>(Function::Waitall)])(count, requests, statuses);
}
inline int next_Waitany(int count, MPI_Request requests[], int* index, MPI_Status* status) {
  return reinterpret_cast<int (*)(int, MPI_Request*, int*, MPI_Status*)>(next_functions[static_cast<int>(Function::Waitany)])(count, requests, index, status);
}
inline int next_Waitsome(int incount, MPI_Request requests[], int* outcount, int indices[], MPI_Status statuses[]) {
  return reinterpret_cast<int (*)(int, MPI_Request*, int*, int*, MPI_Status*)>(next_functions[static_cast<int>(Function::Waitsome)])(incount, requests, outcount, indices, statuses);
}
inline int next_Test(MPI_Request* request, int* flag, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_Request*, int*, MPI_Status*)>(next_functions[static_cast<int>(Function::Test)])(request, flag, status);
}
inline int next_Testall(int count, MPI_Request requests[], int* flag, MPI_Status statuses[]) {
  return reinterpret_cast<int (*)(int, MPI_Request*, int*, MPI_Status*)>(next_functions[static_cast<int>(Function::Testall)])(count, requests, flag, statuses);
}
inline int next_Testany(int count, MPI_Request requests[], int* index, int* flag, MPI_Status* status) {
  return reinterpret_cast<int (*)(int, MPI_Request*, int*, int*, MPI_Status*)>(next_functions[static_cast<int>(Function::Testany)])(count, requests, index, flag, status);
}
inline int next_Testsome(int incount, MPI_Request requests[], int* outcount, int indices[], MPI_Status statuses[]) {
  return reinterpret_cast<int (*)(int, MPI_Request*, int*, int*, MPI_Status*)>(next_functions[static_cast<int>(Function::Testsome)])(incount, requests, outcount, indices, statuses);
}
inline int next_Request_get_status(MPI_Request request, int* flag, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_Request, int*, MPI_Status*)>(next_functions[static_cast<int>(Function::Request_get_status)])(request, flag, status);
}
inline int next_Request_free(MPI_Request* request) {
  return reinterpret_cast<int (*)(MPI_Request*)>(next_functions[static_cast<int>(Function::Request_free)])(request);
}
inline int next_Cancel(MPI_Request* request) {
  return reinterpret_cast<int (*)(MPI_Request*)>(next_functions[static_cast<int>(Function::Cancel)])(request);
}
inline int next_Comm_dup(MPI_Comm comm, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, MPI_Comm*)>(next_functions[static_cast<int>(Function::Comm_dup)])(comm, newcomm);
}
inline int next_Comm_dup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, MPI_Info, MPI_Comm*)>(next_functions[static_cast<int>(Function::Comm_dup_with_info)])(comm, info, newcomm);
}
inline int next_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, int, int, MPI_Comm*)>(next_functions[static_cast<int>(Function::Comm_split)])(comm, color, key, newcomm);
}
inline int next_Comm_split_type(MPI_Comm comm, int split_type, int key, MPI_Info info, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, int, int, MPI_Info, MPI_Comm*)>(next_functions[static_cast<int>(Function::Comm_split_type)])(comm, split_type, key, info, newcomm);
}
inline int next_Comm_create(MPI_Comm comm, MPI_Group group, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, MPI_Group, MPI_Comm*)>(next_functions[static_cast<int>(Function::Comm_create)])(comm, group, newcomm);
}
inline int next_Cart_create(MPI_Comm comm, int ndims, const int dims[], const int periods[], int reorder, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, int, const int*, const int*, int, MPI_Comm*)>(next_functions[static_cast<int>(Function::Cart_create)])(comm, ndims, dims, periods, reorder, newcomm);
}
inline int next_Cart_sub(MPI_Comm comm, const int remain_dims[], MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, const int*, MPI_Comm*)>(next_functions[static_cast<int>(Function::Cart_sub)])(comm, remain_dims, newcomm);
}
inline int next_Graph_create(MPI_Comm comm, int nnodes, const int index[], const int edges[], int reorder, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, int, const int*, const int*, int, MPI_Comm*)>(next_functions[static_cast<int>(Function::Graph_create)])(comm, nnodes, index, edges, reorder, newcomm);
}
inline int next_Dist_graph_create(MPI_Comm comm, int n, const int sources[], const int degrees[], const int destinations[], const int weights[], MPI_Info info, int reorder, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, int, const int*, const int*, const int*, const int*, MPI_Info, int, MPI_Comm*)>(next_functions[static_cast<int>(Function::Dist_graph_create)])(comm, n, sources, degrees, destinations, weights, info, reorder, newcomm);
}
inline int next_Dist_graph_create_adjacent(MPI_Comm comm, int indegree, const int sources[], const int sourceweights[], int outdegree, const int destinations[], const int destweights[], MPI_Info info, int reorder, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, int, const int*, const int*, int, const int*, const int*, MPI_Info, int, MPI_Comm*)>(next_functions[static_cast<int>(Function::Dist_graph_create_adjacent)])(comm, indegree, sources, sourceweights, outdegree, destinations, destweights, info, reorder, newcomm);
}
inline int next_Intercomm_merge(MPI_Comm comm, int high, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, int, MPI_Comm*)>(next_functions[static_cast<int>(Function::Intercomm_merge)])(comm, high, newcomm);
}
inline int next_Comm_idup(MPI_Comm comm, MPI_Comm* newcomm, MPI_Request* request) {
  return reinterpret_cast<int (*)(MPI_Comm, MPI_Comm*, MPI_Request*)>(next_functions[static_cast<int>(Function::Comm_idup)])(comm, newcomm, request);
}
inline int next_Comm_idup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* newcomm, MPI_Request* request) {
  return reinterpret_cast<int (*)(MPI_Comm, MPI_Info, MPI_Comm*, MPI_Request*)>(next_functions[static_cast<int>(Function::Comm_idup_with_info)])(comm, info, newcomm, request);
}
inline int next_Comm_create_group(MPI_Comm comm, MPI_Group group, int tag, MPI_Comm* newcomm) {
  return reinterpret_cast<int (*)(MPI_Comm, MPI_Group, int, MPI_Comm*)>(next_functions[static_cast<int>(Function::Comm_create_group)])(comm, group, tag, newcomm);
}
inline int next_Intercomm_create(MPI_Comm local_comm, int local_leader, MPI_Comm peer_comm, int remote_leader, int tag, MPI_Comm* newintercomm) {
  return reinterpret_cast<int (*)(MPI_Comm, int, MPI_Comm, int, int, MPI_Comm*)>(next_functions[static_cast<int>(Function::Intercomm_create)])(local_comm, local_leader, peer_comm, remote_leader, tag, newintercomm);
}
inline int next_Comm_free(MPI_Comm* comm) {
  return reinterpret_cast<int (*)(MPI_Comm*)>(next_functions[static_cast<int>(Function::Comm_free)])(comm);
}
inline int next_Comm_disconnect(MPI_Comm* comm) {
  return reinterpret_cast<int (*)(MPI_Comm*)>(next_functions[static_cast<int>(Function::Comm_disconnect)])(comm);
}
inline int next_Comm_create_keyval(MPI_Comm_copy_attr_function* copy_fn, MPI_Comm_delete_attr_function* delete_fn, int* keyval, void* extra_state) {
  return reinterpret_cast<int (*)(MPI_Comm_copy_attr_function*, MPI_Comm_delete_attr_function*, int*, void*)>(next_functions[static_cast<int>(Function::Comm_create_keyval)])(copy_fn, delete_fn, keyval, extra_state);
}
inline int next_Comm_set_attr(MPI_Comm comm, int keyval, void* value) {
  return reinterpret_cast<int (*)(MPI_Comm, int, void*)>(next_functions[static_cast<int>(Function::Comm_set_attr)])(comm, keyval, value);
}
inline int next_Win_create(void* base, MPI_Aint size, int disp_unit, MPI_Info info, MPI_Comm comm, MPI_Win* win) {
  return reinterpret_cast<int (*)(void*, MPI_Aint, int, MPI_Info, MPI_Comm, MPI_Win*)>(next_functions[static_cast<int>(Function::Win_create)])(base, size, disp_unit, info, comm, win);
}
inline int next_Win_create_c(void* base, MPI_Aint size, MPI_Aint disp_unit, MPI_Info info, MPI_Comm comm, MPI_Win* win) {
  return reinterpret_cast<int (*)(void*, MPI_Aint, MPI_Aint, MPI_Info, MPI_Comm, MPI_Win*)>(next_functions[static_cast<int>(Function::Win_create_c)])(base, size, disp_unit, info, comm, win);
}
inline int next_Win_allocate(MPI_Aint size, int disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win) {
  return reinterpret_cast<int (*)(MPI_Aint, int, MPI_Info, MPI_Comm, void*, MPI_Win*)>(next_functions[static_cast<int>(Function::Win_allocate)])(size, disp_unit, info, comm, baseptr, win);
}
inline int next_Win_allocate_c(MPI_Aint size, MPI_Aint disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win) {
  return reinterpret_cast<int (*)(MPI_Aint, MPI_Aint, MPI_Info, MPI_Comm, void*, MPI_Win*)>(next_functions[static_cast<int>(Function::Win_allocate_c)])(size, disp_unit, info, comm, baseptr, win);
}
inline int next_Win_allocate_shared(MPI_Aint size, int disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win) {
  return reinterpret_cast<int (*)(MPI_Aint, int, MPI_Info, MPI_Comm, void*, MPI_Win*)>(next_functions[static_cast<int>(Function::Win_allocate_shared)])(size, disp_unit, info, comm, baseptr, win);
}
inline int next_Win_allocate_shared_c(MPI_Aint size, MPI_Aint disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win) {
  return reinterpret_cast<int (*)(MPI_Aint, MPI_Aint, MPI_Info, MPI_Comm, void*, MPI_Win*)>(next_functions[static_cast<int>(Function::Win_allocate_shared_c)])(size, disp_unit, info, comm, baseptr, win);
}
inline int next_Win_create_dynamic(MPI_Info info, MPI_Comm comm, MPI_Win* win) {
  return reinterpret_cast<int (*)(MPI_Info, MPI_Comm, MPI_Win*)>(next_functions[static_cast<int>(Function::Win_create_dynamic)])(info, comm, win);
}
inline int next_Win_fence(int assert_, MPI_Win win) {
  return reinterpret_cast<int (*)(int, MPI_Win)>(next_functions[static_cast<int>(Function::Win_fence)])(assert_, win);
}
inline int next_Win_free(MPI_Win* win) {
  return reinterpret_cast<int (*)(MPI_Win*)>(next_functions[static_cast<int>(Function::Win_free)])(win);
}
inline int next_File_open(MPI_Comm comm, const char* filename, int amode, MPI_Info info, MPI_File* fh) {
  return reinterpret_cast<int (*)(MPI_Comm, const char*, int, MPI_Info, MPI_File*)>(next_functions[static_cast<int>(Function::File_open)])(comm, filename, amode, info, fh);
}
inline int next_File_close(MPI_File* fh) {
  return reinterpret_cast<int (*)(MPI_File*)>(next_functions[static_cast<int>(Function::File_close)])(fh);
}
inline int next_File_set_size(MPI_File fh, MPI_Offset size) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset)>(next_functions[static_cast<int>(Function::File_set_size)])(fh, size);
}
inline int next_File_preallocate(MPI_File fh, MPI_Offset size) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset)>(next_functions[static_cast<int>(Function::File_preallocate)])(fh, size);
}
inline int next_File_set_info(MPI_File fh, MPI_Info info) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Info)>(next_functions[static_cast<int>(Function::File_set_info)])(fh, info);
}
inline int next_File_set_view(MPI_File fh, MPI_Offset disp, MPI_Datatype etype, MPI_Datatype filetype, const char* datarep, MPI_Info info) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset, MPI_Datatype, MPI_Datatype, const char*, MPI_Info)>(next_functions[static_cast<int>(Function::File_set_view)])(fh, disp, etype, filetype, datarep, info);
}
inline int next_File_set_atomicity(MPI_File fh, int flag) {
  return reinterpret_cast<int (*)(MPI_File, int)>(next_functions[static_cast<int>(Function::File_set_atomicity)])(fh, flag);
}
inline int next_File_sync(MPI_File fh) {
  return reinterpret_cast<int (*)(MPI_File)>(next_functions[static_cast<int>(Function::File_sync)])(fh);
}
inline int next_File_seek_shared(MPI_File fh, MPI_Offset offset, int whence) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset, int)>(next_functions[static_cast<int>(Function::File_seek_shared)])(fh, offset, whence);
}
inline int next_File_read_all(MPI_File fh, void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, void*, int, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_read_all)])(fh, buf, count, datatype, status);
}
inline int next_File_read_all_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, void*, MPI_Count, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_read_all_c)])(fh, buf, count, datatype, status);
}
inline int next_File_write_all(MPI_File fh, const void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, const void*, int, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_write_all)])(fh, buf, count, datatype, status);
}
inline int next_File_write_all_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, const void*, MPI_Count, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_write_all_c)])(fh, buf, count, datatype, status);
}
inline int next_File_read_at_all(MPI_File fh, MPI_Offset offset, void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset, void*, int, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_read_at_all)])(fh, offset, buf, count, datatype, status);
}
inline int next_File_read_at_all_c(MPI_File fh, MPI_Offset offset, void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset, void*, MPI_Count, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_read_at_all_c)])(fh, offset, buf, count, datatype, status);
}
inline int next_File_write_at_all(MPI_File fh, MPI_Offset offset, const void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset, const void*, int, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_write_at_all)])(fh, offset, buf, count, datatype, status);
}
inline int next_File_write_at_all_c(MPI_File fh, MPI_Offset offset, const void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset, const void*, MPI_Count, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_write_at_all_c)])(fh, offset, buf, count, datatype, status);
}
inline int next_File_read_ordered(MPI_File fh, void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, void*, int, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_read_ordered)])(fh, buf, count, datatype, status);
}
inline int next_File_read_ordered_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, void*, MPI_Count, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_read_ordered_c)])(fh, buf, count, datatype, status);
}
inline int next_File_write_ordered(MPI_File fh, const void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, const void*, int, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_write_ordered)])(fh, buf, count, datatype, status);
}
inline int next_File_write_ordered_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, const void*, MPI_Count, MPI_Datatype, MPI_Status*)>(next_functions[static_cast<int>(Function::File_write_ordered_c)])(fh, buf, count, datatype, status);
}
inline int next_File_read_all_begin(MPI_File fh, void* buf, int count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, void*, int, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_read_all_begin)])(fh, buf, count, datatype);
}
inline int next_File_read_all_begin_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, void*, MPI_Count, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_read_all_begin_c)])(fh, buf, count, datatype);
}
inline int next_File_write_all_begin(MPI_File fh, const void* buf, int count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, const void*, int, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_write_all_begin)])(fh, buf, count, datatype);
}
inline int next_File_write_all_begin_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, const void*, MPI_Count, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_write_all_begin_c)])(fh, buf, count, datatype);
}
inline int next_File_read_at_all_begin(MPI_File fh, MPI_Offset offset, void* buf, int count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset, void*, int, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_read_at_all_begin)])(fh, offset, buf, count, datatype);
}
inline int next_File_read_at_all_begin_c(MPI_File fh, MPI_Offset offset, void* buf, MPI_Count count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset, void*, MPI_Count, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_read_at_all_begin_c)])(fh, offset, buf, count, datatype);
}
inline int next_File_write_at_all_begin(MPI_File fh, MPI_Offset offset, const void* buf, int count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset, const void*, int, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_write_at_all_begin)])(fh, offset, buf, count, datatype);
}
inline int next_File_write_at_all_begin_c(MPI_File fh, MPI_Offset offset, const void* buf, MPI_Count count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Offset, const void*, MPI_Count, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_write_at_all_begin_c)])(fh, offset, buf, count, datatype);
}
inline int next_File_read_ordered_begin(MPI_File fh, void* buf, int count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, void*, int, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_read_ordered_begin)])(fh, buf, count, datatype);
}
inline int next_File_read_ordered_begin_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, void*, MPI_Count, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_read_ordered_begin_c)])(fh, buf, count, datatype);
}
inline int next_File_write_ordered_begin(MPI_File fh, const void* buf, int count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, const void*, int, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_write_ordered_begin)])(fh, buf, count, datatype);
}
inline int next_File_write_ordered_begin_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype) {
  return reinterpret_cast<int (*)(MPI_File, const void*, MPI_Count, MPI_Datatype)>(next_functions[static_cast<int>(Function::File_write_ordered_begin_c)])(fh, buf, count, datatype);
}
inline int next_File_read_all_end(MPI_File fh, void* buf, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, void*, MPI_Status*)>(next_functions[static_cast<int>(Function::File_read_all_end)])(fh, buf, status);
}
inline int next_File_write_all_end(MPI_File fh, const void* buf, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, const void*, MPI_Status*)>(next_functions[static_cast<int>(Function::File_write_all_end)])(fh, buf, status);
}
inline int next_File_read_at_all_end(MPI_File fh, void* buf, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, void*, MPI_Status*)>(next_functions[static_cast<int>(Function::File_read_at_all_end)])(fh, buf, status);
}
inline int next_File_write_at_all_end(MPI_File fh, const void* buf, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, const void*, MPI_Status*)>(next_functions[static_cast<int>(Function::File_write_at_all_end)])(fh, buf, status);
}
inline int next_File_read_ordered_end(MPI_File fh, void* buf, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, void*, MPI_Status*)>(next_functions[static_cast<int>(Function::File_read_ordered_end)])(fh, buf, status);
}
inline int next_File_write_ordered_end(MPI_File fh, const void* buf, MPI_Status* status) {
  return reinterpret_cast<int (*)(MPI_File, const void*, MPI_Status*)>(next_functions[static_cast<int>(Function::File_write_ordered_end)])(fh, buf, status);
}
inline int next_Comm_set_errhandler(MPI_Comm comm, MPI_Errhandler errhandler) {
  return reinterpret_cast<int (*)(MPI_Comm, MPI_Errhandler)>(next_functions[static_cast<int>(Function::Comm_set_errhandler)])(comm, errhandler);
}
inline int next_Win_set_errhandler(MPI_Win win, MPI_Errhandler errhandler) {
  return reinterpret_cast<int (*)(MPI_Win, MPI_Errhandler)>(next_functions[static_cast<int>(Function::Win_set_errhandler)])(win, errhandler);
}
inline int next_File_set_errhandler(MPI_File fh, MPI_Errhandler errhandler) {
  return reinterpret_cast<int (*)(MPI_File, MPI_Errhandler)>(next_functions[static_cast<int>(Function::File_set_errhandler)])(fh, errhandler);
}
inline int next_Abort(MPI_Comm comm, int errorcode) {
  return reinterpret_cast<int (*)(MPI_Comm, int)>(next_functions[static_cast<int>(Function::Abort)])(comm, errorcode);
}
inline int next_Finalize() {
  return reinterpret_cast<int (*)()>(next_functions[static_cast<int>(Function::Finalize)])();
}
inline int next_Init(int* argc, char*** argv) {
  return reinterpret_cast<int (*)(int*, char***)>(next_functions[static_cast<int>(Function::Init)])(argc, argv);
}
inline int next_Init_thread(int* argc, char*** argv, int required, int* provided) {
  return reinterpret_cast<int (*)(int*, char***, int, int*)>(next_functions[static_cast<int>(Function::Init_thread)])(argc, argv, required, provided);
}

int wrap_Send(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm);
int wrap_Isend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Send_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Send_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm);
int wrap_Isend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Send_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Ssend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm);
int wrap_Issend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Ssend_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Ssend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm);
int wrap_Issend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Ssend_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Bsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm);
int wrap_Ibsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Bsend_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Bsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm);
int wrap_Ibsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Bsend_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Rsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm);
int wrap_Irsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Rsend_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Rsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm);
int wrap_Irsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Rsend_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Recv(void* buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Status* status);
int wrap_Irecv(void* buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Recv_init(void* buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Recv_c(void* buf, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Status* status);
int wrap_Irecv_c(void* buf, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Recv_init_c(void* buf, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request);
int wrap_Barrier(MPI_Comm comm);
int wrap_Ibarrier(MPI_Comm comm, MPI_Request* request);
int wrap_Barrier_init(MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Bcast(void* buffer, int count, MPI_Datatype datatype, int root, MPI_Comm comm);
int wrap_Ibcast(void* buffer, int count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Bcast_init(void* buffer, int count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Bcast_c(void* buffer, MPI_Count count, MPI_Datatype datatype, int root, MPI_Comm comm);
int wrap_Ibcast_c(void* buffer, MPI_Count count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Bcast_init_c(void* buffer, MPI_Count count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Gather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm);
int wrap_Igather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Gather_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Gather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm);
int wrap_Igather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Gather_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Gatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, int root, MPI_Comm comm);
int wrap_Igatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Gatherv_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Gatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, int root, MPI_Comm comm);
int wrap_Igatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Gatherv_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Scatter(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm);
int wrap_Iscatter(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Scatter_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Scatter_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm);
int wrap_Iscatter_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Scatter_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Scatterv(const void* sendbuf, const int sendcounts[], const int displs[], MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm);
int wrap_Iscatterv(const void* sendbuf, const int sendcounts[], const int displs[], MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Scatterv_init(const void* sendbuf, const int sendcounts[], const int displs[], MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Scatterv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint displs[], MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm);
int wrap_Iscatterv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint displs[], MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Scatterv_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint displs[], MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Allgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Iallgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Allgather_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Allgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Iallgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Allgather_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Allgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Iallgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Allgatherv_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Allgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Iallgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Allgatherv_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Alltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ialltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Alltoall_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Alltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ialltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Alltoall_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Alltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ialltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Alltoallv_init(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Alltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ialltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Alltoallv_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Alltoallw(const void* sendbuf, const int sendcounts[], const int sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const int rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm);
int wrap_Ialltoallw(const void* sendbuf, const int sendcounts[], const int sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const int rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request);
int wrap_Alltoallw_init(const void* sendbuf, const int sendcounts[], const int sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const int rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Alltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm);
int wrap_Ialltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request);
int wrap_Alltoallw_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Reduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm);
int wrap_Ireduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Reduce_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Reduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm);
int wrap_Ireduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Request* request);
int wrap_Reduce_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Allreduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
int wrap_Iallreduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request);
int wrap_Allreduce_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Allreduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
int wrap_Iallreduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request);
int wrap_Allreduce_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Scan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
int wrap_Iscan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request);
int wrap_Scan_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Scan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
int wrap_Iscan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request);
int wrap_Scan_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Exscan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
int wrap_Iexscan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request);
int wrap_Exscan_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Exscan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
int wrap_Iexscan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request);
int wrap_Exscan_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Reduce_scatter(const void* sendbuf, void* recvbuf, const int recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
int wrap_Ireduce_scatter(const void* sendbuf, void* recvbuf, const int recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request);
int wrap_Reduce_scatter_init(const void* sendbuf, void* recvbuf, const int recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Reduce_scatter_c(const void* sendbuf, void* recvbuf, const MPI_Count recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
int wrap_Ireduce_scatter_c(const void* sendbuf, void* recvbuf, const MPI_Count recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request);
int wrap_Reduce_scatter_init_c(const void* sendbuf, void* recvbuf, const MPI_Count recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Reduce_scatter_block(const void* sendbuf, void* recvbuf, int recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
int wrap_Ireduce_scatter_block(const void* sendbuf, void* recvbuf, int recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request);
int wrap_Reduce_scatter_block_init(const void* sendbuf, void* recvbuf, int recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Reduce_scatter_block_c(const void* sendbuf, void* recvbuf, MPI_Count recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm);
int wrap_Ireduce_scatter_block_c(const void* sendbuf, void* recvbuf, MPI_Count recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request);
int wrap_Reduce_scatter_block_init_c(const void* sendbuf, void* recvbuf, MPI_Count recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Neighbor_allgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ineighbor_allgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Neighbor_allgather_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Neighbor_allgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ineighbor_allgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Neighbor_allgather_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Neighbor_allgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ineighbor_allgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Neighbor_allgatherv_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Neighbor_allgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ineighbor_allgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Neighbor_allgatherv_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Neighbor_alltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ineighbor_alltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Neighbor_alltoall_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Neighbor_alltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ineighbor_alltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Neighbor_alltoall_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Neighbor_alltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ineighbor_alltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Neighbor_alltoallv_init(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Neighbor_alltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm);
int wrap_Ineighbor_alltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request);
int wrap_Neighbor_alltoallv_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Neighbor_alltoallw(const void* sendbuf, const int sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm);
int wrap_Ineighbor_alltoallw(const void* sendbuf, const int sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request);
int wrap_Neighbor_alltoallw_init(const void* sendbuf, const int sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Neighbor_alltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm);
int wrap_Ineighbor_alltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request);
int wrap_Neighbor_alltoallw_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Sendrecv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, int recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Status* status);
int wrap_Sendrecv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Status* status);
int wrap_Sendrecv_replace(void* buf, int count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Status* status);
int wrap_Sendrecv_replace_c(void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Status* status);
int wrap_Isendrecv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, int recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Request* request);
int wrap_Isendrecv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Request* request);
int wrap_Isendrecv_replace(void* buf, int count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Request* request);
int wrap_Isendrecv_replace_c(void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Request* request);
int wrap_Psend_init(const void* buf, int partitions, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Precv_init(void* buf, int partitions, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Info info, MPI_Request* request);
int wrap_Probe(int source, int tag, MPI_Comm comm, MPI_Status* status);
int wrap_Iprobe(int source, int tag, MPI_Comm comm, int* flag, MPI_Status* status);
int wrap_Mprobe(int source, int tag, MPI_Comm comm, MPI_Message* message, MPI_Status* status);
int wrap_Improbe(int source, int tag, MPI_Comm comm, int* flag, MPI_Message* message, MPI_Status* status);
int wrap_Mrecv(void* buf, int count, MPI_Datatype datatype, MPI_Message* message, MPI_Status* status);
int wrap_Mrecv_c(void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Message* message, MPI_Status* status);
int wrap_Imrecv(void* buf, int count, MPI_Datatype datatype, MPI_Message* message, MPI_Request* request);
int wrap_Imrecv_c(void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Message* message, MPI_Request* request);
int wrap_Start(MPI_Request* request);
int wrap_Startall(int count, MPI_Request requests[]);
int wrap_Wait(MPI_Request* request, MPI_Status* status);
int wrap_Waitall(int count, MPI_Request requests[], MPI_Status statuses[]);
int wrap_Waitany(int count, MPI_Request requests[], int* index, MPI_Status* status);
int wrap_Waitsome(int incount, MPI_Request requests[], int* outcount, int indices[], MPI_Status statuses[]);
int wrap_Test(MPI_Request* request, int* flag, MPI_Status* status);
int wrap_Testall(int count, MPI_Request requests[], int* flag, MPI_Status statuses[]);
int wrap_Testany(int count, MPI_Request requests[], int* index, int* flag, MPI_Status* status);
int wrap_Testsome(int incount, MPI_Request requests[], int* outcount, int indices[], MPI_Status statuses[]);
int wrap_Request_get_status(MPI_Request request, int* flag, MPI_Status* status);
int wrap_Request_free(MPI_Request* request);
int wrap_Cancel(MPI_Request* request);
int wrap_Comm_dup(MPI_Comm comm, MPI_Comm* newcomm);
int wrap_Comm_dup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* newcomm);
int wrap_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm* newcomm);
int wrap_Comm_split_type(MPI_Comm comm, int split_type, int key, MPI_Info info, MPI_Comm* newcomm);
int wrap_Comm_create(MPI_Comm comm, MPI_Group group, MPI_Comm* newcomm);
int wrap_Cart_create(MPI_Comm comm, int ndims, const int dims[], const int periods[], int reorder, MPI_Comm* newcomm);
int wrap_Cart_sub(MPI_Comm comm, const int remain_dims[], MPI_Comm* newcomm);
int wrap_Graph_create(MPI_Comm comm, int nnodes, const int index[], const int edges[], int reorder, MPI_Comm* newcomm);
int wrap_Dist_graph_create(MPI_Comm comm, int n, const int sources[], const int degrees[], const int destinations[], const int weights[], MPI_Info info, int reorder, MPI_Comm* newcomm);
int wrap_Dist_graph_create_adjacent(MPI_Comm comm, int indegree, const int sources[], const int sourceweights[], int outdegree, const int destinations[], const int destweights[], MPI_Info info, int reorder, MPI_Comm* newcomm);
int wrap_Intercomm_merge(MPI_Comm comm, int high, MPI_Comm* newcomm);
int wrap_Comm_idup(MPI_Comm comm, MPI_Comm* newcomm, MPI_Request* request);
int wrap_Comm_idup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* newcomm, MPI_Request* request);
int wrap_Comm_create_group(MPI_Comm comm, MPI_Group group, int tag, MPI_Comm* newcomm);
int wrap_Intercomm_create(MPI_Comm local_comm, int local_leader, MPI_Comm peer_comm, int remote_leader, int tag, MPI_Comm* newintercomm);
int wrap_Comm_free(MPI_Comm* comm);
int wrap_Comm_disconnect(MPI_Comm* comm);
int wrap_Comm_create_keyval(MPI_Comm_copy_attr_function* copy_fn, MPI_Comm_delete_attr_function* delete_fn, int* keyval, void* extra_state);
int wrap_Comm_set_attr(MPI_Comm comm, int keyval, void* value);
int wrap_Win_create(void* base, MPI_Aint size, int disp_unit, MPI_Info info, MPI_Comm comm, MPI_Win* win);
int wrap_Win_create_c(void* base, MPI_Aint size, MPI_Aint disp_unit, MPI_Info info, MPI_Comm comm, MPI_Win* win);
int wrap_Win_allocate(MPI_Aint size, int disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win);
int wrap_Win_allocate_c(MPI_Aint size, MPI_Aint disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win);
int wrap_Win_allocate_shared(MPI_Aint size, int disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win);
int wrap_Win_allocate_shared_c(MPI_Aint size, MPI_Aint disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win);
int wrap_Win_create_dynamic(MPI_Info info, MPI_Comm comm, MPI_Win* win);
int wrap_Win_fence(int assert_, MPI_Win win);
int wrap_Win_free(MPI_Win* win);
int wrap_File_open(MPI_Comm comm, const char* filename, int amode, MPI_Info info, MPI_File* fh);
int wrap_File_close(MPI_File* fh);
int wrap_File_set_size(MPI_File fh, MPI_Offset size);
int wrap_File_preallocate(MPI_File fh, MPI_Offset size);
int wrap_File_set_info(MPI_File fh, MPI_Info info);
int wrap_File_set_view(MPI_File fh, MPI_Offset disp, MPI_Datatype etype, MPI_Datatype filetype, const char* datarep, MPI_Info info);
int wrap_File_set_atomicity(MPI_File fh, int flag);
int wrap_File_sync(MPI_File fh);
int wrap_File_seek_shared(MPI_File fh, MPI_Offset offset, int whence);
int wrap_File_read_all(MPI_File fh, void* buf, int count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_read_all_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_write_all(MPI_File fh, const void* buf, int count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_write_all_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_read_at_all(MPI_File fh, MPI_Offset offset, void* buf, int count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_read_at_all_c(MPI_File fh, MPI_Offset offset, void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_write_at_all(MPI_File fh, MPI_Offset offset, const void* buf, int count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_write_at_all_c(MPI_File fh, MPI_Offset offset, const void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_read_ordered(MPI_File fh, void* buf, int count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_read_ordered_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_write_ordered(MPI_File fh, const void* buf, int count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_write_ordered_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status);
int wrap_File_read_all_begin(MPI_File fh, void* buf, int count, MPI_Datatype datatype);
int wrap_File_read_all_begin_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype);
int wrap_File_write_all_begin(MPI_File fh, const void* buf, int count, MPI_Datatype datatype);
int wrap_File_write_all_begin_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype);
int wrap_File_read_at_all_begin(MPI_File fh, MPI_Offset offset, void* buf, int count, MPI_Datatype datatype);
int wrap_File_read_at_all_begin_c(MPI_File fh, MPI_Offset offset, void* buf, MPI_Count count, MPI_Datatype datatype);
int wrap_File_write_at_all_begin(MPI_File fh, MPI_Offset offset, const void* buf, int count, MPI_Datatype datatype);
int wrap_File_write_at_all_begin_c(MPI_File fh, MPI_Offset offset, const void* buf, MPI_Count count, MPI_Datatype datatype);
int wrap_File_read_ordered_begin(MPI_File fh, void* buf, int count, MPI_Datatype datatype);
int wrap_File_read_ordered_begin_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype);
int wrap_File_write_ordered_begin(MPI_File fh, const void* buf, int count, MPI_Datatype datatype);
int wrap_File_write_ordered_begin_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype);
int wrap_File_read_all_end(MPI_File fh, void* buf, MPI_Status* status);
int wrap_File_write_all_end(MPI_File fh, const void* buf, MPI_Status* status);
int wrap_File_read_at_all_end(MPI_File fh, void* buf, MPI_Status* status);
int wrap_File_write_at_all_end(MPI_File fh, const void* buf, MPI_Status* status);
int wrap_File_read_ordered_end(MPI_File fh, void* buf, MPI_Status* status);
int wrap_File_write_ordered_end(MPI_File fh, const void* buf, MPI_Status* status);
int wrap_Comm_set_errhandler(MPI_Comm comm, MPI_Errhandler errhandler);
int wrap_Win_set_errhandler(MPI_Win win, MPI_Errhandler errhandler);
int wrap_File_set_errhandler(MPI_File fh, MPI_Errhandler errhandler);
int wrap_Abort(MPI_Comm comm, int errorcode);
int wrap_Finalize();
int wrap_Init(int* argc, char*** argv);
int wrap_Init_thread(int* argc, char*** argv, int required, int* provided);

}  // namespace allranks::guard
