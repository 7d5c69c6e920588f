#!/bin/sh
# Installs, upgrades and removes Toucan on Linux and macOS, without root: see usage below, or --help.
# The braces make the shell read the whole script before it runs any of it, so that a cut download does nothing.
# Functions are also called by name, which shellcheck does not see:
# shellcheck disable=SC2317
{
# A shell may have been called with options, such as -e, which would end it at the first status that is not 0.
set +efC -u
LC_ALL=C
export LC_ALL
unset CDPATH
# With --prefix, other users need the folders, too.
umask 022

PROJECT=https://github.com/toucan-tools/toucan

releases=${TOUCAN_RELEASES:-} allow_http=no timeout=30 retries=2
tools='' version='' prefix='' bin='' action=install
work='' plan='' staged='' made='' child='' committed=''
newline='
'
tab=$(printf '\t') cr=$(printf '\r')

usage() {
  cat <<END
Usage: install.sh [OPTION]...
   or: curl -fsSL $PROJECT/releases/latest/download/install.sh |
         sh -s -- [OPTION]...
Install, upgrade or remove Toucan, without root.

  --tool NAME      install one tool, such as resolve (repeatable; default toucan,
                   the program that contains all tools)
  --version V      install this version (default: the newest release)
  --upgrade        install the newest version of all that is installed
  --uninstall      remove what was installed, or with --tool only that
  --prefix DIR     install in DIR/bin and DIR/share
                   (default: ~/.local/bin and XDG_DATA_HOME or ~/.local/share)
  --dir DIR        folder of the executables
  --releases URL   download from a mirror (default: TOUCAN_RELEASES or
                   $PROJECT/releases)
  --allow-http     accept http: in --releases also for hosts other than this one
  --timeout SECONDS  abort a download after this long without data (default 30)
  --retries N      retries after a network error (default 2)
  -h, --help       print this help

Archives are verified against SHA256SUMS of the release. Executable, man pages
and completions (bash, zsh, fish) are replaced together or not at all.

Exit codes: 0 success, 1 verification failed or nothing found, 2 usage error,
3 network error, 5 local error.
END
}

say() { printf '%s\n' "$*"; }

note() { printf '%s\n' "$*" >&2; }

# fail CODE MESSAGE [HINT]
fail() {
  note "install.sh: $2"
  [ $# -lt 3 ] || note "hint: $3"
  exit "$1"
}

has() { command -v "$1" >/dev/null 2>&1; }

# Whether nothing can be written any more.
full() { ! { printf '%4096s' ' ' >"$work/probe"; } 2>/dev/null; }

# Prints the last line that a program wrote to stderr, without control characters. On a full disk there may be none.
reason() {
  last=$(tail -n 1 "$work/errors" 2>/dev/null | tr -d '\000-\037\177' | cut -c 1-300)
  [ -n "$last" ] || ! full || last='no space left'
  say "$last"
}

# --- Command line -----------------------------------------------------------------------------------------------------

parse() {
  while [ $# -gt 0 ]; do
    inline=no
    case $1 in
      --*=*)
        word=$1 inline=yes
        shift
        set -- "${word%%=*}" "${word#*=}" "$@" ;;
    esac
    case $1 in
      --tool | --version | --prefix | --dir | --releases | --timeout | --retries)
        [ $# -ge 2 ] || fail 2 "$1 requires a value"
        set_option "$1" "$2"
        shift 2
        continue ;;
    esac
    [ $inline = no ] || fail 2 "unknown option or value: $word" "--help lists all options"
    case $1 in
      --upgrade | --uninstall)
        [ "$action" = install ] || fail 2 "--upgrade cannot be combined with --uninstall"
        action=${1#--} ;;
      --allow-http) allow_http=yes ;;
      -h | --help) usage; exit 0 ;;
      *) fail 2 "unknown option \"$1\"" "--help lists all options" ;;
    esac
    shift
  done
  [ -z "$version" ] || [ "$action" = install ] || fail 2 "--version cannot be combined with --$action"
}

