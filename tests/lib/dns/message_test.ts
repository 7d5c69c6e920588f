import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  canonicalData,
  canonicalName,
  clientSubnet,
  compareNames,
  cookieOption,
  cookies,
  decodeHead,
  decodeMessage,
  DnsMessageError,
  type DnsQuery,
  type Edns,
  encodeMessage,
  encodeQuery,
  explainErrors,
  extendedErrorOption,
  extendedErrors,
  isSubdomain,
  keepalive,
  keepaliveOption,
  labelCount,
  type MessageParts,
  mismatch,
  nameKey,
  nsid,
  nsidOption,
  parentName,
  QueryForm,
  recordFrom,
  recordLine,
  type ResourceRecord,
  subnetOption,
  UDP_SIZE,
  withLettersOf,
} from "../../../lib/dns/internal.ts";
import { UsageError } from "../../../lib/core/mod.ts";
import { mutate, Random } from "../../../scripts/fuzz/mutate.ts";
import { octets } from "../../../scripts/fuzz/target.ts";
import { decode } from "../../kit/dns_packet.ts";
import { everyRecord } from "../../kit/every_type.ts";

const SEED = 20260101;
const EDNS: Edns = { udpSize: UDP_SIZE, version: 0, dnssecOk: true, options: [] };
const QUESTION = { name: "types.test.", type: "ANY", class: "IN" };
const a = (name: string, address = "192.0.2.1") => recordFrom({ name, type: "A", ttl: 5, data: address });

Deno.test("encodeMessage, decodeMessage: all flags, sections and types", () => {
  const message: MessageParts = {
    id: 0xabcd,
    response: true,
    opcode: 0,
    authoritative: true,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: true,
    authenticData: true,
    checkingDisabled: true,
    rcode: 16 + 7,
    questions: [QUESTION],
    answers: everyRecord,
    authorities: everyRecord.slice(0, 3),
    additionals: everyRecord.slice(3, 6),
    edns: { ...EDNS, options: [cookieOption(new Uint8Array(8).fill(1))] },
  };
  const bytes = encodeMessage(message);
  assertEquals(decodeMessage(bytes), { ...decodeMessage(bytes), ...message, size: bytes.length });
  assertEquals(decodeHead(bytes).rcode, 7);
});

const label = fc.uint8Array({ minLength: 1, maxLength: 20 });
const owner = fc.array(label, { maxLength: 4 }).map((labels) =>
  labels.map((bytes) => [...bytes].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("")).join(".") + "."
);
const record = fc.tuple(owner, fc.constantFrom(...everyRecord), fc.nat(0x7fffffff)).map(([name, record, ttl]) => ({
  ...record,
  name: recordFrom({ name: ".", type: "NS", data: name }).data,
  ttl,
}));
const records = fc.array(record, { maxLength: 6 });

Deno.test("decodeMessage ∘ encodeMessage: any message", () => {
  fc.assert(
    fc.property(fc.nat(0xffff), records, records, records, (id, answers, authorities, additionals) => {
      // The case of names is that of the place to which a pointer leads.
      const folded = (list: readonly ResourceRecord[]) => list.map((record) => recordLine(record).toLowerCase());
      const message = decodeMessage(encodeMessage({ id, answers, authorities, additionals, edns: EDNS }));
      assertEquals(
        [message.id, folded(message.answers), folded(message.authorities), folded(message.additionals), message.edns],
        [id, folded(answers), folded(authorities), folded(additionals), EDNS],
      );
    }),
    { seed: SEED, numRuns: 500 },
  );
});

Deno.test("encodeMessage: names are compressed in types of RFC 1035 only, and dns-packet reads them", () => {
  const mx = recordFrom({ name: "a.example.", type: "MX", ttl: 1, data: "10 mail.A.example." });
  const srv = recordFrom({ name: "b.example.", type: "SRV", ttl: 1, data: "1 2 3 mail.a.example." });
  const question = { name: "a.example.", type: "MX", class: "IN" };
  const bytes = encodeMessage({ id: 1, questions: [question], answers: [mx, srv] });
  const [head, ...rest] = [12 + 11 + 4, 2 + 10 + 2 + 4 + 1 + 2, 2 + 2 + 10 + 6 + 16];
  assertEquals(bytes.length, rest.reduce((sum, size) => sum + size, head));
  const { answers } = decode(bytes);
  assertEquals(answers.map(({ name, type, data }) => [name, type, data]), [
    ["a.example", "MX", { preference: 10, exchange: "mail.a.example" }],
    ["b.example", "SRV", { priority: 1, weight: 2, port: 3, target: "mail.a.example" }],
  ]);
});

