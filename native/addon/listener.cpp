#include "listener.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <exception>
#include <iterator>

#include "addon_state.h"
#include "link.h"
#include "link_object.h"

namespace allranks::addon {

namespace {

constexpr double kHelloMs = 10000;
// After the process has run out of descriptors, so long passes before the next connection is accepted.
constexpr std::uint64_t kRestNs = 1'000'000'000;
constexpr int kAcceptsPerRound = 64;

// Forgets links that are no more, rarely enough to cost nothing per link.
void sweep(AddonState& state) {
  if (state.links.size() < state.sweep_at) return;
  for (auto link = state.links.begin(); link != state.links.end();) link = link->second.expired() ? state.links.erase(link) : std::next(link);
  state.sweep_at = 2 * state.links.size() + 64;
}

}  // namespace

// A connection that has not completed its hello. Dismissed by `leave`; the event loop keeps it alive during its own calls.
class Listener::Arrival final : public Source {
 public:
  Arrival(std::shared_ptr<Listener> listener, UniqueFd socket) : greeting(std::move(socket)), listener_(std::move(listener)) {}

  void ready(std::uint32_t) override {
    if (!listener_) return;
    switch (greeting.advance()) {
      case Greeting::Progress::waiting: return;
      case Greeting::Progress::failed: return listener_->refuse(*this, greeting.reason);
      case Greeting::Progress::complete: return listener_->welcome(*this);
    }
  }
  void expired() override {
    if (!listener_) return;
    listener_->refuse(*this, "the peer sent " + std::to_string(greeting.received()) + " bytes of a hello and then nothing until its deadline");
  }
  void failed(const char* what) noexcept override {
    bear(what, [&] {
      if (listener_) listener_->refuse(*this, std::string("its hello could not be read: ") + what);
    });
  }
  // Off the loop and off the listener's list. The listener may be gone after this.
  std::shared_ptr<Listener> leave() {
    listener_->loop_->unwatch(greeting.fd());
    listener_->arrivals_.erase(id);
    listener_->loop_->dismiss(id);
    return std::move(listener_);
  }

  Greeting greeting;
  std::uint64_t id = 0;

