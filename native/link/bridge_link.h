// Connection of one rank to the bridge.
//
// An I/O thread owns the Unix socket: it connects (and connects again, with back-off, for as long as the job lives), says
// hello, passes the memfd and receives frames. It never takes the GIL and never calls MPI, so control works whatever the
// main thread does. What the rank says goes through the output ring; after a write the producer sends one doorbell byte
// if the bridge sleeps. Nothing here ever ends or blocks the simulation: without a bridge output is dropped and counted.
#pragma once
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "../shm/board.h"
#include "../shm/protocol_generated.h"
#include "../shm/ring.h"
#include "../shm/segment.h"
#include "descriptor.h"
#include "text_pipes.h"

namespace allranks {

struct Command {
  std::uint64_t index = 0;
  protocol::CommandKind kind = protocol::CommandKind::cell;
  std::string payload;
  // A cell before this entry did not end well on all ranks.
  bool renew = false;
};

struct LinkOptions {
  std::string socket_path;
  std::string job;
  std::string program;
  std::string python_version;
  std::string mpi_version;
  int rank = 0;
  int size = 1;
  std::string guard;  // "active", or "reduced: " and what is unprotected
  std::string unprotected;  // what an active guard does not protect; for people
  std::string debugger;  // why this rank cannot be debugged; empty: it can
};

class BridgeLink {
 public:
  explicit BridgeLink(LinkOptions options);
  ~BridgeLink();
  BridgeLink(const BridgeLink&) = delete;
  BridgeLink& operator=(const BridgeLink&) = delete;

  shm::BoardWriter& board() { return *board_; }
  protocol::CrashRecord* crash() { return segment_.crash(); }
  bool connected() const { return connected_.load(std::memory_order_acquire); }
  // Seconds since the bridge was last there; 0 while it is, infinite when it has turned this rank away.
  double disconnected_for() const;
  // Nobody reads the ring, and a bridge that died would be back by now: output is dropped and counted.
  bool orphaned() const { return disconnected_for() > kOrphanWait_s; }
  static constexpr double kOrphanWait_s = 10;

  // --- Command log, main thread -------------------------------------------------------------------------------------
  // What this rank puts into the next agreement: (held, highest withdrawn). From now on a withdrawal of an entry up to
  // `held` is answered with accepted = false, because an agreement may already contain the entry.
  struct Contribution {
    std::int64_t held;
    std::int64_t withdrawn;
  };
  Contribution contribute();
  std::uint64_t held() const;
  std::uint64_t done() const;
  std::uint64_t withdrawn() const;
  // While `follows` the rank runs entries as they come (paused), so a withdrawal can no longer be accepted.
  void set_follows(bool follows);
  // The entry of that index, and its kind alone; it must be held.
  Command command(std::uint64_t index) const;
  protocol::CommandKind kind(std::uint64_t index) const;
  // First entry that is held and neither begun nor settled, for a rank that cannot run it: counts as withdrawn from now on,
  // and the caller settles it. 0: there is none.
  std::uint64_t refuse_held();
  // Marks `index` as the entry that runs. An interrupt that came before is remembered by `interrupt_pending`.
  void begin(std::uint64_t index);
  // Sends the outcome (kept and sent again until the verdict is known) and marks the entry as settled on this rank. A short
  // one never waits: a notebook that reads slowly must not hold the simulation.
  void settle(std::uint64_t index, protocol::OutcomeStatus status, std::string payload);
  bool has_verdict(std::uint64_t index) const;

  // Blocks until `ready()` (called under the lock) or the time is over. 0 % CPU. On the main thread it reads the socket itself
  // meanwhile, so that a command wakes one thread and not two.
  bool wait(const std::function<bool()>& ready, std::chrono::microseconds limit);
  // For predicates given to `wait`; the lock is held there.
  std::uint64_t held_locked() const { return held_; }
  bool has_verdict_locked(std::uint64_t index) const { return verdict_ >= index; }

