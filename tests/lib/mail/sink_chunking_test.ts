import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { type MailRefusal, mailSink, type MailSinkOptions } from "../../../lib/mail/mod.ts";
import { rawSmtp, speak } from "../../kit/raw_smtp.ts";
import { until } from "../../kit/wait.ts";

const MAIL = "MAIL FROM:<ada@a.example>\r\n";
const BOB = "RCPT TO:<bob@b.example>\r\n";
const BEGIN = `EHLO x\r\n${MAIL}${BOB}`;
const LIMITS = { messageSize: 4096 };

/** Input of a client, the codes it gets, the messages that are stored, and the number of refusals that are reported. */
for (
  const [what, text, codes, stored, refused] of [
    ["one chunk", `${BEGIN}BDAT 4 LAST\r\nab\r\nNOOP\r\n`, [250, 250, 250, 250, 250], ["ab\r\n"], 0],
    ["two chunks", `${BEGIN}BDAT 2\r\nabBDAT 2 LAST\r\n\r\n`, [250, 250, 250, 250, 250], ["ab\r\n"], 0],
    ["an empty last chunk", `${BEGIN}BDAT 4\r\nab\r\nBDAT 0 LAST\r\n`, [250, 250, 250, 250, 250], ["ab\r\n"], 0],
    ["an empty message", `${BEGIN}BDAT 0 last\r\n`, [250, 250, 250, 250], [""], 0],
    ["dots, and what DATA would not let pass", `${BEGIN}BDAT 13 LAST\r\n.\r\n..a\r\n.\r\n\rb`, [250, 250, 250, 250], [
      ".\r\n..a\r\n.\r\n\rb",
    ], 0],
    ["commands within a chunk", `${BEGIN}BDAT 6 LAST\r\nQUIT\r\nQUIT\r\n`, [250, 250, 250, 250, 221], ["QUIT\r\n"], 0],
    [
      "two messages",
      `${BEGIN}BDAT 2 LAST\r\nab${MAIL}${BOB}BDAT 2 LAST\r\ncd`,
      [250, 250, 250, 250, 250, 250, 250],
      ["ab", "cd"],
      0,
    ],
    [
      "RSET between chunks",
      `${BEGIN}BDAT 2\r\nabRSET\r\n${MAIL}${BOB}BDAT 2 LAST\r\ncd`,
      [
        ...[250, 250, 250, 250, 250, 250, 250, 250],
      ],
      ["cd"],
      0,
    ],
    [
      "EHLO between chunks",
      `${BEGIN}BDAT 2\r\nab${BEGIN}BDAT 2 LAST\r\ncd`,
      [
        ...[250, 250, 250, 250, 250, 250, 250, 250],
      ],
      ["cd"],
      0,
    ],
    ["QUIT between chunks", `${BEGIN}BDAT 2\r\nabQUIT\r\n`, [250, 250, 250, 250, 221], [], 0],
    [
      "DATA, RCPT and MAIL between chunks",
      `${BEGIN}BDAT 2\r\nabDATA\r\n${BOB}${MAIL}BDAT 2 LAST\r\ncd`,
      [
        ...[250, 250, 250, 250, 503, 503, 503, 250],
      ],
      ["abcd"],
      0,
    ],
    ["no MAIL", `EHLO x\r\nBDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n`, [250, 503, 503, 250], [], 0],
    ["no recipient", `EHLO x\r\n${MAIL}BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n`, [250, 250, 554, 250], [], 0],
    ["no size", `${BEGIN}BDAT\r\nNOOP\r\n`, [250, 250, 250, 501], [], 0],
    ["a size that is no number", `${BEGIN}BDAT 0x10 LAST\r\nNOOP\r\n`, [250, 250, 250, 501], [], 0],
    ["a negative size", `${BEGIN}BDAT -1 LAST\r\nNOOP\r\n`, [250, 250, 250, 501], [], 0],
    ["another word than LAST", `${BEGIN}BDAT 1 FIRST\r\nNOOP\r\n`, [250, 250, 250, 501], [], 0],
    ["a size of 4 GB", `${BEGIN}BDAT 4294967296\r\nNOOP\r\n`, [250, 250, 250, 552], [], 1],
    ["a size of 20 digits", `${BEGIN}BDAT 99999999999999999999 LAST\r\nx`, [250, 250, 250, 552], [], 1],
    ["a large chunk", `${BEGIN}BDAT 5000 LAST\r\n${"x".repeat(5000)}NOOP\r\n`, [250, 250, 250, 552, 250], [], 1],
    [
      "a chunk too many",
      `${BEGIN}BDAT 4000\r\n${"x".repeat(4000)}BDAT 4000\r\n${"x".repeat(4000)}BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n`,
      [250, 250, 250, 250, 552, 503, 250],
      [],
      1,
    ],
  ] as const
) {
  Deno.test(`mail sink: BDAT with ${what}`, async () => {
    const refusals: MailRefusal[] = [];
    await using sink = await mailSink({ limits: LIMITS, onRefused: (refusal) => void refusals.push(refusal) });
    using client = await rawSmtp(sink.port);
    await client.say(text);
    const got: number[] = [];
    for (const _ of codes) got.push(Number((await client.reply()).slice(0, 3)));
    assertEquals([got, refusals.length], [[...codes], refused]);
    assertEquals(await contents(sink), [...stored]);
    // Where the next command cannot be found, or the client leaves, the connection is closed.
    if (/^(?:501|221|552)$/.test(`${codes.at(-1)}`)) assertEquals(await client.reply(), "");
  });
}

