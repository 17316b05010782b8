// The few functions of libuv that the addon needs, declared here because Node's public header package leaves libuv's
// headers out. Every Node binary exports them, and libuv keeps them stable within its major version (1.x, since 1.19).
// Handles are opaque: their memory is allocated with the size that libuv itself reports.
// Source: https://docs.libuv.org/en/v1.x/poll.html and handle.html
#pragma once

#include <cstddef>

extern "C" {
struct uv_loop_s;
struct uv_handle_s;
struct uv_poll_s;

int uv_poll_init(uv_loop_s* loop, uv_poll_s* handle, int fd);
int uv_poll_start(uv_poll_s* handle, int events, void (*callback)(uv_poll_s* handle, int status, int events));
int uv_poll_stop(uv_poll_s* handle);
void uv_close(uv_handle_s* handle, void (*callback)(uv_handle_s* handle));
std::size_t uv_handle_size(int type);
const char* uv_handle_type_name(int type);
void* uv_handle_get_data(const uv_handle_s* handle);
void uv_handle_set_data(uv_handle_s* handle, void* data);
const char* uv_strerror(int error);
}

namespace allranks::uv {

// Values of libuv's enums, checked against `uv_handle_type_name` when the addon loads.
constexpr int kPollHandle = 8;
constexpr int kReadable = 1;

}  // namespace allranks::uv
