#include "link.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>

namespace allranks::addon {

namespace {

// One delivery: at most about so many bytes of the ring and so many messages.
constexpr std::size_t kSliceBytes = std::size_t{1} << 20;
constexpr std::size_t kStepBytes = std::size_t{1} << 16;
constexpr std::uint32_t kSliceMessages = 4096;
// What native code of a dead rank has left in one of its pipes; a pipe holds less.
constexpr std::size_t kLastTextBytes = std::size_t{1} << 20;
// Payloads up to this size are copied to leave together with others.
constexpr std::size_t kJoinedBytes = std::size_t{1} << 14;
// A closed link still sends what is queued, for at most so long.
constexpr std::uint64_t kFarewellNs = 5'000'000'000;

// Sends the rest of a closed link's queue.
class Farewell final : public Source {
 public:
  static void begin(std::shared_ptr<EventLoop> loop, UniqueFd socket, SendQueue queue) {
    auto farewell = std::make_shared<Farewell>(loop, std::move(socket), std::move(queue));
    farewell->id_ = loop->enrol(farewell);
    loop->watch(farewell->id_, farewell->socket_.get(), EPOLLOUT);
    loop->deadline(farewell->id_, shm::monotonic_ns() + kFarewellNs);
  }
  Farewell(std::shared_ptr<EventLoop> loop, UniqueFd socket, SendQueue queue)
      : loop_(std::move(loop)), socket_(std::move(socket)), queue_(std::move(queue)) {}
  void ready(std::uint32_t) override {
    int error = 0;
    if (!queue_.flush(socket_.get(), &error) || queue_.bytes() == 0) expired();
  }
  void expired() override {
    socket_.reset();
    loop_->dismiss(id_);
  }
  void failed(const char*) noexcept override { expired(); }

