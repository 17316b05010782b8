#include "exposed.h"

#include <algorithm>
#include <array>
#include <complex>
#include <cstdio>

#include "error.h"

namespace allranks {

const char* buffer_format(allranks_dtype dtype) {
  switch (dtype) {
    case ALLRANKS_FLOAT32: return "f";
    case ALLRANKS_FLOAT64: return "d";
    case ALLRANKS_INT8: return "b";
    case ALLRANKS_UINT8: return "B";
    case ALLRANKS_INT16: return "h";
    case ALLRANKS_UINT16: return "H";
    case ALLRANKS_INT32: return "i";
    case ALLRANKS_UINT32: return "I";
    case ALLRANKS_INT64: return "q";
    case ALLRANKS_UINT64: return "Q";
    case ALLRANKS_LONGDOUBLE: return "g";
    case ALLRANKS_COMPLEX64: return "Zf";
    case ALLRANKS_COMPLEX128: return "Zd";
    case ALLRANKS_DTYPE_INT: break;
  }
  return nullptr;
}

std::int64_t item_bytes(allranks_dtype dtype) {
  switch (dtype) {
    case ALLRANKS_INT8:
    case ALLRANKS_UINT8: return 1;
    case ALLRANKS_INT16:
    case ALLRANKS_UINT16: return 2;
    case ALLRANKS_FLOAT32:
    case ALLRANKS_INT32:
    case ALLRANKS_UINT32: return 4;
    case ALLRANKS_FLOAT64:
    case ALLRANKS_INT64:
    case ALLRANKS_UINT64:
    case ALLRANKS_COMPLEX64: return 8;
    case ALLRANKS_LONGDOUBLE: return sizeof(long double);
    case ALLRANKS_COMPLEX128: return 16;
    case ALLRANKS_DTYPE_INT: break;
  }
  return 0;
}

void Exposed::expose(const std::string& name, void* pointer, allranks_dtype dtype, int ndim, const std::int64_t* shape,
                     const std::int64_t* strides, unsigned flags) {
  const auto refuse = [&](const std::string& what) { throw Failure(ALLRANKS_ERR_ARGUMENT, "allranks_expose(\"" + name + "\"): " + what); };
  if (dtype == 0) refuse("its elements are of no type that can be shown; integers, reals and complex numbers can");
  if (buffer_format(dtype) == nullptr) refuse("the dtype " + std::to_string(static_cast<int>(dtype)) + " is unknown");
  if (ndim < 1 || ndim > ALLRANKS_MAX_NDIM) refuse("ndim is " + std::to_string(ndim) + ", it must be 1 to " + std::to_string(ALLRANKS_MAX_NDIM));
  if (shape == nullptr) refuse("shape is NULL");
  if ((flags & ~ALLRANKS_WRITABLE) != 0) refuse("flags holds unknown bits");
  std::int64_t elements = 1;
  for (int axis = 0; axis < ndim; ++axis) {
    if (shape[axis] < 0) refuse("shape[" + std::to_string(axis) + "] is negative");
    if (__builtin_mul_overflow(elements, shape[axis], &elements)) refuse("the shape is larger than memory can be");
  }
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(elements, item_bytes(dtype), &bytes)) refuse("the shape is larger than memory can be");
  if (pointer == nullptr && elements > 0) refuse("the pointer is NULL");

  std::array<std::int64_t, ALLRANKS_MAX_NDIM> steps{};
  std::int64_t step = item_bytes(dtype);
  for (int axis = ndim - 1; axis >= 0; --axis) {
    steps[static_cast<std::size_t>(axis)] = strides ? strides[axis] : step;
    if (strides == nullptr && __builtin_mul_overflow(step, std::max<std::int64_t>(shape[axis], 1), &step)) refuse("the shape is larger than memory can be");
  }
  const bool writable = (flags & ALLRANKS_WRITABLE) != 0;

  std::lock_guard lock(mutex_);
  auto& slot = blocks_[name];
  if (slot) {
    // The usual case at every step: no memory is asked for.
    const bool same = slot->pointer == pointer && slot->dtype == dtype && std::equal(slot->shape.begin(), slot->shape.end(), shape, shape + ndim) &&
                      std::equal(slot->strides.begin(), slot->strides.end(), steps.begin(), steps.begin() + ndim);
    if (same) {
      __atomic_store_n(&slot->writable, writable, __ATOMIC_RELAXED);
      return;
    }
    // A view stays valid as long as what it spans is still there: only a block that moved or shrank leaves it dangling.
    warn_of_views(*slot, "was moved");
  }
  auto block = std::make_shared<ExposedBlock>();
  block->name = name;
  block->pointer = pointer;
  block->dtype = dtype;
  block->shape.assign(shape, shape + ndim);
  block->strides.assign(steps.begin(), steps.begin() + ndim);
  block->writable = writable;
  slot = std::move(block);
}

void Exposed::withdraw(const std::string& name) {
  std::lock_guard lock(mutex_);
  const auto found = blocks_.find(name);
  if (found == blocks_.end()) throw Failure(ALLRANKS_ERR_ARGUMENT, "allranks_withdraw(\"" + name + "\"): nothing is exposed under that name");
  warn_of_views(*found->second, "was withdrawn");
  blocks_.erase(found);
}

std::shared_ptr<ExposedBlock> Exposed::find(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = blocks_.find(name);
  return found == blocks_.end() ? nullptr : found->second;
}

std::vector<std::string> Exposed::names() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& entry : blocks_) names.push_back(entry.first);
  return names;
}

void Exposed::clear() {
  std::lock_guard lock(mutex_);
  blocks_.clear();
}

void Exposed::warn_of_views(const ExposedBlock& block, const char* what) {
  if (__atomic_load_n(&block.views, __ATOMIC_RELAXED) <= 0) return;
  const std::uint64_t by = __atomic_load_n(&block.taken_by, __ATOMIC_RELAXED);
  const std::string taker = by == 0 ? std::string("the inline script or a function of it") : "cell " + std::to_string(by) + " of the command log";
  std::fprintf(stderr, "allranks: the memory of array '%s' %s while Python still holds a view of it, taken by %s; that view is no longer valid, take allranks.arrays['%s'] anew.\n",
               block.name.c_str(), what, taker.c_str(), block.name.c_str());
}

}  // namespace allranks
