# Installation for own codes: cmake installs the native part, this file the Node part. Sourced by setup.sh.
# shellcheck shell=sh disable=SC2154  # variables of setup.sh

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
  grep -E '^(Python3_EXECUTABLE|MPI_CXX_COMPILER):' "$build/CMakeCache.txt" >"$share/built-with.txt"
  [ -e "$share/lib/allranks.node" ] || { mkdir -p "$share/lib" && ln -sf ../../../lib/allranks.node "$share/lib/allranks.node"; }
  [ -e "$share/python" ] || cp -R "$root/native/python" "$share/python"
  ln -sf ../share/allranks/kernelspec/bin/allranks "$prefix/bin/allranks"
  missing=$("$python" -c '
import importlib.util
names = {"IPython": "ipython", "matplotlib": "matplotlib", "mpi4py": "mpi4py", "msgpack": "msgpack", "numpy": "numpy"}
print(" ".join(package for module, package in names.items() if importlib.util.find_spec(module) is None))
')
  if [ -n "$missing" ]; then
    say "note: $python lacks packages that the ranks need; run: $python -m pip install $missing"
  fi
  say "installed; put $prefix/bin on PATH, and see allranks --help"
}
