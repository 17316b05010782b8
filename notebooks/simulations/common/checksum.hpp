// A checksum of a distributed state that depends on every bit of it and on nothing else: not on the number of ranks,
// nor on the order in which they hold the values. Used to tell whether two runs are bit-identical.
#pragma once

#include <cstdint>
#include <cstring>

namespace simulations {

// The finaliser of the SplitMix64 generator (Steele, Lea, Flood 2014): a bijection of 64-bit words that spreads each bit.
inline std::uint64_t mix(std::uint64_t word) {
  word += 0x9e3779b97f4a7c15ULL;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ULL;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebULL;
  return word ^ (word >> 31);
}

// What the value stored under the global number `key` adds to the checksum. Contributions are summed modulo 2^64, which is
// exact in any order.
inline std::uint64_t contribution(std::uint64_t key, double value) {
  std::uint64_t bits = 0;
  static_assert(sizeof bits == sizeof value, "a double is 64 bits wide");
  std::memcpy(&bits, &value, sizeof bits);
  return mix(mix(key) ^ bits);
}

}  // namespace simulations
