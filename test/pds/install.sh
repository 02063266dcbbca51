#!/bin/sh
# Installs the reference PDS for the tests and prints the folder that holds it.
# The folder is named for the lock file and complete once it exists: a second run only prints it.
# Exit code 77: this machine has no C++ compiler, which the PDS's SQLite needs.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/groundmist-test
version=$(cat "$here/package.json" "$here/package-lock.json" | cksum | cut -d ' ' -f 1)
folder=$cache/pds-$version

if [ -d "$folder" ]; then
  touch "$folder"
  echo "$folder"
  exit 0
fi

for needed in c++ make python3; do
  if ! command -v "$needed" >/dev/null; then
    echo "The reference PDS cannot be built: there is no $needed here. Install a C++ compiler, make and python3 (on Debian: apt-get install g++ make python3)." >&2
    exit 77
  fi
done

mkdir -p "$cache"
# Half a gigabyte each: what no run has used for a month goes.
find "$cache" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf '{}' +
partial=$(mktemp -d "$cache/partial-XXXXXX")
finish() {
  status=$?
  [ "$status" -eq 0 ] || tail -n 40 "$partial/install.log" >&2
  rm -rf "$partial"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

# From here on the one line on standard output is the folder.
exec 3>&1 >"$partial/install.log" 2>&1
cp "$here/package.json" "$here/package-lock.json" "$partial"
cd "$partial"
npm ci --ignore-scripts --no-audit --no-fund

node=$(find node_modules -maxdepth 1 -name 'node-*-*' -exec test -x '{}/bin/node' ';' -print | head -n 1)
if [ -z "$node" ]; then
  echo "The reference PDS needs Node 22, which npm does not have for this system and processor."
  exit 1
fi
ln -s "$node/bin/node" node
# The headers must be those of the Node that loads the result.
PATH=$partial/$node/bin:$PATH npm_config_nodedir=$partial/$node npm run compile
./node -e 'new (require("better-sqlite3"))(":memory:")'

# rename(2) fails where another run was faster; its folder is as good.
./node -e 'require("node:fs").renameSync(process.argv[1], process.argv[2])' "$partial" "$folder" || [ -d "$folder" ]
echo "$folder" >&3
