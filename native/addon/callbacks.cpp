#include "callbacks.h"

#include <string>

namespace allranks::addon {

Callbacks::Callbacks(Napi::Object object) : object_(Napi::Persistent(object)), context_(object.Env(), "allranks") {
  for (const char* name : {"rank", "messages", "gone", "refused", "probed"}) {
    if (!object.Get(name).IsFunction()) throw Napi::TypeError::New(object.Env(), std::string("listen: callbacks.") + name + " is not a function");
  }
}

void Callbacks::gone(Napi::Value link, const std::string& reason) {
  const Napi::HandleScope scope(env());
  call("gone", {link, Napi::String::New(env(), reason)});
}

void Callbacks::refused(const std::string& reason) {
  const Napi::HandleScope scope(env());
  call("refused", {Napi::String::New(env(), reason)});
}

void Callbacks::call(const char* name, std::initializer_list<napi_value> arguments) {
  const Napi::HandleScope scope(env());
  try {
    object_.Value().Get(name).As<Napi::Function>().MakeCallback(object_.Value(), arguments, context_);
  } catch (const Napi::Error& error) {
    napi_fatal_exception(env(), error.Value());
  }
}

}  // namespace allranks::addon
