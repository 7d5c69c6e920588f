import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { writeAll, writeAllSync } from "../../../lib/core/mod.ts";

/** Takes at most three bytes at once. */
class Slow {
  readonly bytes: number[] = [];
  calls = 0;

  writeSync(bytes: Uint8Array): number {
    this.calls++;
    this.bytes.push(...bytes.subarray(0, 3));
    return Math.min(3, bytes.length);
  }

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(this.writeSync(bytes));
  }
}

const eight = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);

Deno.test("all is written, however little is taken at once", async () => {
  const slow = new Slow();
  await writeAll(slow, eight);
  writeAllSync(slow, eight);
  assertEquals(slow.bytes, [...eight, ...eight]);
  assertEquals(slow.calls, 6);
});

Deno.test("a writer that takes nothing is an error, not an endless loop", async () => {
  const full = { write: () => Promise.resolve(0), writeSync: () => 0 };
  await assertRejects(() => writeAll(full, eight), Error, "accepts no data");
  assertThrows(() => writeAllSync(full, eight), Error, "accepts no data");
  await writeAll(full, new Uint8Array());
});

Deno.test("a pipe that is full for the moment is waited for", () => {
  const slow = new Slow();
  let refusals = 3;
  writeAllSync({
    writeSync(bytes) {
      if (refusals-- > 0) throw new Deno.errors.WouldBlock("Resource temporarily unavailable (os error 11)");
      return slow.writeSync(bytes);
    },
  }, eight);
  assertEquals(slow.bytes, [...eight]);
});
