// Generated from functions.json by generate.mjs; do not edit.
#include "call.h"
#include "functions_generated.h"
#include "gates.h"
#include "spans.h"

namespace allranks::guard {

const char* const kNames[kFunctions] = {
  "MPI_Send",
  "MPI_Isend",
  "MPI_Send_init",
  "MPI_Send_c",
  "MPI_Isend_c",
  "MPI_Send_init_c",
  "MPI_Ssend",
  "MPI_Issend",
  "MPI_Ssend_init",
  "MPI_Ssend_c",
  "MPI_Issend_c",
  "MPI_Ssend_init_c",
  "MPI_Bsend",
  "MPI_Ibsend",
  "MPI_Bsend_init",
  "MPI_Bsend_c",
  "MPI_Ibsend_c",
  "MPI_Bsend_init_c",
  "MPI_Rsend",
  "MPI_Irsend",
  "MPI_Rsend_init",
  "MPI_Rsend_c",
  "MPI_Irsend_c",
  "MPI_Rsend_init_c",
  "MPI_Recv",
  "MPI_Irecv",
  "MPI_Recv_init",
  "MPI_Recv_c",
  "MPI_Irecv_c",
  "MPI_Recv_init_c",
  "MPI_Barrier",
  "MPI_Ibarrier",
  "MPI_Barrier_init",
  "MPI_Bcast",
  "MPI_Ibcast",
  "MPI_Bcast_init",
  "MPI_Bcast_c",
  "MPI_Ibcast_c",
  "MPI_Bcast_init_c",
  "MPI_Gather",
  "MPI_Igather",
  "MPI_Gather_init",
  "MPI_Gather_c",
  "MPI_Igather_c",
  "MPI_Gather_init_c",
  "MPI_Gatherv",
  "MPI_Igatherv",
  "MPI_Gatherv_init",
  "MPI_Gatherv_c",
  "MPI_Igatherv_c",
  "MPI_Gatherv_init_c",
  "MPI_Scatter",
  "MPI_Iscatter",
  "MPI_Scatter_init",
  "MPI_Scatter_c",
  "MPI_Iscatter_c",
  "MPI_Scatter_init_c",
  "MPI_Scatterv",
  "MPI_Iscatterv",
  "MPI_Scatterv_init",
  "MPI_Scatterv_c",
  "MPI_Iscatterv_c",
  "MPI_Scatterv_init_c",
  "MPI_Allgather",
  "MPI_Iallgather",
  "MPI_Allgather_init",
  "MPI_Allgather_c",
  "MPI_Iallgather_c",
  "MPI_Allgather_init_c",
  "MPI_Allgatherv",
  "MPI_Iallgatherv",
  "MPI_Allgatherv_init",
  "MPI_Allgatherv_c",
  "MPI_Iallgatherv_c",
  "MPI_Allgatherv_init_c",
  "MPI_Alltoall",
  "MPI_Ialltoall",
  "MPI_Alltoall_init",
  "MPI_Alltoall_c",
  "MPI_Ialltoall_c",
  "MPI_Alltoall_init_c",
  "MPI_Alltoallv",
  "MPI_Ialltoallv",
  "MPI_Alltoallv_init",
  "MPI_Alltoallv_c",
  "MPI_Ialltoallv_c",
  "MPI_Alltoallv_init_c",
  "MPI_Alltoallw",
  "MPI_Ialltoallw",
  "MPI_Alltoallw_init",
  "MPI_Alltoallw_c",
  "MPI_Ialltoallw_c",
  "MPI_Alltoallw_init_c",
  "MPI_Reduce",
  "MPI_Ireduce",
  "MPI_Reduce_init",
  "MPI_Reduce_c",
  "MPI_Ireduce_c",
  "MPI_Reduce_init_c",
  "MPI_Allreduce",
  "MPI_Iallreduce",
  "MPI_Allreduce_init",
  "MPI_Allreduce_c",
  "MPI_Iallreduce_c",
  "MPI_Allreduce_init_c",
  "MPI_Scan",
  "MPI_Iscan",
  "MPI_Scan_init",
  "MPI_Scan_c",
  "MPI_Iscan_c",
  "MPI_Scan_init_c",
  "MPI_Exscan",
  "MPI_Iexscan",
  "MPI_Exscan_init",
  "MPI_Exscan_c",
  "MPI_Iexscan_c",
  "MPI_Exscan_init_c",
  "MPI_Reduce_scatter",
  "MPI_Ireduce_scatter",
  "MPI_Reduce_scatter_init",
  "MPI_Reduce_scatter_c",
  "MPI_Ireduce_scatter_c",
  "MPI_Reduce_scatter_init_c",
  "MPI_Reduce_scatter_block",
  "MPI_Ireduce_scatter_block",
  "MPI_Reduce_scatter_block_init",
  "MPI_Reduce_scatter_block_c",
  "MPI_Ireduce_scatter_block_c",
  "MPI_Reduce_scatter_block_init_c",
  "MPI_Neighbor_allgather",
  "MPI_Ineighbor_allgather",
  "MPI_Neighbor_allgather_init",
  "MPI_Neighbor_allgather_c",
  "MPI_Ineighbor_allgather_c",
  "MPI_Neighbor_allgather_init_c",
  "MPI_Neighbor_allgatherv",
  "MPI_Ineighbor_allgatherv",
  "MPI_Neighbor_allgatherv_init",
  "MPI_Neighbor_allgatherv_c",
  "MPI_Ineighbor_allgatherv_c",
  "MPI_Neighbor_allgatherv_init_c",
  "MPI_Neighbor_alltoall",
  "MPI_Ineighbor_alltoall",
  "MPI_Neighbor_alltoall_init",
  "MPI_Neighbor_alltoall_c",
  "MPI_Ineighbor_alltoall_c",
  "MPI_Neighbor_alltoall_init_c",
  "MPI_Neighbor_alltoallv",
  "MPI_Ineighbor_alltoallv",
  "MPI_Neighbor_alltoallv_init",
  "MPI_Neighbor_alltoallv_c",
  "MPI_Ineighbor_alltoallv_c",
  "MPI_Neighbor_alltoallv_init_c",
  "MPI_Neighbor_alltoallw",
  "MPI_Ineighbor_alltoallw",
  "MPI_Neighbor_alltoallw_init",
  "MPI_Neighbor_alltoallw_c",
  "MPI_Ineighbor_alltoallw_c",
  "MPI_Neighbor_alltoallw_init_c",
  "MPI_Sendrecv",
  "MPI_Sendrecv_c",
  "MPI_Sendrecv_replace",
  "MPI_Sendrecv_replace_c",
  "MPI_Isendrecv",
  "MPI_Isendrecv_c",
  "MPI_Isendrecv_replace",
  "MPI_Isendrecv_replace_c",
  "MPI_Psend_init",
  "MPI_Precv_init",
  "MPI_Probe",
  "MPI_Iprobe",
  "MPI_Mprobe",
  "MPI_Improbe",
  "MPI_Mrecv",
  "MPI_Mrecv_c",
  "MPI_Imrecv",
  "MPI_Imrecv_c",
  "MPI_Start",
  "MPI_Startall",
  "MPI_Wait",
  "MPI_Waitall",
  "MPI_Waitany",
  "MPI_Waitsome",
  "MPI_Test",
  "MPI_Testall",
  "MPI_Testany",
  "MPI_Testsome",
  "MPI_Request_get_status",
  "MPI_Request_free",
  "MPI_Cancel",
  "MPI_Comm_dup",
  "MPI_Comm_dup_with_info",
  "MPI_Comm_split",
  "MPI_Comm_split_type",
  "MPI_Comm_create",
  "MPI_Cart_create",
  "MPI_Cart_sub",
  "MPI_Graph_create",
  "MPI_Dist_graph_create",
  "MPI_Dist_graph_create_adjacent",
  "MPI_Intercomm_merge",
  "MPI_Comm_idup",
  "MPI_Comm_idup_with_info",
  "MPI_Comm_create_group",
  "MPI_Intercomm_create",
  "MPI_Comm_free",
  "MPI_Comm_disconnect",
  "MPI_Comm_create_keyval",
  "MPI_Comm_set_attr",
  "MPI_Win_create",
  "MPI_Win_create_c",
  "MPI_Win_allocate",
  "MPI_Win_allocate_c",
  "MPI_Win_allocate_shared",
  "MPI_Win_allocate_shared_c",
  "MPI_Win_create_dynamic",
  "MPI_Win_fence",
  "MPI_Win_free",
  "MPI_File_open",
  "MPI_File_close",
  "MPI_File_set_size",
  "MPI_File_preallocate",
  "MPI_File_set_info",
  "MPI_File_set_view",
  "MPI_File_set_atomicity",
  "MPI_File_sync",
  "MPI_File_seek_shared",
  "MPI_File_read_all",
  "MPI_File_read_all_c",
  "MPI_File_write_all",
  "MPI_File_write_all_c",
  "MPI_File_read_at_all",
  "MPI_File_read_at_all_c",
  "MPI_File_write_at_all",
  "MPI_File_write_at_all_c",
  "MPI_File_read_ordered",
  "MPI_File_read_ordered_c",
  "MPI_File_write_ordered",
  "MPI_File_write_ordered_c",
  "MPI_File_read_all_begin",
  "MPI_File_read_all_begin_c",
  "MPI_File_write_all_begin",
  "MPI_File_write_all_begin_c",
  "MPI_File_read_at_all_begin",
  "MPI_File_read_at_all_begin_c",
  "MPI_File_write_at_all_begin",
  "MPI_File_write_at_all_begin_c",
  "MPI_File_read_ordered_begin",
  "MPI_File_read_ordered_begin_c",
  "MPI_File_write_ordered_begin",
  "MPI_File_write_ordered_begin_c",
  "MPI_File_read_all_end",
  "MPI_File_write_all_end",
  "MPI_File_read_at_all_end",
  "MPI_File_write_at_all_end",
  "MPI_File_read_ordered_end",
  "MPI_File_write_ordered_end",
  "MPI_Comm_set_errhandler",
  "MPI_Win_set_errhandler",
  "MPI_File_set_errhandler",
  "MPI_Abort",
  "MPI_Finalize",
  "MPI_Init",
  "MPI_Init_thread",
};

const char* const kCalls[kFunctions] = {
  "MPI_Send",
  "MPI_Isend",
  "MPI_Send_init",
  "MPI_Send",
  "MPI_Isend",
  "MPI_Send_init",
  "MPI_Ssend",
  "MPI_Issend",
  "MPI_Ssend_init",
  "MPI_Ssend",
  "MPI_Issend",
  "MPI_Ssend_init",
  "MPI_Bsend",
  "MPI_Ibsend",
  "MPI_Bsend_init",
  "MPI_Bsend",
  "MPI_Ibsend",
  "MPI_Bsend_init",
  "MPI_Rsend",
  "MPI_Irsend",
  "MPI_Rsend_init",
  "MPI_Rsend",
  "MPI_Irsend",
  "MPI_Rsend_init",
  "MPI_Recv",
  "MPI_Irecv",
  "MPI_Recv_init",
  "MPI_Recv",
  "MPI_Irecv",
  "MPI_Recv_init",
  "MPI_Barrier",
  "MPI_Ibarrier",
  "MPI_Barrier_init",
  "MPI_Bcast",
  "MPI_Ibcast",
  "MPI_Bcast_init",
  "MPI_Bcast",
  "MPI_Ibcast",
  "MPI_Bcast_init",
  "MPI_Gather",
  "MPI_Igather",
  "MPI_Gather_init",
  "MPI_Gather",
  "MPI_Igather",
  "MPI_Gather_init",
  "MPI_Gatherv",
  "MPI_Igatherv",
  "MPI_Gatherv_init",
  "MPI_Gatherv",
  "MPI_Igatherv",
  "MPI_Gatherv_init",
  "MPI_Scatter",
  "MPI_Iscatter",
  "MPI_Scatter_init",
  "MPI_Scatter",
  "MPI_Iscatter",
  "MPI_Scatter_init",
  "MPI_Scatterv",
  "MPI_Iscatterv",
  "MPI_Scatterv_init",
  "MPI_Scatterv",
  "MPI_Iscatterv",
  "MPI_Scatterv_init",
  "MPI_Allgather",
  "MPI_Iallgather",
  "MPI_Allgather_init",
  "MPI_Allgather",
  "MPI_Iallgather",
  "MPI_Allgather_init",
  "MPI_Allgatherv",
  "MPI_Iallgatherv",
  "MPI_Allgatherv_init",
  "MPI_Allgatherv",
  "MPI_Iallgatherv",
  "MPI_Allgatherv_init",
  "MPI_Alltoall",
  "MPI_Ialltoall",
  "MPI_Alltoall_init",
  "MPI_Alltoall",
  "MPI_Ialltoall",
  "MPI_Alltoall_init",
  "MPI_Alltoallv",
  "MPI_Ialltoallv",
  "MPI_Alltoallv_init",
  "MPI_Alltoallv",
  "MPI_Ialltoallv",
  "MPI_Alltoallv_init",
  "MPI_Alltoallw",
  "MPI_Ialltoallw",
  "MPI_Alltoallw_init",
  "MPI_Alltoallw",
  "MPI_Ialltoallw",
  "MPI_Alltoallw_init",
  "MPI_Reduce",
  "MPI_Ireduce",
  "MPI_Reduce_init",
  "MPI_Reduce",
  "MPI_Ireduce",
  "MPI_Reduce_init",
  "MPI_Allreduce",
  "MPI_Iallreduce",
  "MPI_Allreduce_init",
  "MPI_Allreduce",
  "MPI_Iallreduce",
  "MPI_Allreduce_init",
  "MPI_Scan",
  "MPI_Iscan",
  "MPI_Scan_init",
  "MPI_Scan",
  "MPI_Iscan",
  "MPI_Scan_init",
  "MPI_Exscan",
  "MPI_Iexscan",
  "MPI_Exscan_init",
  "MPI_Exscan",
  "MPI_Iexscan",
  "MPI_Exscan_init",
  "MPI_Reduce_scatter",
  "MPI_Ireduce_scatter",
  "MPI_Reduce_scatter_init",
  "MPI_Reduce_scatter",
  "MPI_Ireduce_scatter",
  "MPI_Reduce_scatter_init",
  "MPI_Reduce_scatter_block",
  "MPI_Ireduce_scatter_block",
  "MPI_Reduce_scatter_block_init",
  "MPI_Reduce_scatter_block",
  "MPI_Ireduce_scatter_block",
  "MPI_Reduce_scatter_block_init",
  "MPI_Neighbor_allgather",
  "MPI_Ineighbor_allgather",
  "MPI_Neighbor_allgather_init",
  "MPI_Neighbor_allgather",
  "MPI_Ineighbor_allgather",
  "MPI_Neighbor_allgather_init",
  "MPI_Neighbor_allgatherv",
  "MPI_Ineighbor_allgatherv",
  "MPI_Neighbor_allgatherv_init",
  "MPI_Neighbor_allgatherv",
  "MPI_Ineighbor_allgatherv",
  "MPI_Neighbor_allgatherv_init",
  "MPI_Neighbor_alltoall",
  "MPI_Ineighbor_alltoall",
  "MPI_Neighbor_alltoall_init",
  "MPI_Neighbor_alltoall",
  "MPI_Ineighbor_alltoall",
  "MPI_Neighbor_alltoall_init",
  "MPI_Neighbor_alltoallv",
  "MPI_Ineighbor_alltoallv",
  "MPI_Neighbor_alltoallv_init",
  "MPI_Neighbor_alltoallv",
  "MPI_Ineighbor_alltoallv",
  "MPI_Neighbor_alltoallv_init",
  "MPI_Neighbor_alltoallw",
  "MPI_Ineighbor_alltoallw",
  "MPI_Neighbor_alltoallw_init",
  "MPI_Neighbor_alltoallw",
  "MPI_Ineighbor_alltoallw",
  "MPI_Neighbor_alltoallw_init",
  "MPI_Sendrecv",
  "MPI_Sendrecv",
  "MPI_Sendrecv_replace",
  "MPI_Sendrecv_replace",
  "MPI_Isendrecv",
  "MPI_Isendrecv",
  "MPI_Isendrecv_replace",
  "MPI_Isendrecv_replace",
  "MPI_Psend_init",
  "MPI_Precv_init",
  "MPI_Probe",
  "MPI_Iprobe",
  "MPI_Mprobe",
  "MPI_Improbe",
  "MPI_Mrecv",
  "MPI_Mrecv",
  "MPI_Imrecv",
  "MPI_Imrecv",
  "MPI_Start",
  "MPI_Startall",
  "MPI_Wait",
  "MPI_Waitall",
  "MPI_Waitany",
  "MPI_Waitsome",
  "MPI_Test",
  "MPI_Testall",
  "MPI_Testany",
  "MPI_Testsome",
  "MPI_Request_get_status",
  "MPI_Request_free",
  "MPI_Cancel",
  "MPI_Comm_dup",
  "MPI_Comm_dup_with_info",
  "MPI_Comm_split",
  "MPI_Comm_split_type",
  "MPI_Comm_create",
  "MPI_Cart_create",
  "MPI_Cart_sub",
  "MPI_Graph_create",
  "MPI_Dist_graph_create",
  "MPI_Dist_graph_create_adjacent",
  "MPI_Intercomm_merge",
  "MPI_Comm_idup",
  "MPI_Comm_idup_with_info",
  "MPI_Comm_create_group",
  "MPI_Intercomm_create",
  "MPI_Comm_free",
  "MPI_Comm_disconnect",
  "MPI_Comm_create_keyval",
  "MPI_Comm_set_attr",
  "MPI_Win_create",
  "MPI_Win_create",
  "MPI_Win_allocate",
  "MPI_Win_allocate",
  "MPI_Win_allocate_shared",
  "MPI_Win_allocate_shared",
  "MPI_Win_create_dynamic",
  "MPI_Win_fence",
  "MPI_Win_free",
  "MPI_File_open",
  "MPI_File_close",
  "MPI_File_set_size",
  "MPI_File_preallocate",
  "MPI_File_set_info",
  "MPI_File_set_view",
  "MPI_File_set_atomicity",
  "MPI_File_sync",
  "MPI_File_seek_shared",
  "MPI_File_read_all",
  "MPI_File_read_all",
  "MPI_File_write_all",
  "MPI_File_write_all",
  "MPI_File_read_at_all",
  "MPI_File_read_at_all",
  "MPI_File_write_at_all",
  "MPI_File_write_at_all",
  "MPI_File_read_ordered",
  "MPI_File_read_ordered",
  "MPI_File_write_ordered",
  "MPI_File_write_ordered",
  "MPI_File_read_all_begin",
  "MPI_File_read_all_begin",
  "MPI_File_write_all_begin",
  "MPI_File_write_all_begin",
  "MPI_File_read_at_all_begin",
  "MPI_File_read_at_all_begin",
  "MPI_File_write_at_all_begin",
  "MPI_File_write_at_all_begin",
  "MPI_File_read_ordered_begin",
  "MPI_File_read_ordered_begin",
  "MPI_File_write_ordered_begin",
  "MPI_File_write_ordered_begin",
  "MPI_File_read_all_end",
  "MPI_File_write_all_end",
  "MPI_File_read_at_all_end",
  "MPI_File_write_at_all_end",
  "MPI_File_read_ordered_end",
  "MPI_File_write_ordered_end",
  "MPI_Comm_set_errhandler",
  "MPI_Win_set_errhandler",
  "MPI_File_set_errhandler",
  "MPI_Abort",
  "MPI_Finalize",
  "MPI_Init",
  "MPI_Init_thread",
};

const char* const kUnprotected[kUnprotectedGroups] = {
  "passive-target and general active-target RMA synchronisation: MPI_Win_lock, MPI_Win_lock_all, MPI_Win_unlock, MPI_Win_unlock_all, MPI_Win_flush, MPI_Win_flush_all, MPI_Win_flush_local, MPI_Win_flush_local_all, MPI_Win_start, MPI_Win_complete, MPI_Win_post, MPI_Win_wait",
  "dynamic processes: MPI_Comm_spawn, MPI_Comm_spawn_multiple, MPI_Comm_connect, MPI_Comm_accept, MPI_Comm_join",
  "sessions: MPI_Session_init, MPI_Session_finalize, MPI_Comm_create_from_group, MPI_Intercomm_create_from_groups",
  "shared file pointers and nonblocking collective file access: MPI_File_read_shared, MPI_File_write_shared, MPI_File_iread_all, MPI_File_iwrite_all, MPI_File_iread_at_all, MPI_File_iwrite_at_all",
  "attached buffers: MPI_Buffer_detach, MPI_Buffer_flush, MPI_Comm_detach_buffer, MPI_Comm_flush_buffer",
};

void* next_functions[kFunctions] = {};

int wrap_Send(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Send(buf, count, datatype, dest, tag, comm);
  Call call(Function::Send, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.finish(next_Isend(buf, count, datatype, dest, tag, call.comm(), call.request()));
}

int wrap_Isend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Isend(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Isend, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.hand_over(next_Isend(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Send_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Send_init(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Send_init, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Send_init(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Send_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Send_c(buf, count, datatype, dest, tag, comm);
  Call call(Function::Send_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.finish(next_Isend_c(buf, count, datatype, dest, tag, call.comm(), call.request()));
}

int wrap_Isend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Isend_c(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Isend_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.hand_over(next_Isend_c(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Send_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Send_init_c(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Send_init_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Send_init_c(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Ssend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ssend(buf, count, datatype, dest, tag, comm);
  Call call(Function::Ssend, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.finish(next_Issend(buf, count, datatype, dest, tag, call.comm(), call.request()));
}

int wrap_Issend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Issend(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Issend, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.hand_over(next_Issend(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Ssend_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ssend_init(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Ssend_init, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Ssend_init(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Ssend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ssend_c(buf, count, datatype, dest, tag, comm);
  Call call(Function::Ssend_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.finish(next_Issend_c(buf, count, datatype, dest, tag, call.comm(), call.request()));
}

int wrap_Issend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Issend_c(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Issend_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.hand_over(next_Issend_c(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Ssend_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ssend_init_c(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Ssend_init_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Ssend_init_c(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Bsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Bsend(buf, count, datatype, dest, tag, comm);
  Call call(Function::Bsend, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.finish(next_Ibsend(buf, count, datatype, dest, tag, call.comm(), call.request()));
}

int wrap_Ibsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ibsend(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Ibsend, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.hand_over(next_Ibsend(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Bsend_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Bsend_init(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Bsend_init, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Bsend_init(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Bsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Bsend_c(buf, count, datatype, dest, tag, comm);
  Call call(Function::Bsend_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.finish(next_Ibsend_c(buf, count, datatype, dest, tag, call.comm(), call.request()));
}

int wrap_Ibsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ibsend_c(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Ibsend_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.hand_over(next_Ibsend_c(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Bsend_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Bsend_init_c(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Bsend_init_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Bsend_init_c(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Rsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Rsend(buf, count, datatype, dest, tag, comm);
  Call call(Function::Rsend, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.finish(next_Irsend(buf, count, datatype, dest, tag, call.comm(), call.request()));
}

int wrap_Irsend(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Irsend(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Irsend, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.hand_over(next_Irsend(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Rsend_init(const void* buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Rsend_init(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Rsend_init, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Rsend_init(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Rsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Rsend_c(buf, count, datatype, dest, tag, comm);
  Call call(Function::Rsend_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.finish(next_Irsend_c(buf, count, datatype, dest, tag, call.comm(), call.request()));
}

int wrap_Irsend_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Irsend_c(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Irsend_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.in(buf, span_one(count, datatype));
  return call.hand_over(next_Irsend_c(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Rsend_init_c(const void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Rsend_init_c(buf, count, datatype, dest, tag, comm, request);
  Call call(Function::Rsend_init_c, comm, Role::send, dest, tag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Rsend_init_c(buf, count, datatype, dest, tag, call.comm(), call.request()), request);
}

int wrap_Recv(void* buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Recv(buf, count, datatype, source, tag, comm, status);
  Call call(Function::Recv, comm, Role::recv, source, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.out(buf, span_one(count, datatype));
  return call.finish(next_Irecv(buf, count, datatype, source, tag, call.comm(), call.request()), status);
}

int wrap_Irecv(void* buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Irecv(buf, count, datatype, source, tag, comm, request);
  Call call(Function::Irecv, comm, Role::recv, source, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.out(buf, span_one(count, datatype));
  return call.hand_over(next_Irecv(buf, count, datatype, source, tag, call.comm(), call.request()), request);
}

int wrap_Recv_init(void* buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Recv_init(buf, count, datatype, source, tag, comm, request);
  Call call(Function::Recv_init, comm, Role::recv, source, tag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Recv_init(buf, count, datatype, source, tag, call.comm(), call.request()), request);
}

int wrap_Recv_c(void* buf, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Recv_c(buf, count, datatype, source, tag, comm, status);
  Call call(Function::Recv_c, comm, Role::recv, source, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.out(buf, span_one(count, datatype));
  return call.finish(next_Irecv_c(buf, count, datatype, source, tag, call.comm(), call.request()), status);
}

int wrap_Irecv_c(void* buf, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Irecv_c(buf, count, datatype, source, tag, comm, request);
  Call call(Function::Irecv_c, comm, Role::recv, source, tag);
  if (call.failed()) return call.code();
  if (call.bounces(buf)) buf = call.out(buf, span_one(count, datatype));
  return call.hand_over(next_Irecv_c(buf, count, datatype, source, tag, call.comm(), call.request()), request);
}

int wrap_Recv_init_c(void* buf, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Recv_init_c(buf, count, datatype, source, tag, comm, request);
  Call call(Function::Recv_init_c, comm, Role::recv, source, tag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Recv_init_c(buf, count, datatype, source, tag, call.comm(), call.request()), request);
}

int wrap_Barrier(MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Barrier(comm);
  Call call(Function::Barrier, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  return call.finish(next_Ibarrier(call.comm(), call.request()));
}

int wrap_Ibarrier(MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ibarrier(comm, request);
  Call call(Function::Ibarrier, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  return call.hand_over(next_Ibarrier(call.comm(), call.request()), request);
}

int wrap_Barrier_init(MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Barrier_init(comm, info, request);
  Call call(Function::Barrier_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Barrier_init(call.comm(), info, call.request()), request);
}

int wrap_Bcast(void* buffer, int count, MPI_Datatype datatype, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Bcast(buffer, count, datatype, root, comm);
  Call call(Function::Bcast, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  if (call.bounces(buffer)) buffer = call.inout(buffer, span_one(count, datatype));
  return call.finish(next_Ibcast(buffer, count, datatype, root, call.comm(), call.request()));
}

int wrap_Ibcast(void* buffer, int count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ibcast(buffer, count, datatype, root, comm, request);
  Call call(Function::Ibcast, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  if (call.bounces(buffer)) buffer = call.inout(buffer, span_one(count, datatype));
  return call.hand_over(next_Ibcast(buffer, count, datatype, root, call.comm(), call.request()), request);
}

int wrap_Bcast_init(void* buffer, int count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Bcast_init(buffer, count, datatype, root, comm, info, request);
  Call call(Function::Bcast_init, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Bcast_init(buffer, count, datatype, root, call.comm(), info, call.request()), request);
}

int wrap_Bcast_c(void* buffer, MPI_Count count, MPI_Datatype datatype, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Bcast_c(buffer, count, datatype, root, comm);
  Call call(Function::Bcast_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  if (call.bounces(buffer)) buffer = call.inout(buffer, span_one(count, datatype));
  return call.finish(next_Ibcast_c(buffer, count, datatype, root, call.comm(), call.request()));
}

int wrap_Ibcast_c(void* buffer, MPI_Count count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ibcast_c(buffer, count, datatype, root, comm, request);
  Call call(Function::Ibcast_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  if (call.bounces(buffer)) buffer = call.inout(buffer, span_one(count, datatype));
  return call.hand_over(next_Ibcast_c(buffer, count, datatype, root, call.comm(), call.request()), request);
}

int wrap_Bcast_init_c(void* buffer, MPI_Count count, MPI_Datatype datatype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Bcast_init_c(buffer, count, datatype, root, comm, info, request);
  Call call(Function::Bcast_init_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Bcast_init_c(buffer, count, datatype, root, call.comm(), info, call.request()), request);
}

int wrap_Gather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Gather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm);
  Call call(Function::Gather, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.finish(next_Igather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()));
}

int wrap_Igather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Igather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
  Call call(Function::Igather, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.hand_over(next_Igather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()), request);
}

int wrap_Gather_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Gather_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
  Call call(Function::Gather_init, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Gather_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), info, call.request()), request);
}

int wrap_Gather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Gather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm);
  Call call(Function::Gather_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.finish(next_Igather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()));
}

int wrap_Igather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Igather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
  Call call(Function::Igather_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.hand_over(next_Igather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()), request);
}

int wrap_Gather_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Gather_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
  Call call(Function::Gather_init_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Gather_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), info, call.request()), request);
}

int wrap_Gatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Gatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm);
  Call call(Function::Gatherv, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.is_root(root) && call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.is_root(root) && call.keeps()) displs = call.array(displs, call.size());
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.size(), recvtype));
  return call.finish(next_Igatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, call.comm(), call.request()));
}

int wrap_Igatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Igatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm, request);
  Call call(Function::Igatherv, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.is_root(root) && call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.is_root(root) && call.keeps()) displs = call.array(displs, call.size());
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.size(), recvtype));
  return call.hand_over(next_Igatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, call.comm(), call.request()), request);
}

int wrap_Gatherv_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Gatherv_init(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm, info, request);
  Call call(Function::Gatherv_init, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Gatherv_init(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, call.comm(), info, call.request()), request);
}

int wrap_Gatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Gatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm);
  Call call(Function::Gatherv_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.is_root(root) && call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.is_root(root) && call.keeps()) displs = call.array(displs, call.size());
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.size(), recvtype));
  return call.finish(next_Igatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, call.comm(), call.request()));
}

int wrap_Igatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Igatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm, request);
  Call call(Function::Igatherv_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.is_root(root) && call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.is_root(root) && call.keeps()) displs = call.array(displs, call.size());
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.size(), recvtype));
  return call.hand_over(next_Igatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, call.comm(), call.request()), request);
}

int wrap_Gatherv_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Gatherv_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm, info, request);
  Call call(Function::Gatherv_init_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Gatherv_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, call.comm(), info, call.request()), request);
}

int wrap_Scatter(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scatter(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm);
  Call call(Function::Scatter, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.is_root(root) && call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(recvcount, recvtype));
  return call.finish(next_Iscatter(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()));
}

int wrap_Iscatter(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iscatter(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
  Call call(Function::Iscatter, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.is_root(root) && call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(recvcount, recvtype));
  return call.hand_over(next_Iscatter(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()), request);
}

int wrap_Scatter_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scatter_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
  Call call(Function::Scatter_init, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Scatter_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), info, call.request()), request);
}

int wrap_Scatter_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scatter_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm);
  Call call(Function::Scatter_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.is_root(root) && call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(recvcount, recvtype));
  return call.finish(next_Iscatter_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()));
}

int wrap_Iscatter_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iscatter_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
  Call call(Function::Iscatter_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.is_root(root) && call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(recvcount, recvtype));
  return call.hand_over(next_Iscatter_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()), request);
}

int wrap_Scatter_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scatter_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
  Call call(Function::Scatter_init_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Scatter_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), info, call.request()), request);
}

int wrap_Scatterv(const void* sendbuf, const int sendcounts[], const int displs[], MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scatterv(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm);
  Call call(Function::Scatterv, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.is_root(root) && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (call.is_root(root) && call.keeps()) displs = call.array(displs, call.size());
  if (call.is_root(root) && call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, displs, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(recvcount, recvtype));
  return call.finish(next_Iscatterv(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()));
}

int wrap_Iscatterv(const void* sendbuf, const int sendcounts[], const int displs[], MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iscatterv(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
  Call call(Function::Iscatterv, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.is_root(root) && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (call.is_root(root) && call.keeps()) displs = call.array(displs, call.size());
  if (call.is_root(root) && call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, displs, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(recvcount, recvtype));
  return call.hand_over(next_Iscatterv(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()), request);
}

int wrap_Scatterv_init(const void* sendbuf, const int sendcounts[], const int displs[], MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scatterv_init(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
  Call call(Function::Scatterv_init, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Scatterv_init(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), info, call.request()), request);
}

int wrap_Scatterv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint displs[], MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scatterv_c(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm);
  Call call(Function::Scatterv_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.is_root(root) && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (call.is_root(root) && call.keeps()) displs = call.array(displs, call.size());
  if (call.is_root(root) && call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, displs, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(recvcount, recvtype));
  return call.finish(next_Iscatterv_c(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()));
}

int wrap_Iscatterv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint displs[], MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iscatterv_c(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm, request);
  Call call(Function::Iscatterv_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.is_root(root) && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (call.is_root(root) && call.keeps()) displs = call.array(displs, call.size());
  if (call.is_root(root) && call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, displs, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(recvcount, recvtype));
  return call.hand_over(next_Iscatterv_c(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), call.request()), request);
}

int wrap_Scatterv_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint displs[], MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scatterv_init_c(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm, info, request);
  Call call(Function::Scatterv_init_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::from, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Scatterv_init_c(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, call.comm(), info, call.request()), request);
}

int wrap_Allgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allgather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
  Call call(Function::Allgather, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.finish(next_Iallgather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()));
}

int wrap_Iallgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iallgather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
  Call call(Function::Iallgather, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.hand_over(next_Iallgather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()), request);
}

int wrap_Allgather_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allgather_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
  Call call(Function::Allgather_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Allgather_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Allgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allgather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
  Call call(Function::Allgather_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.finish(next_Iallgather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()));
}

int wrap_Iallgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iallgather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
  Call call(Function::Iallgather_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.hand_over(next_Iallgather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()), request);
}

int wrap_Allgather_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allgather_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
  Call call(Function::Allgather_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Allgather_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Allgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allgatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm);
  Call call(Function::Allgatherv, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) displs = call.array(displs, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.size(), recvtype));
  return call.finish(next_Iallgatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), call.request()));
}

