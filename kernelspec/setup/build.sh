# Node packages, TypeScript, native build. Sourced by setup.sh.
# shellcheck shell=sh disable=SC2154,SC2034  # variables of setup.sh

node_packages() {
  key=$({ cat "$root/package-lock.json"; printf '%s\n' "$node_major"; } | checksum)
  # The stamp lies inside node_modules, so that removing the folder removes it too.
  if [ -f "$root/node_modules/.allranks-stamp" ] && [ "$(cat "$root/node_modules/.allranks-stamp")" = "$key" ]; then return 0; fi
  say "Node packages"
  run "Node packages could not be installed; check the network and free space, then run set-up again" npm ci --no-audit --no-fund
  printf '%s\n' "$key" >"$root/node_modules/.allranks-stamp"
}

typescript() {
  key=$(
    {
      node -p process.version
      find "$root/kernel" "$root/bridge" "$root/kernelspec" "$root/native/addon" "$root"/tsconfig*.json "$root/package-lock.json" \
        -type f \( -name '*.ts' -o -name '*.json' \) -exec cksum {} + | sort
    } | checksum
  )
  if is_done typescript "$key" && [ -f "$root/dist/kernelspec/cli/main.js" ]; then return 0; fi
  say "TypeScript"
  run "TypeScript could not be built" node "$root/node_modules/typescript/bin/tsc" --build
  mark_done typescript "$key"
}

choose_build_folder() {
  if [ "$serial" = 0 ] && [ ! -x "$mpicxx" ]; then
    # Only with --print-build before the first set-up; afterwards the compiler is there.
    die "$mpicxx is not there yet; run: npm run setup"
  fi
  build=$root/build/$(environment_word)
  reused=0
  if [ -n "$prefix" ] && [ -z "$variant$defines" ] && built_for_these; then reused=1; return 0; fi
  [ -z "$prefix" ] || build=$root/build/install-$(environment_word)
  [ -z "$variant" ] || build=$build-$variant
}

# Whether the build of this checkout itself is of the same compiler and Python: nothing in it depends on where it is installed.
built_for_these() {
  compiler=ALLRANKS_SERIAL:BOOL=ON
  [ "$serial" = 1 ] || compiler="MPI_CXX_COMPILER:[A-Z]*=$mpicxx"
  grep -qx "Python3_EXECUTABLE:[A-Z]*=$python" "$build/CMakeCache.txt" 2>/dev/null && grep -qx "$compiler" "$build/CMakeCache.txt"
}

# The Fortran module is built where there is a compiler; CMake looks for it once.
fortran_compiler() { command -v "${FC:-gfortran}" || command -v f95 || true; }

native_build() {
  [ "$reused" = 1 ] || configure_build
  jobs=${ALLRANKS_BUILD_JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)}
  [ "$jobs" -le 4 ] || [ -n "${ALLRANKS_BUILD_JOBS:-}" ] || jobs=4
  run "the native build failed" "$cmake" --build "$build" --parallel "$jobs"
}

configure_build() {
  set -- -S "$root/native" -B "$build" -G "$generator" -DCMAKE_BUILD_TYPE=RelWithDebInfo "-DPython3_EXECUTABLE=$python"
  if [ "$serial" = 1 ]; then
    set -- "$@" -DALLRANKS_SERIAL=ON
  else
    mpicc=$(dirname -- "$mpicxx")/$(basename -- "$mpicxx" | sed 's/mpicxx/mpicc/; s/mpic++/mpicc/; s/mpiCC/mpicc/')
    [ -x "$mpicc" ] || die "$mpicxx has no mpicc beside it; the C compiler of the same MPI is needed"
    set -- "$@" "-DMPI_CXX_COMPILER=$mpicxx" "-DMPI_C_COMPILER=$mpicc"
    mpifort=$(dirname -- "$mpicxx")/$(basename -- "$mpicxx" | sed 's/mpicxx/mpifort/; s/mpic++/mpifort/; s/mpiCC/mpifort/')
    # Wrappers without Fortran behind them exist.
    if [ -x "$mpifort" ] && "$mpifort" -show >/dev/null 2>&1; then set -- "$@" "-DMPI_Fortran_COMPILER=$mpifort"; fi
    # The launcher of the same MPI, which CMake would otherwise take from PATH: tests start their ranks with it.
    mpiexec=$(dirname -- "$mpicxx")/$(basename -- "$mpicxx" | sed 's/mpicxx/mpiexec/; s/mpic++/mpiexec/; s/mpiCC/mpiexec/')
    [ ! -x "$mpiexec" ] || set -- "$@" "-DMPIEXEC_EXECUTABLE=$mpiexec"
  fi
  [ -z "$make_program" ] || set -- "$@" "-DCMAKE_MAKE_PROGRAM=$make_program"
  # The addon goes beside the library of its own build; build/lib is a link that set-up points to the default one.
  set -- "$@" "-DALLRANKS_ADDON_OUTPUT=$build/lib"
  if [ -n "$prefix" ]; then
    set -- "$@" "-DCMAKE_INSTALL_PREFIX=$prefix" -DALLRANKS_SIMULATIONS=OFF
  else
    set -- "$@" -DALLRANKS_TESTS=ON
    [ "$default_build" = 1 ] || set -- "$@" "-DALLRANKS_TEST_OUTPUT=$build/test"
  fi
  # One definition a line: IFS splits at newlines only, and no pattern is expanded.
  old_ifs=$IFS
  IFS=$newline
  set -f
  for define in $defines; do set -- "$@" "-D$define"; done
  set +f
  IFS=$old_ifs
  key=$(printf '%s\n' "$cmake" "${CXX:-}" "${CC:-}" "${CXXFLAGS:-}" "$(fortran_compiler)" "$@" | checksum)
  stamp=native-$(basename -- "$build")
  if ! is_done "$stamp" "$key" || [ ! -f "$build/CMakeCache.txt" ]; then
    # A cache of other compilers or another Python cannot be changed in place; found paths would stay.
    rm -rf "$build"
    rm -f "$stamps/$stamp"
    say "native build in build/$(basename -- "$build")"
    run "the native build could not be configured" "$cmake" "$@"
    mark_done "$stamp" "$key"
  fi
}

# build/bin and build/lib are relative links, so that a checkout can be moved before the next set-up mends the rest.
link_default() {
  for folder in bin lib; do
    target=$(basename -- "$build")/$folder
    if [ "$(readlink -- "$root/build/$folder" 2>/dev/null || true)" = "$target" ]; then continue; fi
    rm -rf "${root:?}/build/$folder"
    ln -s "$target" "$root/build/$folder"
  done
}
