/* Types of libyt's C API, in the order of its members. */
#ifndef __YT_TYPE_H__
#define __YT_TYPE_H__

#include "yt_type_param_libyt.h"

#endif
