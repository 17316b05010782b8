// A rank without MPI and Python, for tests of the addon: connects like a rank and does what lines on its input say.
//
//   fake_rank SOCKET [rank=R] [size=N] [ring=BYTES] [hello=KIND] [extra=BYTES]
//
// KIND: good, torn (half of the hello, then waits), version, magic, range (rank not below size), long (announces too much
// extra), bare (no descriptor), surplus (three descriptors), file (descriptor of an ordinary file), unsealed, odd (impossible
// size), header (header of another size).
// Commands: `lines N`, `numbers N`, `message KIND FLAGS INDEX BYTES`, `begin KIND INDEX` (first part of a message that never ends),
// `text TEXT`, `board STEP CALL`, `lose N`, `frame LENGTH KIND` (a frame of any header), `cursor N`, `abandon`
// (fills the ring until there is no room, giving up), `stop reading`, `start reading`, `reconnect`, `die`, `exit`.
// `record` (crashes from now on), then `fault`, `overflow` (of the stack), `abort`, `child` (a forked child aborts), `forget`.
// `progress ACTIVITY CALL PEER`: from now on a `probe` frame is answered with a record that waits for a message of PEER; each answer says that 200 ms
// have passed since the one before.
// A `request` frame is answered in the ring with the present time (CLOCK_MONOTONIC, nanoseconds, as text).
// Answers on its output: `ok COMMAND`, `frame KIND FLAGS INDEX LENGTH SUM` for each frame from the bridge, `closed`.
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "../../native/guard/progress.h"
#include "../../native/shm/board.h"
#include "../../native/shm/progress_page.h"
#include "../../native/shm/ring.h"
#include "../../native/steps/crash_recorder.h"

using namespace allranks;

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "fake_rank: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

int other_descriptor(const std::string& kind) {
  if (kind == "file") return fileno(std::tmpfile());
  const std::size_t size = kind == "odd" ? 20000 : protocol::kRingOffset + protocol::kRingBytes;
  const int fd = memfd_create("fake", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || ftruncate(fd, static_cast<off_t>(size)) != 0) fail("memfd");
  const protocol::SegmentHeader header = shm::Segment::expected_header(kind == "header" ? 4096 : protocol::kRingBytes);
  if (pwrite(fd, &header, sizeof header, 0) != sizeof header) fail("header");
  if (kind != "unsealed" && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) fail("seal");
  return fd;
}

// Calls itself until the stack is full.
int overflow(volatile int depth) {
  volatile char room[4096];
  room[0] = static_cast<char>(depth);
  return depth == 0 ? room[0] : overflow(depth + 1) + room[0];
}

class FakeRank {
 public:
  explicit FakeRank(std::map<std::string, std::string> options)
      : options_(std::move(options)),
        kind_(options_.count("hello") ? options_["hello"] : "good"),
        segment_(shm::Segment::create(number("ring", protocol::kRingBytes))),
        producer_(segment_),
        board_(segment_.board()) {}