int wrap_Iallgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iallgatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, request);
  Call call(Function::Iallgatherv, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) displs = call.array(displs, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.size(), recvtype));
  return call.hand_over(next_Iallgatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), call.request()), request);
}

int wrap_Allgatherv_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allgatherv_init(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, info, request);
  Call call(Function::Allgatherv_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Allgatherv_init(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Allgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allgatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm);
  Call call(Function::Allgatherv_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) displs = call.array(displs, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.size(), recvtype));
  return call.finish(next_Iallgatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), call.request()));
}

int wrap_Iallgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iallgatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, request);
  Call call(Function::Iallgatherv_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) displs = call.array(displs, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.size(), recvtype));
  return call.hand_over(next_Iallgatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), call.request()), request);
}

int wrap_Allgatherv_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allgatherv_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, info, request);
  Call call(Function::Allgatherv_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Allgatherv_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Alltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoall(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
  Call call(Function::Alltoall, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.finish(next_Ialltoall(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()));
}

int wrap_Ialltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ialltoall(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
  Call call(Function::Ialltoall, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.hand_over(next_Ialltoall(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()), request);
}

int wrap_Alltoall_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoall_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
  Call call(Function::Alltoall_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Alltoall_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Alltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoall_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
  Call call(Function::Alltoall_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.finish(next_Ialltoall_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()));
}

int wrap_Ialltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ialltoall_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
  Call call(Function::Ialltoall_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.size(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.size(), recvtype));
  return call.hand_over(next_Ialltoall_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()), request);
}

int wrap_Alltoall_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoall_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
  Call call(Function::Alltoall_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Alltoall_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Alltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoallv(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm);
  Call call(Function::Alltoallv, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, sdispls, call.size(), sendtype));
  if (!call.in_place() && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (!call.in_place() && call.keeps()) sdispls = call.array(sdispls, call.size());
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) rdispls = call.array(rdispls, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, rdispls, call.size(), recvtype));
  return call.finish(next_Ialltoallv(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), call.request()));
}

