// libyt's element types as Python and MPI see them.
#pragma once
#include <cstddef>

#include "../include/libyt.h"

namespace allranks::libyt {

bool known(yt_dtype dtype);
// Format of the buffer protocol (PEP 3118); nullptr for an unknown type.
const char* buffer_format(yt_dtype dtype);
std::size_t item_bytes(yt_dtype dtype);

}  // namespace allranks::libyt
