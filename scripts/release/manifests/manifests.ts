import { type Assets, assetsOf } from "./assets.ts";
import { aur } from "./aur.ts";
import { homebrew } from "./homebrew.ts";
import { scoop } from "./scoop.ts";
import { winget } from "./winget.ts";

/**
 * Returns the manifests of package managers for a release, by path, from the text of its SHA256SUMS. Throws an error if
 * an archive that they name is missing.
 */
export function manifests(version: string, date: string, sums: string): Map<string, string> {
  const assets: Assets = assetsOf(version, date, sums);
  const within = (folder: string, files: ReadonlyMap<string, string>) =>
    [...files].map(([name, text]) => [`${folder}/${name}`, text] as const);
  return new Map([
    ["homebrew/toucan.rb", homebrew(assets)],
    ["scoop/toucan.json", scoop(assets)],
    ...within("winget", winget(assets)),
    ...within("aur", aur(assets)),
  ]);
}
