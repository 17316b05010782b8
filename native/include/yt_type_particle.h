/* Particle species and their attributes, as yt_get_ParticlesPtr hands them out. */
#ifndef __YT_TYPE_PARTICLE_H__
#define __YT_TYPE_PARTICLE_H__

#include "yt_macro.h"
#include "yt_type_array.h"

/* Name and number of attributes of one species, given to yt_set_Parameters. */
typedef struct yt_par_type {
  const char* par_type;
  int num_attr;

#ifdef __cplusplus
  yt_par_type() : par_type(nullptr), num_attr(INT_UNDEFINED) {}
#endif
} yt_par_type;

typedef struct yt_attribute {
  const char* attr_name;
  yt_dtype attr_dtype; /* default YT_DOUBLE */
  const char* attr_unit;
  int num_attr_name_alias;
  const char** attr_name_alias;
  const char* attr_display_name; /* NULL: none */

#ifdef __cplusplus
  yt_attribute() : attr_name(nullptr), attr_dtype(YT_DOUBLE), attr_unit(""), num_attr_name_alias(0), attr_name_alias(nullptr), attr_display_name(nullptr) {}
#endif
} yt_attribute;

typedef struct yt_particle {
  const char* par_type; /* set by the library, as are num_attr and attr_list */
  int num_attr;
  yt_attribute* attr_list;
  const char* coor_x; /* names of the attributes that are positions; NULL for an axis that is not there */
  const char* coor_y;
  const char* coor_z;
  /* Fills `out[0]` with attribute `attr` of the particles in grid `gids[0]`; called for what has no data_ptr. `list_len` is 1. */
  void (*get_par_attr)(const int list_len, const long* gids, const char* par_type, const char* attr, yt_array* out);

#ifdef __cplusplus
  yt_particle() : par_type(nullptr), num_attr(INT_UNDEFINED), attr_list(nullptr), coor_x(nullptr), coor_y(nullptr), coor_z(nullptr), get_par_attr(nullptr) {}
#endif
} yt_particle;

#endif
