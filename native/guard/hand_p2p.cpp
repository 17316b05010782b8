// Guarded point-to-point calls that have no one nonblocking twin.
#include <memory>
#include <new>

#include "call.h"
#include "recorder.h"
#include "wait.h"

namespace allranks::guard {

namespace {

inline int start_send(const void* buf, int count, MPI_Datatype type, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return next_Isend(buf, count, type, dest, tag, comm, request);
}
inline int start_receive(void* buf, int count, MPI_Datatype type, int source, int tag, MPI_Comm comm, MPI_Request* request) {
  return next_Irecv(buf, count, type, source, tag, comm, request);
}
inline int start_matched(void* buf, int count, MPI_Datatype type, MPI_Message* message, MPI_Request* request) {
  return next_Imrecv(buf, count, type, message, request);
}
// MPI-4 has these; where `MPI_Count` is `int` they would be the functions above.
inline int start_send(const void* buf, MPI_Count count, MPI_Datatype type, int dest, int tag, MPI_Comm comm, MPI_Request* request) {
  return next_Isend_c(buf, count, type, dest, tag, comm, request);
}
inline int start_receive(void* buf, MPI_Count count, MPI_Datatype type, int source, int tag, MPI_Comm comm, MPI_Request* request) {
  return next_Irecv_c(buf, count, type, source, tag, comm, request);
}
inline int start_matched(void* buf, MPI_Count count, MPI_Datatype type, MPI_Message* message, MPI_Request* request) {
  return next_Imrecv_c(buf, count, type, message, request);
}

// A send and a receive that wait together. The receive is posted first: its buffer then takes the message without a detour.
template <class Count>
int exchange(Function function, const void* sendbuf, Count sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, Count recvcount,
             MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Status* status) {
  Call send(function, comm, Role::send, dest, sendtag);
  if (send.failed()) return send.code();
  Call receive(function, comm, Role::recv, source, recvtag);
  if (receive.failed()) return receive.code();
  if (send.bounces(sendbuf)) sendbuf = send.in(sendbuf, span_one(sendcount, sendtype));
  if (receive.bounces(recvbuf)) recvbuf = receive.out(recvbuf, span_one(recvcount, recvtype));
  int code = start_receive(recvbuf, recvcount, recvtype, source, recvtag, receive.comm(), receive.request());
  if (code != MPI_SUCCESS) return code;
  code = start_send(sendbuf, sendcount, sendtype, dest, sendtag, send.comm(), send.request());
  if (code != MPI_SUCCESS) {
    // The receive is on its way already; it is taken back.
    const bool was = receive.entry() != nullptr && receive.entry()->poisoned;
    receive.give_up();
    if (receive.entry() != nullptr) receive.entry()->poisoned = was;
    return code;
  }
  return finish_both(function, send, receive, status);
}

template <class Start>
int matched(Function function, void* buf, const Span& span, MPI_Message* message, Start start, MPI_Status* status, MPI_Request* request) {
  // The message belongs to the communicator of its probe already: the call itself needs none.
  Call call(function, MPI_COMM_NULL, Role::other, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  buf = call.force_out(buf, span);
  const int code = start(buf, message, call.request());
  return request != nullptr ? call.hand_over(code, request) : call.finish(code, status);
}

// Counts a message that a matching probe has taken.
void count_taken(CommEntry* entry, const MPI_Status& status) {
  if (entry == nullptr || entry->id == 0 || status.MPI_SOURCE == MPI_PROC_NULL) return;
  --entry->balance;
  recorder.completed(FlowKind::taken, entry->id, entry->cell_rank_of(status.MPI_SOURCE), status.MPI_TAG);
}

template <class Look>
int probe(Function function, int source, int tag, MPI_Comm comm, bool takes, MPI_Status* status, Look look) {
  Call call(function, comm, Role::recv, source, tag);
  if (call.failed()) return call.code();
  Wait wait(function, call.entry(), call.record().peer);
  for (;;) {
    int found = 0;
    MPI_Status result{};
    result.MPI_ERROR = MPI_SUCCESS;
    const int code = look(call.comm(), &found, &result);
    if (code != MPI_SUCCESS) return code;
    if (found) {
      if (takes) count_taken(call.entry(), result);
      if (status != MPI_STATUS_IGNORE) *status = result;
      return MPI_SUCCESS;
    }
    if (!wait.turn([&](NeedList& list) { add_need(list, call.record()); })) break;
  }
  // Nothing is under way, but the message may still come and would meet the next cell.
  if (call.entry() != nullptr) call.entry()->poison();
  return state.released_code;
}

// Looks once. Such loops are computing: the program decides how long it goes on.
template <class Look>
int look_once(Function function, MPI_Comm comm, bool takes, int* flag, MPI_Status* status, Look look) {
  Call call(function, comm, Role::other, kNoPeer, kNoTag);
  if (call.failed()) return call.code();
  MPI_Status result{};
  result.MPI_ERROR = MPI_SUCCESS;
  const int code = look(call.comm(), &result);
  if (code == MPI_SUCCESS && *flag) {
    if (takes) count_taken(call.entry(), result);
    if (status != MPI_STATUS_IGNORE) *status = result;
  }
  return code;
}

template <class Count>
int replace_exchange(Function function, void* buf, Count count, MPI_Datatype type, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Status* status) {
  const Span span = span_one(count, type);
  // What is sent must not change while the answer comes in: a copy is sent, of any size.
  std::unique_ptr<char[]> copy(new (std::nothrow) char[span.bytes + 1]);
  if (!copy) return MPI_ERR_NO_MEM;
  std::memcpy(copy.get(), static_cast<char*>(buf) + span.offset, span.bytes);
  const int code = exchange(function, copy.get() - span.offset, count, type, dest, sendtag, buf, count, type, source, recvtag, comm, status);
  // MPI may still read what was too large for memory of the call itself.
  if (code == state.released_code && span.bytes > state.options.bounce_bytes) static_cast<void>(copy.release());
  return code;
}

}  // namespace

int wrap_Sendrecv(const void* sendbuf, int sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, int recvcount, MPI_Datatype recvtype, int source,
                  int recvtag, MPI_Comm comm, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Sendrecv(sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm, status);
  return exchange(Function::Sendrecv, sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm, status);
}

int wrap_Sendrecv_c(const void* sendbuf, MPI_Count sendcount, MPI_Datatype sendtype, int dest, int sendtag, void* recvbuf, MPI_Count recvcount,
                    MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Sendrecv_c(sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm, status);
  return exchange(Function::Sendrecv_c, sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm, status);
}

int wrap_Sendrecv_replace(void* buf, int count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Sendrecv_replace(buf, count, datatype, dest, sendtag, source, recvtag, comm, status);
  return replace_exchange(Function::Sendrecv_replace, buf, count, datatype, dest, sendtag, source, recvtag, comm, status);
}

int wrap_Sendrecv_replace_c(void* buf, MPI_Count count, MPI_Datatype datatype, int dest, int sendtag, int source, int recvtag, MPI_Comm comm, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Sendrecv_replace_c(buf, count, datatype, dest, sendtag, source, recvtag, comm, status);
  return replace_exchange(Function::Sendrecv_replace_c, buf, count, datatype, dest, sendtag, source, recvtag, comm, status);
}

int wrap_Probe(int source, int tag, MPI_Comm comm, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Probe(source, tag, comm, status);
  return probe(Function::Probe, source, tag, comm, false, status, [&](MPI_Comm on, int* found, MPI_Status* result) { return next_Iprobe(source, tag, on, found, result); });
}

int wrap_Mprobe(int source, int tag, MPI_Comm comm, MPI_Message* message, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Mprobe(source, tag, comm, message, status);
  return probe(Function::Mprobe, source, tag, comm, true, status,
               [&](MPI_Comm on, int* found, MPI_Status* result) { return next_Improbe(source, tag, on, found, message, result); });
}

int wrap_Iprobe(int source, int tag, MPI_Comm comm, int* flag, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Iprobe(source, tag, comm, flag, status);
  return look_once(Function::Iprobe, comm, false, flag, status, [&](MPI_Comm on, MPI_Status* result) { return next_Iprobe(source, tag, on, flag, result); });
}

int wrap_Improbe(int source, int tag, MPI_Comm comm, int* flag, MPI_Message* message, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Improbe(source, tag, comm, flag, message, status);
  return look_once(Function::Improbe, comm, true, flag, status, [&](MPI_Comm on, MPI_Status* result) { return next_Improbe(source, tag, on, flag, message, result); });
}

int wrap_Mrecv(void* buf, int count, MPI_Datatype datatype, MPI_Message* message, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Mrecv(buf, count, datatype, message, status);
  return matched(Function::Mrecv, buf, span_one(count, datatype), message,
                 [&](void* to, MPI_Message* from, MPI_Request* request) { return start_matched(to, count, datatype, from, request); }, status, nullptr);
}

int wrap_Mrecv_c(void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Message* message, MPI_Status* status) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Mrecv_c(buf, count, datatype, message, status);
  return matched(Function::Mrecv_c, buf, span_one(count, datatype), message,
                 [&](void* to, MPI_Message* from, MPI_Request* request) { return start_matched(to, count, datatype, from, request); }, status, nullptr);
}

int wrap_Imrecv(void* buf, int count, MPI_Datatype datatype, MPI_Message* message, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Imrecv(buf, count, datatype, message, request);
  return matched(Function::Imrecv, buf, span_one(count, datatype), message,
                 [&](void* to, MPI_Message* from, MPI_Request* made) { return start_matched(to, count, datatype, from, made); }, MPI_STATUS_IGNORE, request);
}

int wrap_Imrecv_c(void* buf, MPI_Count count, MPI_Datatype datatype, MPI_Message* message, MPI_Request* request) {
  if (!guarded()) return elsewhere() ? refuse_elsewhere() : next_Imrecv_c(buf, count, datatype, message, request);
  return matched(Function::Imrecv_c, buf, span_one(count, datatype), message,
                 [&](void* to, MPI_Message* from, MPI_Request* made) { return start_matched(to, count, datatype, from, made); }, MPI_STATUS_IGNORE, request);
}

}  // namespace allranks::guard
