#!/usr/bin/env bash
# Makes all files of a release in dist/release, and the site in dist/site: build_all.sh TAG. The tag, deno.json and
# CHANGELOG have to agree. TOUCAN_BUILD_FLAGS="--preview" makes archives to try out, for this machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
tag=$1
read -ra flags <<<"${TOUCAN_BUILD_FLAGS:---release}"

deno() { npx -y deno@2.9.6 "$@"; }

deno run --no-prompt --allow-read scripts/release/check_version.ts "$tag" >/dev/null
deno task build "${flags[@]}"
deno task docs
# From the site Deno runs the bundles without a redirect.
mkdir dist/site/dist
cp dist/release/*.js dist/site/dist/