  void connect_to_bridge() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string& path = options_["socket"];
    std::memcpy(address.sun_path, path.data(), path.size());
    socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("connect");
    protocol::Hello hello{};
    hello.magic = kind_ == "magic" ? 1 : protocol::kSegmentMagic;
    hello.version = kind_ == "version" ? protocol::kVersion + 1 : protocol::kVersion;
    hello.rank = static_cast<std::uint32_t>(number("rank", 0));
    hello.size = kind_ == "range" ? hello.rank : static_cast<std::uint32_t>(number("size", 4));
    hello.pid = static_cast<std::uint32_t>(getpid());
    hello.extra_bytes = kind_ == "long" ? protocol::kSocketFrameBytes + 1 : static_cast<std::uint32_t>(number("extra", 0));
    hello.held = 5;
    hello.done = 4;
    std::vector<int> descriptors{segment_.fd()};
    if (kind_ == "bare") descriptors.clear();
    if (kind_ == "surplus") descriptors.insert(descriptors.end(), {0, 1});
    if (kind_ == "file" || kind_ == "unsealed" || kind_ == "odd" || kind_ == "header") descriptors = {other_descriptor(kind_)};
    send_hello(hello, kind_ == "torn" ? sizeof hello / 2 : sizeof hello, descriptors);
    const std::string extra(kind_ == "long" ? 0 : hello.extra_bytes, 'x');
    for (std::size_t sent = 0; sent < extra.size();) {
      const ssize_t n = ::send(socket_, extra.data() + sent, extra.size() - sent, MSG_NOSIGNAL);
      if (n < 0) break;
      sent += static_cast<std::size_t>(n);
    }
  }

  void run() {
    for (;;) {
      pollfd polled[2] = {{0, POLLIN, 0}, {reading_ ? socket_ : -1, POLLIN, 0}};
      if (poll(polled, 2, -1) < 0) fail("poll");
      if (polled[1].revents != 0) read_socket();
      if (polled[0].revents != 0 && !read_input()) return;
    }
  }

 private:
  std::size_t number(const std::string& name, std::size_t usual) { return options_.count(name) ? std::stoull(options_[name]) : usual; }

  void send_hello(const protocol::Hello& hello, std::size_t bytes, const std::vector<int>& descriptors) {
    protocol::Hello copy = hello;
    iovec piece{&copy, bytes};
    alignas(cmsghdr) char control[CMSG_SPACE(3 * sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
      cmsghdr* part = CMSG_FIRSTHDR(&message);
      part->cmsg_level = SOL_SOCKET;
      part->cmsg_type = SCM_RIGHTS;
      part->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
      std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size() * sizeof(int));
    }
    if (sendmsg(socket_, &message, MSG_NOSIGNAL) != static_cast<ssize_t>(bytes)) fail("hello");
  }

  void ring_doorbell() {
    const char bell = 1;
    if (::send(socket_, &bell, 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno != EAGAIN && errno != EPIPE) fail("doorbell");
  }

  shm::WriteResult write(std::uint16_t kind, std::uint16_t flags, std::uint64_t index, std::int64_t step, const std::string& payload,
                         bool patient = true) {
    const auto wait = [&](bool doorbell) {
      if (doorbell) ring_doorbell();
      if (patient) producer_.pause(std::chrono::milliseconds(100));
      return patient;
    };
    const double time = 0.25 * static_cast<double>(step);
    const shm::Written written = producer_.write(kind, flags, index, step, time, payload.data(), payload.size(), wait);
    if (written.doorbell) ring_doorbell();
    return written.result;
  }

  void raw_frame(std::uint32_t length, std::uint16_t kind, std::uint16_t flags, std::uint64_t index, const std::string& payload) {
    const protocol::RingFrame frame{length, kind, flags, index, 0, 0};
    protocol::RingControl* control = segment_.ring_control();
    const std::uint64_t head = control->head;
    std::memcpy(segment_.ring_data() + head, &frame, sizeof frame);
    std::memcpy(segment_.ring_data() + head + sizeof frame, payload.data(), payload.size());
    shm::store_ordered(&control->head, head + shm::frame_footprint(payload.size()));
    ring_doorbell();
  }

  void read_socket() {
    char buffer[65536];
    const ssize_t n = recv(socket_, buffer, sizeof buffer, 0);
    if (n <= 0) {
      say("closed");
      reading_ = false;
      return;
    }
    incoming_.append(buffer, static_cast<std::size_t>(n));
    std::size_t at = 0;
    while (incoming_.size() - at >= sizeof(protocol::SocketFrame)) {
      protocol::SocketFrame frame{};
      std::memcpy(&frame, incoming_.data() + at, sizeof frame);
      if (incoming_.size() - at - sizeof frame < frame.length) break;
      const std::string payload = incoming_.substr(at + sizeof frame, frame.length);
      std::uint64_t sum = 0;
      for (const char c : payload) sum += static_cast<unsigned char>(c);
      if (frame.kind == static_cast<std::uint16_t>(protocol::SocketKind::request)) {
        write(static_cast<std::uint16_t>(protocol::RingKind::reply), 0, frame.index, 0, std::to_string(shm::monotonic_ns()));
        at += sizeof frame + frame.length;
        continue;
      }
      if (frame.kind == static_cast<std::uint16_t>(protocol::SocketKind::probe) && progress_.cell != 0) {
        progress_.polls += 1;
        progress_.taken_ns += 200'000'000;
        shm::write_progress(segment_.progress(), frame.index, 5, progress_);
        ring_doorbell();
      }
      say("frame " + std::to_string(frame.kind) + " " + std::to_string(frame.flags) + " " + std::to_string(frame.index) + " " +
          std::to_string(frame.length) + " " + std::to_string(sum) +
          (frame.kind == static_cast<std::uint16_t>(protocol::SocketKind::refuse) ? " " + payload : ""));
      at += sizeof frame + frame.length;
    }
    incoming_.erase(0, at);
  }

  bool read_input() {
    char buffer[4096];
    const ssize_t n = read(0, buffer, sizeof buffer);
    if (n <= 0) return false;
    input_.append(buffer, static_cast<std::size_t>(n));
    for (std::size_t end = input_.find('\n'); end != std::string::npos; end = input_.find('\n')) {
      const std::string line = input_.substr(0, end);
      input_.erase(0, end + 1);
      if (line == "exit") return false;
      obey(line);
      say("ok " + line);
    }
    return true;
  }

  void obey(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    std::uint64_t a = 0, b = 0, c = 0, d = 0;
    if (verb == "lines") {
      words >> a;
      for (std::uint64_t i = 0; i < a; ++i) write(1, 0, 7, 3, "line " + std::to_string(i) + "\n");
    } else if (verb == "numbers") {
      words >> a;
      for (std::uint64_t i = 0; i < a; ++i) write(6, 0, i, static_cast<std::int64_t>(i), std::to_string(i));
    } else if (verb == "message") {
      words >> a >> b >> c >> d;
      std::string payload(d, '\0');
      for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(i % 251);
      write(static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b), c, 1, payload);
    } else if (verb == "begin") {
      words >> a >> c;
      raw_frame(8, static_cast<std::uint16_t>(a), shm::part_bits(static_cast<std::uint16_t>(a)).more, c, "unfinish");
    } else if (verb == "text") {
      write(1, 0, 7, 3, line.substr(5));
    } else if (verb == "board") {
      std::string call;
      words >> a >> call;
      board_.update([&](protocol::Board& board) {
        board.state = static_cast<std::uint32_t>(protocol::RankState::in_cell);
        board.step = static_cast<std::int64_t>(a);
        board.time = 0.5;
        shm::set_text(board.mpi_call, call);
      });
    } else if (verb == "progress") {
      std::string call;
      std::int32_t peer = 0;
      words >> a >> call >> peer;
      progress_.cell = 7;
      progress_.activity = static_cast<guard::RankActivity>(a);
      progress_.needs = 1;
      progress_.need[0] = {guard::FlowKind::receive, 0, 1, peer, 3, 0};
      shm::set_text(progress_.function, call);
    } else if (verb == "lose") {
      words >> a;
      producer_.lose(a);
    } else if (verb == "frame") {
      words >> a >> b;
      raw_frame(static_cast<std::uint32_t>(a), static_cast<std::uint16_t>(b), 0, 0, "8 bytes.");
    } else if (verb == "cursor") {
      words >> a;
      shm::store_ordered(&segment_.ring_control()->head, a);
      ring_doorbell();
    } else if (verb == "abandon") {
      while (write(1, 0, 7, 3, std::string(1000, 'a'), false) == shm::WriteResult::written) continue;
    } else if (verb == "stop") {
      reading_ = false;
    } else if (verb == "start") {
      reading_ = true;
    } else if (verb == "reconnect") {
      close(socket_);
      incoming_.clear();
      reading_ = true;
      connect_to_bridge();
    } else if (verb == "record") {
      crashes_ = std::make_unique<CrashRecorder>(segment_.crash());
    } else if (verb == "forget") {
      crashes_.reset();
    } else if (verb == "fault") {
      int* volatile nowhere = reinterpret_cast<int*>(0x18);
      *nowhere = 1;
    } else if (verb == "overflow") {
      say(std::to_string(overflow(1)));
    } else if (verb == "abort") {
      std::abort();
    } else if (verb == "child") {
      const pid_t child = fork();
      if (child == 0) std::abort();
      int status = 0;
      waitpid(child, &status, 0);
      say("child " + std::to_string(WTERMSIG(status)));
    } else if (verb == "die") {
      raise(SIGKILL);
    } else {
      fail("unknown command " + line);
    }
  }

  std::map<std::string, std::string> options_;
  std::string kind_;
  shm::Segment segment_;
  shm::RingProducer producer_;
  shm::BoardWriter board_;
  guard::ProgressRecord progress_;
  std::unique_ptr<CrashRecorder> crashes_;
  int socket_ = -1;
  bool reading_ = true;
  std::string incoming_;
  std::string input_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) fail("usage: fake_rank SOCKET [name=value...]");
  std::map<std::string, std::string> options{{"socket", argv[1]}};
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    options[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
  }
  FakeRank rank(options);
  rank.connect_to_bridge();
  rank.run();
  return 0;
}
