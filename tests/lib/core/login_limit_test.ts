import { assertEquals, assertThrows } from "@std/assert";
import { checkServerPassword, LoginLimit, UsageError } from "../../../lib/core/mod.ts";

const NETWORKS: Readonly<Record<string, readonly [one: string, other: string, same: boolean]>> = {
  "ports do not count": ["192.0.2.7:1", "192.0.2.7:2", true],
  "addresses do": ["192.0.2.7:1", "192.0.2.8:1", false],
  "a /64 is one client": ["[2001:db8:0:1::1]:1", "[2001:db8:0:1:ffff::2]:2", true],
  "another /64 is not": ["[2001:db8:0:1::1]:1", "[2001:db8:0:2::1]:1", false],
  "an address alone, from a proxy": ["2001:db8:0:1::1", "[2001:db8:0:1::2]:80", true],
  "an IPv4 address mapped into IPv6": ["[::ffff:192.0.2.7]:1", "192.0.2.7:2", true],
  "mapped addresses are not one /64": ["[::ffff:192.0.2.7]:1", "[::ffff:192.0.2.8]:1", false],
  "a zone": ["[fe80::1%eth0]:1", "[fe80::2%eth0]:1", true],
  "a unix socket": ["unix:/run/x", "unix:/run/x", true],
};

for (const [what, [one, other, same]] of Object.entries(NETWORKS)) {
  Deno.test(`login limit: ${what}`, () => {
    const limit = new LoginLimit({ burst: 1, now: () => 0 });
    limit.failed(one);
    assertEquals(limit.wait(other) > 0, same);
  });
}

Deno.test("login limit: ten failures at once, then one every 6 s, and after a minute ten again", () => {
  let now = 0;
  const limit = new LoginLimit({ now: () => now });
  for (let i = 0; i < 10; i++) {
    assertEquals(limit.wait("192.0.2.7"), 0);
    limit.failed("192.0.2.7");
  }
  assertEquals(limit.wait("192.0.2.7"), 6000);
  now = 5999;
  assertEquals(limit.wait("192.0.2.7"), 1);
  now = 6000;
  assertEquals(limit.wait("192.0.2.7"), 0);
  limit.failed("192.0.2.7");
  assertEquals(limit.wait("192.0.2.7"), 6000);
  now += 60_000;
  for (let i = 0; i < 10; i++) {
    assertEquals(limit.wait("192.0.2.7"), 0);
    limit.failed("192.0.2.7");
  }
  assertEquals(limit.wait("192.0.2.7"), 6000);
});

Deno.test("login limit: it remembers a bounded number of clients", () => {
  const limit = new LoginLimit({ burst: 1, clients: 3, now: () => 0 });
  const clients = Array.from({ length: 5 }, (_, i) => `192.0.2.${i}`);
  for (const client of clients) limit.failed(client);
  assertEquals(clients.map((client) => limit.wait(client) > 0), [false, false, true, true, true]);
});

Deno.test("login limit: a server's password is more than white space", () => {
  for (const empty of ["", " ", "\n", "\t \r\n", "\ufeff", "\0\0", "\u200b", "\u00a0\u2060\x7f"]) {
    assertEquals(assertThrows(() => checkServerPassword(empty), UsageError).code, "empty-password");
  }
  for (const good of [undefined, "x", " x "]) checkServerPassword(good);
});
