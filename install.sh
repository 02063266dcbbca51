#!/bin/sh
# Installs groundmist, upgrades it, or removes it: `sh install.sh --help`. Why it is as it is: docs/decisions/install-script.md
#
# All of it is one function, and its call on the last line stands in braces: a shell runs neither before it has read the
# closing one, so that half a download does nothing. No beginning of its name is the name of a program.
_install_groundmist() {
set -u

# Where releases are, and the minisign key that signs them. Until the project has a home, whoever mirrors it names both.
official_base=https://github.com/OWNER/groundmist/releases/download
official_key=

oldest_glibc_minor=17
most_text_bytes=1048576
most_binary_bytes=536870912

do_task() {
  prepare_shell
  read_words "$@"
  case $task in
    help) show_help ;;
    install) install_program ;;
    uninstall) uninstall_program ;;
  esac
}

show_help() {
  cat <<'END'
Installs groundmist, a personal sync server, or upgrades it.

usage: sh install.sh [--version <version>] [--prefix <folder> | --system]
       sh install.sh --from-source [--prefix <folder> | --system]
       sh install.sh --uninstall [--prefix <folder> | --system] [--purge [<data folder>]]

  --version <version>    this version, in place of the newest
  --prefix <folder>      into bin and share of this folder; ~/.local by default, /usr/local for root
  --system               as a service of this machine: also makes the user groundmist, /etc/groundmist and
                         /var/lib/groundmist, and has systemd run it once there are settings; needs root
  --from-source          builds it from the checkout that this script is in; needs git, and Node 20 with npm
  --uninstall            removes the program, its man page, its completions and its service; keeps
                         documents and settings, and says where they are
  --purge [<folder>]     with --uninstall: removes settings and documents as well; those that the settings name, or
                         the documents in this folder

It never asks, reads no input, and changes no PATH and no file of your shell. When it is piped into a shell, words follow
`-s --`, as in `curl ... | sh -s -- --version 1.2.3`.

GROUNDMIST_BASE_URL      where the releases are, instead of the project's own place; https, or http on this machine
GROUNDMIST_MINISIGN_KEY  the minisign public key that must have signed them
GROUNDMIST_INSTALL_WAIT  how many seconds a server may be silent: 30
END
}

# ---- talking -------------------------------------------------------------------------------------------------------

say() { printf '%s\n' "$*" >&2; }

report() { printf '%s\n' "$*"; }

# The exit code, then a sentence: what happened, why, what to do.
fail() {
  code=$1
  shift
  say "install.sh: $*"
  exit "$code"
}

# As fail, of an installation: what happened, then what to do, where there is something.
refuse() { fail 1 "$1. Nothing was installed${2:+; $2}."; }

has() { command -v "$1" >/dev/null 2>&1; }

# What others wrote, fit for a terminal.
printable() { tr -cd ' -~\n' | cut -c 1-200; }

# One word as it is typed into a shell.
quote_quotes="s/'/'\\\\''/g"
quoted() {
  case $1 in
    *[!A-Za-z0-9_./@%+,=:-]*) printf "'%s'" "$(printf '%s' "$1" | sed "$quote_quotes")" ;;
    *) printf '%s' "$1" ;;
  esac
}

# ---- getting ready -------------------------------------------------------------------------------------------------

prepare_shell() {
  [ -z "${ZSH_VERSION:-}" ] || emulate sh
  # What a shell or a program of somebody else's environment would do differently.
  unset IFS CDPATH BUN_OPTIONS BUN_BE_BUN
  LC_ALL=C
  export LC_ALL
  umask 022
  newline='
'
  stage='' made='' is_done=no children=''
  trap clean_up EXIT
  trap 'stop 129' HUP
  trap 'stop 130' INT
  trap 'stop 143' TERM
}

# The trap of EXIT is taken away first: mksh would end with the status of that one.
# shellcheck disable=SC2317 # traps call it
stop() {
  trap - EXIT
  [ -z "$children" ] || kill "$children" 2>/dev/null
  clean_up
  exit "$1"
}

