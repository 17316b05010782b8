#include "link_object.h"

#include <sys/wait.h>

#include <cmath>
#include <string>

#include "progress_object.h"

namespace allranks::addon {

namespace {

constexpr double kLargestSafeInteger = 9007199254740991.0;

// A whole number from 0 to `largest`; throws Napi::RangeError that names the argument.
double whole_number(const Napi::CallbackInfo& info, std::size_t position, const char* name, double largest) {
  const Napi::Value value = info[position];
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(number >= 0 && number <= largest && number == std::floor(number))) {
    throw Napi::RangeError::New(info.Env(), std::string(name) + " is not a whole number from 0 to " +
                                                std::to_string(static_cast<std::uint64_t>(largest)));
  }
  return number;
}

Napi::Object hello_object(Napi::Env env, const protocol::Hello& hello, const std::vector<std::uint8_t>& extra) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("rank", Napi::Number::New(env, hello.rank));
  object.Set("size", Napi::Number::New(env, hello.size));
  object.Set("pid", Napi::Number::New(env, hello.pid));
  object.Set("held", Napi::BigInt::New(env, hello.held));
  object.Set("done", Napi::BigInt::New(env, hello.done));
  object.Set("extra", Napi::Buffer<std::uint8_t>::Copy(env, extra.data(), extra.size()));
  return object;
}

Napi::Object board_object(Napi::Env env, const protocol::Board& board, std::uint64_t lost_bytes) {
  Napi::Object object = Napi::Object::New(env);
  const auto number = [&](const char* name, auto value) { object.Set(name, Napi::Number::New(env, static_cast<double>(value))); };
  number("state", board.state);
  number("held", board.held);
  number("done", board.done);
  number("current", board.current);
  number("step", board.step);
  number("time", board.time);
  number("stepBeganNs", board.step_began_ns);
  number("usualStepNs", board.usual_step_ns);
  number("updatedNs", board.updated_ns);
  number("residentBytes", board.resident_bytes);
  number("cpuNs", board.cpu_ns);
  number("mpiSinceNs", board.mpi_since_ns);
  number("mpiComm", board.mpi_comm);
  object.Set("mpiCall", Napi::String::New(env, board.mpi_call));
  number("cellLine", board.cell_line);
  number("interruptPending", board.interrupt_pending);
  number("functionErrors", board.function_errors);
  object.Set("function", Napi::String::New(env, board.function));
  number("functionIndex", board.function_index);
  object.Set("functionError", Napi::String::New(env, board.function_error));
  number("lostBytes", lost_bytes);
  return object;
}

}  // namespace

Napi::Function LinkObject::define(Napi::Env env) {
  return DefineClass(env, "RankLink",
                     {
                         InstanceAccessor<&LinkObject::hello>("hello"),
                         InstanceAccessor<&LinkObject::queued_bytes>("queuedBytes"),
                         InstanceMethod<&LinkObject::send>("send"),
                         InstanceMethod<&LinkObject::board>("board"),
                         InstanceMethod<&LinkObject::progress>("progress"),
                         InstanceMethod<&LinkObject::ending>("ending"),
                         InstanceMethod<&LinkObject::hold>("hold"),
                         InstanceMethod<&LinkObject::skip>("skip"),
                         InstanceMethod<&LinkObject::drain>("drain"),
                         InstanceMethod<&LinkObject::close>("close"),
                     });
}

LinkObject::LinkObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<LinkObject>(info) {
  if (!info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "RankLink objects are made by listen only");
  Parts& parts = *info[0].As<Napi::External<Parts>>().Data();
  link_ = parts.link;
  hello_ = Napi::Persistent(hello_object(info.Env(), parts.hello, parts.extra));
}

Napi::Value LinkObject::hello(const Napi::CallbackInfo&) { return hello_.Value(); }

Napi::Value LinkObject::queued_bytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(link_->queued_bytes()));
}

void LinkObject::send(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto kind = static_cast<std::uint16_t>(whole_number(info, 0, "send: kind", 0xFFFF));
  const auto flags = static_cast<std::uint16_t>(whole_number(info, 1, "send: flags", 0xFFFF));
  const auto index = static_cast<std::uint64_t>(whole_number(info, 2, "send: index", kLargestSafeInteger));
  const std::uint8_t* bytes = nullptr;
  std::size_t n = 0;
  if (!info[3].IsUndefined()) {
    if (!info[3].IsTypedArray() || info[3].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
      throw Napi::TypeError::New(env, "send: payload is not a Uint8Array");
    }
    const auto payload = info[3].As<Napi::Uint8Array>();
    bytes = payload.Data();
    n = payload.ByteLength();
  }
  if (n > protocol::kSocketFrameBytes) {
    throw Napi::RangeError::New(env, "send: the payload has " + std::to_string(n) + " bytes, at most " +
                                         std::to_string(protocol::kSocketFrameBytes) + " are allowed");
  }
  if (!link_->open()) throw Napi::Error::New(env, "send: the link is closed");
  if (!info[4].IsUndefined() && !info[4].IsBoolean()) throw Napi::TypeError::New(env, "send: more is not a boolean");
  link_->send(kind, flags, index, bytes, n, info[4].IsBoolean() && info[4].As<Napi::Boolean>());
}

Napi::Value LinkObject::board(const Napi::CallbackInfo& info) {
  if (!link_->open()) throw Napi::Error::New(info.Env(), "board: the link is closed");
  return board_object(info.Env(), link_->board(), link_->lost_bytes());
}

Napi::Value LinkObject::progress(const Napi::CallbackInfo& info) {
  if (!link_->open()) throw Napi::Error::New(info.Env(), "progress: the link is closed");
  return progress_object(info.Env(), link_->progress());
}

Napi::Value LinkObject::ending(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Object object = Napi::Object::New(env);
  const std::optional<int> status = link_->wait_status();
  const auto number = [&](double value) -> Napi::Value { return Napi::Number::New(env, value); };
  object.Set("code", status && WIFEXITED(*status) ? number(WEXITSTATUS(*status)) : env.Null());
  object.Set("signal", status && WIFSIGNALED(*status) ? number(WTERMSIG(*status)) : env.Null());
  const protocol::CrashRecord record = link_->crash();
  if (record.signal == 0) {
    object.Set("crash", env.Null());
    return object;
  }
  Napi::Object crash = Napi::Object::New(env);
  crash.Set("signal", number(record.signal));
  crash.Set("address", Napi::BigInt::New(env, record.address));
  crash.Set("sent", Napi::Boolean::New(env, static_cast<std::int32_t>(record.code) <= 0));
  crash.Set("atNs", number(static_cast<double>(record.at_ns)));
  crash.Set("onMainThread", Napi::Boolean::New(env, record.is_main != 0));
  object.Set("crash", crash);
  return object;
}

void LinkObject::hold(const Napi::CallbackInfo& info) {
  if (!info[0].IsBoolean()) throw Napi::TypeError::New(info.Env(), "hold: on is not a boolean");
  link_->hold(info[0].As<Napi::Boolean>());
}

void LinkObject::skip(const Napi::CallbackInfo& info) {
  link_->skip(static_cast<std::uint64_t>(whole_number(info, 0, "skip: position", kLargestSafeInteger)));
}

Napi::Value LinkObject::drain(const Napi::CallbackInfo& info) { return link_->drain(info.Env()); }

void LinkObject::close(const Napi::CallbackInfo&) { link_->close(); }

}  // namespace allranks::addon
