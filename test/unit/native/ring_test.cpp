#include "../../../native/shm/ring.h"

#include <chrono>
#include <future>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "check.h"

using namespace allranks;
using shm::Pieces;
using shm::RingConsumer;
using shm::RingProducer;
using shm::Segment;
using shm::WriteResult;

namespace {

struct Seen {
  protocol::RingFrame frame;
  std::string payload;
};

std::vector<Seen> drain(RingConsumer& consumer, std::size_t limit = 1 << 30) {
  std::vector<Seen> seen;
  consumer.drain(limit, [&](const protocol::RingFrame& frame, const Pieces& payload) {
    std::string text(payload.size(), '\0');
    payload.copy_to(text.data());
    seen.push_back({frame, text});
  });
  return seen;
}

bool give_up(bool) { return false; }

shm::Written write(RingProducer& producer, const std::string& text, std::uint16_t kind = 1) {
  return producer.write(kind, 0, 7, -3, 0.5, text.data(), text.size(), give_up);
}

}  // namespace

CASE("ring: frames come out as they went in, empty ones too", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  RingConsumer consumer(segment);
  CHECK(write(producer, "hello").result == WriteResult::written);
  CHECK(write(producer, "").result == WriteResult::written);
  const auto seen = drain(consumer);
  CHECK_EQUAL(seen.size(), std::size_t{2});
  CHECK(seen[0].payload == "hello" && seen[1].payload.empty());
  CHECK(seen[0].frame.index == 7 && seen[0].frame.step == -3 && seen[0].frame.time == 0.5 && seen[0].frame.flags == 0);
  CHECK(drain(consumer).empty());
});

CASE("ring: frames wrap around the end at every position", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  RingConsumer consumer(segment);
  for (std::size_t i = 0; i < 5000; ++i) {
    const std::string text(i % 701, static_cast<char>('a' + i % 26));
    CHECK(write(producer, text).result == WriteResult::written);
    const auto seen = drain(consumer);
    CHECK(seen.size() == 1 && seen[0].payload == text);
  }
});

CASE("ring: a message longer than a frame is split and marked", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  RingConsumer consumer(segment);
  const std::string text(2500, 'x');
  CHECK(write(producer, text).result == WriteResult::written);
  const auto plain = drain(consumer);
  CHECK_EQUAL(plain.size(), std::size_t{3});
  CHECK_EQUAL(plain[0].frame.flags, 1);
  CHECK_EQUAL(plain[1].frame.flags, 3);
  CHECK_EQUAL(plain[2].frame.flags, 2);
  producer.write(4, 1, 7, 0, 0, text.data(), text.size(), give_up);
  const auto outcome = drain(consumer);
  CHECK_EQUAL(outcome[0].frame.flags, 0x8001);
  CHECK_EQUAL(outcome[1].frame.flags, 0xC001);
  CHECK_EQUAL(outcome[2].frame.flags, 0x4001);
});

CASE("ring: a full ring asks the caller to wait, and giving up is counted", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  RingConsumer consumer(segment);
  const std::string text(900, 'x');
  int written = 0;
  while (write(producer, text).result == WriteResult::written) ++written;
  CHECK_EQUAL(written, 4);
  CHECK_EQUAL(consumer.lost_bytes(), std::uint64_t{900});
  int asked = 0;
  const auto result = producer.write(1, 0, 7, 0, 0, text.data(), text.size(), [&](bool) {
    ++asked;
    drain(consumer);
    return true;
  });
  CHECK(result.result == WriteResult::written);
  CHECK_EQUAL(asked, 1);
  CHECK_EQUAL(drain(consumer).size(), std::size_t{1});
});

