import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { ByteReader, NetworkError, readAll } from "../../../lib/core/mod.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A source that gives these pieces, never more at once than is asked for. */
function source(...pieces: readonly (string | Uint8Array)[]) {
  const left = pieces.map((piece) => typeof piece === "string" ? encoder.encode(piece) : piece)
    .filter((piece) => piece.length > 0);
  return {
    read(into: Uint8Array): Promise<number | null> {
      const piece = left.shift();
      if (!piece) return Promise.resolve(null);
      const count = Math.min(piece.length, into.length);
      into.set(piece.subarray(0, count));
      if (count < piece.length) left.unshift(piece.subarray(count));
      return Promise.resolve(count);
    },
  };
}

async function line(reader: ByteReader, limit = 100): Promise<string | null> {
  const bytes = await reader.readLine(limit);
  return bytes && decoder.decode(bytes);
}

Deno.test("lines and counted bytes take turns on one stream", async () => {
  const reader = new ByteReader(source("4\r", "\nab", "cd", "2\nxyrest"), "peer");
  assertEquals(await line(reader), "4");
  assertEquals(await reader.readExactly(4), encoder.encode("abcd"));
  assertEquals(await line(reader), "2");
  assertEquals(await reader.readExactly(2), encoder.encode("xy"));
  assertEquals(decoder.decode(reader.rest()), "rest");
  assertEquals(reader.rest().length, 0);
  assertEquals(await line(reader), null);
  assertEquals(await reader.readExactly(1), null);
  assertEquals((await reader.readExactly(0))?.length, 0);
});

Deno.test("a stream that ends in the middle of a message is cut, not ended", async () => {
  const cut = await assertRejects(() => new ByteReader(source("abc"), "peer:1").readExactly(4), NetworkError);
  assertEquals([cut.code, cut.peer], ["connection-cut", "peer:1"]);
  assertEquals(
    (await assertRejects(() => new ByteReader(source("abc"), "p").readLine(9), NetworkError)).code,
    "connection-cut",
  );
});

Deno.test("a line may have as many bytes as the limit, CRLF not counted", async () => {
  for (const end of ["\n", "\r\n"]) {
    for (const pieces of [[`1234${end}`], ["1234", end], [..."1234", ...end]]) {
      assertEquals(await line(new ByteReader(source(...pieces), "p"), 4), "1234");
    }
    for (const pieces of [[`12345${end}`], ["12345", end], [..."12345", ...end]]) {
      const error = await assertRejects(() => new ByteReader(source(...pieces), "p").readLine(4), NetworkError);
      assertEquals(error.code, "line-too-long");
    }
  }
});

Deno.test("a line without an end is refused as soon as it is too long", async () => {
  let given = 0;
  const endless = {
    read(into: Uint8Array) {
      given += into.fill(97).length;
      return Promise.resolve(into.length);
    },
  };
  await assertRejects(
    () => new ByteReader(endless, "p").readLine(10_000),
    NetworkError,
    "a line of more than 10000 bytes",
  );
  assertEquals(given < 30_000, true);
});

Deno.test("whatever the pieces, the same is read", async () => {
  const message = fc.oneof(
    fc.stringMatching(/^[a-z]{0,700}$/).map((text) => ({ text, counted: false })),
    fc.stringMatching(/^[a-z\n]{1,700}$/).map((text) => ({ text, counted: true })),
  );
  const property = fc.asyncProperty(fc.array(message), fc.array(fc.nat(600)), async (messages, sizes) => {
    const bytes = encoder.encode(messages.map(({ text, counted }) => counted ? text : `${text}\n`).join(""));
    const pieces: Uint8Array[] = [];
    let at = 0;
    for (const size of sizes) pieces.push(bytes.subarray(at, at += size));
    const reader = new ByteReader(source(...pieces, bytes.subarray(at)), "p");
    for (const { text, counted } of messages) {
      const got = counted ? await reader.readExactly(text.length) : await reader.readLine(700);
      assertEquals(got && decoder.decode(got), text);
    }
    assertEquals(await reader.readLine(1), null);
  });
  await fc.assert(property, { seed: 11, numRuns: 300 });
});

Deno.test("all of a stream, up to a limit", async () => {
  const stream = () => new Blob(["abc", "def"]).stream();
  assertEquals(decoder.decode(await readAll(stream(), 6)), "abcdef");
  assertEquals((await assertRejects(() => readAll(stream(), 5), NetworkError)).code, "too-large");
});