set_option() {
  case $1 in
    --tool)
      case $2 in '' | *[!a-z0-9-]* | -*) fail 2 "invalid --tool \"$2\": use a name such as resolve, or toucan" ;; esac
      name=$2
      [ "$name" = toucan ] || name=${name#toucan-}
      case " $tools " in *" $name "*) ;; *) tools="$tools $name" ;; esac ;;
    --version)
      version=${2#v}
      case $version in
        [0-9]*) ;;
        *) fail 2 "invalid --version \"$2\": use a version such as 1.0.0" ;;
      esac
      case $version in *[!0-9A-Za-z.+-]*) fail 2 "invalid --version \"$2\": use a version such as 1.0.0" ;; esac ;;
    --timeout | --retries)
      case $2 in '' | *[!0-9]* | ??????*) fail 2 "invalid $1 \"$2\": use a whole number" ;; esac
      [ "$1" != --timeout ] || [ "$2" -gt 0 ] || fail 2 "invalid --timeout \"$2\": must be greater than zero"
      case $1 in --timeout) timeout=$2 ;; *) retries=$2 ;; esac ;;
    --releases) releases=$2; [ -n "$2" ] || fail 2 "invalid --releases \"\": use a URL" ;;
    *)
      case $2 in '' | *"$newline"* | *"$tab"*) fail 2 "invalid $1 \"$2\": use the path of a folder" ;; esac
      case $2 in /*) path=$2 ;; *) path=$PWD/$2 ;; esac
      while [ "$path" != / ] && [ "${path%/}" != "$path" ]; do path=${path%/}; done
      case $1 in --prefix) prefix=$path ;; *) bin=$path ;; esac ;;
  esac
}

# Sets the folders in which files are placed.
find_folders() {
  if [ -n "$prefix" ]; then
    data=${prefix%/}/share
    [ -n "$bin" ] || bin=${prefix%/}/bin
  else
    case ${HOME:-} in
      /*) ;;
      *) fail 5 "cannot find a folder to install in: HOME is not set" "name a folder with --prefix DIR" ;;
    esac
    data=${HOME%/}/.local/share
    case ${XDG_DATA_HOME:-} in /*) data=${XDG_DATA_HOME%/} ;; esac
    [ -n "$bin" ] || bin=${HOME%/}/.local/bin
  fi
  case $bin$data in *"$newline"* | *"$tab"*) fail 2 "invalid folder: its name contains a line break or a tab" ;; esac
  receipts=$data/toucan/installed
}

# --- Platform ---------------------------------------------------------------------------------------------------------

find_target() {
  system=$(uname -s) machine=$(uname -m)
  case $machine in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
  esac
  case $system in
    Linux)
      case $machine in
        x86_64) loader=/lib64/ld-linux-x86-64.so.2 ;;
        aarch64) loader=/lib/ld-linux-aarch64.so.1 ;;
        *) unsupported ;;
      esac
      case $(ldd --version 2>&1) in *musl*) loader='' ;; esac
      if [ -z "$loader" ] || [ ! -e "$loader" ]; then
        fail 5 "unsupported C library: the executables require glibc, and this system has musl or another one" \
          "run the tools with Deno from a URL: $PROJECT"
      fi
      target=$machine-unknown-linux-gnu ;;
    Darwin)
      # Under Rosetta the machine is x86_64, but the processor is not.
      [ "$machine" != x86_64 ] || [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" != 1 ] || machine=aarch64
      case $machine in x86_64 | aarch64) ;; *) unsupported ;; esac
      target=$machine-apple-darwin ;;
    MINGW* | MSYS* | CYGWIN* | Windows*)
      fail 5 "install.sh is for Linux and macOS" \
        "in PowerShell: irm $PROJECT/releases/latest/download/install.ps1 | iex" ;;
    *) unsupported ;;
  esac
}

unsupported() {
  fail 5 "unsupported platform: $system on $machine" \
    "there are executables for Linux, macOS and Windows, on x86_64 and (Linux, macOS) aarch64"
}

# --- Download ---------------------------------------------------------------------------------------------------------

# Checks the address of the releases: https, or http to this machine. Sets protocols to what a redirect may use.
check_releases() {
  [ -n "$releases" ] || releases=$PROJECT/releases
  while [ "${releases%/}" != "$releases" ]; do releases=${releases%/}; done
  case $releases in
    *[!A-Za-z0-9.:/_~%+\[\]-]*) fail 2 "invalid --releases \"$releases\": not a URL without query" ;;
    https://?*) protocols='=https' ;;
    http://?*)
      protocols='=http,https' host=${releases#http://} host=${host%%/*}
      case $host in
        \[::1\] | \[::1\]:*) ;;
        *)
          host=${host%%:*}
          case $host in
            localhost) ;;
            *[!0-9.]*) [ $allow_http = yes ] || not_https ;;
            127.*.*.*) ;;
            *) [ $allow_http = yes ] || not_https ;;
          esac ;;
      esac ;;
    *) fail 2 "invalid --releases \"$releases\": use an https: URL" ;;
  esac
}

not_https() { fail 2 "invalid --releases \"$releases\": use https" "--allow-http accepts it"; }

# Chooses a program for downloads.
find_downloader() {
  if has curl; then downloader=curl
  elif has wget && wget --version 2>/dev/null | grep -q 'GNU Wget'; then downloader=wget
  # The wget of BusyBox does not verify certificates.
  elif has wget && [ "$protocols" != '=https' ]; then downloader=busybox
  elif has python3; then downloader=python
  else fail 5 "cannot download: neither curl, wget nor python3 is installed" "install curl"
  fi
}

# Runs a program in the background, so that a signal ends it at once.
run() {
  "$@" </dev/null &
  child=$!
  wait "$child"
  code=$?
  child=''
  return $code
}

# download URL FILE: returns 0; 4 if there is no such file; 1 otherwise, which may be transient.
download() {
  : >"$work/errors"
  case $downloader in
    curl)
      bar=--silent
      [ ! -t 2 ] || bar=--progress-bar
      run curl --fail --location --show-error $bar --proto "$protocols" --proto-redir "$protocols" --max-redirs 10 \
        --connect-timeout "$timeout" --speed-limit 1 --speed-time "$timeout" --output "$2" "$1" 2>"$work/errors"
      code=$?
      [ $code -ne 2 ] || fail 5 "cannot download with curl: $(reason)" ;;
    wget) wget_following "$1" "$2"; code=$? ;;
    busybox)
      # Its -T crashes in some versions, so the whole download is limited.
      if has timeout; then run timeout $((timeout * 20)) wget -q -O "$2" "$1" 2>"$work/errors"
      else run wget -q -O "$2" "$1" 2>"$work/errors"
      fi
      code=$? ;;
    python) run python3 -c "$PYTHON_DOWNLOAD" "$1" "$2" "$timeout" "$protocols" 2>"$work/errors"; code=$? ;;
  esac
  [ "$code" -ne 0 ] || return 0
  ! grep -Eq '(error: |ERROR |Error |HTTP/[0-9.]+ )404' "$work/errors" || return 4
  return 1
}

# Wget follows redirects to http, so each one is checked here.
wget_following() {
  url=$1 hops=0
  while :; do
    run wget --no-verbose --server-response --max-redirect=0 --tries=1 --timeout="$timeout" --output-document="$2" \
      "$url" 2>"$work/errors" && return 0
    next=$(sed -n 's/^ *[Ll]ocation: *\([^ ]*\).*$/\1/p' "$work/errors" | tail -n 1 | tr -d '\r')
    hops=$((hops + 1))
    [ -n "$next" ] && [ $hops -le 10 ] || return 1
    case $next in
      https://*) ;;
      http://*) [ "$protocols" != '=https' ] || { say "redirect to http" >"$work/errors"; return 1; } ;;
      /*) host=${url#*://}; next=${url%%://*}://${host%%/*}$next ;;
      *) next=${url%/*}/$next ;;
    esac
    url=$next
  done
}

PYTHON_DOWNLOAD='
import shutil, sys, urllib.error, urllib.request
url, path, seconds, protocols = sys.argv[1:]
class Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, request, body, code, message, fields, target):
        if not target.startswith("https:") and protocols == "=https":
            raise urllib.error.URLError("redirect to " + target[:80])
        return super().redirect_request(request, body, code, message, fields, target)
try:
    with urllib.request.build_opener(Redirects).open(url, timeout=int(seconds)) as body, open(path, "wb") as file:
        shutil.copyfileobj(body, file)
        if body.length:
            raise OSError("connection closed early")
except Exception as error:
    sys.exit(str(error))
'

# fetch URL FILE WHAT: downloads with retries. Returns 4 if there is no such file.
fetch() {
  attempt=0
  while :; do
    download "$1" "$2"
    code=$?
    [ $code -ne 0 ] || return 0
    [ $code -ne 4 ] || return 4
    # What cannot be written is not a fault of the network.
    ! full || fail 5 "cannot write to $bin: no space left"
    [ $attempt -lt "$retries" ] || fail 3 "cannot download $1: $(reason)"
    attempt=$((attempt + 1))
    note "attempt $attempt failed, retrying: $(reason)"
    run sleep "$attempt"
  done
}

# --- Verification -----------------------------------------------------------------------------------------------------

# Prints the SHA-256 of a file.
sha256() {
  if has sha256sum; then sum=$(sha256sum <"$1")
  elif has shasum; then sum=$(shasum -a 256 <"$1")
  elif has openssl; then sum=$(openssl dgst -sha256 -r <"$1")
  elif has busybox; then sum=$(busybox sha256sum <"$1")
  else return 1
  fi || return 1
  printf '%s\n' "${sum%% *}"
}

# Chooses a program that unpacks xz.
find_unpacker() {
  if has xz; then unpacker=xz
  elif has unxz; then unpacker=unxz
  elif has busybox && busybox --list 2>/dev/null | grep -qx unxz; then unpacker=busybox
  elif tar --version 2>/dev/null | grep -q bsdtar; then unpacker=bsdtar
  elif has python3 && python3 -c 'import lzma' 2>/dev/null; then unpacker=python
  else unpacker=''
  fi
}

# decompress FILE: prints the tar archive in it.
decompress() {
  case $1 in *.tar.gz) gzip -dc <"$1"; return ;; esac
  case $unpacker in
    xz) xz -dc <"$1" ;;
    unxz) unxz -c <"$1" ;;
    busybox) busybox unxz -c <"$1" ;;
    bsdtar) tar -cf - "@$1" ;;
    python)
      python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.stdin.buffer), sys.stdout.buffer)' <"$1" ;;
  esac
}

# Downloads the checksums of the release.
fetch_sums() {
  if [ -n "$version" ]; then url=$releases/download/v$version/SHA256SUMS
  else url=$releases/latest/download/SHA256SUMS
  fi
  if fetch "$url" "$work/SHA256SUMS"; then
    [ "$(wc -c <"$work/SHA256SUMS")" -le 1048576 ] || fail 1 "invalid SHA256SUMS: larger than 1 MiB"
    return
  fi
  [ -z "$version" ] || fail 1 "version $version not found: $url does not exist"
  fail 1 "no release found: $url does not exist" "install a prerelease with --version V"
}

# find_archive TOOL: sets archive and its sum, and the version.
find_archive() {
  archive='' sum='' unusable=''
  start=toucan-$1-
  [ "$1" != toucan ] || start=toucan-
  for form in tar.xz tar.gz; do
    while read -r hash name || [ -n "$hash" ]; do
      name=${name#\*} name=${name%"$cr"}
      case $name in "$start"[0-9]*"-$target.$form") ;; *) continue ;; esac
      found=${name#"$start"} found=${found%"-$target.$form"}
      case $found in *[!0-9A-Za-z.+-]*) continue ;; esac
      [ -z "$version" ] || [ "$found" = "$version" ] || continue
      if [ $form = tar.xz ] && [ -z "$unpacker" ]; then unusable=$name; continue; fi
      case $hash in *[!0-9a-f]*) hash='' ;; esac
      [ ${#hash} -eq 64 ] || fail 1 "invalid SHA256SUMS: the line of $name has no SHA-256 checksum"
      [ -z "$archive" ] || [ "$archive $sum" = "$name $hash" ] || fail 1 "invalid SHA256SUMS: several lines for $1"
      archive=$name sum=$hash latest=$found
    done <"$work/SHA256SUMS"
    [ -z "$archive" ] || break
  done
  [ -n "$archive" ] || [ -z "$unusable" ] || fail 5 "cannot unpack $unusable: xz is not installed" \
    "install xz (Debian and Ubuntu: xz-utils), busybox or python3"
  [ -n "$archive" ] || fail 1 "SHA256SUMS of the release lists no archive of $1 for $target"
  version=$latest
}

# obtain TOOL: downloads, verifies and unpacks a tool, and plans the places of its files.
obtain() {
  find_archive "$1"
  top=${archive%.tar.?z} program=toucan-$1
  [ "$1" != toucan ] || program=toucan
  note "downloading $archive"
  fetch "$releases/download/v$version/$archive" "$work/$archive" || fail 3 "cannot download $archive: not found"
  actual=$(sha256 "$work/$archive") || fail 5 "cannot verify $archive: sha256sum, shasum or openssl is required"
  [ "$actual" = "$sum" ] ||
    fail 1 "checksum mismatch of $archive: SHA256SUMS has $sum, the download $actual" "nothing was changed"
  run decompress "$work/$archive" >"$work/tar" 2>"$work/errors" || fail 5 "cannot unpack $archive: $(reason)"
  rm -f "$work/$archive"
  check_contents
  { mkdir -p "$work/files" && (cd "$work/files" && tar -xof ../tar); } 2>"$work/errors" ||
    fail 5 "cannot unpack $archive: $(reason)"
  rm -f "$work/tar"
  odd=$(find "$work/files/$top" ! -type d ! -type f -o -type f -links +1)
  [ -z "$odd" ] || fail 1 "invalid archive $archive: it contains a link or a special file"
  [ -f "$work/files/$top/$program" ] || fail 1 "invalid archive $archive: it does not contain $program"
  chmod 755 "$work/files/$top/$program"
  answer=$("$work/files/$top/$program" --version </dev/null 2>"$work/errors") ||
    fail 5 "cannot run $program on this system: $(reason)" "nothing was changed"
  case " ${answer%%"$newline"*} " in
    *" $version "*) ;;
    *) fail 1 "invalid archive $archive: $program is another version" ;;
  esac
  plan_files "$1"
}

# Refuses an archive with links, special files, or names outside its folder, before anything is unpacked.
check_contents() {
  { tar -tf "$work/tar" >"$work/names" && tar -tvf "$work/tar" >"$work/types"; } 2>"$work/errors" ||
    fail 1 "invalid archive $archive: $(reason)"
  [ "$(wc -l <"$work/names")" -eq "$(wc -l <"$work/types")" ] || fail 1 "invalid archive $archive: odd file names"
  while read -r name; do
    case "/$name/" in
      "/$top/" | "/$top//") ;;
      */../* | */./* | *[!A-Za-z0-9._/+-]*) bad_name ;;
      "/$top/"*) ;;
      *) bad_name ;;
    esac
  done <"$work/names"
  ! grep -Eq -e '^[^-d]' -e ' -> ' -e ' link to ' "$work/types" ||
    fail 1 "invalid archive $archive: it contains a link or a special file"
}

bad_name() {
  fail 1 "invalid archive $archive: it contains the path $(printf '%s' "$name" | tr -d '\000-\037\177' | cut -c 1-200)"
}

# --- Placing ----------------------------------------------------------------------------------------------------------

# plan_files TOOL: stages each file beside its place under a temporary name, so that a rename puts it there.
plan_files() {
  folder=$work/files/$top
  : >"$work/receipt"
  place "$folder/$program" "$bin/$program" 755
  for file in "$folder"/man/toucan*.1; do place "$file" "$data/man/man1/${file##*/}" 644; done
  for file in "$folder"/completions/bash/toucan*; do
    place "$file" "$data/bash-completion/completions/${file##*/}" 644
  done
  for file in "$folder"/completions/zsh/_toucan*; do place "$file" "$data/zsh/site-functions/${file##*/}" 644; done
  for file in "$folder"/completions/fish/toucan*.fish; do
    place "$file" "$data/fish/vendor_completions.d/${file##*/}" 644
  done
  sed -n 's/^file //p' "$work/receipt" >"$work/new.$1"
  { say "version $version"; cat "$work/receipt"; } >"$work/receipt.$1" || no_space "$work"
  : >"$work/receipt"
  place "$work/receipt.$1" "$receipts/$1" 644
  rm -rf "$folder"
}

