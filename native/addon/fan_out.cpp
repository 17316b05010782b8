#include "fan_out.h"

#include <utility>

#include "event_loop.h"
#include "link.h"

namespace allranks::addon {

namespace {

// Output of ranks that are not asked may wait so long. Not less: the bridge would wake up for it in every cell.
constexpr std::uint64_t kQuietNs = 10'000'000;

}  // namespace

FanOut::FanOut(std::shared_ptr<EventLoop> loop) : loop_(std::move(loop)) {}

void FanOut::command(const std::shared_ptr<Link>& link, std::uint64_t index) {
  if (index != index_) end();
  index_ = index;
  if (!members_.empty()) members_.back()->hush();
  if (members_.size() == 1) loop_->deadline(members_.front()->number(), shm::monotonic_ns() + kQuietNs);
  members_.push_back(link);
  link->owe(index);
  owing_ += 1;
  speaker_ = link.get();
}

void FanOut::heard() {
  speaker_ = nullptr;
  for (const auto& member : members_) {
    if (member->owes()) loop_->soon(member->number());
  }
}

bool FanOut::asks(const Link& link) {
  if (!link.owes()) return true;
  if (speaker_ == nullptr) speaker_ = &link;
  return speaker_ == &link;
}

void FanOut::done(const Link& link) {
  owing_ -= 1;
  if (owing_ == 0) return end();
  if (speaker_ == &link) heard();
}

void FanOut::end() {
  index_ = 0;
  owing_ = 0;
  speaker_ = nullptr;
  for (const auto& member : std::exchange(members_, {})) {
    loop_->deadline(member->number(), 0);
    if (!member->owes()) continue;
    member->owe(0);
    loop_->soon(member->number());
  }
}

}  // namespace allranks::addon
