/* Constants of libyt's C API. */
#ifndef __YT_MACRO_H__
#define __YT_MACRO_H__

#include <float.h>
#include <limits.h>

#define LIBYT_MAJOR_VERSION 0
#define LIBYT_MINOR_VERSION 4
#define LIBYT_MICRO_VERSION 0

#ifndef NULL
#define NULL 0
#endif

#define YT_SUCCESS 1
#define YT_FAIL 0

/* "Not set by the caller". */
#define FLT_UNDEFINED FLT_MIN
#define DBL_UNDEFINED DBL_MIN
#define INT_UNDEFINED INT_MIN
#define LNG_UNDEFINED LONG_MIN

#endif
