// Where libyt lets the user in: a safe point of its own, at which the run stands still while a flag file is there.
#pragma once
#include <string>

namespace allranks {

struct EntryPoint {
  enum class Kind { jupyter, interactive, reload };
  Kind kind = Kind::jupyter;
  std::string flag_file;
  // Of yt_run_ReloadScript: the beginning of the names of its signal files, and the script that is read when asked for.
  std::string reload_file;
  std::string script;
  // Of yt_run_JupyterKernel: the connection file is the user's, not ours.
  bool connection_file_given = false;
};

inline const char* name_of(EntryPoint::Kind kind) {
  switch (kind) {
    case EntryPoint::Kind::jupyter: return "jupyter";
    case EntryPoint::Kind::interactive: return "interactive";
    case EntryPoint::Kind::reload: return "reload";
  }
  return "";
}

inline const char* function_of(EntryPoint::Kind kind) {
  switch (kind) {
    case EntryPoint::Kind::jupyter: return "yt_run_JupyterKernel";
    case EntryPoint::Kind::interactive: return "yt_run_InteractiveMode";
    case EntryPoint::Kind::reload: return "yt_run_ReloadScript";
  }
  return "";
}

}  // namespace allranks
