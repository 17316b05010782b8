/* The binary interface of libyt 0.4: order, place and value of everything in the headers, in C and C++. Compiles, or says what differs.
 * A program compiled against libyt's own headers and one compiled against ours must agree about all of this. LP64 systems. */
#include <libyt.h>
#include <stddef.h>

#if defined(__cplusplus)
#define HOLDS(what) static_assert(what, #what)
#else
#define HOLDS_AT(what, line) typedef char holds_##line[(what) ? 1 : -1]
#define HOLDS_LINE(what, line) HOLDS_AT(what, line)
#define HOLDS(what) HOLDS_LINE(what, __LINE__)
#endif
#define PLACE(type, member, offset) HOLDS(offsetof(type, member) == (offset))

HOLDS(YT_SUCCESS == 1 && YT_FAIL == 0);
HOLDS(LIBYT_MAJOR_VERSION == 0 && LIBYT_MINOR_VERSION == 4);
HOLDS(LIBYT_MICRO_VERSION == 0);
HOLDS(INT_UNDEFINED == INT_MIN && LNG_UNDEFINED == LONG_MIN);
HOLDS(sizeof(FLT_UNDEFINED) == sizeof(float) && sizeof(DBL_UNDEFINED) == sizeof(double));
HOLDS(YT_VERBOSE_OFF == 0 && YT_VERBOSE_INFO == 1 && YT_VERBOSE_WARNING == 2 && YT_VERBOSE_DEBUG == 3);
HOLDS(YT_FLOAT == 0 && YT_DOUBLE == 1 && YT_LONGDOUBLE == 2 && YT_CHAR == 3 && YT_UCHAR == 4 && YT_SHORT == 5 && YT_USHORT == 6);
HOLDS(YT_INT == 7 && YT_UINT == 8 && YT_LONG == 9 && YT_ULONG == 10 && YT_LONGLONG == 11 && YT_ULONGLONG == 12);
HOLDS(YT_DTYPE_UNKNOWN == 13 && sizeof(yt_dtype) == 4 && sizeof(yt_verbose) == 4);

PLACE(yt_param_libyt, verbose, 0);
PLACE(yt_param_libyt, script, 8);
PLACE(yt_param_libyt, counter, 16);
PLACE(yt_param_libyt, check_data, 24);
HOLDS(sizeof(yt_param_libyt) == 32);

PLACE(yt_param_yt, frontend, 0);
PLACE(yt_param_yt, fig_basename, 8);
PLACE(yt_param_yt, domain_left_edge, 16);
PLACE(yt_param_yt, domain_right_edge, 40);
PLACE(yt_param_yt, current_time, 64);
PLACE(yt_param_yt, current_redshift, 72);
PLACE(yt_param_yt, omega_lambda, 80);
PLACE(yt_param_yt, omega_matter, 88);
PLACE(yt_param_yt, hubble_constant, 96);
PLACE(yt_param_yt, length_unit, 104);
PLACE(yt_param_yt, mass_unit, 112);
PLACE(yt_param_yt, time_unit, 120);
PLACE(yt_param_yt, velocity_unit, 128);
PLACE(yt_param_yt, magnetic_unit, 136);
PLACE(yt_param_yt, periodicity, 144);
PLACE(yt_param_yt, cosmological_simulation, 156);
PLACE(yt_param_yt, dimensionality, 160);
PLACE(yt_param_yt, domain_dimensions, 164);
PLACE(yt_param_yt, refine_by, 176);
PLACE(yt_param_yt, index_offset, 180);
PLACE(yt_param_yt, num_grids, 184);
PLACE(yt_param_yt, num_fields, 192);
PLACE(yt_param_yt, num_par_types, 196);
PLACE(yt_param_yt, par_type_list, 200);
PLACE(yt_param_yt, num_grids_local, 208);
HOLDS(sizeof(yt_param_yt) == 216);

PLACE(yt_par_type, par_type, 0);
PLACE(yt_par_type, num_attr, 8);
HOLDS(sizeof(yt_par_type) == 16);

PLACE(yt_field, field_name, 0);
PLACE(yt_field, field_type, 8);
PLACE(yt_field, field_dtype, 16);
PLACE(yt_field, contiguous_in_x, 20);
PLACE(yt_field, field_ghost_cell, 22);
PLACE(yt_field, field_unit, 40);
PLACE(yt_field, num_field_name_alias, 48);
PLACE(yt_field, field_name_alias, 56);
PLACE(yt_field, field_display_name, 64);
PLACE(yt_field, derived_func, 72);
HOLDS(sizeof(yt_field) == 80);

