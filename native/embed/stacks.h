// What the simulation's thread does right now, told by another thread without the GIL: its native calls and its Python frames.
//
// A signal of the library's own interrupts the simulation's thread wherever it is, also inside malloc or MPI; its handler notes return
// addresses and lets Python write its frames into a memfd, both without locks or memory. Names are looked up by the thread that asked.
#pragma once
#include <pthread.h>

#include <cstdint>
#include <optional>
#include <string>

namespace allranks {

// Takes a real-time signal for it. On the simulation's thread, once Python runs; later calls do nothing.
void prepare_stacks();

// One request at a time, one thread at a time; the simulation's own thread may be the one that asks.
class StackProbe {
 public:
  explicit StackProbe(pthread_t subject) : subject_(subject) {}
  // Asks; an earlier request that was not answered yet is joined.
  void ask();
  // The answer as a MessagePack map {python, native}: lines of text, innermost call first; or {error: sentence} when the thread has not
  // answered for half a second. Nothing while it may still come. Never blocks.
  std::optional<std::string> answer();

 private:
  pthread_t subject_;
  std::uint64_t asked_ns_ = 0;
};

}  // namespace allranks