# Also folders that were made for nothing, from the innermost to the outermost.
# shellcheck disable=SC2317 # traps call it
clean_up() {
  [ -z "$stage" ] || rm -rf "$stage"
  [ "$is_done" = no ] && [ -n "$made" ] || return 0
  empty=$folder
  while rmdir "$empty" 2>/dev/null && [ "$empty" != "$made" ]; do empty=${empty%/*}; done
}

read_words() {
  task=install prefix='' version='' purge='' is_purge=no is_system=no is_from_source=no
  while [ $# -gt 0 ]; do
    word=$1
    shift
    case $word in
      --purge)
        is_purge=yes
        case ${1--} in
          -*) ;;
          *)
            take_value "$word" "$1"
            shift
            ;;
        esac
        ;;
      --prefix | --version)
        [ $# -gt 0 ] || fail 2 "$word needs a value. sh install.sh --help has all of them."
        take_value "$word" "$1"
        shift
        ;;
      --prefix=* | --version=* | --purge=*) take_value "${word%%=*}" "${word#*=}" ;;
      --system) is_system=yes ;;
      --from-source) is_from_source=yes ;;
      --uninstall) task=uninstall ;;
      --help | -h)
        task=help
        return
        ;;
      *) fail 2 "$(printf '%s' "$word" | printable) is not understood. sh install.sh --help says what is." ;;
    esac
  done
  refuse_contradictions
}

take_value() {
  case $2 in
    '' | -* | *"$newline"*) fail 2 "$1 needs a value. sh install.sh --help has all of them." ;;
  esac
  case $1 in
    --prefix) prefix=$2 ;;
    --purge) purge=$2 is_purge=yes ;;
    --version)
      version=${2#v}
      is_version "$version" || fail 2 "$(printf '%s' "$2" | printable) is no version. One looks like 1.2.3."
      ;;
  esac
}

refuse_contradictions() {
  [ "$is_purge" = no ] || [ "$task" = uninstall ] || fail 2 '--purge goes with --uninstall.'
  [ "$is_system" = no ] || [ -z "$prefix" ] || fail 2 '--system installs into /usr/local: leave out --prefix, or --system.'
  [ -z "$version" ] || [ "$is_from_source" = no ] || fail 2 '--from-source builds the version of the checkout: leave out --version.'
  [ -z "$version" ] || [ "$task" = install ] || fail 2 '--uninstall removes the version that is there: leave out --version.'
  [ "$is_system" = no ] || may_be_system
}

may_be_system() {
  [ "$(uname -s)" = Linux ] ||
    fail 2 '--system is for Linux. Install without it, and run groundmist serve by what starts programs here.'
  is_root || fail 4 '--system needs root. Run the same again with sudo sh in the place of sh.'
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# It becomes a part of addresses and paths.
is_version() {
  [ "${#1}" -le 64 ] || return 1
  case $1 in
    *[!0-9A-Za-z.+-]* | *..* | *.) return 1 ;;
    [0-9]*.[0-9]*.[0-9]*) return 0 ;;
    *) return 1 ;;
  esac
}

# ---- installing ----------------------------------------------------------------------------------------------------

install_program() {
  choose_place
  is_there=no
  if [ "$is_from_source" = yes ]; then
    find_checkout
    make_stage
    build_from_source
  else
    choose_base
    find_build
    find_downloader
    find_hasher
    make_stage
    [ -n "$version" ] || find_newest
    fetch_sum
    fetch_program
  fi
  # Before anything is put in place: a service that cannot be prepared leaves the program as it was.
  [ "$is_system" = no ] || prepare_system
  place_program
  install_pages
  report_installed
  [ "$is_system" = no ] || start_system
}

choose_place() {
  if [ -z "$prefix" ] && is_root; then prefix=/usr/local; fi
  if [ -z "$prefix" ]; then
    [ -n "${HOME:-}" ] || fail 2 'HOME is not set. Name a folder with --prefix.'
    prefix=$HOME/.local
  fi
  case $prefix in
    /*) ;;
    *) prefix=$PWD/$prefix ;;
  esac
  while [ "$prefix" != / ] && [ "${prefix%/}" != "$prefix" ]; do prefix=${prefix%/}; done
  [ "$prefix" != / ] || prefix=
  folder=$prefix/bin
  target=$folder/groundmist
}

# Beside its place, so that the last step is a rename: a server that runs keeps its file, and nobody sees half a one.
# Not in TMPDIR, where programs may not be run.
make_stage() {
  [ ! -d "$target" ] || fail 1 "$target is a folder. Move it away, or name another place with --prefix."
  outermost=$folder
  [ -e "$folder" ] || while [ ! -e "${outermost%/*}/" ]; do outermost=${outermost%/*}; done
  [ -e "$folder" ] || made=$outermost
  mkdir -p "$folder" 2>/dev/null || refuse_place
  remove_leftovers
  stage=$folder/.groundmist-install.$$
  (umask 077 && mkdir "$stage") 2>/dev/null || {
    stage=''
    refuse_place
  }
}

refuse_place() {
  fail 1 "$folder cannot be written to. Name another folder with --prefix, or run this as one who may write there."
}

# What installers left that were killed: they are named by their process.
remove_leftovers() {
  for left in "$folder"/.groundmist-install.*; do
    [ ! -d "$left" ] || kill -0 "${left##*.}" 2>/dev/null || rm -rf "$left"
  done
}

find_checkout() {
  checkout=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
  [ -x "$checkout/bin/setup" ] || fail 2 "$checkout is not a checkout of groundmist. --from-source builds from one."
}

build_from_source() {
  unbuilt='It could not be built; what went wrong stands above'
  # What Bun downloads goes with the checkout, and leaves nothing in a home.
  BUN_INSTALL_CACHE_DIR=${BUN_INSTALL_CACHE_DIR:-$checkout/.bun/cache}
  export BUN_INSTALL_CACHE_DIR
  found=$("$checkout/bin/setup" --path) || refuse "$unbuilt"
  (
    eval "$found"
    cd "$checkout" && exec bun --no-env-file run build >&2
  ) &
  children=$!
  wait "$children" || refuse "$unbuilt"
  children=
  cp "$checkout/dist/groundmist" "$stage/groundmist" 2>/dev/null || refuse_write
  version=$("$checkout/dist/groundmist" --version) || refuse 'What was built does not run; what went wrong stands above'
  version=${version#groundmist }
  sum=
  try_program
}

refuse_write() {
  fail 1 "What belongs into $folder cannot be written. Is its disk full? Make room and run this again."
}

# ---- which build ---------------------------------------------------------------------------------------------------

find_build() {
  case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=darwin ;;
    MINGW* | MSYS* | CYGWIN*) refuse 'groundmist does not run on Windows itself' 'run this inside of WSL, its Linux' ;;
    *) refuse "groundmist is made for Linux and macOS, not for $(uname -s | printable)" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) processor=x64 ;;
    aarch64 | arm64) processor=arm64 ;;
    *) refuse "groundmist is made for processors of the kinds x86-64 and arm64; this is $(uname -m | printable)" ;;
  esac
  # A shell that runs under Rosetta is told that this is an Intel Mac.
  if [ "$system" = darwin ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then processor=arm64; fi
  build=$system-$processor
  if [ "$system" = linux ]; then
    refuse_32_bits
    [ "$processor" = arm64 ] || refuse_old_processor
    find_libc
  fi
}

# The fifth byte of a program says for how many bits it is made, and head is one.
refuse_32_bits() {
  [ "$(head -c 5 /proc/self/exe 2>/dev/null)" != "$(printf '\177ELF\001')" ] ||
    refuse 'The processor is of 64 bits, but the programs of this system are of 32, and groundmist is of 64'
}

# What cannot be read here is tried later.
refuse_old_processor() {
  if grep -q '^flags' /proc/cpuinfo 2>/dev/null && ! grep -q ' sse4_2' /proc/cpuinfo; then
    refuse 'The processor of this machine lacks SSE4.2, which groundmist needs, and which those have that were made after 2013'
  fi
}

# A system of one C library may have the other as well, for single programs: what its own tools say goes first.
find_libc() {
  said=$(getconf GNU_LIBC_VERSION 2>/dev/null) || said=$(ldd --version 2>&1 | head -n 1)
  case $said in
    *musl*) build=$build-musl ;;
    glibc\ * | *GLIBC* | *GNU\ libc*) refuse_old_glibc "${said##* }" ;;
    *)
      if ! exists /lib*/ld-linux*; then
        exists /lib/ld-musl-* || refuse 'This system has neither glibc nor musl, and groundmist needs one of them'
        build=$build-musl
      fi
      ;;
  esac
}

exists() { [ -e "$1" ]; }

refuse_old_glibc() {
  minor=${1#2.}
  minor=${minor%%[!0-9]*}
  case $1 in
    2.[0-9]*)
      [ "$minor" -ge "$oldest_glibc_minor" ] ||
        refuse "This system has glibc 2.$minor, and groundmist needs 2.$oldest_glibc_minor or newer" 'upgrade the system first'
      ;;
  esac
}

# ---- getting it ----------------------------------------------------------------------------------------------------

choose_base() {
  base=${GROUNDMIST_BASE_URL:-$official_base}
  base=${base%/}
  case $base in
    */OWNER/*) fail 2 'There are no released binaries yet. In a checkout, run ./install.sh --from-source.' ;;
    *[!]A-Za-z0-9._~:/%+=,[-]*) fail 2 'GROUNDMIST_BASE_URL is an address without spaces, question marks and the like.' ;;
    https://?*) scheme=https ;;
    http://*)
      scheme=http
      is_loopback "${base#http://}" || refuse_base
      ;;
    *) refuse_base ;;
  esac
  # A proxy has another loopback.
  ! is_loopback "${base#*://}" || unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
  case $base in
    # GitHub has a folder for each tag, and the files of the newest release at an address of their own.
    */releases/download) tag=v newest=${base%/download}/latest/download/latest ;;
    *) tag='' newest=$base/latest ;;
  esac
}

