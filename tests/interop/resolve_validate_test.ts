import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";
import { SIGNED_DATA, signedZones } from "../kit/signed_zones.ts";
import { runTool } from "../kit/tool.ts";

peerTest("resolve --validate: chain, records and status of signed zones", ["nsd"], async () => {
  await using nsd = await startNsd(signedZones());
  const anchor = fileURLToPath(new URL("anchor.ds", SIGNED_DATA));
  const run = (...args: string[]) =>
    runTool("resolve", ["--validate", "--server", `127.0.0.1:${nsd.port}`, "--anchor", anchor, ...args]);
  const secure = await run("www.nsec.test");
  assertEquals([secure.code, secure.stderr], [0, ""]);
  const lines = secure.stdout.split("\n");
  assertEquals(lines.filter((line) => /^; (?:zone|\S+$)|^; {3}\S/.test(line)), [
    ...["; zone .", ";   DNSKEY .: secure", ";   DS test.: secure"],
    ...["; zone test.", ";   DNSKEY test.: secure", ";   DS nsec.test.: secure"],
    ...["; zone nsec.test.", ";   DNSKEY nsec.test.: secure", ";   A www.nsec.test.: secure", "; secure"],
  ]);
  const dates = "2020-01-01T00:00Z to 2060-01-01T00:00Z";
  assertEquals(lines.slice(3, 6), [
    ";     key 23697 ECDSAP256SHA256",
    ";     key 44347 ECDSAP256SHA256, entry point, trust anchor (given)",
    `;     signed by 44347 ECDSAP256SHA256 of ., ${dates}: valid`,
  ]);
  assertEquals(lines.filter((line) => !line.startsWith(";")), [
    "www.nsec.test. 300 IN A 192.0.2.1",
    "www.nsec.test. 300 IN A 192.0.2.2",
    "",
  ]);
  const bogus = await run("www.expired.test");
  assertEquals(bogus.code, 1);
  assertStringIncludes(bogus.stdout, "2020-01-01T00:00Z to 2020-02-01T00:00Z: signature-expired\n");
  assertStringIncludes(bogus.stdout, "\n; bogus (signature-expired)\n");
  assertStringIncludes(bogus.stderr, "expired.test. is bogus: the signature of DNSKEY by key 48344");
  const json = await run("--json", "--tcp", "www.sub.nsec.test", "missing.nsec3.test", "www.flipped.test");
  const records = json.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(json.code, 6);
  assertEquals(
    records.map((
      { validation, status, reason, at, error },
    ) => [validation, status, reason?.code, at?.name, error?.code]),
    [
      ["insecure", "NOERROR", "no-ds", "sub.nsec.test.", undefined],
      ["secure", "NXDOMAIN", undefined, undefined, undefined],
      ["bogus", "NOERROR", "signature-invalid", "www.flipped.test.", "signature-invalid"],
    ],
  );
  const [insecure] = records;
  assertEquals(insecure.chain.at(-1).proof, "NSEC of sub.nsec.test. has NS and no DS");
  assertEquals(insecure.chain[0].signatures[0].expiration, Date.UTC(2060, 0, 1));
});