 private:
  std::shared_ptr<EventLoop> loop_;
  UniqueFd socket_;
  SendQueue queue_;
  std::uint64_t id_ = 0;
};

}  // namespace

Link::Link(std::shared_ptr<EventLoop> loop, std::shared_ptr<Callbacks> callbacks, std::shared_ptr<FanOut> fan_out, shm::Segment segment, std::uint32_t rank)
    : loop_(std::move(loop)), callbacks_(std::move(callbacks)), fan_out_(std::move(fan_out)), rank_(rank), segment_(std::move(segment)) {
  consumer_.emplace(*segment_);
  message_start_ = consumer_->position();
}

Link::~Link() = default;

void Link::start(Napi::Object face) {
  id_ = loop_->enrol(shared_from_this());
  process_ = PeerProcess(socket_.get());
  loop_->watch(id_, socket_.get(), EPOLLIN);
  face_ = Napi::Persistent(face);
  // The ring may hold output from before; reading it also asks for the first doorbell.
  loop_->soon(id_);
}

void Link::send(std::uint16_t kind, std::uint16_t flags, std::uint64_t index, const std::uint8_t* payload, std::size_t n, bool more) {
  if (dead_) return;
  if (kind == static_cast<std::uint16_t>(protocol::SocketKind::probe)) probe_ = index;
  if (kind == static_cast<std::uint16_t>(protocol::SocketKind::command)) fan_out_->command(shared_from_this(), index);
  const protocol::SocketFrame frame{static_cast<std::uint32_t>(n), kind, flags, index};
  std::size_t sent = 0;
  const bool joins = n <= kJoinedBytes && !output_watched_;
  const bool in_round = joins && loop_->at_end(id_);
  if (in_round || (joins && (more || waits_))) {
    queue_.append(&frame, sizeof frame);
    if (n > 0) queue_.append(payload, n);
    waits_ = more && !in_round;
    if (!in_round && !more) flush();
    return;
  }
  if (waits_) flush();
  if (dead_) return;
  if (queue_.bytes() == 0) {
    int error = 0;
    const ssize_t accepted = send_pieces(socket_.get(), &frame, sizeof frame, payload, n, &error);
    if (accepted == -2) return die(end_text(error));
    if (accepted > 0) sent = static_cast<std::size_t>(accepted);
  }
  if (sent == sizeof frame + n) return;
  if (sent < sizeof frame) queue_.append(reinterpret_cast<const std::uint8_t*>(&frame) + sent, sizeof frame - sent);
  const std::size_t paid = sent > sizeof frame ? sent - sizeof frame : 0;
  queue_.append(payload + paid, n - paid);
  watch_output();
}

void Link::end_of_round() {
  if (!dead_ && open()) flush();
}

void Link::flush() {
  waits_ = false;
  int error = 0;
  if (!queue_.flush(socket_.get(), &error)) return die(end_text(error));
  watch_output();
}

void Link::watch_output() {
  const bool wanted = queue_.bytes() > 0;
  if (wanted == output_watched_) return;
  output_watched_ = wanted;
  if (!loop_->change(id_, socket_.get(), wanted ? EPOLLIN | EPOLLOUT : EPOLLIN)) die("the operating system refused to watch the connection");
}

void Link::hold(bool on) {
  held_ = on;
  if (!on && id_ != 0) loop_->soon(id_);
}

void Link::hush() {
  if (consumer_) consumer_->disarm();
}

void Link::skip(std::uint64_t position) {
  if (!consumer_) return;
  consumer_->skip_to(position);
  message_start_ = consumer_->position();
}

void Link::ready(std::uint32_t events) {
  if (dead_ || !open()) return;
  if ((events & EPOLLOUT) != 0) {
    int error = 0;
    if (!queue_.flush(socket_.get(), &error)) return die(end_text(error));
    watch_output();
  }
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;
  char doorbells[4096];
  const Received got = receive(socket_.get(), doorbells, sizeof doorbells, nullptr);
  if (got.bytes == 0) return die(end_text(0));
  if (got.bytes == -2) return die(end_text(got.error));
  if (got.bytes > 0) {
    fan_out_->heard();
    if (!held_) loop_->soon(id_);
  }
  // Also of a rank that is held: its output waits, what it does in MPI is known all the same.
  if (probe_ != 0) tell_probed();
}

void Link::tell_probed() {
  if (shm::load_acquire(&segment_->progress()->probe) != probe_) return;
  probe_ = 0;
  const Napi::HandleScope scope(callbacks_->env());
  callbacks_->probed(face_.Value());
}

std::size_t Link::read_ring(MessageBatch& batch, std::size_t limit) {
  std::size_t total = 0;
  while (total < limit && batch.count() < kSliceMessages) {
    const std::size_t read = consumer_->read(std::min(kStepBytes, limit - total), [&](const protocol::RingFrame& frame, const shm::Pieces& payload) {
      if (!assembler_.busy()) message_start_ = consumer_->position();
      assembler_.add(frame, payload, [&](const protocol::RingFrame& message, const shm::Pieces& whole) {
        if (owes() && message.index == owed_ && message.kind == static_cast<std::uint16_t>(protocol::RingKind::outcome)) {
          owed_ = 0;
          fan_out_->done(*this);
        }
        batch.add(message, whole, &assembler_);
      });
    });
    if (read == 0) break;
    total += read;
  }
  return total;
}

std::uint64_t Link::handled() const {
  const std::uint64_t read = consumer_->position();
  // The parts of a message stay in the ring until it is complete, so that it does not die with this process; but the rank must
  // have room to go on with one that is longer.
  return assembler_.busy() && read - message_start_ <= segment_->ring_bytes() / 2 ? message_start_ : read;
}

std::size_t Link::work() {
  if (!consumer_ || gone_ || (held_ && !dead_)) return 0;
  const Napi::Env env = callbacks_->env();
  const Napi::HandleScope scope(env);
  MessageBatch batch(env);
  const std::size_t read = read_ring(batch, dead_ ? std::min(kSliceBytes, last_bytes_) : kSliceBytes);
  const bool more = read >= kSliceBytes || batch.count() >= kSliceMessages;
  if (consumer_->broken()) die(consumer_->reason());
  if (dead_) last_bytes_ -= std::min(read, last_bytes_);
  const bool last = dead_ && (!more || last_bytes_ == 0 || consumer_->broken());
  if (last) {
    assembler_.finish();
    read_texts(batch);
  }
  batch.finish();
  failed_bytes_ += batch.failed_bytes();
  const std::uint64_t position = handled();
  if (batch.count() > 0) callbacks_->messages(face_.Value(), batch.array(), position);
  // The callback may have closed or held the link.
  if (!consumer_ || gone_) return read;
  consumer_->give_back(position);
  if (last) {
    finish();
  } else if (dead_ || more || (!held_ && fan_out_->asks(*this) && !consumer_->arm())) {
    loop_->soon(id_);
  }
  return read;
}

// Never waits: a child of the rank may live on and keep a pipe open.
void Link::read_texts(MessageBatch& batch) {
  const protocol::Board state = board();
  for (std::size_t at = 0; at < texts_.size(); ++at) {
    const auto kind = static_cast<std::uint16_t>(at == 0 ? protocol::RingKind::stdout : protocol::RingKind::stderr);
    std::vector<std::uint8_t> text(kLastTextBytes);
    std::size_t size = 0;
    while (size < text.size()) {
      const ssize_t got = ::read(texts_[at].get(), text.data() + size, text.size() - size);
      if (got <= 0) break;
      size += static_cast<std::size_t>(got);
    }
    if (size == 0) continue;
    const std::uint64_t index = state.current != 0 ? state.current : state.done;
    batch.add(protocol::RingFrame{static_cast<std::uint32_t>(size), kind, 0, index, state.step, state.time}, shm::Pieces{text.data(), size, nullptr, 0});
  }
  texts_.clear();
}

void Link::die(std::string reason) {
  if (dead_) return;
  dead_ = true;
  reason_ = std::move(reason);
  // Now, or the parent of the rank has fetched it.
  process_.look();
  last_bytes_ = segment_->ring_bytes();
  loop_->unwatch(socket_.get());
  socket_.reset();
  queue_ = SendQueue();
  fan_out_->end();
  loop_->soon(id_);
}

void Link::failed(const char* what) noexcept {
  bear(what, [&] {
    // Where reading its last words fails, those are given up.
    if (dead_ && !gone_) return finish();
    die(std::string("the bridge could not go on with it: ") + what);
  });
}

void Link::finish() {
  gone_ = true;
  loop_->dismiss(id_);
  const Napi::HandleScope scope(callbacks_->env());
  const Napi::Value face = face_.Value();
  face_.Reset();
  callbacks_->gone(face, "rank " + std::to_string(rank_) + ": " + reason_);
}

shm::Assembler Link::hand_over() {
  if (!consumer_) return {};
  die("the rank connected anew");
  while (consumer_ && !gone_ && last_bytes_ > 0) {
    const Napi::HandleScope scope(callbacks_->env());
    MessageBatch batch(callbacks_->env());
    const std::size_t read = read_ring(batch, std::min(kSliceBytes, last_bytes_));
    last_bytes_ -= std::min(read, last_bytes_);
    if (read == 0) last_bytes_ = 0;
    batch.finish();
    failed_bytes_ += batch.failed_bytes();
    if (batch.count() > 0) callbacks_->messages(face_.Value(), batch.array(), consumer_->position());
    // The unfinished message goes to the next link, which must not read its parts again.
    if (consumer_) consumer_->give_back(consumer_->position());
  }
  shm::Assembler unfinished = std::move(assembler_);
  assembler_ = shm::Assembler();
  if (consumer_ && !gone_) finish();
  failed_bytes_ = lost_bytes();
  consumer_.reset();
  return unfinished;
}

Napi::Value Link::drain(Napi::Env env) {
  MessageBatch batch(env);
  if (consumer_) {
    std::size_t left = segment_->ring_bytes();
    for (std::size_t read = 1; read > 0 && left > 0; left -= std::min(read, left)) {
      read = consumer_->drain(std::min(kSliceBytes, left), [&](const protocol::RingFrame& frame, const shm::Pieces& payload) {
        assembler_.add(frame, payload, [&](const protocol::RingFrame& message, const shm::Pieces& whole) { batch.add(message, whole, &assembler_); });
      });
    }
    if (gone_) assembler_.finish();
  }
  batch.finish();
  failed_bytes_ += batch.failed_bytes();
  return batch.array();
}

protocol::CrashRecord Link::crash() const {
  if (!segment_) return crash_;
  // The number is written last: what belongs to it is there once it is.
  const protocol::CrashRecord* record = segment_->crash();
  return shm::load_acquire(&record->signal) == 0 ? protocol::CrashRecord{} : *record;
}

std::uint64_t Link::lost_bytes() const {
  return (consumer_ ? consumer_->lost_bytes() : 0) + assembler_.dropped_bytes() + failed_bytes_;
}

void Link::close() {
  if (!open()) return;
  fan_out_->end();
  if (!dead_) {
    loop_->unwatch(socket_.get());
    if (queue_.bytes() > 0) Farewell::begin(loop_, std::move(socket_), std::move(queue_));
    socket_.reset();
  }
  loop_->dismiss(id_);
  face_.Reset();
  dead_ = gone_ = true;
  queue_ = SendQueue();
  crash_ = crash();
  consumer_.reset();
  segment_.reset();
  texts_.clear();
}

}  // namespace allranks::addon