  // --- Interrupts -----------------------------------------------------------------------------------------------------
  // From here until `disarm` an interrupt for `index` (an entry or an inline function), also one that was asked for before,
  // sends the signal `first` to the thread that made the link, and `again` until Python has seen it, and every second from the third
  // on, for as long as the code runs; 0: no signal. Main thread.
  void arm(std::uint64_t index, int first, int again);
  void disarm();
  // Python has seen the interrupt: `interruptPending` on the board goes back to 0. Returns its age, seconds. Main thread.
  double interrupt_taken();

  // --- Output, any thread ---------------------------------------------------------------------------------------------
  // Called while a message waits for room, as often as needed: sleeps a little (`pause_for_room`, without the GIL) and
  // says whether to go on.
  using Patience = std::function<bool()>;
  // True when the message is in the ring; false when it was given up (dropped and counted), because nobody reads or
  // `patience` said so. Without `patience` it waits without taking or releasing the GIL.
  bool send(protocol::RingKind kind, std::uint16_t flags, std::uint64_t index, std::string_view payload, const Patience& patience = {});
  // Waits until every message that other threads wait with is in the ring or given up; false when `patience` ended that.
  bool await_others(const Patience& patience);
  // For short messages that must not wait: written at once when there is room, else by the I/O thread when there is.
  void post(protocol::RingKind kind, std::uint16_t flags, std::uint64_t index, std::string payload);
  // The cell `index` has begun: said before what it prints next, or a little later, or never if it is settled by then, since that says
  // it too. Most cells cost the bridge one message of each rank.
  void tell_started(std::uint64_t index);
  // Writes a short message if there is room now, and wakes the bridge for it; false: nothing was written. Never waits. Any thread.
  bool send_at_once(protocol::RingKind kind, std::uint64_t index, std::string_view payload);
  // Has the I/O thread look after the ring and `on_later` in a while (20 ms), once for all calls until then. Any thread.
  void look_later();
  // Set before the link starts; called on the I/O thread, must not block. False: call again a little later.
  std::function<bool()> on_later;
  // Set before the link starts; called on the I/O thread when text has come through the pipes, must not block. Says what it took.
  enum class Taken { nothing, some, no_room };
  std::function<Taken()> on_piped_text;
  TextPipes& pipes() { return pipes_; }
  void pause_for_room() { ring_->pause(std::chrono::milliseconds(20)); }
  void set_position(std::int64_t step, double time);

  // --- The MPI guard --------------------------------------------------------------------------------------------------
  // Set before the link starts; called on the thread that reads the socket, the I/O thread or the main one while it waits; must
  // neither block nor call this object.
  std::function<void(std::uint64_t index)> on_interrupt;
  std::function<void(std::uint64_t index, const std::string& sentence)> on_release;
  std::function<void(std::uint64_t number, protocol::ProgressPage* page)> on_probe;

  // Asks (true) what the calling threads do, or looks for the answer (false), which may take a while: then nothing. Set before the
  // link starts; called by one thread at a time, must not block.
  std::function<std::optional<std::string>(bool ask)> on_stacks;

  // --- Requests and input ---------------------------------------------------------------------------------------------
  // Set before the link starts; called on the thread that reads the socket, must not block.
  std::function<void(std::uint64_t number, std::string payload)> on_request;
  void start();
  // The answer to an input request of that command, once; nothing when `limit` is over.
  std::optional<std::string> wait_input(std::uint64_t index, std::chrono::milliseconds limit);

  // Waits until the bridge has read everything or `limit` is over, then closes. Idempotent.
  void close(std::chrono::milliseconds limit);
  // In a forked child: nothing may be sent any more, and the bridge must not take the child for the rank. Only calls that are
  // allowed between fork and exec.
  void disable_in_child();
  bool in_child() const { return child_; }
  // Number of the present connection, for who asked a bridge that may be gone.
  std::uint64_t connection() const { return connection_.load(); }

