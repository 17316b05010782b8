// What native code and child processes print to descriptors 1 and 2 while a cell runs: it goes into two pipes that the rank itself
// reads, and becomes text of that cell.
//
// The pipes are made once for the rank. For the length of a cell their write ends stand in for the descriptors; between cells the
// descriptors are the simulation's own. The bridge holds read ends as well and reads them when the rank is dead: what was written
// before a crash is not lost. Nobody waits for the end of a pipe, so a child that keeps it open holds nothing.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "descriptor.h"

namespace allranks {

class TextPipes {
 public:
  static constexpr int kStreams = 2;  // stdout is 1, stderr is 2

  // Without descriptors to spare there are no pipes: then the text goes where the simulation's goes.
  TextPipes();

  // Read end and write end of the pipe of stream 1 or 2; -1: there is none. Any thread.
  int read_end(int stream) const { return at(stream).out.get(); }
  int write_end(int stream) const { return at(stream).in.get(); }

  // The descriptor is about to stand for the pipe (`begin`), or for the simulation's own stream again (`end`). Between the two C's
  // stdout is buffered by lines. Main thread.
  void begin(int stream);
  void end(int stream);
  // Writes out what C, C++ and Fortran have buffered for the pipes. Main thread, without waiting for other threads.
  void flush_buffers();

  // Appends what has come on that stream to `text`, at most what was there at the call and never a part of a character; false when
  // there was nothing. One thread at a time.
  bool read(int stream, std::string* text);
  // Reads and drops; returns the number of bytes. One thread at a time, the same as `read`.
  std::size_t drop();

  // The cell that text belongs to: the latest. Any thread.
  std::atomic<std::uint64_t> index{0};
  // The simulation's own stderr, also during cells: for the I/O thread, which must not write into a pipe that it alone reads.
  std::atomic<int> own_stderr{2};

  // In a forked child: the text is the rank's to read. Only calls that are allowed between fork and exec.
  void disable_in_child();

 private:
  struct Pipe {
    Descriptor out, in;
    bool stands = false;          // its write end stands for the descriptor
    bool made_line_wise = false;  // C's stream was buffered otherwise before
    std::string rest;             // the beginning of a character
  };
  Pipe& at(int stream) { return pipes_[static_cast<std::size_t>(stream - 1)]; }
  const Pipe& at(int stream) const { return pipes_[static_cast<std::size_t>(stream - 1)]; }
  std::array<Pipe, kStreams> pipes_;
};

}  // namespace allranks
