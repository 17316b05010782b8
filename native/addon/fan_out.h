// Ranks that work on the same command are mostly done at about the same time, and a wake-up of the bridge costs them and it more than
// what they have to say. So only one of them has its doorbell asked for. When it rings, the rings of all are read, and one that is not
// done yet is asked next. Some milliseconds later all are.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace allranks::addon {

class EventLoop;
class Link;

// One for all ranks of a listener; used on the thread of the event loop.
class FanOut {
 public:
  explicit FanOut(std::shared_ptr<EventLoop> loop);
  FanOut(const FanOut&) = delete;
  FanOut& operator=(const FanOut&) = delete;

  // A command is about to leave for this rank. Ranks that get the same one in a row belong together.
  void command(const std::shared_ptr<Link>& link, std::uint64_t index);
  // A rank has rung: what the others have said is read.
  void heard();
  // The ring of this rank has been read. Whether its doorbell is to be asked for.
  bool asks(const Link& link);
  // The outcome of this rank has come, which it owed.
  void done(const Link& link);
  // The time is over, or a rank is gone: all are read, and from then on asked for their doorbells as ever.
  void end();

 private:
  std::shared_ptr<EventLoop> loop_;
  // The command that they work on; 0: none.
  std::uint64_t index_ = 0;
  std::vector<std::shared_ptr<Link>> members_;
  // Of `members_`, those that are not done.
  std::size_t owing_ = 0;
  // The one whose doorbell is asked for; null: the next one that is not done.
  const Link* speaker_ = nullptr;
};

}  // namespace allranks::addon
