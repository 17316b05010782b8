#include "../../../native/shm/board.h"

#include <atomic>
#include <string>
#include <thread>

#include "../../../native/shm/segment.h"
#include "check.h"

using namespace allranks;

CASE("board: what was written is read, with the time of the update", [] {
  const shm::Segment segment = shm::Segment::create(4096);
  shm::BoardWriter writer(segment.board());
  const std::uint64_t before = shm::monotonic_ns();
  writer.update([](protocol::Board& board) {
    board.state = 3;
    board.step = -7;
    board.time = 0.125;
    shm::set_text(board.mpi_call, "MPI_Allreduce");
  });
  writer.update([](protocol::Board& board) { board.held = 12; });
  bool consistent = false;
  const protocol::Board read = shm::BoardReader(segment.board()).read(&consistent);
  CHECK(consistent);
  CHECK_EQUAL(read.state, 3u);
  CHECK_EQUAL(read.step, -7);
  CHECK(read.time == 0.125);
  CHECK_EQUAL(read.held, 12u);
  CHECK(std::string(read.mpi_call) == "MPI_Allreduce");
  CHECK(read.updated_ns >= before && read.updated_ns <= shm::monotonic_ns());
});

CASE("board: a long text is cut at the end of a character", [] {
  char field[8];
  shm::set_text(field, "1234567");
  CHECK(std::string(field) == "1234567");
  shm::set_text(field, "123456\xC3\xA9");
  CHECK(std::string(field) == "123456");
  shm::set_text(field, "");
  CHECK(field[0] == 0 && field[6] == 0);
});

CASE("board: a rank that died in the middle of an update can still be read", [] {
  const shm::Segment segment = shm::Segment::create(4096);
  shm::BoardWriter writer(segment.board());
  writer.update([](protocol::Board& board) { board.step = 5; });
  shm::store_relaxed(&segment.board()->sequence, 7u);
  std::memset(segment.board()->function, 'x', sizeof segment.board()->function);
  bool consistent = true;
  const protocol::Board read = shm::BoardReader(segment.board()).read(&consistent);
  CHECK(!consistent);
  CHECK_EQUAL(read.step, 5);
  CHECK_EQUAL(std::string(read.function).size(), sizeof read.function - 1);
});

CASE("board: two writing threads and a reader never show a torn board", [] {
  const shm::Segment segment = shm::Segment::create(4096);
  shm::BoardWriter writer(segment.board());
  std::atomic<bool> stop{false};
  // Each writer keeps an equation between fields that lie far apart.
  std::thread steps([&] {
    for (std::int64_t i = 0; !stop; ++i) {
      writer.update([&](protocol::Board& board) {
        board.step = i;
        board.time = static_cast<double>(i);
        board.function_errors = static_cast<std::uint64_t>(i) * 3;
        shm::set_text(board.function, std::to_string(i));
      });
    }
  });
  std::thread indexes([&] {
    for (std::uint64_t i = 0; !stop; ++i) writer.update([&](protocol::Board& board) { board.held = board.mpi_comm = board.done = i; });
  });
  const shm::BoardReader reader(segment.board());
  std::string wrong;
  int whole = 0;
  for (int i = 0; i < 20000 && wrong.empty(); ++i) {
    bool consistent = false;
    const protocol::Board read = reader.read(&consistent);
    if (!consistent) continue;
    ++whole;
    const bool fits = static_cast<double>(read.step) == read.time &&
                      read.function_errors == static_cast<std::uint64_t>(read.step) * 3 &&
                      (read.function[0] == '\0' || std::stoll(read.function) == read.step);
    if (!fits || read.held != read.done || read.held != read.mpi_comm) wrong = "step " + std::to_string(read.step) + ", function " + read.function;
  }
  stop = true;
  steps.join();
  indexes.join();
  CHECK(wrong.empty());
  CHECK(whole > 100);
});