int wrap_Ialltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ialltoallv(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, request);
  Call call(Function::Ialltoallv, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, sdispls, call.size(), sendtype));
  if (!call.in_place() && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (!call.in_place() && call.keeps()) sdispls = call.array(sdispls, call.size());
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) rdispls = call.array(rdispls, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, rdispls, call.size(), recvtype));
  return call.hand_over(next_Ialltoallv(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), call.request()), request);
}

int wrap_Alltoallv_init(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoallv_init(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, info, request);
  Call call(Function::Alltoallv_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Alltoallv_init(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Alltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoallv_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm);
  Call call(Function::Alltoallv_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, sdispls, call.size(), sendtype));
  if (!call.in_place() && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (!call.in_place() && call.keeps()) sdispls = call.array(sdispls, call.size());
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) rdispls = call.array(rdispls, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, rdispls, call.size(), recvtype));
  return call.finish(next_Ialltoallv_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), call.request()));
}

int wrap_Ialltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ialltoallv_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, request);
  Call call(Function::Ialltoallv_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, sdispls, call.size(), sendtype));
  if (!call.in_place() && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (!call.in_place() && call.keeps()) sdispls = call.array(sdispls, call.size());
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) rdispls = call.array(rdispls, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, rdispls, call.size(), recvtype));
  return call.hand_over(next_Ialltoallv_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), call.request()), request);
}

int wrap_Alltoallv_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoallv_init_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, info, request);
  Call call(Function::Alltoallv_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Alltoallv_init_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Alltoallw(const void* sendbuf, const int sendcounts[], const int sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const int rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoallw(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm);
  Call call(Function::Alltoallw, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_w(sendcounts, sdispls, call.size(), sendtypes));
  if (!call.in_place() && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (!call.in_place() && call.keeps()) sdispls = call.array(sdispls, call.size());
  if (!call.in_place() && call.keeps()) sendtypes = call.array(sendtypes, call.size());
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) rdispls = call.array(rdispls, call.size());
  if (call.keeps()) recvtypes = call.array(recvtypes, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_w(recvcounts, rdispls, call.size(), recvtypes));
  return call.finish(next_Ialltoallw(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), call.request()));
}

int wrap_Ialltoallw(const void* sendbuf, const int sendcounts[], const int sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const int rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ialltoallw(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, request);
  Call call(Function::Ialltoallw, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_w(sendcounts, sdispls, call.size(), sendtypes));
  if (!call.in_place() && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (!call.in_place() && call.keeps()) sdispls = call.array(sdispls, call.size());
  if (!call.in_place() && call.keeps()) sendtypes = call.array(sendtypes, call.size());
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) rdispls = call.array(rdispls, call.size());
  if (call.keeps()) recvtypes = call.array(recvtypes, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_w(recvcounts, rdispls, call.size(), recvtypes));
  return call.hand_over(next_Ialltoallw(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), call.request()), request);
}

int wrap_Alltoallw_init(const void* sendbuf, const int sendcounts[], const int sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const int rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoallw_init(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, info, request);
  Call call(Function::Alltoallw_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Alltoallw_init(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), info, call.request()), request);
}

int wrap_Alltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoallw_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm);
  Call call(Function::Alltoallw_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_w(sendcounts, sdispls, call.size(), sendtypes));
  if (!call.in_place() && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (!call.in_place() && call.keeps()) sdispls = call.array(sdispls, call.size());
  if (!call.in_place() && call.keeps()) sendtypes = call.array(sendtypes, call.size());
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) rdispls = call.array(rdispls, call.size());
  if (call.keeps()) recvtypes = call.array(recvtypes, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_w(recvcounts, rdispls, call.size(), recvtypes));
  return call.finish(next_Ialltoallw_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), call.request()));
}

int wrap_Ialltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ialltoallw_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, request);
  Call call(Function::Ialltoallw_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_w(sendcounts, sdispls, call.size(), sendtypes));
  if (!call.in_place() && call.keeps()) sendcounts = call.array(sendcounts, call.size());
  if (!call.in_place() && call.keeps()) sdispls = call.array(sdispls, call.size());
  if (!call.in_place() && call.keeps()) sendtypes = call.array(sendtypes, call.size());
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.keeps()) rdispls = call.array(rdispls, call.size());
  if (call.keeps()) recvtypes = call.array(recvtypes, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_w(recvcounts, rdispls, call.size(), recvtypes));
  return call.hand_over(next_Ialltoallw_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), call.request()), request);
}

int wrap_Alltoallw_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Alltoallw_init_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, info, request);
  Call call(Function::Alltoallw_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Alltoallw_init_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), info, call.request()), request);
}

int wrap_Reduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce(sendbuf, recvbuf, count, datatype, op, root, comm);
  Call call(Function::Reduce, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.finish(next_Ireduce(sendbuf, recvbuf, count, datatype, op, root, call.comm(), call.request()));
}

int wrap_Ireduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ireduce(sendbuf, recvbuf, count, datatype, op, root, comm, request);
  Call call(Function::Ireduce, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.hand_over(next_Ireduce(sendbuf, recvbuf, count, datatype, op, root, call.comm(), call.request()), request);
}

int wrap_Reduce_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_init(sendbuf, recvbuf, count, datatype, op, root, comm, info, request);
  Call call(Function::Reduce_init, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Reduce_init(sendbuf, recvbuf, count, datatype, op, root, call.comm(), info, call.request()), request);
}

int wrap_Reduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_c(sendbuf, recvbuf, count, datatype, op, root, comm);
  Call call(Function::Reduce_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.finish(next_Ireduce_c(sendbuf, recvbuf, count, datatype, op, root, call.comm(), call.request()));
}

int wrap_Ireduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ireduce_c(sendbuf, recvbuf, count, datatype, op, root, comm, request);
  Call call(Function::Ireduce_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.is_root(root) && call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.hand_over(next_Ireduce_c(sendbuf, recvbuf, count, datatype, op, root, call.comm(), call.request()), request);
}

int wrap_Reduce_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_init_c(sendbuf, recvbuf, count, datatype, op, root, comm, info, request);
  Call call(Function::Reduce_init_c, comm, Role::collective, kNoPeer, kNoTag, Rooted::to, root);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Reduce_init_c(sendbuf, recvbuf, count, datatype, op, root, call.comm(), info, call.request()), request);
}

int wrap_Allreduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allreduce(sendbuf, recvbuf, count, datatype, op, comm);
  Call call(Function::Allreduce, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.finish(next_Iallreduce(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()));
}

int wrap_Iallreduce(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iallreduce(sendbuf, recvbuf, count, datatype, op, comm, request);
  Call call(Function::Iallreduce, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.hand_over(next_Iallreduce(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()), request);
}

int wrap_Allreduce_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allreduce_init(sendbuf, recvbuf, count, datatype, op, comm, info, request);
  Call call(Function::Allreduce_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Allreduce_init(sendbuf, recvbuf, count, datatype, op, call.comm(), info, call.request()), request);
}

int wrap_Allreduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allreduce_c(sendbuf, recvbuf, count, datatype, op, comm);
  Call call(Function::Allreduce_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.finish(next_Iallreduce_c(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()));
}

int wrap_Iallreduce_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iallreduce_c(sendbuf, recvbuf, count, datatype, op, comm, request);
  Call call(Function::Iallreduce_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.hand_over(next_Iallreduce_c(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()), request);
}

int wrap_Allreduce_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Allreduce_init_c(sendbuf, recvbuf, count, datatype, op, comm, info, request);
  Call call(Function::Allreduce_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Allreduce_init_c(sendbuf, recvbuf, count, datatype, op, call.comm(), info, call.request()), request);
}

int wrap_Scan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scan(sendbuf, recvbuf, count, datatype, op, comm);
  Call call(Function::Scan, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.finish(next_Iscan(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()));
}