CASE("ring: a wait that throws leaves the ring usable and the loss counted", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  RingConsumer consumer(segment);
  const std::string text(6000, 'x');
  const auto thrown = test::thrown([&] {
    producer.write(1, 0, 7, 0, 0, text.data(), text.size(), [](bool) -> bool { throw std::runtime_error("interrupted"); });
  });
  CHECK(thrown == "interrupted");
  CHECK_EQUAL(consumer.lost_bytes(), std::uint64_t{6000});
  drain(consumer);
  CHECK(write(producer, "next").result == WriteResult::written);
  const auto seen = drain(consumer);
  CHECK(seen.size() == 1 && seen[0].payload == "next" && seen[0].frame.flags == 0);
});

CASE("ring: writing from within one's own wait is refused, not deadlocked", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  const std::string text(6000, 'x');
  WriteResult inner = WriteResult::written;
  producer.write(1, 0, 7, 0, 0, text.data(), text.size(), [&](bool) {
    inner = write(producer, "inner").result;
    return false;
  });
  CHECK(inner == WriteResult::reentered);
});

CASE("ring: a message that waits comes before one of its own size that finds room later", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  RingConsumer consumer(segment);
  const std::string text(900, 'x');
  while (write(producer, text).result == WriteResult::written) continue;
  std::mutex held;
  std::unique_lock gate(held);
  std::promise<void> first_waits, second_waits;
  const auto patient = [&](const std::string& what, std::promise<void>& waits) {
    return std::thread([&producer, &held, what, says = &waits]() mutable {
      producer.write(1, 0, 7, 0, 0, what.data(), what.size(), [&](bool) {
        if (says) std::exchange(says, nullptr)->set_value();
        const std::lock_guard wait(held);
        return true;
      });
    });
  };
  std::thread first = patient("first" + text, first_waits);
  first_waits.get_future().wait();
  std::thread second = patient("second" + text, second_waits);
  second_waits.get_future().wait();
  drain(consumer);
  // There is room now, and two that wait for it.
  CHECK(write(producer, "late").result == WriteResult::abandoned);
  CHECK(!producer.write_quietly(1, 0, 7, 0, 0, "late", 4));
  CHECK(producer.write(1, 0, 7, 0, 0, "ahead", 5, give_up, true).result == WriteResult::written);
  gate.unlock();
  CHECK(producer.pass([&](bool) {
    producer.pause(std::chrono::milliseconds(20));
    return true;
  }));
  first.join();
  second.join();
  const auto seen = drain(consumer);
  CHECK_EQUAL(seen.size(), std::size_t{3});
  CHECK(seen[0].payload == "ahead" && seen[1].payload.front() == 'f' && seen[2].payload.front() == 's');
});

CASE("ring: one that gives up its place in the queue keeps nobody from theirs", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  RingConsumer consumer(segment);
  const std::string large(6000, 'x');
  WriteResult other = WriteResult::written;
  WriteResult ahead = WriteResult::written;
  const auto written = producer.write(1, 0, 7, 0, 0, large.data(), large.size(), [&](bool) {
    std::thread([&] { other = write(producer, "impatient").result; }).join();
    // Not between the parts of a message.
    std::thread([&] { ahead = producer.write(1, 0, 7, 0, 0, "ahead", 5, give_up, true).result; }).join();
    return !drain(consumer).empty();
  });
  CHECK(written.result == WriteResult::written);
  CHECK(other == WriteResult::abandoned && ahead == WriteResult::abandoned);
  drain(consumer);
  CHECK(write(producer, "next").result == WriteResult::written);
});

CASE("ring: a doorbell is asked for exactly once per sleep", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  RingConsumer consumer(segment);
  CHECK(!write(producer, "a").doorbell);
  CHECK(!consumer.arm());
  drain(consumer);
  CHECK(consumer.arm());
  CHECK(write(producer, "b").doorbell);
  CHECK(!write(producer, "c").doorbell);
});

CASE("ring: a second consumer continues where the first one stopped", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  write(producer, "a");
  write(producer, "b");
  {
    RingConsumer first(segment);
    CHECK_EQUAL(drain(first, 1).size(), std::size_t{1});
  }
  RingConsumer second(segment);
  const auto seen = drain(second);
  CHECK(seen.size() == 1 && seen[0].payload == "b");
});

