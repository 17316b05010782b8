#include "kept_streams.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>

namespace allranks {

namespace {

// Out of the way of loops over the first descriptors and of `select`.
constexpr int kFirstCopy = 200;

// A private duplicate of one descriptor and what it stands for.
struct Copy {
  int descriptor = -1;
  dev_t device = 0;
  ino_t inode = 0;
};
Copy copies[3];

bool same(const Copy& copy, const struct stat& now) { return copy.device == now.st_dev && copy.inode == now.st_ino; }

bool copy_is_sound(const Copy& copy) {
  struct stat now {};
  return copy.descriptor >= 0 && fstat(copy.descriptor, &now) == 0 && same(copy, now);
}

}  // namespace

KeptStreams::KeptStreams() {
  for (int number = 0; number < kStreams; ++number) {
    const auto at = static_cast<std::size_t>(number);
    Copy& copy = copies[at];
    struct stat now {};
    open_[at] = fstat(number, &now) == 0;
    if (!open_[at] || (copy.descriptor >= 0 && same(copy, now))) continue;
    // The first cell, or the simulation has opened another log since.
    if (copy_is_sound(copy)) close(copy.descriptor);
    copy = {fcntl(number, F_DUPFD_CLOEXEC, kFirstCopy), now.st_dev, now.st_ino};
    if (copy.descriptor < 0) copy = {fcntl(number, F_DUPFD_CLOEXEC, kStreams), now.st_dev, now.st_ino};
  }
}

KeptStreams::~KeptStreams() {
  for (int number = 0; number < kStreams; ++number) {
    const auto at = static_cast<std::size_t>(number);
    const Copy& copy = copies[at];
    struct stat now {};
    const bool open = fstat(number, &now) == 0;
    if (!open_[at] || (open && same(copy, now)) || !copy_is_sound(copy)) continue;
    // Nothing is flushed: a pipe that nobody reads would hold the simulation. What C code left in its buffers goes to the log.
    dup2(copy.descriptor, number);
  }
}

}  // namespace allranks
