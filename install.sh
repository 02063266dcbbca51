#!/bin/sh
# Installs groundmist for this user: builds it from this checkout and puts one file into ~/.local/bin.
# The whole script is one function, called on the last line, so that half a download does nothing.

install_groundmist() {
  set -eu
  from_source=no
  target=${GROUNDMIST_INSTALL_DIR:-${HOME:+$HOME/.local/bin}}
  for word in "$@"; do
    case $word in
      --from-source) from_source=yes ;;
      --help)
        echo 'usage: ./install.sh --from-source'
        echo '  --from-source  build from this checkout; needs git, and Node 20 with npm'
        echo 'GROUNDMIST_INSTALL_DIR is where the binary goes; ~/.local/bin by default. The man page'
        echo 'goes to share/man/man1 beside it.'
        return 0
        ;;
      *)
        echo "install.sh: $word is not understood. Run ./install.sh --help." >&2
        return 2
        ;;
    esac
  done
  if [ "$from_source" = no ]; then
    echo 'install.sh: there are no released binaries yet. In a checkout, run ./install.sh --from-source.' >&2
    return 2
  fi

  root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
  if [ ! -x "$root/bin/setup" ]; then
    echo "install.sh: $root is not a checkout of groundmist." >&2
    return 2
  fi
  if [ -z "$target" ]; then
    echo 'install.sh: HOME is not set. Name a folder with GROUNDMIST_INSTALL_DIR.' >&2
    return 2
  fi
  if ! mkdir -p "$target" || ! [ -w "$target" ]; then
    echo "install.sh: $target cannot be written to. Name another folder with GROUNDMIST_INSTALL_DIR." >&2
    return 1
  fi
  target=$(CDPATH='' cd -- "$target" && pwd)
  found=$("$root/bin/setup" --path)
  eval "$found"
  (cd "$root" && bun --no-env-file run build >&2)

  # Beside its place and then renamed: a server that runs keeps its old file, and nobody sees half a one.
  staged=$target/.groundmist.$$
  trap 'rm -f "$staged"' EXIT
  cp "$root/dist/groundmist" "$staged"
  chmod 755 "$staged"
  mv -f "$staged" "$target/groundmist"
  trap - EXIT

  # Where man looks for the pages of what is in a bin folder. Who has no such folder, or cannot write there, misses nothing.
  manual=
  case $target in
    */bin)
      pages=${target%/bin}/share/man/man1
      if mkdir -p "$pages" 2>/dev/null && "$target/groundmist" manual >"$pages/.groundmist.$$" 2>/dev/null; then
        mv -f "$pages/.groundmist.$$" "$pages/groundmist.1"
        manual=$pages/groundmist.1
      else
        rm -f "$pages/.groundmist.$$"
      fi
      ;;
  esac

  echo "$("$target/groundmist" --version) is at $target/groundmist"
  [ -z "$manual" ] || echo "Its man page is at $manual"
  case ":$PATH:" in
    *":$target:"*) echo 'Next: groundmist init' ;;
    *)
      # shellcheck disable=SC2016 # the line is for the reader's shell
      printf 'Your shell does not look there yet. Add this line to its profile:\n  export PATH="%s:$PATH"\n' "$target"
      echo "Next: $target/groundmist init"
      ;;
  esac
}

install_groundmist "$@"
