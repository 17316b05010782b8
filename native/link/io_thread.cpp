// The I/O thread of a link: makes the connection, keeps it, and takes what the bridge sends.
#include <poll.h>
#include <sys/epoll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "bridge_link.h"
#include "msgpack.h"

namespace allranks {

using shm::monotonic_ns;
using protocol::RingKind;
using protocol::SocketKind;
using namespace std::chrono_literals;

namespace {

// How long connecting may take; a stopped bridge neither accepts nor reads.
constexpr auto kHelloLimit = 10s;
// Complaints about one bridge; a broken one must not fill the job's log.
constexpr int kMostComplaints = 5;
// How often text of native code is taken while it keeps coming, and while the ring has no room.
constexpr auto kNextText = 1ms, kNoRoom = 20ms;

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

std::uint64_t resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (!file) return 0;
  unsigned long total = 0, resident = 0;
  const int fields = std::fscanf(file, "%lu %lu", &total, &resident);
  std::fclose(file);
  return fields == 2 ? resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace

void BridgeLink::run() {
  auto pause = 20ms;
  while (!stopping_ && !refused_) {
    const std::uint64_t welcomes = connection_;
    try {
      connect_once();
    } catch (const std::exception& error) {
      // Out of memory, most likely: the simulation may live on, so this thread must.
      lost(descriptor_);
      inbox_ = std::string();
      complain(std::string("the connection to the bridge failed: ") + error.what());
    }
    if (stopping_ || refused_) break;
    // A bridge that was there is looked for at once, one that is not ever more rarely.
    if (connection_ != welcomes) pause = 20ms;
    wait_for(-1, 0, pause);
    pause = std::min(pause * 2, 1000ms);
  }
  // A child process that an earlier cell has left behind may go on printing.
  while (!stopping_) wait_for(-1, 0, 1h);
}

// Waits until the descriptor is ready; false when the time is over or the link closes.
bool BridgeLink::wait_for(int fd, short events, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!stopping_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    // Nobody would read what comes through the pipes: who prints into them must not wait for ever.
    const bool orphan = orphaned();
    pollfd fds[4] = {{wake_.get(), POLLIN, 0}, {fd, events, 0}, {orphan ? pipes_.read_end(1) : -1, POLLIN, 0}, {orphan ? pipes_.read_end(2) : -1, POLLIN, 0}};
    const auto limit_now = orphan || left < 1000ms ? left : 1000ms;
    if (poll(fds, 4, static_cast<int>(repeat_interrupt(limit_now).count())) < 0 && errno != EINTR) return false;
    std::uint64_t count;
    if (fds[0].revents != 0 && ::read(wake_.get(), &count, sizeof count) < 0 && errno != EAGAIN) return false;
    if (orphan && (fds[2].revents != 0 || fds[3].revents != 0)) ring_->lose(pipes_.drop());
    if (fds[1].revents != 0) return true;
  }
  return false;
}

void BridgeLink::complain(const std::string& sentence) {
  if (++complaints_ > kMostComplaints) return;
  dprintf(pipes_.own_stderr, "allranks: rank %d: %s%s\n", options_.rank, sentence.c_str(), complaints_ == kMostComplaints ? " (further complaints are not shown)" : "");
}

bool BridgeLink::connect_once() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (options_.socket_path.size() >= sizeof address.sun_path) {
    dprintf(pipes_.own_stderr, "allranks: the socket path %s is longer than %zu bytes; cells cannot run. Set XDG_RUNTIME_DIR to a shorter folder.\n",
                 options_.socket_path.c_str(), protocol::kSocketPathBytes);
    refused_ = true;
    return false;
  }
  // Nonblocking: a bridge that is stopped accepts nobody, and the end of the simulation must not wait for it.
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  std::memcpy(address.sun_path, options_.socket_path.c_str(), options_.socket_path.size());
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return false;
  }
  descriptor_ = fd;
  inbox_.clear();
  if (!say_hello(fd)) {
    lost(fd);
    return false;
  }
  {
    std::lock_guard lock(socket_mutex_);
    socket_ = fd;
  }
  serve(fd);
  lost(fd);
  return true;
}

