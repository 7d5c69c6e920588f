import { assertEquals } from "@std/assert";
import { RateLimiter } from "../../../../lib/tcp/connection/rate_limiter.ts";
import { FakeTime } from "../../../kit/fake_time.ts";

Deno.test("RateLimiter: 20,000 bytes take 200 ms at 100,000 bytes per second", async () => {
  using time = new FakeTime();
  const limiter = new RateLimiter(100_000);
  const start = time.now;
  for (let sent = 0; sent < 20_000; sent += limiter.chunkSize) {
    await time.until(limiter.include(limiter.chunkSize, new AbortController().signal));
  }
  assertEquals(time.now - start, 200);
});
