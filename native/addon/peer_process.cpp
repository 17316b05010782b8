#include "peer_process.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

namespace allranks::addon {

namespace {

// <linux/pidfd.h> of Linux 6.15, named here since the headers of most systems are older. The kernel gives the exit status of a
// process also after its parent has fetched it.
struct PidfdInfo {
  std::uint64_t mask;
  std::uint64_t cgroup;
  std::uint32_t identities[11];
  std::int32_t exit_code;
};
static_assert(sizeof(PidfdInfo) == 64);
constexpr std::uint64_t kInfoExit = 1u << 3;
constexpr unsigned long kGetInfo = _IOWR(0xFF, 11, PidfdInfo);

#ifndef SYS_pidfd_open
constexpr long SYS_pidfd_open = 434;
#endif

}  // namespace

PeerProcess::PeerProcess(int socket) {
  ucred peer{};
  socklen_t length = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.pid <= 0) return;
  pid_ = peer.pid;
  handle_ = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, peer.pid, 0)));
}

std::optional<int> ended_status(int stat_file) {
  // Not by a stream: one throws when the process is fetched by its parent between the opening and the reading, as happens when a
  // launcher is quick. The numbers before field 52 have 20 digits at most.
  char text[2048];
  const ssize_t size = pread(stat_file, text, sizeof text, 0);
  if (size <= 0) return std::nullopt;
  const std::string line(text, static_cast<std::size_t>(size));
  // "pid (command) state ..."; the command may hold parentheses. The status is field 52.
  const std::size_t end = line.rfind(')');
  if (end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(end + 1));
  std::string state, field;
  fields >> state;
  for (int number = 4; number <= 52; ++number) fields >> field;
  if (!fields) return std::nullopt;
  const int status = std::atoi(field.c_str());
  // A process that is just ending has its status already, but 0 may as well mean that it has none yet.
  if (state == "Z" || state == "X" || status != 0) return status;
  return std::nullopt;
}

void PeerProcess::look() {
  if (pid_ == 0) return;
  const UniqueFd file(open(("/proc/" + std::to_string(pid_) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return;
  if (const std::optional<int> status = ended_status(file.get())) seen_ = status;
}

std::optional<int> PeerProcess::wait_status() const {
  PidfdInfo info{};
  info.mask = kInfoExit;
  if (handle_ && ioctl(handle_.get(), kGetInfo, &info) == 0 && (info.mask & kInfoExit) != 0) return info.exit_code;
  return seen_;
}

}  // namespace allranks::addon
