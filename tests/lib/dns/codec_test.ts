import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatIP, parseIPv6, UsageError } from "../../../lib/core/mod.ts";
import { encode, type PacketRecord } from "../../kit/dns_packet.ts";
import {
  decodeHead,
  decodeMessage,
  DnsMessageError,
  encodeName,
  encodeQuery,
  formatName,
  mismatch,
  parseName,
  recordLine,
  sameName,
  wireLength,
} from "../../../lib/dns/internal.ts";

const SEED = 20260101;

Deno.test("encodeQuery: the bytes of RFC 1035 and 6891", () => {
  const bytes = encodeQuery({ id: 0x1234, name: "example.com.", type: "CAA" });
  assertEquals(
    bytes.toHex(),
    "1234" + "0100" + "0001" + "0000" + "0000" + "0001" + // id, RD, counts
      "076578616d706c6503636f6d00" + "0101" + "0001" + // the question
      "00" + "0029" + "04d0" + "00000000" + "0000", // OPT, 1232 bytes
  );
  assertEquals(
    encodeQuery({ id: 0, name: ".", type: "NS", plain: true }).toHex(),
    "0000010000010000000000000000020001",
  );
});

Deno.test("parseName, formatName: escapes have one form", () => {
  const forms: readonly (readonly [text: string, form: string, bytes?: string])[] = [
    [".", ".", "00"],
    ["example.com", "example.com."],
    ["example.com.", "example.com."],
    ["Example.COM", "Example.COM."],
    ["a\\.b.c", "a\\.b.c.", "03612e62016300"],
    ["a\\046b.c", "a\\.b.c."],
    ["a\\032b", "a\\032b.", "0361206200"],
    ["\\000\\255", "\\000\\255.", "0200ff00"],
    ["\\a\\\\", "a\\\\.", "02615c00"],
    ["_sip._tcp.x", "_sip._tcp.x."],
    ["0/25.2.0.192.in-addr.arpa", "0/25.2.0.192.in-addr.arpa."],
    ["*.x", "*.x."],
    ['a"b(c)d;e@f$', 'a\\"b\\(c\\)d\\;e\\@f\\$.'],
  ];
  for (const [text, form, bytes] of forms) {
    const { labels } = parseName(text);
    assertEquals(formatName(labels), form, text);
    if (bytes) assertEquals(encodeName(labels).toHex(), bytes, text);
  }
});

Deno.test("parseName: rejects invalid names", () => {
  const long = "x".repeat(63);
  const names = ["", "..", ".a", "a..b", "a..", "a b", "a\tb", "a\0", "a\nb", "ü", "\\", "a\\", "\\25", "\\256", "\\ü"];
  for (const name of [...names, `${long}x`, `${long}.${long}.${long}.${long}`]) {
    assertEquals(assertThrows(() => parseName(name), UsageError).code, "invalid-name", name);
  }
  assertEquals(wireLength(parseName(`${long}.${long}.${long}.${"x".repeat(61)}`).labels), 255);
});

Deno.test("formatName, encodeName: any bytes survive a round trip", () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
  const name = fc.array(label, { maxLength: 8 }).filter((labels) => wireLength(labels) <= 255);
  fc.assert(
    fc.property(name, (labels) => {
      const text = formatName(labels);
      assert(/^[!-~]+$/.test(text));
      assertEquals(parseName(text).labels.map((one) => [...one]), labels.map((one) => [...one]));
      const head = decodeHead(
        Uint8Array.of(0, 0, 128, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...encodeName(labels), 0, 1, 0, 1),
      );
      assertEquals(head.questions[0]?.name, text);
      assert(sameName(text, text.toUpperCase()));
    }),
    { seed: SEED, numRuns: 500 },
  );
});

