import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { writeArchive } from "../../scripts/release/archive.ts";
import { withFolders } from "../../scripts/release/entry.ts";
import { topFolder } from "../../scripts/release/names.ts";
import { writeSums } from "../../scripts/release/sums.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { ROOT } from "../kit/tool.ts";

const LINUX = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];
const TIME = new Date("2026-01-02T00:00:00Z");

/** Makes a folder with the archives of a release, whose program is a text. */
async function release(folder: string, version: string): Promise<void> {
  await Deno.mkdir(folder);
  for (const target of LINUX) {
    const top = topFolder("toucan", { version, target });
    const data = new TextEncoder().encode(`${target}\n`);
    const files = withFolders([{ path: `${top}/toucan`, data, executable: true }]);
    await writeArchive(`${folder}/${top}.tar.xz`, files, { time: TIME, fast: true });
  }
  await writeSums(folder);
}

/** Makes a program that records its words, its input and the folder of the build in a file, and runs some code. */
async function stub(folder: string, name: string, code = ""): Promise<void> {
  await Deno.mkdir(`${folder}/bin`, { recursive: true });
  await Deno.writeTextFile(`${folder}/bin/${name}`, `#!/bin/bash\necho "${name} $*" >>"${folder}/log"\n${code}`, {
    mode: 0o755,
  });
}

async function step(folder: string, script: string, args: readonly string[], env: Record<string, string> = {}) {
  const { code, stderr } = await new Deno.Command("bash", {
    args: [`${ROOT}${script}`, ...args],
    cwd: folder,
    stdin: "null",
    env: { PATH: `${folder}/bin:${Deno.env.get("PATH")}`, NO_COLOR: "1", ...env },
  }).output();
  const log = await Deno.readTextFile(`${folder}/log`).catch(() => "");
  return { code, stderr: new TextDecoder().decode(stderr), log: log.trim().split("\n") };
}

peerTest(
  "push.sh builds the image from the archives for both processors, and reports its digest",
  ["bash", "xz"],
  () =>
    withFolder(async (folder) => {
      await release(`${folder}/release`, "1.0.0");
      // The metadata are written as buildx does.
      await stub(
        folder,
        "docker",
        `context="\${!#}"
if [[ $1 == login ]]; then read -r line; echo "password $line" >>"${folder}/log"; fi
if [[ $2 == build ]]; then
  cat "$context"/*/toucan >>"${folder}/log"
  printf '{\\n  "containerimage.digest": "sha256:abc"\\n}\\n' >"$context/metadata.json"
fi
`,
      );
      const env = { GH_ACTOR: "me", GH_TOKEN: "secret", GITHUB_OUTPUT: `${folder}/output` };
      const { code, log, stderr } = await step(
        folder,
        "scripts/release/container/push.sh",
        ["registry.example/Owner/Toucan", "v1.0.0", "release"],
        env,
      );
      assertEquals([code, stderr], [0, ""]);
      assertEquals([log[0], log[1]], [
        "docker login registry.example --username me --password-stdin",
        "password secret",
      ]);
      const build = log.find((line) => line.startsWith("docker buildx build")) ?? "";
      assertStringIncludes(build, "--platform linux/amd64,linux/arm64 --push");
      assertStringIncludes(
        build,
        "--tag registry.example/owner/toucan:1.0.0 --tag registry.example/owner/toucan:latest",
      );
      assertEquals(log.slice(-2), LINUX);
      assertEquals(await Deno.readTextFile(`${folder}/output`), "digest=sha256:abc\n");
    }),
);

peerTest(
  "push.sh does not tag a version before a release as the latest",
  ["bash", "xz"],
  () =>
    withFolder(async (folder) => {
      await release(`${folder}/release`, "1.0.0-rc.1");
      await stub(folder, "docker", `[[ $2 != build ]] || touch "\${!#}/metadata.json"\n`);
      const env = { GH_ACTOR: "me", GH_TOKEN: "secret" };
      const { code, log } = await step(
        folder,
        "scripts/release/container/push.sh",
        ["r/o/toucan", "v1.0.0-rc.1", "release"],
        env,
      );
      // An image without a digest could not be attested.
      assertEquals(code, 1);
      assert(log.some((line) => line.includes("--tag r/o/toucan:1.0.0-rc.1")));
      assert(!log.some((line) => line.includes(":latest")));
    }),
);

peerTest(
  "publish.sh publishes nothing with a wrong checksum, or a tag that is not the version",
  ["bash", "xz"],
  () =>
    withFolder(async (folder) => {
      await release(`${folder}/release`, config.version);
      await stub(folder, "gh");
      // The Deno of the test, which needs no network.
      await stub(folder, "npx", `shift 2; exec "${Deno.execPath()}" "$@"\n`);
      const other = await step(folder, "scripts/release/publish.sh", ["v0.0.0", "release"]);
      assertEquals([other.code, other.log.filter((line) => line.startsWith("gh"))], [1, []]);
      assertStringIncludes(other.stderr, `the tag is v0.0.0, and deno.json has version ${config.version}`);
      await Deno.writeTextFile(`${folder}/release/toucan-${config.version}-${LINUX[0]}.tar.xz`, "cut");
      const cut = await step(folder, "scripts/release/publish.sh", [`v${config.version}`, "release"]);
      assertEquals([cut.code, cut.log.filter((line) => line.startsWith("gh"))], [1, []]);
      assertStringIncludes(cut.stderr, "WARNING: 1 computed checksum did NOT match");
    }),
);

for (const [releases, mark] of [["", false], ["v0.9.0\n", true]] as const) {
  peerTest(
    `publish.sh ${mark ? "marks a version before a release" : "does not mark the first version"} as a prerelease`,
    ["bash", "xz"],
    () =>
      withFolder(async (folder) => {
        await release(`${folder}/release`, config.version);
        await stub(folder, "gh", `if [[ $2 == list ]]; then printf '${releases}'; fi\n`);
        await stub(folder, "npx", `shift 2; exec "${Deno.execPath()}" "$@"\n`);
        const { code, log } = await step(folder, "scripts/release/publish.sh", [`v${config.version}`, "release"]);
        assertEquals(code, 0);
        const created = log.find((line) => line.startsWith("gh release create")) ?? "";
        assertStringIncludes(created, `gh release create v${config.version} --verify-tag`);
        assertEquals(created.includes("--prerelease"), mark && config.version.includes("-"));
      }),
  );
}

peerTest(
  "unpack_release verifies a release, and refuses one without archives for the target",
  ["bash", "xz"],
  () =>
    withFolder(async (folder) => {
      await release(`${folder}/release`, "1.0.0");
      const none = await step(folder, ".ci/unpack_release", [`${folder}/release`, "sparc-sun-solaris"]);
      assertEquals([none.code, none.stderr.trim()], [1, `${folder}/release has no archive for sparc-sun-solaris`]);
      await Deno.writeTextFile(`${folder}/release/SHA256SUMS`, `${"0".repeat(64)}  toucan-1.0.0-${LINUX[0]}.tar.xz\n`);
      const wrong = await step(folder, ".ci/unpack_release", [`${folder}/release`, LINUX[0] ?? ""]);
      assertEquals(wrong.code, 1);
    }),
);
