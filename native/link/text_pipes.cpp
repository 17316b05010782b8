#include "text_pipes.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdio_ext.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace allranks {

namespace {

// Out of the way of loops over the first descriptors and of `select`, like the copies of the simulation's descriptors.
constexpr int kFirst = 200;

std::FILE* stream_of(int stream) { return stream == 1 ? stdout : stderr; }

int moved(int fd) {
  const int high = fcntl(fd, F_DUPFD_CLOEXEC, kFirst);
  if (high < 0) return fd;
  ::close(fd);
  return high;
}

// C's own lock of a stream, if no other thread has it: one that waits in the middle of a printf must not hold the cell.
class StreamLock {
 public:
  StreamLock(std::FILE* file, int descriptor) : file_(file), locked_(fileno(file) == descriptor && ftrylockfile(file) == 0) {}
  ~StreamLock() {
    if (locked_) funlockfile(file_);
  }
  StreamLock(const StreamLock&) = delete;
  StreamLock& operator=(const StreamLock&) = delete;
  explicit operator bool() const { return locked_; }

 private:
  std::FILE* file_;
  bool locked_;
};

// gfortran's runtime buffers its units itself. It is looked for again whenever a library has been loaded.
void flush_fortran() {
  static unsigned long long looked_at = 0;
  static void (*flush)(void*) = nullptr;
  if (!flush) {
    unsigned long long loads = 0;
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* result) {
          *static_cast<unsigned long long*>(result) = info->dlpi_adds;
          return 1;
        },
        &loads);
    if (loads == looked_at) return;
    looked_at = loads;
    void* const library = dlopen("libgfortran.so.5", RTLD_LAZY | RTLD_NOLOAD);
    if (!library) return;
    flush = reinterpret_cast<void (*)(void*)>(dlsym(library, "_gfortran_flush_i4"));
    if (!flush) return;
  }
  flush(nullptr);
}

// Bytes at the end of `text` that begin a character of UTF-8 whose other bytes are still to come.
std::size_t unfinished(const std::string& text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) return 0;
    if (byte >= 0xC0) return (byte >= 0xF0 ? 4u : byte >= 0xE0 ? 3u : 2u) > back ? back : 0;
  }
  return 0;
}

}  // namespace

TextPipes::TextPipes() {
  for (Pipe& pipe : pipes_) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    pipe.out.set(moved(ends[0]));
    pipe.in.set(moved(ends[1]));
    // Of this end only: who prints waits for room, as with any pipe.
    fcntl(pipe.out.get(), F_SETFL, O_NONBLOCK);
  }
}

void TextPipes::begin(int stream) {
  Pipe& pipe = at(stream);
  pipe.stands = true;
  pipe.made_line_wise = false;
  std::FILE* const file = stream_of(stream);
  const StreamLock lock(file, stream);
  // By lines, as on a terminal: the notebook sees them as they are printed, and in their order among what Python prints. C's stderr
  // is not buffered at all, and neither is a stdout that the simulation wants so: its buffer has one byte.
  if (!lock || stream != 1 || __flbf(file) || __fbufsize(file) == 1) return;
  // A stream that has not been used would have become what it is for its own descriptor.
  const bool was_so = __fbufsize(file) == 0 && isatty(stream);
  pipe.made_line_wise = setvbuf(file, nullptr, _IOLBF, 0) == 0 && !was_so;
}

void TextPipes::end(int stream) {
  Pipe& pipe = at(stream);
  if (!pipe.stands) return;
  pipe.stands = false;
  if (!pipe.made_line_wise) return;
  std::FILE* const file = stream_of(stream);
  const StreamLock lock(file, stream);
  if (lock) setvbuf(file, nullptr, _IOFBF, 0);
}

void TextPipes::flush_buffers() {
  bool fortran = false;
  for (int stream = 1; stream <= kStreams; ++stream) {
    if (!at(stream).stands) continue;
    fortran = true;
    const StreamLock lock(stream_of(stream), stream);
    if (!lock) continue;
    (stream == 1 ? std::cout : std::clog).flush();
    if (__fpending(stream_of(stream)) != 0) std::fflush(stream_of(stream));
  }
  if (fortran) flush_fortran();
}

bool TextPipes::read(int stream, std::string* text) {
  Pipe& pipe = at(stream);
  int waiting = 0;
  if (pipe.out.get() < 0 || ioctl(pipe.out.get(), FIONREAD, &waiting) != 0 || waiting <= 0) return false;
  std::string fresh = std::move(pipe.rest);
  pipe.rest.clear();
  const std::size_t kept = fresh.size();
  fresh.resize(kept + static_cast<std::size_t>(waiting));
  const ssize_t got = ::read(pipe.out.get(), fresh.data() + kept, static_cast<std::size_t>(waiting));
  fresh.resize(kept + static_cast<std::size_t>(got > 0 ? got : 0));
  const std::size_t whole = fresh.size() - unfinished(fresh);
  pipe.rest = fresh.substr(whole);
  text->append(fresh, 0, whole);
  return got > 0;
}

std::size_t TextPipes::drop() {
  std::size_t dropped = 0;
  std::string text;
  for (int stream = 1; stream <= kStreams; ++stream) {
    text.clear();
    if (read(stream, &text)) dropped += text.size();
  }
  return dropped;
}

void TextPipes::disable_in_child() {
  for (Pipe& pipe : pipes_) {
    pipe.out.reset();
    pipe.in.reset();
  }
}

}  // namespace allranks
