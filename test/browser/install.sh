#!/bin/sh
# Installs the OAuth SDKs that pages have, for the tests in a browser, and prints the folder that holds them.
# The folder is named for the lock file and complete once it exists: a second run only prints it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/groundmist-test
version=$(cat "$here/package.json" "$here/package-lock.json" | cksum | cut -d ' ' -f 1)
folder=$cache/browser-$version

if [ -d "$folder" ]; then
  echo "$folder"
  exit 0
fi

mkdir -p "$cache"
partial=$(mktemp -d "$cache/partial-XXXXXX")
trap 'rm -rf "$partial"' EXIT
trap 'exit 1' HUP INT TERM

cp "$here/package.json" "$here/package-lock.json" "$partial"
# Standard output is for the one line that names the folder.
(cd "$partial" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)

# -T: where another run was faster, its folder is as good.
mv -T "$partial" "$folder" 2>/dev/null || [ -d "$folder" ]
echo "$folder"
