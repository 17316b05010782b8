/* One field, as yt_get_FieldsPtr hands it out. */
#ifndef __YT_TYPE_FIELD_H__
#define __YT_TYPE_FIELD_H__

#include "yt_type_array.h"

typedef struct yt_field {
  const char* field_name;
  const char* field_type;    /* "cell-centered" (default), "face-centered" or "derived_func" */
  yt_dtype field_dtype;
  bool contiguous_in_x;      /* true (default): the array is [z][y][x]; false: [x][y][z]. Without the axes that are not there. */
  short field_ghost_cell[6]; /* ghost cells before and behind each axis of the array: [2 * axis], [2 * axis + 1] */
  const char* field_unit;    /* as yt writes units; "" is dimensionless or what yt's frontend says */
  int num_field_name_alias;
  const char** field_name_alias;
  const char* field_display_name; /* NULL: none */
  /* For "derived_func": fills `out[0]` with the cells of grid `gids[0]`, without ghost cells. `list_len` is 1. */
  void (*derived_func)(const int list_len, const long* gids, const char* field_name, yt_array* out);

#ifdef __cplusplus
  yt_field()
      : field_name(nullptr), field_type("cell-centered"), field_dtype(YT_DTYPE_UNKNOWN), contiguous_in_x(true), field_ghost_cell(), field_unit(""),
        num_field_name_alias(0), field_name_alias(nullptr), field_display_name(nullptr), derived_func(nullptr) {}
#endif
} yt_field;

#endif