bool BridgeLink::say_hello(int fd) {
  Packer extra;
  protocol::Hello hello{};
  {
    std::lock_guard lock(mutex_);
    extra.map(9);
    extra.text("host").text(host_name()).text("program").text(options_.program).text("python").text(options_.python_version);
    extra.text("mpi").text(options_.mpi_version).text("job").text(options_.job).text("guard").text(options_.guard);
    extra.text("unprotected").text(options_.unprotected).text("debugger").text(options_.debugger);
    extra.text("commands").array(commands_.size());
    for (const auto& [index, command] : commands_) {
      const std::uint64_t renew = command.renew ? static_cast<std::uint64_t>(protocol::CommandFlag::renew) : 0;
      extra.array(3).integer(index).integer(static_cast<std::uint64_t>(command.kind) | renew).binary(command.payload);
    }
    hello.held = held_;
    hello.done = done_;
  }
  hello.magic = protocol::kSegmentMagic;
  hello.version = protocol::kVersion;
  hello.rank = static_cast<std::uint32_t>(options_.rank);
  hello.size = static_cast<std::uint32_t>(options_.size);
  hello.pid = static_cast<std::uint32_t>(getpid());
  hello.extra_bytes = static_cast<std::uint32_t>(extra.bytes().size());

  std::string message(reinterpret_cast<const char*>(&hello), sizeof hello);
  message += extra.bytes();
  std::size_t sent = 0;
  while (sent < message.size()) {
    iovec part{message.data() + sent, message.size() - sent};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    // The segment; and read ends of the pipes, for what is left in them when this process has died.
    const int descriptors[] = {segment_.fd(), pipes_.read_end(1), pipes_.read_end(2)};
    const std::size_t bytes = sizeof(int) * (descriptors[1] >= 0 && descriptors[2] >= 0 ? 3 : 1);
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof descriptors)] = {};
    if (sent == 0) {
      header.msg_control = control;
      header.msg_controllen = CMSG_SPACE(bytes);
      cmsghdr* rights = CMSG_FIRSTHDR(&header);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN(bytes);
      std::memcpy(CMSG_DATA(rights), descriptors, bytes);
    }
    const ssize_t n = ::sendmsg(fd, &header, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN && wait_for(fd, POLLOUT, kHelloLimit)) continue;
      return false;
    }
    sent += static_cast<std::size_t>(n);
  }
  return true;
}

void BridgeLink::serve(int fd) {
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.fd = fd;
  {
    const std::lock_guard lock(reading_mutex_);
    if (epoll_ctl(poller_.get(), EPOLL_CTL_ADD, fd, &wanted) != 0) return;
    reading_ = fd;
    drop_ = false;
  }
  std::uint64_t refreshed = 0;
  watch_pipes(true);
  while (!stopping_ && !refused_ && !drop_) {
    epoll_event events[5];
    const int ready = epoll_wait(poller_.get(), events, 5, static_cast<int>(until_pipes(repeat_interrupt(posts_wait() || stacks_asked_ ? 5ms : 2000ms)).count()));
    if (ready < 0 && errno != EINTR) return;
    answer_stacks(0);
    flush_posts();
    if (pipes_due_ns_ != 0 && monotonic_ns() >= pipes_due_ns_) take_piped_text();
    if (monotonic_ns() - refreshed > 2000000000ull) {
      refresh_usage();
      refreshed = monotonic_ns();
    }
    for (int at = 0; at < ready; ++at) {
      std::uint64_t count;
      const int descriptor = events[at].data.fd;
      if (descriptor == pipes_.read_end(1) || descriptor == pipes_.read_end(2)) {
        take_piped_text();
        continue;
      }
      if (descriptor != fd) {
        if (::read(descriptor, &count, sizeof count) < 0 && errno != EAGAIN) return;
        if (descriptor == later_.get()) look_now();
        continue;
      }
      const std::unique_lock reading(reading_mutex_, std::try_to_lock);
      // The main thread reads, and is about to find what this one has seen.
      if (!reading) std::this_thread::yield();
      else if (!receive(fd)) return;
    }
  }
}

