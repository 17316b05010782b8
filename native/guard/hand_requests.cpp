// Guarded calls on requests. They follow requests made in cells wherever those complete: also outside of cells, and on other
// threads, since their data may lie in memory of the guard.
#include <vector>

#include "call.h"
#include "recorder.h"
#include "wait.h"

namespace allranks::guard {

namespace {

constexpr const char* kDead = "this request belongs to a cell that was ended in the middle of MPI calls and is dead";

// The requests of one call: which of them are of cells, and their statuses.
class Batch {
 public:
  Batch(int count, MPI_Request* requests) : requests_(requests), count_(count < 0 ? 0 : static_cast<std::size_t>(count)) {
    if (!any_tracked()) return;
    records_.resize(count_);
    for (std::size_t i = 0; i < count_; ++i) {
      records_[i] = tracked(requests[i]);
      if (records_[i] != nullptr) any_ = true;
      if (records_[i] != nullptr && is_dead(*records_[i])) dead_ = true;
    }
  }

  bool any() const { return any_; }
  bool dead() const { return dead_; }

  // Where MPI is to write statuses: the caller's, or own ones where the caller wants none but the guard does.
  MPI_Status* statuses(MPI_Status* given) {
    if (given != MPI_STATUSES_IGNORE && given != MPI_STATUS_IGNORE) return given_ = given;
    if (!any_) return given;
    own_.resize(count_ == 0 ? 1 : count_);
    return given_ = own_.data();
  }

  // Requests that MPI has set to null are complete. `status_of(i)`: index of the status of request i, or -1. Persistent ones stay as
  // they are: those are complete that `ended(i)` names.
  template <class StatusOf, class Ended>
  void settle_complete(const StatusOf& status_of, const Ended& ended) {
    if (!any_) return;
    for (std::size_t i = 0; i < count_; ++i) {
      Record* record = records_[i];
      if (record == nullptr) continue;
      if (record->persistent && requests_[i] != MPI_REQUEST_NULL) {
        const int at = ended(static_cast<int>(i)) && given_ != nullptr ? status_of(static_cast<int>(i)) : -1;
        if (ended(static_cast<int>(i))) complete_persistent(record, at < 0 ? nullptr : given_ + at);
        continue;
      }
      if (requests_[i] != MPI_REQUEST_NULL) continue;
      untrack(record);
      const int at = given_ == nullptr ? -1 : status_of(static_cast<int>(i));
      settle(record, at < 0 ? nullptr : given_ + at);
      records_[i] = nullptr;
    }
  }

  void needs(NeedList& list, bool all) const {
    list.all = all;
    if (!any_) list.complete = false;
    for (std::size_t i = 0; any_ && i < count_; ++i) {
      if (requests_[i] == MPI_REQUEST_NULL) continue;
      if (records_[i] == nullptr) {
        list.complete = false;
      } else {
        add_need(list, *records_[i]);
      }
    }
  }

  // After MPI_Start: `code` is its answer.
  void count_started(int code) const {
    for (Record* record : records_) {
      if (record == nullptr) continue;
      if (code == MPI_SUCCESS) {
        start_persistent(record);
      } else {
        lose_count(*record);
      }
    }
  }

  CommEntry* entry() const {
    for (const Record* record : records_) {
      if (record != nullptr) return record->entry;
    }
    return nullptr;
  }

  void poison() const {
    for (const Record* record : records_) {
      if (record != nullptr && record->entry != nullptr) record->entry->poison();
    }
  }

  int peer() const { return count_ == 1 && any_ && records_[0] != nullptr ? records_[0]->peer : kNoPeer; }

