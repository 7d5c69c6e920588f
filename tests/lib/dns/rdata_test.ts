import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  DnsMessageError,
  fieldNames,
  formatData,
  parseData,
  RECORD_TYPES,
  recordOf,
  RecordTextError,
  typeName,
  typeNumber,
} from "../../../lib/dns/internal.ts";
import { everyRecord } from "../../kit/every_type.ts";

const FOO = "03666f6f076578616d706c6503636f6d00";

/** Vectors of RFCs: type, zone file form, wire form, and our zone file form where it differs. */
const VECTORS: readonly (readonly [type: string, text: string, hex: string, form?: string])[] = [
  ["A", "192.0.2.1", "c0000201"],
  ["AAAA", "2001:DB8:0:0:0:0:0:1", "20010db8000000000000000000000001", "2001:db8::1"],
  [
    "LOC",
    "42 21 54 N 71 06 18 W -24m 30m",
    "00331613" + "89172dd0" + "70be15f0" + "00988d20",
    "42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m",
  ],
  [
    "LOC",
    "0 N 0 E 0m",
    "00121613" + "80000000" + "80000000" + "00989680",
    "0 0 0.000 N 0 0 0.000 E 0.00m 1m 10000m 10m",
  ],
  ["APL", "1:192.168.32.0/21 !1:192.168.38.0/28", "00011503c0a820" + "00011c83c0a826"],
  [
    "NSEC",
    "host.example.com. A MX RRSIG NSEC TYPE1234",
    "04686f7374076578616d706c6503636f6d00" + "0006400100000003" + "041b" + "00".repeat(26) + "20",
  ],
  [
    "NSEC3",
    "1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG",
    "0101000c04aabbccdd14" + "17f3df17b2b2adaef615257de4d2020b80ac6c7c" + "0006400000000002",
    "1 1 12 AABBCCDD 2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S A RRSIG",
  ],
  ["NSEC3PARAM", "1 0 0 -", "0100000000"],
  ["DS", "60485 5 1 ( 2BB183AF )".replace(/[()]/g, ""), "ec4505012bb183af", "60485 5 1 2BB183AF"],
  ["DNSKEY", "256 3 RSASHA1 AQPS kmyn", "01000305" + "0103d2926ca7", "256 3 5 AQPSkmyn"],
  [
    "RRSIG",
    "A 5 3 1d 20030322173103 20030220173103 2642 example.com. AQID",
    "00010503000151803e7c9dd73e5510d70a52" + "076578616d706c6503636f6d00" + "010203",
    "A 5 3 86400 20030322173103 20030220173103 2642 example.com. AQID",
  ],
  ["CSYNC", "66 3 A NS AAAA", "0000004200030004" + "60000008"],
  ["ZONEMD", "2018031500 1 1 FEBE3D4C", "7848b78c0101febe3d4c"],
  ["CAA", '0 issue "ca.example.net"', "00056973737565" + "63612e6578616d706c652e6e6574"],
  ["CAA", "128 tbs Unknown", "80037462 73556e6b6e6f776e".replace(" ", ""), '128 tbs "Unknown"'],
  ["URI", '10 1 "ftp://a/"', "000a0001" + "6674703a2f2f612f"],
  ["EUI48", "00-00-5E-00-53-2A", "00005e00532a", "00-00-5e-00-53-2a"],
  ["EUI64", "00-00-5e-ef-10-00-00-2a", "00005eef1000002a"],
  ["CERT", "PGP 1 RSASHA256 AQID", "0003000108010203", "3 1 8 AQID"],
  ["HINFO", "PC Linux", "0250430 54c696e7578".replace(" ", ""), '"PC" "Linux"'],
  ["TXT", '"\\000\\255\\"\\\\" \\097\\;b', "0400ff225c" + "03613b62", '"\\000\\255\\"\\\\" "a;b"'],
  ["TXT", "é", "02c3a9", '"\\195\\169"'],
  ["TXT", '""', "00"],
  [
    "SSHFP",
    "2 1 123456789abcdef67890123456789abcdef67890",
    "0201123456789abcdef67890123456789abcdef67890",
    "2 1 123456789ABCDEF67890123456789ABCDEF67890",
  ],
  ["TLSA", "3 1 1 d2ab de24", "030101d2abde24", "3 1 1 D2ABDE24"],
  ["IPSECKEY", "10 0 2 . AQID", "0a0002010203"],
  ["IPSECKEY", "10 3 2 foo.example.com. AQID", "0a0302" + FOO + "010203"],
  ["IPSECKEY", "10 2 0 2001:db8::1", "0a0200" + "20010db8000000000000000000000001"],
  ["L64", "10 2001:DB8:1140:1000", "000a20010db811401000", "10 2001:0db8:1140:1000"],
  [
    "SOA",
    "ns hm 1 1h 2m 1w 1h30m",
    "026e7300" + "02686d00" + "00000001" + "00000e10" + "00000078" + "00093a80" + "00001518",
    "ns. hm. 1 3600 120 604800 5400",
  ],
  // RFC 9460, appendix D.
  ["HTTPS", "0 foo.example.com.", "0000" + FOO],
  ["SVCB", "1 .", "000100"],
  ["SVCB", "16 foo.example.com. port=53", "0010" + FOO + "000300020035"],
  ["SVCB", "1 foo.example.com. key667=hello", "0001" + FOO + "029b000568656c6c6f", '1 foo.example.com. key667="hello"'],
  ["SVCB", '1 foo.example.com. key667="hello\\210qoo"', "0001" + FOO + "029b000968656c6c6fd2716f6f"],
  [
    "SVCB",
    '1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"',
    "0001" + FOO + "00060020" + "20010db8000000000000000000000001" + "20010db8000000000000000000530001",
    "1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1",
  ],
  [
    "SVCB",
    '1 example.com. ipv6hint="2001:db8:122:344::192.0.2.33"',
    "0001" + "076578616d706c6503636f6d00" + "00060010" + "20010db8012203440000 0000c0000221".replace(" ", ""),
    "1 example.com. ipv6hint=2001:db8:122:344::c000:221",
  ],
  [
    "SVCB",
    "16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1",
    "0010" + "03666f6f076578616d706c65036f726700" + "0000000400010004" + "0001000902683205" + "68332d3139" +
    "00040004c0000201",
    '16 foo.example.org. mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1',
  ],
  [
    "SVCB",
    '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
    "0010" + "03666f6f076578616d706c65036f726700" + "0001000c08665c6f6f2c626172026832",
  ],
  [
    "SVCB",
    "16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2",
    "0010" + "03666f6f076578616d706c65036f726700" + "0001000c08665c6f6f2c626172026832",
    '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
  ],
  [
    "SVCB",
    "1 . dohpath=/q{?dns} ohttp no-default-alpn alpn=h2",
    "000100" + "00010003026832" + "00020000" + "000700082f717b3f646e737d" + "00080000",
    '1 . alpn="h2" no-default-alpn dohpath="/q{?dns}" ohttp',
  ],
  // RFC 3597.
  ["TYPE65280", "\\# 4 0a00 0001", "0a000001", "\\# 4 0A000001"],
  ["TYPE65280", "\\# 0", ""],
  ["A", "\\# 4 c0000201", "c0000201", "192.0.2.1"],
];