# place FILE DESTINATION MODE
place() {
  [ -f "$1" ] || return 0
  [ ! -d "$2" ] || fail 5 "cannot write $2: it is a folder"
  say "file $2" >>"$work/receipt" || no_space "$work"
  # The man page of a tool is in its archive and in that of all tools.
  case "$newline$plan" in *"$newline$2$newline"*) return 0 ;; esac
  make_folder "${2%/*}"
  new=${2%/*}/.toucan-new.$$.${2##*/}
  staged="$new$newline$staged"
  { mv -f "$1" "$new" && chmod "$3" "$new"; } 2>"$work/errors" || fail 5 "cannot write to ${2%/*}: $(reason)"
  plan="$plan$2$newline"
}

no_space() { fail 5 "cannot write to $1: no space left"; }

# Makes a folder and those above it, and notes which are new.
make_folder() {
  missing='' path=$1
  while [ -n "$path" ] && [ ! -d "$path" ]; do
    missing="$missing$path$newline"
    path=${path%/*}
  done
  made="$missing$made"
  mkdir -p "$1" 2>/dev/null || fail 5 "cannot create $1: permission denied, read-only, or no space left"
}

# each LINES FUNCTION: calls a function with each line, until one fails.
each() {
  lines=$1
  while [ -n "$lines" ]; do
    line=${lines%%"$newline"*} lines=${lines#*"$newline"}
    "$2" "$line" || return 1
  done
}

# Renames all staged files into place. A failure puts back what was there before.
commit() {
  trap '' HUP INT TERM
  if ! each "$plan" keep_old || ! each "$plan" put; then
    failed=$line
    each "$committed" put_back
    fail 5 "cannot replace $failed: $(reason)" "the files before are in place again"
  fi
  each "$plan" forget_old
  made=''
}

old_of() { old=${1%/*}/.toucan-old.$$.${1##*/}; }

