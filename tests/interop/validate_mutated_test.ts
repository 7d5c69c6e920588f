import { assertNotEquals } from "@std/assert";
import {
  DnsConnections,
  type DnsMessage,
  readZone,
  recordOf,
  type ResourceRecord,
  validate,
} from "../../lib/dns/internal.ts";
import { Deadline } from "../../lib/core/mod.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";

const DATA = new URL("../data/dnssec/", import.meta.url);
const ZONES = ["root", "test", "changed.test", "stripped.test", "wrongds.test", "nonsec.test"];
const BOGUS = ["www.changed.test.", "www.stripped.test.", "www.wrongds.test.", "missing.nonsec.test."];
const MUTATED = ["RRSIG", "DNSKEY", "DS", "NSEC", "NSEC3"];

/** Numbers of a fixed sequence, below a limit. */
function numbers(): (limit: number) => number {
  let state = 20_231;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
}

peerTest("mutated RRSIG, DNSKEY, DS, NSEC and NSEC3 records never make a bogus name secure", ["nsd"], async () => {
  const zones = ZONES.map((
    name,
  ) => [name === "root" ? "." : name, Deno.readTextFileSync(new URL(`zones/${name}`, DATA))]);
  await using nsd = await startNsd(Object.fromEntries(zones));
  const { records: anchors } = readZone(await Deno.readTextFile(new URL("anchor.ds", DATA)), { origin: "." });
  const server = { protocol: "udp", host: "127.0.0.1", port: nsd.port } as const;
  const random = numbers();
  const mutate = (record: ResourceRecord): ResourceRecord => {
    if (!MUTATED.includes(record.type) || random(4) > 0) return record;
    const rdata = Uint8Array.from(record.rdata);
    for (let count = random(3); count >= 0; count--) rdata[random(rdata.length)] = random(256);
    const { name, type, ttl = 0 } = record;
    try {
      return recordOf({ name, type, ttl, rdata: random(4) > 0 ? rdata : rdata.subarray(0, random(rdata.length)) });
    } catch {
      return record;
    }
  };
  await using connections = new DnsConnections({});
  using deadline = new Deadline({ timeout: 60_000 }, "validate");
  const known = new Map<string, DnsMessage>();
  for (let round = 0; round < 150; round++) {
    for (const name of BOGUS) {
      const found = await validate(name, "A", {
        servers: [server],
        anchors,
        async ask(server, query) {
          const key = `${query.name} ${query.type}`;
          const message = known.get(key) ?? (await connections.exchange(server, query, deadline)).message;
          known.set(key, message);
          const { answers, authorities } = message;
          return { message: { ...message, answers: answers.map(mutate), authorities: authorities.map(mutate) } };
        },
      });
      assertNotEquals(found.status, "secure", name);
    }
  }
});
