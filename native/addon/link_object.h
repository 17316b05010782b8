// `RankLink` of addon.ts: checks arguments and converts values; the work is done by Link.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "../shm/protocol_generated.h"
#include "link.h"

namespace allranks::addon {

class LinkObject final : public Napi::ObjectWrap<LinkObject> {
 public:
  // What a new object is made of; passed to the constructor as an external value.
  struct Parts {
    std::shared_ptr<Link> link;
    protocol::Hello hello;
    std::vector<std::uint8_t> extra;
  };

  static Napi::Function define(Napi::Env env);
  explicit LinkObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value hello(const Napi::CallbackInfo& info);
  Napi::Value queued_bytes(const Napi::CallbackInfo& info);
  Napi::Value board(const Napi::CallbackInfo& info);
  Napi::Value progress(const Napi::CallbackInfo& info);
  Napi::Value ending(const Napi::CallbackInfo& info);
  Napi::Value drain(const Napi::CallbackInfo& info);
  void send(const Napi::CallbackInfo& info);
  void hold(const Napi::CallbackInfo& info);
  void skip(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  std::shared_ptr<Link> link_;
  Napi::ObjectReference hello_;
};

}  // namespace allranks::addon
