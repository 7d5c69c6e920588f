import { assert, assertEquals } from "@std/assert";
import { checkZone, readZone, type ReadZoneOptions, recordLine, writeZone } from "../../../lib/dns/internal.ts";
import { mutate, Random } from "../../../scripts/fuzz/mutate.ts";
import { octets, utf8 } from "../../../scripts/fuzz/target.ts";
import { everyRecord, everyTypeText } from "../../kit/every_type.ts";

const OPTIONS = { origin: "z.test.", ttl: 60, file: "z" };
const lines = (text: string, options: ReadZoneOptions = OPTIONS) => readZone(text, options).records.map(recordLine);

/** Zone files and the records that they mean. */
const SOUND: readonly (readonly [what: string, text: string, records: readonly string[]])[] = [
  ["an empty file", "", []],
  ["comments and blank lines", "; a\n\n  ; b\n\t\n", []],
  ["no line end at the end", "a A 192.0.2.1", ["a.z.test. 60 IN A 192.0.2.1"]],
  ["CRLF and a byte order mark", "\ufeffa A 192.0.2.1\r\n A 192.0.2.2\r\n", [
    "a.z.test. 60 IN A 192.0.2.1",
    "a.z.test. 60 IN A 192.0.2.2",
  ]],
  ["the origin as @", "@ NS @\n", ["z.test. 60 IN NS z.test."]],
  ["absolute and relative names", "a.b. CNAME c\n", ["a.b. 60 IN CNAME c.z.test."]],
  [
    "TTL and class in any order and case",
    "a 1h in A 192.0.2.1\nb IN 2m a 192.0.2.2\nc in A 192.0.2.3\nd 5 A 192.0.2.4\n",
    [
      "a.z.test. 3600 IN A 192.0.2.1",
      "b.z.test. 120 IN A 192.0.2.2",
      "c.z.test. 60 IN A 192.0.2.3",
      "d.z.test. 5 IN A 192.0.2.4",
    ],
  ],
  ["$TTL with units, for what follows", "$TTL 1h30m\na A 192.0.2.1\n$ttl 1w2d3h4m5s\n A 192.0.2.2\n", [
    "a.z.test. 5400 IN A 192.0.2.1",
    "a.z.test. 788645 IN A 192.0.2.2",
  ]],
  ["$ORIGIN, also relative", "$ORIGIN sub\na A 192.0.2.1\n$ORIGIN other.\na A 192.0.2.2\n$ORIGIN .\nb A 192.0.2.3\n", [
    "a.sub.z.test. 60 IN A 192.0.2.1",
    "a.other. 60 IN A 192.0.2.2",
    "b. 60 IN A 192.0.2.3",
  ]],
  ["parentheses, with comments and blank lines inside", "a TXT ( one ; first )\n\n  two\n) three\n", [
    'a.z.test. 60 IN TXT "one" "two" "three"',
  ]],
  ["parentheses next to words", "a MX(10 m)\n", ["a.z.test. 60 IN MX 10 m.z.test."]],
  ["quotes and escapes", 'a TXT "a;b(c" d\\;e \\"f \\065\\\\ ""\n', [
    'a.z.test. 60 IN TXT "a;b(c" "d;e" "\\"f" "A\\\\" ""',
  ]],
  ["escapes in names", "a\\.b\\032c\\@ CNAME \\097\n", ["a\\.b\\032c\\@.z.test. 60 IN CNAME a.z.test."]],
  ["a name that is a type or a class", "a A 192.0.2.1\nIN IN A 192.0.2.2\nMX 60 A 192.0.2.3\n", [
    "a.z.test. 60 IN A 192.0.2.1",
    "IN.z.test. 60 IN A 192.0.2.2",
    "MX.z.test. 60 IN A 192.0.2.3",
  ]],
  ["a wildcard, and labels of services", "*.a A 192.0.2.1\n_x._tcp SRV 1 2 3 a\n", [
    "*.a.z.test. 60 IN A 192.0.2.1",
    "_x._tcp.z.test. 60 IN SRV 1 2 3 a.z.test.",
  ]],
  ["types and classes by number", "a CLASS1 TYPE1 \\# 4 c0000201\n TYPE300 \\# ( 2 ab\n cd )\n", [
    "a.z.test. 60 IN A 192.0.2.1",
    "a.z.test. 60 IN TYPE300 \\# 2 ABCD",
  ]],
  ["another class", 'version.bind. CH TXT "x"\n', ['version.bind. 60 CH TXT "x"']],
  ["$GENERATE", "$GENERATE 1-3/2 h$ 5 A 192.0.2.$\n$GENERATE 10-11 ${-9,3,d}x${0,2,X} CNAME \\$.a$$\n", [
    "h1.z.test. 5 IN A 192.0.2.1",
    "h3.z.test. 5 IN A 192.0.2.3",
    "001x0A.z.test. 60 IN CNAME \\$.a\\$.z.test.",
    "002x0B.z.test. 60 IN CNAME \\$.a\\$.z.test.",
  ]],
];

