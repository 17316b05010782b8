#include "dtype.h"

namespace allranks::libyt {

namespace {

struct Entry {
  const char* format;
  std::size_t bytes;
};

constexpr Entry kEntries[] = {
    {"f", sizeof(float)},        {"d", sizeof(double)},          {"g", sizeof(long double)}, {"b", sizeof(char)},           {"B", sizeof(unsigned char)},
    {"h", sizeof(short)},        {"H", sizeof(unsigned short)},  {"i", sizeof(int)},         {"I", sizeof(unsigned int)},   {"l", sizeof(long)},
    {"L", sizeof(unsigned long)}, {"q", sizeof(long long)},       {"Q", sizeof(unsigned long long)},
};
static_assert(sizeof kEntries / sizeof kEntries[0] == YT_DTYPE_UNKNOWN);

}  // namespace

// What a C caller stores need not be one of the enumerators.
bool known(yt_dtype dtype) { return static_cast<int>(dtype) >= 0 && static_cast<int>(dtype) < static_cast<int>(YT_DTYPE_UNKNOWN); }
const char* buffer_format(yt_dtype dtype) { return known(dtype) ? kEntries[dtype].format : nullptr; }
std::size_t item_bytes(yt_dtype dtype) { return known(dtype) ? kEntries[dtype].bytes : 0; }

}  // namespace allranks::libyt
