#!/bin/sh
# A control group whose processes together get so much memory and no more, as a batch system makes one for a job. Needs root.
#   make BYTES      makes one and prints its folder
#   add FOLDER PID  moves a process into it
#   remove FOLDER   when its processes have ended
set -eu
case $1 in
make)
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    base=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
    echo +memory >"$base/cgroup.subtree_control"
    limit=memory.max
  else
    base=/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:\([^:]*,\)*memory\(,[^:]*\)*:\(.*\)$/\3/p' /proc/self/cgroup)
    limit=memory.limit_in_bytes
  fi
  folder=$(mktemp -d "$base/allranks-XXXXXX")
  if ! echo "$2" >"$folder/$limit"; then
    rmdir "$folder"
    exit 1
  fi
  echo "$folder"
  ;;
add) echo "$3" >"$2/cgroup.procs" ;;
remove) rmdir "$2" ;;
*) exit 2 ;;
esac
