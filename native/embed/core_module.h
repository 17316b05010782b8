// The built-in module `_allranks` (native/python/README.md): what Python in a rank can ask of the library.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "../shm/protocol_generated.h"

struct _object;
typedef struct _object PyObject;

namespace allranks {

class BridgeLink;
class Runtime;

// The runtime for the length of one call of Python. A thread that lets go of the GIL in between still uses it, so finalize
// waits for these. False, with an exception set, when there is none. With the GIL.
class CoreCall {
 public:
  CoreCall();
  ~CoreCall();
  CoreCall(const CoreCall&) = delete;
  CoreCall& operator=(const CoreCall&) = delete;
  explicit operator bool() const { return runtime_ != nullptr; }
  Runtime* operator->() const { return runtime_; }
  // Null: no bridge.
  BridgeLink* link() const;
  // Sends with the GIL given away while the ring is full; an interrupt of the cell ends the wait, with its exception set and null
  // returned. A forked child has no ring: nothing is sent.
  PyObject* send(protocol::RingKind kind, std::uint64_t index, const char* data, std::ptrdiff_t length) const;
  // Waits in the same way until what other threads send now is in the ring or given up.
  PyObject* await_others() const;

 private:
  PyObject* wait(const std::function<void(BridgeLink& link, const std::function<bool()>& patience)>& act) const;
  Runtime* runtime_;
};

// Init function of the module; needs the GIL. Null with an exception set on failure.
extern "C" PyObject* create_core_module();
// The runtime that the module speaks for; null after finalize. Set before Python runs any code of ours.
void set_core_runtime(Runtime* runtime);
// After set_core_runtime(nullptr): waits for Python threads that are inside of calls, for example in a write that waits for
// room. False: one still is after `limit`, and what it uses must stay. The caller must not hold the GIL.
bool await_core_calls(std::chrono::milliseconds limit);

}  // namespace allranks
