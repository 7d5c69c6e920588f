import { topFolder } from "../names.ts";
import { LICENCE, REPOSITORY, SUMMARY } from "../project.ts";
import type { Assets } from "./assets.ts";

const TARGET = "x86_64-pc-windows-msvc";
const IDENTIFIER = "Toucan.Toucan";
const FORMAT = "1.6.0";

/** Returns the three manifests for winget by the names of their files. */
export function winget(assets: Assets): Map<string, string> {
  const { url, sha256 } = assets.of(TARGET);
  const folder = topFolder("toucan", { version: assets.version, target: TARGET });
  const head = `PackageIdentifier: ${IDENTIFIER}\nPackageVersion: "${assets.version}"\n`;
  const tail = (type: string) => `ManifestType: ${type}\nManifestVersion: ${FORMAT}\n`;
  return new Map([
    [`${IDENTIFIER}.yaml`, `${head}DefaultLocale: en-US\n${tail("version")}`],
    [
      `${IDENTIFIER}.installer.yaml`,
      `${head}InstallerType: zip
NestedInstallerType: portable
NestedInstallerFiles:
  - RelativeFilePath: ${folder}\\toucan.exe
    PortableCommandAlias: toucan
ReleaseDate: "${assets.date}"
Installers:
  - Architecture: x64
    InstallerUrl: ${url}
    InstallerSha256: ${sha256.toUpperCase()}
${tail("installer")}`,
    ],
    [
      `${IDENTIFIER}.locale.en-US.yaml`,
      `${head}PackageLocale: en-US
Publisher: Toucan
PackageName: Toucan
PackageUrl: ${REPOSITORY}
License: ${LICENCE}
LicenseUrl: ${REPOSITORY}/blob/v${assets.version}/LICENSE
ShortDescription: ${SUMMARY}
ReleaseNotesUrl: ${REPOSITORY}/releases/tag/v${assets.version}
${tail("defaultLocale")}`,
    ],
  ]);
}
