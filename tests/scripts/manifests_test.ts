import { assert, assertEquals, assertThrows } from "@std/assert";
import { RELEASE_TARGETS } from "../../scripts/build/compile_tool.ts";
import { manifests } from "../../scripts/release/manifests/manifests.ts";
import { archiveFile } from "../../scripts/release/names.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";

const VERSION = "1.2.0-rc.1";
/** A checksum for each target that tells them apart. */
const sumOf = (target: string) => `${RELEASE_TARGETS.indexOf(target)}`.padStart(64, "a");
const SUMS = RELEASE_TARGETS.map((target) =>
  `${sumOf(target)}  ${archiveFile("toucan", { version: VERSION, target })}\n`
)
  .join("");
const FILES = manifests(VERSION, "2026-11-25", SUMS);
const text = (path: string) => FILES.get(path) ?? "";
const URL_OF = (target: string) =>
  `https://github.com/toucan-tools/toucan/releases/download/v${VERSION}/${
    archiveFile("toucan", { version: VERSION, target })
  }`;

/** Runs a program on a file with a manifest, which it has to accept, and returns its output. */
function accepted(path: string, program: string, ...args: readonly string[]): Promise<string> {
  return withFolder(async (folder) => {
    const file = `${folder}/${path.replace(/^.*\//, "")}`;
    await Deno.writeTextFile(file, text(path));
    const command = new Deno.Command(program, { args: [...args, file], cwd: folder });
    const { success, stdout, stderr } = await command.output();
    assert(success, new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout));
    return new TextDecoder().decode(stdout);
  });
}

Deno.test("manifests name the archive and the checksum of each target", () => {
  const named: readonly (readonly [path: string, targets: readonly string[]])[] = [
    ["homebrew/toucan.rb", RELEASE_TARGETS.filter((target) => !target.includes("windows"))],
    ["scoop/toucan.json", ["x86_64-pc-windows-msvc"]],
    ["winget/Toucan.Toucan.installer.yaml", ["x86_64-pc-windows-msvc"]],
    ["aur/PKGBUILD", RELEASE_TARGETS.filter((target) => target.includes("linux"))],
    ["aur/.SRCINFO", RELEASE_TARGETS.filter((target) => target.includes("linux"))],
  ];
  for (const [path, targets] of named) {
    // In the order of the file, each URL is followed by its checksum.
    const pairs = [...text(path).matchAll(/(https:[^"\s]+\/download\/v1[^"\s]+)[^0]*?\b(a{63}\d)\b/gi)]
      .map(([, url, sum = ""]) => [url, sum.toLowerCase()]);
    assertEquals(pairs.sort(), targets.map((target) => [URL_OF(target), sumOf(target)]).sort(), path);
  }
});

Deno.test("manifests refuse a release without an archive that they name", () => {
  const [first = ""] = SUMS.split("\n");
  assertThrows(() => manifests(VERSION, "2026-11-25", first), Error, "SHA256SUMS lacks toucan-1.2.0-rc.1-");
  assertThrows(() => manifests("1.2.1", "2026-11-25", SUMS), Error, "SHA256SUMS lacks toucan-1.2.1-");
});

Deno.test("the manifest for Scoop is JSON, and unpacks the folder of the archive", () => {
  const { architecture, autoupdate, bin } = JSON.parse(text("scoop/toucan.json"));
  assertEquals(architecture["64bit"].extract_dir, "toucan-1.2.0-rc.1-x86_64-pc-windows-msvc");
  assertEquals(autoupdate.architecture["64bit"].url.includes("1.2.0"), false);
  assertEquals(bin, "toucan.exe");
});

peerTest("PKGBUILD passes shellcheck, and bash reads what it says", ["shellcheck", "bash"], async () => {
  await accepted("aur/PKGBUILD", "shellcheck");
  const script = 'CARCH=x86_64; . "$0"; echo "$pkgname $pkgver ${source_x86_64[0]}"; declare -f package | grep cd';
  assertEquals((await accepted("aur/PKGBUILD", "bash", "-euc", script)).split("\n").map((line) => line.trim()), [
    `toucan-bin 1.2.0rc.1 ${URL_OF("x86_64-unknown-linux-gnu")}`,
    'cd "toucan-1.2.0-rc.1-$CARCH-unknown-linux-gnu" || return;',
    "",
  ]);
});

peerTest("the formula for Homebrew is Ruby", ["ruby"], async () => {
  assertEquals(await accepted("homebrew/toucan.rb", "ruby", "-c"), "Syntax OK\n");
});

peerTest("the manifests for winget are YAML with the fields that it requires", ["ruby"], async () => {
  const read = async (name: string): Promise<Record<string, unknown>> =>
    JSON.parse(
      await accepted(
        `winget/Toucan.Toucan${name}`,
        "ruby",
        "-ryaml",
        "-rjson",
        "-e",
        "puts YAML.load_file(ARGV[0]).to_json",
      ),
    );
  const [version, installer, locale] = await Promise.all([".yaml", ".installer.yaml", ".locale.en-US.yaml"].map(read));
  for (const [manifest, type] of [[version, "version"], [installer, "installer"], [locale, "defaultLocale"]] as const) {
    assertEquals(
      [manifest?.PackageIdentifier, manifest?.PackageVersion, manifest?.ManifestType],
      ["Toucan.Toucan", VERSION, type],
    );
  }
  assertEquals(installer?.NestedInstallerFiles, [{
    RelativeFilePath: "toucan-1.2.0-rc.1-x86_64-pc-windows-msvc\\toucan.exe",
    PortableCommandAlias: "toucan",
  }]);
  for (const field of ["Publisher", "PackageName", "License", "ShortDescription"]) assert(locale?.[field], field);
});
