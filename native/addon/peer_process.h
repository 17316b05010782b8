// The process at the other end of a socket, and how it ended: it is no child of ours, so that nobody tells us.
#pragma once

#include <sys/types.h>

#include <optional>

#include "unique_fd.h"

namespace allranks::addon {

// How a process ended, as of waitpid, from its open /proc/PID/stat; none while it runs, and when it is gone altogether. Never throws.
std::optional<int> ended_status(int stat_file);

class PeerProcess {
 public:
  PeerProcess() = default;
  // The process that connected `socket`, as the kernel knows it. Nothing is known later when that fails (no descriptor left, no
  // such system call).
  explicit PeerProcess(int socket);

  // Reads the status from /proc, for kernels that tell it in no other way: while the process is a zombie only.
  void look();
  // Status as of waitpid; none while it runs, and when it could not be learned.
  std::optional<int> wait_status() const;

 private:
  pid_t pid_ = 0;
  UniqueFd handle_;
  std::optional<int> seen_;
};

}  // namespace allranks::addon