refuse_base() {
  fail 2 "$base is no place to install from: it has to begin with https://, so that nobody on the way can change what comes."
}

is_loopback() {
  authority=${1%%/*}
  port=
  case $authority in
    '[::1]' | '[::1]:'*) port=${authority#'[::1]'} ;;
    localhost | localhost:* | 127.0.0.1 | 127.0.0.1:*) port=${authority#"${authority%%:*}"} ;;
    *) return 1 ;;
  esac
  case ${port#:} in
    *[!0-9]*) return 1 ;;
  esac
}

find_downloader() {
  patience=${GROUNDMIST_INSTALL_WAIT:-30}
  case $patience in
    *[!0-9]* | 0* | ?????*) fail 2 'GROUNDMIST_INSTALL_WAIT is a number of seconds, from 1 to 9999.' ;;
  esac
  # All of a download may take this much longer than one silence.
  longest=$((patience * 120))
  if curl --version >/dev/null 2>&1; then
    downloader=curl
  elif has wget; then
    case $(wget --version 2>/dev/null) in
      GNU*) downloader=wget ;;
      *) downloader=small-wget ;;
    esac
  else
    refuse 'Neither curl nor wget is here, and one of them has to fetch groundmist' 'install curl and run this again'
  fi
}

find_hasher() {
  for program in sha256sum shasum openssl; do
    if has "$program"; then
      hasher=$program
      return
    fi
  done
  refuse 'None of sha256sum, shasum and openssl is here, and one of them has to check what comes' 'install one and run this again'
}

# An address to stdout. Configuration of the person's own is passed over: it may say that certificates do not matter.
# In a process of its own, which becomes the program that downloads: so it can be ended.
fetch() {
  case $downloader-$2 in
    # It asks its stdin how wide the terminal is.
    curl-shown) fetch_by_curl -# "$1" <&4 2>&4 ;;
    curl-*) fetch_by_curl -s "$1" ;;
    wget-*) exec wget --no-config -S --tries=1 --timeout="$patience" --max-redirect=5 -O - "$1" ;;
    *) fetch_by_small_wget "$1" ;;
  esac
}

fetch_by_curl() {
  exec curl -q -fSL "$1" --globoff --proto "=$scheme" --proto-redir '=https' --max-redirs 5 --tlsv1.2 --connect-timeout "$patience" \
    --speed-time "$patience" --speed-limit 1000 --max-time "$longest" "$2"
}

# That of BusyBox. How long it waits is an option that it may have been built without.
fetch_by_small_wget() {
  set -- -S -O - "$1"
  if wget --help 2>&1 | grep -q -e '-T '; then set -- -T "$patience" "$@"; fi
  if has timeout; then exec timeout "$longest" wget "$@"; fi
  exec wget "$@"
}

# The address, the file, how many bytes at most, what it is for a person, and whether they want to see how far it is.
# It goes through a pipe: a server that never ends is cut off, and the curl of a snap may write no file that is not in a home.
download() {
  talk=$stage/talk
  pipe=$stage/pipe
  [ -p "$pipe" ] || mkfifo "$pipe" 2>/dev/null || refuse_write
  fetch "$1" "$5" 4>&2 2>"$talk" >"$pipe" &
  children=$!
  head -c "$(($3 + 1))" <"$pipe" 2>/dev/null >"$2" &
  keeper=$!
  # A shell that waits hears a signal at once; one that runs a program does when that has ended.
  wait "$children"
  fetched=$?
  children=
  wait "$keeper" || refuse_write
  [ "$(($(wc -c <"$2")))" -le "$3" ] || refuse "$1 is larger than $4 can be" 'look whether this is the right place'
  [ "$downloader" = curl ] || refuse_unsafe_wget "$1"
  [ "$fetched" -eq 0 ] || refuse_download "$1" "$4" "$fetched"
}

right_release='look whether this is the right version, and the right place'
leads_astray='leads to an address without TLS, which is not to be believed'

refuse_download() {
  # Not the last lines, which are advice of theirs, such as to do without certificates.
  case $downloader in
    curl) words=$(sed -n 's/^curl: ([0-9]*) //p' "$talk" 2>/dev/null) ;;
    *) words=$(grep -v -e '^ *$' -e '^To connect' "$talk" 2>/dev/null) ;;
  esac
  words=$(printf '%s\n' "$words" | tail -n 1 | printable)
  case "$downloader $3 $words" in
    *' 404'*) refuse "$1 is not there, so $2 cannot be had" "$right_release" ;;
    'curl 1 '*) refuse "$1 $leads_astray" ;;
    'curl 28 '* | 'small-wget 124 '* | 'small-wget 143 '* | *'imed out'*)
      refuse "$1 is silent or too slow" 'try again later'
      ;;
    *) refuse "$1 could not be downloaded${words:+ ($words)}" 'look at the network and run this again' ;;
  esac
}

# What wget cannot be told beforehand.
refuse_unsafe_wget() {
  ! grep -qi '^ *location: *http:' "$talk" || refuse "$1 $leads_astray"
  ! grep -qi 'certificate validation not implemented' "$talk" ||
    refuse 'The wget of this system does not look at certificates, so anybody could have answered' 'install curl and run this again'
}

find_newest() {
  download "$newest" "$stage/latest" "$most_text_bytes" 'the newest version' hidden
  version=
  read -r version rest <"$stage/latest" || true
  { is_version "$version" && [ -z "$rest" ]; } ||
    refuse "$newest does not name a version" 'name one with --version, or try again later'
}

# The SHA-256 of the file that this machine needs, from the list of the release.
fetch_sum() {
  release=$base/$tag$version
  sums=$stage/SHA256SUMS
  download "$release/SHA256SUMS" "$sums" "$most_text_bytes" "the list of checksums of groundmist $version" hidden
  check_signature
  name=groundmist-$version-$build
  read_sum
  list="The list of checksums at $release"
  [ "$count" -gt 0 ] || refuse "$list has no line for $name" "$right_release"
  [ "$count" -eq 1 ] || refuse "$list has $count lines for $name, where there has to be one"
  case $sum in
    *[!0-9a-f]*) sum= ;;
  esac
  [ "${#sum}" -eq 64 ] || refuse "$list has no SHA-256 for $name"
}

read_sum() {
  count=0
  while read -r one file rest || [ -n "$one" ]; do
    if [ "${file#\*}" = "$name" ] && [ -z "$rest" ]; then
      count=$((count + 1))
      sum=$one
    fi
  done <"$sums"
}

# Whoever is signed for once is never taken without: who can change the list can take the signature away.
check_signature() {
  key=${GROUNDMIST_MINISIGN_KEY:-$official_key}
  [ -n "$key" ] || return 0
  if ! has minisign; then
    [ -z "${GROUNDMIST_MINISIGN_KEY:-}" ] ||
      refuse 'minisign is not here, which has to check who signed this' 'install it, or leave out GROUNDMIST_MINISIGN_KEY'
    say 'The signature of the release was not checked, for minisign is not here. Its checksum will be.'
    return 0
  fi
  download "$release/SHA256SUMS.minisig" "$sums.minisig" "$most_text_bytes" "the signature of groundmist $version" hidden
  minisign -Vq -P "$key" -m "$sums" -x "$sums.minisig" >/dev/null 2>&1 ||
    refuse "The list of checksums at $release is not signed by the key it has to be signed by"
}

fetch_program() {
  if [ -x "$target" ] && [ "$(hash_of "$target")" = "$sum" ]; then
    is_there=yes
    return
  fi
  if [ -t 2 ]; then look=shown; else look=hidden; fi
  say "Downloading groundmist $version for $build"
  download "$release/$name" "$stage/groundmist" "$most_binary_bytes" "groundmist $version" "$look"
  [ "$(hash_of "$stage/groundmist")" = "$sum" ] ||
    refuse "What came from $release/$name is not what its checksum says: it was cut off, or changed" \
      'run this again, and report it if it happens twice'
  try_program
}

hash_of() {
  case $hasher in
    sha256sum) sha256sum <"$1" ;;
    shasum) shasum -a 256 <"$1" ;;
    openssl) openssl dgst -sha256 -r <"$1" ;;
  esac | cut -c 1-64
}

# Whether it runs here, and is what it is called.
try_program() {
  chmod 755 "$stage/groundmist"
  said=$("$stage/groundmist" --version 2>&1)
  code=$?
  [ "$said" != "groundmist $version" ] || return 0
  words=$(printf '%s' "$said" | tail -n 1 | printable)
  case "$code $words" in
    0\ *) reason="it calls itself ${words:-nothing}, not groundmist $version" ;;
    126\ *) reason="programs in $folder may not be run; name another folder with --prefix" ;;
    132\ *) reason='this processor lacks an instruction that it needs' ;;
    *libstdc++* | *libgcc*) reason='libstdc++ and libgcc are missing; on Alpine, apk add libstdc++ libgcc brings them' ;;
    127\ *) reason='this system lacks what such programs are started with, as NixOS does' ;;
    *) reason="it ended with $code${words:+ and said: $words}" ;;
  esac
  refuse "groundmist $version does not run on this machine: $reason"
}

# ---- putting it in place -------------------------------------------------------------------------------------------

place_program() {
  [ "$is_there" = no ] || return 0
  before=
  [ ! -e "$target" ] || before=$("$target" --version 2>/dev/null) || true
  if [ -L "$target" ]; then say "$target was a link. It becomes the program itself; what it led to stays as it is."; fi
  mv -f "$stage/groundmist" "$target" 2>/dev/null || refuse_place
  is_done=yes
}

# Where man and the shells of this machine look for what belongs to the programs of this folder. Each of them asks the program
# itself, and none is worth failing for.
install_pages() {
  share=$prefix/share
  pages=
  install_page man/man1/groundmist.1 'man page' manual
  if has bash; then install_page bash-completion/completions/groundmist 'completion for bash' completion bash; fi
  if has fish; then install_page fish/vendor_completions.d/groundmist.fish 'completion for fish' completion fish; fi
  # zsh looks into no folder of a home by itself.
  if [ -d "$share/zsh/site-functions" ] || { has zsh && [ "$prefix" = /usr/local ]; }; then
    install_page zsh/site-functions/_groundmist 'completion for zsh' completion zsh
  fi
}

install_page() {
  page=$share/$1
  what=$2
  shift 2
  "$target" "$@" >"$stage/page" 2>/dev/null && mkdir -p "${page%/*}" 2>/dev/null && [ ! -d "$page" ] || return 0
  chmod 644 "$stage/page" && mv -f "$stage/page" "$page" 2>/dev/null && pages="${pages:+$pages, }$what"
}

report_installed() {
  is_done=yes
  if [ "$is_there" = yes ]; then
    report "groundmist $version is at $target already"
  elif [ -n "$before" ] && [ "$before" != "groundmist $version" ]; then
    report "groundmist $version is at $target, in place of $(printf '%s' "${before#groundmist }" | printable)"
  else
    report "groundmist $version is at $target"
  fi
  [ -z "$pages" ] || report "With it came: $pages"
  report_path
  # A service of the machine says for itself how it goes on.
  [ "$is_system" = no ] || return 0
  settings=$(usual_settings)
  if [ "$is_there" = no ] && [ -n "$before" ]; then
    report_restart
  elif [ -z "$settings" ]; then
    report "Next: $typed init"
  else
    report "Settings are there: $settings"
  fi
}

# What to add is said, not done: which file it belongs into is for who owns that file.
report_path() {
  typed=groundmist
  case ":$PATH:" in
    *":$folder:"*)
      found=$(command -v groundmist)
      if [ "$found" != "$target" ] && [ -x "$found" ]; then
        report "Your shell finds another one first: $found"
        typed=$(quoted "$target")
      fi
      ;;
    *)
      typed=$(quoted "$target")
      report 'Your shell does not look there yet. To have it look there, type:'
      case ${SHELL:-} in
        */fish) report "  fish_add_path $(quoted "$folder")" ;;
        *) report "  export PATH=$(quoted "$folder"):\"\$PATH\"" && report 'and add that line to the profile of your shell.' ;;
      esac
      ;;
  esac
}

