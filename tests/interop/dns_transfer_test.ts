import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dialDirect, NetworkList, ToucanError, UsageError } from "../../lib/core/mod.ts";
import {
  fetchZone,
  readZone,
  recordLine,
  type TransferOptions,
  transferZone,
  type TsigKey,
} from "../../lib/dns/internal.ts";
import { everyRecord, everyTypeText } from "../kit/every_type.ts";
import { withFolder } from "../kit/folder.ts";
import { type Nsd, startNsd } from "../kit/nsd.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { peerTest } from "../kit/peer.ts";
import { runTool } from "../kit/tool.ts";
import { DEADLINE_MS } from "../kit/wait.ts";
import { zoneServer } from "../kit/zone_server.ts";

const SECRET = "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=";
const KEY: TsigKey = { name: "key.test.", algorithm: "hmac-sha512.", secret: Uint8Array.fromBase64(SECRET) };
const NSD_KEY = { name: "key.test", algorithm: "hmac-sha512", secret: SECRET };

function transfer({ port }: { readonly port: number }, zone: string, options: TransferOptions) {
  const server = { transport: "ip", host: "127.0.0.1", port } as const;
  const open = ({ signal }: { readonly signal: AbortSignal }) => dialDirect(server, { signal });
  return transferZone(zone, open, { timeout: DEADLINE_MS, ...options });
}

const BIG = [
  "@ 60 SOA ns hm 7 2 3 4 5",
  "@ 60 NS ns",
  ...Array.from({ length: 20_000 }, (_, i) => `h${i} 60 A 10.0.${i >> 8}.${i & 255}`),
].join("\n") + "\n";

peerTest("transferZone: zones of nsd, signed and in many messages; refused, and with wrong keys", ["nsd"], async () => {
  const zones = { "types.test.": everyTypeText, "big.test.": BIG };
  await using signing = await startNsd(zones, { key: NSD_KEY });
  const { zone, signed } = await transfer(signing, "types.test.", { key: KEY });
  assert(zone.kind === "full" && signed);
  assertEquals(Array.from(zone.records, recordLine).sort(), everyRecord.map(recordLine).sort());
  const big = await transfer(signing, "big.test.", { key: KEY });
  assert(big.zone.kind === "full" && big.messages > 5);
  const expected = readZone(BIG, { origin: "big.test." }).records.map(recordLine);
  assertEquals(Array.from(big.zone.records, recordLine).sort(), expected.sort());
  assertEquals((await transfer(signing, "big.test.", { key: KEY, serial: 7 })).zone.kind, "current");
  const failing: readonly (readonly [string, TransferOptions, code: string, reason?: string])[] = [
    ["types.test.", {}, "transfer-refused", "REFUSED"],
    ["other.test.", { key: KEY }, "transfer-refused", "NOTAUTH"],
    ["types.test.", { key: { ...KEY, secret: new Uint8Array(8) } }, "tsig-failed", "BADSIG"],
    ["types.test.", { key: { ...KEY, name: "other." } }, "tsig-failed", "BADKEY"],
    ["types.test.", { key: KEY, now: () => 1e12 }, "tsig-failed", "BADTIME"],
  ];
  for (const [name, options, code, reason] of failing) {
    const error = await assertRejects(() => transfer(signing, name, options), ToucanError);
    assertEquals([error.code, error.reason], [code, reason], error.message);
  }
});

peerTest("kdig transfers signed zones of a server of zones, in many messages", ["kdig"], async () => {
  const zones = { "types.test.": everyTypeText, "big.test.": BIG };
  await using server = zoneServer(zones, { keys: [KEY], transferAccess: new NetworkList([]) });
  const kdig = async (...words: string[]) => {
    const args = ["@127.0.0.1", "-p", `${server.port}`, "-y", `hmac-sha512:key.test:${SECRET}`, ...words];
    const { stdout, stderr } = await new Deno.Command("kdig", { args, stdin: "null" }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  };
  const whole = await kdig("big.test.", "AXFR");
  const expected = readZone(BIG, { origin: "big.test." }).records.map(recordLine);
  const found = readZone(whole.replace(/^;.*$/gm, ""), { origin: "big.test." }).records.map(recordLine);
  // The SOA record is at both ends.
  assertEquals(found.slice(1).sort(), expected.sort());
  assertEquals(
    /Received \d+ B \((\d+) messages, 20003 records\)/.exec(whole)?.[1] !== undefined,
    true,
    whole.slice(-300),
  );
  assertMatch(await kdig("big.test.", "IXFR=7"), /1 messages, 1 records/);
  assertMatch(await kdig("big.test.", "IXFR=6"), /20003 records/);
  assertMatch(await kdig("other.test.", "AXFR"), /NOTAUTH|REFUSED/);
  const { zone, signed, messages } = await transfer(server, "types.test.", { key: KEY });
  assert(zone.kind === "full" && signed);
  assertEquals(Array.from(zone.records, recordLine).sort(), everyRecord.map(recordLine).sort());
  assertEquals(messages, 1);
  for (
    const [options, code] of [[{}, "transfer-refused"], [{ key: { ...KEY, name: "other." } }, "tsig-failed"]] as const
  ) {
    assertEquals((await assertRejects(() => transfer(server, "types.test.", options), ToucanError)).code, code);
  }
});

peerTest("fetchZone: over TLS with the right name, from the server that has the zone", ["nsd"], async () => {
  const certificate = await makeCertificate({ names: ["dns.test"] });
  await using server = await startNsd({ "types.test.": everyTypeText }, { transfers: true, certificate });
  await using empty = await startNsd({ "other.test.": "@ 1 SOA a b 1 2 3 4 5\n@ 1 NS a\n" });
  const at = { protocol: "tls", host: "127.0.0.1", port: server.tlsPort ?? 0 } as const;
  const options = { timeout: DEADLINE_MS, tls: { caCerts: [certificate.cert] } };
  const fetched = await fetchZone("types.test", [{ ...at, tlsName: "dns.test" }], options);
  assert(fetched.zone.kind === "full");
  assertEquals(fetched.zone.records.count, everyRecord.length);
  const wrong = await assertRejects(() => fetchZone("types.test", [{ ...at, tlsName: "other.test" }], options));
  assert(wrong instanceof ToucanError && wrong.code.startsWith("tls-"), `${wrong}`);
  const udp = (nsd: Nsd) => ({ protocol: "udp", host: "127.0.0.1", port: nsd.port }) as const;
  const second = await fetchZone("types.test", [udp(empty), udp(server)], options);
  assertEquals([second.server, second.zone.kind], [`127.0.0.1:${server.port}`, "full"]);
  const https = { ...at, protocol: "https" } as const;
  await assertRejects(() => fetchZone("types.test", [https], options), UsageError, "over HTTPS");
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/ca.pem`, certificate.cert);
    const tool = (name: string) =>
      runTool("resolve", [
        "-s",
        `tls://127.0.0.1:${at.port}#${name}`,
        "--cacert",
        `${folder}/ca.pem`,
        "--axfr",
        "types.test",
      ]);
    const found = await tool("dns.test");
    assertEquals([found.code, found.stderr], [0, ""]);
    assertEquals(readZone(found.stdout).records.length, everyRecord.length);
    const other = await tool("other.test");
    assertEquals([other.code, other.stdout], [3, ""]);
  });
});
