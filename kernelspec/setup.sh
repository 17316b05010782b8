#!/bin/sh
# Sets up a checkout, or installs Allranks for own codes. Idempotent: what has not changed is not done again, which is
# told by stamps (checksums of the inputs) in build/stamps. Every failure is one sentence and exit code 1.
# The steps are in setup/: python.sh chooses the interpreter, toolchain.sh checks compilers, build.sh builds, install.sh installs.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(dirname -- "$here")
# Where the user stands: npm starts scripts in the checkout and tells it by INIT_CWD.
started=$PWD
[ "$started" != "$root" ] || started=${INIT_CWD:-$PWD}
cd "$root"

usage() {
  cat <<'TEXT'
usage: npm run setup [-- OPTION...]

Without options: Node packages, .venv, native build with the MPI of .venv, TypeScript; build/bin and build/lib point to it.

  --prefix P        install for own codes into P (bin/allranks, headers, libraries, CMake package, pkg-config);
                    --mpicxx then defaults to the mpicxx on PATH; when --python lacks packages of the ranks, an
                    environment P/share/allranks/venv is made of it
  --serial          for simulations without MPI: one process, no MPI compiler needed
  --mpicxx X        MPI C++ compiler wrapper; without --prefix: one more build beside the default one
  --python Y        Python interpreter, 3.11 or newer, with a shared libpython (else ALLRANKS_PYTHON, else one found on PATH)
  --variant NAME    suffix of the build folder, for builds that differ only by --define
  --define N=V      CMake definition; may be given several times
  --print-build     print the build folder of these options and do nothing else
  --help

Environment: CXX, CC (compilers), ALLRANKS_PYTHON, ALLRANKS_BUILD_JOBS (parallel compile jobs; default: processors, at most 4).
TEXT
}

say() { printf 'set-up: %s\n' "$*"; }

die() {
  printf 'allranks set-up: %s\n' "$*" >&2
  exit 1
}

wrong_use() {
  printf 'allranks set-up: %s (npm run setup -- --help tells the options)\n' "$*" >&2
  exit 2
}

# Options. Definitions go to cmake one word each, so their values may hold spaces.
prefix='' mpicxx='' serial=0 python='' variant='' print_build=0 defines=''
newline='
'
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --mpicxx | --python | --variant | --define)
      option=${1#--}
      if [ $# -lt 2 ] || [ -z "$2" ]; then wrong_use "$1 needs a value"; fi
      value=$2
      shift 2
      ;;
    --prefix=* | --mpicxx=* | --python=* | --variant=* | --define=*)
      option=${1%%=*}
      option=${option#--}
      value=${1#*=}
      [ -n "$value" ] || wrong_use "--$option needs a value"
      shift
      ;;
    --print-build) print_build=1; shift; continue ;;
    --serial) serial=1; shift; continue ;;
    --help | -h) usage; exit 0 ;;
    *) wrong_use "unknown option $1" ;;
  esac
  case $option in
    prefix) prefix=$value ;;
    mpicxx) mpicxx=$value ;;
    python) python=$value ;;
    variant)
      case $value in *[!A-Za-z0-9_.-]*) wrong_use "--variant may hold letters, digits, '.', '_' and '-' only" ;; esac
      variant=$value
      ;;
    define)
      case $value in *=*) ;; *) wrong_use "--define needs NAME=VALUE" ;; esac
      defines=$defines$value$newline
      ;;
  esac
done
if [ "$serial" = 1 ] && [ -n "$mpicxx" ]; then wrong_use "--serial is a build without MPI; leave --mpicxx out"; fi
case $prefix in '' | /*) ;; *) prefix=$started/$prefix ;; esac

stamps=$root/build/stamps
log=$root/build/setup.log

# shellcheck source=kernelspec/setup/python.sh
. "$here/setup/python.sh"
# shellcheck source=kernelspec/setup/toolchain.sh
. "$here/setup/toolchain.sh"
# shellcheck source=kernelspec/setup/build.sh
. "$here/setup/build.sh"
# shellcheck source=kernelspec/setup/install.sh
. "$here/setup/install.sh"

# Checks come before anything is written, so that a missing tool leaves nothing half-done.
check_node
check_compiler
choose_python
choose_mpi
if [ "$print_build" = 1 ]; then
  choose_build_folder
  printf '%s\n' "$build"
  exit 0
fi

mkdir -p "$stamps" 2>/dev/null || die "cannot write to $root/build; check its owner, permissions and free space"
lock
: >"$log"
node_packages
if [ -n "$prefix" ]; then prefix_python; else python_packages; fi
find_cmake
choose_build_folder
typescript
native_build
fit_mpi4py
if [ -n "$prefix" ]; then
  install_all
elif [ "$default_build" = 1 ]; then
  link_default
fi
say "ready"
