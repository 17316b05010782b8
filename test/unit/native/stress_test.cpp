// The ring under load, with real doorbells: producer and consumer are two processes, under ThreadSanitizer two threads.
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "../../../native/shm/assembler.h"
#include "../../../native/shm/ring.h"
#include "check.h"

using namespace allranks;
using shm::Segment;

namespace {

#ifdef __SANITIZE_THREAD__
constexpr bool kProcesses = false;
constexpr std::uint64_t kMessages = 60000;
#else
constexpr bool kProcesses = true;
constexpr std::uint64_t kMessages = 2000000;
#endif

constexpr std::size_t kRing = 16384;

// Mostly short, now and then longer than a frame or than the whole ring.
std::size_t random_size(std::mt19937_64& random) {
  const std::uint64_t dice = random() % 1000;
  if (dice == 0) return random() % (3 * kRing);
  if (dice < 10) return random() % 5000;
  return random() % 100;
}

void produce(shm::RingProducer& producer, int bell, std::uint64_t thread, std::uint64_t messages) {
  std::mt19937_64 random(thread);
  const auto ring = [&] {
    const char byte = 1;
    if (send(bell, &byte, 1, MSG_NOSIGNAL) != 1) throw std::runtime_error("doorbell");
  };
  std::string payload;
  for (std::uint64_t i = 0; i < messages; ++i) {
    payload.assign(random_size(random), static_cast<char>('a' + i % 26));
    const auto wait = [&](bool doorbell) {
      if (doorbell) ring();
      producer.pause(std::chrono::milliseconds(1000));
      return true;
    };
    const auto written = producer.write(3, 0, thread, static_cast<std::int64_t>(i), 0, payload.data(), payload.size(), wait);
    if (written.result != shm::WriteResult::written) throw std::runtime_error("not written");
    if (written.doorbell) ring();
  }
}

// Reads until every thread's messages are there; checks content and order, and that no wake-up is missing.
void consume(const Segment& segment, int bell, std::uint64_t threads, std::uint64_t messages) {
  shm::RingConsumer consumer(segment);
  shm::Assembler assembler;
  std::map<std::uint64_t, std::mt19937_64> random;
  std::map<std::uint64_t, std::uint64_t> next;
  for (std::uint64_t t = 1; t <= threads; ++t) random.emplace(t, std::mt19937_64(t));
  std::uint64_t left = threads * messages;
  bool right = true;
  while (left > 0 && right) {
    consumer.drain(kRing, [&](const protocol::RingFrame& frame, const shm::Pieces& piece) {
      assembler.add(frame, piece, [&](const protocol::RingFrame& message, const shm::Pieces& payload) {
        const std::uint64_t i = next[message.index]++;
        std::string text(payload.size(), '\0');
        payload.copy_to(text.data());
        right = right && message.step == static_cast<std::int64_t>(i) && text.size() == random_size(random.at(message.index)) &&
                text.find_first_not_of(static_cast<char>('a' + i % 26)) == std::string::npos;
        --left;
      });
    });
    CHECK(!consumer.broken());
    if (left == 0 || !consumer.arm()) continue;
    pollfd polled{bell, POLLIN, 0};
    CHECK_EQUAL(poll(&polled, 1, 30000), 1);
    char bytes[256];
    CHECK(recv(bell, bytes, sizeof bytes, MSG_DONTWAIT) > 0);
  }
  CHECK(right);
  CHECK_EQUAL(assembler.dropped_bytes() + consumer.lost_bytes(), std::uint64_t{0});
}

void run(std::uint64_t threads, std::uint64_t messages) {
  const Segment segment = Segment::create(kRing);
  int bell[2];
  CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, bell), 0);
  const auto write_all = [&] {
    shm::RingProducer producer(segment);
    std::vector<std::thread> writers;
    for (std::uint64_t t = 1; t <= threads; ++t) writers.emplace_back([&, t] { produce(producer, bell[0], t, messages); });
    for (std::thread& writer : writers) writer.join();
  };
  if (kProcesses) {
    const pid_t child = fork();
    if (child == 0) {
      write_all();
      _exit(0);
    }
    const std::string error = test::thrown([&] { consume(segment, bell[1], threads, messages); });
    if (!error.empty()) kill(child, SIGKILL);
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    if (!error.empty()) throw std::runtime_error(error);
    CHECK_EQUAL(status, 0);
  } else {
    std::thread writer(write_all);
    const std::string error = test::thrown([&] { consume(segment, bell[1], threads, messages); });
    writer.join();
    if (!error.empty()) throw std::runtime_error(error);
  }
  close(bell[0]);
  close(bell[1]);
}

}  // namespace

CASE("stress: one writer, millions of messages of random size, none lost or changed", [] { run(1, kMessages); });
CASE("stress: three writing threads, messages never interleave", [] { run(3, kMessages / 10); });
