// The output ring: frames from one rank (producer) to the bridge (consumer) through shared memory.
//
// `head` and `tail` count bytes ever written and read; a position in the ring is the count modulo its size, a power of
// two. A frame is a 32-byte header and its payload, rounded up to 8 bytes; header and payload may wrap around the end.
// Messages larger than a frame are split: all parts but the last carry `more`, all but the first carry `continued`. By
// the latter a reader notices a message that its writer gave up half-way, and the rest of one whose beginning went to a
// bridge that died since.
//
// Wake-ups follow one pattern in both directions: the side that wants to sleep raises its flag, then looks once more; the
// other side moves its cursor, then looks at the flag. All four accesses are sequentially consistent, so at least one
// of the two sees the other and no wake-up is lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "atomics.h"
#include "protocol_generated.h"
#include "segment.h"

namespace allranks::shm {

// Bits of `flags` that join the parts of a message; outcomes use the low byte for their status, hence the high bits.
struct PartBits {
  std::uint16_t more;
  std::uint16_t continued;
};

constexpr PartBits part_bits(std::uint16_t kind) {
  return kind == static_cast<std::uint16_t>(protocol::RingKind::outcome)
             ? PartBits{0x8000u, 0x4000u}
             : PartBits{static_cast<std::uint16_t>(protocol::RingFlag::more), 0x0002u};
}

constexpr std::uint16_t kLastRingKind = static_cast<std::uint16_t>(protocol::RingKind::input_request);

// Bytes that a frame with this payload takes in the ring.
constexpr std::uint64_t frame_footprint(std::uint64_t payload_bytes) {
  return sizeof(protocol::RingFrame) + ((payload_bytes + 7u) & ~std::uint64_t{7});
}

// Largest payload of one frame in a ring of this size: a frame must never need more than a quarter of the ring, so that
// producer and consumer overlap.
constexpr std::size_t largest_part(std::size_t ring_bytes) {
  const std::size_t quarter = ring_bytes / 4 - sizeof(protocol::RingFrame);
  return quarter < protocol::kRingFrameBytes ? quarter : protocol::kRingFrameBytes;
}

// A producer that found no room is woken when this much is free: once in a while, not at every frame.
constexpr std::size_t wake_room(std::size_t ring_bytes) { return ring_bytes / 4; }

// Up to two pieces of memory that make one payload; the second is empty unless the payload wraps around the ring's end.
struct Pieces {
  const std::uint8_t* first;
  std::size_t first_bytes;
  const std::uint8_t* second;
  std::size_t second_bytes;

  std::size_t size() const { return first_bytes + second_bytes; }
  void copy_to(void* target) const {
    if (first_bytes > 0) std::memcpy(target, first, first_bytes);
    if (second_bytes > 0) std::memcpy(static_cast<std::uint8_t*>(target) + first_bytes, second, second_bytes);
  }
};

}  // namespace allranks::shm

#include "ring_consumer.h"
#include "ring_producer.h"
