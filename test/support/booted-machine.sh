#!/bin/sh
# Holds a machine of its own: an overlay of this one's files on a tmpfs, in which systemd boots as often as stdin says `boot`.
# Everything is in namespaces of this process, so that all of it is gone when stdin closes, however that comes about.
# usage: unshare -m booted-machine.sh <cgroup folder> <folder to hide>
set -eu

if [ "$1" = --inside ]; then
  # In the namespaces of the machine, as what becomes its first process.
  root=$2
  mount -t proc proc "$root/proc"
  # The kernel is that of the machine around it: nothing in here sets it.
  mount --bind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,bind,ro "$root/proc/sys"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t tmpfs -o mode=755 cgroup "$root/sys/fs/cgroup"
  mount -t cgroup2 cgroup "$root/sys/fs/cgroup"
  mount -t tmpfs -o mode=755 dev "$root/dev"
  for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mkdir "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  mount -t tmpfs -o mode=755 run "$root/run"
  mount -t tmpfs -o mode=1777 tmp "$root/tmp"
  ip link set lo up
  exec chroot "$root" env -i container=groundmist-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=multi-user.target --log-target=journal --show-status=0
fi

cgroup=$1
hidden=$2
self=$0
# Whatever is there otherwise: only in here something else is.
base=/mnt

mount --make-rprivate /
mount -t tmpfs -o mode=755 machine "$base"
mkdir "$base/upper" "$base/work" "$base/root"
mount -t overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" machine "$base/root"
root=$base/root
mount -t tmpfs -o mode=700 home "$root/root"
if [ -d "$root$hidden" ]; then mount -t tmpfs hidden "$root$hidden"; fi
# What this machine starts by itself is no business of a test, nor are its name, its log and its services of ours.
rm -rf "$root"/etc/systemd/system/*.wants "$root/var/log/journal" "$root/etc/groundmist" "$root/var/lib/systemd/linger"
mkdir "$root/var/log/journal"
: >"$root/etc/machine-id"

machine=
stop() {
  # With its first process all others of the machine end, before that one is seen to have ended.
  # shellcheck disable=SC2046 # one word for each process
  [ -z "$machine" ] || kill -KILL $(cat "/proc/$machine/task/$machine/children") || :
  wait || :
  find "$cgroup" -depth -type d -exec rmdir {} + || :
}
trap stop EXIT

while read -r word; do
  case $word in
    boot)
      mkdir -p "$cgroup"
      sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$cgroup" \
        unshare -m -p -f -n -u -i -C --kill-child sh "$self" --inside "$root" >/dev/null 2>&1 </dev/null &
      machine=$!
      echo "$machine"
      ;;
    ended)
      wait "$machine" 2>/dev/null || :
      machine=
      echo ended
      ;;
  esac
done
