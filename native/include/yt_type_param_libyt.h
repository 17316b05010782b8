/* Settings of the library itself, given to yt_initialize. */
#ifndef __YT_TYPE_PARAM_LIBYT_H__
#define __YT_TYPE_PARAM_LIBYT_H__

#ifndef __cplusplus
#include <stdbool.h>
#endif

typedef enum yt_verbose { YT_VERBOSE_OFF = 0, YT_VERBOSE_INFO = 1, YT_VERBOSE_WARNING = 2, YT_VERBOSE_DEBUG = 3 } yt_verbose;

typedef struct yt_param_libyt {
  yt_verbose verbose; /* how much the library prints */
  const char* script; /* name of the inline script without ".py" */
  long counter;       /* number of the first round */
  bool check_data;    /* whether yt_commit checks values; what memory depends on is always checked */

#ifdef __cplusplus
  yt_param_libyt() : verbose(YT_VERBOSE_WARNING), script("yt_inline_script"), counter(0), check_data(true) {}
#endif
} yt_param_libyt;

#endif
