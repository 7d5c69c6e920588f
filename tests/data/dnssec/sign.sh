#!/usr/bin/env bash
# Makes the signed zones of this folder anew, with new keys: a root, test. below it, and zones of test. for the cases of
# tests/interop/validate_test.ts. Needs ldnsutils. The signatures are valid from 2020 to 2060.
set -euo pipefail
cd "$(dirname "$0")"
out=$PWD/zones
rm -rf "$out"
mkdir "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
delegations="$work/test.delegations"
: >"$delegations"

# make ZONE ALGORITHM BITS DIGEST [ldns-signzone options]: signs $work/ZONE.zone, and writes its DS for the parent.
make() {
  local zone=$1 algorithm=$2 bits=$3 digest=$4 origin ksk zsk
  shift 4
  origin=$zone
  [ "$zone" = root ] && origin=.
  local valid="-i 20200101000000 -e 20600101000000"
  [ "$zone" = expired.test ] && valid="-i 20200101000000 -e 20200201000000"
  [ "$zone" = future.test ] && valid="-i 20550101000000 -e 20600101000000"
  ksk=$(ldns-keygen -a "$algorithm" -b "$bits" -k "$origin")
  zsk=$(ldns-keygen -a "$algorithm" -b "$bits" "$origin")
  # shellcheck disable=SC2086 # the words of valid are options
  ldns-signzone $valid -b -o "$origin" -f "$out/$zone" "$@" "$zone.zone" "$ksk" "$zsk" >/dev/null
  # The comments say nothing that the records do not.
  sed -i -E 's/[[:space:]]*;.*$//; /^$/d' "$out/$zone"
  ldns-key2ds -n "$digest" "$ksk.key" >"$zone.ds"
}

# apex ZONE: SOA, NS, and addresses of the server.
apex() {
  local name=$1
  [ "$name" = root ] && name=.
  printf '%s 3600 IN SOA ns.test. hostmaster.test. 1 7200 3600 1209600 300\n%s 3600 IN NS ns.test.\n' "$name" "$name"
}

# delegate ZONE [DS…]: lines of test. for a zone; without DS it is not signed.
delegate() {
  printf '%s. 3600 IN NS ns.test.\n' "$1" >>"$delegations"
  shift
  [ $# -eq 0 ] || cat "$@" >>"$delegations"
}

# content ZONE: what the cases ask for.
content() {
  apex "$1."
  cat <<ZONE
www.$1. 300 IN A 192.0.2.1
www.$1. 300 IN A 192.0.2.2
www.$1. 300 IN AAAA 2001:db8::1
Mixed.$1. 300 IN MX 10 WWW.$1.
text.$1. 300 IN TXT "a" "b c"
alias.$1. 300 IN CNAME www.$1.
away.$1. 300 IN CNAME www.p384.test.
astray.$1. 300 IN CNAME www.plain.test.
nowhere.$1. 300 IN CNAME missing.$1.
*.wild.$1. 300 IN A 192.0.2.3
*.wildalias.$1. 300 IN CNAME www.$1.
host.wild.$1. 300 IN A 192.0.2.4
a.b.empty.$1. 300 IN A 192.0.2.5
old.$1. 300 IN DNAME www.$1.
sub.$1. 300 IN NS ns.test.
ZONE
}

# Algorithms, one zone each.
for row in "rsa256 RSASHA256 1280" "rsa512 RSASHA512 2048" "p256 ECDSAP256SHA256 256" "p384 ECDSAP384SHA384 384" \
  "ed25519 ED25519 256" "sha1 RSASHA1 1024" "ed448 ED448 456"; do
  read -r name algorithm bits <<<"$row"
  { apex "$name.test." && printf 'www.%s.test. 300 IN A 192.0.2.1\n' "$name"; } >"$name.test.zone"
  digest=-2
  [ "$name" = p384 ] && digest=-4
  make "$name.test" "$algorithm" "$bits" "$digest"
  delegate "$name.test" "$name.test.ds"
done

# Denial, by NSEC, NSEC3 and NSEC3 with opt-out.
for row in "nsec" "nsec3 -n -s ab12 -t 3" "optout -n -p -t 0" "iterations -n -t 500"; do
  read -r -a words <<<"$row"
  zone=${words[0]}.test
  content "$zone" >"$zone.zone"
  make "$zone" ECDSAP256SHA256 256 -2 "${words[@]:1}"
  delegate "$zone" "$zone.ds"
done

# Faults, each in a zone of its own.
for name in expired future flipped stripped nods wrongds unknown digest2 nokey nonsec changed; do
  { apex "$name.test." && printf 'www.%s.test. 300 IN A 192.0.2.1\nother.%s.test. 300 IN A 192.0.2.2\n' "$name" "$name"; } \
    >"$name.test.zone"
  make "$name.test" ECDSAP256SHA256 256 -2
done
delegate expired.test expired.test.ds
delegate future.test future.test.ds
for name in flipped stripped nokey nonsec changed; do delegate "$name.test" "$name.test.ds"; done
delegate nods.test
delegate wrongds.test <(sed 's/^wrongds/wrongds/; s/[0-9a-f]\{8\}$/00000000/' wrongds.test.ds)
delegate unknown.test <(awk '{ $6 = 200; print }' unknown.test.ds)
delegate digest2.test <(awk '{ $7 = 200; print }' digest2.test.ds)
# One bit of the signature of A: the first character of its last line of base64.
awk '$4 == "RRSIG" && $5 == "A" && $1 ~ /^www/ { c = substr($13, 1, 1); $13 = (c == "A" ? "B" : "A") substr($13, 2) } { print }' \
  "$out/flipped.test" >edited && mv edited "$out/flipped.test"
awk '!($4 == "RRSIG" && $5 == "A" && $1 ~ /^www/)' "$out/stripped.test" >edited && mv edited "$out/stripped.test"
awk '!($4 == "DNSKEY" && $5 == 256)' "$out/nokey.test" >edited && mv edited "$out/nokey.test"
awk '!($4 == "NSEC" || ($4 == "RRSIG" && $5 == "NSEC"))' "$out/nonsec.test" >edited && mv edited "$out/nonsec.test"
awk '$4 == "A" && $1 ~ /^www/ { $5 = "192.0.2.66" } { print }' "$out/changed.test" >edited && mv edited "$out/changed.test"

# A zone that is not signed.
delegate plain.test
{ apex plain.test. && printf 'www.plain.test. 300 IN A 192.0.2.1\n'; } >"$out/plain.test"
for zone in nsec nsec3 optout iterations; do
  { apex "sub.$zone.test." && printf 'www.sub.%s.test. 300 IN A 192.0.2.9\n' "$zone"; } >"$out/sub.$zone.test"
done

{ apex test. && printf 'ns.test. 3600 IN A 127.0.0.1\n' && cat "$delegations"; } >test.zone
make test RSASHA256 2048 -2 -n -t 0
{ apex root && printf 'test. 3600 IN NS ns.test.\nns.test. 3600 IN A 127.0.0.1\n' && cat test.ds; } >root.zone
make root ECDSAP256SHA256 256 -2
cp root.ds "$out/../anchor.ds"
