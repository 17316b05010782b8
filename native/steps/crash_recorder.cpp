#include "crash_recorder.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>

#include "../shm/atomics.h"

namespace allranks {

namespace {

constexpr std::array<int, 5> kSignals{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// What the handler needs: it may interrupt anything, so there is no lock and no allocation, and it is kept when the recorder goes.
struct State {
  std::atomic<protocol::CrashRecord*> record{nullptr};
  pid_t process = 0;
  pid_t main_thread = 0;
  std::array<struct sigaction, kSignals.size()> before{};
  std::array<bool, kSignals.size()> ours{};
};
State state;

void on_crash(int signal, siginfo_t* info, void*) {
  protocol::CrashRecord* const record = state.record.load(std::memory_order_acquire);
  // A forked child shares the memory, not the fate.
  if (record != nullptr && getpid() == state.process && shm::load_acquire(&record->signal) == 0) {
    const auto thread = static_cast<pid_t>(syscall(SYS_gettid));
    record->code = static_cast<std::uint32_t>(info->si_code);
    record->address = reinterpret_cast<std::uint64_t>(info->si_addr);
    record->at_ns = shm::monotonic_ns();
    record->thread = static_cast<std::uint32_t>(thread);
    record->is_main = thread == state.main_thread ? 1 : 0;
    shm::store_release(&record->signal, static_cast<std::uint32_t>(signal));
  }
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    if (kSignals[i] == signal) sigaction(signal, &state.before[i], nullptr);
  }
  // A fault happens again as the instruction is repeated, now with the action from before. A signal that was sent must be sent again; it
  // waits until this handler returns.
  if (info->si_code <= 0) syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), signal);
}

// Is this handler the MPI library's own, which prints a stack and lets the signal go on?
bool belongs_to_mpi(const struct sigaction& action) {
  Dl_info where{};
  void* handler = (action.sa_flags & SA_SIGINFO) != 0 ? reinterpret_cast<void*>(action.sa_sigaction) : reinterpret_cast<void*>(action.sa_handler);
  if (dladdr(handler, &where) == 0 || where.dli_fname == nullptr) return false;
  const char* slash = std::strrchr(where.dli_fname, '/');
  const char* name = slash != nullptr ? slash + 1 : where.dli_fname;
  return std::strncmp(name, "libopen-pal", 11) == 0 || std::strncmp(name, "libmpi", 6) == 0;
}

bool is_ours(const struct sigaction& action) { return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == on_crash; }

}  // namespace

CrashRecorder::CrashRecorder(protocol::CrashRecord* record) {
  stack_t stack{};
  if (sigaltstack(nullptr, &stack) == 0 && (stack.ss_flags & SS_DISABLE) != 0) {
    stack_ = std::make_unique<std::array<char, kStackBytes>>();
    stack = {};
    stack.ss_sp = stack_->data();
    stack.ss_size = stack_->size();
    if (sigaltstack(&stack, nullptr) != 0) stack_.reset();
  }
  state.process = getpid();
  state.main_thread = static_cast<pid_t>(syscall(SYS_gettid));
  state.record.store(record, std::memory_order_release);
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    struct sigaction before{};
    if (sigaction(kSignals[i], nullptr, &before) != 0) continue;
    const bool standard = (before.sa_flags & SA_SIGINFO) == 0 && before.sa_handler == SIG_DFL;
    if (!standard && !belongs_to_mpi(before)) continue;
    state.before[i] = before;
    struct sigaction action{};
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    state.ours[i] = sigaction(kSignals[i], &action, nullptr) == 0;
  }
}

CrashRecorder::~CrashRecorder() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    struct sigaction now{};
    if (state.ours[i] && sigaction(kSignals[i], nullptr, &now) == 0 && is_ours(now)) sigaction(kSignals[i], &state.before[i], nullptr);
    state.ours[i] = false;
  }
  state.record.store(nullptr, std::memory_order_release);
  if (!stack_) return;
  stack_t stack{};
  if (sigaltstack(nullptr, &stack) != 0 || stack.ss_sp != stack_->data()) {
    // Somebody has set another one, and may put ours back: its memory stays.
    (void)stack_.release();
    return;
  }
  stack = {};
  stack.ss_flags = SS_DISABLE;
  // Refused while a handler runs on it: then the memory must stay.
  if (sigaltstack(&stack, nullptr) != 0) stack_.release();
}

}  // namespace allranks
