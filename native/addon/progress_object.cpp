#include "progress_object.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "../guard/progress.h"
#include "../shm/progress_page.h"

namespace allranks::addon {

namespace {

using guard::FlowKind;
using guard::ProgressRecord;
using guard::RankActivity;

// The record comes from another process: a value that no rank of this version writes has no name.
const char* activity_name(RankActivity activity) {
  switch (activity) {
    case RankActivity::outside: return "outside";
    case RankActivity::computing: return "computing";
    case RankActivity::waiting: return "waiting";
    case RankActivity::finished: return "finished";
    case RankActivity::departed: return "departed";
  }
  return "outside";
}

const char* kind_name(FlowKind kind) {
  switch (kind) {
    case FlowKind::send: return "send";
    case FlowKind::receive: return "receive";
    case FlowKind::taken: return "taken";
    case FlowKind::collective: return "collective";
  }
  return "taken";
}

std::vector<ProgressRecord> records(const Napi::CallbackInfo& info, std::size_t position) {
  const auto wrong = [&] { return Napi::TypeError::New(info.Env(), "isDeadlock takes two arrays of records as progress() gives them"); };
  if (!info[position].IsArray()) throw wrong();
  const auto list = info[position].As<Napi::Array>();
  std::vector<ProgressRecord> out(list.Length());
  for (std::uint32_t i = 0; i < list.Length(); ++i) {
    const Napi::HandleScope scope(info.Env());
    const Napi::Value item = list.Get(i);
    if (!item.IsTypedArray() || item.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) throw wrong();
    const auto bytes = item.As<Napi::Uint8Array>();
    if (bytes.ByteLength() != sizeof(ProgressRecord)) throw wrong();
    std::memcpy(&out[i], bytes.Data(), sizeof(ProgressRecord));
    // Counts beyond the arrays would be read beyond them.
    if (out[i].needs > ProgressRecord::kNeeds || out[i].flows > ProgressRecord::kFlows) {
      out[i].needs = out[i].flows = 0;
      out[i].incomplete = 1;
    }
  }
  return out;
}

}  // namespace

Napi::Value progress_object(Napi::Env env, const protocol::ProgressPage* page) {
  std::uint64_t probe = 0, cell_line = 0;
  ProgressRecord record;
  if (!shm::read_progress(page, &probe, &cell_line, &record) || probe == 0) return env.Null();
  record.function[sizeof record.function - 1] = '\0';
  Napi::Object object = Napi::Object::New(env);
  object.Set("probe", Napi::Number::New(env, static_cast<double>(probe)));
  object.Set("cellLine", Napi::Number::New(env, static_cast<double>(cell_line)));
  object.Set("cell", Napi::Number::New(env, static_cast<double>(record.cell)));
  object.Set("activity", Napi::String::New(env, activity_name(record.activity)));
  object.Set("call", Napi::String::New(env, record.function));
  const std::uint32_t count = std::min<std::uint32_t>(record.needs, ProgressRecord::kNeeds);
  Napi::Array needs = Napi::Array::New(env, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Napi::Object need = Napi::Object::New(env);
    need.Set("kind", Napi::String::New(env, kind_name(record.need[i].kind)));
    need.Set("peer", Napi::Number::New(env, record.need[i].peer));
    need.Set("tag", Napi::Number::New(env, record.need[i].tag));
    needs.Set(i, need);
  }
  object.Set("needs", needs);
  object.Set("record", Napi::Buffer<std::uint8_t>::Copy(env, reinterpret_cast<const std::uint8_t*>(&record), sizeof record));
  return object;
}

Napi::Value is_deadlock(const Napi::CallbackInfo& info) {
  const std::vector<ProgressRecord> first = records(info, 0);
  const std::vector<ProgressRecord> second = records(info, 1);
  return Napi::Boolean::New(info.Env(), guard::is_deadlock(first, second));
}

}  // namespace allranks::addon