int wrap_Iscan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iscan(sendbuf, recvbuf, count, datatype, op, comm, request);
  Call call(Function::Iscan, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.hand_over(next_Iscan(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()), request);
}

int wrap_Scan_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scan_init(sendbuf, recvbuf, count, datatype, op, comm, info, request);
  Call call(Function::Scan_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Scan_init(sendbuf, recvbuf, count, datatype, op, call.comm(), info, call.request()), request);
}

int wrap_Scan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scan_c(sendbuf, recvbuf, count, datatype, op, comm);
  Call call(Function::Scan_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.finish(next_Iscan_c(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()));
}

int wrap_Iscan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iscan_c(sendbuf, recvbuf, count, datatype, op, comm, request);
  Call call(Function::Iscan_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.hand_over(next_Iscan_c(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()), request);
}

int wrap_Scan_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Scan_init_c(sendbuf, recvbuf, count, datatype, op, comm, info, request);
  Call call(Function::Scan_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Scan_init_c(sendbuf, recvbuf, count, datatype, op, call.comm(), info, call.request()), request);
}

int wrap_Exscan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Exscan(sendbuf, recvbuf, count, datatype, op, comm);
  Call call(Function::Exscan, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.finish(next_Iexscan(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()));
}

int wrap_Iexscan(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iexscan(sendbuf, recvbuf, count, datatype, op, comm, request);
  Call call(Function::Iexscan, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.hand_over(next_Iexscan(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()), request);
}

int wrap_Exscan_init(const void* sendbuf, void* recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Exscan_init(sendbuf, recvbuf, count, datatype, op, comm, info, request);
  Call call(Function::Exscan_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Exscan_init(sendbuf, recvbuf, count, datatype, op, call.comm(), info, call.request()), request);
}

int wrap_Exscan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Exscan_c(sendbuf, recvbuf, count, datatype, op, comm);
  Call call(Function::Exscan_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.finish(next_Iexscan_c(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()));
}

int wrap_Iexscan_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iexscan_c(sendbuf, recvbuf, count, datatype, op, comm, request);
  Call call(Function::Iexscan_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(count, datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_one(count, datatype));
  return call.hand_over(next_Iexscan_c(sendbuf, recvbuf, count, datatype, op, call.comm(), call.request()), request);
}

int wrap_Exscan_init_c(const void* sendbuf, void* recvbuf, MPI_Count count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Exscan_init_c(sendbuf, recvbuf, count, datatype, op, comm, info, request);
  Call call(Function::Exscan_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Exscan_init_c(sendbuf, recvbuf, count, datatype, op, call.comm(), info, call.request()), request);
}

int wrap_Reduce_scatter(const void* sendbuf, void* recvbuf, const int recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_scatter(sendbuf, recvbuf, recvcounts, datatype, op, comm);
  Call call(Function::Reduce_scatter, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_sum(recvcounts, call.size(), datatype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, call.in_place() ? span_sum(recvcounts, call.size(), datatype) : span_mine(recvcounts, call.rank(), datatype));
  return call.finish(next_Ireduce_scatter(sendbuf, recvbuf, recvcounts, datatype, op, call.comm(), call.request()));
}

int wrap_Ireduce_scatter(const void* sendbuf, void* recvbuf, const int recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ireduce_scatter(sendbuf, recvbuf, recvcounts, datatype, op, comm, request);
  Call call(Function::Ireduce_scatter, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_sum(recvcounts, call.size(), datatype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, call.in_place() ? span_sum(recvcounts, call.size(), datatype) : span_mine(recvcounts, call.rank(), datatype));
  return call.hand_over(next_Ireduce_scatter(sendbuf, recvbuf, recvcounts, datatype, op, call.comm(), call.request()), request);
}

int wrap_Reduce_scatter_init(const void* sendbuf, void* recvbuf, const int recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_scatter_init(sendbuf, recvbuf, recvcounts, datatype, op, comm, info, request);
  Call call(Function::Reduce_scatter_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Reduce_scatter_init(sendbuf, recvbuf, recvcounts, datatype, op, call.comm(), info, call.request()), request);
}

int wrap_Reduce_scatter_c(const void* sendbuf, void* recvbuf, const MPI_Count recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_scatter_c(sendbuf, recvbuf, recvcounts, datatype, op, comm);
  Call call(Function::Reduce_scatter_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_sum(recvcounts, call.size(), datatype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, call.in_place() ? span_sum(recvcounts, call.size(), datatype) : span_mine(recvcounts, call.rank(), datatype));
  return call.finish(next_Ireduce_scatter_c(sendbuf, recvbuf, recvcounts, datatype, op, call.comm(), call.request()));
}

int wrap_Ireduce_scatter_c(const void* sendbuf, void* recvbuf, const MPI_Count recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ireduce_scatter_c(sendbuf, recvbuf, recvcounts, datatype, op, comm, request);
  Call call(Function::Ireduce_scatter_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_sum(recvcounts, call.size(), datatype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.size());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, call.in_place() ? span_sum(recvcounts, call.size(), datatype) : span_mine(recvcounts, call.rank(), datatype));
  return call.hand_over(next_Ireduce_scatter_c(sendbuf, recvbuf, recvcounts, datatype, op, call.comm(), call.request()), request);
}

int wrap_Reduce_scatter_init_c(const void* sendbuf, void* recvbuf, const MPI_Count recvcounts[], MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_scatter_init_c(sendbuf, recvbuf, recvcounts, datatype, op, comm, info, request);
  Call call(Function::Reduce_scatter_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Reduce_scatter_init_c(sendbuf, recvbuf, recvcounts, datatype, op, call.comm(), info, call.request()), request);
}

int wrap_Reduce_scatter_block(const void* sendbuf, void* recvbuf, int recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_scatter_block(sendbuf, recvbuf, recvcount, datatype, op, comm);
  Call call(Function::Reduce_scatter_block, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(recvcount, call.size(), datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, call.in_place() ? span_all(recvcount, call.size(), datatype) : span_one(recvcount, datatype));
  return call.finish(next_Ireduce_scatter_block(sendbuf, recvbuf, recvcount, datatype, op, call.comm(), call.request()));
}

int wrap_Ireduce_scatter_block(const void* sendbuf, void* recvbuf, int recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ireduce_scatter_block(sendbuf, recvbuf, recvcount, datatype, op, comm, request);
  Call call(Function::Ireduce_scatter_block, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(recvcount, call.size(), datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, call.in_place() ? span_all(recvcount, call.size(), datatype) : span_one(recvcount, datatype));
  return call.hand_over(next_Ireduce_scatter_block(sendbuf, recvbuf, recvcount, datatype, op, call.comm(), call.request()), request);
}

int wrap_Reduce_scatter_block_init(const void* sendbuf, void* recvbuf, int recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_scatter_block_init(sendbuf, recvbuf, recvcount, datatype, op, comm, info, request);
  Call call(Function::Reduce_scatter_block_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Reduce_scatter_block_init(sendbuf, recvbuf, recvcount, datatype, op, call.comm(), info, call.request()), request);
}

int wrap_Reduce_scatter_block_c(const void* sendbuf, void* recvbuf, MPI_Count recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_scatter_block_c(sendbuf, recvbuf, recvcount, datatype, op, comm);
  Call call(Function::Reduce_scatter_block_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(recvcount, call.size(), datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, call.in_place() ? span_all(recvcount, call.size(), datatype) : span_one(recvcount, datatype));
  return call.finish(next_Ireduce_scatter_block_c(sendbuf, recvbuf, recvcount, datatype, op, call.comm(), call.request()));
}

int wrap_Ireduce_scatter_block_c(const void* sendbuf, void* recvbuf, MPI_Count recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ireduce_scatter_block_c(sendbuf, recvbuf, recvcount, datatype, op, comm, request);
  Call call(Function::Ireduce_scatter_block_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.note_in_place(sendbuf);
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(recvcount, call.size(), datatype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, call.in_place() ? span_all(recvcount, call.size(), datatype) : span_one(recvcount, datatype));
  return call.hand_over(next_Ireduce_scatter_block_c(sendbuf, recvbuf, recvcount, datatype, op, call.comm(), call.request()), request);
}

int wrap_Reduce_scatter_block_init_c(const void* sendbuf, void* recvbuf, MPI_Count recvcount, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Reduce_scatter_block_init_c(sendbuf, recvbuf, recvcount, datatype, op, comm, info, request);
  Call call(Function::Reduce_scatter_block_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Reduce_scatter_block_init_c(sendbuf, recvbuf, recvcount, datatype, op, call.comm(), info, call.request()), request);
}

int wrap_Neighbor_allgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_allgather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
  Call call(Function::Neighbor_allgather, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.sources(), recvtype));
  return call.finish(next_Ineighbor_allgather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()));
}

int wrap_Ineighbor_allgather(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ineighbor_allgather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
  Call call(Function::Ineighbor_allgather, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.sources(), recvtype));
  return call.hand_over(next_Ineighbor_allgather(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()), request);
}

int wrap_Neighbor_allgather_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_allgather_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
  Call call(Function::Neighbor_allgather_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Neighbor_allgather_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Neighbor_allgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_allgather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
  Call call(Function::Neighbor_allgather_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.sources(), recvtype));
  return call.finish(next_Ineighbor_allgather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()));
}

int wrap_Ineighbor_allgather_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ineighbor_allgather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
  Call call(Function::Ineighbor_allgather_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.sources(), recvtype));
  return call.hand_over(next_Ineighbor_allgather_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()), request);
}

int wrap_Neighbor_allgather_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_allgather_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
  Call call(Function::Neighbor_allgather_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Neighbor_allgather_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Neighbor_allgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_allgatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm);
  Call call(Function::Neighbor_allgatherv, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) displs = call.array(displs, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.sources(), recvtype));
  return call.finish(next_Ineighbor_allgatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), call.request()));
}

int wrap_Ineighbor_allgatherv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ineighbor_allgatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, request);
  Call call(Function::Ineighbor_allgatherv, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) displs = call.array(displs, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.sources(), recvtype));
  return call.hand_over(next_Ineighbor_allgatherv(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), call.request()), request);
}

int wrap_Neighbor_allgatherv_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_allgatherv_init(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, info, request);
  Call call(Function::Neighbor_allgatherv_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Neighbor_allgatherv_init(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Neighbor_allgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_allgatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm);
  Call call(Function::Neighbor_allgatherv_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) displs = call.array(displs, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.sources(), recvtype));
  return call.finish(next_Ineighbor_allgatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), call.request()));
}

int wrap_Ineighbor_allgatherv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ineighbor_allgatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, request);
  Call call(Function::Ineighbor_allgatherv_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_one(sendcount, sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) displs = call.array(displs, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, displs, call.sources(), recvtype));
  return call.hand_over(next_Ineighbor_allgatherv_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), call.request()), request);
}

int wrap_Neighbor_allgatherv_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint displs[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_allgatherv_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm, info, request);
  Call call(Function::Neighbor_allgatherv_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Neighbor_allgatherv_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Neighbor_alltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoall(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
  Call call(Function::Neighbor_alltoall, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.targets(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.sources(), recvtype));
  return call.finish(next_Ineighbor_alltoall(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()));
}

int wrap_Ineighbor_alltoall(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ineighbor_alltoall(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
  Call call(Function::Ineighbor_alltoall, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.targets(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.sources(), recvtype));
  return call.hand_over(next_Ineighbor_alltoall(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()), request);
}

int wrap_Neighbor_alltoall_init(const void* sendbuf, int sendcount, MPI_Datatype sendtype, void* recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoall_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
  Call call(Function::Neighbor_alltoall_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Neighbor_alltoall_init(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Neighbor_alltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoall_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm);
  Call call(Function::Neighbor_alltoall_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.targets(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.sources(), recvtype));
  return call.finish(next_Ineighbor_alltoall_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()));
}

int wrap_Ineighbor_alltoall_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ineighbor_alltoall_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, request);
  Call call(Function::Ineighbor_alltoall_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_all(sendcount, call.targets(), sendtype));
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_all(recvcount, call.sources(), recvtype));
  return call.hand_over(next_Ineighbor_alltoall_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), call.request()), request);
}

int wrap_Neighbor_alltoall_init_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoall_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm, info, request);
  Call call(Function::Neighbor_alltoall_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Neighbor_alltoall_init_c(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Neighbor_alltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoallv(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm);
  Call call(Function::Neighbor_alltoallv, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.keeps()) sendcounts = call.array(sendcounts, call.targets());
  if (call.keeps()) sdispls = call.array(sdispls, call.targets());
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, sdispls, call.targets(), sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) rdispls = call.array(rdispls, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, rdispls, call.sources(), recvtype));
  return call.finish(next_Ineighbor_alltoallv(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), call.request()));
}

int wrap_Ineighbor_alltoallv(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ineighbor_alltoallv(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, request);
  Call call(Function::Ineighbor_alltoallv, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.keeps()) sendcounts = call.array(sendcounts, call.targets());
  if (call.keeps()) sdispls = call.array(sdispls, call.targets());
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, sdispls, call.targets(), sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) rdispls = call.array(rdispls, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, rdispls, call.sources(), recvtype));
  return call.hand_over(next_Ineighbor_alltoallv(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), call.request()), request);
}

int wrap_Neighbor_alltoallv_init(const void* sendbuf, const int sendcounts[], const int sdispls[], MPI_Datatype sendtype, void* recvbuf, const int recvcounts[], const int rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoallv_init(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, info, request);
  Call call(Function::Neighbor_alltoallv_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Neighbor_alltoallv_init(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Neighbor_alltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoallv_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm);
  Call call(Function::Neighbor_alltoallv_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.keeps()) sendcounts = call.array(sendcounts, call.targets());
  if (call.keeps()) sdispls = call.array(sdispls, call.targets());
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, sdispls, call.targets(), sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) rdispls = call.array(rdispls, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, rdispls, call.sources(), recvtype));
  return call.finish(next_Ineighbor_alltoallv_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), call.request()));
}

int wrap_Ineighbor_alltoallv_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ineighbor_alltoallv_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, request);
  Call call(Function::Ineighbor_alltoallv_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.keeps()) sendcounts = call.array(sendcounts, call.targets());
  if (call.keeps()) sdispls = call.array(sdispls, call.targets());
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_v(sendcounts, sdispls, call.targets(), sendtype));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) rdispls = call.array(rdispls, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_v(recvcounts, rdispls, call.sources(), recvtype));
  return call.hand_over(next_Ineighbor_alltoallv_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), call.request()), request);
}

int wrap_Neighbor_alltoallv_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], MPI_Datatype sendtype, void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], MPI_Datatype recvtype, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoallv_init_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm, info, request);
  Call call(Function::Neighbor_alltoallv_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Neighbor_alltoallv_init_c(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, call.comm(), info, call.request()), request);
}

