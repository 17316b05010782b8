// Accepts ranks: listening socket, hello with a deadline, checks, refusals. `RankListener` of addon.ts.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "callbacks.h"
#include "event_loop.h"
#include "fan_out.h"
#include "greeting.h"
#include "socket.h"

namespace allranks::addon {

class Listener final : public Source, public std::enable_shared_from_this<Listener> {
 public:
  Listener(std::shared_ptr<EventLoop> loop, std::shared_ptr<Callbacks> callbacks, const std::string& path, std::uint64_t hello_ns);

  // Begins to accept. Throws std::runtime_error.
  void start();
  // Stops accepting, removes the socket file and drops connections that have not said hello yet. Idempotent.
  void close();

  void ready(std::uint32_t events) override;
  void expired() override;
  void failed(const char* what) noexcept override;

 private:
  class Arrival;

  void admit(UniqueFd socket);
  void welcome(Arrival& arrival);
  void refuse(Arrival& arrival, const std::string& reason);

  std::shared_ptr<EventLoop> loop_;
  std::shared_ptr<Callbacks> callbacks_;
  std::shared_ptr<FanOut> fan_out_;
  std::unique_ptr<SocketFile> file_;
  std::uint64_t hello_ns_;
  std::uint64_t id_ = 0;
  std::unordered_map<std::uint64_t, std::weak_ptr<Arrival>> arrivals_;
};

class ListenerObject final : public Napi::ObjectWrap<ListenerObject> {
 public:
  static Napi::Function define(Napi::Env env);
  // Arguments as of `Addon.listen`.
  explicit ListenerObject(const Napi::CallbackInfo& info);

 private:
  void close(const Napi::CallbackInfo& info);

  std::shared_ptr<Listener> listener_;
};

}  // namespace allranks::addon
