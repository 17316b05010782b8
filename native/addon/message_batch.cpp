#include "message_batch.h"

#include <cstring>
#include <new>

namespace allranks::addon {

namespace {

// Larger pieces of text are passed on as they are: collecting them would only cost a copy.
constexpr std::size_t kLongText = 64 * 1024;

bool is_text(std::uint16_t kind) {
  return kind == static_cast<std::uint16_t>(protocol::RingKind::stdout) || kind == static_cast<std::uint16_t>(protocol::RingKind::stderr);
}

bool same_place(const protocol::RingFrame& a, const protocol::RingFrame& b) {
  return a.kind == b.kind && a.flags == b.flags && a.index == b.index && a.step == b.step && std::memcmp(&a.time, &b.time, sizeof a.time) == 0;
}

}  // namespace

MessageBatch::MessageBatch(Napi::Env env) : env_(env) {
  array_ = Napi::Array::New(env);
  const char* const names[] = {"kind", "flags", "index", "step", "time", "payload"};
  for (std::size_t i = 0; i < 6; ++i) names_[i] = Napi::String::New(env, names[i]);
}

void MessageBatch::add(const protocol::RingFrame& message, const shm::Pieces& payload) noexcept {
  if (has_text_ && !(is_text(message.kind) && same_place(text_header_, message))) flush_text();
  if (!is_text(message.kind) || payload.size() >= kLongText) {
    flush_text();
    emit(message, payload);
    return;
  }
  try {
    text_.insert(text_.end(), payload.first, payload.first + payload.first_bytes);
    text_.insert(text_.end(), payload.second, payload.second + payload.second_bytes);
    has_text_ = true;
    text_header_ = message;
  } catch (const std::bad_alloc&) {
    failed_bytes_ += payload.size();
  }
}

void MessageBatch::flush_text() noexcept {
  if (!has_text_) return;
  has_text_ = false;
  emit(text_header_, shm::Pieces{text_.data(), text_.size(), nullptr, 0});
  text_.clear();
}

void MessageBatch::emit(const protocol::RingFrame& message, const shm::Pieces& payload) noexcept {
  // A scope of its own: a batch has thousands of messages, and handles of all of them would pile up.
  napi_handle_scope scope = nullptr;
  const bool scoped = napi_open_handle_scope(env_, &scope) == napi_ok;
  if (!make(message, payload)) {
    napi_value exception = nullptr;
    napi_get_and_clear_last_exception(env_, &exception);
    failed_bytes_ += payload.size();
  }
  if (scoped) napi_close_handle_scope(env_, scope);
}

bool MessageBatch::make(const protocol::RingFrame& message, const shm::Pieces& payload) noexcept {
  napi_value values[6] = {};
  napi_value object = nullptr;
  void* bytes = nullptr;
  bool good = napi_create_uint32(env_, message.kind, &values[0]) == napi_ok && napi_create_uint32(env_, message.flags, &values[1]) == napi_ok &&
              napi_create_double(env_, static_cast<double>(message.index), &values[2]) == napi_ok &&
              napi_create_double(env_, static_cast<double>(message.step), &values[3]) == napi_ok &&
              napi_create_double(env_, message.time, &values[4]) == napi_ok &&
              napi_create_buffer(env_, payload.size(), &bytes, &values[5]) == napi_ok && napi_create_object(env_, &object) == napi_ok;
  if (!good) return false;
  payload.copy_to(bytes);
  for (std::size_t i = 0; i < 6 && good; ++i) good = napi_set_property(env_, object, names_[i], values[i]) == napi_ok;
  good = good && napi_set_element(env_, array_, count_, object) == napi_ok;
  if (good) ++count_;
  return good;
}

}  // namespace allranks::addon