# A server that runs is left alone: when it is away for a moment is for its owner to choose.
report_restart() {
  if has systemctl && systemctl is-active --quiet groundmist 2>/dev/null; then
    report "The server that runs is the old one until you type: $(as_root)systemctl restart groundmist"
  elif has systemctl && systemctl --user is-active --quiet groundmist 2>/dev/null; then
    report 'The server that runs is the old one until you type: systemctl --user restart groundmist'
  else
    report 'A server that runs is the old one until you stop it and start it again.'
  fi
}

as_root() { is_root || printf 'sudo '; }

# ---- as a service of the machine -----------------------------------------------------------------------------------

system_settings=/etc/groundmist/env
system_data=/var/lib/groundmist
system_unit=/etc/systemd/system/groundmist.service

prepare_system() {
  id -u groundmist >/dev/null 2>&1 || make_user ||
    refuse 'The user groundmist, which the service runs as, could not be made; why stands above'
  mkdir -p "${system_settings%/*}" || fail 1 "${system_settings%/*} could not be made; why stands above."
  # What is there already has been somebody's decision.
  [ -d "$system_data" ] ||
    { mkdir -p "$system_data" && chmod 700 "$system_data" && chown groundmist: "$system_data"; } ||
    fail 1 "$system_data could not be made; why stands above."
}

