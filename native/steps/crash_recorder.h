// Leaves behind what ended this process: the handler of a fatal signal writes number and address into shared memory, where the bridge
// finds it after the death, and then lets the signal do what it did before.
#pragma once

#include <signal.h>

#include <array>
#include <cstddef>
#include <memory>

#include "../shm/protocol_generated.h"

namespace allranks {

// At most one at a time in a process; made and destroyed on the main thread. While it lives SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT
// have its handler, but only those that had the default action or the stack printer of the MPI library: a handler of the
// simulation is never replaced. The main thread gets a signal stack if it has none, so that a stack overflow is recorded too.
// Children of a fork write nothing.
class CrashRecorder {
 public:
  // `record` must outlive the recorder.
  explicit CrashRecorder(protocol::CrashRecord* record);
  CrashRecorder(const CrashRecorder&) = delete;
  CrashRecorder& operator=(const CrashRecorder&) = delete;
  // Puts back what it replaced, unless somebody else has replaced it meanwhile.
  ~CrashRecorder();

 private:
  static constexpr std::size_t kStackBytes = 64 * 1024;
  std::unique_ptr<std::array<char, kStackBytes>> stack_;
};

}  // namespace allranks
