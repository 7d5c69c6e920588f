import { assertEquals } from "@std/assert";
import { TokenBucket } from "../../../../lib/core/mod.ts";

Deno.test("TokenBucket.tryTake: a burst, then as many as have been gained, and nothing for what was refused", () => {
  const bucket = new TokenBucket(2, 10, { now: 0 });
  const took = [0, 0, 0, 99, 100, 100, 10_000, 10_000, 10_000].map((now) => bucket.tryTake(1, now));
  assertEquals(took, [true, true, false, false, true, false, true, true, false]);
});

Deno.test("TokenBucket.take: returns the wait for what goes below zero, which counts for the next", () => {
  const bucket = new TokenBucket(5, 2, { now: 0 });
  assertEquals([bucket.take(5, 0), bucket.take(1, 0), bucket.take(1, 0), bucket.take(0, 500)], [0, 500, 1000, 500]);
});

Deno.test("TokenBucket: starts with the given tokens", () => {
  assertEquals(new TokenBucket(5, 2, { now: 0, tokens: 0 }).tryTake(1, 0), false);
});
