import { topFolder } from "../names.ts";
import { LICENCE, REPOSITORY, SUMMARY } from "../project.ts";
import type { Assets } from "./assets.ts";

/** The architectures of Arch Linux, with their targets. */
const TARGETS = [["x86_64", "x86_64-unknown-linux-gnu"], ["aarch64", "aarch64-unknown-linux-gnu"]] as const;

/** Returns the files of the package for the AUR by their names. */
export function aur(assets: Assets): Map<string, string> {
  // A version must not have a hyphen there.
  const version = assets.version.replaceAll("-", "");
  const folder = topFolder("toucan", { version: assets.version, target: "$CARCH-unknown-linux-gnu" });
  const sources = TARGETS.map(([arch, target]) => [arch, assets.of(target)] as const);
  const build = `# shellcheck shell=bash disable=SC2034,SC2154
pkgname=toucan-bin
pkgver=${version}
pkgrel=1
pkgdesc="${SUMMARY}"
arch=(${TARGETS.map(([arch]) => arch).join(" ")})
url="${REPOSITORY}"
license=(${LICENCE})
depends=(glibc gcc-libs)
provides=(toucan)
conflicts=(toucan)
# The program stands behind the runtime in the executable: stripped, it would be lost.
options=(!strip !debug)
${sources.map(([arch, { url, sha256 }]) => `source_${arch}=("${url}")\nsha256sums_${arch}=("${sha256}")`).join("\n")}

package() {
  cd "${folder}" || return
  install -Dm755 toucan "$pkgdir/usr/bin/toucan"
  install -Dm644 -t "$pkgdir/usr/share/man/man1" man/*.1
  install -Dm644 -t "$pkgdir/usr/share/bash-completion/completions" completions/bash/toucan
  install -Dm644 -t "$pkgdir/usr/share/zsh/site-functions" completions/zsh/_toucan
  install -Dm644 -t "$pkgdir/usr/share/fish/vendor_completions.d" completions/fish/toucan.fish
  install -Dm644 -t "$pkgdir/usr/share/licenses/$pkgname" LICENSE
}
`;
  const fields = [
    ["pkgdesc", SUMMARY],
    ["pkgver", version],
    ["pkgrel", "1"],
    ["url", REPOSITORY],
    ...TARGETS.map(([arch]) => ["arch", arch]),
    ["license", LICENCE],
    ["depends", "glibc"],
    ["depends", "gcc-libs"],
    ["provides", "toucan"],
    ["conflicts", "toucan"],
    ["options", "!strip"],
    ["options", "!debug"],
    ...sources.flatMap(([arch, { url, sha256 }]) => [[`source_${arch}`, url], [`sha256sums_${arch}`, sha256]]),
  ];
  const info = `pkgbase = toucan-bin\n${fields.map(([name, value]) => `\t${name} = ${value}\n`).join("")}\n` +
    "pkgname = toucan-bin\n";
  return new Map([["PKGBUILD", build], [".SRCINFO", info]]);
}