Deno.test("parseData, recordOf: the vectors of the RFCs", () => {
  for (const [type, text, hex, form = text] of VECTORS) {
    const rdata = parseData(type, text);
    assertEquals(rdata.toHex(), hex, `${type} ${text}`);
    assertEquals(recordOf({ name: ".", type, rdata }).data, form, `${type} ${text}`);
  }
});

/** Data that is wrong, and the index of the word that is. */
const INVALID: readonly (readonly [type: string, text: string, wordIndex: number])[] = [
  ["A", "192.0.2.256", 0],
  ["A", "192.0.2.1 x", 1],
  ["A", "", 0],
  ["A", "\\# 5 c000020101", 2],
  ["A", "\\# 4 c00002", 1],
  ["A", "\\# 4 c000020g", 2],
  ["AAAA", "2001:db8::g", 0],
  ["MX", "10", 1],
  ["MX", "65536 mail.", 0],
  ["MX", "-1 mail.", 0],
  ["MX", "10 mail..", 1],
  ["MX", `10 ${"x".repeat(64)}.`, 1],
  ["TXT", "", 0],
  ["TXT", '"\\256"', 0],
  ["TXT", `"${"x".repeat(256)}"`, 0],
  ["SOA", "ns. hm. 1 2 3 4", 6],
  ["SOA", "ns. hm. 1 2x 3 4 5", 3],
  ["CAA", '0 is-sue "x"', 1],
  ["DS", "1 8 2 abc", 3],
  ["DS", "1 NONE 2 abcd", 1],
  ["DS", "1 8 2", 3],
  ["DNSKEY", "256 3 8 A*", 3],
  ["RRSIG", "A 5 3 86400 20031322173103 20030220173103 2642 example.com. AQID", 4],
  ["NSEC", "a. A NOTYPE", 2],
  ["NSEC3", "1 1 12 - 2vptu5timamqttgl4luu9kg21e0aorzz A", 4],
  ["NSEC3", "1 1 12 abc 2vptu5timamqttgl4luu9kg21e0aor3s A", 3],
  ["LOC", "91 N 0 E 0m", 0],
  ["LOC", "1 60 N 0 E 0m", 1],
  ["LOC", "1 2 60 N 0 E 0m", 2],
  ["LOC", "1 X 0 E 0m", 1],
  ["LOC", "1 N 0 E high", 4],
  ["EUI48", "00-00-5e-00-53", 0],
  ["APL", "3:192.0.2.0/24", 0],
  ["APL", "1:192.0.2.0/33", 0],
  ["IPSECKEY", "10 4 2 . AQID", 1],
  ["IPSECKEY", "10 1 2 host. AQID", 3],
  // RFC 9460, appendix D.3.
  ["SVCB", "1 foo.example.com. key123=abc key123=def", 3],
  ["SVCB", "1 foo.example.com. mandatory", 2],
  ["SVCB", "1 foo.example.com. alpn", 2],
  ["SVCB", "1 foo.example.com. port", 2],
  ["SVCB", "1 foo.example.com. ipv4hint", 2],
  ["SVCB", "1 foo.example.com. ipv6hint", 2],
  ["SVCB", "1 foo.example.com. no-default-alpn=abc", 2],
  ["SVCB", "1 foo.example.com. mandatory=key123", 2],
  ["SVCB", "1 foo.example.com. mandatory=mandatory", 2],
  ["SVCB", "1 foo.example.com. mandatory=key123,key123 key123=abc", 3],
  ["SVCB", "1 foo.example.com. port=65536", 2],
  ["TYPE65280", "abc", 0],
];

