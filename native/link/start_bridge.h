// Starts a bridge from rank 0, for runs that were not started by `allranks run`.
#pragma once
#include <string>
#include <utility>

namespace allranks {

// Runs `allranks bridge --job NAME --pid PID` and reads the path of the ranks' socket from its output, at most 20 s.
// Returns (path, "") or ("", one sentence). The bridge is a process of its own session and outlives this call.
std::pair<std::string, std::string> start_bridge(const std::string& job);

}  // namespace allranks
