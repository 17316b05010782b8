// What the files of libyt's C functions share.
#pragma once
#include <utility>

#include "../include/libyt.h"
#include "../libyt/session.h"
#include "capi.h"

namespace allranks::capi {

// Prints the last failure as libyt does, unless it was told to be silent.
void say_failed(const char* function);
// Throws Failure unless yt_initialize has been called, on this thread.
libyt::Session& session(const char* function);

// libyt reports a failure by its status alone and a line on stderr.
template <class Body>
int reported(const char* function, Body&& body) {
  if (guarded(std::forward<Body>(body)) == ALLRANKS_OK) return YT_SUCCESS;
  say_failed(function);
  return YT_FAIL;
}

}  // namespace allranks::capi
