#include "../../../native/shm/assembler.h"

#include <string>
#include <vector>

#include "check.h"

using namespace allranks;

namespace {

constexpr std::uint16_t kMore = 1;
constexpr std::uint16_t kContinued = 2;
constexpr std::uint16_t kText = 1;
constexpr std::uint16_t kPublish = 3;
constexpr std::uint16_t kOutcome = 4;

struct Fixture {
  shm::Assembler assembler;
  std::vector<std::string> messages;
  std::uint16_t flags = 0;

  auto sink() {
    return [this](const protocol::RingFrame& message, const shm::Pieces& payload) {
      std::string text(payload.size(), '\0');
      payload.copy_to(text.data());
      CHECK_EQUAL(message.length, text.size());
      flags = message.flags;
      messages.push_back(text);
    };
  }
  void add(std::uint16_t kind, std::uint16_t part_flags, std::uint64_t index, const std::string& text) {
    const protocol::RingFrame frame{static_cast<std::uint32_t>(text.size()), kind, part_flags, index, 0, 0};
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const std::size_t half = text.size() / 2;
    assembler.add(frame, {bytes, half, bytes + half, text.size() - half}, sink());
  }
  bool are(const std::vector<std::string>& expected) const { return messages == expected; }
};

}  // namespace

CASE("assembler: single frames pass, parts are joined, bits of parts are cleared", [] {
  Fixture f;
  f.add(kPublish, 0, 1, "one");
  f.add(kPublish, kMore, 1, "ab");
  f.add(kPublish, kMore | kContinued, 1, "cd");
  CHECK(f.are({"one"}));
  f.add(kPublish, kContinued, 1, "ef");
  CHECK(f.are({"one", "abcdef"}));
  f.add(kOutcome, 0x8001, 1, "gh");
  f.add(kOutcome, 0x4001, 1, "ij");
  CHECK(f.are({"one", "abcdef", "ghij"}));
  CHECK_EQUAL(f.flags, 1);
  CHECK_EQUAL(f.assembler.dropped_bytes(), std::uint64_t{0});
});

CASE("assembler: a message given up half-way is dropped and counted, the next one is whole", [] {
  Fixture f;
  f.add(kPublish, kMore, 1, "abc");
  f.add(kPublish, 0, 1, "next");
  CHECK(f.are({"next"}));
  CHECK_EQUAL(f.assembler.dropped_bytes(), std::uint64_t{3});
});

CASE("assembler: the rest of a message without its beginning is dropped and counted", [] {
  Fixture f;
  f.add(kOutcome, 0xC000, 1, "abc");
  f.add(kOutcome, 0x4000, 1, "de");
  f.add(kOutcome, 0, 1, "next");
  CHECK(f.are({"next"}));
  CHECK_EQUAL(f.assembler.dropped_bytes(), std::uint64_t{5});
});

CASE("assembler: text is handed on part by part", [] {
  Fixture f;
  f.add(kText, kMore, 1, "abc");
  f.add(kText, 0, 1, "next");
  f.add(kText, kContinued | kMore, 1, "tail ");
  f.add(kText, kContinued, 1, "end");
  f.add(kText, kMore, 1, "last words");
  f.assembler.finish();
  CHECK(f.are({"abc", "next", "tail ", "end", "last words"}));
  CHECK_EQUAL(f.assembler.dropped_bytes(), std::uint64_t{0});
});

CASE("assembler: parts of another message are never joined", [] {
  Fixture f;
  f.add(kPublish, kMore, 1, "abc");
  f.add(kPublish, kContinued, 2, "de");
  CHECK(f.are({}));
  CHECK_EQUAL(f.assembler.dropped_bytes(), std::uint64_t{5});
});
