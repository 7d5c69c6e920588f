import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { startNsd } from "../kit/nsd.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { SIGNED_DATA, signedZones } from "../kit/signed_zones.ts";
import { type Stripping, strippingServer } from "../kit/stripping_server.ts";
import { system } from "../kit/system.ts";
import { runTool } from "../kit/tool.ts";

const CASES: readonly (readonly [Stripping, name: string])[] = [
  ["signatures", "www.nsec.test"],
  ["signatures", "missing.nsec3.test"],
  // That a zone is not signed has to be proven, too.
  ["signatures", "www.plain.test"],
  ["all", "www.nsec.test"],
  ["all", "www.plain.test"],
];

peerTest(
  "resolve --validate: a server without signatures is bogus, as for delv and unbound-host, and the reason says so",
  ["nsd", "delv", "unbound-host"],
  async () => {
    await using nsd = await startNsd(signedZones());
    const anchor = fileURLToPath(new URL("anchor.ds", SIGNED_DATA));
    const [, , , , tag, algorithm, digest, hash] = (await Deno.readTextFile(anchor)).trim().split(/\s+/);
    await withFolder(async (folder) => {
      const anchors = `${folder}/anchors`;
      await Deno.writeTextFile(anchors, `trust-anchors { . static-ds ${tag} ${algorithm} ${digest} "${hash}"; };`);
      for (const [what, name] of CASES) {
        await using server = strippingServer(nsd.port, what);
        const { port } = server.addr;
        const ours = await runTool("resolve", [
          "--validate",
          "--server",
          `127.0.0.1:${port}`,
          "--anchor",
          anchor,
          name,
        ]);
        assertEquals(ours.code, 1, ours.stderr);
        assertStringIncludes(ours.stdout, "\n; bogus (no-signatures)");
        assertStringIncludes(ours.stderr, "is bogus: no response has a signature (RRSIG), although");
        const delv = await system("delv", ["@127.0.0.1", "-p", String(port), "-a", anchors, name, "A"]);
        assertStringIncludes(delv.stdout + delv.stderr, "resolution failed: broken trust chain");
        const lines = [
          ...["server:", "do-not-query-localhost: no", 'local-zone: "test." nodefault', "val-log-level: 2"],
          ...[`trust-anchor: ". IN DS ${tag} ${algorithm} ${digest} ${hash}"`, 'target-fetch-policy: "0 0 0 0 0"'],
          ...["forward-zone:", 'name: "."', `forward-addr: 127.0.0.1@${port}`],
        ];
        await Deno.writeTextFile(`${folder}/unbound.conf`, lines.join("\n"));
        const host = await system("unbound-host", ["-C", `${folder}/unbound.conf`, "-v", "-t", "A", name]);
        assertStringIncludes(host.stdout + host.stderr, "(BOGUS (security failure))");
      }
    });
  },
);
