// Atomic access to plain integers in memory shared between processes, and the two futex calls that go with it.
// (std::atomic_ref would be the standard form; it needs C++20, and the library is C++17 for old site compilers.)
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>

namespace allranks::shm {

template <class T>
T load_relaxed(const T* p) {
  return __atomic_load_n(p, __ATOMIC_RELAXED);
}
template <class T>
T load_acquire(const T* p) {
  return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}
template <class T>
T load_ordered(const T* p) {
  return __atomic_load_n(p, __ATOMIC_SEQ_CST);
}
template <class T>
void store_relaxed(T* p, T value) {
  __atomic_store_n(p, value, __ATOMIC_RELAXED);
}
template <class T>
void store_release(T* p, T value) {
  __atomic_store_n(p, value, __ATOMIC_RELEASE);
}
template <class T>
void store_ordered(T* p, T value) {
  __atomic_store_n(p, value, __ATOMIC_SEQ_CST);
}
template <class T>
T exchange_ordered(T* p, T value) {
  return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);
}

// CLOCK_MONOTONIC in nanoseconds: the clock of all times on a board. Any thread.
inline std::uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000000000u + static_cast<std::uint64_t>(now.tv_nsec);
}

// Sleeps while `*word` is `value`, at most `limit_ns`; returns early on signals. Works across processes.
inline void futex_wait(std::uint32_t* word, std::uint32_t value, std::uint64_t limit_ns) {
  timespec limit{};
  limit.tv_sec = static_cast<time_t>(limit_ns / 1000000000u);
  limit.tv_nsec = static_cast<long>(limit_ns % 1000000000u);
  syscall(SYS_futex, word, FUTEX_WAIT, value, &limit, nullptr, 0);
}

inline void futex_wake(std::uint32_t* word) { syscall(SYS_futex, word, FUTEX_WAKE, 1, nullptr, nullptr, 0); }

}  // namespace allranks::shm
