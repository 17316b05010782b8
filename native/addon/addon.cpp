// Entry point of the addon: exports `listen`, `readBy`, `refresh`, `monotonicNs`, `isDeadlock`, `isPlain` and `protocolVersion` as addon.ts declares them.
#include <napi.h>

#include <cstdint>
#include <cstring>
#include <exception>

#include "../shm/atomics.h"
#include "../shm/protocol_generated.h"
#include "addon_state.h"
#include "link_object.h"
#include "listener.h"
#include "progress_object.h"
#include "refresh.h"

namespace allranks::addon {

namespace {

Napi::Value listen(const Napi::CallbackInfo& info) {
  return AddonState::of(info.Env()).listener_class.New({info[0], info[1], info[2]});
}

// (memory, function): see `MessageReader`. A later call counts: each loading of addon.ts has its own.
void read_by(const Napi::CallbackInfo& info) {
  MessageReader& reader = AddonState::of(info.Env()).reader;
  auto memory = info[0].As<Napi::Uint8Array>();
  reader.memory = Napi::Reference<Napi::Uint8Array>::New(memory, 1);
  reader.bytes = memory.Data();
  reader.capacity = memory.ByteLength();
  reader.read = Napi::Persistent(info[1].As<Napi::Function>());
}

// One bit of each byte, and what has it set in a byte of `word` that is 0. A borrow can only come from such a byte.
constexpr std::uint64_t kOnes = 0x0101010101010101u, kHighs = 0x8080808080808080u;
constexpr std::uint64_t zero_bytes(std::uint64_t word) { return (word - kOnes) & ~word & kHighs; }

// Bytes that JSON escapes, or that are no ASCII.
constexpr std::uint64_t odd_bytes(std::uint64_t word) {
  return (word & kHighs) | ((word - kOnes * 0x20) & ~word & kHighs) | zero_bytes(word ^ (kOnes * '"')) | zero_bytes(word ^ (kOnes * '\\'));
}

// (bytes): eight at a time.
Napi::Value is_plain(const Napi::CallbackInfo& info) {
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    throw Napi::TypeError::New(info.Env(), "isPlain takes bytes");
  }
  const auto text = info[0].As<Napi::Uint8Array>();
  const std::uint8_t* bytes = text.Data();
  const std::size_t length = text.ByteLength();
  for (std::size_t at = 0; at < length;) {
    // Looked at in blocks: a text that is not plain mostly shows it soon.
    const std::size_t end = length - at < 4096 ? length : at + 4096;
    std::uint64_t odd = 0;
    for (; at + 8 <= end; at += 8) {
      std::uint64_t word;
      std::memcpy(&word, bytes + at, sizeof word);
      odd |= odd_bytes(word);
    }
    for (; at < end; ++at) odd |= odd_bytes(kOnes * ' ' ^ ' ' ^ bytes[at]);
    if (odd != 0) return Napi::Boolean::New(info.Env(), false);
  }
  return Napi::Boolean::New(info.Env(), true);
}

Napi::Value monotonic(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(shm::monotonic_ns()));
}

// Runs when the environment goes, before Node closes its loop: libuv must let go of the handle first.
void clean_up(napi_async_cleanup_hook_handle handle, void* data) {
  static_cast<AddonState*>(data)->loop->shut_down(
      [](void* hook) { napi_remove_async_cleanup_hook(static_cast<napi_async_cleanup_hook_handle>(hook)); }, handle);
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  auto* state = new AddonState();
  env.SetInstanceData(state);
  try {
    state->loop = std::make_shared<EventLoop>(env);
  } catch (const std::exception& error) {
    throw Napi::Error::New(env, error.what());
  }
  napi_add_async_cleanup_hook(env, clean_up, state, nullptr);
  state->link_class = Napi::Persistent(LinkObject::define(env));
  state->listener_class = Napi::Persistent(ListenerObject::define(env));
  exports.Set("protocolVersion", Napi::Number::New(env, protocol::kVersion));
  exports.Set("listen", Napi::Function::New(env, listen, "listen"));
  exports.Set("readBy", Napi::Function::New(env, read_by, "readBy"));
  exports.Set("isDeadlock", Napi::Function::New(env, is_deadlock, "isDeadlock"));
  exports.Set("isPlain", Napi::Function::New(env, is_plain, "isPlain"));
  exports.Set("refresh", Napi::Function::New(env, refresh, "refresh"));
  exports.Set("monotonicNs", Napi::Function::New(env, monotonic, "monotonicNs"));
  return exports;
}

}  // namespace

NODE_API_MODULE(allranks, initialize)

}  // namespace allranks::addon
