#include "service.h"

#include <pthread.h>
#include <signal.h>

#include "../link/bridge_link.h"
#include "python.h"

namespace allranks {

namespace {
// More questions than this waiting means that nobody waits for the answers any more: the bridge gives up after 1 s.
constexpr std::size_t kMostWaiting = 64;
}  // namespace

void Service::ask(std::uint64_t number, std::string payload) {
  std::lock_guard lock(mutex_);
  if (stopping_) return;
  if (requests_.size() >= kMostWaiting) requests_.pop_front();
  requests_.emplace_back(number, std::move(payload));
  if (!thread_.joinable()) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    running_ = true;
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  asked_.notify_one();
}

bool Service::stop(std::chrono::seconds limit) {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    asked_.notify_one();
    if (!ended_.wait_for(lock, limit, [this] { return !running_; })) {
      if (thread_.joinable()) thread_.detach();
      return false;
    }
  }
  if (thread_.joinable()) thread_.join();
  return true;
}

void Service::run() {
  for (;;) {
    std::pair<std::uint64_t, std::string> request;
    {
      std::unique_lock lock(mutex_);
      asked_.wait(lock, [this] { return stopping_ || !requests_.empty(); });
      if (stopping_) {
        running_ = false;
        ended_.notify_all();
        return;
      }
      request = std::move(requests_.front());
      requests_.pop_front();
    }
    link_.send(protocol::RingKind::reply, 0, request.first, python_.serve(request.second));
  }
}

}  // namespace allranks
