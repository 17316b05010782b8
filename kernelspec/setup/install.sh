# Installation for own codes: cmake installs the native part, this file the Node part. Sourced by setup.sh.
# shellcheck shell=sh disable=SC2154  # variables of setup.sh

# Words of pip for what the ranks need and $python lacks; empty when nothing is missing.
missing_packages() {
  "$1" - "$serial" <<'CODE'
import importlib.util
import sys
from importlib.metadata import version
names = {"IPython": "ipython>=9", "matplotlib": "matplotlib", "mpi4py": "mpi4py", "msgpack": "msgpack", "numpy": "numpy"}
if sys.argv[1] == "1":
    del names["mpi4py"]
missing = [package for module, package in names.items() if importlib.util.find_spec(module) is None]
if "ipython>=9" not in missing and int(version("ipython").split(".")[0]) < 9:
    missing.append("ipython>=9")
print(" ".join(repr(word) if ">" in word else word for word in sorted(missing)))
CODE
}

# The Python of an installation: the given one when it has the packages of the ranks or is an environment of the user's;
# else an environment of its own below the prefix, since a system's Python must not be changed.
prefix_python() {
  missing=$(missing_packages "$python") || die "the packages of $python cannot be examined"
  [ -n "$missing" ] || return 0
  if "$python" -c 'import sys; sys.exit(sys.prefix == sys.base_prefix)'; then
    say "note: the environment of $python lacks packages that the ranks need; run: $python -m pip install $missing"
    return 0
  fi
  venv=$prefix/share/allranks/venv
  mkdir -p "$prefix/share/allranks" 2>/dev/null || die "cannot write to $prefix; choose another --prefix or check its permissions"
  wanted=$root/build/requirements-prefix.txt
  without='^openmpi[=<>~]'
  [ "$serial" = 0 ] || without='^\(openmpi\|mpi4py\)[=<>~]'
  grep -v "$without" "$root/native/python/requirements.txt" >"$wanted"
  key=$({ cat "$wanted"; printf '%s %s %s\n' "$python_base" "$python_version" "$(mpi_word)"; } | checksum)
  if [ "$(cat "$venv/.allranks-stamp" 2>/dev/null)" != "$key" ] || [ ! -x "$venv/bin/python" ]; then
    say "Python environment $venv, since Python $python_version lacks: $missing (to use one of yours: --python ENVIRONMENT/bin/python)"
    make_venv "$venv" "$python_base"
    run "Python packages could not be installed; check the network, then run set-up again" \
      "$venv/bin/python" -m pip install --disable-pip-version-check --quiet -r "$wanted"
    printf '%s\n' "$key" >"$venv/.allranks-stamp"
  fi
  show_package "$venv" "$prefix/share/allranks/python"
  python=$venv/bin/python
}

install_all() {
  mkdir -p "$prefix/bin" "$prefix/share" 2>/dev/null || die "cannot write to $prefix; choose another --prefix or check its permissions"
  share=$prefix/share/allranks
  fresh=$prefix/share/.allranks-$$
  # What can fail for want of network comes first, beside its place: a failure leaves the former installation whole.
  trap 'rm -rf "$fresh" "$root/build/setup.lock"' EXIT
  say "Node part into $share"
  mkdir -p "$fresh/kernelspec"
  cp -R "$root/dist" "$fresh/dist"
  cp -R "$here/bin" "$here/templates" "$fresh/kernelspec/"
  cp "$root/package.json" "$root/package-lock.json" "$root/LICENSE" "$fresh/"
  (cd "$fresh" && run "Node packages could not be installed; check the network and free space" npm ci --omit=dev --ignore-scripts --no-audit --no-fund)
  say "native part into $prefix"
  run "the native part could not be installed" "$cmake" --install "$build" --prefix "$prefix"
  if [ -d "$share" ]; then
    # What cmake installed below share/allranks (the Python package) is kept.
    for entry in dist kernelspec node_modules package.json package-lock.json LICENSE; do rm -rf "${share:?}/$entry"; done
  else
    mkdir -p "$share"
  fi
  for entry in dist kernelspec node_modules package.json package-lock.json LICENSE; do mv "$fresh/$entry" "$share/$entry"; done
  rm -rf "$fresh"
  # What allranks doctor checks against: the Python and the MPI that the library was built with.
  grep -E '^(Python3_EXECUTABLE|MPI_CXX_COMPILER|ALLRANKS_SERIAL):' "$build/CMakeCache.txt" >"$share/built-with.txt"
  [ -e "$share/lib/allranks.node" ] || { mkdir -p "$share/lib" && ln -sf ../../../lib/allranks.node "$share/lib/allranks.node"; }
  [ -e "$share/python" ] || cp -R "$root/native/python" "$share/python"
  ln -sf ../share/allranks/kernelspec/bin/allranks "$prefix/bin/allranks"
  say "installed; put $prefix/bin on PATH, and see allranks --help"
}
