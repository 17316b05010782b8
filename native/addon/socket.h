// Unix sockets as the addon needs them; no JavaScript here. All calls are non-blocking.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "unique_fd.h"

namespace allranks::addon {

// A bound, listening socket file. The file is removed on destruction, unless another one has taken its place meanwhile.
class SocketFile {
 public:
  // Binds with mode 0600. A file left by a dead process is replaced; one on which somebody answers is not.
  // Throws std::runtime_error with one sentence.
  explicit SocketFile(std::string path);
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;
  ~SocketFile();

  int fd() const { return fd_.get(); }

 private:
  std::string path_;
  UniqueFd fd_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

// User id of the process at the other end as the kernel knows it; -1 when unknown.
std::int64_t peer_uid(int fd);

struct Received {
  // Bytes read; 0: the peer has closed; -1: nothing there yet; -2: failed, see `error`.
  ssize_t bytes;
  int error;
};

// Reads what is there, at most `capacity` bytes. Descriptors that came along are appended to `descriptors` (close-on-exec).
Received receive(int fd, void* buffer, std::size_t capacity, std::vector<UniqueFd>* descriptors);

// Sends two pieces as one; returns the bytes accepted, -1 when the socket is full, -2 when it failed (`*error`).
ssize_t send_pieces(int fd, const void* first, std::size_t first_bytes, const void* second, std::size_t second_bytes, int* error);

// Text of an errno value.
std::string error_text(int error);
// Why a connection ended. A peer that dies before it has read everything shows as a reset: that is a closed connection too.
std::string end_text(int error);

}  // namespace allranks::addon
