// The connection to one rank: socket, board and ring. Its face in JavaScript is LinkObject.
//
// Life: `start`; then messages flow; the socket fails or the ring breaks (`die`); what is left in the ring is delivered, in
// slices; `gone` is called once. Board and ring stay readable until `close`.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../shm/assembler.h"
#include "../shm/board.h"
#include "../shm/ring.h"
#include "callbacks.h"
#include "event_loop.h"
#include "fan_out.h"
#include "message_batch.h"
#include "peer_process.h"
#include "send_queue.h"
#include "unique_fd.h"

namespace allranks::addon {

class Link final : public Source, public std::enable_shared_from_this<Link> {
 public:
  Link(std::shared_ptr<EventLoop> loop, std::shared_ptr<Callbacks> callbacks, std::shared_ptr<FanOut> fan_out, shm::Segment segment, std::uint32_t rank);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() override;

  // Begins to watch the socket and to deliver. `face` is the JavaScript object given to callbacks; kept alive until `gone`
  // or `close`. Throws std::runtime_error.
  void start(Napi::Object face);
  // See addon.ts. `send` queues nothing once the rank is dead: `gone` tells. What callbacks send within one round of the event loop
  // leaves at its end in one piece, and so does a frame of which it is told that `more` follows: a verdict and the entry after it cost
  // the rank one wake-up.
  void send(std::uint16_t kind, std::uint16_t flags, std::uint64_t index, const std::uint8_t* payload, std::size_t n, bool more);
  std::size_t queued_bytes() const { return queue_.bytes(); }
  void hold(bool on);
  // Its number in the event loop; 0 before `start`.
  std::uint64_t number() const { return id_; }
  // Takes the request for a doorbell back.
  void hush();
  // Its outcome of this command is awaited together with those of others; 0: not.
  void owe(std::uint64_t index) { owed_ = index; }
  bool owes() const { return owed_ != 0; }
  // Frames before `position` were handled by an earlier bridge. Only before the first of them has been delivered.
  void skip(std::uint64_t position);
  Napi::Value drain(Napi::Env env);
  void close();
  bool open() const { return segment_.has_value(); }
  // How the rank's process ended, as far as the operating system tells, and what it recorded itself. Also after `close`.
  std::optional<int> wait_status() const { return process_.wait_status(); }
  protocol::CrashRecord crash() const;
  // Only while open.
  const protocol::ProgressPage* progress() const { return segment_->progress(); }
  protocol::Board board() const { return shm::BoardReader(segment_->board()).read(); }
  std::uint64_t lost_bytes() const;

  // The same rank has connected anew with the same segment: delivers everything, calls `gone`, and gives up the ring, so that
  // never two consumers read it. Returns the unfinished message for the next link.
  shm::Assembler hand_over();

  void ready(std::uint32_t events) override;
  void expired() override { fan_out_->end(); }
  std::size_t work() override;
  void end_of_round() override;
  void failed(const char* what) noexcept override;

 private:
  void die(std::string reason);
  void tell_probed();
  void finish();
  // Sends what is queued.
  void flush();
  void watch_output();
  std::size_t read_ring(MessageBatch& batch, std::size_t limit);
  // Up to where the ring may be given back once what was read has been handled.
  std::uint64_t handled() const;
  void read_texts(MessageBatch& batch);

  friend class Listener;

  std::shared_ptr<EventLoop> loop_;
  std::shared_ptr<Callbacks> callbacks_;
  std::shared_ptr<FanOut> fan_out_;
  UniqueFd socket_;
  PeerProcess process_;
  protocol::CrashRecord crash_{};
  std::uint32_t rank_;
  // The consumer points into the segment: it is declared after it and dies before it.
  std::optional<shm::Segment> segment_;
  std::optional<shm::RingConsumer> consumer_;
  shm::Assembler assembler_;
  // Where the message begins whose parts are being joined.
  std::uint64_t message_start_ = 0;
  // Pipes into which native code of the rank prints during cells. The rank reads them itself while it lives.
  std::vector<UniqueFd> texts_;
  SendQueue queue_;
  // A frame waits for the one that it is to leave with.
  bool waits_ = false;
  Napi::ObjectReference face_;
  std::uint64_t id_ = 0;
  std::uint64_t failed_bytes_ = 0;
  std::uint64_t owed_ = 0;
  // Number of the probe that was sent last and not answered yet; 0: none.
  std::uint64_t probe_ = 0;
  bool held_ = false;
  bool output_watched_ = false;
  bool dead_ = false;
  bool gone_ = false;
  std::string reason_;
  // What may still be read of a dead rank's ring; a writer that goes on all the same cannot delay `gone` for ever.
  std::size_t last_bytes_ = 0;
};

}  // namespace allranks::addon
