/* What a derived field or a particle attribute is written into. */
#ifndef __YT_TYPE_ARRAY_H__
#define __YT_TYPE_ARRAY_H__

#include "yt_macro.h"

typedef struct yt_array {
  long gid;         /* grid that is asked for */
  long data_length; /* number of elements that fit */
  void* data_ptr;   /* zeroed memory of the library, of the field's or attribute's type; filled by the simulation */

#ifdef __cplusplus
  yt_array() : gid(LNG_UNDEFINED), data_length(0), data_ptr(nullptr) {}
#endif
} yt_array;

#endif
