#include "stacks.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../link/msgpack.h"
#include "../shm/atomics.h"
#include "py_ref.h"

namespace allranks {

namespace {

constexpr std::uint64_t kPatience_ns = 500'000'000;
constexpr int kMostFrames = 64;
constexpr std::size_t kMostText = 64u << 10;

enum State : int { idle, asked, answered };

// Written by the handler while `asked`, read by the asking thread once `answered`.
std::atomic<int> g_state{idle};
int g_signal = 0;
int g_file = -1;
void* g_frames[kMostFrames];
int g_count = 0;
PyThreadState* g_thread = nullptr;
using DumpTraceback = void (*)(int, PyThreadState*);
DumpTraceback g_dump = nullptr;

void on_signal(int) {
  if (g_state.load(std::memory_order_acquire) != asked) return;
  const int before = errno;
  g_count = backtrace(g_frames, kMostFrames);
  if (g_dump && g_file >= 0) {
    lseek(g_file, 0, SEEK_SET);
    if (ftruncate(g_file, 0) == 0) g_dump(g_file, g_thread);
  }
  errno = before;
  g_state.store(answered, std::memory_order_release);
}

// Somebody may have given the signal another handler since, or none: then it would end the process.
bool is_ours(int signal) {
  struct sigaction present {};
  return signal != 0 && sigaction(signal, nullptr, &present) == 0 && present.sa_handler == on_signal;
}

std::string name_of(void* address) {
  Dl_info info{};
  char text[512];
  if (dladdr(address, &info) == 0 || !info.dli_fname) {
    std::snprintf(text, sizeof text, "%p", address);
    return text;
  }
  const char* slash = std::strrchr(info.dli_fname, '/');
  const std::string object = slash ? slash + 1 : info.dli_fname;
  if (!info.dli_sname) {
    std::snprintf(text, sizeof text, "%s: +0x%zx", object.c_str(), static_cast<std::size_t>(static_cast<char*>(address) - static_cast<char*>(info.dli_fbase)));
    return text;
  }
  int status = 0;
  char* plain = abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status);
  std::snprintf(text, sizeof text, "%s: %s+0x%zx", object.c_str(), plain ? plain : info.dli_sname,
                static_cast<std::size_t>(static_cast<char*>(address) - static_cast<char*>(info.dli_saddr)));
  std::free(plain);
  return text;
}

std::string python_frames() {
  std::string text(kMostText, '\0');
  const ssize_t length = g_file >= 0 ? pread(g_file, text.data(), text.size(), 0) : 0;
  text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  // The first line is a heading.
  const std::size_t end = text.find('\n');
  return end == std::string::npos ? std::string() : text.substr(end + 1);
}

}  // namespace

void prepare_stacks() {
  if (g_signal != 0) return;
  // Loads what backtrace needs: in a handler it may not.
  void* first[1];
  backtrace(first, 1);
  g_file = memfd_create("allranks-stacks", MFD_CLOEXEC);
  g_thread = PyGILState_GetThisThreadState();
  // What faulthandler uses; without it only the native calls are told.
  g_dump = reinterpret_cast<DumpTraceback>(dlsym(RTLD_DEFAULT, "_Py_DumpTraceback"));
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  for (int candidate = SIGRTMAX - 1; candidate > SIGRTMIN; --candidate) {
    struct sigaction present {};
    if (sigaction(candidate, nullptr, &present) != 0 || present.sa_handler != SIG_DFL || sigaction(candidate, &action, nullptr) != 0) continue;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, candidate);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    g_signal = candidate;
    return;
  }
}

void StackProbe::ask() {
  if (asked_ns_ != 0) return;
  asked_ns_ = shm::monotonic_ns();
  // An answer that came too late is of no use any more. A signal that is still on its way answers this request.
  int expected = answered;
  g_state.compare_exchange_strong(expected, idle);
  expected = idle;
  if (is_ours(g_signal) && g_state.compare_exchange_strong(expected, asked)) pthread_kill(subject_, g_signal);
}

std::optional<std::string> StackProbe::answer() {
  if (asked_ns_ == 0) return std::nullopt;
  Packer packed;
  if (g_state.load(std::memory_order_acquire) == answered) {
    std::string native;
    // The first two are the handler and the kernel's way into it.
    for (int at = 2; at < g_count; ++at) native += name_of(g_frames[at]) + "\n";
    packed.map(2).text("python").text(python_frames()).text("native").text(native);
    g_state.store(idle, std::memory_order_release);
  } else if (g_signal != 0 && shm::monotonic_ns() - asked_ns_ < kPatience_ns) {
    return std::nullopt;
  } else {
    packed.map(1).text("error").text(g_signal == 0 ? "no signal is free on this rank" : "does not answer: blocked in the kernel, or all signals are");
  }
  asked_ns_ = 0;
  return packed.bytes();
}

}  // namespace allranks
