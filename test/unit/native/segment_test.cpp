#include "../../../native/shm/segment.h"

#include <sys/wait.h>

#include "check.h"

using namespace allranks;
using shm::Segment;

namespace {

// A memfd as another process might make it.
int memory(std::size_t bytes, int seals, const protocol::SegmentHeader& header) {
  const int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || ftruncate(fd, static_cast<off_t>(bytes)) != 0) throw std::runtime_error("memfd");
  if (bytes >= sizeof header && pwrite(fd, &header, sizeof header, 0) != sizeof header) throw std::runtime_error("pwrite");
  if (seals != 0 && fcntl(fd, F_ADD_SEALS, seals) != 0) throw std::runtime_error("seal");
  return fd;
}

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW;
constexpr std::size_t kBytes = protocol::kRingOffset + 4096;

std::string refusal(std::size_t bytes, int seals, const protocol::SegmentHeader& header) {
  return test::thrown([&] { Segment::attach(memory(bytes, seals, header)); });
}

}  // namespace

CASE("segment: a created segment can be attached and shares its memory", [] {
  Segment made = Segment::create(8192);
  CHECK_EQUAL(made.bytes(), protocol::kRingOffset + 8192);
  Segment attached = Segment::attach(dup(made.fd()));
  made.ring_data()[8191] = 42;
  CHECK_EQUAL(attached.ring_data()[8191], 42);
  CHECK_EQUAL(attached.ring_bytes(), std::size_t{8192});
});

CASE("segment: it is close-on-exec and cannot be resized", [] {
  const Segment made = Segment::create(4096);
  CHECK((fcntl(made.fd(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(ftruncate(made.fd(), 0) != 0);
  CHECK(ftruncate(made.fd(), 1 << 20) != 0);
});

CASE("segment: moving keeps the mapping, forgetting the descriptor too", [] {
  Segment first = Segment::create(4096);
  const auto* data = first.ring_data();
  Segment second = std::move(first);
  CHECK(second.ring_data() == data);
  second.forget_descriptor();
  CHECK_EQUAL(second.fd(), -1);
  second.ring_data()[0] = 1;
});

CASE("segment: a ring size that is no power of two is refused", [] {
  CHECK_CONTAINS(test::thrown([] { Segment::create(5000); }), "not a power of two");
  CHECK_CONTAINS(test::thrown([] { Segment::create(2048); }), "not a power of two");
});

CASE("segment: a file size limit is told instead of raising SIGXFSZ", [] {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit small{4096, 4096};
    setrlimit(RLIMIT_FSIZE, &small);
    const std::string text = test::thrown([] { Segment::create(); });
    _exit(text.find("ulimit -f") == std::string::npos ? 1 : 0);
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK_EQUAL(status, 0);
});

CASE("segment: attach refuses whatever does not hold together", [] {
  const protocol::SegmentHeader good = Segment::expected_header(4096);
  CHECK_CONTAINS(refusal(kBytes, 0, good), "not sealed");
  CHECK_CONTAINS(refusal(kBytes, F_SEAL_SHRINK, good), "not sealed");
  CHECK_CONTAINS(refusal(0, kSeals, good), "impossible size of 0 bytes");
  CHECK_CONTAINS(refusal(kBytes + 1, kSeals, good), "impossible size");
  CHECK_CONTAINS(refusal(protocol::kRingOffset + 8192, kSeals, good), "disagrees with its size");
  protocol::SegmentHeader bad = good;
  bad.magic = 1;
  CHECK_CONTAINS(refusal(kBytes, kSeals, bad), "magic number");
  bad = good;
  bad.version = 9;
  CHECK_CONTAINS(refusal(kBytes, kSeals, bad), "protocol version 9, this side speaks version 2");
  bad = good;
  bad.ring_offset = 1 << 30;
  CHECK_CONTAINS(refusal(kBytes, kSeals, bad), "disagrees with its size");
  CHECK_CONTAINS(test::thrown([] { Segment::attach(open("/dev/null", O_RDWR | O_CLOEXEC)); }), "not a memfd");
  CHECK_CONTAINS(test::thrown([] { Segment::attach(-1); }), "cannot inspect");
});
