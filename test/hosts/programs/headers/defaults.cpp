// What libyt's constructors promise to C++ programs that set only what they need.
#include <libyt.h>

#include <cstring>

bool defaults_hold();

bool defaults_hold() {
  const yt_param_libyt settings;
  const yt_param_yt param;
  const yt_par_type species;
  const yt_field field;
  const yt_attribute attribute;
  const yt_particle particle;
  const yt_data data;
  const yt_grid grid;
  const yt_array array;
  return settings.verbose == YT_VERBOSE_WARNING && std::strcmp(settings.script, "yt_inline_script") == 0 && settings.counter == 0 && settings.check_data &&
         param.frontend == nullptr && param.current_time == DBL_UNDEFINED && param.index_offset == 0 && param.num_fields == 0 && param.num_par_types == 0 &&
         param.refine_by == INT_UNDEFINED && species.num_attr == INT_UNDEFINED && std::strcmp(field.field_type, "cell-centered") == 0 && field.contiguous_in_x &&
         field.field_dtype == YT_DTYPE_UNKNOWN && field.field_ghost_cell[5] == 0 && attribute.attr_dtype == YT_DOUBLE && particle.get_par_attr == nullptr &&
         data.data_dtype == YT_DTYPE_UNKNOWN && grid.id == LNG_UNDEFINED && array.gid == LNG_UNDEFINED;
}
