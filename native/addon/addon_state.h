// What one Node environment (the main thread, or a worker) has of the addon.
#pragma once

#include <napi.h>

#include <map>
#include <memory>
#include <utility>

#include "event_loop.h"
#include "message_batch.h"

namespace allranks::addon {

class Link;

struct AddonState {
  std::shared_ptr<EventLoop> loop;
  Napi::FunctionReference link_class;
  Napi::FunctionReference listener_class;
  MessageReader reader;
  // Links by device and inode of their segment: a rank that connects anew comes with the same one.
  std::map<std::pair<dev_t, ino_t>, std::weak_ptr<Link>> links;
  // At this many links those that are no more are taken off the map.
  std::size_t sweep_at = 64;

  static AddonState& of(Napi::Env env) { return *env.GetInstanceData<AddonState>(); }
};

}  // namespace allranks::addon