Deno.test("encodeMessage: no pointer leads beyond its 14 bits", () => {
  const answers = Array.from({ length: 1200 }, (_, i) => a(`host${i}.sub${i}.example.`));
  const message = decodeMessage(encodeMessage({ id: 1, answers }));
  assertEquals(message.answers.map(recordLine), answers.map(recordLine));
});

Deno.test("encodeMessage: what does not fit is left out by whole sets, and named where it matters", () => {
  const set = (name: string, count: number) => Array.from({ length: count }, (_, i) => a(name, `192.0.2.${i}`));
  const parts = { id: 1, questions: [{ name: "a.", type: "A", class: "IN" }], edns: EDNS };
  const sizes = (message: MessageParts, limit: number) => {
    const bytes = encodeMessage(message, { limit });
    const { answers, authorities, additionals, edns } = decodeMessage(bytes, { partial: true });
    assert(bytes.length <= limit && edns !== undefined);
    return [answers.length, authorities.length, additionals.length, decodeHead(bytes).truncated];
  };
  const message = {
    ...parts,
    answers: set("a.", 5),
    authorities: set("b.", 5),
    additionals: [...set("c.", 5), ...set("d.", 5)],
  };
  assertEquals(sizes(message, 512), [5, 5, 10, false]);
  assertEquals(sizes(message, 300), [5, 5, 5, false]);
  assertEquals(sizes(message, 220), [5, 5, 0, false]);
  assertEquals(sizes(message, 150), [5, 0, 0, true]);
  assertEquals(sizes(message, 100), [0, 0, 0, true]);
  assertEquals(encodeMessage({ ...parts, answers: set("a.", 5) }, { limit: 512, reserve: 500 }).length < 40, true);
});

Deno.test("encodeMessage: rejects names, types and classes that are invalid", () => {
  for (const question of [{ ...QUESTION, name: "a..b" }, { ...QUESTION, type: "X" }, { ...QUESTION, class: "YY" }]) {
    assertThrows(() => encodeMessage({ id: 1, questions: [question] }), UsageError);
  }
});

Deno.test("decodeMessage: of a truncated message no record is told, unless asked for, and then whole ones", () => {
  const whole = encodeMessage({ id: 1, response: true, truncated: true, answers: [a("x."), a("y.")], edns: EDNS });
  assertEquals(decodeMessage(whole).answers, []);
  assertEquals(decodeMessage(whole).edns, EDNS);
  assertEquals(decodeMessage(whole, { partial: true }).answers.length, 2);
  const cut = whole.subarray(0, 12 + 17 + 10);
  assertEquals(decodeMessage(cut, { partial: true }).answers.map(recordLine), ["x. 5 IN A 192.0.2.1"]);
  assertEquals(decodeMessage(cut).edns, undefined);
});

/** Additional records that contradict the message. */
const OPT = "0000290200000000000000";
const TSIG = "0000fa00ff00000000" + "0010" + "00" + "000000000000" + "0000" + "0000" + "0000" + "0000" + "00";

Deno.test("decodeMessage: one EDNS record, and a signature at the end only", () => {
  const additional = (...list: string[]) =>
    decodeMessage(Uint8Array.fromHex("00008000000000000000" + `000${list.length}` + list.join("")));
  assertEquals(additional(OPT).edns?.udpSize, 512);
  assertThrows(() => additional(OPT, OPT), DnsMessageError, "two EDNS records");
  assertThrows(() => additional(TSIG, OPT), DnsMessageError);
  assertThrows(() => additional("0000290200000000000003" + "000300"), DnsMessageError);
});