 private:
  MPI_Request* requests_;
  std::size_t count_;
  std::vector<Record*> records_;
  std::vector<MPI_Status> own_;
  MPI_Status* given_ = nullptr;
  bool any_ = false;
  bool dead_ = false;
};

int first(int) { return 0; }
int same(int i) { return i; }

// Which requests are complete, where MPI leaves the handle as it is.
struct All {
  bool done;
  bool operator()(int) const { return done; }
};
struct One {
  bool done;
  const int* index;
  bool operator()(int i) const { return done && *index == i; }
};

struct Among {
  const int* count;
  const int* indices;
  int operator()(int i) const {
    for (int k = 0; *count != MPI_UNDEFINED && k < *count; ++k) {
      if (indices[k] == i) return k;
    }
    return -1;
  }
};
struct Some {
  bool done;
  Among among;
  bool operator()(int i) const { return done && among(i) >= 0; }
};

// `look(done)`: one test of MPI.
template <class Look>
int wait_for(Function function, Batch& batch, bool all, const Look& look) {
  if (must_end(kCalls[static_cast<int>(function)])) return state.released_code;
  if (batch.dead()) return tell(state.dead_code, kDead);
  Wait wait(function, batch.entry(), batch.peer());
  for (;;) {
    int done = 0;
    const int code = look(&done);
    if (done || code != MPI_SUCCESS) return code;
    // The requests stay the caller's and are looked after when their shadow is replaced.
    if (!wait.turn([&](NeedList& list) { batch.needs(list, all); })) break;
  }
  batch.poison();
  return state.released_code;
}

int refusal(Function function, const Batch& batch) {
  if (must_end(kCalls[static_cast<int>(function)])) return state.released_code;
  return batch.dead() ? tell(state.dead_code, kDead) : MPI_SUCCESS;
}

}  // namespace

int wrap_Wait(MPI_Request* request, MPI_Status* status) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Wait(request, status);
  Batch batch(1, request);
  MPI_Status* into = batch.statuses(status);
  const int code = in_cell ? wait_for(Function::Wait, batch, true, [&](int* done) { return next_Test(request, done, into); }) : next_Wait(request, into);
  batch.settle_complete(first, All{code == MPI_SUCCESS});
  return code;
}

int wrap_Waitall(int count, MPI_Request requests[], MPI_Status statuses[]) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Waitall(count, requests, statuses);
  Batch batch(count, requests);
  MPI_Status* into = batch.statuses(statuses);
  const int code =
      in_cell ? wait_for(Function::Waitall, batch, true, [&](int* done) { return next_Testall(count, requests, done, into); }) : next_Waitall(count, requests, into);
  batch.settle_complete(same, All{code == MPI_SUCCESS});
  return code;
}

int wrap_Waitany(int count, MPI_Request requests[], int* index, MPI_Status* status) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Waitany(count, requests, index, status);
  Batch batch(count, requests);
  MPI_Status* into = batch.statuses(status);
  const int code = in_cell ? wait_for(Function::Waitany, batch, false, [&](int* done) { return next_Testany(count, requests, index, done, into); })
                           : next_Waitany(count, requests, index, into);
  batch.settle_complete(first, One{code == MPI_SUCCESS, index});
  return code;
}

int wrap_Waitsome(int incount, MPI_Request requests[], int* outcount, int indices[], MPI_Status statuses[]) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Waitsome(incount, requests, outcount, indices, statuses);
  Batch batch(incount, requests);
  MPI_Status* into = batch.statuses(statuses);
  const auto look = [&](int* done) {
    const int code = next_Testsome(incount, requests, outcount, indices, into);
    *done = *outcount != 0;
    return code;
  };
  const int code = in_cell ? wait_for(Function::Waitsome, batch, false, look) : next_Waitsome(incount, requests, outcount, indices, into);
  batch.settle_complete(Among{outcount, indices}, Some{code == MPI_SUCCESS, {outcount, indices}});
  return code;
}