async function contents({ store }: Awaited<ReturnType<typeof mailSink>>): Promise<string[]> {
  const sources = await Promise.all(store.messages.map(({ id }) => store.read(id)));
  return sources.map((bytes) => latin1(bytes ?? new Uint8Array()).replace(/^[^]*? with ESMTP; .*\r\n/, ""));
}

/** One character for each byte; the runtime's latin1 is windows-1252. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** Failures of a message in chunks: the codes, the last one for `NOOP`, and whether the message is stored. */
for (
  const [fail, codes, stored] of [
    ["data:451", [451, 503, 250], 0],
    ["message:451", [250, 451, 250], 0],
    ["message:drop", [250, 0], 1],
    ["message:close", [250, 0], 0],
    ["data:close", [0], 0],
    ["data:421", [421, 0], 0],
  ] as const
) {
  Deno.test(`mail sink: BDAT with the simulated failure ${fail}`, async () => {
    await using sink = await mailSink({ fail: [fail] });
    using client = await rawSmtp(sink.port);
    await client.say(`${BEGIN}BDAT 2\r\nabBDAT 2 LAST\r\ncdNOOP\r\n`);
    for (let i = 0; i < 3; i++) assertMatch(await client.reply(), /^250/);
    const got: number[] = [];
    for (const _ of codes) got.push(Number((await client.reply()).slice(0, 3)));
    assertEquals([got, sink.store.count], [[...codes], stored]);
  });
}

Deno.test("mail sink: a message in chunks is whole, however it and its bytes on the wire are cut", async () => {
  await using sink = await mailSink();
  const property = fc.asyncProperty(
    fc.uint8Array({ maxLength: 3000 }),
    fc.array(fc.nat(1000), { maxLength: 8 }),
    fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 }),
    async (body, sizes, writes) => {
      let text = BEGIN;
      let at = 0;
      let replies = 4;
      for (const size of sizes) {
        const chunk = body.subarray(at, at + size);
        text += `BDAT ${chunk.length}\r\n${latin1(chunk)}`;
        at += chunk.length;
        replies++;
      }
      text += `BDAT ${body.length - at} LAST\r\n${latin1(body.subarray(at))}`;
      using client = await rawSmtp(sink.port);
      for (let from = 0, i = 0; from < text.length; i++) {
        const length = writes[i % writes.length] ?? 1;
        await client.say(text.slice(from, from + length));
        from += length;
      }
      for (let i = 0; i < replies; i++) assertMatch(await client.reply(), /^250/);
      assertEquals((await contents(sink)).at(-1), latin1(body));
      await sink.store.remove(sink.store.messages[0]?.id ?? "");
    },
  );
  await fc.assert(property, { seed: 3030, numRuns: 200 });
});

