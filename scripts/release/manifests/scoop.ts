import { topFolder } from "../names.ts";
import { downloadUrl, LICENCE, REPOSITORY, SUMMARY } from "../project.ts";
import type { Assets } from "./assets.ts";

const TARGET = "x86_64-pc-windows-msvc";

/** Returns the manifest for Scoop. */
export function scoop(assets: Assets): string {
  const { url, sha256, file } = assets.of(TARGET);
  const any = (text: string) => text.replaceAll(assets.version, "$version");
  const folder = topFolder("toucan", { version: assets.version, target: TARGET });
  const manifest = {
    version: assets.version,
    description: SUMMARY,
    homepage: REPOSITORY,
    license: LICENCE,
    architecture: { "64bit": { url, hash: sha256, extract_dir: folder } },
    bin: "toucan.exe",
    checkver: { github: REPOSITORY },
    autoupdate: {
      architecture: { "64bit": { url: any(downloadUrl(assets.version, file)), extract_dir: any(folder) } },
      hash: { url: "$baseurl/SHA256SUMS" },
    },
  };
  return `${JSON.stringify(manifest, null, 4)}\n`;
}
