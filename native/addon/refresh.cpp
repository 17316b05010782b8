#include "refresh.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace allranks::addon {

namespace {

// In libuv's pool, like Node's own calls for files: a server may take its time.
class Refreshing : public Napi::AsyncWorker {
 public:
  Refreshing(Napi::Env env, int descriptor) : Napi::AsyncWorker(env), promise_(Napi::Promise::Deferred::New(env)), descriptor_(descriptor) {}
  Napi::Promise promise() const { return promise_.Promise(); }

 protected:
  void Execute() override {
    struct statx attributes {};
    // What is wrong with the file, its reader meets next.
    (void)statx(descriptor_, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &attributes);
  }
  void OnOK() override { promise_.Resolve(Env().Undefined()); }
  void OnError(const Napi::Error& error) override { promise_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred promise_;
  const int descriptor_;
};

}  // namespace

Napi::Value refresh(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "refresh: a descriptor is expected");
  auto* work = new Refreshing(info.Env(), info[0].As<Napi::Number>().Int32Value());  // deletes itself when it is done
  const Napi::Promise promise = work->promise();
  work->Queue();
  return promise;
}

}  // namespace allranks::addon
