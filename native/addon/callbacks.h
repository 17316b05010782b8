// The functions that JavaScript gave to `listen`, and how they are called from the event loop.
#pragma once

#include <napi.h>

#include <cstdint>
#include <initializer_list>

namespace allranks::addon {

// Calls one function of the listener. An exception in it becomes Node's `uncaughtException`, as for any event handler.
// The callee may close links and listeners: callers look at their own state again afterwards.
class Callbacks {
 public:
  // Throws Napi::TypeError unless `object` has all five functions.
  explicit Callbacks(Napi::Object object);

  void rank(Napi::Value link) { call("rank", {link}); }
  void messages(Napi::Value link, Napi::Value batch, std::uint64_t position) {
    const Napi::HandleScope scope(env());
    call("messages", {link, batch, Napi::Number::New(env(), static_cast<double>(position))});
  }
  void gone(Napi::Value link, const std::string& reason);
  void refused(const std::string& reason);
  void probed(Napi::Value link) { call("probed", {link}); }
  Napi::Env env() const { return object_.Env(); }

 private:
  void call(const char* name, std::initializer_list<napi_value> arguments);

  Napi::ObjectReference object_;
  Napi::AsyncContext context_;
};

}  // namespace allranks::addon
