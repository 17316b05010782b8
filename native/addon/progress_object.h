// Progress pages in JavaScript, and the proof of a deadlock over two sets of them (native/guard/progress.h).
#pragma once

#include <napi.h>

#include "../shm/protocol_generated.h"

namespace allranks::addon {

// `ProgressSnapshot` of addon.ts; null when the rank has answered no probe yet, or died while it wrote.
Napi::Value progress_object(Napi::Env env, const protocol::ProgressPage* page);

// `isDeadlock` of addon.ts. Throws Napi::TypeError unless both arguments are arrays of whole records.
Napi::Value is_deadlock(const Napi::CallbackInfo& info);

}  // namespace allranks::addon
