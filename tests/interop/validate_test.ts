import { assertEquals, assertStringIncludes } from "@std/assert";
import { queryType, readZone, validate } from "../../lib/dns/internal.ts";
import { delvAnchors, delvStatus } from "../kit/delv.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";
import { SIGNED_DATA, signedZones } from "../kit/signed_zones.ts";
import { zoneServer } from "../kit/zone_server.ts";

interface Case {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  /** Status that delv finds. */
  readonly peer: string;
}

/** The cases: name, type, status, reason, and the status of delv where it is another. */
function cases(): Case[] {
  const lines = Deno.readTextFileSync(new URL("cases.txt", SIGNED_DATA)).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
    const [name = "", type = "", status = "", reason = "", peer = ""] = line.split(" ");
    return { name, type, status, reason, peer: peer.replace("peer:", "") || status };
  });
}

/** Text with which delv names a cause, by our code. */
const CAUSES: Readonly<Record<string, string>> = {
  "signature-expired": "RRSIG has expired",
  "signature-not-yet-valid": "RRSIG validity period has not begun",
  "signature-invalid": "RRSIG failed to verify",
  "rrsigs-missing": "insecurity proof failed",
  "dnskey-missing": "no valid signature found (DS)",
  "nsec-missing": "no valid RRSIG resolving",
  "unsupported-algorithm": "no supported algorithm/digest",
  "unsupported-digest": "no supported algorithm/digest",
  "no-ds": "unsigned answer",
  "nsec3-iterations": "unsigned answer",
};

/** The records in what delv prints, or the code of a negative response. */
function delvRecords(text: string): string[] {
  if (/resolution failed: ncache nxdomain/.test(text)) return ["NXDOMAIN"];
  if (/resolution failed: ncache nxrrset/.test(text)) return ["NOERROR"];
  const lines = text.split("\n").filter((line) => /^[^;\s]/.test(line)).map((line) => line.split(/\s+/));
  return lines.filter(([, , , type]) => type !== "RRSIG").map(([name, , , ...rest]) => [name, ...rest].join(" "));
}

/** A record without the case of names and base64 and the blanks in it. */
function plain(record: string): string {
  return record.replace(/\s/g, "").toLowerCase();
}

peerTest(
  "Names of signed zones have the status, the cause and the records that delv finds",
  ["nsd", "delv"],
  async () => {
    await using nsd = await startNsd(signedZones());
    await compareStatus(nsd.port);
  },
);

peerTest("Names of signed zones of a server of zones have the same that delv finds", ["delv"], async () => {
  await using server = zoneServer(signedZones());
  await compareStatus(server.port);
});

async function compareStatus(port: number): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const anchor = await Deno.readTextFile(new URL("anchor.ds", SIGNED_DATA));
    const { records } = readZone(anchor, { origin: "." });
    const anchors = `${folder}/anchors`;
    await Deno.writeTextFile(anchors, delvAnchors(records[0]?.data));
    const server = { protocol: "udp", host: "127.0.0.1", port } as const;
    const ours: string[] = [];
    const expected: string[] = [];
    const text = new TextDecoder();
    for (const { name, type, status, reason, peer } of cases()) {
      const found = await validate(name, queryType(type), { servers: [server], anchors: records, timeout: 20_000 });
      const args = ["@127.0.0.1", "-p", String(port), "-a", anchors, "+vtrace", "+norrcomments", name, type];
      const { stdout, stderr } = await new Deno.Command("delv", { args, stdin: "null" }).output();
      const said = text.decode(stdout) + text.decode(stderr);
      ours.push(`${name} ${type} ${found.status} ${found.reason?.code ?? ""}, delv ${delvStatus(said)}`);
      expected.push(`${name} ${type} ${status} ${reason}, delv ${peer}`);
      // Where both agree, they agree about the cause and the records, too.
      if (peer !== status) continue;
      if (reason !== "") assertStringIncludes(said, CAUSES[reason] ?? reason);
      if (status === "bogus") continue;
      const answers = found.answers.map(({ name, type, data }) => `${name} ${type} ${data}`);
      const shown = answers.length > 0 ? answers : [found.rcode ?? ""];
      assertEquals([name, ...shown.map(plain).sort()], [name, ...delvRecords(said).map(plain).sort()]);
    }
    assertEquals(ours, expected);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
