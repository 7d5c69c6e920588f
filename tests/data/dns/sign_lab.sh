#!/usr/bin/env bash
# Makes the signed copies of lab.zone anew, with new keys: lab-nsec.test., lab-nsec3.test. and lab-optout.test. Needs
# ldnsutils. The signatures are valid from 2020 to 2060.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# make NAME [ldns-signzone options]
make() {
  local name=$1 key
  shift
  sed "s/lab\\.test\\./$name.test./" lab.zone >"$work/$name.zone"
  (
    cd "$work"
    key=$(ldns-keygen -a ECDSAP256SHA256 -k "$name.test")
    ldns-signzone -i 20200101000000 -e 20600101000000 -b -o "$name.test" -f signed "$@" "$name.zone" "$key" >/dev/null
    # The comments say nothing that the records do not.
    sed -E 's/[[:space:]]*;.*$//; /^$/d' signed >signed.plain
  )
  mv "$work/signed.plain" "$name.zone"
}
make lab-nsec
make lab-nsec3 -n -s ab12 -t 3
make lab-optout -n -p -t 0
