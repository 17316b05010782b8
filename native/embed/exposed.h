// Memory of the simulation that Python may see: names, where it lies, and who still looks at it.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "../include/allranks.h"

namespace allranks {

// One block of memory under a name. A view that Python holds keeps the description alive, never the memory.
struct ExposedBlock {
  std::string name;
  void* pointer = nullptr;
  allranks_dtype dtype = ALLRANKS_FLOAT64;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  // bytes
  bool writable = false;
  // Views that Python holds, and the log index of the cell that took the latest one (0: not a cell). Atomic, as is `writable`:
  // Python reads and writes them with the GIL, the simulation without.
  long views = 0;
  std::uint64_t taken_by = 0;
};

const char* buffer_format(allranks_dtype dtype);  // PEP 3118; nullptr: unknown
std::int64_t item_bytes(allranks_dtype dtype);

// All functions may be called from the simulation's thread without the GIL; `find` and `names` by Python too.
class Exposed {
 public:
  // Throws Failure with the name of the wrong argument.
  void expose(const std::string& name, void* pointer, allranks_dtype dtype, int ndim, const std::int64_t* shape, const std::int64_t* strides,
              unsigned flags);
  void withdraw(const std::string& name);
  std::shared_ptr<ExposedBlock> find(const std::string& name) const;
  std::vector<std::string> names() const;
  void clear();

 private:
  void warn_of_views(const ExposedBlock& block, const char* what);
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<ExposedBlock>> blocks_;
};

}  // namespace allranks
