#include "kept_streams.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio_ext.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>

namespace allranks {

namespace {

// Out of the way of loops over the first descriptors and of `select`.
constexpr int kFirstCopy = 200;

// A private duplicate of one descriptor and what it stands for.
struct Copy {
  int descriptor = -1;
  dev_t device = 0;
  ino_t inode = 0;
  bool is_log = false;
};
Copy copies[3];

bool same(const Copy& copy, const struct stat& now) { return copy.device == now.st_dev && copy.inode == now.st_ino; }

bool copy_is_sound(const Copy& copy) {
  struct stat now {};
  return copy.descriptor >= 0 && fstat(copy.descriptor, &now) == 0 && same(copy, now);
}

// A simulation that has closed its stdout may have been given the number for a file of data.
bool is_log(int number, const struct stat& now) {
  const int flags = fcntl(number, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && !(S_ISREG(now.st_mode) && (flags & O_ACCMODE) == O_RDWR) && !S_ISBLK(now.st_mode);
}

// Whether what the simulation has left in C's buffer can be written out at once. A pipe that nobody reads would hold it.
bool can_flush(std::FILE* file, int number) {
  if (fileno(file) != number || __fpending(file) == 0) return true;
  pollfd log{number, POLLOUT, 0};
  if (poll(&log, 1, 0) <= 0 || (log.revents & POLLOUT) == 0 || ftrylockfile(file) != 0) return false;
  std::fflush(file);
  funlockfile(file);
  return true;
}

}  // namespace

KeptStreams::KeptStreams(TextPipes& pipes, std::uint64_t index) : pipes_(pipes) {
  for (int number = 0; number < kStreams; ++number) {
    const auto at = static_cast<std::size_t>(number);
    Copy& copy = copies[at];
    struct stat now {};
    open_[at] = fstat(number, &now) == 0;
    if (!open_[at] || (copy.descriptor >= 0 && same(copy, now))) continue;
    // The first cell, or the simulation has opened another log since.
    if (copy_is_sound(copy)) close(copy.descriptor);
    copy = {fcntl(number, F_DUPFD_CLOEXEC, kFirstCopy), now.st_dev, now.st_ino, is_log(number, now)};
    if (copy.descriptor < 0) copy.descriptor = fcntl(number, F_DUPFD_CLOEXEC, kStreams);
  }
  pipes_.index = index;
  pipes_.own_stderr = copies[2].descriptor >= 0 ? copies[2].descriptor : 2;
  for (int stream = 1; stream <= TextPipes::kStreams; ++stream) {
    const auto at = static_cast<std::size_t>(stream);
    const int pipe = pipes_.write_end(stream);
    if (pipe < 0 || !open_[at] || !copies[at].is_log || copies[at].descriptor < 0 || !can_flush(stream == 1 ? stdout : stderr, stream)) continue;
    pipes_.begin(stream);
    piped_[at] = dup2(pipe, stream) == stream;
  }
}

KeptStreams::~KeptStreams() {
  pipes_.flush_buffers();
  for (int number = 0; number < kStreams; ++number) {
    const auto at = static_cast<std::size_t>(number);
    const Copy& copy = copies[at];
    if (number > 0) pipes_.end(number);
    if (!open_[at]) continue;
    struct stat now {};
    const bool changed = piped_[at] || fstat(number, &now) != 0 || !same(copy, now);
    if (changed && copy_is_sound(copy)) dup2(copy.descriptor, number);
  }
}

}  // namespace allranks