PLACE(yt_attribute, attr_name, 0);
PLACE(yt_attribute, attr_dtype, 8);
PLACE(yt_attribute, attr_unit, 16);
PLACE(yt_attribute, num_attr_name_alias, 24);
PLACE(yt_attribute, attr_name_alias, 32);
PLACE(yt_attribute, attr_display_name, 40);
HOLDS(sizeof(yt_attribute) == 48);

PLACE(yt_particle, par_type, 0);
PLACE(yt_particle, num_attr, 8);
PLACE(yt_particle, attr_list, 16);
PLACE(yt_particle, coor_x, 24);
PLACE(yt_particle, coor_y, 32);
PLACE(yt_particle, coor_z, 40);
PLACE(yt_particle, get_par_attr, 48);
HOLDS(sizeof(yt_particle) == 56);

PLACE(yt_data, data_ptr, 0);
PLACE(yt_data, data_dimensions, 8);
PLACE(yt_data, data_dtype, 20);
HOLDS(sizeof(yt_data) == 24);

PLACE(yt_grid, left_edge, 0);
PLACE(yt_grid, right_edge, 24);
PLACE(yt_grid, par_count_list, 48);
PLACE(yt_grid, id, 56);
PLACE(yt_grid, parent_id, 64);
PLACE(yt_grid, grid_dimensions, 72);
PLACE(yt_grid, level, 84);
PLACE(yt_grid, proc_num, 88);
PLACE(yt_grid, field_data, 96);
PLACE(yt_grid, particle_data, 104);
HOLDS(sizeof(yt_grid) == 112);

PLACE(yt_array, gid, 0);
PLACE(yt_array, data_length, 8);
PLACE(yt_array, data_ptr, 16);
HOLDS(sizeof(yt_array) == 24);

/* Every function, with the arguments that libyt documents. */
typedef struct functions {
  int (*initialize)(int, char **, const yt_param_libyt *);
  int (*set_parameters)(yt_param_yt *);
  int (*user_int)(const char *, const int, const int *);
  int (*user_long)(const char *, const int, const long *);
  int (*user_long_long)(const char *, const int, const long long *);
  int (*user_uint)(const char *, const int, const unsigned int *);
  int (*user_ulong)(const char *, const int, const unsigned long *);
  int (*user_float)(const char *, const int, const float *);
  int (*user_double)(const char *, const int, const double *);
  int (*user_string)(const char *, const char *);
  int (*fields)(yt_field **);
  int (*particles)(yt_particle **);
  int (*grids)(yt_grid **);
  int (*commit)(void);
  int (*run)(const char *);
  int (*run_arguments)(const char *, int, ...);
  int (*console)(const char *);
  int (*reload)(const char *, const char *, const char *);
  int (*kernel)(const char *, bool);
  int (*end_round)(void);
  int (*finalize)(void);
  int (*dimensions)(const long, int (*)[3]);
  int (*left_edge)(const long, double (*)[3]);
  int (*right_edge)(const long, double (*)[3]);
  int (*parent)(const long, long *);
  int (*level)(const long, int *);
  int (*owner)(const long, int *);
  int (*count)(const long, const char *, long *);
  int (*field_data)(const long, const char *, yt_data *);
  int (*particle_data)(const long, const char *, const char *, yt_data *);
} functions;

const functions *all_functions(void);
const functions *all_functions(void) {
  static const functions all = {yt_initialize, yt_set_Parameters, yt_set_UserParameterInt, yt_set_UserParameterLong, yt_set_UserParameterLongLong,
                                yt_set_UserParameterUint, yt_set_UserParameterUlong, yt_set_UserParameterFloat, yt_set_UserParameterDouble,
                                yt_set_UserParameterString, yt_get_FieldsPtr, yt_get_ParticlesPtr, yt_get_GridsPtr, yt_commit, yt_run_Function,
                                yt_run_FunctionArguments, yt_run_InteractiveMode, yt_run_ReloadScript, yt_run_JupyterKernel, yt_free, yt_finalize,
                                yt_getGridInfo_Dimensions, yt_getGridInfo_LeftEdge, yt_getGridInfo_RightEdge, yt_getGridInfo_ParentId,
                                yt_getGridInfo_Level, yt_getGridInfo_ProcNum, yt_getGridInfo_ParticleCount, yt_getGridInfo_FieldData,
                                yt_getGridInfo_ParticleData};
  return &all;
}