for (const [what, text, records] of SOUND) {
  Deno.test(`readZone: ${what}`, () => {
    const zone = readZone(text, OPTIONS);
    assertEquals(zone.errors, []);
    assertEquals(zone.records.map(recordLine), [...records]);
    assertEquals(zone.places.length, records.length);
  });
}

/** Faults, and where they are; the record behind each of them is read. */
const FAULTS: readonly (readonly [text: string, line: number, column: number, message: string])[] = [
  ["a A 192.0.2.256", 1, 5, 'A: address "192.0.2.256": an IPv4 address is required'],
  ["a  A  192.0.2.1 x", 1, 17, 'A: unexpected "x" at the end'],
  ["a MX 10", 1, 6, "MX: exchange is missing"],
  ["a MX ten m", 1, 6, 'MX: preference "ten": a number from 0 to 65535 is required'],
  ["a..b A 192.0.2.1", 1, 1, 'invalid domain name "a..b.z.test.": a label is empty'],
  [`${"a".repeat(64)} A 192.0.2.1`, 1, 1, "a label has more than 63 bytes"],
  [`${"a.".repeat(127)} A 192.0.2.1`.replace(". A", " A"), 1, 1, "it has more than 255 bytes"],
  ["ü A 192.0.2.1", 1, 1, "has to be written as \\DDD"],
  ["a MX 10 b..", 1, 9, "a label is empty"],
  ["a 5x A 192.0.2.1", 1, 3, 'invalid TTL "5x": seconds up to 2147483647'],
  ["a 2147483648 A 192.0.2.1", 1, 3, 'invalid TTL "2147483648"'],
  ["a IN", 1, 3, "the record has no type"],
  ["a FOO x", 1, 3, 'unknown record type "FOO"'],
  ["a ANY x", 1, 3, "records of the type ANY cannot be in a zone"],
  ["a A 192.0.2.1\na CH TXT x", 2, 3, "class CH in a zone of the class IN"],
  ["$TTL", 1, 1, "$TTL requires a duration"],
  ["$TTL 1y", 1, 6, 'invalid TTL "1y"'],
  ["$TTL 1 2", 1, 8, 'unexpected "2" after $TTL'],
  ["$ORIGIN a..", 1, 9, "a label is empty"],
  ["$FOO", 1, 1, 'unknown directive "$FOO"'],
  ["$INCLUDE", 1, 1, "$INCLUDE requires a file"],
  ["$INCLUDE missing", 1, 10, 'cannot include "missing"'],
  ["$GENERATE 3-1 a$ A 192.0.2.1", 1, 11, 'invalid range "3-1"'],
  ["$GENERATE 0-99999 a$ A 192.0.2.1", 1, 11, "has more than 65536 numbers"],
  ["$GENERATE 255-257 a$ A 192.0.2.$", 1, 24, 'A: address "192.0.2.256"'],
  ["$GENERATE 1-2 a${x} A 192.0.2.1", 1, 15, 'invalid expression "${x}"'],
  ['a TXT "b', 1, 7, "a quotation mark is not closed on its line"],
  ['"a" A 192.0.2.1', 1, 1, "a name cannot be quoted"],
  ["a TXT b )", 1, 9, "a parenthesis is closed that was not opened"],
  ["a TXT b\\", 1, 8, "an escape has no character"],
  ["a TXT \\300", 1, 7, 'TXT: invalid escape "\\300"'],
  ["a TXT (\n one\n \\300 )", 3, 2, 'TXT: invalid escape "\\300"'],
  ["a TYPE300 \\# 3 abcd", 1, 14, "TYPE300: 3 bytes are announced, 2 follow"],
  ["a A \\# 5 c000020101", 1, 10, "A: invalid data of A"],
];