make_user() {
  if has useradd; then
    useradd --system --user-group --no-create-home --home-dir "$system_data" --shell "$(no_login)" groundmist
  elif has adduser; then
    # That of BusyBox.
    { grep -q '^groundmist:' /etc/group || addgroup -S groundmist; } &&
      adduser -S -D -H -h "$system_data" -s "$(no_login)" -G groundmist groundmist
  else
    say 'Neither useradd nor adduser is here.'
    return 1
  fi
}

no_login() {
  for shell in /usr/sbin/nologin /sbin/nologin; do
    if [ -x "$shell" ]; then break; fi
    shell=/bin/false
  done
  printf '%s' "$shell"
}

# Without settings there is a unit and no service: init, which asks for them, is next.
start_system() {
  if [ -d /run/systemd/system ] && [ -e "$system_settings" ]; then
    "$target" service install --system || fail_service $?
    return
  fi
  if has systemctl || [ -d /etc/systemd ]; then "$target" service install --system --prepare || fail_service $?; fi
  have=Have
  [ -d /run/systemd/system ] || report 'systemd does not run here, so nothing was started.'
  if [ ! -e "$system_settings" ]; then report "Next: $typed init --system" && have='Then have'; fi
  [ -d /run/systemd/system ] ||
    report "$have what starts services here run, as the user groundmist: $target serve --env-file $system_settings"
}

