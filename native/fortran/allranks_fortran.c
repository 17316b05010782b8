/* What the Fortran module needs of C: communicators by their Fortran handles, and arrays by their descriptors, whose layout is that of
 * the Fortran compiler: this file is compiled with its companion. */
#include <ISO_Fortran_binding.h>
#include <allranks.h>
#include <complex.h>

#ifndef ALLRANKS_SERIAL
int allranks_fortran_initialize(int comm, const char *script) { return allranks_initialize(MPI_Comm_f2c((MPI_Fint)comm), script); }

int allranks_fortran_expose_comm(const char *name, int comm) { return allranks_expose_comm(name, MPI_Comm_f2c((MPI_Fint)comm)); }
#endif

static int is_integer(CFI_type_t type) {
  return type == CFI_type_int8_t || type == CFI_type_int16_t || type == CFI_type_int32_t || type == CFI_type_int64_t;
}

/* What is no type of the library is given to it as one that it refuses with a sentence. */
static allranks_dtype dtype_of(const CFI_cdesc_t *array) {
  if (is_integer(array->type)) {
    switch (array->elem_len) {
      case 1: return ALLRANKS_INT8;
      case 2: return ALLRANKS_INT16;
      case 4: return ALLRANKS_INT32;
      default: return ALLRANKS_INT64;
    }
  }
  if (array->type == CFI_type_float) return ALLRANKS_FLOAT32;
  if (array->type == CFI_type_double) return ALLRANKS_FLOAT64;
  if (array->type == CFI_type_long_double) return ALLRANKS_LONGDOUBLE;
  if (array->type == CFI_type_float_Complex) return ALLRANKS_COMPLEX64;
  if (array->type == CFI_type_double_Complex) return ALLRANKS_COMPLEX128;
  return (allranks_dtype)0;
}

int allranks_fortran_expose(const char *name, const CFI_cdesc_t *array, int writable) {
  int64_t shape[CFI_MAX_RANK + 1] = {1}, strides[CFI_MAX_RANK + 1] = {0};
  int axis, rank = array->rank;
  for (axis = 0; axis < rank; ++axis) {
    shape[axis] = (int64_t)array->dim[axis].extent;
    strides[axis] = (int64_t)array->dim[axis].sm;
  }
  if (rank == 0) {
    /* A scalar is an array of one element. */
    rank = 1;
    strides[0] = (int64_t)array->elem_len;
  }
  return allranks_expose(name, array->base_addr, dtype_of(array), rank, shape, strides, writable ? ALLRANKS_WRITABLE : 0u);
}
