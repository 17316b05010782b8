// The shared-memory segment of one rank: a sealed memfd with a header, the rank board and the output ring.
//
// The rank creates it and hands the descriptor to the bridge over a Unix socket; the bridge attaches. Both map it
// readable and writable. Neither side trusts the other: `attach` checks everything that later code relies on, and the
// seals guarantee that the file never shrinks under a mapping (which would be a SIGBUS in the process that reads it).
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include "protocol_generated.h"

namespace allranks::shm {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the layout of the segment is little-endian");

constexpr std::size_t kSmallestRingBytes = 4096;
constexpr std::size_t kLargestRingBytes = std::size_t{1} << 30;

inline bool is_ring_size(std::uint64_t bytes) {
  return bytes >= kSmallestRingBytes && bytes <= kLargestRingBytes && (bytes & (bytes - 1)) == 0;
}

// Owns the descriptor and the mapping. Move-only. Pointers into the segment die with it.
class Segment {
 public:
  // Creates a segment for this process.
  //   ring_bytes  size of the output ring, a power of two from 4 KiB to 1 GiB.
  // Throws std::runtime_error with one sentence (no memory, no descriptors, file size limit) or std::invalid_argument.
  static Segment create(std::size_t ring_bytes = protocol::kRingBytes) {
    if (!is_ring_size(ring_bytes)) {
      throw std::invalid_argument("ring size " + std::to_string(ring_bytes) + " is not a power of two from 4096 to 1073741824");
    }
    Segment segment;
    segment.bytes_ = protocol::kRingOffset + ring_bytes;
    // ftruncate beyond RLIMIT_FSIZE raises SIGXFSZ, which would end the simulation: ask first.
    rlimit limit{};
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < segment.bytes_) {
      throw std::runtime_error("the file size limit of this process (ulimit -f) is below the " + std::to_string(segment.bytes_) +
                               " bytes of shared memory that a rank needs");
    }
    segment.fd_ = memfd_create("allranks", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (segment.fd_ < 0) throw failure("cannot create shared memory");
    if (ftruncate(segment.fd_, static_cast<off_t>(segment.bytes_)) != 0) throw failure("cannot size shared memory");
    if (fcntl(segment.fd_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) throw failure("cannot seal shared memory");
    segment.map();
    auto* header = reinterpret_cast<protocol::SegmentHeader*>(segment.base_);
    *header = expected_header(ring_bytes);
    return segment;
  }

  // Maps the segment behind a descriptor that another process sent.
  //   fd  owned by the segment from here on, also when this throws.
  // Throws std::runtime_error with one sentence that names what is wrong with the segment.
  static Segment attach(int fd) {
    Segment segment;
    segment.fd_ = fd;
    struct stat status{};
    if (fstat(fd, &status) != 0) throw failure("cannot inspect the shared memory of the rank");
    const int seals = S_ISREG(status.st_mode) ? fcntl(fd, F_GET_SEALS) : -1;
    if (seals < 0) throw std::runtime_error("the descriptor sent by the rank is not a memfd");
    if ((seals & (F_SEAL_SHRINK | F_SEAL_GROW)) != (F_SEAL_SHRINK | F_SEAL_GROW)) {
      throw std::runtime_error("the shared memory of the rank is not sealed against resizing");
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size < protocol::kRingOffset || !is_ring_size(size - protocol::kRingOffset)) {
      throw std::runtime_error("the shared memory of the rank has an impossible size of " + std::to_string(size) + " bytes");
    }
    segment.bytes_ = static_cast<std::size_t>(size);
    segment.map();
    protocol::SegmentHeader header{};
    std::memcpy(&header, segment.base_, sizeof header);
    const protocol::SegmentHeader expected = expected_header(segment.ring_bytes());
    if (header.magic != expected.magic) throw std::runtime_error("the shared memory of the rank does not begin with the magic number of Allranks");
    if (header.version != expected.version) {
      throw std::runtime_error("the shared memory of the rank has protocol version " + std::to_string(header.version) +
                               ", this side speaks version " + std::to_string(expected.version));
    }
    if (std::memcmp(&header, &expected, sizeof header) != 0) {
      throw std::runtime_error("the header of the rank's shared memory disagrees with its size of " + std::to_string(size) + " bytes");
    }
    return segment;
  }

  Segment(Segment&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), base_(std::exchange(other.base_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Segment& operator=(Segment&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(base_, other.base_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;
  ~Segment() {
    if (base_ != nullptr) munmap(base_, bytes_);
    if (fd_ >= 0) close(fd_);
  }

  // Descriptor to send to the bridge; stays owned by the segment.
  int fd() const { return fd_; }
  // Closes the descriptor; the mapping stays. For a side that holds many segments and sends none of them on.
  void forget_descriptor() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }
  // Bytes of the whole segment.
  std::size_t bytes() const { return bytes_; }
  std::size_t ring_bytes() const { return bytes_ - protocol::kRingOffset; }
  protocol::Board* board() const { return reinterpret_cast<protocol::Board*>(base_ + protocol::kBoardOffset); }
  protocol::RingControl* ring_control() const { return reinterpret_cast<protocol::RingControl*>(base_ + protocol::kRingControlOffset); }
  protocol::CrashRecord* crash() const { return reinterpret_cast<protocol::CrashRecord*>(base_ + protocol::kCrashOffset); }
  protocol::ProgressPage* progress() const { return reinterpret_cast<protocol::ProgressPage*>(base_ + protocol::kProgressOffset); }
  std::uint8_t* ring_data() const { return base_ + protocol::kRingOffset; }

  // What the header of a segment with a ring of this size must be.
  static protocol::SegmentHeader expected_header(std::size_t ring_bytes) {
    protocol::SegmentHeader header{};
    header.magic = protocol::kSegmentMagic;
    header.version = protocol::kVersion;
    header.segment_bytes = protocol::kRingOffset + ring_bytes;
    header.board_offset = protocol::kBoardOffset;
    header.board_bytes = sizeof(protocol::Board);
    header.ring_control_offset = protocol::kRingControlOffset;
    header.ring_offset = protocol::kRingOffset;
    header.ring_bytes = ring_bytes;
    header.progress_offset = protocol::kProgressOffset;
    header.progress_bytes = sizeof(protocol::ProgressPage);
    return header;
  }

 private:
  Segment() = default;

  void map() {
    void* mapped = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    if (mapped == MAP_FAILED) throw failure("cannot map shared memory");
    base_ = static_cast<std::uint8_t*>(mapped);
  }

  static std::runtime_error failure(const char* what) { return std::runtime_error(std::string(what) + ": " + std::strerror(errno)); }

  int fd_ = -1;
  std::uint8_t* base_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace allranks::shm