fail_service() { fail "$1" 'The program is in place, but its service is not; why stands above.'; }

# ---- uninstalling --------------------------------------------------------------------------------------------------

uninstall_program() {
  choose_place
  refuse_target
  find_units
  find_settings
  [ "$is_purge" = no ] || check_purge
  remove_units
  remove_program
  if [ "$is_purge" = yes ]; then purge_data; else report_kept; fi
  report_copies
}

# Before its service is touched.
refuse_target() {
  [ ! -d "$target" ] || fail 1 "$target is a folder, and not what this script installs. Nothing was removed."
  [ ! -e "$target" ] || [ -w "$folder" ] ||
    fail 1 "$target may not be removed by you. Run the same again as one who may write there."
}

# A service that starts this very program goes with it.
find_units() {
  persons_unit=${XDG_CONFIG_HOME:-${HOME:-}/.config}/systemd/user/groundmist.service
  own_unit=$persons_unit
  starts_target "$own_unit" || own_unit=
  machine_unit=$system_unit
  starts_target "$machine_unit" || machine_unit=
  [ -z "$machine_unit" ] || is_root ||
    fail 4 "$target is a service of this machine, and only root may end that. Run the same again with sudo sh in the place of sh."
}

# What systemd starts: the last line that says it, also of the files that `systemctl edit` makes.
exec_start() {
  for text in "$1" "$1".d/*.conf; do
    if [ -f "$text" ]; then sed -n 's/^ExecStart=[-@:+!|]*//p' "$text"; fi
  done | tail -n 1
}

# The first word is the program, in quotes where it has to be, with what systemd would understand written twice.
starts_target() {
  line=$(exec_start "$1")
  for path in "$target" "$(real_folder "$folder")/groundmist"; do
    word=$(printf '%s' "$path" | sed 's/%/%%/g; s/["\\]/\\&/g')
    case $line in
      "$word" | "$word "* | "\"$word\"" | "\"$word\" "*) return 0 ;;
    esac
  done
  return 1
}

