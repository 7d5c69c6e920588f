#!/usr/bin/env bash
# Builds the container image of a release for both processors and pushes it: push.sh IMAGE TAG FOLDER. GH_ACTOR and
# GH_TOKEN log in to the registry. The digest goes to GITHUB_OUTPUT, for its attestation.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# Names of images are in lower case.
image=${1,,} version=${2#v} folder=$3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unpack() {
  mkdir "$work/$1"
  tar -xJf "$folder/toucan-$version-$2.tar.xz" -C "$work/$1" --strip-components=1 "toucan-$version-$2/toucan"
}
unpack amd64 x86_64-unknown-linux-gnu
unpack arm64 aarch64-unknown-linux-gnu

tags=(--tag "$image:$version")
# "latest" is not a version to try out.
if [[ $version != *-* ]]; then tags+=(--tag "$image:latest"); fi
docker login "${image%%/*}" --username "$GH_ACTOR" --password-stdin <<<"$GH_TOKEN"
docker buildx create --use >/dev/null
docker buildx build --platform linux/amd64,linux/arm64 --push --provenance=false \
  --file "$here/Dockerfile" "${tags[@]}" \
  --label "org.opencontainers.image.version=$version" \
  --label org.opencontainers.image.licenses=MIT \
  --label "org.opencontainers.image.source=${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-toucan-tools/toucan}" \
  --metadata-file "$work/metadata.json" "$work"
digest=$(sed -n 's/.*"containerimage.digest": *"\([^"]*\)".*/\1/p' "$work/metadata.json")
if [[ -z $digest ]]; then
  echo "the build reports no digest" >&2
  exit 1
fi
echo "digest=$digest" >>"${GITHUB_OUTPUT:-/dev/stdout}"
