// Calls of inline functions without a line of Python but the function's own.
//
// A simulation calls the same functions at every step, with caches that are full of its own data: what `_embed.run_function` does around
// a call costs some 10 us there. Here the same is done for the usual case: the function went well the last time, nobody debugs, and
// what it does is not unusual either. Everything else is left to `_embed`.
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "py_ref.h"

namespace allranks {

class QuickCalls {
 public:
  enum class End {
    elsewhere,  // not called: `_embed.run_function` has to
    well,
    // Called; how it ended is for `_embed.function_left` to say. A Python error may be set.
    unusual,
  };

  // All with the GIL held, on the main thread.
  End call(const std::string& name, const std::vector<std::string>& args, std::int64_t step);
  // After a call elsewhere that went well: the next one may be quick. No error is set afterwards.
  void learn(PyObject* embed, const std::string& name, const std::vector<std::string>& args);
  void forget();

 private:
  struct Known {
    Ref status;  // FunctionStatus
    Ref code;    // of the call as an expression
  };
  struct Names;
  static const Names& names();

  Ref namespace_, interrupts_, debugger_;
  std::unordered_map<std::string, Known> known_;
};

}  // namespace allranks