const host = fc.array(fc.stringMatching(/^[a-z0-9_-]{1,20}$/), { minLength: 1, maxLength: 5 }).map((l) => l.join("."));
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0x7fffffff);
const text = fc.stringMatching(/^[ !#-[\]-~]{0,60}$/);
const flags = fc.constantFrom("", "U", "S");
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(formatIP).filter((ip) => !ip.startsWith("::ffff:"));

/** Values as dns-packet takes them, and the zone file's form of each. */
const VALUES: Record<string, fc.Arbitrary<readonly [data: unknown, line: string]>> = {
  A: fc.ipV4().map((ip) => [ip, ip]),
  AAAA: ipv6.map((ip) => [ip, ip]),
  CNAME: host.map((name) => [name, `${name}.`]),
  NS: host.map((name) => [name, `${name}.`]),
  PTR: host.map((name) => [name, `${name}.`]),
  MX: fc.tuple(u16, host).map(([preference, exchange]) => [{ preference, exchange }, `${preference} ${exchange}.`]),
  TXT: fc.array(text, { minLength: 1, maxLength: 5 }).map((list) => [list, list.map((one) => `"${one}"`).join(" ")]),
  SRV: fc.tuple(u16, u16, u16, host).map(([priority, weight, port, target]) => [
    { priority, weight, port, target },
    `${priority} ${weight} ${port} ${target}.`,
  ]),
  CAA: text.map((value) => [{ flags: 128, tag: "issue", value }, `128 issue "${value}"`]),
  SOA: fc.tuple(host, host, u32, u32).map(([mname, rname, serial, minimum]) => [
    { mname, rname, serial, refresh: 1, retry: 2, expire: 3, minimum },
    `${mname}. ${rname}. ${serial} 1 2 3 ${minimum}`,
  ]),
  NAPTR: fc.tuple(u16, u16, flags, text, host).map(([order, preference, flags, regexp, replacement]) => [
    { order, preference, flags, services: "E2U+sip", regexp, replacement },
    `${order} ${preference} "${flags}" "E2U+sip" "${regexp}" ${replacement}.`,
  ]),
};

for (const [type, values] of Object.entries(VALUES)) {
  Deno.test(`decodeMessage: reads what dns-packet writes: ${type}`, () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), u32, (list, ttl) => {
        const answers = list.map(([data]): PacketRecord => ({ name: "x.test", type, ttl, data }));
        const message = decodeMessage(encode({ type: "response", id: 7, answers }));
        assertEquals(message.answers.map(recordLine), list.map(([, line]) => `x.test. ${ttl} IN ${type} ${line}`));
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
}

Deno.test("decodeMessage: unknown types as in RFC 3597, other classes, a negative TTL is 0", () => {
  const record = (type: string, klass: string, ttl: string, data: string) =>
    "00" + type + klass + ttl + (data.length / 2).toString(16).padStart(4, "0") + data;
  const answers = [
    record("ff00", "0001", "0000000a", "00ff"),
    record("ff00", "0001", "80000000", ""),
    record("0001", "0003", "0000000a", "c0000201"),
  ];
  const bytes = Uint8Array.fromHex("000080000000000300000000" + answers.join(""));
  assertEquals(decodeMessage(bytes).answers.map(recordLine), [
    ". 10 IN TYPE65280 \\# 2 00FF",
    ". 0 IN TYPE65280 \\# 0",
    ". 10 CH A \\# 4 C0000201",
  ]);
});

Deno.test("decodeMessage: the upper bits of a response code come from EDNS", () => {
  const bytes = encode({
    type: "response",
    id: 1,
    additionals: [{ name: ".", type: "OPT", udpPayloadSize: 512, extendedRcode: 1 }],
  });
  assertEquals([decodeMessage(bytes).rcode, decodeMessage(bytes).edns?.udpSize], [16, 512]);
});

/** A message with every type, as the start of the fuzzing. */
const SOUND = encode({
  type: "response",
  id: 7,
  questions: [{ name: "x.test", type: "MX" }],
  answers: Object.entries(VALUES).map(([type, values]) => {
    const [value] = fc.sample(values, { seed: SEED, numRuns: 1 });
    return { name: "x.test", type, ttl: 5, data: value?.[0] };
  }),
  additionals: [{ name: ".", type: "OPT", udpPayloadSize: 1232 }],
});

/** Reads the bytes; the claim is that this ends, in a message of printable text or in a DnsMessageError. */
function survives(bytes: Uint8Array): void {
  try {
    const message = decodeMessage(bytes);
    for (const record of [...message.answers, ...message.authorities]) assert(/^[ -~]*$/.test(recordLine(record)));
    mismatch({ id: 7, name: "x.test.", type: "MX" }, message);
  } catch (error) {
    if (!(error instanceof DnsMessageError)) throw error;
    assert(error.code === "answer-cut" || error.code === "answer-malformed");
  }
}

Deno.test("decodeMessage: a truncated message differs from a malformed one", () => {
  assertEquals(decodeMessage(SOUND).answers.length, Object.keys(VALUES).length);
  for (let size = 0; size < SOUND.length; size++) {
    const error = assertThrows(() => decodeMessage(SOUND.subarray(0, size)), DnsMessageError);
    assertEquals(error.code, "answer-cut", `${size}`);
  }
});

Deno.test("decodeMessage: any bytes, and any change to a message, give a message or a DnsMessageError", () => {
  const change = fc.tuple(fc.nat(SOUND.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
      const bytes = SOUND.slice();
      for (const [at, value] of changes) bytes[at] = value;
      survives(bytes);
    }),
    { seed: SEED, numRuns: 20_000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), survives), { seed: SEED, numRuns: 5_000 });
});

Deno.test("decodeMessage: a long chain of pointers ends, no name exceeds 255 bytes", () => {
  const chain = [...Uint8Array.fromHex("000080000001000000000000"), 0];
  // Each pointer leads to the one before it.
  for (let at = chain.length; at < 0x3ff0; at = chain.length) {
    const target = at === 13 ? 12 : at - 2;
    chain.push(0xc0 | (target >> 8), target & 255);
  }
  survives(Uint8Array.from(chain));
  const growing = [...Uint8Array.fromHex("0000800000010000"), 0, 0, 0, 0, 63, ...new Uint8Array(63), 0xc0, 12];
  assertThrows(() => decodeHead(Uint8Array.from(growing)), DnsMessageError, "points forward");
});

Deno.test("decodeMessage: addresses in the form of RFC 5952", () => {
  assertEquals(parseIPv6("::1")?.length, 16);
  const bytes = encode({
    type: "response",
    id: 1,
    answers: [{ name: "x", type: "AAAA", data: "2001:DB8:0:0:0:0:0:1" }],
  });
  assertEquals(decodeMessage(bytes).answers[0]?.data, "2001:db8::1");
});
