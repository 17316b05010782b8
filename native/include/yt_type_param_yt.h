/* What is true for all grids of a round, given to yt_set_Parameters. */
#ifndef __YT_TYPE_PARAM_YT_H__
#define __YT_TYPE_PARAM_YT_H__

#include "yt_macro.h"
#include "yt_type_particle.h"

typedef struct yt_param_yt {
  const char* frontend;     /* name of the yt frontend whose field definitions fit, such as "gamer" */
  const char* fig_basename; /* NULL: "Fig"; the number of the round is added */
  double domain_left_edge[3]; /* code lengths */
  double domain_right_edge[3];
  double current_time;     /* code times */
  double current_redshift; /* the four of cosmology: needed when cosmological_simulation is not 0 */
  double omega_lambda;
  double omega_matter;
  double hubble_constant;
  double length_unit;   /* of the code, in cm */
  double mass_unit;     /* in g */
  double time_unit;     /* in s */
  double velocity_unit; /* in cm/s */
  double magnetic_unit; /* in gauss; not set: 1, with a warning */
  int periodicity[3];   /* 0 or 1 */
  int cosmological_simulation; /* 0 or 1 */
  int dimensionality;          /* 1, 2 or 3 */
  int domain_dimensions[3];    /* cells of the coarsest level */
  int refine_by;
  int index_offset; /* id of the first grid */
  long num_grids;   /* of all ranks */
  int num_fields;
  int num_par_types;
  yt_par_type* par_type_list; /* copied */
  int num_grids_local;        /* of this rank */

#ifdef __cplusplus
  yt_param_yt()
      : frontend(nullptr), fig_basename(nullptr), domain_left_edge{DBL_UNDEFINED, DBL_UNDEFINED, DBL_UNDEFINED}, domain_right_edge{DBL_UNDEFINED, DBL_UNDEFINED, DBL_UNDEFINED},
        current_time(DBL_UNDEFINED), current_redshift(DBL_UNDEFINED), omega_lambda(DBL_UNDEFINED), omega_matter(DBL_UNDEFINED), hubble_constant(DBL_UNDEFINED),
        length_unit(DBL_UNDEFINED), mass_unit(DBL_UNDEFINED), time_unit(DBL_UNDEFINED), velocity_unit(DBL_UNDEFINED), magnetic_unit(DBL_UNDEFINED),
        periodicity{INT_UNDEFINED, INT_UNDEFINED, INT_UNDEFINED}, cosmological_simulation(INT_UNDEFINED), dimensionality(INT_UNDEFINED),
        domain_dimensions{INT_UNDEFINED, INT_UNDEFINED, INT_UNDEFINED}, refine_by(INT_UNDEFINED), index_offset(0), num_grids(LNG_UNDEFINED), num_fields(0), num_par_types(0),
        par_type_list(nullptr), num_grids_local(0) {}
#endif
} yt_param_yt;

#endif