env_file_of() {
  exec_start "$1" | sed -n -e 's/.* --env-file "\(.*\)"$/\1/p' -e 's/.* --env-file \([^ "]*\)$/\1/p' |
    sed -e 's/\\\(["\\]\)/\1/g' -e 's/%%/%/g' -e 's/\$\$/$/g'
}

# Where init puts them. What lies about where this is typed may be somebody else's.
usual_settings() {
  own_settings=${XDG_CONFIG_HOME:-${HOME:-}/.config}/groundmist/env
  if [ "$is_system" = no ] && [ -f "$own_settings" ]; then
    printf '%s' "$own_settings"
  elif is_root && [ -f "$system_settings" ]; then
    printf '%s' "$system_settings"
  fi
}

# Those that its service is given go first. Where no documents are named, `data` is empty.
find_settings() {
  settings='' data='' named=''
  for unit in "$own_unit" "$machine_unit"; do
    [ -z "$unit" ] || settings=$(env_file_of "$unit")
  done
  [ -f "$settings" ] || settings=$(usual_settings)
  if [ -n "$settings" ]; then
    named=$(named_data)
  elif [ "$is_system" = yes ]; then
    named=$system_data
  fi
  case $named in
    '' | /*) ;;
    *) named=${settings%/*}/$named ;;
  esac
  data=$(real_folder "$named")
}

# The settings say it alone, as to the service: a variable of this shell does not count.
named_data() {
  if [ -x "$target" ]; then
    (unset DATA_DIR && "$target" config DATA_DIR --env-file "$settings" 2>/dev/null)
  else
    # Without the program what is plain is understood, and nothing else.
    sed -n -e 's/^DATA_DIR=\([A-Za-z0-9_./+,@%:-]*\)$/\1/p' -e "s/^DATA_DIR='\([^']*\)'\$/\1/p" "$settings" | tail -n 1
  fi
}

real_folder() { [ ! -d "$1" ] || (CDPATH='' cd -- "$1" && pwd -P); }

remove_units() {
  [ -z "$own_unit" ] || remove_unit "$own_unit" --user
  [ -z "$machine_unit" ] || remove_unit "$machine_unit" --system
}

remove_unit() {
  if [ ! -x "$target" ]; then
    remove_left_unit "$1" "$2"
  elif [ "$2" = --system ]; then
    "$target" service uninstall --system || refuse_removal $?
  else
    "$target" service uninstall || refuse_removal $?
  fi
}

# That of a program which is gone can start nothing. What its owner wrote stays all the same.
remove_left_unit() {
  case $(head -n 1 "$1") in
    '# made by groundmist'* | '# made by `groundmist '*) ;;
    *)
      report "Kept: $1, which groundmist did not write"
      return
      ;;
  esac
  if has systemctl; then systemctl "$2" disable --now groundmist >/dev/null 2>&1 || true; fi
  rm -f "$1" "${1%/*}"/*.wants/groundmist.service || fail 1 "$1 could not be removed; why stands above."
  report "Removed $1"
}

refuse_removal() { fail "$1" 'The service could not be removed; why stands above. The program stays.'; }

remove_program() {
  removed=
  for file in "$target" "$prefix/share/man/man1/groundmist.1" "$prefix/share/bash-completion/completions/groundmist" \
    "$prefix/share/fish/vendor_completions.d/groundmist.fish" "$prefix/share/zsh/site-functions/_groundmist"; do
    if [ -f "$file" ] || [ -L "$file" ]; then
      rm -f "$file" 2>/dev/null || fail 1 "$file could not be removed. Run this as one who may write there."
      removed=$file
      report "Removed $file"
    fi
  done
  if [ -z "$removed" ]; then
    report "There is no groundmist at $target"
    found=$(command -v groundmist) && report "There is one at $found: name its folder with --prefix $(quoted "${found%/bin/*}")"
  fi
}

report_kept() {
  [ -z "$settings" ] || report "Kept: the settings, $settings"
  if [ -z "$data" ]; then
    [ -z "$removed" ] || report 'Documents, wherever there are any, stay.'
    return 0
  fi
  report "Kept: the documents, $data"
  [ -n "$(why_not_purged "$data")" ] ||
    report "To remove them too, run the same again with --purge $(quoted "$data")"
}

# All that stands before the first step.
check_purge() {
  if [ -z "$purge" ]; then choose_purge; else choose_named_purge; fi
  refuse_shared
  [ -n "$purge" ] || return 0
  reason=$(why_not_purged "$purge")
  [ -z "$reason" ] || fail 2 "$purge is not removed, for $reason. Nothing was removed; without --purge the program goes and this stays."
  # That of a service ends with it.
  [ -n "$own_unit$machine_unit" ] || refuse_busy
}

refuse_shared() {
  [ -n "$settings" ] || return 0
  for unit in "$persons_unit" "$system_unit"; do
    [ "$unit" = "$own_unit" ] || [ "$unit" = "$machine_unit" ] || [ "$(env_file_of "$unit")" != "$settings" ] ||
      fail 2 "$unit starts another program with $settings, so that and its documents stay. Nothing was removed."
  done
}

# What the settings name. Documents that are gone, or were never there, leave the settings alone to be removed.
choose_purge() {
  purge=$data
  [ -z "$named" ] || return 0
  likely=${XDG_DATA_HOME:-${HOME:-}/.local/share}/groundmist
  [ -n "$settings" ] || [ -x "$target" ] || [ -d "$likely" ] || return 0
  if [ -n "$settings" ]; then why="$settings does not say it"; else why='there are no settings'; fi
  if [ -d "$likely/.groundmist" ]; then likely=$(quoted "$likely"); else likely='<data folder>'; fi
  fail 2 "Which documents to remove is not known, for $why. Nothing was removed. Name their folder: --uninstall --purge $likely"
}

choose_named_purge() {
  [ ! -L "${purge%/}" ] || fail 2 "$purge is a link. Name the folder it leads to."
  asked=$purge
  purge=$(real_folder "$asked")
  [ -n "$purge" ] || fail 2 "$asked is no folder. Nothing was removed."
}

# Why a folder stays, a reason; nothing where it is made of what a data directory is made of, and nothing more hangs on it.
why_not_purged() {
  home=$(real_folder "${HOME:-}")
  case "$home/" in
    "${1%/}"/*)
      printf '%s' 'it is your home, or your home is in it'
      return
      ;;
  esac
  if [ ! -d "$1/.groundmist" ] && ! is_unused "$1"; then
    printf '%s' 'it is no data directory of groundmist'
    return
  fi
  foreign=$(find_foreign "$1" | head -n 1 | printable)
  [ -z "$foreign" ] || printf '%s' "it has something in it that is not groundmist's: $foreign"
}

# As init makes it, before the first start.
is_unused() { [ "$1" = "$data" ] && [ -z "$(ls -A "$1")" ]; }

# All but databases of documents, and what automerge-repo keeps in files, at their places and with their names.
find_foreign() {
  label='[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
  namespace="\\./$label(/$label){1,9}"
  letter='[1-9A-HJ-NP-Za-km-z]'
  document="$letter{2}/$letter{20,40}"
  hash='[0-9a-f]{64}'
  database='documents\.sqlite(\.next)?(-wal|-shm|-journal|-tail)?'
  chunk="$document/(snapshot|incremental)/$hash"
  state="$document/sync-state/[0-9a-f-]{36}"
  # A name with a line break in it would be two, and what cannot be looked at counts by what is said of it.
  (cd "$1" && find . -name "*$newline*" -print -o -path ./.groundmist -prune -o ! -type d -print) 2>&1 |
    grep -Ev "^$namespace/($database|$chunk|$state|st/orage-adapter-id)\$"
}

# The server has its lock open as long as it runs, and answers; what it has written of itself may be of one that is gone.
refuse_busy() {
  if is_locked || answers; then fail 5 "A groundmist runs on $purge, so that stays. Stop it, then run this again."; fi
}

is_locked() {
  lock=$purge/.groundmist/lock
  [ -e "$lock" ] || return 1
  if [ -d /proc/self/fd ]; then
    # shellcheck disable=SC2012 # of a name it wants all that is behind the arrow
    ls -l /proc/[0-9]*/fd 2>/dev/null | sed 's/^.* -> //' | grep -qxF "$lock"
  else
    has lsof && lsof "$lock" >/dev/null 2>&1
  fi
}

