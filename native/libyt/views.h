// Memory as NumPy arrays, without a copy. All functions need the GIL; a failure is a Python exception.
#pragma once
#include <memory>

#include "../embed/py_ref.h"
#include "../include/libyt.h"

namespace allranks::libyt {

// Counts the arrays that Python still holds over something of a round.
struct Ledger {
  long views = 0;
};

// One block of memory for the buffer protocol.
struct Block {
  void* pointer = nullptr;
  yt_dtype dtype = YT_DOUBLE;
  int ndim = 1;
  Py_ssize_t shape[3] = {};
  bool writable = false;
  std::shared_ptr<const void> owner;  // kept alive as long as an array is; null: memory of the simulation
  std::shared_ptr<Ledger> ledger;     // null: not counted
};

// An array in C order over the block; null with an exception set when there is no memory or no NumPy.
Ref array_over(Block block);
// A new array of Python's own, `zeroed` or to be filled at once; `data` is where its elements lie.
Ref new_array(yt_dtype dtype, int ndim, const int* shape, void** data, bool zeroed = true);

}  // namespace allranks::libyt
