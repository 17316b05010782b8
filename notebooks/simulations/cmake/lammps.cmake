# Finds LAMMPS' library; `allranks_lammps_library` is the target to link.
find_library(ALLRANKS_LAMMPS_LIBRARY lammps)
find_path(ALLRANKS_LAMMPS_INCLUDE lammps/library.h)
if(NOT ALLRANKS_LAMMPS_LIBRARY OR NOT ALLRANKS_LAMMPS_INCLUDE)
  message(FATAL_ERROR "lammps_host needs the LAMMPS library and its header lammps/library.h (Debian: apt-get install liblammps-dev); "
                      "install it or leave ALLRANKS_LAMMPS off.")
endif()
add_library(allranks_lammps_library INTERFACE)
target_include_directories(allranks_lammps_library SYSTEM INTERFACE "${ALLRANKS_LAMMPS_INCLUDE}")
target_link_libraries(allranks_lammps_library INTERFACE "${ALLRANKS_LAMMPS_LIBRARY}")
# The header declares types by the way the library was built: with MPI, 64-bit totals and 32-bit atom numbers. The host
# checks the latter when it runs.
target_compile_definitions(allranks_lammps_library INTERFACE LAMMPS_LIB_MPI LAMMPS_SMALLBIG)
