// Bytes that grow at their end and can be given away, as `malloc` has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace allranks::shm {

// Large ones grow without being copied, since the system moves their pages; those of a vector would be copied each time, into fresh pages.
class GrowingBytes {
 public:
  GrowingBytes() = default;
  GrowingBytes(GrowingBytes&& other) noexcept { *this = std::move(other); }
  GrowingBytes& operator=(GrowingBytes&& other) noexcept {
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    room_ = std::exchange(other.room_, 0);
    return *this;
  }

  const std::uint8_t* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }

  // Makes room for `n` more bytes; false: there is no memory.
  bool reserve(std::size_t n) {
    if (n <= room_ - size_) return true;
    const std::size_t room = size_ + n > 2 * room_ ? size_ + n : 2 * room_;
    auto* moved = static_cast<std::uint8_t*>(std::realloc(bytes_.get(), room));
    if (moved == nullptr) return false;
    (void)bytes_.release();
    bytes_.reset(moved);
    room_ = room;
    return true;
  }

  // After `reserve`.
  void append(const std::uint8_t* data, std::size_t n) {
    if (n > 0) std::memcpy(bytes_.get() + size_, data, n);
    size_ += n;
  }

  // The bytes are the caller's, for `std::free`; null when there are none.
  std::uint8_t* release() {
    size_ = room_ = 0;
    return bytes_.release();
  }

 private:
  struct Free {
    void operator()(std::uint8_t* bytes) const { std::free(bytes); }
  };

  std::unique_ptr<std::uint8_t, Free> bytes_;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
};

}  // namespace allranks::shm
