import { assertEquals, assertRejects } from "@std/assert";
import { Pacer } from "../../../../lib/core/mod.ts";
import { FakeTime } from "../../../kit/fake_time.ts";

/** The times at which each of five calls has waited, in milliseconds; before the last, nothing was done for a second. */
const FLOWS = [
  ["include", 0, [100, 200, 300, 400, 1500]],
  ["include", 20, [100, 200, 300, 400, 1480]],
  ["follow", 0, [0, 100, 200, 300, 1400]],
] as const;

for (const [call, burst, expected] of FLOWS) {
  Deno.test(`Pacer.${call}: keeps 1000 units per second, with bursts of ${burst}`, async () => {
    using time = new FakeTime();
    const pacer = new Pacer(1000, burst);
    const start = time.now;
    const done: number[] = [];
    for (let i = 0; i < 5; i++) {
      if (i === 4) await time.pass(1000 + (call === "follow" ? 100 : 0));
      await time.until(pacer[call](100));
      done.push(time.now - start);
    }
    assertEquals(done, [...expected]);
  });
}

Deno.test("Pacer: a wait ends with the signal's reason", async () => {
  const stop = new AbortController();
  const waiting = new Pacer(1).include(1000, stop.signal);
  stop.abort(new Error("stopped"));
  await assertRejects(() => waiting, Error, "stopped");
});