# Also one in a container, whose files have other names. 3 is that it runs and is not ready.
answers() {
  [ -x "$target" ] || return 1
  said=$(cd / && DATA_DIR=$purge "$target" health 2>/dev/null)
  case "$? $said" in
    '0 ready' | 3\ *) return 0 ;;
    *) return 1 ;;
  esac
}

purge_data() {
  if [ -n "$purge" ]; then
    refuse_busy
    rm -rf "$purge" || fail 1 "$purge could not be removed as a whole; why stands above."
    report "Removed $purge"
  fi
  if [ -z "$settings" ]; then return 0; fi
  case $settings in
    */groundmist/env) [ "$data" = "$purge" ] || settings_stay 'they name other documents' ;;
    *) settings_stay 'they are in a folder that may have others in it' ;;
  esac
  [ -n "$settings" ] || return 0
  # With what init wrote beside them.
  for file in "$settings" "${settings%/*}/groundmist.service" "${settings%/*}/Caddyfile"; do
    if [ -f "$file" ] || [ -L "$file" ]; then
      rm -f "$file" || fail 1 "$file could not be removed; why stands above."
      report "Removed $file"
    fi
  done
  rmdir "${settings%/*}" 2>/dev/null || true
}

# What a restore moved aside, which may be all that there is of something.
report_copies() {
  for copy in "${purge:-${data:-$named}}".before-restore-*; do
    [ "${copy#/}" = "$copy" ] || [ ! -d "$copy" ] || report "Kept: what a restore moved aside, $copy"
  done
}

settings_stay() {
  report "Kept: the settings, $settings; $1"
  settings=
}

do_task "$@" </dev/null
exit 0
}

{ _install_groundmist "$@"; }
