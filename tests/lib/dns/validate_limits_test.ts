import { assert, assertEquals } from "@std/assert";
import { recordFrom, recordOf, type ResourceRecord, validate, type Validation } from "../../../lib/dns/internal.ts";
import { asking, countCalls, hashOf, type Sections, ZoneKey } from "../../kit/signed_world.ts";

const SERVERS = [{ protocol: "udp", host: "192.0.2.53", port: 53 } as const];
const ZONE = "test.";

/** Validates with the answers of a function, and counts verifications and hashes. */
async function measure(
  name: string,
  anchor: ZoneKey,
  answer: (name: string, type: string) => Sections | Promise<Sections>,
): Promise<{ found: Validation; verifications: number; hashes: number }> {
  using verifications = countCalls("verify");
  using hashes = countCalls("digest");
  const options = { servers: SERVERS, anchors: [anchor.record], ask: asking(answer), timeout: 60_000 };
  const found = await validate(name, "A", options);
  return { found, verifications: verifications.calls, hashes: hashes.calls };
}

const address = (name: string) => recordFrom({ name, type: "A", ttl: 300, data: "192.0.2.1" });

/** Answers with the keys of the zone, and the records of one name. */
function small(keys: readonly ResourceRecord[], records: readonly ResourceRecord[]) {
  return (_name: string, type: string): Sections => ({ answers: type === "DNSKEY" ? keys : records });
}

Deno.test("validate: 60 keys with one tag and 60 signatures take eight verifications (CVE-2023-50387)", async () => {
  const key = await ZoneKey.make(ZONE);
  const records = [address("www.test.")];
  // The keys are signed by the one that is trusted, whose own place is behind all others.
  const keys = await key.sign([...key.twins(59), key.record]);
  const { found, verifications } = await measure(
    "www.test.",
    key,
    small(keys, [...records, ...key.forge(records, 60)]),
  );
  assertEquals([found.status, found.reason?.code], ["bogus", "too-much-work"]);
  assertEquals(verifications, 1 + 8);
});

Deno.test("validate: keys that share their tag by chance, and old signatures beside the valid one, are secure", async () => {
  const key = await ZoneKey.make(ZONE);
  const keys = await key.sign([...key.twins(1), key.record]);
  const { found, verifications } = await measure(
    "www.test.",
    key,
    small(keys, await key.sign([address("www.test.")], 2)),
  );
  assertEquals([found.status, found.reason], ["secure", undefined]);
  assert(verifications <= 1 + 6, `${verifications} verifications`);
});

Deno.test("validate: 64 DS records and 64 keys with one tag take 256 hashes", async () => {
  const [key, child] = [await ZoneKey.make(ZONE), await ZoneKey.make("sub.test.")];
  const wrong = (_: unknown, index: number) => {
    const rdata = Uint8Array.from(child.delegation.rdata);
    rdata[10] = index;
    rdata[11] = 255 - (rdata[11] ?? 0);
    return recordOf({ name: "sub.test.", type: "DS", ttl: 300, rdata });
  };
  const delegations = await key.sign(Array.from({ length: 64 }, wrong));
  const [own, below] = [await key.sign([key.record]), await child.sign(child.twins(64))];
  const { found, verifications, hashes } = await measure("www.sub.test.", key, async (name, type) => ({
    answers: type === "DNSKEY"
      ? name === ZONE ? own : below
      : type === "DS"
      ? delegations
      : await child.sign([address("www.sub.test.")]),
  }));
  assertEquals([found.status, found.reason?.code], ["bogus", "dnskey-missing"]);
  assertEquals([verifications, hashes], [2, 256]);
});