Deno.test("decodeMessage: names are decompressed only where RFC 3597 allows it", () => {
  const message = (type: string, data: string) =>
    Uint8Array.fromHex(
      "0000800000010001" + "00000000" + "0161" + "00" + "00010001" + "c00c" + type + "00010000000a" +
        (data.length / 2).toString(16).padStart(4, "0") + data,
    );
  assertEquals(decodeMessage(message("0021", "000100020003c00c")).answers[0]?.data, "1 2 3 a.");
  assertEquals(decodeMessage(message("0011", "c00cc00c")).answers[0]?.data, "a. a.");
  assertThrows(() => decodeMessage(message("0027", "c00c")), DnsMessageError, "is compressed");
  assertThrows(() => decodeMessage(message("0040", "0001c00c")), DnsMessageError, "is compressed");
});

Deno.test("decodeMessage: a name of more pointers than a name has labels is malformed", () => {
  // The data of the first record are a chain of pointers, each to the one before; the second owner begins at its end.
  const message = (pointers: number) => {
    const start = 12 + 11;
    const chain = Array.from({ length: pointers - 1 }, (_, i) => i === 0 ? start : start + 1 + 2 * (i - 1));
    const hex = (value: number) => (0xc000 | value).toString(16);
    const data = "00" + chain.map(hex).join("");
    const last = start + 1 + 2 * (pointers - 2);
    const head = "000080000000000200000000" + "00" + "ff00000100000000";
    const size = (data.length / 2).toString(16).padStart(4, "0");
    return Uint8Array.fromHex(head + size + data + hex(last) + "ff000001000000000000");
  };
  assertEquals(decodeMessage(message(127)).answers[1]?.name, ".");
  assertThrows(() => decodeMessage(message(128)), DnsMessageError, "too many pointers");
});

Deno.test("encodeQuery: flags, class, DO, options and padding", () => {
  const query = { id: 1, name: "version.bind.", type: "TXT", class: "CH" };
  const bytes = encodeQuery({
    ...query,
    recursionDesired: false,
    checkingDisabled: true,
    authenticData: true,
    dnssecOk: true,
    udpSize: 4096,
    options: [nsidOption()],
    padTo: 128,
  });
  const message = decodeMessage(bytes);
  assertEquals(bytes.length, 128);
  assertEquals([message.recursionDesired, message.checkingDisabled, message.authenticData], [false, true, true]);
  assertEquals([message.edns?.udpSize, message.edns?.dnssecOk, message.questions[0]?.class], [4096, true, "CH"]);
  assertEquals(message.edns?.options.map(({ code }) => code), [3, 12]);
  assertEquals(mismatch(query, { ...message, response: true }), undefined);
  assertEquals(mismatch({ ...query, class: "IN" }, { ...message, response: true }), "the question differs");
  assertThrows(() => encodeQuery({ ...query, type: "NOPE" }), UsageError, 'invalid type "NOPE"');
  for (let length = 1; length < 60; length++) {
    assertEquals(encodeQuery({ id: 1, name: "x".repeat(length), type: "A", padTo: 128 }).length, 128);
  }
});

Deno.test("QueryForm: writes what encodeQuery does, whatever was there before", () => {
  const names = [
    ".",
    "a.",
    "first\\.last.example.",
    ...Array.from({ length: 60 }, (_, size) => `${"x".repeat(size + 1)}.test.`),
  ];
  const flags: readonly Omit<DnsQuery, "id" | "name">[] = [
    { type: "A" },
    { type: "MX", plain: true, padTo: 128 },
    { type: "TXT", class: "CH", recursionDesired: false, dnssecOk: true, options: [nsidOption()], padTo: 128 },
    { type: "TYPE65280", padTo: 128 },
  ];
  for (const query of flags) {
    const form = new QueryForm(query);
    const room = new Uint8Array(form.maxBytes).fill(255);
    for (const [id, name] of names.entries()) {
      const size = form.write(room, id, name);
      assertEquals(room.subarray(0, size).toHex(), encodeQuery({ ...query, id, name }).toHex(), name);
    }
  }
});

