#include "start_bridge.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <vector>

extern char** environ;

namespace allranks {

namespace {

// The command `allranks`: named by the environment, beside the installed library, or in the checkout of the build.
std::string find_command() {
  std::vector<std::string> places;
  if (const char* given = std::getenv("ALLRANKS_CLI"); given && *given) places.emplace_back(given);
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&start_bridge), &info) && info.dli_fname) {
    const std::string library = info.dli_fname;
    places.push_back(library.substr(0, library.find_last_of('/')) + "/../bin/allranks");
  }
  places.emplace_back(ALLRANKS_CLI_PATH);
  for (const std::string& place : places) {
    if (access(place.c_str(), X_OK) == 0) return place;
  }
  return {};
}

}  // namespace

std::pair<std::string, std::string> start_bridge(const std::string& job) {
  const std::string command = find_command();
  if (command.empty()) return {"", "the command 'allranks' was not found; set ALLRANKS_CLI to its path or start the program by 'allranks run'"};
  int pipe_fds[2];
  if (pipe2(pipe_fds, O_CLOEXEC) != 0) return {"", std::string("no pipe: ") + std::strerror(errno)};
  const std::string pid = std::to_string(getpid());
  std::vector<std::string> words{command, "bridge", "--job", job, "--pid", pid};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  // Its own session: signals meant for the job do not reach it.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t child = -1;
  const int failed = posix_spawn(&child, command.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(pipe_fds[1]);
  if (failed != 0) {
    close(pipe_fds[0]);
    return {"", command + " could not be started: " + std::strerror(failed)};
  }
  std::string line;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (line.find('\n') == std::string::npos && line.size() < 4096) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd ready{pipe_fds[0], POLLIN, 0};
    const int n = left > 0 ? poll(&ready, 1, static_cast<int>(left)) : 0;
    if (n < 0 && errno == EINTR) continue;
    char buffer[512];
    const ssize_t got = n > 0 ? read(pipe_fds[0], buffer, sizeof buffer) : 0;
    if (got <= 0) break;
    line.append(buffer, static_cast<std::size_t>(got));
  }
  close(pipe_fds[0]);
  // `allranks bridge` returns once the bridge itself is up and on its own. One that does not is left alone.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(line.find('\n') == std::string::npos ? 0 : 5);
  int status = 0;
  pid_t gone = 0;
  while ((gone = waitpid(child, &status, WNOHANG)) == 0 || (gone < 0 && errno == EINTR)) {
    if (std::chrono::steady_clock::now() >= patience) break;
    poll(nullptr, 0, 5);
  }
  if (const std::size_t end = line.find('\n'); end != std::string::npos && line[0] == '/') return {line.substr(0, end), ""};
  return {"", command + " bridge did not give the address of a bridge within 20 s"};
}

}  // namespace allranks
