// The service thread of a rank: answers completion and inspection (rank 0) and begins debug sessions while the simulation computes or a cell runs.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace allranks {

class BridgeLink;
class Python;

class Service {
 public:
  Service(Python& python, BridgeLink& link) : python_(python), link_(link) {}
  ~Service() { stop(std::chrono::seconds(5)); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Any thread; never blocks. The thread starts with the first request: a run that nobody looks at has none.
  void ask(std::uint64_t number, std::string payload);
  // Waits for the request that is being answered, at most `limit`. False: it still runs, and this object, the link and
  // Python must stay for ever. The caller must not hold the GIL. Idempotent.
  bool stop(std::chrono::seconds limit);

 private:
  void run();
  Python& python_;
  BridgeLink& link_;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::deque<std::pair<std::uint64_t, std::string>> requests_;
  bool stopping_ = false;
  bool running_ = false;
  std::condition_variable ended_;
  std::thread thread_;
};

}  // namespace allranks