Deno.test("EDNS: options say what they mean, and nothing when they are malformed", () => {
  const edns = (...options: Edns["options"]): Edns => ({ ...EDNS, options });
  assertEquals(clientSubnet(edns(subnetOption("192.0.2.77/24", 16))), { address: "192.0.2.0", source: 24, scope: 16 });
  assertEquals(clientSubnet(edns(subnetOption("2001:db8:ffff::1/33"))), {
    address: "2001:db8:8000::",
    source: 33,
    scope: 0,
  });
  assertEquals(subnetOption("0.0.0.0/0").data.toHex(), "00010000");
  for (const text of ["", "a", "192.0.2.1/33", "192.0.2.1/", "/24"]) assertThrows(() => subnetOption(text), UsageError);
  for (const hex of ["", "0001", "00011800", "00012100c0000200", "0003080001", "00011800c00002ff"]) {
    assertEquals(clientSubnet(edns({ code: 8, data: Uint8Array.fromHex(hex) })), undefined, hex);
  }
  const client = Uint8Array.fromHex("0102030405060708");
  assertEquals(cookies(edns(cookieOption(client)))?.server.length, 0);
  assertEquals(cookies(edns(cookieOption(client, client)))?.server, client);
  assertEquals(cookies(edns(cookieOption(client, client.subarray(1)))), undefined);
  assertEquals([keepalive(edns(keepaliveOption(12_000))), keepalive(edns(keepaliveOption()))], [12_000, undefined]);
  assertEquals(nsid(edns(nsidOption(octets("ns1.test")))), "ns1.test");
  assertEquals(nsid(edns(nsidOption(octets("\x1b[")))), "1b5b");
});

Deno.test("extendedErrors: the codes of RFC 8914 in words", () => {
  const said = (...list: readonly (readonly [number, string?])[]) => {
    const options = list.map(([code, text]) => extendedErrorOption(code, text));
    return explainErrors(extendedErrors({ edns: { ...EDNS, options } }));
  };
  assertEquals(said(), "");
  assertEquals(said([6], [7]), "DNSSEC bogus (signature expired)");
  assertEquals(said([7, "a. expired"]), 'DNSSEC bogus (signature expired): "a. expired"');
  assertEquals(said([6, "no"]), 'DNSSEC bogus: "no"');
  assertEquals(
    said([22], [23, "192.0.2.1: timed out"]),
    'no reachable authority; network error: "192.0.2.1: timed out"',
  );
  assertEquals(said([4711]), "code 4711");
  assertEquals(extendedErrors({ edns: { ...EDNS, options: [{ code: 15, data: Uint8Array.of(1) }] } }), []);
});

Deno.test("names: keys, parents, subdomains and the canonical order of RFC 4034", () => {
  const sorted = [
    "example.",
    "a.example.",
    "yljkjljk.a.example.",
    "Z.a.example.",
    "zABC.a.EXAMPLE.",
    "z.example.",
    "\\001.z.example.",
    "*.z.example.",
    "\\200.z.example.",
  ];
  assertEquals([...sorted].reverse().sort(compareNames), sorted);
  assertEquals(compareNames("A.b.", "a.B."), 0);
  assertEquals([nameKey("A\\.B"), nameKey("\\097."), nameKey(".")], ["a\\.b.", "a.", "."]);
  assertEquals([parentName("a.b."), parentName("a\\.b.c."), parentName("a."), parentName(".")], ["b.", "c.", ".", "."]);
  assertEquals([labelCount("."), labelCount("a."), labelCount("*.a\\.b.c."), labelCount("a.b")], [0, 1, 3, 2]);
  const below = [["a.b.", "B."], ["b.", "b."], ["a.", "."]] as const;
  const apart = [["ab.", "b."], ["a\\.b.", "b."], ["b.", "a.b."], ["xa\\.b.c.", "b.c."]] as const;
  for (const [name, zone] of below) assert(isSubdomain(name, zone), `${name} ${zone}`);
  for (const [name, zone] of apart) assert(!isSubdomain(name, zone), `${name} ${zone}`);
  assertEquals(canonicalName("A.É".replace("É", "\\201")).toHex(), "016101c900");
  const soa = recordFrom({ name: ".", type: "SOA", data: "NS. HM. 1 2 3 4 5" });
  assertEquals(
    canonicalData("SOA", soa.rdata),
    recordFrom({ name: ".", type: "SOA", data: "ns. hm. 1 2 3 4 5" }).rdata,
  );
  const svcb = recordFrom({ name: ".", type: "SVCB", data: "1 NS." });
  assertEquals(canonicalData("SVCB", svcb.rdata), svcb.rdata);
});

