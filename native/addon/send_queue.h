// Bytes that wait for a socket.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "socket.h"

namespace allranks::addon {

class SendQueue {
 public:
  std::size_t bytes() const { return bytes_.size() - sent_; }

  void append(const void* data, std::size_t n) {
    const auto* first = static_cast<const std::uint8_t*>(data);
    bytes_.insert(bytes_.end(), first, first + n);
  }

  // Sends what the socket takes. Returns false when the socket failed (`*error`).
  bool flush(int fd, int* error) {
    while (bytes() > 0) {
      const ssize_t sent = send_pieces(fd, bytes_.data() + sent_, bytes(), nullptr, 0, error);
      if (sent == -1) break;
      if (sent == -2) return false;
      sent_ += static_cast<std::size_t>(sent);
    }
    // Drops what is sent when it is all or half of the memory, so that each byte is moved at most once more.
    if (sent_ == bytes_.size()) {
      std::vector<std::uint8_t>().swap(bytes_);
      sent_ = 0;
    } else if (sent_ > bytes_.size() / 2) {
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(sent_));
      sent_ = 0;
    }
    return true;
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t sent_ = 0;
};

}  // namespace allranks::addon
