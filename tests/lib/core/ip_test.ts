import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatIP,
  ipVersion,
  isHostAddress,
  isLoopback,
  isMulticast,
  isUnspecified,
  parseIPv4,
  parseIPv6,
  plainIP,
} from "../../../lib/core/mod.ts";

const SEED = { seed: 42, numRuns: 500 };

Deno.test("IPv4: four decimal numbers, and nothing that programs disagree about", () => {
  assertEquals(parseIPv4("127.0.0.1"), new Uint8Array([127, 0, 0, 1]));
  assertEquals(parseIPv4("255.255.255.255"), new Uint8Array([255, 255, 255, 255]));
  const bad = ["", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "010.0.0.1", "0x7f.0.0.1", "1.2.3.4 ", " 1.2.3.4", "1..2.3"];
  for (const text of [...bad, "1.2.3.-4", "1.2.3.4\n", "١.2.3.4", "2130706433"]) {
    assertEquals(parseIPv4(text), undefined, text);
  }
});

Deno.test("IPv6: the forms of RFC 4291, written in the form of RFC 5952", () => {
  const cases = [
    ["::", "::"],
    ["::1", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["2001:DB8::0001", "2001:db8::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1::", "1::"],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.1"],
    ["::ffff:c000:201", "::ffff:192.0.2.1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ] as const;
  for (const [text, short] of cases) {
    const bytes = parseIPv6(text);
    assert(bytes, text);
    assertEquals(formatIP(bytes), short);
  }
});

Deno.test("parseIPv6 rejects other text", () => {
  const bad = ["", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1 ", "[::1]"];
  const dotted = [
    "::1.2.3",
    "::1.2.3.256",
    "1.2.3.4",
    "1.2.3.4::",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::01.2.3.4",
    "::1.2.3.4:5",
  ];
  for (const text of [...bad, ...dotted, "1:2:3:4:5:6:7:8::", ":1:2:3:4:5:6:7", "fe80::1%eth0"]) {
    assertEquals(parseIPv6(text), undefined, text);
  }
});

Deno.test("an address may carry a zone in version 6 only", () => {
  assertEquals(ipVersion("fe80::1%eth0"), 6);
  assertEquals(ipVersion("fe80::1%1"), 6);
  for (const text of ["fe80::1%", "fe80::1%a b", "127.0.0.1%lo", "localhost", ""]) {
    assertEquals(ipVersion(text), undefined);
  }
  assertEquals(ipVersion("192.0.2.1"), 4);
});

Deno.test("what is formatted is read back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      assertEquals(parseIPv6(formatIP(bytes)), new Uint8Array(bytes));
    }),
    SEED,
  );
  // Addresses with long runs of zeros, as real ones have.
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 0, 0, 1, 0xffff), { minLength: 8, maxLength: 8 }), (groups) => {
      const bytes = new Uint8Array(groups.flatMap((group) => [group >> 8, group & 255]));
      const text = formatIP(bytes);
      assertEquals(parseIPv6(text), bytes);
      assertEquals(text, new URL(`http://[${text}]/`).hostname.slice(1, -1).replace(/^::ffff:.*/, text));
    }),
    SEED,
  );
  fc.assert(fc.property(fc.ipV4(), (text) => assertEquals(formatIP(parseIPv4(text) ?? new Uint8Array()), text)), SEED);
  fc.assert(fc.property(fc.ipV6(), (text) => assert(parseIPv6(text), text)), SEED);
});

Deno.test("a text is of the version whose parser takes it", () => {
  const text = fc.string({ unit: fc.constantFrom(..."01f:.%[]g ", "::", "255"), maxLength: 20 });
  fc.assert(
    fc.property(text, (text) => {
      const expected = parseIPv4(text) ? 4 : parseIPv6(text.replace(/%[\w.-]+$/, "")) ? 6 : undefined;
      assertEquals(ipVersion(text), expected);
    }),
    SEED,
  );
});

Deno.test("loopback is told by the address, not by its spelling", () => {
  for (
    const ip of ["127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::1%lo"]
  ) {
    assert(isLoopback(ip), ip);
  }
  for (const ip of ["128.0.0.1", "127.example.com", "127.0.0.1.example", "::2", "::", "0.0.0.0", "fe80::1%lo", ""]) {
    assert(!isLoopback(ip), ip);
  }
});

Deno.test("plainIP: one form of each address, without zone, IPv4 where it is mapped", () => {
  const cases: Record<string, string> = {
    "192.0.2.1": "192.0.2.1",
    "::ffff:192.0.2.1": "192.0.2.1",
    "::FFFF:c000:201": "192.0.2.1",
    "0:0:0:0:0:ffff:127.0.0.1": "127.0.0.1",
    "2001:DB8::0001": "2001:db8::1",
    "fe80::1%eth0": "fe80::1",
    "::192.0.2.1": "::c000:201",
    "a.test": "a.test",
    "not:an:address": "not:an:address",
    "010.0.0.1": "010.0.0.1",
  };
  for (const [text, plain] of Object.entries(cases)) assertEquals(plainIP(text), plain, text);
});

Deno.test("addresses of one host, and those that are not", () => {
  const hosts = ["192.0.2.1", "127.0.0.1", "192.0.2.255", "::1", "2001:db8::1", "fe80::1%lo", "::ffff:192.0.2.1"];
  for (const ip of hosts) {
    assertEquals([isHostAddress(ip), isMulticast(ip), isUnspecified(ip)], [true, false, false], ip);
  }
  const groups = ["224.0.0.1", "239.255.255.255", "ff02::1", "ff02::1%lo", "::ffff:224.0.0.251"];
  for (const ip of groups) {
    assertEquals([isHostAddress(ip), isMulticast(ip), isUnspecified(ip)], [false, true, false], ip);
  }
  for (const ip of ["0.0.0.0", "::", "0:0::0", "::ffff:0.0.0.0"]) {
    assertEquals([isHostAddress(ip), isMulticast(ip), isUnspecified(ip)], [false, false, true], ip);
  }
  for (const ip of ["255.255.255.255", "::ffff:255.255.255.255", "a.test", "256.0.0.1", ""]) {
    assertEquals([isHostAddress(ip), isMulticast(ip), isUnspecified(ip)], [false, false, false], ip);
  }
});