 private:
  std::shared_ptr<Listener> listener_;
};

Listener::Listener(std::shared_ptr<EventLoop> loop, std::shared_ptr<Callbacks> callbacks, const std::string& path, std::uint64_t hello_ns)
    : loop_(std::move(loop)), callbacks_(std::move(callbacks)), fan_out_(std::make_shared<FanOut>(loop_)), file_(std::make_unique<SocketFile>(path)), hello_ns_(hello_ns) {}

void Listener::start() {
  id_ = loop_->enrol(shared_from_this());
  loop_->watch(id_, file_->fd(), EPOLLIN);
}

void Listener::close() {
  if (!file_) return;
  const std::shared_ptr<Listener> self = shared_from_this();
  while (!arrivals_.empty()) {
    const auto arrival = arrivals_.begin()->second.lock();
    if (arrival) {
      arrival->leave();
    } else {
      arrivals_.erase(arrivals_.begin());
    }
  }
  loop_->unwatch(file_->fd());
  loop_->dismiss(id_);
  file_.reset();
}

void Listener::ready(std::uint32_t) {
  for (int i = 0; i < kAcceptsPerRound && file_; ++i) {
    UniqueFd socket(accept4(file_->fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      if (errno == ECONNABORTED || errno == EINTR) continue;
      // Out of descriptors or memory. The connection stays in the backlog, and watching on would spin.
      const std::string reason = "cannot accept a connection: " + error_text(errno);
      loop_->unwatch(file_->fd());
      loop_->deadline(id_, shm::monotonic_ns() + kRestNs);
      callbacks_->refused(reason);
      return;
    }
    try {
      admit(std::move(socket));
    } catch (const std::exception& error) {
      callbacks_->refused(std::string("cannot serve a connection: ") + error.what());
    }
  }
}

void Listener::admit(UniqueFd socket) {
  const std::int64_t uid = peer_uid(socket.get());
  auto arrival = std::make_shared<Arrival>(shared_from_this(), std::move(socket));
  loop_->watch(arrival->id = loop_->enrol(arrival), arrival->greeting.fd(), EPOLLIN);
  arrivals_.emplace(arrival->id, arrival);
  loop_->deadline(arrival->id, shm::monotonic_ns() + hello_ns_);
  if (uid != static_cast<std::int64_t>(geteuid())) {
    refuse(*arrival, "the peer belongs to user id " + std::to_string(uid) + ", only " + std::to_string(geteuid()) + " is let in");
  }
}

void Listener::expired() {
  if (!file_) return;
  try {
    loop_->watch(id_, file_->fd(), EPOLLIN);
  } catch (const std::exception& error) {
    loop_->deadline(id_, shm::monotonic_ns() + kRestNs);
    callbacks_->refused(error.what());
  }
}

void Listener::failed(const char* what) noexcept {
  bear(what, [&] { callbacks_->refused(std::string("cannot accept a connection: ") + what); });
}

void Listener::refuse(Arrival& arrival, const std::string& reason) {
  arrival.greeting.refuse(reason);
  const std::shared_ptr<Listener> self = arrival.leave();
  arrival.greeting.take_socket().reset();
  callbacks_->refused(reason);
}

void Listener::welcome(Arrival& arrival) {
  const Napi::Env env = callbacks_->env();
  const Napi::HandleScope scope(env);
  AddonState& state = AddonState::of(env);
  Greeting& greeting = arrival.greeting;
  struct stat status{};
  fstat(greeting.segment.get(), &status);
  const std::pair<dev_t, ino_t> key{status.st_dev, status.st_ino};
  Napi::Object face;
  std::shared_ptr<Link> link;
  try {
    shm::Segment segment = shm::Segment::attach(greeting.segment.release());
    segment.forget_descriptor();
    shm::Assembler unfinished;
    const auto before = state.links.find(key);
    if (before != state.links.end()) {
      if (const auto old = before->second.lock()) unfinished = old->hand_over();
      state.links.erase(key);
    }
    // `hand_over` has called back: the listener may be closed by now, and with it this arrival.
    if (!file_) return;
    link = std::make_shared<Link>(loop_, callbacks_, fan_out_, std::move(segment), greeting.hello.rank);
    link->assembler_ = std::move(unfinished);
    link->texts_ = std::move(greeting.texts);
    LinkObject::Parts parts{link, greeting.hello, std::move(greeting.extra)};
    face = state.link_class.New({Napi::External<LinkObject::Parts>::New(env, &parts)});
  } catch (const std::exception& error) {
    return refuse(arrival, "rank " + std::to_string(greeting.hello.rank) + ": " + error.what());
  }
  const std::shared_ptr<Listener> self = arrival.leave();
  link->socket_ = greeting.take_socket();
  state.links[key] = link;
  sweep(state);
  try {
    link->start(face);
  } catch (const std::exception& error) {
    link->close();
    return callbacks_->refused("rank " + std::to_string(greeting.hello.rank) + ": " + error.what());
  }
  callbacks_->rank(face);
}

Napi::Function ListenerObject::define(Napi::Env env) {
  return DefineClass(env, "RankListener", {InstanceMethod<&ListenerObject::close>("close")});
}

ListenerObject::ListenerObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ListenerObject>(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString()) throw Napi::TypeError::New(env, "listen: path is not a string");
  if (!info[1].IsObject()) throw Napi::TypeError::New(env, "listen: callbacks is not an object");
  double hello_ms = kHelloMs;
  if (info[2].IsObject()) {
    const Napi::Value given = info[2].As<Napi::Object>().Get("helloTimeoutMs");
    if (!given.IsUndefined()) hello_ms = given.IsNumber() ? given.As<Napi::Number>().DoubleValue() : -1;
    if (!(hello_ms > 0 && hello_ms <= 3600000)) throw Napi::RangeError::New(env, "listen: helloTimeoutMs is not a number from 1 to 3600000");
  }
  auto callbacks = std::make_shared<Callbacks>(info[1].As<Napi::Object>());
  try {
    listener_ = std::make_shared<Listener>(AddonState::of(env).loop, std::move(callbacks), info[0].As<Napi::String>().Utf8Value(),
                                           static_cast<std::uint64_t>(hello_ms * 1e6));
    listener_->start();
  } catch (const std::runtime_error& error) {
    throw Napi::Error::New(env, error.what());
  }
}

void ListenerObject::close(const Napi::CallbackInfo&) { listener_->close(); }

}  // namespace allranks::addon