/** Reads the bytes; what can be read is printable, and written and read as the same. Returns whether it can. */
function survives(bytes: Uint8Array): boolean {
  try {
    const message = decodeMessage(bytes);
    for (const list of [message.answers, message.authorities, message.additionals]) {
      for (const record of list) assert(/^[ -~]+$/.test(recordLine(record)));
    }
    return true;
  } catch (error) {
    if (!(error instanceof DnsMessageError)) throw error;
    assert(error.code === "answer-cut" || error.code === "answer-malformed");
    return false;
  }
}

Deno.test("decodeMessage: 100,000 mutated messages give a message or a DnsMessageError", () => {
  const random = new Random(SEED);
  const seeds = everyRecord.map((record, index) =>
    encodeMessage({
      id: index,
      response: true,
      questions: [QUESTION],
      answers: [record],
      additionals: index % 3 === 0 ? [a("ns.types.test.")] : [],
      edns: index % 2 === 0 ? EDNS : undefined,
    })
  );
  const tokens = ["\xc0\x0c", "\xc0\xff", "\xff\xff", "\0", "\x3f", "\0\x01\0\x01", "\0\x29\x04\xd0"].map(octets);
  let read = 0;
  for (let round = 0; round < 100_000; round++) {
    if (survives(mutate(random.pick(seeds) ?? new Uint8Array(), random, tokens))) read++;
  }
  assert(read > 5000 && read < 95_000, `${read}`);
});

/** Answers about the name `wWw.a.test.`, and what they become. */
const LETTERED: readonly (readonly [title: string, records: readonly string[], expected: readonly string[]])[] = [
  ["no DNAME", ["www.a.test. CNAME WWW.b.test."], ["www.a.test. CNAME WWW.b.test."]],
  [
    "a DNAME",
    ["a.test. DNAME B.test.", "www.a.test. CNAME WWW.b.test.", "wWW.b.test. TXT WWW.b.test."],
    ["a.test. DNAME B.test.", "www.a.test. CNAME wWw.B.test.", "wWw.B.test. TXT WWW.b.test."],
  ],
  [
    "a DNAME of another name",
    ["x.test. DNAME b.test.", "www.a.test. CNAME WWW.b.test."],
    ["x.test. DNAME b.test.", "www.a.test. CNAME WWW.b.test."],
  ],
  [
    "DNAME records in a circle",
    ["a.test. DNAME b.test.", "b.test. DNAME a.test.", "WWW.b.test. CNAME WWW.a.test."],
    ["a.test. DNAME b.test.", "b.test. DNAME a.test.", "wWw.b.test. CNAME wWw.a.test."],
  ],
  [
    "a DNAME that makes the name longer without end",
    ["a.test. DNAME b.a.test.", "www.a.test. CNAME WWW.b.a.test."],
    ["a.test. DNAME b.a.test.", "www.a.test. CNAME wWw.b.a.test."],
  ],
  [
    "a DNAME that makes the name too long",
    [`a.test. DNAME ${"x".repeat(61)}.${"y".repeat(63)}.${"z".repeat(63)}.${"u".repeat(60)}.`],
    [`a.test. DNAME ${"x".repeat(61)}.${"y".repeat(63)}.${"z".repeat(63)}.${"u".repeat(60)}.`],
  ],
];

for (const [title, records, expected] of LETTERED) {
  Deno.test(`withLettersOf: ${title}`, () => {
    const all = records.map((line) => {
      const [name = "", type = "", data = ""] = line.split(" ");
      return recordFrom({ name, type, ttl: 1, data: type === "TXT" ? `"${data}"` : data });
    });
    const found = withLettersOf("wWw.a.test.", all).map(({ name, type, data }) => `${name} ${type} ${data}`);
    assertEquals(found.map((line) => line.replaceAll('"', "")), [...expected]);
  });
}