keep_old() {
  [ -e "$1" ] || [ -h "$1" ] || return 0
  old_of "$1"
  staged="$old$newline$staged"
  { [ ! -h "$1" ] && ln "$1" "$old" 2>/dev/null; } || cp -Rp -P "$1" "$old" 2>"$work/errors"
}

put() {
  new=${1%/*}/.toucan-new.$$.${1##*/}
  mv -f "$new" "$1" 2>"$work/errors" && committed="$1$newline$committed"
}

put_back() {
  old_of "$1"
  if [ -e "$old" ] || [ -h "$old" ]; then mv -f "$old" "$1"; else rm -f "$1"; fi
  return 0
}

forget_old() {
  old_of "$1"
  rm -f "$old"
}

# Removes all temporary files, and new folders that are empty.
clean() {
  trap '' HUP INT TERM
  [ -z "$child" ] || kill "$child" 2>/dev/null
  [ -z "$work" ] || rm -rf "$work"
  each "$staged" remove_quietly
  each "$made" remove_folder
}

remove_quietly() { rm -f "$1" 2>/dev/null; return 0; }

remove_folder() { rmdir "$1" 2>/dev/null; return 0; }

# --- Actions ----------------------------------------------------------------------------------------------------------

# Sets tools to all that have a receipt.
installed_tools() {
  tools=''
  for receipt in "$receipts"/*; do
    # Other files are not receipts, such as the backup of an editor.
    case ${receipt##*/} in *[!a-z0-9-]*) continue ;; esac
    [ ! -f "$receipt" ] || tools="$tools ${receipt##*/}"
  done
  [ -n "$tools" ] || fail 1 "nothing is installed in ${data%/share}"
}