/** Answers for zones one below the other, of which each set has seven wrong signatures before the valid one. */
async function deepZones(depth: number) {
  const zones = ["test."];
  while (zones.length < depth) zones.push(`z.${zones.at(-1)}`);
  const keys = await Promise.all(zones.map((zone) => ZoneKey.make(zone)));
  const sets = new Map<string, ResourceRecord[]>();
  for (const [index, key] of keys.entries()) {
    sets.set(`DNSKEY ${key.zone}`, await key.sign([key.record], 7));
    const below = keys[index + 1];
    if (below) sets.set(`DS ${below.zone}`, await key.sign([below.delegation], 7));
  }
  const [anchor, last] = [keys[0], keys.at(-1)];
  assert(anchor && last);
  const name = `www.${last.zone}`;
  sets.set(`A ${name}`, await last.sign([address(name)], 7));
  return await measure(name, anchor, (name, type) => ({ answers: sets.get(`${type} ${name}`) ?? [] }));
}

Deno.test("validate: verifies at most 400 signatures from the anchor to the answer", async () => {
  const enough = await deepZones(20);
  assertEquals([enough.found.status, enough.verifications], ["secure", 20 * 16]);
  const tooDeep = await deepZones(40);
  assertEquals([tooDeep.found.status, tooDeep.found.reason?.code], ["bogus", "too-much-work"]);
  assertEquals(tooDeep.verifications, 400);
});

const DIGITS = "0123456789abcdefghijklmnopqrstuv";

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? []).map((five) => DIGITS[Number.parseInt(five, 2)]).join("");
}

/** Returns a signed NSEC3 record that matches a name, and covers all others. */
function nsec3(
  key: ZoneKey,
  name: string,
  iterations: number,
  types: readonly string[] = [],
): Promise<ResourceRecord[]> {
  const hash = base32(hashOf(name, iterations));
  const data = ["1 0", iterations, "-", hash, ...types].join(" ");
  return key.sign([recordFrom({ name: `${hash}.${ZONE}`, type: "NSEC3", ttl: 300, data })]);
}

for (
  const [iterations, status, reason, hashes] of [
    [150, "secure", undefined, 3 * 151],
    [151, "insecure", "nsec3-iterations", 0],
    [2500, "insecure", "nsec3-iterations", 0],
  ] as const
) {
  Deno.test(`validate: NSEC3 with ${iterations} iterations is ${status} (RFC 9276)`, async () => {
    const key = await ZoneKey.make(ZONE);
    const keys = await key.sign([key.record]);
    const soa = await key.sign([
      recordFrom({ name: ZONE, type: "SOA", ttl: 300, data: "ns.test. hostmaster.test. 1 2 3 4 5" }),
    ]);
    const authorities = [...soa, ...await nsec3(key, ZONE, iterations, ["SOA", "NS", "RRSIG", "DNSKEY"])];
    const counted = await measure(
      "missing.test.",
      key,
      (_, type) => type === "DNSKEY" ? { answers: keys } : { rcode: 3, authorities },
    );
    assertEquals([counted.found.status, counted.found.reason?.code], [status, reason]);
    assert(counted.hashes <= hashes, `${counted.hashes} hashes`);
  });
}

Deno.test("validate: computes at most 12,000 hashes for a name (CVE-2023-50868)", async () => {
  const key = await ZoneKey.make(ZONE);
  const keys = await key.sign([key.record]);
  const chain = Array.from({ length: 4 }, (_, index) => `${"x.".repeat(100)}${index}.${ZONE}`);
  // No name on the way is a zone, which takes 151 hashes each; the aliases lead to ever more of them.
  const { found, hashes } = await measure(`${chain[0]}`, key, async (name, type) => {
    if (type === "DNSKEY") return { answers: keys };
    if (type === "DS") return { authorities: await nsec3(key, name, 150) };
    const target = chain[chain.indexOf(name) + 1] ?? "end.test.";
    const alias = [recordFrom({ name, type: "CNAME", ttl: 300, data: target })];
    return { answers: [...alias, ...key.forge(alias, 1, name)] };
  });
  assertEquals(found.status, "bogus");
  assertEquals(hashes, 12_000 - 12_000 % 151);
});