int wrap_Test(MPI_Request* request, int* flag, MPI_Status* status) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Test(request, flag, status);
  Batch batch(1, request);
  if (in_cell) {
    const int refused = refusal(Function::Test, batch);
    if (refused != MPI_SUCCESS) return refused;
  }
  const int code = next_Test(request, flag, batch.statuses(status));
  batch.settle_complete(first, All{code == MPI_SUCCESS && *flag != 0});
  return code;
}

int wrap_Testall(int count, MPI_Request requests[], int* flag, MPI_Status statuses[]) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Testall(count, requests, flag, statuses);
  Batch batch(count, requests);
  if (in_cell) {
    const int refused = refusal(Function::Testall, batch);
    if (refused != MPI_SUCCESS) return refused;
  }
  const int code = next_Testall(count, requests, flag, batch.statuses(statuses));
  batch.settle_complete(same, All{code == MPI_SUCCESS && *flag != 0});
  return code;
}

int wrap_Testany(int count, MPI_Request requests[], int* index, int* flag, MPI_Status* status) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Testany(count, requests, index, flag, status);
  Batch batch(count, requests);
  if (in_cell) {
    const int refused = refusal(Function::Testany, batch);
    if (refused != MPI_SUCCESS) return refused;
  }
  const int code = next_Testany(count, requests, index, flag, batch.statuses(status));
  batch.settle_complete(first, One{code == MPI_SUCCESS && *flag != 0, index});
  return code;
}

int wrap_Testsome(int incount, MPI_Request requests[], int* outcount, int indices[], MPI_Status statuses[]) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Testsome(incount, requests, outcount, indices, statuses);
  Batch batch(incount, requests);
  if (in_cell) {
    const int refused = refusal(Function::Testsome, batch);
    if (refused != MPI_SUCCESS) return refused;
  }
  const int code = next_Testsome(incount, requests, outcount, indices, batch.statuses(statuses));
  batch.settle_complete(Among{outcount, indices}, Some{code == MPI_SUCCESS, {outcount, indices}});
  return code;
}

int wrap_Request_get_status(MPI_Request request, int* flag, MPI_Status* status) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Request_get_status(request, flag, status);
  Batch batch(1, &request);
  if (in_cell) {
    const int refused = refusal(Function::Request_get_status, batch);
    if (refused != MPI_SUCCESS) return refused;
  }
  const int code = next_Request_get_status(request, flag, status);
  if (code == MPI_SUCCESS && *flag) {
    if (Record* record = tracked(request)) deliver(record);
  }
  return code;
}

int wrap_Request_free(MPI_Request* request) {
  Record* record = tracked(*request);
  if (record == nullptr) return next_Request_free(request);
  untrack(record);
  if (record->persistent) {
    const int code = next_Request_free(request);
    settle(record, nullptr);
    return code;
  }
  // MPI may work on the request after this; the guard keeps it, and its memory, until it is complete.
  *request = MPI_REQUEST_NULL;
  keep_until_complete(record);
  return MPI_SUCCESS;
}

int wrap_Cancel(MPI_Request* request) { return elsewhere() ? refuse_elsewhere() : next_Cancel(request); }

// Those of a cell are counted wherever they are started: a message that nobody knows of would look like one that never comes.
int wrap_Start(MPI_Request* request) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Start(request);
  const Batch batch(1, request);
  if (in_cell) {
    const int refused = refusal(Function::Start, batch);
    if (refused != MPI_SUCCESS) return refused;
  }
  const int code = next_Start(request);
  batch.count_started(code);
  return code;
}

int wrap_Startall(int count, MPI_Request requests[]) {
  if (elsewhere()) return refuse_elsewhere();
  const bool in_cell = guarded();
  if (!in_cell && !any_tracked()) return next_Startall(count, requests);
  const Batch batch(count, requests);
  if (in_cell) {
    const int refused = refusal(Function::Startall, batch);
    if (refused != MPI_SUCCESS) return refused;
  }
  const int code = next_Startall(count, requests);
  batch.count_started(code);
  return code;
}

}  // namespace allranks::guard