# Whether another tool needs a file.
shared() {
  for other in "$receipts"/*; do
    [ "$other" = "$receipt" ] || ! grep -Fxqe "file $1" "$other" 2>/dev/null || return 0
  done
  return 1
}

# Removes an installed file that no other tool needs.
remove_file() {
  case ${1##*/} in toucan* | _toucan*) ;; *) return 0 ;; esac
  { [ -f "$1" ] || [ -h "$1" ]; } && ! shared "$1" || return 0
  rm -f "$1" 2>/dev/null || fail 5 "cannot remove $1"
  say "removed $1"
}

uninstall() {
  [ -n "$tools" ] || installed_tools
  for tool in $tools; do
    [ -f "$receipts/$tool" ] || fail 1 "$tool is not installed in ${data%/share}"
  done
  for tool in $tools; do
    receipt=$receipts/$tool
    each "$(sed -n 's/^file //p' "$receipt")$newline" remove_file
    rm -f "$receipt" || fail 5 "cannot remove $receipt"
  done
  remove_folder "$receipts"
  remove_folder "$data/toucan"
}

# Whether the version A is newer than B, as far as an upgrade needs it: by its numbers, a release after its prereleases.
newer() {
  a=${1%%[-+]*}. b=${2%%[-+]*}.
  while [ -n "$a$b" ]; do
    x=${a%%.*} y=${b%%.*} a=${a#*.} b=${b#*.}
    [ "${x:-0}" -eq "${y:-0}" ] || { [ "${x:-0}" -gt "${y:-0}" ]; return; }
  done
  case $1/$2 in
    *-*/*-*) [ "$1" != "$2" ] ;;
    */*-*) ;;
    *) return 1 ;;
  esac
}

