#include "../../../native/addon/peer_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "check.h"

using namespace allranks;

namespace {

// A child that waits for a signal, and its file in /proc.
struct Child {
  pid_t pid = fork();
  addon::UniqueFd stat;

  Child() {
    if (pid == 0) {
      for (;;) pause();
    }
    stat = addon::UniqueFd(open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY));
  }
  ~Child() {
    if (!fetched_) fetch();
  }

  // Kills it and waits until it is a zombie.
  void end() const {
    kill(pid, SIGKILL);
    siginfo_t info{};
    waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
  }
  void fetch() {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    fetched_ = true;
  }

 private:
  bool fetched_ = false;
};

}  // namespace

CASE("peer process: the status of a zombie is read, and none while the process runs", [] {
  const Child child;
  CHECK(child.stat);
  CHECK(!addon::ended_status(child.stat.get()));
  child.end();
  const std::optional<int> status = addon::ended_status(child.stat.get());
  CHECK(status && WIFSIGNALED(*status));
  CHECK_EQUAL(WTERMSIG(*status), SIGKILL);
});

CASE("peer process: one that its parent fetches between the opening and the reading has no status, and does no harm", [] {
  Child child;
  CHECK(child.stat);
  child.fetch();
  CHECK(!addon::ended_status(child.stat.get()));
});
