/* One grid of this rank, as yt_get_GridsPtr hands it out. */
#ifndef __YT_TYPE_GRID_H__
#define __YT_TYPE_GRID_H__

#include "yt_macro.h"

/* Memory of the simulation: borrowed, never written, and valid until yt_free. */
typedef struct yt_data {
  void* data_ptr;         /* first element, ghost cells included; NULL: not shown, and refused for fields while check_data is true */
  int data_dimensions[3]; /* of the array as it lies in memory. Cell-centered fields and particles: set by yt_commit.
                             Face-centered fields: set by the caller, ghost cells included */
  yt_dtype data_dtype;    /* YT_DTYPE_UNKNOWN (default): that of the field or attribute */

#ifdef __cplusplus
  yt_data() : data_ptr(nullptr), data_dimensions(), data_dtype(YT_DTYPE_UNKNOWN) {}
#endif
} yt_data;

typedef struct yt_grid {
  double left_edge[3]; /* in code lengths; 0 and 1 for an axis that is not there */
  double right_edge[3];
  long* par_count_list; /* [species], memory of the library */
  long id;              /* index_offset to index_offset + num_grids - 1 */
  long parent_id;       /* below index_offset, usually -1: none */
  int grid_dimensions[3]; /* cells along x, y, z without ghost cells; 1 for an axis that is not there */
  int level;              /* 0: coarsest */
  int proc_num;           /* rank, set by the library */
  yt_data* field_data;     /* [field], memory of the library */
  yt_data** particle_data; /* [species][attribute], memory of the library; NULL without particles */

#ifdef __cplusplus
  yt_grid()
      : left_edge{DBL_UNDEFINED, DBL_UNDEFINED, DBL_UNDEFINED}, right_edge{DBL_UNDEFINED, DBL_UNDEFINED, DBL_UNDEFINED}, par_count_list(nullptr), id(LNG_UNDEFINED),
        parent_id(LNG_UNDEFINED), grid_dimensions{INT_UNDEFINED, INT_UNDEFINED, INT_UNDEFINED}, level(INT_UNDEFINED), proc_num(INT_UNDEFINED), field_data(nullptr),
        particle_data(nullptr) {}
#endif
} yt_grid;

#endif
