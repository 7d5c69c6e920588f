import { assert, assertEquals } from "@std/assert";
import { MAX_BATCH_BYTES, parseBatch } from "../../../../lib/chat/network/codec/batch.ts";
import type { NetworkEvent } from "../../../../lib/chat/network/codec/event.ts";
import { Outbox } from "../../../../lib/chat/network/outbox.ts";

/** Publishes events; returns what readers read, and checks that they ignore nothing. */
async function published(events: readonly NetworkEvent[]): Promise<NetworkEvent[]> {
  const read: NetworkEvent[] = [];
  let failure: unknown;
  const outbox = new Outbox({
    server: "server000000",
    publish(bytes) {
      assert(bytes.length <= MAX_BATCH_BYTES, `${bytes.length} bytes`);
      const batch = parseBatch(bytes);
      assert(typeof batch === "object" && "events" in batch);
      assertEquals(batch.first, read.length + 1);
      read.push(...batch.events);
      return Promise.resolve();
    },
    // A message that is rejected would be repeated for ever.
    result(error) {
      failure = error;
      outbox.stop();
    },
  });
  for (const event of events) outbox.add(event);
  outbox.start();
  await outbox.flushed();
  if (failure !== undefined) throw failure;
  assert(outbox.empty && outbox.roomy);
  return read;
}

Deno.test("Outbox: no message is too long for readers, whatever its events contain", async () => {
  const texts: Readonly<Record<string, string>> = { escaped: '"'.repeat(4096), multibyte: "€".repeat(4096) };
  for (const [name, text] of Object.entries(texts)) {
    const events = Array.from(
      { length: 1024 },
      (_, i): NetworkEvent =>
        i % 4 === 0
          ? { kind: "quit", member: i, reason: text.slice(0, 1024) }
          : { kind: "moderation", text: `${i}${text.slice(4)}` },
    );
    assertEquals(await published(events), events, name);
  }
});

Deno.test("Outbox: an event that no reader accepts is replaced, and the others arrive", async () => {
  const long = "x".repeat(MAX_BATCH_BYTES);
  const line = (text: string): NetworkEvent => ({ kind: "line", member: 1, line: text });
  assertEquals(await published([line("a"), line(long), line("b\nc"), line("d")]), [
    line("a"),
    { kind: "unknown" },
    { kind: "unknown" },
    line("d"),
  ]);
});
