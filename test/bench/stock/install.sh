#!/bin/sh
# Installs the stock server of the benchmarks with its own Node, and prints the folder that holds them.
# The folder is named for their content and complete once it exists: a second run only prints it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/groundmist-test
version=$(cat "$here/package.json" "$here/package-lock.json" "$here/server.mjs" | cksum | cut -d ' ' -f 1)
folder=$cache/bench-stock-$version

if [ -d "$folder" ]; then
  echo "$folder"
  exit 0
fi

mkdir -p "$cache"
partial=$(mktemp -d "$cache/partial-XXXXXX")
trap 'rm -rf "$partial"' EXIT
trap 'exit 1' HUP INT TERM

cp "$here/package.json" "$here/package-lock.json" "$here/server.mjs" "$partial"
# Standard output is for the one line that names the folder.
cd "$partial"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
node=$(find node_modules -maxdepth 1 -name 'node-*-*' -exec test -x '{}/bin/node' ';' -print | head -n 1)
if [ -z "$node" ]; then
  echo "The stock server needs Node 22, which npm does not have for this system and processor." >&2
  exit 1
fi
ln -s "$node/bin/node" node

# -T: where another run was faster, its folder is as good.
mv -T "$partial" "$folder" 2>/dev/null || [ -d "$folder" ]
echo "$folder"
