#include "mpi_guard.h"

#include <cstdio>
#include <stdexcept>

#include "../embed/python.h"
#include "../link/bridge_link.h"
#include "../runtime.h"
#include "../shm/progress_page.h"

namespace allranks {

namespace {

constexpr const char* kWhatIsLost = "a cell whose ranks wait for each other in MPI holds the run until it is interrupted from outside, and MPI_Abort in a cell ends it";

}  // namespace

MpiGuard::MpiGuard(MPI_Comm cell_comm, MPI_Comm agree_comm) : agree_comm_(agree_comm) {
  std::string problem;
  try {
    guard::install(cell_comm);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  const int mine = problem.empty() ? 1 : 0;
  int everywhere = 0;
  Runtime::check_mpi(MPI_Allreduce(&mine, &everywhere, 1, MPI_INT, MPI_MIN, agree_comm), "MPI_Allreduce");
  active_ = everywhere != 0;
  told_ = active_ ? "active" : "reduced: the MPI guard could not start (" + (problem.empty() ? "on another rank" : problem) + "): " + kWhatIsLost;
}

MpiGuard::~MpiGuard() {
  if (guard::armed()) guard::disarm(true);
}

void MpiGuard::prove(Python& python) {
  std::string problem = active_ ? python.prove_guard(kWhatIsLost) : told_;
  const int mine = problem.empty() ? 0 : 1;
  int worst = 0, rank = 0;
  Runtime::check_mpi(MPI_Comm_rank(agree_comm_, &rank), "MPI_Comm_rank");
  Runtime::check_mpi(MPI_Allreduce(&mine, &worst, 1, MPI_INT, MPI_MAX, agree_comm_), "MPI_Allreduce");
  if (worst == 0) return;
  if (active_) told_ = "reduced: " + (problem.empty() ? std::string("MPI calls of another rank's Python are not guarded: ") + kWhatIsLost : problem);
  if (rank == 0) std::fprintf(stderr, "allranks: MPI in cells is not fully protected; %s.\n", told_.c_str());
}

std::string MpiGuard::unprotected() const {
  if (told_ != "active") return {};
  std::string all;
  // Of a group "what: MPI_A, MPI_B" the words; docs/faults.md has the calls.
  for (const std::string& group : guard::unprotected()) {
    if (!all.empty()) all += ", ";
    all += group.compare(0, 3, "no ") == 0 ? group : group.substr(0, group.find(':'));
  }
  return all;
}

void MpiGuard::register_comm(MPI_Comm comm) {
  if (active_) guard::register_comm(comm);
}

void MpiGuard::connect(BridgeLink& link) {
  link_ = &link;
  if (!active_) return;
  link.on_interrupt = [](std::uint64_t index) { guard::interrupt(index); };
  link.on_release = [](std::uint64_t index, const std::string& sentence) { guard::release(index, sentence); };
  link.on_probe = [this](std::uint64_t number, protocol::ProgressPage* page) {
    shm::write_progress(page, number, line_.load(std::memory_order_relaxed), guard::progress());
  };
}

bool MpiGuard::released_hook(void* self) {
  MpiGuard& guard = *static_cast<MpiGuard*>(self);
  return guard.released_(guard.waiting_since_ns_);
}

void MpiGuard::publish_hook(void* self, const guard::Waiting* waiting) { static_cast<MpiGuard*>(self)->publish(waiting); }

void MpiGuard::publish(const guard::Waiting* waiting) {
  // The line is looked up only once the call sleeps between its looks at MPI: it needs the GIL, which mpi4py has let go of.
  const bool sleeps = waiting != nullptr && waiting->since_ns == waiting_since_ns_;
  std::uint32_t line = 0;
  if (sleeps && python_ != nullptr) line = python_->line_of_caller(index_ < protocol::kFunctionIndexBase);
  waiting_since_ns_ = waiting == nullptr ? 0 : waiting->since_ns;
  waiting_function_ = waiting == nullptr ? "" : waiting->function;
  line_.store(line, std::memory_order_relaxed);
  if (link_ == nullptr) return;
  link_->board().update([&](protocol::Board& board) {
    shm::set_text(board.mpi_call, waiting == nullptr ? "" : waiting->function);
    board.mpi_comm = waiting == nullptr ? 0 : waiting->comm;
    board.mpi_since_ns = waiting_since_ns_;
    board.cell_line = line;
  });
}

void MpiGuard::arm(std::uint64_t index, Released released) {
  if (!active_) return;
  index_ = index;
  waiting_since_ns_ = 0;
  released_ = std::move(released);
  guard::Hooks hooks;
  hooks.context = this;
  hooks.released = released_ ? &released_hook : nullptr;
  hooks.publish = &publish_hook;
  guard::arm(index, hooks);
}

void MpiGuard::disarm(bool departed) {
  if (!active_) return;
  guard::disarm(departed);
  released_ = {};
}

std::string MpiGuard::waiting_call() const {
  const std::uint32_t line = line_.load(std::memory_order_relaxed);
  return std::string(waiting_function_) + (line == 0 ? "" : ", line " + std::to_string(line));
}

void MpiGuard::release(std::uint64_t index, const std::string& sentence) { guard::release(index, sentence); }

MpiGuard::Wait::Wait(MpiGuard& guard, const char* what) : guard_(guard), what_(what), counted_(guard.active_ && guard::armed()) {
  if (counted_) number_ = guard::gather_begin();
}

bool MpiGuard::Wait::must_end() {
  if (!counted_) return false;
  if (since_ns_ == 0) {
    since_ns_ = shm::monotonic_ns();
    guard::gather_waits(what_, number_);
  }
  // Twice, as guarded calls do: the second time with the line.
  if (told_ < 2) {
    ++told_;
    const guard::Waiting waiting{what_, 0, guard::kNoPeer, since_ns_};
    guard_.publish(&waiting);
  }
  return guard::gather_must_end(what_);
}

MpiGuard::Wait::~Wait() {
  if (counted_) guard::gather_end(met_);
  if (told_ > 0) guard_.publish(nullptr);
}

bool MpiGuard::wants_renewal() const { return active_ && guard::poisoned(); }

void MpiGuard::renew() {
  if (!active_) return;
  guard::poison_all();
  guard::refresh();
}

void MpiGuard::progress() {
  if (active_) guard::progress_mpi();
}

std::uint64_t MpiGuard::operations() const { return active_ ? guard::operations() : 0; }

std::uint64_t MpiGuard::lost_comms() const { return active_ ? guard::counters().dead_shadows : 0; }

void MpiGuard::close() {
  if (active_) guard::uninstall();
  active_ = false;
}

}  // namespace allranks
