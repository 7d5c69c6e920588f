import { assert, assertEquals, assertMatch } from "@std/assert";
import type { HostPort } from "../../../lib/core/mod.ts";
import { EchoGuard } from "../../../lib/udp/server/echo_guard.ts";

const at = (host: string, port: number): HostPort => ({ transport: "ip", host, port });
const local = at("192.0.2.1", 9000);
const bytes = (text: string) => new TextEncoder().encode(text);

/** Sources that never get a reply, and the reason. */
const UNANSWERED: readonly (readonly [peer: HostPort, why: RegExp])[] = [
  [local, /this socket itself/],
  [at("192.0.2.99", 9000), /port of this server/],
  [at("127.0.0.1", 9000), /port of this server/],
  ...[7, 13, 17, 19, 37, 53, 69, 123, 161, 389, 1023, 1900, 5353, 11211].map((port) =>
    [at("192.0.2.2", port), /belongs to a service/] as const
  ),
  [at("192.0.2.2", 0), /no address/],
  [at("255.255.255.255", 5000), /not a host/],
  [at("0.0.0.0", 5000), /not a host/],
  [at("::", 5000), /not a host/],
  [at("239.1.2.3", 5000), /not a host/],
  [at("224.0.0.1", 5000), /not a host/],
  [at("ff02::1", 5000), /not a host/],
];

for (const [peer, why] of UNANSWERED) {
  Deno.test(`an echo does not answer ${peer.host} port ${peer.port}`, () => {
    const guard = new EchoGuard({ local, limit: 100 });
    assertMatch(guard.refuses(peer, bytes("x"), 0) ?? "", why);
    assertMatch(guard.refuses({ ...peer }, bytes("y"), 1) ?? "", why);
  });
}

Deno.test("an echo answers clients, also those whose ports are near", () => {
  const guard = new EchoGuard({ local, limit: 100 });
  for (const peer of [at("192.0.2.2", 1024), at("192.0.2.1", 9001), at("2001:db8::1", 40000), at("127.0.0.1", 65535)]) {
    assertEquals(guard.refuses(peer, bytes("x"), 0), undefined);
  }
});

Deno.test("the end of a unix socket without a name cannot be answered, others can", () => {
  const guard = new EchoGuard({ local: { transport: "unix", path: "/e" }, limit: 100 });
  assertMatch(guard.refuses({ transport: "unix", path: "" }, bytes("x"), 0) ?? "", /no address/);
  assertMatch(guard.refuses({ transport: "unix", path: "/e" }, bytes("x"), 0) ?? "", /this socket itself/);
  assertEquals(guard.refuses({ transport: "unix", path: "/c" }, bytes("x"), 0), undefined);
});

Deno.test("EchoGuard: limits replies per host, whatever its port, without affecting others", () => {
  const guard = new EchoGuard({ local, limit: 10 });
  const answered = (host: string, from: number, now: number) =>
    Array.from({ length: 30 }, (_, i) => guard.refuses(at(host, from + i), bytes(`${i}`), now))
      .filter((refused) => refused === undefined).length;
  assertEquals(answered("192.0.2.2", 2000, 0), 10);
  assertEquals(answered("192.0.2.2", 3000, 0), 0);
  assertEquals(answered("192.0.2.3", 2000, 0), 10);
  assertEquals(answered("192.0.2.2", 4000, 500), 5);
});

for (const circling of [1, 2, 32]) {
  Deno.test(`a loop of ${circling} datagrams between two echoes is broken, and stays slow`, () => {
    const guard = new EchoGuard({ local, limit: 1_000_000 });
    const peer = at("192.0.2.2", 9001);
    let answered = 0;
    const turns = (count: number, now: number) => {
      for (let i = 0; i < count; i++) {
        if (guard.refuses({ ...peer }, bytes(`datagram ${i % circling}`), now) === undefined) answered++;
      }
    };
    turns(5000, 0);
    assertEquals(answered, 1000 + circling);
    turns(5000, 1000);
    assertEquals(answered, 1100 + circling);
    // Another peer, and another datagram, are not a loop.
    assertEquals(guard.refuses(at("192.0.2.2", 9002), bytes("datagram 0"), 1000), undefined);
    assertEquals(guard.refuses(peer, bytes("something new"), 1000), undefined);
  });
}

Deno.test("datagrams that all differ are answered, however many", () => {
  const guard = new EchoGuard({ local, limit: 1_000_000 });
  const peer = at("192.0.2.2", 9001);
  for (let i = 0; i < 20_000; i++) assertEquals(guard.refuses(peer, bytes(`number ${i}`), i / 1000), undefined);
});

Deno.test("long datagrams that differ only in a counter, at their head or end, all differ", () => {
  for (const size of [64, 512, 1024, 1472, 65_507]) {
    for (const place of [0, size - 4]) {
      const guard = new EchoGuard({ local, limit: 1e9 });
      const payload = new Uint8Array(size);
      for (let i = 0; i < 3000; i++) {
        new DataView(payload.buffer).setUint32(place, i);
        assertEquals(guard.refuses(at("192.0.2.2", 5000), payload, 0), undefined, `${size} bytes, ${i} at ${place}`);
      }
    }
  }
});

Deno.test("EchoGuard: bounds its memory; the least recent source is forgotten", () => {
  const guard = new EchoGuard({ local, limit: 1 });
  const host = (i: number) => at(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 5000);
  for (let i = 0; i < 5000; i++) assertEquals(guard.refuses(host(i), bytes("x"), 0), undefined);
  // The last are still known, the first are not.
  assert(guard.refuses(host(4999), bytes("y"), 0) !== undefined);
  assertEquals(guard.refuses(host(0), bytes("y"), 0), undefined);
});
