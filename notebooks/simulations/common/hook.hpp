// The simulation's side of Allranks: every call of the library that the examples make, with what a failure means to
// them. A simulation must never be lost because its notebook is: whatever fails here is told once, in one sentence by
// rank 0, and the run goes on.
#pragma once

#include <allranks.h>

#include <array>
#include <cstdint>
#include <string>

namespace simulations {

class Hook {
 public:
  // Collective over `comm`. `program` begins the warnings; `script` is the path of the inline script.
  // When any rank fails to start, all ranks go on without the library: the calls below then do nothing.
  Hook(MPI_Comm comm, std::string program, const std::string& script);
  Hook(const Hook&) = delete;
  Hook& operator=(const Hook&) = delete;
  // Calls finish().
  ~Hook();

  // A safe point, then `function()` of the inline script. Collective.
  void step(std::int64_t step, double time, const char* function);

  // Shows doubles or 64-bit integers to Python. Local. `strides` in bytes; the memory must outlive finish().
  template <std::size_t N>
  void expose(const char* name, double* pointer, const std::array<std::int64_t, N>& shape,
              const std::array<std::int64_t, N>& strides, bool writable) {
    expose_raw(name, pointer, ALLRANKS_FLOAT64, N, shape.data(), strides.data(), writable);
  }
  template <std::size_t N>
  void expose(const char* name, double* pointer, const std::array<std::int64_t, N>& shape, bool writable) {
    expose_raw(name, pointer, ALLRANKS_FLOAT64, N, shape.data(), nullptr, writable);
  }
  template <std::size_t N>
  void expose(const char* name, std::int64_t* pointer, const std::array<std::int64_t, N>& shape, bool writable) {
    expose_raw(name, pointer, ALLRANKS_INT64, N, shape.data(), nullptr, writable);
  }
  template <std::size_t N>
  void expose(const char* name, std::int32_t* pointer, const std::array<std::int64_t, N>& shape, bool writable) {
    expose_raw(name, pointer, ALLRANKS_INT32, N, shape.data(), nullptr, writable);
  }

  // Whether a stop was asked for, as this rank sees it. Local.
  bool stop_requested() const;

  // Ends cells and Python; exposed memory may be freed afterwards. Collective; idempotent.
  void finish();

 private:
  void expose_raw(const char* name, void* pointer, allranks_dtype dtype, int ndim, const std::int64_t* shape,
                  const std::int64_t* strides, bool writable);
  void warn_once(const char* what);

  std::string program_;
  int rank_ = 0;
  bool active_ = false;
  bool warned_ = false;
};

// Path of `file` in the folder where the running program really lies, links resolved; `file` itself if that is unknown.
std::string beside_program(const std::string& file);

}  // namespace simulations
