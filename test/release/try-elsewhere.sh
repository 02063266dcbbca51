#!/bin/sh
# Runs `demo --exit` of released binaries where this machine is another: `test/release/try-elsewhere.sh <folder>`, the folder
# being that of a release. Each in a root of its own, with nothing in it but what it asks for:
#   linux-arm64     under qemu, with glibc for arm64
#   linux-x64-musl  with musl's loader; Alpine's libstdc++ is not to be had here, so Debian's stands in, over musl-shim.c
# On a quiet machine: under qemu all takes ten times as long, and the demo waits 30 s for each thing. Needs a Debian for x64 with qemu-user-static, libc6-arm64-cross, musl-tools and libstdc++6; and user namespaces.
set -eu

folder=$(CDPATH='' cd -- "$1" && pwd)
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
version=$(basename "$folder")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

make_root() {
  mkdir -p "$place/$1/lib" "$place/$1/etc" "$place/$1/proc" "$place/$1/dev" "$place/$1/tmp"
  echo '127.0.0.1 localhost' >"$place/$1/etc/hosts"
  cp "$folder/groundmist-$version-$1" "$place/$1/groundmist"
}

# In namespaces of its own: what is mounted or registered there is gone with them.
run_demo() {
  echo "== $1"
  # shellcheck disable=SC2016 # for the shell inside
  unshare --user --map-root-user --mount --pid --fork --mount-proc sh -euc '
    if [ -n "$2" ]; then
      mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
      printf "%s" "$2" >/proc/sys/fs/binfmt_misc/register
    fi
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    exec env -i HOME=/tmp PATH=/ /usr/sbin/chroot "$1" /groundmist demo --exit
  ' sh "$place/$1" "$2" >"$place/said" 2>&1 || failed=yes
  tail -n 4 "$place/said"
}

failed=
magic='\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
make_root linux-arm64
cp -a /usr/aarch64-linux-gnu/lib/. "$place/linux-arm64/lib/"
run_demo linux-arm64 ":groundmist-arm64:M::$magic:$mask:$(command -v qemu-aarch64-static):F"

make_root linux-x64-musl
lib=$place/linux-x64-musl/lib
cp -L /lib/ld-musl-x86_64.so.1 /usr/lib/x86_64-linux-gnu/libstdc++.so.6 /lib/x86_64-linux-gnu/libgcc_s.so.1 "$lib"
# Under the name of glibc's loader, which that libstdc++ asks for.
musl-gcc -shared -fPIC -o "$lib/ld-linux-x86-64.so.2" "$here/musl-shim.c"
run_demo linux-x64-musl ''

[ -z "$failed" ]