install() {
  find_target
  check_releases
  find_downloader
  find_unpacker
  has tar || fail 5 "cannot unpack archives: tar is not installed"
  [ "$action" = install ] || [ -n "$tools" ] || installed_tools
  [ -n "$tools" ] || tools=toucan
  make_folder "$bin"
  work=$(mktemp -d "$bin/.toucan-install.XXXXXX" 2>/dev/null) ||
    fail 5 "cannot write to $bin: permission denied, read-only, or no space left" "name another folder with --prefix"
  fetch_sums
  pending=''
  for tool in $tools; do
    find_archive "$tool"
    old=$(sed -n 's/^version //p' "$receipts/$tool" 2>/dev/null)
    if [ "$action" = upgrade ] && [ -n "$old" ] && ! newer "$version" "$old"; then
      say "$tool $old is the newest version"
    else
      pending="$pending $tool"
    fi
  done
  for tool in $pending; do
    obtain "$tool"
    [ ! -f "$receipts/$tool" ] || sed -n 's/^file //p' "$receipts/$tool" >"$work/before.$tool"
  done
  commit
  for tool in $pending; do
    receipt=$receipts/$tool
    [ ! -f "$work/before.$tool" ] || each "$(grep -Fxvf "$work/new.$tool" "$work/before.$tool")$newline" remove_file
    program=toucan-$tool
    [ "$tool" != toucan ] || program=toucan
    say "installed $bin/$program $version"
  done
  [ -z "$pending" ] || advise
}

# Tells what the shell of the user still needs.
advise() {
  case ":$PATH:" in
    *":$bin:"*)
      first=$(command -v "$program")
      [ "$first" = "$bin/$program" ] || note "hint: another $program comes first in PATH: $first" ;;
    *)
      case ${SHELL:-} in
        */fish) note "hint: add the folder to PATH: fish_add_path '$bin'" ;;
        *) note "hint: add the folder to PATH, in ~/.profile or ~/.zshrc: export PATH=\"$bin:\$PATH\"" ;;
      esac ;;
  esac
  case ${SHELL:-} in
    */zsh) note "hint: for completions, add to ~/.zshrc before compinit: fpath=('$data/zsh/site-functions' \$fpath)" ;;
  esac
}

main() {
  parse "$@"
  find_folders
  trap clean EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  case $action in
    uninstall) uninstall ;;
    *) install ;;
  esac
}

main "$@"
exit
}
