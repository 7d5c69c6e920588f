#!/usr/bin/env bash
# Publishes a folder of files as a release of the forge, with the notes of CHANGELOG: publish.sh TAG FOLDER.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
tag=$1 folder=$2

(cd "$folder" && sha256sum --check --quiet SHA256SUMS)
notes=$(mktemp)
trap 'rm -f "$notes"' EXIT
npx -y deno@2.9.6 run --no-prompt --allow-read "$root/scripts/release/check_version.ts" "$tag" >"$notes"

# A version with a hyphen (1.0.0-rc.1) comes before the one without. The installers ask for the latest release, which is
# never one that is marked as a prerelease: as long as there is no other, it is not marked.
options=(--verify-tag --title "Toucan ${tag#v}" --notes-file "$notes")
if [[ $tag == *-* && -n $(gh release list --exclude-pre-releases --exclude-drafts --limit 100 --json tagName \
  --jq '.[].tagName | select(contains("-") | not)') ]]; then
  options+=(--prerelease)
fi
gh release create "$tag" "${options[@]}" "$folder"/*
