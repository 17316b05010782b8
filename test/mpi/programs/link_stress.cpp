// The link alone, without MPI and Python, so that thread sanitizers see every access: the main thread follows the log, is
// interrupted and asks for input, three threads print, others ask for its state; the bridge comes and goes, and probes, releases
// and asks as it does in a job.
//
//   link_stress SOCKET
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "guard/progress.h"
#include "link/bridge_link.h"
#include "shm/progress_page.h"

using namespace allranks;

namespace {
std::atomic<int> interrupts{0};
void on_interrupt(int) { ++interrupts; }
}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  signal(SIGINT, on_interrupt);
  BridgeLink link(LinkOptions{argv[1], "stress", "link_stress", "3", "none", 0, 1, "active", "", ""});
  std::atomic<std::uint64_t> heard{0};
  link.on_interrupt = [&](std::uint64_t index) { heard += index; };
  link.on_release = [&](std::uint64_t, const std::string& sentence) { heard += sentence.size(); };
  link.on_probe = [&](std::uint64_t number, protocol::ProgressPage* page) { shm::write_progress(page, number, heard, guard::ProgressRecord{}); };
  link.on_request = [&](std::uint64_t number, std::string) { link.post(protocol::RingKind::reply, 0, number, "\x80"); };
  std::atomic<int> looks{0};
  link.on_stacks = [&](bool) { return ++looks % 3 == 0 ? std::optional<std::string>("\x80") : std::nullopt; };
  std::atomic<int> later{0};
  link.on_later = [&] { return ++later % 2 == 0; };
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
  writers.emplace_back([&] {
    while (!stop) {
      link.tell_started(1);
      link.send_at_once(protocol::RingKind::publish, 1, "z");
      link.await_others({});
      heard += link.held() + link.done() + link.withdrawn() + link.connection() + (link.connected() ? 1 : 0) + (link.disconnected_for() > 1 ? 1 : 0);
      link.set_position(static_cast<std::int64_t>(heard), 0.5);
    }
  });
  bool more = true;
  for (std::uint64_t next = 1; more; ++next) {
    while (!link.wait([&] { return link.held_locked() >= next; }, std::chrono::milliseconds(2))) {
      link.contribute();
      link.board().update([&](protocol::Board& board) { ++board.step; });
    }
    const Command command = link.command(next);
    more = command.kind != protocol::CommandKind::stop;
    link.begin(next);
    link.arm(next, SIGINT, SIGINT);
    if (next % 4 == 0) link.wait_input(next, std::chrono::milliseconds(20));
    link.interrupt_taken();
    link.disarm();
    link.set_follows(next % 3 == 0);
    link.settle(next, protocol::OutcomeStatus::ok, {});
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
  link.close(std::chrono::milliseconds(2000));
  std::printf("link_stress: done\n");
  return 0;
}