int wrap_Neighbor_alltoallw(const void* sendbuf, const int sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoallw(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm);
  Call call(Function::Neighbor_alltoallw, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.keeps()) sendcounts = call.array(sendcounts, call.targets());
  if (call.keeps()) sdispls = call.array(sdispls, call.targets());
  if (call.keeps()) sendtypes = call.array(sendtypes, call.targets());
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_w(sendcounts, sdispls, call.targets(), sendtypes));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) rdispls = call.array(rdispls, call.sources());
  if (call.keeps()) recvtypes = call.array(recvtypes, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_w(recvcounts, rdispls, call.sources(), recvtypes));
  return call.finish(next_Ineighbor_alltoallw(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), call.request()));
}

int wrap_Ineighbor_alltoallw(const void* sendbuf, const int sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ineighbor_alltoallw(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, request);
  Call call(Function::Ineighbor_alltoallw, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.keeps()) sendcounts = call.array(sendcounts, call.targets());
  if (call.keeps()) sdispls = call.array(sdispls, call.targets());
  if (call.keeps()) sendtypes = call.array(sendtypes, call.targets());
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_w(sendcounts, sdispls, call.targets(), sendtypes));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) rdispls = call.array(rdispls, call.sources());
  if (call.keeps()) recvtypes = call.array(recvtypes, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_w(recvcounts, rdispls, call.sources(), recvtypes));
  return call.hand_over(next_Ineighbor_alltoallw(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), call.request()), request);
}

int wrap_Neighbor_alltoallw_init(const void* sendbuf, const int sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const int recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoallw_init(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, info, request);
  Call call(Function::Neighbor_alltoallw_init, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Neighbor_alltoallw_init(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), info, call.request()), request);
}

int wrap_Neighbor_alltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoallw_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm);
  Call call(Function::Neighbor_alltoallw_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.keeps()) sendcounts = call.array(sendcounts, call.targets());
  if (call.keeps()) sdispls = call.array(sdispls, call.targets());
  if (call.keeps()) sendtypes = call.array(sendtypes, call.targets());
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_w(sendcounts, sdispls, call.targets(), sendtypes));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) rdispls = call.array(rdispls, call.sources());
  if (call.keeps()) recvtypes = call.array(recvtypes, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_w(recvcounts, rdispls, call.sources(), recvtypes));
  return call.finish(next_Ineighbor_alltoallw_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), call.request()));
}

int wrap_Ineighbor_alltoallw_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Ineighbor_alltoallw_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, request);
  Call call(Function::Ineighbor_alltoallw_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  if (call.keeps()) sendcounts = call.array(sendcounts, call.targets());
  if (call.keeps()) sdispls = call.array(sdispls, call.targets());
  if (call.keeps()) sendtypes = call.array(sendtypes, call.targets());
  if (call.bounces(sendbuf)) sendbuf = call.in(sendbuf, span_w(sendcounts, sdispls, call.targets(), sendtypes));
  if (call.keeps()) recvcounts = call.array(recvcounts, call.sources());
  if (call.keeps()) rdispls = call.array(rdispls, call.sources());
  if (call.keeps()) recvtypes = call.array(recvtypes, call.sources());
  if (call.bounces(recvbuf)) recvbuf = call.out(recvbuf, span_w(recvcounts, rdispls, call.sources(), recvtypes));
  return call.hand_over(next_Ineighbor_alltoallw_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), call.request()), request);
}

int wrap_Neighbor_alltoallw_init_c(const void* sendbuf, const MPI_Count sendcounts[], const MPI_Aint sdispls[], const MPI_Datatype sendtypes[], void* recvbuf, const MPI_Count recvcounts[], const MPI_Aint rdispls[], const MPI_Datatype recvtypes[], MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Neighbor_alltoallw_init_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, comm, info, request);
  Call call(Function::Neighbor_alltoallw_init_c, comm, Role::collective, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Neighbor_alltoallw_init_c(sendbuf, sendcounts, sdispls, sendtypes, recvbuf, recvcounts, rdispls, recvtypes, call.comm(), info, call.request()), request);
}

int wrap_Isendrecv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, int recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Isendrecv(sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm, request);
  Call call(Function::Isendrecv, comm, Role::other, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  return call.hand_over(next_Isendrecv(sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, call.comm(), call.request()), request);
}

int wrap_Isendrecv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, MPI_Count recvcount, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Isendrecv_c(sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm, request);
  Call call(Function::Isendrecv_c, comm, Role::other, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  return call.hand_over(next_Isendrecv_c(sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, call.comm(), call.request()), request);
}

int wrap_Isendrecv_replace(void* buf, int count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Isendrecv_replace(buf, count, datatype, dest, sendtag, source, recvtag, comm, request);
  Call call(Function::Isendrecv_replace, comm, Role::other, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  return call.hand_over(next_Isendrecv_replace(buf, count, datatype, dest, sendtag, source, recvtag, call.comm(), call.request()), request);
}

int wrap_Isendrecv_replace_c(void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Isendrecv_replace_c(buf, count, datatype, dest, sendtag, source, recvtag, comm, request);
  Call call(Function::Isendrecv_replace_c, comm, Role::other, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  return call.hand_over(next_Isendrecv_replace_c(buf, count, datatype, dest, sendtag, source, recvtag, call.comm(), call.request()), request);
}

int wrap_Psend_init(const void* buf, int partitions, MPI_Count count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Psend_init(buf, partitions, count, datatype, dest, tag, comm, info, request);
  Call call(Function::Psend_init, comm, Role::other, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Psend_init(buf, partitions, count, datatype, dest, tag, call.comm(), info, call.request()), request);
}

int wrap_Precv_init(void* buf, int partitions, MPI_Count count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Info info, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Precv_init(buf, partitions, count, datatype, source, tag, comm, info, request);
  Call call(Function::Precv_init, comm, Role::other, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  call.persistent();
  return call.hand_over(next_Precv_init(buf, partitions, count, datatype, source, tag, call.comm(), info, call.request()), request);
}

int wrap_Comm_dup(MPI_Comm comm, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Comm_dup(comm, newcomm), comm, newcomm);
  const int code = gate(Function::Comm_dup, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Comm_dup(comm, newcomm), comm, newcomm);
}

int wrap_Comm_dup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Comm_dup_with_info(comm, info, newcomm), comm, newcomm);
  const int code = gate(Function::Comm_dup_with_info, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Comm_dup_with_info(comm, info, newcomm), comm, newcomm);
}

int wrap_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Comm_split(comm, color, key, newcomm), comm, newcomm);
  const int code = gate(Function::Comm_split, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Comm_split(comm, color, key, newcomm), comm, newcomm);
}

int wrap_Comm_split_type(MPI_Comm comm, int split_type, int key, MPI_Info info, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Comm_split_type(comm, split_type, key, info, newcomm), comm, newcomm);
  const int code = gate(Function::Comm_split_type, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Comm_split_type(comm, split_type, key, info, newcomm), comm, newcomm);
}

int wrap_Comm_create(MPI_Comm comm, MPI_Group group, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Comm_create(comm, group, newcomm), comm, newcomm);
  const int code = gate(Function::Comm_create, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Comm_create(comm, group, newcomm), comm, newcomm);
}

int wrap_Cart_create(MPI_Comm comm, int ndims, const int dims[], const int periods[], int reorder, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Cart_create(comm, ndims, dims, periods, reorder, newcomm), comm, newcomm);
  const int code = gate(Function::Cart_create, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Cart_create(comm, ndims, dims, periods, reorder, newcomm), comm, newcomm);
}

int wrap_Cart_sub(MPI_Comm comm, const int remain_dims[], MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Cart_sub(comm, remain_dims, newcomm), comm, newcomm);
  const int code = gate(Function::Cart_sub, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Cart_sub(comm, remain_dims, newcomm), comm, newcomm);
}

int wrap_Graph_create(MPI_Comm comm, int nnodes, const int index[], const int edges[], int reorder, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Graph_create(comm, nnodes, index, edges, reorder, newcomm), comm, newcomm);
  const int code = gate(Function::Graph_create, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Graph_create(comm, nnodes, index, edges, reorder, newcomm), comm, newcomm);
}

int wrap_Dist_graph_create(MPI_Comm comm, int n, const int sources[], const int degrees[], const int destinations[], const int weights[], MPI_Info info, int reorder, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Dist_graph_create(comm, n, sources, degrees, destinations, weights, info, reorder, newcomm), comm, newcomm);
  const int code = gate(Function::Dist_graph_create, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Dist_graph_create(comm, n, sources, degrees, destinations, weights, info, reorder, newcomm), comm, newcomm);
}

int wrap_Dist_graph_create_adjacent(MPI_Comm comm, int indegree, const int sources[], const int sourceweights[], int outdegree, const int destinations[], const int destweights[], MPI_Info info, int reorder, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Dist_graph_create_adjacent(comm, indegree, sources, sourceweights, outdegree, destinations, destweights, info, reorder, newcomm), comm, newcomm);
  const int code = gate(Function::Dist_graph_create_adjacent, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Dist_graph_create_adjacent(comm, indegree, sources, sourceweights, outdegree, destinations, destweights, info, reorder, newcomm), comm, newcomm);
}

int wrap_Intercomm_merge(MPI_Comm comm, int high, MPI_Comm* newcomm) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : note_created(next_Intercomm_merge(comm, high, newcomm), comm, newcomm);
  const int code = gate(Function::Intercomm_merge, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_comm(next_Intercomm_merge(comm, high, newcomm), comm, newcomm);
}

int wrap_Win_create(void* base, MPI_Aint size, int disp_unit, MPI_Info info, MPI_Comm comm, MPI_Win* win) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Win_create(base, size, disp_unit, info, comm, win);
  const int code = gate(Function::Win_create, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_window(next_Win_create(base, size, disp_unit, info, shadow_of(comm), win), comm, win);
}

int wrap_Win_create_c(void* base, MPI_Aint size, MPI_Aint disp_unit, MPI_Info info, MPI_Comm comm, MPI_Win* win) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Win_create_c(base, size, disp_unit, info, comm, win);
  const int code = gate(Function::Win_create_c, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_window(next_Win_create_c(base, size, disp_unit, info, shadow_of(comm), win), comm, win);
}

