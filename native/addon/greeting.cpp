#include "greeting.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "socket.h"

namespace allranks::addon {

namespace {
// Read per turn: a slow or endless hello costs no more than this at a time, whatever length it announces.
constexpr std::size_t kPieceBytes = 64 * 1024;

// A pipe, which is read without waiting from here on.
bool is_quick_pipe(int descriptor) {
  struct stat status{};
  return fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode) && fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0;
}
}  // namespace

Greeting::Progress Greeting::advance() {
  std::vector<UniqueFd> descriptors;
  Received got{};
  if (received_ < sizeof hello) {
    got = receive(fd(), reinterpret_cast<char*>(&hello) + received_, sizeof hello - received_, &descriptors);
  } else {
    const std::size_t had = received_ - sizeof hello;
    extra.resize(std::min<std::size_t>(hello.extra_bytes, had + kPieceBytes));
    got = receive(fd(), extra.data() + had, extra.size() - had, &descriptors);
    extra.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got.bytes, 0)));
  }
  for (UniqueFd& descriptor : descriptors) {
    if (!segment) {
      segment = std::move(descriptor);
    } else if (texts.size() < kTexts && is_quick_pipe(descriptor.get())) {
      texts.push_back(std::move(descriptor));
    }
  }
  if (got.bytes == -1) return Progress::waiting;
  if (got.bytes == -2) return fail("the connection failed during the hello: " + error_text(got.error));
  if (got.bytes == 0) return fail("the connection closed after " + std::to_string(received_) + " bytes of its hello");
  received_ += static_cast<std::size_t>(got.bytes);
  return check();
}

Greeting::Progress Greeting::check() {
  constexpr std::size_t kVersionKnown = offsetof(protocol::Hello, version) + sizeof(hello.version);
  if (received_ >= sizeof hello.magic && hello.magic != protocol::kSegmentMagic) {
    return fail("the peer is not a rank: its hello does not begin with the magic number");
  }
  // Before the length of the hello counts: it may be another one in another version.
  if (received_ >= kVersionKnown && hello.version != protocol::kVersion) {
    return fail("the rank speaks protocol version " + std::to_string(hello.version) + ", this bridge speaks version " +
                std::to_string(protocol::kVersion) + "; build the simulation against the installed liballranks");
  }
  if (received_ < sizeof hello) return Progress::waiting;
  if (hello.extra_bytes > protocol::kSocketFrameBytes) {
    return fail("the hello announces " + std::to_string(hello.extra_bytes) + " further bytes, at most " +
                std::to_string(protocol::kSocketFrameBytes) + " are allowed");
  }
  if (hello.rank >= hello.size) return fail("the hello names rank " + std::to_string(hello.rank) + " of " + std::to_string(hello.size));
  if (received_ < sizeof hello + hello.extra_bytes) return Progress::waiting;
  if (!segment) return fail("the hello of rank " + std::to_string(hello.rank) + " brought no shared memory");
  return Progress::complete;
}

Greeting::Progress Greeting::fail(std::string text) {
  reason = std::move(text);
  return Progress::failed;
}

void Greeting::refuse(const std::string& text) {
  const protocol::SocketFrame frame{static_cast<std::uint32_t>(text.size()), static_cast<std::uint16_t>(protocol::SocketKind::refuse), 0, 0};
  int error = 0;
  send_pieces(fd(), &frame, sizeof frame, text.data(), text.size(), &error);
}

}  // namespace allranks::addon
