// `refresh` of addon.ts: attributes of an open file as the server of a network file system has them.
#pragma once

#include <napi.h>

namespace allranks::addon {

Napi::Value refresh(const Napi::CallbackInfo& info);

}  // namespace allranks::addon