void BridgeLink::watch_pipes(bool on) {
  pipes_due_ns_ = 0;
  for (int stream = 1; stream <= TextPipes::kStreams; ++stream) {
    if (pipes_.read_end(stream) < 0) continue;
    epoll_event event{};
    event.events = on ? EPOLLIN | EPOLLONESHOT : 0u;
    event.data.fd = pipes_.read_end(stream);
    if (epoll_ctl(poller_.get(), EPOLL_CTL_MOD, pipes_.read_end(stream), &event) == 0) continue;
    // The first connection.
    if (epoll_ctl(poller_.get(), EPOLL_CTL_ADD, pipes_.read_end(stream), &event) != 0) complain(std::string("text of native code is not seen: ") + std::strerror(errno));
  }
}

// The first text after a silence is taken at once; while more comes, every millisecond: a program that prints without end must not
// wake this thread for every line.
void BridgeLink::take_piped_text() {
  const Taken taken = on_piped_text ? on_piped_text() : Taken::nothing;
  if (taken == Taken::nothing) return watch_pipes(true);
  const std::chrono::nanoseconds next = taken == Taken::some ? kNextText : kNoRoom;
  pipes_due_ns_ = monotonic_ns() + static_cast<std::uint64_t>(next.count());
}

std::chrono::milliseconds BridgeLink::until_pipes(std::chrono::milliseconds limit) const {
  if (pipes_due_ns_ == 0) return limit;
  const std::uint64_t now = monotonic_ns();
  if (pipes_due_ns_ <= now) return 0ms;
  return std::min(limit, std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds(pipes_due_ns_ - now)));
}

void BridgeLink::look_now() {
  // In this order: what is written from here on asks for another look.
  later_set_ = false;
  say_started();
  if (on_later && !on_later()) look_later();
  if (ring_->doorbell_needed()) ring_doorbell();
}

bool BridgeLink::receive(int fd) {
  char buffer[65536];
  const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
  if (n == 0) return false;
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  inbox_.append(buffer, static_cast<std::size_t>(n));
  std::size_t at = 0;
  while (inbox_.size() - at >= sizeof(protocol::SocketFrame)) {
    protocol::SocketFrame frame;
    std::memcpy(&frame, inbox_.data() + at, sizeof frame);
    if (frame.length > protocol::kSocketFrameBytes) {
      complain("the bridge sent a frame of " + std::to_string(frame.length) + " bytes, more than the limit; connecting anew");
      return false;
    }
    if (inbox_.size() - at - sizeof frame < frame.length) break;
    if (!handle(frame, inbox_.substr(at + sizeof frame, frame.length))) return false;
    at += sizeof frame + frame.length;
  }
  inbox_.erase(0, at);
  return true;
}

bool BridgeLink::handle(const protocol::SocketFrame& frame, std::string payload) {
  switch (static_cast<SocketKind>(frame.kind)) {
    case SocketKind::welcome:
      disconnected_since_ = 0;
      // Doorbells only after the welcome: the bridge reads the hello from the same stream.
      resend_outcomes();
      return true;
    case SocketKind::command: {
      std::uint64_t held;
      {
        std::lock_guard lock(mutex_);
        // After a reconnect the bridge may repeat what is held.
        if (frame.index <= held_) return true;
        // A hole would never be filled: the hello of a new connection says what is wanted.
        if (frame.index != held_ + 1) {
          complain("the bridge sent entry " + std::to_string(frame.index) + " of the command log after entry " + std::to_string(held_) + "; connecting anew");
          return false;
        }
        held_ = frame.index;
        held = held_;
        commands_[frame.index] = Command{frame.index, static_cast<protocol::CommandKind>(frame.flags & 0xFFu), std::move(payload),
                                         (frame.flags & static_cast<std::uint16_t>(protocol::CommandFlag::renew)) != 0};
      }
      changed_.notify_all();
      board_->update([held](protocol::Board& board) { board.held = held; });
      return true;
    }
    case SocketKind::verdict: {
      {
        std::lock_guard lock(mutex_);
        verdict_ = std::max(verdict_, frame.index);
        // A verdict of an entry this rank never ran can come after a lost connection; it stays until this rank passed it.
        outcomes_.erase(outcomes_.begin(), outcomes_.upper_bound(std::min(verdict_, done_)));
        commands_.erase(commands_.begin(), commands_.upper_bound(std::min(verdict_, done_)));
        inputs_.erase(inputs_.begin(), inputs_.upper_bound(std::min(verdict_, done_)));
      }
      changed_.notify_all();
      return true;
    }
    case SocketKind::interrupt:
      take_interrupt(frame.index);
      return true;
    case SocketKind::release:
      if (on_release) on_release(frame.index, payload);
      return true;
    case SocketKind::stacks:
      answer_stacks(frame.index);
      return true;
    case SocketKind::probe:
      if (on_probe) on_probe(frame.index, segment_.progress());
      ring_doorbell();
      return true;
    case SocketKind::withdraw: {
      bool accepted;
      {
        std::lock_guard lock(mutex_);
        accepted = !follows_ && frame.index > begun_ && frame.index > contributed_;
        if (accepted) withdrawn_ = std::max(withdrawn_, frame.index);
      }
      Packer notice;
      notice.map(2).text("what").text("withdrawn").text("accepted").boolean(accepted);
      post(RingKind::notice, 0, frame.index, notice.bytes());
      return true;
    }
    case SocketKind::request:
      if (on_request) on_request(frame.index, std::move(payload));
      return true;
    case SocketKind::input_reply: {
      {
        std::lock_guard lock(mutex_);
        inputs_[frame.index].push_back(std::move(payload));
      }
      changed_.notify_all();
      return true;
    }
    case SocketKind::refuse:
      dprintf(pipes_.own_stderr, "allranks: rank %d: the bridge refused this rank: %s\n", options_.rank, payload.c_str());
      refused_ = true;
      return true;
  }
  return true;  // a kind of a later version
}

