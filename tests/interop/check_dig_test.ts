import { assert, assertEquals } from "@std/assert";
import { check } from "../../lib/check/mod.ts";
import { readZone } from "../../lib/dns/internal.ts";
import { delvAnchors, delvStatus } from "../kit/delv.ts";
import { withFolder } from "../kit/folder.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort } from "../kit/port.ts";
import { SIGNED_DATA, signedZones } from "../kit/signed_zones.ts";
import { keyPair } from "../kit/sink_certificate.ts";
import { startUnbound } from "../kit/unbound.ts";

const text = new TextDecoder();

/** Runs a program, and returns all that it prints. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null" }).output();
  return text.decode(stdout) + text.decode(stderr);
}

/** Answers of a server by dig: the names of the chain, the addresses, and the lowest TTL of these. */
async function dig(port: number, name: string) {
  const types = ["A", "AAAA"].flatMap((type) => ["-q", `${name}.`, "-t", type]);
  const lines = (await run("dig", ["@127.0.0.1", "-p", `${port}`, "+noall", "+answer", "+nocookie", ...types]))
    .split("\n").filter((line) => /^[^;\s]/.test(line)).map((line) => line.split(/\s+/));
  const addresses = lines.filter(([, , , type]) => type === "A" || type === "AAAA");
  const chain = lines.flatMap(([owner = "", , , type, data = ""]) => type === "CNAME" ? [owner, data] : []);
  return {
    chain: [...new Set(chain.map((name) => name.replace(/\.$/, "")))],
    data: addresses.map(([, , , , data = ""]) => data).sort(),
    ttl: Math.min(...addresses.map(([, ttl]) => Number(ttl))),
  };
}

const ZONE = [
  "@ 300 IN SOA ns host 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\nplain 200 A 127.0.0.1",
  "www 120 CNAME a\na 90 CNAME b\nb 60 A 127.0.0.1\nb 60 A 127.0.0.2\nb 60 AAAA ::1\n",
].join("\n");

peerTest("check ↔ dig: answers, TTL and aliases of several name servers", ["nsd", "unbound", "dig"], async () => {
  await using nsd = await startNsd({ "dig.test.": ZONE });
  // A resolver whose answers grow older, and one whose are others.
  await using resolver = await startUnbound(keyPair, [
    ...[
      "do-not-query-localhost: no",
      'local-zone: "." refuse',
      'local-zone: "dig.test." transparent',
      "stub-zone:",
      "name: dig.test.",
    ],
    `stub-addr: 127.0.0.1@${nsd.port}`,
  ]);
  await using other = await startUnbound(keyPair, [
    ...['local-zone: "." refuse', 'local-zone: "dig.test." static', 'local-data: "plain.dig.test. 40 A 127.0.0.9"'],
    'local-data: "www.dig.test. 50 A 127.0.0.9"',
  ]);
  const ports = [nsd.port, resolver.port, other.port];
  for (const name of ["www.dig.test", "plain.dig.test"]) {
    const before = await Promise.all(ports.map((port) => dig(port, name)));
    const { probes } = await check(`tcp://${name}:${freePort()}`, {
      servers: ports.map((port) => ({ protocol: "udp", host: "127.0.0.1", port })),
      timeout: 5000,
    });
    const after = await Promise.all(ports.map((port) => dig(port, name)));
    const findings = probes.flatMap(({ findings }) => findings);
    const answers = findings.filter(({ code }) => code === "resolver-answers").map(({ data }) => data);
    assertEquals(
      answers.map(({ server, data }) => [server, Array.isArray(data) ? data.toSorted() : []]),
      ports.map((port, index) => [`127.0.0.1:${port}`, before[index]?.data]),
    );
    const chain = findings.find(({ code }) => code === "alias")?.data.aliases;
    assertEquals(chain ?? [], before[0]?.chain);
    const facts: Readonly<Record<string, unknown>> = Object.assign({}, ...probes.map(({ facts }) => facts));
    const [least, most] = [after, before].map((all) => Math.min(...all.map(({ ttl }) => ttl)));
    const ttl = Number(facts.ttl);
    assert(least !== undefined && most !== undefined && least - 1 <= ttl && ttl <= most + 1, `${least} ${ttl} ${most}`);
    assert(findings.some(({ code }) => code === "resolvers-differ"));
  }
});

/** Names of signed zones, and their status. */
const STATUS: Readonly<Record<string, string>> = {
  "www.nsec.test": "secure",
  "www.nsec3.test": "secure",
  "www.p256.test": "secure",
  "www.plain.test": "insecure",
  "www.nods.test": "insecure",
  "www.flipped.test": "bogus",
  "www.wrongds.test": "bogus",
  "www.expired.test": "bogus",
  "www.future.test": "bogus",
};

peerTest("check ↔ delv: whether DNSSEC proves a name", ["nsd", "delv"], () =>
  withFolder(async (folder) => {
    await using nsd = await startNsd(signedZones());
    const anchors = await Deno.readTextFile(new URL("anchor.ds", SIGNED_DATA));
    await Deno.writeTextFile(`${folder}/anchors`, delvAnchors(readZone(anchors, { origin: "." }).records[0]?.data));
    const found = await Promise.all(
      Object.keys(STATUS).map(async (name) => {
        const args = ["@127.0.0.1", "-p", `${nsd.port}`, "-a", `${folder}/anchors`, "+norrcomments", name, "A"];
        const said = await run("delv", args);
        // The addresses are those of no machine: only IPv6 is used, which they lack.
        const { probes } = await check(`tcp://${name}:9`, {
          ...{ servers: [{ protocol: "udp", host: "127.0.0.1", port: nsd.port }], anchors, family: 6, timeout: 5000 },
        });
        return [name, probes.map(({ facts }) => facts.dnssec).find((status) => status !== undefined), delvStatus(said)];
      }),
    );
    assertEquals(found, Object.entries(STATUS).map(([name, status]) => [name, status, status]));
  }));