for (const [text, line, column, message] of FAULTS) {
  Deno.test(`readZone: ${JSON.stringify(text.slice(0, 40))}: ${message}`, () => {
    const { errors, records } = readZone(`${text}\nnext A 192.0.2.9\n`, OPTIONS);
    const [error] = errors;
    assertEquals([error?.file, error?.line, error?.column], ["z", line, column], error?.message);
    assert(error?.message.includes(message), error?.message);
    assertEquals(records.at(-1)?.name, "next.z.test.");
  });
}

Deno.test("readZone: a parenthesis that is never closed is reported where it opens", () => {
  assertEquals(readZone("a A 192.0.2.1\nb TXT ( x\nc A 192.0.2.1\n", OPTIONS).errors, [
    { file: "z", line: 2, column: 7, message: "a parenthesis is not closed" },
  ]);
});

Deno.test("readZone: without origin, owner or TTL the entry is an error", () => {
  const first = (text: string) => readZone(text).errors[0]?.message;
  assertEquals(first("a 1 A 192.0.2.1\n"), 'name "a" is relative, and there is no origin');
  assertEquals(first("a. 1 NS b\n"), "a name is relative, and there is no origin");
  assertEquals(first(" 1 A 192.0.2.1\n"), "the first record has no owner name");
  assertEquals(first("a. A 192.0.2.1\n"), "the record has no TTL, and there is no $TTL");
  assertEquals(lines("a. 1 A 192.0.2.1\nb. A 192.0.2.2\n", {}), ["a. 1 IN A 192.0.2.1", "b. 1 IN A 192.0.2.2"]);
  assertEquals(lines("a. SOA b. c. 1 2 3 4 5\na. NS b.\n", {}).at(-1), "a. 5 IN NS b.");
});

Deno.test("readZone: $INCLUDE has an origin of its own, and leaves the outer one and the owner alone", () => {
  const files: Record<string, string> = { "sub": "a A 192.0.2.1\n$ORIGIN x.\n", "bad": "\n A 192.0.2.300\n" };
  const include = (path: string) => files[path];
  const text = 'top A 192.0.2.5\n$INCLUDE sub sub\n A 192.0.2.2\n$INCLUDE "bad"\nb A 192.0.2.3\n';
  const zone = readZone(text, { ...OPTIONS, include });
  assertEquals(zone.records.map(({ name, data }) => `${name} ${data}`), [
    "top.z.test. 192.0.2.5",
    "a.sub.z.test. 192.0.2.1",
    "top.z.test. 192.0.2.2",
    "b.z.test. 192.0.2.3",
  ]);
  assertEquals(zone.errors.map(({ file, line, column }) => [file, line, column]), [["bad", 2, 4]]);
  assertEquals(zone.places.map(({ file, line }) => `${file}:${line}`), ["z:1", "sub:1", "z:3", "z:5"]);
});

Deno.test("readZone: files that include themselves, nest too deep, or are too large, end", () => {
  const errors = (text: string, options: ReadZoneOptions) =>
    readZone(text, { ...OPTIONS, ...options }).errors.map(({ file, message }) => `${file}: ${message}`);
  const loop: Record<string, string> = { a: "$INCLUDE b\n", b: "$INCLUDE a\n" };
  assertEquals(errors("$INCLUDE a\n", { include: (path) => loop[path] }), ['b: file "a" includes itself']);
  const deeper = (path: string) => `$INCLUDE ${path}x\n`;
  assertEquals(errors("$INCLUDE x\n", { include: deeper }), ["xxxxxxxxxx: more than 10 files are nested"]);
  const wide = (path: string) => path.length > 12 ? "a A 192.0.2.1\n" : `$INCLUDE ${path}x\n$INCLUDE ${path}y\n`;
  assertEquals(errors("$INCLUDE x\n", { include: wide, maxSize: 500 }).length > 0, true);
  assertEquals(errors("a A 192.0.2.1\n A 192.0.2.2\n", { maxRecords: 1 }), ["z: the zone has more than 1 records"]);
  assertEquals(errors("x\nx\nx\n", { maxErrors: 2 }).length, 3);
  assertEquals(errors("$GENERATE 1-60000 a$ A 192.0.2.1\n", { maxRecords: 10 }), [
    "z: the zone has more than 10 records",
  ]);
});

Deno.test("writeZone: what it writes is read as the same records, in every form", () => {
  assertEquals(everyRecord.length, 60);
  for (
    const options of [
      {},
      { origin: "types.test." },
      { columns: true },
      { origin: "test.", columns: true },
      {
        origin: ".",
      },
      { ttl: everyRecord[0]?.ttl, columns: true },
      { ttl: 7, units: true },
    ]
  ) {
    const text = [...writeZone(everyRecord, options)].join("\n");
    const { records, errors } = readZone(text);
    assertEquals(errors, []);
    assertEquals(records, [...everyRecord]);
  }
});