CASE("ring: what a consumer has read and not given back is the next one's, from where that is told to begin", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  for (const char* text : {"a", "b", "c"}) write(producer, text);
  std::uint64_t after_b = 0;
  {
    RingConsumer first(segment);
    first.read(1, [](const protocol::RingFrame&, const Pieces&) {});
    first.give_back(first.position());
    first.read(1, [](const protocol::RingFrame&, const Pieces&) {});
    after_b = first.position();
  }
  RingConsumer second(segment);
  CHECK_EQUAL(second.read(1 << 20, [](const protocol::RingFrame&, const Pieces&) {}), std::size_t{80});
  RingConsumer third(segment);
  for (const std::uint64_t nowhere : {after_b + 4, after_b + 4096, after_b - 80}) third.skip_to(nowhere);
  CHECK_EQUAL(third.position(), after_b - 40);
  third.skip_to(after_b);
  const auto seen = drain(third);
  CHECK(seen.size() == 1 && seen[0].payload == "c");
  CHECK_EQUAL(producer.free_bytes(), std::size_t{4096});
});

CASE("ring: a message over the limit is refused", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  CHECK(producer.write(1, 0, 0, 0, 0, "", protocol::kMessageBytes + 1, give_up).result == WriteResult::too_large);
});

CASE("ring: a consumer's cursor out of range stops the producer, with a way out", [] {
  const Segment segment = Segment::create(4096);
  RingProducer producer(segment);
  shm::store_ordered(&segment.ring_control()->tail, std::uint64_t{1} << 40);
  CHECK(write(producer, "x").result == WriteResult::broken);
});

CASE("ring: impossible frames and cursors break it with a reason", [] {
  const auto reason = [](std::uint32_t length, std::uint16_t kind, std::uint64_t head) {
    const Segment segment = Segment::create(4096);
    const protocol::RingFrame frame{length, kind, 0, 0, 0, 0};
    std::memcpy(segment.ring_data(), &frame, sizeof frame);
    shm::store_ordered(&segment.ring_control()->head, head);
    RingConsumer consumer(segment);
    CHECK(drain(consumer).empty());
    return consumer.reason();
  };
  CHECK_CONTAINS(reason(100, 1, 64), "impossible length of 100 bytes");
  CHECK_CONTAINS(reason(0xFFFFFFFFu, 1, 64), "impossible length");
  CHECK_CONTAINS(reason(8, 99, 64), "unknown kind 99");
  CHECK_CONTAINS(reason(8, 1, 20), "cursors");
  CHECK_CONTAINS(reason(8, 1, 1 << 20), "cursors");
  CHECK_CONTAINS(reason(8, 1, 63), "cursors");
});

CASE("ring: 20,000 rings of random bytes neither crash nor loop (seed 20240229)", [] {
  std::mt19937_64 random(20240229);
  const Segment segment = Segment::create(4096);
  for (int round = 0; round < 20000; ++round) {
    auto* words = reinterpret_cast<std::uint64_t*>(segment.ring_data());
    for (std::size_t i = 0; i < 64; ++i) words[random() % 512] = random() >> (random() % 64);
    const std::uint64_t tail = (random() >> (random() % 64)) & ~(round % 4 == 0 ? std::uint64_t{0} : std::uint64_t{7});
    segment.ring_control()->tail = tail;
    segment.ring_control()->head = round % 8 == 0 ? random() : tail + ((random() % 4200) & ~std::uint64_t{7});
    RingConsumer consumer(segment);
    std::size_t bytes = 0;
    drain(consumer, 100000);
    bytes = drain(consumer).size();
    CHECK_EQUAL(bytes, std::size_t{0});
    RingProducer producer(segment);
    write(producer, std::string(random() % 3000, 'f'));
  }
});
