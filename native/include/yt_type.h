/* Types of libyt's C API. Names, values and order of members are libyt's: programs compiled against either header agree.
 * In C++ every structure begins with its defaults; in C the caller sets every member of yt_param_libyt and yt_param_yt itself
 * (the arrays that yt_get_*Ptr hands out come with defaults in both languages). */
#ifndef __YT_TYPE_H__
#define __YT_TYPE_H__

#ifndef __cplusplus
#include <stdbool.h>
#endif

/* Type of one element in memory. YT_CHAR is a signed byte. */
typedef enum yt_dtype {
  YT_FLOAT = 0,
  YT_DOUBLE,
  YT_LONGDOUBLE,
  YT_CHAR,
  YT_UCHAR,
  YT_SHORT,
  YT_USHORT,
  YT_INT,
  YT_UINT,
  YT_LONG,
  YT_ULONG,
  YT_LONGLONG,
  YT_ULONGLONG,
  YT_DTYPE_UNKNOWN
} yt_dtype;

#include "yt_type_array.h"
#include "yt_type_field.h"
#include "yt_type_grid.h"
#include "yt_type_param_libyt.h"
#include "yt_type_particle.h"
#include "yt_type_param_yt.h"

#endif