 private:
  class Reading;
  bool write(bool ahead, protocol::RingKind kind, std::uint16_t flags, std::uint64_t index, std::string_view payload, const Patience& patience);
  // Between two looks at the ring that a message waits for; false: it is given up.
  bool go_on(bool doorbell, const Patience& patience);
  void run();
  bool connect_once();
  bool wait_for(int fd, short events, std::chrono::milliseconds limit);
  void wake_thread();
  bool posts_wait();
  void look_now();
  bool say_hello(int fd);
  void serve(int fd);
  bool receive(int fd);
  // False: the connection is no good.
  bool handle(const protocol::SocketFrame& frame, std::string payload);
  void take_interrupt(std::uint64_t index);
  // Takes request `asked` (0: none), and answers all that wait as soon as it can.
  void answer_stacks(std::uint64_t asked);
  // With the lock held.
  void send_interrupt();
  // Repeats an interrupt that is due; returns `limit`, or less when the next one is due before.
  std::chrono::milliseconds repeat_interrupt(std::chrono::milliseconds limit);
  void lost(int fd);
  void resend_outcomes();
  void complain(const std::string& sentence);
  void flush_posts();
  void ring_doorbell();
  void say_started();
  void refresh_usage();
  // What the I/O thread does about text in the pipes, and when it has to look again at the latest.
  void watch_pipes(bool on);
  void take_piped_text();
  std::chrono::milliseconds until_pipes(std::chrono::milliseconds limit) const;

  LinkOptions options_;
  shm::Segment segment_;
  std::unique_ptr<shm::BoardWriter> board_;
  std::unique_ptr<shm::RingProducer> ring_;
  pthread_t main_thread_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Command> commands_;  // held and without a verdict
  struct Outcome {
    protocol::OutcomeStatus status;
    std::string payload;
  };
  std::map<std::uint64_t, Outcome> outcomes_;  // sent, verdict not yet known
  // Lines of input by the index of the cell, in order: the next may come before a slow rank has asked for the one before.
  std::map<std::uint64_t, std::deque<std::string>> inputs_;
  std::uint64_t held_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t begun_ = 0;
  std::uint64_t verdict_ = 0;
  std::uint64_t withdrawn_ = 0;
  std::uint64_t contributed_ = 0;
  std::uint64_t armed_ = 0;
  std::uint64_t interrupt_for_ = 0;
  std::mutex stacks_mutex_;
  std::vector<std::uint64_t> stacks_wanted_;  // numbers of requests
  std::atomic<bool> stacks_asked_{false};
  int first_signal_ = 0;
  int repeat_signal_ = 0;
  std::uint64_t interrupted_at_ns_ = 0;
  std::uint64_t repeat_at_ns_ = 0;  // 0: nothing to repeat
  bool interrupt_shown_ = false;
  bool follows_ = false;

  std::atomic<bool> connected_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> disconnected_since_{0};
  std::atomic<std::int64_t> step_{0};
  std::atomic<double> time_{0};
  std::atomic<bool> child_{false};
  std::atomic<bool> refused_{false};
  std::atomic<std::uint64_t> connection_{0};
  int complaints_ = 0;
  // Guards the descriptor against being closed, and given to somebody else, while another thread rings the doorbell.
  std::mutex socket_mutex_;
  std::atomic<int> socket_{-1};
  int descriptor_ = -1;  // of the connection being made or served; I/O thread
  // Held by the thread that reads the socket, also while it sleeps for it. `inbox_` and `complaints_` belong to it.
  std::mutex reading_mutex_;
  int reading_ = -1;  // the socket, while frames can be read from it
  std::atomic<bool> drop_{false};  // the main thread found the connection to be no good
  Descriptor wake_;    // eventfd: the I/O thread shall look
  Descriptor later_;   // timerfd: it shall look a little later
  Descriptor poller_;  // epoll: what the I/O thread sleeps for
  std::atomic<bool> later_set_{false};
  std::atomic<std::uint64_t> started_{0};  // what `tell_started` has to say; 0: nothing
  TextPipes pipes_;
  std::uint64_t pipes_due_ns_ = 0;  // of the I/O thread; 0: epoll tells when text comes
  std::string inbox_;
  struct Post {
    protocol::RingKind kind;
    std::uint16_t flags;
    std::uint64_t index;
    std::string payload;
  };
  std::mutex posts_mutex_;
  std::deque<Post> unsent_;
  std::thread thread_;
};

}  // namespace allranks
