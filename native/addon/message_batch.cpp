#include "message_batch.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "addon_state.h"

namespace allranks::addon {

namespace {

// Larger pieces of text are passed on as they are: collecting them would only cost a copy.
constexpr std::size_t kLongText = 64 * 1024;
// Larger payloads get a buffer of their own, so that they are copied once.
constexpr std::size_t kLaidBytes = 4 * 1024;

bool is_text(std::uint16_t kind) {
  return kind == static_cast<std::uint16_t>(protocol::RingKind::stdout) || kind == static_cast<std::uint16_t>(protocol::RingKind::stderr);
}

bool same_place(const protocol::RingFrame& a, const protocol::RingFrame& b) {
  return a.kind == b.kind && a.flags == b.flags && a.index == b.index && a.step == b.step && std::memcmp(&a.time, &b.time, sizeof a.time) == 0;
}

}  // namespace

MessageBatch::MessageBatch(Napi::Env env) : env_(env), reader_(AddonState::of(env).reader) {}

void MessageBatch::add(const protocol::RingFrame& message, const shm::Pieces& payload, shm::Assembler* assembler) noexcept {
  if (has_text_ && !(is_text(message.kind) && same_place(text_header_, message))) flush_text();
  if (!is_text(message.kind) || payload.size() >= kLongText) {
    flush_text();
    emit(message, payload, assembler);
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
  emit(text_header_, shm::Pieces{text_.data(), text_.size(), nullptr, 0}, nullptr);
  text_.clear();
}

void MessageBatch::finish() noexcept {
  flush_text();
  if (laid_ > 0) read(nullptr);
}

Napi::Value MessageBatch::array() const { return list_ == nullptr ? Napi::Array::New(env_) : Napi::Value(env_, list_); }

void MessageBatch::emit(const protocol::RingFrame& message, const shm::Pieces& payload, shm::Assembler* assembler) noexcept {
  const bool apart = payload.size() > kLaidBytes;
  const std::size_t behind = apart ? 0 : (payload.size() + 7) / 8 * 8;
  if (laid_ + sizeof message + behind > reader_.capacity && laid_ > 0) read(nullptr);
  if (laid_ + sizeof message + behind > reader_.capacity) {
    // Nobody has told how messages are read.
    failed_bytes_ += payload.size();
    return;
  }
  protocol::RingFrame frame = message;
  frame.length = static_cast<std::uint32_t>(apart ? 0 : payload.size());
  std::memcpy(reader_.bytes + laid_, &frame, sizeof frame);
  if (!apart) payload.copy_to(reader_.bytes + laid_ + sizeof frame);
  laid_ += sizeof frame + behind;
  ++laid_count_;
  laid_payload_ += payload.size();
  if (!apart) return;
  // A scope of its own: handles of many long messages would pile up.
  napi_handle_scope scope = nullptr;
  const bool scoped = list_ != nullptr && napi_open_handle_scope(env_, &scope) == napi_ok;
  if (napi_value buffer = buffer_of(payload, assembler)) {
    read(buffer);
  } else {
    laid_ -= sizeof frame;
    --laid_count_;
    laid_payload_ -= payload.size();
    failed_bytes_ += payload.size();
  }
  if (scoped) napi_close_handle_scope(env_, scope);
}

napi_value MessageBatch::buffer_of(const shm::Pieces& payload, shm::Assembler* assembler) const noexcept {
  napi_value buffer = nullptr, exception = nullptr;
  if (std::uint8_t* bytes = assembler == nullptr ? nullptr : assembler->take()) {
    const auto done = [](napi_env, void* data, void*) { std::free(data); };
    if (napi_create_external_buffer(env_, payload.size(), bytes, done, nullptr, &buffer) == napi_ok) return buffer;
    // An environment that allows no foreign memory.
    napi_get_and_clear_last_exception(env_, &exception);
    const bool copied = napi_create_buffer_copy(env_, payload.size(), bytes, nullptr, &buffer) == napi_ok;
    std::free(bytes);
    if (copied) return buffer;
  } else {
    void* own = nullptr;
    if (napi_create_buffer(env_, payload.size(), &own, &buffer) == napi_ok) {
      payload.copy_to(own);
      return buffer;
    }
  }
  napi_get_and_clear_last_exception(env_, &exception);
  return nullptr;
}

void MessageBatch::read(napi_value last) noexcept {
  napi_value arguments[3] = {list_, nullptr, last};
  napi_value undefined = nullptr, list = nullptr;
  bool good = napi_get_undefined(env_, &undefined) == napi_ok && napi_create_uint32(env_, static_cast<std::uint32_t>(laid_), &arguments[1]) == napi_ok;
  for (napi_value& argument : arguments) argument = argument == nullptr ? undefined : argument;
  good = good && napi_call_function(env_, undefined, reader_.read.Value(), 3, arguments, &list) == napi_ok;
  if (good) {
    if (list_ == nullptr) list_ = list;
    count_ += laid_count_;
  } else {
    napi_value exception = nullptr;
    napi_get_and_clear_last_exception(env_, &exception);
    failed_bytes_ += laid_payload_;
  }
  laid_ = laid_count_ = 0;
  laid_payload_ = 0;
}

}  // namespace allranks::addon