int wrap_Win_allocate(MPI_Aint size, int disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Win_allocate(size, disp_unit, info, comm, baseptr, win);
  const int code = gate(Function::Win_allocate, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_window(next_Win_allocate(size, disp_unit, info, shadow_of(comm), baseptr, win), comm, win);
}

int wrap_Win_allocate_c(MPI_Aint size, MPI_Aint disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Win_allocate_c(size, disp_unit, info, comm, baseptr, win);
  const int code = gate(Function::Win_allocate_c, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_window(next_Win_allocate_c(size, disp_unit, info, shadow_of(comm), baseptr, win), comm, win);
}

int wrap_Win_allocate_shared(MPI_Aint size, int disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Win_allocate_shared(size, disp_unit, info, comm, baseptr, win);
  const int code = gate(Function::Win_allocate_shared, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_window(next_Win_allocate_shared(size, disp_unit, info, shadow_of(comm), baseptr, win), comm, win);
}

int wrap_Win_allocate_shared_c(MPI_Aint size, MPI_Aint disp_unit, MPI_Info info, MPI_Comm comm, void* baseptr, MPI_Win* win) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Win_allocate_shared_c(size, disp_unit, info, comm, baseptr, win);
  const int code = gate(Function::Win_allocate_shared_c, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_window(next_Win_allocate_shared_c(size, disp_unit, info, shadow_of(comm), baseptr, win), comm, win);
}

int wrap_Win_create_dynamic(MPI_Info info, MPI_Comm comm, MPI_Win* win) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Win_create_dynamic(info, comm, win);
  const int code = gate(Function::Win_create_dynamic, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_window(next_Win_create_dynamic(info, shadow_of(comm), win), comm, win);
}

int wrap_Win_fence(int assert_, MPI_Win win) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Win_fence(assert_, win);
  const int code = gate_window(Function::Win_fence, win);
  if (code != MPI_SUCCESS) return code;
  return next_Win_fence(assert_, win);
}

int wrap_Win_free(MPI_Win* win) {
  if (elsewhere()) return refuse_elsewhere();
  const MPI_Win before = *win;
  if (guarded()) {
    const int code = gate_window(Function::Win_free, before);
    if (code != MPI_SUCCESS) return code;
  }
  return forget_window(next_Win_free(win), before);
}

int wrap_File_open(MPI_Comm comm, const char* filename, int amode, MPI_Info info, MPI_File* fh) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_open(comm, filename, amode, info, fh);
  const int code = gate(Function::File_open, comm);
  if (code != MPI_SUCCESS) return code;
  return adopt_file(next_File_open(shadow_of(comm), filename, amode, info, fh), comm, fh);
}

int wrap_File_close(MPI_File* fh) {
  if (elsewhere()) return refuse_elsewhere();
  const MPI_File before = *fh;
  if (guarded()) {
    const int code = gate_file(Function::File_close, before);
    if (code != MPI_SUCCESS) return code;
  }
  return forget_file(next_File_close(fh), before);
}

int wrap_File_set_size(MPI_File fh, MPI_Offset size) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_set_size(fh, size);
  const int code = gate_file(Function::File_set_size, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_set_size(fh, size);
}

int wrap_File_preallocate(MPI_File fh, MPI_Offset size) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_preallocate(fh, size);
  const int code = gate_file(Function::File_preallocate, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_preallocate(fh, size);
}

int wrap_File_set_info(MPI_File fh, MPI_Info info) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_set_info(fh, info);
  const int code = gate_file(Function::File_set_info, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_set_info(fh, info);
}

int wrap_File_set_view(MPI_File fh, MPI_Offset disp, MPI_Datatype etype, MPI_Datatype filetype, const char* datarep, MPI_Info info) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_set_view(fh, disp, etype, filetype, datarep, info);
  const int code = gate_file(Function::File_set_view, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_set_view(fh, disp, etype, filetype, datarep, info);
}

int wrap_File_set_atomicity(MPI_File fh, int flag) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_set_atomicity(fh, flag);
  const int code = gate_file(Function::File_set_atomicity, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_set_atomicity(fh, flag);
}

int wrap_File_sync(MPI_File fh) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_sync(fh);
  const int code = gate_file(Function::File_sync, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_sync(fh);
}

int wrap_File_seek_shared(MPI_File fh, MPI_Offset offset, int whence) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_seek_shared(fh, offset, whence);
  const int code = gate_file(Function::File_seek_shared, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_seek_shared(fh, offset, whence);
}

int wrap_File_read_all(MPI_File fh, void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_all(fh, buf, count, datatype, status);
  const int code = gate_file(Function::File_read_all, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_all(fh, buf, count, datatype, status);
}

int wrap_File_read_all_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_all_c(fh, buf, count, datatype, status);
  const int code = gate_file(Function::File_read_all_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_all_c(fh, buf, count, datatype, status);
}

int wrap_File_write_all(MPI_File fh, const void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_all(fh, buf, count, datatype, status);
  const int code = gate_file(Function::File_write_all, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_all(fh, buf, count, datatype, status);
}

int wrap_File_write_all_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_all_c(fh, buf, count, datatype, status);
  const int code = gate_file(Function::File_write_all_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_all_c(fh, buf, count, datatype, status);
}

int wrap_File_read_at_all(MPI_File fh, MPI_Offset offset, void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_at_all(fh, offset, buf, count, datatype, status);
  const int code = gate_file(Function::File_read_at_all, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_at_all(fh, offset, buf, count, datatype, status);
}

int wrap_File_read_at_all_c(MPI_File fh, MPI_Offset offset, void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_at_all_c(fh, offset, buf, count, datatype, status);
  const int code = gate_file(Function::File_read_at_all_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_at_all_c(fh, offset, buf, count, datatype, status);
}

int wrap_File_write_at_all(MPI_File fh, MPI_Offset offset, const void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_at_all(fh, offset, buf, count, datatype, status);
  const int code = gate_file(Function::File_write_at_all, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_at_all(fh, offset, buf, count, datatype, status);
}

int wrap_File_write_at_all_c(MPI_File fh, MPI_Offset offset, const void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_at_all_c(fh, offset, buf, count, datatype, status);
  const int code = gate_file(Function::File_write_at_all_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_at_all_c(fh, offset, buf, count, datatype, status);
}

int wrap_File_read_ordered(MPI_File fh, void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_ordered(fh, buf, count, datatype, status);
  const int code = gate_file(Function::File_read_ordered, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_ordered(fh, buf, count, datatype, status);
}

int wrap_File_read_ordered_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_ordered_c(fh, buf, count, datatype, status);
  const int code = gate_file(Function::File_read_ordered_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_ordered_c(fh, buf, count, datatype, status);
}

int wrap_File_write_ordered(MPI_File fh, const void* buf, int count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_ordered(fh, buf, count, datatype, status);
  const int code = gate_file(Function::File_write_ordered, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_ordered(fh, buf, count, datatype, status);
}

int wrap_File_write_ordered_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_ordered_c(fh, buf, count, datatype, status);
  const int code = gate_file(Function::File_write_ordered_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_ordered_c(fh, buf, count, datatype, status);
}

int wrap_File_read_all_begin(MPI_File fh, void* buf, int count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_all_begin(fh, buf, count, datatype);
  const int code = gate_file(Function::File_read_all_begin, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_all_begin(fh, buf, count, datatype);
}

int wrap_File_read_all_begin_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_all_begin_c(fh, buf, count, datatype);
  const int code = gate_file(Function::File_read_all_begin_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_all_begin_c(fh, buf, count, datatype);
}

int wrap_File_write_all_begin(MPI_File fh, const void* buf, int count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_all_begin(fh, buf, count, datatype);
  const int code = gate_file(Function::File_write_all_begin, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_all_begin(fh, buf, count, datatype);
}

int wrap_File_write_all_begin_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_all_begin_c(fh, buf, count, datatype);
  const int code = gate_file(Function::File_write_all_begin_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_all_begin_c(fh, buf, count, datatype);
}

int wrap_File_read_at_all_begin(MPI_File fh, MPI_Offset offset, void* buf, int count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_at_all_begin(fh, offset, buf, count, datatype);
  const int code = gate_file(Function::File_read_at_all_begin, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_at_all_begin(fh, offset, buf, count, datatype);
}

int wrap_File_read_at_all_begin_c(MPI_File fh, MPI_Offset offset, void* buf, MPI_Count count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_at_all_begin_c(fh, offset, buf, count, datatype);
  const int code = gate_file(Function::File_read_at_all_begin_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_at_all_begin_c(fh, offset, buf, count, datatype);
}

int wrap_File_write_at_all_begin(MPI_File fh, MPI_Offset offset, const void* buf, int count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_at_all_begin(fh, offset, buf, count, datatype);
  const int code = gate_file(Function::File_write_at_all_begin, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_at_all_begin(fh, offset, buf, count, datatype);
}

int wrap_File_write_at_all_begin_c(MPI_File fh, MPI_Offset offset, const void* buf, MPI_Count count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_at_all_begin_c(fh, offset, buf, count, datatype);
  const int code = gate_file(Function::File_write_at_all_begin_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_at_all_begin_c(fh, offset, buf, count, datatype);
}

int wrap_File_read_ordered_begin(MPI_File fh, void* buf, int count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_ordered_begin(fh, buf, count, datatype);
  const int code = gate_file(Function::File_read_ordered_begin, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_ordered_begin(fh, buf, count, datatype);
}

int wrap_File_read_ordered_begin_c(MPI_File fh, void* buf, MPI_Count count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_ordered_begin_c(fh, buf, count, datatype);
  const int code = gate_file(Function::File_read_ordered_begin_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_ordered_begin_c(fh, buf, count, datatype);
}

int wrap_File_write_ordered_begin(MPI_File fh, const void* buf, int count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_ordered_begin(fh, buf, count, datatype);
  const int code = gate_file(Function::File_write_ordered_begin, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_ordered_begin(fh, buf, count, datatype);
}

int wrap_File_write_ordered_begin_c(MPI_File fh, const void* buf, MPI_Count count, MPI_Datatype datatype) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_ordered_begin_c(fh, buf, count, datatype);
  const int code = gate_file(Function::File_write_ordered_begin_c, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_ordered_begin_c(fh, buf, count, datatype);
}

int wrap_File_read_all_end(MPI_File fh, void* buf, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_all_end(fh, buf, status);
  const int code = gate_file(Function::File_read_all_end, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_all_end(fh, buf, status);
}

int wrap_File_write_all_end(MPI_File fh, const void* buf, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_all_end(fh, buf, status);
  const int code = gate_file(Function::File_write_all_end, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_all_end(fh, buf, status);
}

int wrap_File_read_at_all_end(MPI_File fh, void* buf, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_at_all_end(fh, buf, status);
  const int code = gate_file(Function::File_read_at_all_end, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_at_all_end(fh, buf, status);
}

int wrap_File_write_at_all_end(MPI_File fh, const void* buf, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_at_all_end(fh, buf, status);
  const int code = gate_file(Function::File_write_at_all_end, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_at_all_end(fh, buf, status);
}

int wrap_File_read_ordered_end(MPI_File fh, void* buf, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_read_ordered_end(fh, buf, status);
  const int code = gate_file(Function::File_read_ordered_end, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_read_ordered_end(fh, buf, status);
}

int wrap_File_write_ordered_end(MPI_File fh, const void* buf, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_write_ordered_end(fh, buf, status);
  const int code = gate_file(Function::File_write_ordered_end, fh);
  if (code != MPI_SUCCESS) return code;
  return next_File_write_ordered_end(fh, buf, status);
}

int wrap_Comm_set_errhandler(MPI_Comm comm, MPI_Errhandler errhandler) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Comm_set_errhandler(comm, errhandler);
  if (ends_job(errhandler)) return refuse("MPI_ERRORS_ARE_FATAL and MPI_ERRORS_ABORT are refused inside a cell: an error would end the simulation");
  return next_Comm_set_errhandler(comm, errhandler);
}

int wrap_Win_set_errhandler(MPI_Win win, MPI_Errhandler errhandler) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Win_set_errhandler(win, errhandler);
  if (ends_job(errhandler)) return refuse("MPI_ERRORS_ARE_FATAL and MPI_ERRORS_ABORT are refused inside a cell: an error would end the simulation");
  return next_Win_set_errhandler(win, errhandler);
}

int wrap_File_set_errhandler(MPI_File fh, MPI_Errhandler errhandler) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_File_set_errhandler(fh, errhandler);
  if (ends_job(errhandler)) return refuse("MPI_ERRORS_ARE_FATAL and MPI_ERRORS_ABORT are refused inside a cell: an error would end the simulation");
  return next_File_set_errhandler(fh, errhandler);
}

int wrap_Abort(MPI_Comm comm, int errorcode) {
  if (!guarded()) return on_other_thread() ? refuse_elsewhere() : next_Abort(comm, errorcode);
  static_cast<void>(comm);
  static_cast<void>(errorcode);
  return refuse("MPI_Abort is refused inside a cell: it would end the simulation");
}

int wrap_Finalize() {
  if (!guarded()) return on_other_thread() ? refuse_elsewhere() : next_Finalize();
  return refuse("MPI_Finalize is refused inside a cell: MPI belongs to the simulation");
}

int wrap_Init(int* argc, char*** argv) {
  if (!guarded()) return on_other_thread() ? refuse_elsewhere() : next_Init(argc, argv);
  static_cast<void>(argc);
  static_cast<void>(argv);
  return refuse("MPI_Init is refused inside a cell: MPI belongs to the simulation");
}

int wrap_Init_thread(int* argc, char*** argv, int required, int* provided) {
  if (!guarded()) return on_other_thread() ? refuse_elsewhere() : next_Init_thread(argc, argv, required, provided);
  static_cast<void>(argc);
  static_cast<void>(argv);
  static_cast<void>(required);
  static_cast<void>(provided);
  return refuse("MPI_Init_thread is refused inside a cell: MPI belongs to the simulation");
}

const Replacement kReplaced[kReplacements] = {
  {Function::Send, Function::Isend, reinterpret_cast<void*>(&wrap_Send)},
  {Function::Isend, Function::Isend, reinterpret_cast<void*>(&wrap_Isend)},
  {Function::Send_init, Function::Send_init, reinterpret_cast<void*>(&wrap_Send_init)},
  {Function::Send_c, Function::Isend_c, reinterpret_cast<void*>(&wrap_Send_c)},
  {Function::Isend_c, Function::Isend_c, reinterpret_cast<void*>(&wrap_Isend_c)},
  {Function::Send_init_c, Function::Send_init_c, reinterpret_cast<void*>(&wrap_Send_init_c)},
  {Function::Ssend, Function::Issend, reinterpret_cast<void*>(&wrap_Ssend)},
  {Function::Issend, Function::Issend, reinterpret_cast<void*>(&wrap_Issend)},
  {Function::Ssend_init, Function::Ssend_init, reinterpret_cast<void*>(&wrap_Ssend_init)},
  {Function::Ssend_c, Function::Issend_c, reinterpret_cast<void*>(&wrap_Ssend_c)},
  {Function::Issend_c, Function::Issend_c, reinterpret_cast<void*>(&wrap_Issend_c)},
  {Function::Ssend_init_c, Function::Ssend_init_c, reinterpret_cast<void*>(&wrap_Ssend_init_c)},
  {Function::Bsend, Function::Ibsend, reinterpret_cast<void*>(&wrap_Bsend)},
  {Function::Ibsend, Function::Ibsend, reinterpret_cast<void*>(&wrap_Ibsend)},
  {Function::Bsend_init, Function::Bsend_init, reinterpret_cast<void*>(&wrap_Bsend_init)},
  {Function::Bsend_c, Function::Ibsend_c, reinterpret_cast<void*>(&wrap_Bsend_c)},
  {Function::Ibsend_c, Function::Ibsend_c, reinterpret_cast<void*>(&wrap_Ibsend_c)},
  {Function::Bsend_init_c, Function::Bsend_init_c, reinterpret_cast<void*>(&wrap_Bsend_init_c)},
  {Function::Rsend, Function::Irsend, reinterpret_cast<void*>(&wrap_Rsend)},
  {Function::Irsend, Function::Irsend, reinterpret_cast<void*>(&wrap_Irsend)},
  {Function::Rsend_init, Function::Rsend_init, reinterpret_cast<void*>(&wrap_Rsend_init)},
  {Function::Rsend_c, Function::Irsend_c, reinterpret_cast<void*>(&wrap_Rsend_c)},
  {Function::Irsend_c, Function::Irsend_c, reinterpret_cast<void*>(&wrap_Irsend_c)},
  {Function::Rsend_init_c, Function::Rsend_init_c, reinterpret_cast<void*>(&wrap_Rsend_init_c)},
  {Function::Recv, Function::Irecv, reinterpret_cast<void*>(&wrap_Recv)},
  {Function::Irecv, Function::Irecv, reinterpret_cast<void*>(&wrap_Irecv)},
  {Function::Recv_init, Function::Recv_init, reinterpret_cast<void*>(&wrap_Recv_init)},
  {Function::Recv_c, Function::Irecv_c, reinterpret_cast<void*>(&wrap_Recv_c)},
  {Function::Irecv_c, Function::Irecv_c, reinterpret_cast<void*>(&wrap_Irecv_c)},
  {Function::Recv_init_c, Function::Recv_init_c, reinterpret_cast<void*>(&wrap_Recv_init_c)},
  {Function::Barrier, Function::Ibarrier, reinterpret_cast<void*>(&wrap_Barrier)},
  {Function::Ibarrier, Function::Ibarrier, reinterpret_cast<void*>(&wrap_Ibarrier)},
  {Function::Barrier_init, Function::Barrier_init, reinterpret_cast<void*>(&wrap_Barrier_init)},
  {Function::Bcast, Function::Ibcast, reinterpret_cast<void*>(&wrap_Bcast)},
  {Function::Ibcast, Function::Ibcast, reinterpret_cast<void*>(&wrap_Ibcast)},
  {Function::Bcast_init, Function::Bcast_init, reinterpret_cast<void*>(&wrap_Bcast_init)},
  {Function::Bcast_c, Function::Ibcast_c, reinterpret_cast<void*>(&wrap_Bcast_c)},
  {Function::Ibcast_c, Function::Ibcast_c, reinterpret_cast<void*>(&wrap_Ibcast_c)},
  {Function::Bcast_init_c, Function::Bcast_init_c, reinterpret_cast<void*>(&wrap_Bcast_init_c)},
  {Function::Gather, Function::Igather, reinterpret_cast<void*>(&wrap_Gather)},
  {Function::Igather, Function::Igather, reinterpret_cast<void*>(&wrap_Igather)},
  {Function::Gather_init, Function::Gather_init, reinterpret_cast<void*>(&wrap_Gather_init)},
  {Function::Gather_c, Function::Igather_c, reinterpret_cast<void*>(&wrap_Gather_c)},
  {Function::Igather_c, Function::Igather_c, reinterpret_cast<void*>(&wrap_Igather_c)},
  {Function::Gather_init_c, Function::Gather_init_c, reinterpret_cast<void*>(&wrap_Gather_init_c)},
  {Function::Gatherv, Function::Igatherv, reinterpret_cast<void*>(&wrap_Gatherv)},
  {Function::Igatherv, Function::Igatherv, reinterpret_cast<void*>(&wrap_Igatherv)},
  {Function::Gatherv_init, Function::Gatherv_init, reinterpret_cast<void*>(&wrap_Gatherv_init)},
  {Function::Gatherv_c, Function::Igatherv_c, reinterpret_cast<void*>(&wrap_Gatherv_c)},
  {Function::Igatherv_c, Function::Igatherv_c, reinterpret_cast<void*>(&wrap_Igatherv_c)},
  {Function::Gatherv_init_c, Function::Gatherv_init_c, reinterpret_cast<void*>(&wrap_Gatherv_init_c)},
  {Function::Scatter, Function::Iscatter, reinterpret_cast<void*>(&wrap_Scatter)},
  {Function::Iscatter, Function::Iscatter, reinterpret_cast<void*>(&wrap_Iscatter)},
  {Function::Scatter_init, Function::Scatter_init, reinterpret_cast<void*>(&wrap_Scatter_init)},
  {Function::Scatter_c, Function::Iscatter_c, reinterpret_cast<void*>(&wrap_Scatter_c)},
  {Function::Iscatter_c, Function::Iscatter_c, reinterpret_cast<void*>(&wrap_Iscatter_c)},
  {Function::Scatter_init_c, Function::Scatter_init_c, reinterpret_cast<void*>(&wrap_Scatter_init_c)},
  {Function::Scatterv, Function::Iscatterv, reinterpret_cast<void*>(&wrap_Scatterv)},
  {Function::Iscatterv, Function::Iscatterv, reinterpret_cast<void*>(&wrap_Iscatterv)},
  {Function::Scatterv_init, Function::Scatterv_init, reinterpret_cast<void*>(&wrap_Scatterv_init)},
  {Function::Scatterv_c, Function::Iscatterv_c, reinterpret_cast<void*>(&wrap_Scatterv_c)},
  {Function::Iscatterv_c, Function::Iscatterv_c, reinterpret_cast<void*>(&wrap_Iscatterv_c)},
  {Function::Scatterv_init_c, Function::Scatterv_init_c, reinterpret_cast<void*>(&wrap_Scatterv_init_c)},
  {Function::Allgather, Function::Iallgather, reinterpret_cast<void*>(&wrap_Allgather)},
  {Function::Iallgather, Function::Iallgather, reinterpret_cast<void*>(&wrap_Iallgather)},
  {Function::Allgather_init, Function::Allgather_init, reinterpret_cast<void*>(&wrap_Allgather_init)},
  {Function::Allgather_c, Function::Iallgather_c, reinterpret_cast<void*>(&wrap_Allgather_c)},
  {Function::Iallgather_c, Function::Iallgather_c, reinterpret_cast<void*>(&wrap_Iallgather_c)},
  {Function::Allgather_init_c, Function::Allgather_init_c, reinterpret_cast<void*>(&wrap_Allgather_init_c)},
  {Function::Allgatherv, Function::Iallgatherv, reinterpret_cast<void*>(&wrap_Allgatherv)},
  {Function::Iallgatherv, Function::Iallgatherv, reinterpret_cast<void*>(&wrap_Iallgatherv)},
  {Function::Allgatherv_init, Function::Allgatherv_init, reinterpret_cast<void*>(&wrap_Allgatherv_init)},
  {Function::Allgatherv_c, Function::Iallgatherv_c, reinterpret_cast<void*>(&wrap_Allgatherv_c)},
  {Function::Iallgatherv_c, Function::Iallgatherv_c, reinterpret_cast<void*>(&wrap_Iallgatherv_c)},
  {Function::Allgatherv_init_c, Function::Allgatherv_init_c, reinterpret_cast<void*>(&wrap_Allgatherv_init_c)},
  {Function::Alltoall, Function::Ialltoall, reinterpret_cast<void*>(&wrap_Alltoall)},
  {Function::Ialltoall, Function::Ialltoall, reinterpret_cast<void*>(&wrap_Ialltoall)},
  {Function::Alltoall_init, Function::Alltoall_init, reinterpret_cast<void*>(&wrap_Alltoall_init)},
  {Function::Alltoall_c, Function::Ialltoall_c, reinterpret_cast<void*>(&wrap_Alltoall_c)},
  {Function::Ialltoall_c, Function::Ialltoall_c, reinterpret_cast<void*>(&wrap_Ialltoall_c)},
  {Function::Alltoall_init_c, Function::Alltoall_init_c, reinterpret_cast<void*>(&wrap_Alltoall_init_c)},
  {Function::Alltoallv, Function::Ialltoallv, reinterpret_cast<void*>(&wrap_Alltoallv)},
  {Function::Ialltoallv, Function::Ialltoallv, reinterpret_cast<void*>(&wrap_Ialltoallv)},
  {Function::Alltoallv_init, Function::Alltoallv_init, reinterpret_cast<void*>(&wrap_Alltoallv_init)},
  {Function::Alltoallv_c, Function::Ialltoallv_c, reinterpret_cast<void*>(&wrap_Alltoallv_c)},
  {Function::Ialltoallv_c, Function::Ialltoallv_c, reinterpret_cast<void*>(&wrap_Ialltoallv_c)},
  {Function::Alltoallv_init_c, Function::Alltoallv_init_c, reinterpret_cast<void*>(&wrap_Alltoallv_init_c)},
  {Function::Alltoallw, Function::Ialltoallw, reinterpret_cast<void*>(&wrap_Alltoallw)},
  {Function::Ialltoallw, Function::Ialltoallw, reinterpret_cast<void*>(&wrap_Ialltoallw)},
  {Function::Alltoallw_init, Function::Alltoallw_init, reinterpret_cast<void*>(&wrap_Alltoallw_init)},
  {Function::Alltoallw_c, Function::Ialltoallw_c, reinterpret_cast<void*>(&wrap_Alltoallw_c)},
  {Function::Ialltoallw_c, Function::Ialltoallw_c, reinterpret_cast<void*>(&wrap_Ialltoallw_c)},
  {Function::Alltoallw_init_c, Function::Alltoallw_init_c, reinterpret_cast<void*>(&wrap_Alltoallw_init_c)},
  {Function::Reduce, Function::Ireduce, reinterpret_cast<void*>(&wrap_Reduce)},
  {Function::Ireduce, Function::Ireduce, reinterpret_cast<void*>(&wrap_Ireduce)},
  {Function::Reduce_init, Function::Reduce_init, reinterpret_cast<void*>(&wrap_Reduce_init)},
  {Function::Reduce_c, Function::Ireduce_c, reinterpret_cast<void*>(&wrap_Reduce_c)},
  {Function::Ireduce_c, Function::Ireduce_c, reinterpret_cast<void*>(&wrap_Ireduce_c)},
  {Function::Reduce_init_c, Function::Reduce_init_c, reinterpret_cast<void*>(&wrap_Reduce_init_c)},
  {Function::Allreduce, Function::Iallreduce, reinterpret_cast<void*>(&wrap_Allreduce)},
  {Function::Iallreduce, Function::Iallreduce, reinterpret_cast<void*>(&wrap_Iallreduce)},
  {Function::Allreduce_init, Function::Allreduce_init, reinterpret_cast<void*>(&wrap_Allreduce_init)},
  {Function::Allreduce_c, Function::Iallreduce_c, reinterpret_cast<void*>(&wrap_Allreduce_c)},
  {Function::Iallreduce_c, Function::Iallreduce_c, reinterpret_cast<void*>(&wrap_Iallreduce_c)},
  {Function::Allreduce_init_c, Function::Allreduce_init_c, reinterpret_cast<void*>(&wrap_Allreduce_init_c)},
  {Function::Scan, Function::Iscan, reinterpret_cast<void*>(&wrap_Scan)},
  {Function::Iscan, Function::Iscan, reinterpret_cast<void*>(&wrap_Iscan)},
  {Function::Scan_init, Function::Scan_init, reinterpret_cast<void*>(&wrap_Scan_init)},
  {Function::Scan_c, Function::Iscan_c, reinterpret_cast<void*>(&wrap_Scan_c)},
  {Function::Iscan_c, Function::Iscan_c, reinterpret_cast<void*>(&wrap_Iscan_c)},
  {Function::Scan_init_c, Function::Scan_init_c, reinterpret_cast<void*>(&wrap_Scan_init_c)},
  {Function::Exscan, Function::Iexscan, reinterpret_cast<void*>(&wrap_Exscan)},
  {Function::Iexscan, Function::Iexscan, reinterpret_cast<void*>(&wrap_Iexscan)},
  {Function::Exscan_init, Function::Exscan_init, reinterpret_cast<void*>(&wrap_Exscan_init)},
  {Function::Exscan_c, Function::Iexscan_c, reinterpret_cast<void*>(&wrap_Exscan_c)},
  {Function::Iexscan_c, Function::Iexscan_c, reinterpret_cast<void*>(&wrap_Iexscan_c)},
  {Function::Exscan_init_c, Function::Exscan_init_c, reinterpret_cast<void*>(&wrap_Exscan_init_c)},
  {Function::Reduce_scatter, Function::Ireduce_scatter, reinterpret_cast<void*>(&wrap_Reduce_scatter)},
  {Function::Ireduce_scatter, Function::Ireduce_scatter, reinterpret_cast<void*>(&wrap_Ireduce_scatter)},
  {Function::Reduce_scatter_init, Function::Reduce_scatter_init, reinterpret_cast<void*>(&wrap_Reduce_scatter_init)},
  {Function::Reduce_scatter_c, Function::Ireduce_scatter_c, reinterpret_cast<void*>(&wrap_Reduce_scatter_c)},
  {Function::Ireduce_scatter_c, Function::Ireduce_scatter_c, reinterpret_cast<void*>(&wrap_Ireduce_scatter_c)},
  {Function::Reduce_scatter_init_c, Function::Reduce_scatter_init_c, reinterpret_cast<void*>(&wrap_Reduce_scatter_init_c)},
  {Function::Reduce_scatter_block, Function::Ireduce_scatter_block, reinterpret_cast<void*>(&wrap_Reduce_scatter_block)},
  {Function::Ireduce_scatter_block, Function::Ireduce_scatter_block, reinterpret_cast<void*>(&wrap_Ireduce_scatter_block)},
  {Function::Reduce_scatter_block_init, Function::Reduce_scatter_block_init, reinterpret_cast<void*>(&wrap_Reduce_scatter_block_init)},
  {Function::Reduce_scatter_block_c, Function::Ireduce_scatter_block_c, reinterpret_cast<void*>(&wrap_Reduce_scatter_block_c)},
  {Function::Ireduce_scatter_block_c, Function::Ireduce_scatter_block_c, reinterpret_cast<void*>(&wrap_Ireduce_scatter_block_c)},
  {Function::Reduce_scatter_block_init_c, Function::Reduce_scatter_block_init_c, reinterpret_cast<void*>(&wrap_Reduce_scatter_block_init_c)},
  {Function::Neighbor_allgather, Function::Ineighbor_allgather, reinterpret_cast<void*>(&wrap_Neighbor_allgather)},
  {Function::Ineighbor_allgather, Function::Ineighbor_allgather, reinterpret_cast<void*>(&wrap_Ineighbor_allgather)},
  {Function::Neighbor_allgather_init, Function::Neighbor_allgather_init, reinterpret_cast<void*>(&wrap_Neighbor_allgather_init)},
  {Function::Neighbor_allgather_c, Function::Ineighbor_allgather_c, reinterpret_cast<void*>(&wrap_Neighbor_allgather_c)},
  {Function::Ineighbor_allgather_c, Function::Ineighbor_allgather_c, reinterpret_cast<void*>(&wrap_Ineighbor_allgather_c)},
  {Function::Neighbor_allgather_init_c, Function::Neighbor_allgather_init_c, reinterpret_cast<void*>(&wrap_Neighbor_allgather_init_c)},
  {Function::Neighbor_allgatherv, Function::Ineighbor_allgatherv, reinterpret_cast<void*>(&wrap_Neighbor_allgatherv)},
  {Function::Ineighbor_allgatherv, Function::Ineighbor_allgatherv, reinterpret_cast<void*>(&wrap_Ineighbor_allgatherv)},
  {Function::Neighbor_allgatherv_init, Function::Neighbor_allgatherv_init, reinterpret_cast<void*>(&wrap_Neighbor_allgatherv_init)},
  {Function::Neighbor_allgatherv_c, Function::Ineighbor_allgatherv_c, reinterpret_cast<void*>(&wrap_Neighbor_allgatherv_c)},
  {Function::Ineighbor_allgatherv_c, Function::Ineighbor_allgatherv_c, reinterpret_cast<void*>(&wrap_Ineighbor_allgatherv_c)},
  {Function::Neighbor_allgatherv_init_c, Function::Neighbor_allgatherv_init_c, reinterpret_cast<void*>(&wrap_Neighbor_allgatherv_init_c)},
  {Function::Neighbor_alltoall, Function::Ineighbor_alltoall, reinterpret_cast<void*>(&wrap_Neighbor_alltoall)},
  {Function::Ineighbor_alltoall, Function::Ineighbor_alltoall, reinterpret_cast<void*>(&wrap_Ineighbor_alltoall)},
  {Function::Neighbor_alltoall_init, Function::Neighbor_alltoall_init, reinterpret_cast<void*>(&wrap_Neighbor_alltoall_init)},
  {Function::Neighbor_alltoall_c, Function::Ineighbor_alltoall_c, reinterpret_cast<void*>(&wrap_Neighbor_alltoall_c)},
  {Function::Ineighbor_alltoall_c, Function::Ineighbor_alltoall_c, reinterpret_cast<void*>(&wrap_Ineighbor_alltoall_c)},
  {Function::Neighbor_alltoall_init_c, Function::Neighbor_alltoall_init_c, reinterpret_cast<void*>(&wrap_Neighbor_alltoall_init_c)},
  {Function::Neighbor_alltoallv, Function::Ineighbor_alltoallv, reinterpret_cast<void*>(&wrap_Neighbor_alltoallv)},
  {Function::Ineighbor_alltoallv, Function::Ineighbor_alltoallv, reinterpret_cast<void*>(&wrap_Ineighbor_alltoallv)},
  {Function::Neighbor_alltoallv_init, Function::Neighbor_alltoallv_init, reinterpret_cast<void*>(&wrap_Neighbor_alltoallv_init)},
  {Function::Neighbor_alltoallv_c, Function::Ineighbor_alltoallv_c, reinterpret_cast<void*>(&wrap_Neighbor_alltoallv_c)},
  {Function::Ineighbor_alltoallv_c, Function::Ineighbor_alltoallv_c, reinterpret_cast<void*>(&wrap_Ineighbor_alltoallv_c)},
  {Function::Neighbor_alltoallv_init_c, Function::Neighbor_alltoallv_init_c, reinterpret_cast<void*>(&wrap_Neighbor_alltoallv_init_c)},
  {Function::Neighbor_alltoallw, Function::Ineighbor_alltoallw, reinterpret_cast<void*>(&wrap_Neighbor_alltoallw)},
  {Function::Ineighbor_alltoallw, Function::Ineighbor_alltoallw, reinterpret_cast<void*>(&wrap_Ineighbor_alltoallw)},
  {Function::Neighbor_alltoallw_init, Function::Neighbor_alltoallw_init, reinterpret_cast<void*>(&wrap_Neighbor_alltoallw_init)},
  {Function::Neighbor_alltoallw_c, Function::Ineighbor_alltoallw_c, reinterpret_cast<void*>(&wrap_Neighbor_alltoallw_c)},
  {Function::Ineighbor_alltoallw_c, Function::Ineighbor_alltoallw_c, reinterpret_cast<void*>(&wrap_Ineighbor_alltoallw_c)},
  {Function::Neighbor_alltoallw_init_c, Function::Neighbor_alltoallw_init_c, reinterpret_cast<void*>(&wrap_Neighbor_alltoallw_init_c)},
  {Function::Sendrecv, Function::Sendrecv, reinterpret_cast<void*>(&wrap_Sendrecv)},
  {Function::Sendrecv_c, Function::Sendrecv_c, reinterpret_cast<void*>(&wrap_Sendrecv_c)},
  {Function::Sendrecv_replace, Function::Sendrecv_replace, reinterpret_cast<void*>(&wrap_Sendrecv_replace)},
  {Function::Sendrecv_replace_c, Function::Sendrecv_replace_c, reinterpret_cast<void*>(&wrap_Sendrecv_replace_c)},
  {Function::Isendrecv, Function::Isendrecv, reinterpret_cast<void*>(&wrap_Isendrecv)},
  {Function::Isendrecv_c, Function::Isendrecv_c, reinterpret_cast<void*>(&wrap_Isendrecv_c)},
  {Function::Isendrecv_replace, Function::Isendrecv_replace, reinterpret_cast<void*>(&wrap_Isendrecv_replace)},
  {Function::Isendrecv_replace_c, Function::Isendrecv_replace_c, reinterpret_cast<void*>(&wrap_Isendrecv_replace_c)},
  {Function::Psend_init, Function::Psend_init, reinterpret_cast<void*>(&wrap_Psend_init)},
  {Function::Precv_init, Function::Precv_init, reinterpret_cast<void*>(&wrap_Precv_init)},
  {Function::Probe, Function::Probe, reinterpret_cast<void*>(&wrap_Probe)},
  {Function::Iprobe, Function::Iprobe, reinterpret_cast<void*>(&wrap_Iprobe)},
  {Function::Mprobe, Function::Mprobe, reinterpret_cast<void*>(&wrap_Mprobe)},
  {Function::Improbe, Function::Improbe, reinterpret_cast<void*>(&wrap_Improbe)},
  {Function::Mrecv, Function::Mrecv, reinterpret_cast<void*>(&wrap_Mrecv)},
  {Function::Mrecv_c, Function::Mrecv_c, reinterpret_cast<void*>(&wrap_Mrecv_c)},
  {Function::Imrecv, Function::Imrecv, reinterpret_cast<void*>(&wrap_Imrecv)},
  {Function::Imrecv_c, Function::Imrecv_c, reinterpret_cast<void*>(&wrap_Imrecv_c)},
  {Function::Start, Function::Start, reinterpret_cast<void*>(&wrap_Start)},
  {Function::Startall, Function::Startall, reinterpret_cast<void*>(&wrap_Startall)},
  {Function::Wait, Function::Wait, reinterpret_cast<void*>(&wrap_Wait)},
  {Function::Waitall, Function::Waitall, reinterpret_cast<void*>(&wrap_Waitall)},
  {Function::Waitany, Function::Waitany, reinterpret_cast<void*>(&wrap_Waitany)},
  {Function::Waitsome, Function::Waitsome, reinterpret_cast<void*>(&wrap_Waitsome)},
  {Function::Test, Function::Test, reinterpret_cast<void*>(&wrap_Test)},
  {Function::Testall, Function::Testall, reinterpret_cast<void*>(&wrap_Testall)},
  {Function::Testany, Function::Testany, reinterpret_cast<void*>(&wrap_Testany)},
  {Function::Testsome, Function::Testsome, reinterpret_cast<void*>(&wrap_Testsome)},
  {Function::Request_get_status, Function::Request_get_status, reinterpret_cast<void*>(&wrap_Request_get_status)},
  {Function::Request_free, Function::Request_free, reinterpret_cast<void*>(&wrap_Request_free)},
  {Function::Cancel, Function::Cancel, reinterpret_cast<void*>(&wrap_Cancel)},
  {Function::Comm_dup, Function::Comm_dup, reinterpret_cast<void*>(&wrap_Comm_dup)},
  {Function::Comm_dup_with_info, Function::Comm_dup_with_info, reinterpret_cast<void*>(&wrap_Comm_dup_with_info)},
  {Function::Comm_split, Function::Comm_split, reinterpret_cast<void*>(&wrap_Comm_split)},
  {Function::Comm_split_type, Function::Comm_split_type, reinterpret_cast<void*>(&wrap_Comm_split_type)},
  {Function::Comm_create, Function::Comm_create, reinterpret_cast<void*>(&wrap_Comm_create)},
  {Function::Cart_create, Function::Cart_create, reinterpret_cast<void*>(&wrap_Cart_create)},
  {Function::Cart_sub, Function::Cart_sub, reinterpret_cast<void*>(&wrap_Cart_sub)},
  {Function::Graph_create, Function::Graph_create, reinterpret_cast<void*>(&wrap_Graph_create)},
  {Function::Dist_graph_create, Function::Dist_graph_create, reinterpret_cast<void*>(&wrap_Dist_graph_create)},
  {Function::Dist_graph_create_adjacent, Function::Dist_graph_create_adjacent, reinterpret_cast<void*>(&wrap_Dist_graph_create_adjacent)},
  {Function::Intercomm_merge, Function::Intercomm_merge, reinterpret_cast<void*>(&wrap_Intercomm_merge)},
  {Function::Comm_idup, Function::Comm_idup, reinterpret_cast<void*>(&wrap_Comm_idup)},
  {Function::Comm_idup_with_info, Function::Comm_idup_with_info, reinterpret_cast<void*>(&wrap_Comm_idup_with_info)},
  {Function::Comm_create_group, Function::Comm_create_group, reinterpret_cast<void*>(&wrap_Comm_create_group)},
  {Function::Intercomm_create, Function::Intercomm_create, reinterpret_cast<void*>(&wrap_Intercomm_create)},
  {Function::Comm_free, Function::Comm_free, reinterpret_cast<void*>(&wrap_Comm_free)},
  {Function::Comm_disconnect, Function::Comm_disconnect, reinterpret_cast<void*>(&wrap_Comm_disconnect)},
  {Function::Comm_create_keyval, Function::Comm_create_keyval, reinterpret_cast<void*>(&wrap_Comm_create_keyval)},
  {Function::Comm_set_attr, Function::Comm_set_attr, reinterpret_cast<void*>(&wrap_Comm_set_attr)},
  {Function::Win_create, Function::Win_create, reinterpret_cast<void*>(&wrap_Win_create)},
  {Function::Win_create_c, Function::Win_create_c, reinterpret_cast<void*>(&wrap_Win_create_c)},
  {Function::Win_allocate, Function::Win_allocate, reinterpret_cast<void*>(&wrap_Win_allocate)},
  {Function::Win_allocate_c, Function::Win_allocate_c, reinterpret_cast<void*>(&wrap_Win_allocate_c)},
  {Function::Win_allocate_shared, Function::Win_allocate_shared, reinterpret_cast<void*>(&wrap_Win_allocate_shared)},
  {Function::Win_allocate_shared_c, Function::Win_allocate_shared_c, reinterpret_cast<void*>(&wrap_Win_allocate_shared_c)},
  {Function::Win_create_dynamic, Function::Win_create_dynamic, reinterpret_cast<void*>(&wrap_Win_create_dynamic)},
  {Function::Win_fence, Function::Win_fence, reinterpret_cast<void*>(&wrap_Win_fence)},
  {Function::Win_free, Function::Win_free, reinterpret_cast<void*>(&wrap_Win_free)},
  {Function::File_open, Function::File_open, reinterpret_cast<void*>(&wrap_File_open)},
  {Function::File_close, Function::File_close, reinterpret_cast<void*>(&wrap_File_close)},
  {Function::File_set_size, Function::File_set_size, reinterpret_cast<void*>(&wrap_File_set_size)},
  {Function::File_preallocate, Function::File_preallocate, reinterpret_cast<void*>(&wrap_File_preallocate)},
  {Function::File_set_info, Function::File_set_info, reinterpret_cast<void*>(&wrap_File_set_info)},
  {Function::File_set_view, Function::File_set_view, reinterpret_cast<void*>(&wrap_File_set_view)},
  {Function::File_set_atomicity, Function::File_set_atomicity, reinterpret_cast<void*>(&wrap_File_set_atomicity)},
  {Function::File_sync, Function::File_sync, reinterpret_cast<void*>(&wrap_File_sync)},
  {Function::File_seek_shared, Function::File_seek_shared, reinterpret_cast<void*>(&wrap_File_seek_shared)},
  {Function::File_read_all, Function::File_read_all, reinterpret_cast<void*>(&wrap_File_read_all)},
  {Function::File_read_all_c, Function::File_read_all_c, reinterpret_cast<void*>(&wrap_File_read_all_c)},
  {Function::File_write_all, Function::File_write_all, reinterpret_cast<void*>(&wrap_File_write_all)},
  {Function::File_write_all_c, Function::File_write_all_c, reinterpret_cast<void*>(&wrap_File_write_all_c)},
  {Function::File_read_at_all, Function::File_read_at_all, reinterpret_cast<void*>(&wrap_File_read_at_all)},
  {Function::File_read_at_all_c, Function::File_read_at_all_c, reinterpret_cast<void*>(&wrap_File_read_at_all_c)},
  {Function::File_write_at_all, Function::File_write_at_all, reinterpret_cast<void*>(&wrap_File_write_at_all)},
  {Function::File_write_at_all_c, Function::File_write_at_all_c, reinterpret_cast<void*>(&wrap_File_write_at_all_c)},
  {Function::File_read_ordered, Function::File_read_ordered, reinterpret_cast<void*>(&wrap_File_read_ordered)},
  {Function::File_read_ordered_c, Function::File_read_ordered_c, reinterpret_cast<void*>(&wrap_File_read_ordered_c)},
  {Function::File_write_ordered, Function::File_write_ordered, reinterpret_cast<void*>(&wrap_File_write_ordered)},
  {Function::File_write_ordered_c, Function::File_write_ordered_c, reinterpret_cast<void*>(&wrap_File_write_ordered_c)},
  {Function::File_read_all_begin, Function::File_read_all_begin, reinterpret_cast<void*>(&wrap_File_read_all_begin)},
  {Function::File_read_all_begin_c, Function::File_read_all_begin_c, reinterpret_cast<void*>(&wrap_File_read_all_begin_c)},
  {Function::File_write_all_begin, Function::File_write_all_begin, reinterpret_cast<void*>(&wrap_File_write_all_begin)},
  {Function::File_write_all_begin_c, Function::File_write_all_begin_c, reinterpret_cast<void*>(&wrap_File_write_all_begin_c)},
  {Function::File_read_at_all_begin, Function::File_read_at_all_begin, reinterpret_cast<void*>(&wrap_File_read_at_all_begin)},
  {Function::File_read_at_all_begin_c, Function::File_read_at_all_begin_c, reinterpret_cast<void*>(&wrap_File_read_at_all_begin_c)},
  {Function::File_write_at_all_begin, Function::File_write_at_all_begin, reinterpret_cast<void*>(&wrap_File_write_at_all_begin)},
  {Function::File_write_at_all_begin_c, Function::File_write_at_all_begin_c, reinterpret_cast<void*>(&wrap_File_write_at_all_begin_c)},
  {Function::File_read_ordered_begin, Function::File_read_ordered_begin, reinterpret_cast<void*>(&wrap_File_read_ordered_begin)},
  {Function::File_read_ordered_begin_c, Function::File_read_ordered_begin_c, reinterpret_cast<void*>(&wrap_File_read_ordered_begin_c)},
  {Function::File_write_ordered_begin, Function::File_write_ordered_begin, reinterpret_cast<void*>(&wrap_File_write_ordered_begin)},
  {Function::File_write_ordered_begin_c, Function::File_write_ordered_begin_c, reinterpret_cast<void*>(&wrap_File_write_ordered_begin_c)},
  {Function::File_read_all_end, Function::File_read_all_end, reinterpret_cast<void*>(&wrap_File_read_all_end)},
  {Function::File_write_all_end, Function::File_write_all_end, reinterpret_cast<void*>(&wrap_File_write_all_end)},
  {Function::File_read_at_all_end, Function::File_read_at_all_end, reinterpret_cast<void*>(&wrap_File_read_at_all_end)},
  {Function::File_write_at_all_end, Function::File_write_at_all_end, reinterpret_cast<void*>(&wrap_File_write_at_all_end)},
  {Function::File_read_ordered_end, Function::File_read_ordered_end, reinterpret_cast<void*>(&wrap_File_read_ordered_end)},
  {Function::File_write_ordered_end, Function::File_write_ordered_end, reinterpret_cast<void*>(&wrap_File_write_ordered_end)},
  {Function::Comm_set_errhandler, Function::Comm_set_errhandler, reinterpret_cast<void*>(&wrap_Comm_set_errhandler)},
  {Function::Win_set_errhandler, Function::Win_set_errhandler, reinterpret_cast<void*>(&wrap_Win_set_errhandler)},
  {Function::File_set_errhandler, Function::File_set_errhandler, reinterpret_cast<void*>(&wrap_File_set_errhandler)},
  {Function::Abort, Function::Abort, reinterpret_cast<void*>(&wrap_Abort)},
  {Function::Finalize, Function::Finalize, reinterpret_cast<void*>(&wrap_Finalize)},
  {Function::Init, Function::Init, reinterpret_cast<void*>(&wrap_Init)},
  {Function::Init_thread, Function::Init_thread, reinterpret_cast<void*>(&wrap_Init_thread)},
};

}  // namespace allranks::guard
