import { assert, assertEquals } from "@std/assert";
import { RateLimit, type RateVerdict } from "../../../../lib/dns/server/limit/rate_limit.ts";

/** Counts the verdicts on `times` like responses to addresses that take turns, within one second. */
function verdicts(
  limit: RateLimit,
  addresses: readonly string[],
  times: number,
  kind = 7,
): Record<RateVerdict, number> {
  const counts = { send: 0, slip: 0, drop: 0 };
  for (let at = 0; at < times; at++) {
    counts[limit.check(addresses[at % addresses.length] ?? "", kind, 10_000 + at / 100)]++;
  }
  return counts;
}

const LIMITS: readonly [what: string, slip: number, addresses: string[], counts: Record<RateVerdict, number>][] = [
  ["one address", 2, ["192.0.2.1"], { send: 10, slip: 45, drop: 45 }],
  ["all are dropped without a slip", 0, ["192.0.2.1"], { send: 10, slip: 0, drop: 90 }],
  ["all are truncated with a slip of 1", 1, ["192.0.2.1"], { send: 10, slip: 90, drop: 0 }],
  ["addresses of a /24 count together", 2, ["192.0.2.1", "192.0.2.254", "::ffff:192.0.2.9"], {
    send: 10,
    slip: 45,
    drop: 45,
  }],
  ["addresses of a /56 count together", 0, ["2001:db8::1", "2001:db8:0:ff::2"], { send: 10, slip: 0, drop: 90 }],
  ["two networks count on their own", 0, ["192.0.2.1", "192.0.3.1"], { send: 20, slip: 0, drop: 80 }],
  ["two /56 count on their own", 0, ["2001:db8::1", "2001:db8:0:100::1"], { send: 20, slip: 0, drop: 80 }],
];

for (const [what, slip, addresses, counts] of LIMITS) {
  Deno.test(`RateLimit, 10 a second: ${what}`, () => {
    // Two networks share a counter once in 32,768 times, by the seed: three tries make that impossible in practice.
    const tries = [1, 2, 3].map(() => verdicts(new RateLimit(10, slip), addresses, 100));
    assert(tries.some((seen) => JSON.stringify(seen) === JSON.stringify(counts)), JSON.stringify(tries));
  });
}

Deno.test("RateLimit: each second counts on its own, and each question", () => {
  const limit = new RateLimit(1, 0);
  assertEquals(limit.check("192.0.2.1", 1, 1000), "send");
  assertEquals(limit.check("192.0.2.1", 1, 1999), "drop");
  assertEquals(limit.check("192.0.2.1", 1, 2000), "send");
  const others = [2, 3, 4, 5].filter((kind) => limit.check("192.0.2.1", kind, 2000) === "send");
  assert(others.length >= 3, `${others}`);
});

Deno.test("RateLimit: 100,000 addresses take no more memory than its counters", () => {
  const limit = new RateLimit(5, 2);
  let sent = 0;
  for (let at = 0; at < 100_000; at++) {
    if (limit.check(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, 1, 1000) === "send") sent++;
  }
  // 391 networks of 256 addresses each, some of which share a counter.
  assert(sent > 5 * 300 && sent <= 5 * 391, `${sent}`);
});