/** A client that stops in a chunk, or between two: nothing is stored, and its room is free again. */
for (const text of [`${BEGIN}BDAT 4096\r\nabc`, `${BEGIN}BDAT 3\r\nabc`]) {
  for (const how of ["closes", "is silent"] as const) {
    Deno.test(`mail sink: a client that ${how} after ${JSON.stringify(text.slice(BEGIN.length))}`, async () => {
      const faults: string[] = [];
      const options: MailSinkOptions = { limits: { heldBytes: 5000, idleTime: 1000, dataTime: 1000 } };
      await using sink = await mailSink({ ...options, onFault: ({ error }) => void faults.push(error.code) });
      using client = await rawSmtp(sink.port);
      await client.say(text);
      for (let i = 0; i < 3; i++) await client.reply();
      if (how === "closes") client.conn.close();
      await until("the client to be reported", () => faults.length > 0);
      assertEquals([faults, sink.store.count], [[how === "closes" ? "connection-cut" : "client-too-slow"], 0]);
      using next = await rawSmtp(sink.port);
      await next.say(`${BEGIN}BDAT 4500 LAST\r\n${"x".repeat(4500)}`);
      for (let i = 0; i < 4; i++) assertMatch(await next.reply(), /^250/);
    });
  }
}

Deno.test("mail sink: messages in chunks count against the room of all", async () => {
  await using sink = await mailSink({ limits: { heldBytes: 5000 } });
  using one = await rawSmtp(sink.port);
  using two = await rawSmtp(sink.port);
  await one.say(`${BEGIN}BDAT 3000\r\n${"x".repeat(3000)}`);
  for (let i = 0; i < 4; i++) assertMatch(await one.reply(), /^250/);
  await two.say(`${BEGIN}BDAT 3000\r\n${"x".repeat(3000)}`);
  for (let i = 0; i < 3; i++) assertMatch(await two.reply(), /^250/);
  assertMatch(await two.reply(), /^452 /);
  assertMatch(await one.ask("BDAT 0 LAST\r\n"), /^250 /);
  assertEquals(sink.store.count, 1);
});

Deno.test("mail sink: a stop lets a message in chunks arrive, and a chunk that was begun before TLS is discarded", async () => {
  const { keyPair } = await import("../../kit/sink_certificate.ts");
  const sink = await mailSink({ keyPair });
  const plain = await Deno.connect({ hostname: "127.0.0.1", port: sink.port });
  using client = await speak(plain, true);
  await client.say(`${BEGIN}BDAT 2\r\nab`);
  for (let i = 0; i < 4; i++) await client.reply();
  assertMatch(await client.ask("STARTTLS\r\n"), /^220 /);
  using inner = await speak(await Deno.startTls(plain, { hostname: "localhost", caCerts: [keyPair.cert] }), false);
  assertMatch(await inner.ask("BDAT 2 LAST\r\ncd"), /^503 /);
  await inner.say(`${BEGIN}BDAT 2\r\nef`);
  for (let i = 0; i < 4; i++) await inner.reply();
  const over = sink.shutdown();
  assertMatch(await inner.ask("BDAT 2 LAST\r\ngh"), /^250 /);
  assert(/efgh$/.test(new TextDecoder().decode(await sink.store.read(sink.store.messages[0]?.id ?? ""))));
  assertEquals(await inner.reply(), "");
  await over;
});
