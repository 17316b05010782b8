#include "service.h"

#include <pthread.h>
#include <signal.h>

#include <exception>

#include "../link/bridge_link.h"
#include "../link/msgpack.h"
#include "host_state.h"
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
    try {
      thread_ = std::thread([this] { run(); });
      running_ = true;
    } catch (const std::exception&) {
      // No thread to be had now: the bridge answers for itself after a second, and the next question tries again.
      requests_.clear();
    }
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
  calm_floats();
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
    try {
      link_.send(protocol::RingKind::reply, 0, request.first, python_.serve(request.second));
    } catch (const std::exception& error) {
      Packer reply;
      reply.map(1).text("error").text(error.what());
      link_.post(protocol::RingKind::reply, 0, request.first, reply.bytes());
    }
  }
}

}  // namespace allranks
