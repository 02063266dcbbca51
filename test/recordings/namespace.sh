#!/bin/sh
# A machine that is nobody's: home of alice, a network that ends at its own addresses, a name server that we are.
# Runs what follows as root in it; `record.ts` starts it with unshare.
set -eu
mount --make-rprivate /
ip link set lo up
ip address add 203.0.113.7/32 dev lo
hostname home
mount -t tmpfs -o mode=755 tmpfs /home
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/systemd/system /home/alice/.local/bin
echo 'nameserver 127.0.0.1' >/run/resolv.conf
mount --bind /run/resolv.conf /etc/resolv.conf
mount -t tmpfs -o mode=755 tmpfs /etc/caddy 2>/dev/null || true
exec "$@"
