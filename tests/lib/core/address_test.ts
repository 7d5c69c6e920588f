import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type Address,
  type AddressDefaults,
  formatAddress,
  formatNetAddress,
  parseAddress,
  parsePort,
  UsageError,
} from "../../../lib/core/mod.ts";

const ip = (host: string, port: number): Address => ({ transport: "ip", host, port });
const SERVER: AddressDefaults = { host: "127.0.0.1", anyPort: true };
const WITH_PORT: AddressDefaults = { port: 53 };

const GOOD: readonly (readonly [text: string, address: Address, defaults?: AddressDefaults])[] = [
  ["example.test:80", ip("example.test", 80)],
  ["example.test:http", ip("example.test", 80)],
  [":SMTP", ip("127.0.0.1", 25), SERVER],
  ["192.0.2.1:65535", ip("192.0.2.1", 65535)],
  ["[::1]:53", ip("::1", 53)],
  ["[fe80::1%eth0]:53", ip("fe80::1%eth0", 53)],
  ["münchen.test:80", ip("münchen.test", 80)],
  ["unix:/run/a b:1", { transport: "unix", path: "/run/a b:1" }],
  ["unix:relative", { transport: "unix", path: "relative" }],
  [":8000", ip("127.0.0.1", 8000), SERVER],
  ["8000", ip("127.0.0.1", 8000), SERVER],
  ["0", ip("127.0.0.1", 0), SERVER],
  ["[::]:0", ip("::", 0), SERVER],
  ["dns.test", ip("dns.test", 53), WITH_PORT],
  ["::1", ip("::1", 53), WITH_PORT],
  ["[::1]", ip("::1", 53), WITH_PORT],
  ["dns.test:54", ip("dns.test", 54), WITH_PORT],
];

const BAD: readonly (readonly [text: string, words: string, defaults?: AddressDefaults])[] = [
  ["", "has no host"],
  [":80", "has no host"],
  ["example.test", "has no port: write example.test:PORT"],
  ["80", "has no port"],
  ["::1", "write [::1]:PORT"],
  ["::1:80", "write [::1:80]:PORT"],
  ["[::1]", "write [::1]:PORT"],
  ["[::1]80", "more than one colon", { port: 1 }],
  ["[example.test]:80", "no IPv6 address in brackets"],
  ["[127.0.0.1]:80", "no IPv6 address in brackets"],
  ["[]:80", "no IPv6 address in brackets"],
  ["[::1:80", "more than one colon"],
  ["a:b:80", "more than one colon"],
  ["a b:80", "no valid host"],
  ["a\n:80", "no valid host"],
  ["a/b:80", "no valid host"],
  ["user@host:80", "no valid host"],
  ["http://host:80", '"http://…" is a URL, not HOST:PORT'],
  ["http://user:word@host", '"http://…" is a URL', { port: 1 }],
  [`${"a".repeat(254)}:80`, "no valid host"],
  ["host:", 'port "" is not a number from 1 to 65535'],
  ["host:0", 'port "0" is not a number from 1'],
  ["host:65536", "from 1 to 65535"],
  ["host:-1", "from 1 to 65535"],
  ["host:htpp", "from 1 to 65535"],
  ["host:8 0", "from 1 to 65535"],
  ["host:1e3", "from 1 to 65535"],
  ["70000", "from 0 to 65535", SERVER],
  ["unix:", "has no path"],
  ["unix:/a\0b", "a path cannot contain a NUL character"],
  ["unix:@x", "abstract sockets are not supported"],
];

for (const [text, address, defaults] of GOOD) {
  Deno.test(`address ${text} with ${JSON.stringify(defaults ?? {})}`, () => {
    assertEquals(parseAddress(text, defaults), address);
    assertEquals(parseAddress(formatAddress(address), { anyPort: true }), address);
  });
}

for (const [text, words, defaults] of BAD) {
  Deno.test(`no address: ${JSON.stringify(text.slice(0, 40))} with ${JSON.stringify(defaults ?? {})}`, () => {
    assertThrows(() => parseAddress(text, defaults), UsageError, words);
  });
}

Deno.test("any text is an address or a usage error", () => {
  const text = fc.string({ unit: fc.constantFrom(..."ab1:.[]%-/ \n\0é", "unix:", "::", "80") });
  fc.assert(
    fc.property(text, fc.constantFrom(undefined, SERVER, WITH_PORT), (text, defaults) => {
      try {
        const address = parseAddress(text, defaults);
        assertEquals(parseAddress(formatAddress(address), { anyPort: true }), address);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
      }
    }),
    { seed: 7, numRuns: 2000 },
  );
});

Deno.test("ports", () => {
  assertEquals(parsePort("1"), 1);
  assertEquals(parsePort("0", true), 0);
  for (const text of ["", "0", "65536", "+1", " 1", "1 ", "0x1", "1.0", "000080", "٨٠"]) {
    assertThrows(() => parsePort(text), UsageError, `port "${text}"`);
  }
});

Deno.test("the runtime's addresses are written alike", () => {
  assertEquals(formatNetAddress({ transport: "tcp", hostname: "::1", port: 1 }), "[::1]:1");
  assertEquals(formatNetAddress({ transport: "udp", hostname: "127.0.0.1", port: 1 }), "127.0.0.1:1");
  assertEquals(formatNetAddress({ transport: "unix", path: "/a" }), "unix:/a");
});