const TOP = "@ 1 SOA ns hm 1 2 3 4 5\n@ 1 NS ns\nns 1 A 192.0.2.1\n";
/** Zones, and what servers say about them. */
const CHECKS: readonly (readonly [text: string, problems: readonly string[]])[] = [
  [TOP, []],
  ["", ["error: zone z.test. has no SOA record", "error: zone z.test. has no NS records"]],
  [`${TOP}@ 1 SOA ns hm 2 2 3 4 5\n`, ["error: z.test. has several SOA records"]],
  [`${TOP}a 1 SOA ns hm 2 2 3 4 5\n`, ["error: a SOA record of a.z.test. in the zone z.test."]],
  [`${TOP}other. 1 A 192.0.2.1\n`, ["error: other. is outside the zone z.test."]],
  [`${TOP}a 1 CNAME ns\nA 1 TXT x\n`, ["error: A.z.test. has a CNAME record and TXT records"]],
  [`${TOP}a 1 CNAME ns\na 1 CNAME b\n`, ["error: a.z.test. has several CNAME records"]],
  [`${TOP}a 1 CNAME ns\na 1 NSEC b A\n`, []],
  [`${TOP}a 1 DNAME x.\nb.a 1 A 192.0.2.1\n`, ["error: b.a.z.test. is below the DNAME record of a.z.test."]],
  [`${TOP}a 1 TXT x\na 2 TXT y\n`, ["warning: the TXT records of a.z.test. have different TTLs"]],
  [`${TOP}a 1 TXT x\na 1 TXT x\n`, ["warning: a.z.test. has a TXT record twice"]],
  [`${TOP}a 1 NS ns.a\nns.a 1 A 192.0.2.1\nb.a 1 TXT x\n`, [
    "warning: b.a.z.test. is below the delegation of a.z.test.",
  ]],
  [`${TOP}a 1 MX 1 b\n`, ["warning: MX of a.z.test.: b.z.test. has no address"]],
  [`${TOP}a 1 MX 1 b\n*.z.test. 1 A 192.0.2.1\n`, []],
  [`${TOP}a 1 NS b\nb 1 CNAME ns\n`, ["warning: NS of a.z.test.: b.z.test. is an alias"]],
];

Deno.test("checkZone: what servers reject is an error, other mistakes are warnings", () => {
  for (const [text, problems] of CHECKS) {
    const zone = readZone(text, { origin: "z.test.", file: "z" });
    assertEquals(zone.errors, []);
    assertEquals(checkZone(zone).map(({ severity, message }) => `${severity}: ${message}`), [...problems], text);
  }
  const zone = readZone(`${TOP}other. 1 A 192.0.2.1\n`, { origin: "z.test.", file: "z" });
  assertEquals(checkZone(zone)[0]?.place, { file: "z", line: 4 });
});

Deno.test("readZone: 100,000 mutated zone files are read to their end; what is read is written and read the same", () => {
  const random = new Random(20260101);
  const entries = everyTypeText.replaceAll(/\(\n[^]*?\)/g, "1 2 3 4 5").split("\n").filter((line) =>
    /^\S+ +\S/.test(line)
  );
  const tokens = [
    "(",
    ")",
    '"',
    "\\",
    "\\000",
    ";",
    "\n",
    "\n ",
    "$ORIGIN ",
    "$TTL ",
    "$GENERATE 1-3 ",
    "@",
    ".",
    "..",
    "\\# 2 abcd",
    "IN ",
    "1h",
  ]
    .map(octets);
  let read = 0;
  for (let round = 0; round < 100_000; round++) {
    const seed = octets([random.pick(entries), random.pick(entries), ""].join("\n"));
    const zone = readZone(utf8(mutate(seed, random, tokens)), {
      origin: "z.test.",
      ttl: 1,
      maxRecords: 50,
      maxErrors: 20,
    });
    for (const { line, column, message } of zone.errors) assert(line >= 1 && column >= 1 && message !== "");
    if (zone.records.length === 0) continue;
    read++;
    const written = [...writeZone(zone.records)].join("\n");
    const again = readZone(written);
    assert(again.errors.length === 0 && [...writeZone(again.records)].join("\n") === written, written);
  }
  assert(read > 30_000, `${read}`);
});