void BridgeLink::answer_stacks(std::uint64_t asked) {
  if (asked == 0 && !stacks_asked_) return;
  const std::lock_guard lock(stacks_mutex_);
  if (asked != 0) stacks_wanted_.push_back(asked);
  const std::optional<std::string> answer = on_stacks ? on_stacks(asked != 0) : std::string("\x80", 1);
  stacks_asked_ = !answer;
  if (!answer) {
    // The frame may have been read by another thread than the one that looks for the answer.
    if (asked != 0) wake_thread();
    return;
  }
  for (const std::uint64_t number : stacks_wanted_) post(RingKind::reply, 0, number, *answer);
  stacks_wanted_.clear();
}

void BridgeLink::lost(int fd) {
  const bool was_there = connected_.exchange(false);
  descriptor_ = -1;
  if (was_there) disconnected_since_ = monotonic_ns();
  {
    // The main thread may sleep for this socket: the end of the connection wakes it.
    if (fd >= 0) ::shutdown(fd, SHUT_RDWR);
    const std::lock_guard reading(reading_mutex_);
    if (reading_ >= 0) epoll_ctl(poller_.get(), EPOLL_CTL_DEL, reading_, nullptr);
    reading_ = -1;
  }
  {
    std::lock_guard lock(socket_mutex_);
    socket_ = -1;
    if (fd >= 0) ::close(fd);
  }
  changed_.notify_all();
}

void BridgeLink::resend_outcomes() {
  // A bridge that died may have read outcomes without acting on them; the new one ignores what it knows already.
  std::vector<std::pair<std::uint64_t, Outcome>> pending;
  {
    std::lock_guard lock(mutex_);
    pending.assign(outcomes_.begin(), outcomes_.end());
  }
  ++connection_;
  connected_ = true;
  changed_.notify_all();
  // Without asking: the bridge has read the hello, and asked to be woken, before this thread could give the socket to the others. One of
  // them may have taken that request and found no socket, and the bridge would sleep for ever.
  ring_doorbell();
  for (const auto& [index, outcome] : pending) post(RingKind::outcome, static_cast<std::uint16_t>(outcome.status), index, outcome.payload);
}

void BridgeLink::refresh_usage() {
  const std::uint64_t resident = resident_bytes();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const std::uint64_t cpu = (static_cast<std::uint64_t>(usage.ru_utime.tv_sec) + static_cast<std::uint64_t>(usage.ru_stime.tv_sec)) * 1000000000ull +
                            (static_cast<std::uint64_t>(usage.ru_utime.tv_usec) + static_cast<std::uint64_t>(usage.ru_stime.tv_usec)) * 1000ull;
  board_->update([&](protocol::Board& board) {
    board.resident_bytes = resident;
    board.cpu_ns = cpu;
  });
}

}  // namespace allranks