Deno.test("parseData: names the word that is wrong", () => {
  for (const [type, text, wordIndex] of INVALID) {
    const error = assertThrows(() => parseData(type, text), RecordTextError);
    assertEquals([error.code, error.wordIndex], ["invalid-record", wordIndex], `${type} ${text}: ${error.message}`);
  }
});

Deno.test("parseData: relative names belong to the origin", () => {
  const form = (text: string, origin?: string) =>
    recordOf({ name: ".", type: "NS", rdata: parseData("NS", text, { origin }) }).data;
  assertEquals(form("ns", "example."), "ns.example.");
  assertEquals(form("@", "example."), "example.");
  assertEquals(form("ns.", "example."), "ns.");
  assertEquals(form("ns\\.", "example."), "ns\\..example.");
  assertEquals(form("ns\\\\.", "example."), "ns\\\\.");
  assertEquals(form("ns"), "ns.");
});

Deno.test("every type: wire, zone file form and fields say the same", () => {
  const seen = new Set(everyRecord.map(({ type }) => type));
  const others = [
    "AVC",
    "DLV",
    "GPOS",
    "KEY",
    "MB",
    "MD",
    "MF",
    "MG",
    "MR",
    "NINFO",
    "RESINFO",
    "RKEY",
    "SIG",
    "TALINK",
    "WALLET",
  ];
  assertEquals([...RECORD_TYPES.filter((type) => !seen.has(type))].map(String).sort(), others);
  for (const record of everyRecord) {
    const { type, rdata, data, fields } = record;
    assertEquals(parseData(type, data).toHex(), rdata.toHex(), `${type} ${data}`);
    assertEquals(typeName(typeNumber(type.toLowerCase()) ?? 0), type);
    if (type.startsWith("TYPE")) continue;
    assertEquals(Object.keys(fields), [...fieldNames(type)], type);
    // Bytes in text that are not UTF-8 are lost in the fields.
    if (type !== "TXT") assertEquals(parseData(type, formatData(type, fields)).toHex(), rdata.toHex(), type);
  }
});

Deno.test("every type: data that ends early is malformed, or means less", () => {
  for (const { type, rdata } of everyRecord.filter(({ type }) => !type.startsWith("TYPE"))) {
    for (let size = 0; size < rdata.length; size++) {
      readsOrFails(type, rdata.subarray(0, size));
    }
    // One byte more is text or part of a key in some types, and wrong in all others.
    readsOrFails(type, Uint8Array.of(...rdata, 0xc0));
  }
});

/** Reads data; what can be read has a printable form, which is read again as the same. */
function readsOrFails(type: string, rdata: Uint8Array): void {
  let data: string;
  try {
    data = recordOf({ name: ".", type, rdata }).data;
  } catch (error) {
    assert(error instanceof DnsMessageError, `${type} ${rdata.toHex()}: ${error}`);
    assertEquals(error.code, "answer-malformed");
    return;
  }
  assert(/^[ -~]*$/.test(data), data);
  const again = recordOf({ name: ".", type, rdata: parseData(type, data) }).data;
  assertEquals(again, data, `${type} ${rdata.toHex()}`);
}

Deno.test("every type: any change of a byte is malformed, or read and written the same", () => {
  for (const { type, rdata } of everyRecord) {
    for (let at = 0; at < Math.min(rdata.length, 48); at++) {
      for (const value of [0, 1, 0x22, 0x3f, 0x40, 0x5c, 0x80, 0xc0, 0xff]) {
        const changed = rdata.slice();
        changed[at] = value;
        readsOrFails(type, changed);
      }
    }
  }
});
