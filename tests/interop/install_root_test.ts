import { assertEquals, assertMatch } from "@std/assert";
import { VERSION } from "../../lib/cli/mod.ts";
import { toolNames } from "../../scripts/records.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { INSTALL_SH, treeOf } from "../kit/installer.ts";
import { peerTest } from "../kit/peer.ts";
import { ReleaseFolder, script, serveRelease, TARGET_HERE } from "../kit/release_folder.ts";
import { SmallRoot } from "../kit/small_root.ts";
import { ROOT, TARGET } from "../kit/tool.ts";

/** Makes three releases of the umbrella: an old one, the executable that was built, and one that is tampered with. */
async function releases(folder: string): Promise<void> {
  const made = new ReleaseFolder(folder);
  const page = { "man/toucan.1": ".TH TOUCAN 1\n", "man/toucan-url.1": ".TH TOUCAN-URL 1\n" };
  await made.add({ name: "toucan", version: "0.0.1", program: script("toucan", "0.0.1"), files: page });
  const program = await Deno.readFile(`${ROOT}dist/toucan`);
  await made.add({ name: "toucan", version: VERSION, program, files: page, compress: "xz -0 -T2" });
  const tampered = await made.add({ name: "toucan", version: "99.0.0", program: script("toucan", "99.0.0") });
  const data = await Deno.readFile(tampered);
  await Deno.writeFile(tampered, data.with(100, 255 - (data[100] ?? 0)));
  await made.publish("0.0.1");
  await Deno.copyFile(INSTALL_SH, `${folder}/latest/download/install.sh`);
}

if (TARGET === "executable") {
  peerTest(
    "a new user without Deno installs, runs, upgrades and removes Toucan",
    ["busybox", "curl", "xz", "unshare", "ldd"],
    () =>
      withFolder(async (folder) => {
        const root = new SmallRoot(`${folder}/root`);
        await root.make(["curl", "xz"]);
        await root.libraries(`${ROOT}dist/toucan`);
        const served = `${folder}/served`;
        await Deno.mkdir(served);
        await releases(served);
        const certificate = await makeCertificate();
        await root.write("/etc/ssl/certs/ca-certificates.crt", certificate.cert);
        await using site = serveRelease(served, undefined, certificate);
        const home = `${root.folder}/home/ann`;
        const install = (...args: string[]) =>
          root.run(
            'url=$1; shift; curl -fsSL "$url/latest/download/install.sh" | TOUCAN_RELEASES=$url sh -s -- "$@"',
            site.url,
            ...args,
          );

        assertEquals((await root.run("command -v deno node npm npx perl python3")).stdout, "");
        const first = await install();
        assertEquals([first.code, first.stdout], [0, "installed /home/ann/.local/bin/toucan 0.0.1\n"], first.stderr);
        assertEquals((await root.run("toucan")).stdout, "toucan 0.0.1\n");

        await new ReleaseFolder(served).publish(VERSION);
        const upgrade = await install("--upgrade");
        assertEquals(upgrade.stdout, `installed /home/ann/.local/bin/toucan ${VERSION}\n`, upgrade.stderr);
        for (const tool of toolNames()) {
          const { code, stdout, stderr } = await root.run(
            tool === "toucan" ? "toucan --version" : `toucan ${tool} --version`,
          );
          assertEquals([code, stdout], [0, `toucan ${tool === "toucan" ? "" : `${tool} `}${VERSION}\n`], stderr);
        }
        const tour = await root.run("toucan tour --json");
        assertEquals(tour.code, 0, tour.stderr);
        const legs = tour.stdout.trim().split("\n").map((line): { tool: string; ok: boolean } => JSON.parse(line));
        assertEquals(legs.filter(({ ok }) => !ok), [], tour.stdout);
        assertEquals(
          [...new Set(legs.map(({ tool }) => tool))].sort(),
          toolNames().filter((tool) => tool !== "toucan").sort(),
        );
        const check = await root.run(`toucan version --check --releases ${site.url} --cacert /etc/ssl/certs/*`);
        assertEquals([check.code, check.stdout], [0, `toucan ${VERSION} is the newest version\n`], check.stderr);

        const before = await treeOf(home);
        const tampered = await install("--version", "99.0.0");
        assertMatch(tampered.stderr, new RegExp(`checksum mismatch of toucan-99\\.0\\.0-${TARGET_HERE}\\.tar\\.xz: `));
        assertEquals([tampered.code, await treeOf(home)], [1, before]);

        const removed = await install("--uninstall");
        assertEquals([removed.code, removed.stderr], [0, ""]);
        assertEquals(Object.keys(await treeOf(home)).filter((path) => !path.endsWith("/")), []);
      }),
  );
}
