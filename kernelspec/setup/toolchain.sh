# Checks of Node, the C++ compiler and MPI, and the lock between two set-ups. Sourced by setup.sh.
# shellcheck shell=sh disable=SC2154,SC2034  # variables of setup.sh

# Node 20.19 is the first 20.x where require() of an ES module works without a flag; the built CommonJS code relies on it.
check_node() {
  command -v node >/dev/null 2>&1 || die "Node.js was not found; install Node.js 20.19 or newer (https://nodejs.org or the package nodejs)"
  node_version=$(node -p 'process.versions.node' 2>/dev/null) || die "node does not run; install Node.js 20.19 or newer"
  node_major=${node_version%%.*}
  node_rest=${node_version#*.}
  node_minor=${node_rest%%.*}
  if [ "$node_major" -lt 20 ] || { [ "$node_major" -eq 20 ] && [ "$node_minor" -lt 19 ]; }; then
    die "Node.js $node_version is too old; install Node.js 20.19 or newer"
  fi
  command -v npm >/dev/null 2>&1 || die "npm was not found; install it (package npm, or it comes with Node.js)"
}

check_compiler() {
  for tool in "${CXX:-}" c++ g++ clang++; do
    [ -n "$tool" ] || continue
    if command -v "$tool" >/dev/null 2>&1; then
      cxx=$tool
      break
    fi
    [ "$tool" != "${CXX:-}" ] || die "the C++ compiler CXX=$CXX was not found; unset CXX or install it"
  done
  [ -n "${cxx:-}" ] || die "no C++ compiler was found; install one (Debian, Ubuntu: g++; Fedora, RHEL: gcc-c++; site: module load gcc)"
}

# Sets default_build and, for other builds than the default one, mpicxx as an absolute path; empty without MPI.
choose_mpi() {
  default_build=0
  [ "$serial" = 0 ] || return 0
  if [ -z "$mpicxx" ]; then
    if [ -z "$prefix" ]; then
      if [ -z "$variant" ] && [ -z "$defines" ]; then default_build=1; fi
      mpicxx=$root/.venv/bin/mpicxx
      return
    fi
    mpicxx=mpicxx
    command -v mpicxx >/dev/null 2>&1 ||
      die "no MPI compiler was found; name yours with --mpicxx, or install one (Debian, Ubuntu: libopenmpi-dev; site: module load openmpi)"
  fi
  found=$(command -v "$mpicxx" 2>/dev/null) || die "the MPI compiler $mpicxx was not found; name the mpicxx of the MPI that your code is built with"
  case $found in /*) mpicxx=$found ;; *) mpicxx=$PWD/$found ;; esac
  "$mpicxx" -show >/dev/null 2>&1 || die "$mpicxx -show fails; it is not an MPI compiler wrapper, or its compiler is missing"
}

# One word that names the MPI of $mpicxx with its version, such as openmpi-5.0.11.
mpi_word() {
  if [ "$serial" = 1 ]; then
    printf 'serial'
    return
  fi
  answer=$("$mpicxx" -showme:version 2>/dev/null || "$mpicxx" -v 2>/dev/null || true)
  case $answer in
    *'Open MPI '*) printf '%s' "$answer" | sed -n 's/.*Open MPI \([0-9.]*\).*/openmpi-\1/p' | head -n 1 ;;
    *'MPICH version '*) printf '%s' "$answer" | sed -n 's/.*MPICH version \([0-9.a-z]*\).*/mpich-\1/p' | head -n 1 ;;
    *) basename -- "$mpicxx" | tr -c 'A-Za-z0-9.\n' '_' ;;
  esac
}

# cmake and ninja of the system, or their wheels in .venv when the system has none or too old ones.
find_cmake() {
  cmake=cmake
  if ! cmake_is_usable cmake; then
    cmake=$root/.venv/bin/cmake
    if ! cmake_is_usable "$cmake"; then
      [ -x "$root/.venv/bin/python" ] || make_venv "$root/.venv" "$python_base"
      say "cmake (3.21 or newer) into .venv"
      run "cmake could not be installed; install CMake 3.21 or newer (package cmake)" \
        "$root/.venv/bin/python" -m pip install --disable-pip-version-check --quiet cmake==4.4.4 ninja==1.13.2
    fi
  fi
  generator='Unix Makefiles'
  make_program=''
  if command -v ninja >/dev/null 2>&1; then
    generator=Ninja
  elif [ -x "$root/.venv/bin/ninja" ]; then
    generator=Ninja
    make_program=$root/.venv/bin/ninja
  else
    command -v make >/dev/null 2>&1 || die "neither ninja nor make was found; install one of them (package ninja-build or make)"
  fi
}

cmake_is_usable() {
  command -v "$1" >/dev/null 2>&1 || return 1
  version=$("$1" --version 2>/dev/null | sed -n '1s/.*version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
  [ -n "$version" ] || return 1
  [ "${version% *}" -gt 3 ] || { [ "${version% *}" -eq 3 ] && [ "${version#* }" -ge 21 ]; }
}

# Runs a command with its output in build/setup.log; when it fails: the end of the log, then the sentence $1.
run() {
  sentence=$1
  shift
  printf '\n$ %s\n' "$*" >>"$log"
  if "$@" >>"$log" 2>&1; then return 0; fi
  tail -n 30 "$log" >&2
  die "$sentence (full log: build/setup.log)"
}

# Two set-ups of one checkout would tear each other's node_modules and build folders.
lock() {
  waited=0
  while ! mkdir "$root/build/setup.lock" 2>/dev/null; do
    owner=$(cat "$root/build/setup.lock/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$root/build/setup.lock"
      continue
    fi
    [ "$waited" -gt 0 ] || say "waiting for another set-up of this checkout (process ${owner:-unknown})"
    [ "$waited" -lt 900 ] || die "another set-up has held build/setup.lock for 15 minutes; end it, or remove that folder if none runs"
    waited=$((waited + 1))
    sleep 1
  done
  printf '%s\n' "$$" >"$root/build/setup.lock/pid"
  trap 'rm -rf "$root/build/setup.lock"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# Stamps: is_done NAME KEY tells whether a step was finished with the same inputs; mark_done remembers it.
is_done() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; }
mark_done() { printf '%s\n' "$2" >"$stamps/$1"; }
checksum() { cksum | tr ' ' '-'; }
