// The link alone, without MPI and Python, so that thread sanitizers see every access: the main thread follows the log and is
// interrupted, three threads print, the bridge comes and goes.
//
//   link_stress SOCKET
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "link/bridge_link.h"

using namespace allranks;

namespace {
std::atomic<int> interrupts{0};
void on_interrupt(int) { ++interrupts; }
}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  signal(SIGINT, on_interrupt);
  BridgeLink link(LinkOptions{argv[1], "stress", "link_stress", "3", "none", 0, 1, "active"});
  link.start();
  std::atomic<bool> stop{false};
  std::vector<std::thread> writers;
  for (int n = 0; n < 3; ++n) {
    writers.emplace_back([&, n] {
      while (!stop) {
        link.send(protocol::RingKind::publish, 0, 1, std::string(static_cast<std::size_t>(100000 * (n + 1)), 'x'));
        link.post(protocol::RingKind::notice, 0, 0, std::string("\x81\xa4what\xa1x", 8));
      }
    });
  }
  bool more = true;
  for (std::uint64_t next = 1; more; ++next) {
    while (!link.wait([&] { return link.held_locked() >= next; }, std::chrono::milliseconds(2))) {
      link.contribute();
      link.board().update([&](protocol::Board& board) { ++board.step; });
    }
    const Command command = link.command(next);
    more = command.kind != protocol::CommandKind::stop;
    link.begin(next);
    link.arm(next, SIGINT, 0);
    link.disarm();
    link.settle(next, protocol::OutcomeStatus::ok, {});
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
  link.close(std::chrono::milliseconds(2000));
  std::printf("link_stress: done\n");
  return 0;
}
