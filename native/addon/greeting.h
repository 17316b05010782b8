// Receives the hello of one new connection; no JavaScript here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "../shm/protocol_generated.h"
#include "unique_fd.h"

namespace allranks::addon {

class Greeting {
 public:
  enum class Progress { waiting, complete, failed };

  explicit Greeting(UniqueFd socket) : socket_(std::move(socket)) {}

  // Reads what has come. `complete`: the members below hold; `failed`: `reason` says why in one sentence.
  Progress advance();

  protocol::Hello hello{};
  std::vector<std::uint8_t> extra;
  // The descriptor of the segment, and after it those of the pipes of stdout and stderr, if the rank has any; further ones that came
  // along have been closed.
  static constexpr std::size_t kTexts = 2;
  UniqueFd segment;
  std::vector<UniqueFd> texts;
  std::string reason;

  int fd() const { return socket_.get(); }
  UniqueFd take_socket() { return std::move(socket_); }
  // Tells the peer why it is turned away, as far as its socket takes it at once.
  void refuse(const std::string& text);
  // Bytes of the hello that have come.
  std::size_t received() const { return received_; }

 private:
  Progress fail(std::string text);
  Progress check();

  UniqueFd socket_;
  std::size_t received_ = 0;
};

}  // namespace allranks::addon
