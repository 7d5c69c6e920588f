import { assertEquals } from "@std/assert";
import { droppingSink } from "../../../../lib/cli/stdio/dropping_sink.ts";
import { FakeTime } from "../../../kit/fake_time.ts";

/** A sink whose writes take `ms` milliseconds. */
function slowSink(time: FakeTime, ms: number) {
  const taken: number[] = [];
  return {
    taken,
    async write(chunk: Uint8Array) {
      await time.after(ms);
      taken.push(...chunk);
    },
    end: () => Promise.resolve(),
  };
}

const CHUNK = Uint8Array.from({ length: 64 * 1024 }, (_, i) => i % 251);

Deno.test("droppingSink drops nothing while its reader makes progress, however slow", async () => {
  using time = new FakeTime();
  const sink = slowSink(time, 900);
  let told = 0;
  const impatient = droppingSink(sink, 1000, () => told++);
  const before = time.now;
  for (let i = 0; i < 2; i++) await time.until(Promise.resolve(impatient.write(CHUNK)));
  assertEquals([told, time.now - before > 20_000, sink.taken.length], [0, true, 2 * CHUNK.length]);
  assertEquals(sink.taken.slice(0, CHUNK.length), [...CHUNK]);
});

Deno.test("droppingSink drops chunks while its reader is stalled", async () => {
  using time = new FakeTime();
  const sink = slowSink(time, 5000);
  let told = 0;
  const impatient = droppingSink(sink, 1000, () => told++);
  await time.until(Promise.resolve(impatient.write(CHUNK.subarray(0, 10))));
  await impatient.write(CHUNK.subarray(10, 20));
  await time.pass(5000);
  await time.until(Promise.resolve(impatient.write(CHUNK.subarray(20, 30))));
  await time.pass(5000);
  assertEquals([told, sink.taken], [2, [...CHUNK.subarray(0, 10), ...CHUNK.subarray(20, 30)]]);
});
