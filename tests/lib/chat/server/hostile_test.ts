import { assert, assertEquals, assertMatch } from "@std/assert";
import { chatServer, RawIrc } from "../../../kit/irc.ts";

/** Input of a registered client and the reply; the connection works after each. */
const BAD: readonly (readonly [name: string, bytes: string | Uint8Array, answer: RegExp | null])[] = [
  ["a line of 513 bytes", `PRIVMSG ann :${"x".repeat(498)}\r\n`, /^:toucan\.local 417 bad :/],
  ["a line of 100,000 bytes", `PRIVMSG ann :${"x".repeat(100_000)}\r\n`, / 417 /],
  ["a line that fits, but not with our name before it", `PRIVMSG ann :${"x".repeat(490)}\r\n`, / 417 /],
  ["tags of 8,192 bytes", `@+a=${"x".repeat(8187)} PRIVMSG ann :x\r\n`, / 417 /],
  ["tags of 100,000 bytes", `@+a=${"x".repeat(100_000)} PRIVMSG ann :x\r\n`, / 417 /],
  ["a NUL", "PRIVMSG ann :a\0b\r\n", / 400 /],
  ["a bare CR", "PRIVMSG ann :a\rQUIT\r\n", / 400 /],
  [
    "bad UTF-8",
    Uint8Array.from([...new TextEncoder().encode("PRIVMSG ann :"), 0xff, 0xfe, 13, 10]),
    /FAIL PRIVMSG INVALID_UTF8 :/,
  ],
  [
    "a surrogate in UTF-8",
    Uint8Array.from([...new TextEncoder().encode("PRIVMSG ann :"), 0xed, 0xa0, 0x80, 13, 10]),
    /INVALID_UTF8/,
  ],
  ["no command", ":only-a-source\r\n", / 421 /],
  ["a thousand empty lines", "\r\n".repeat(1000), null],
  ["a source of another", ":ann!a@h PRIVMSG ann :it was me\r\n", null],
];

for (const [name, bytes, answer] of BAD) {
  Deno.test(`serveChat: rejects ${name} and continues`, async () => {
    await using server = chatServer();
    using ann = await RawIrc.in(server.address, "ann");
    using bad = await RawIrc.in(server.address, "bad");
    await bad.write(bytes);
    if (answer) await bad.hears(answer);
    await bad.say("PRIVMSG ann :still here");
    const said = await ann.hears(/PRIVMSG/);
    if (name === "a source of another") assertMatch(said, /^:bad!\S+ PRIVMSG ann :it was me$/);
    else assertMatch(said, /^:bad!\S+ PRIVMSG ann :still here$/);
  });
}

for (
  const first of ["GET / HTTP/1.1", "POST / HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT x:1 HTTP/1.1", "\x16\x03\x01\x02"]
) {
  Deno.test(`serveChat: closes the connection of another protocol without a reply: ${JSON.stringify(first.slice(0, 8))}`, async () => {
    await using server = chatServer();
    using client = await RawIrc.open(server.address);
    await client.write(`${first}\r\nHost: x\r\n\r\nNICK evil\r\nUSER e 0 * :e\r\nJOIN #a\r\n`);
    await client.ended();
    assertEquals(client.lines, []);
    using ann = await RawIrc.in(server.address, "ann");
    await ann.say("WHOIS evil");
    await ann.hears(/ 401 /);
  });
}

Deno.test("serveChat: disconnects a client that does not read, without delaying others", async () => {
  await using server = chatServer({ limits: { queue: 200_000 } });
  using deaf = await RawIrc.in(server.address, "deaf");
  await deaf.say("JOIN #a");
  await deaf.hears(/ 366 /);
  using ann = await RawIrc.in(server.address, "ann");
  using ben = await RawIrc.in(server.address, "ben");
  for (const client of [ann, ben]) {
    await client.say("JOIN #a");
    await client.hears(/ 366 /);
  }
  const text = "x".repeat(400);
  let cut = false;
  // The socket buffers come on top of the server's own limit.
  for (let sent = 0; !cut && sent < 100_000; sent += 100) {
    await ann.write(`PRIVMSG #a :${text}\r\n`.repeat(100));
    const lines = await ann.upToNow();
    assertEquals((await ben.upToNow()).filter((line) => line.includes(text)).length, 100);
    cut = lines.some((line) => /^:deaf!\S+ QUIT :SendQ exceeded$/.test(line));
  }
  assert(cut);
});

Deno.test("serveChat: the rate limit delays only the client that floods", async () => {
  await using server = chatServer({ limits: { burst: 20, rate: 1000, channelsEach: 5 } });
  using bad = await RawIrc.in(server.address, "bad");
  using ann = await RawIrc.in(server.address, "ann");
  const lines = [
    ...Array.from({ length: 50 }, (_, i) => `NICK bad${i}`),
    ...Array.from({ length: 50 }, (_, i) => `JOIN #c${i}`),
    ...Array.from({ length: 100 }, (_, i) => `PRIVMSG ann :${i}`),
  ];
  await bad.say(...lines);
  await ann.say("PING now");
  await ann.hears(/PONG toucan\.local now/);
  assertMatch(await ann.hears(/PRIVMSG ann :99$/), /^:bad49!/);
  assertEquals(ann.lines.filter((line) => / PRIVMSG ann /.test(line)).length, 100);
  const heard = await bad.upToNow();
  assertEquals(heard.filter((line) => / 405 /.test(line)).length, 45);
});

Deno.test("serveChat: the burst permits pasting twenty lines", async () => {
  // A rate so low that the test would time out if a line had to wait.
  await using server = chatServer({ limits: { burst: 60, rate: 0.001 } });
  using ann = await RawIrc.in(server.address, "ann");
  await ann.say(...Array.from({ length: 20 }, (_, i) => `PRIVMSG ann :${i}`));
  await ann.hears(/PRIVMSG ann :19$/);
});

Deno.test("serveChat: limits of connections and channels", async () => {
  await using server = chatServer({ limits: { connections: 2, channels: 1 } });
  using ann = await RawIrc.in(server.address, "ann");
  using ben = await RawIrc.in(server.address, "ben");
  using third = await RawIrc.open(server.address);
  await third.ended();
  assertEquals(third.lines, []);
  await ann.say("JOIN #a");
  await ann.hears(/ 366 /);
  await ben.say("JOIN #b", "JOIN #a");
  await ben.hears(/ 405 ben #b :/);
  await ben.hears(/ 366 ben #a /);
});

Deno.test("serveChat: floods of one client, each refused in its own way, and the others go on", async () => {
  await using server = chatServer({ limits: { burst: 1e6, channelsEach: 50, channels: 60 } });
  using bad = await RawIrc.in(server.address, "bad");
  using ann = await RawIrc.in(server.address, "ann");
  const many = (count: number, line: (n: number) => string) => Array.from({ length: count }, (_, n) => line(n));
  const floods: readonly (readonly [name: string, lines: readonly string[], refused: RegExp, count: number])[] = [
    ["10,000 channels", many(1000, (n) => `JOIN ${many(10, (m) => `#c${n * 10 + m}`).join()}`), / 405 bad /, 9950],
    ["monitored nicknames", many(300, (n) => `MONITOR + nick${n}`), / 734 bad /, 200],
    ["bans of a channel", many(300, (n) => `MODE #c1 +b *!*@${n}.example`), / 478 bad /, 200],
    ["read markers", many(700, (n) => `MARKREAD #m${n} timestamp=2020-01-01T00:00:00.000Z`), / INTERNAL_ERROR /, 200],
    ["targets of a message", [`PRIVMSG ${many(200, () => "a").join()} :x`], / 407 bad /, 1],
    ["guesses of operator passwords", many(30, (n) => `OPER root ${n}`), / 491 bad /, 30],
  ];
  for (const [name, lines, refused, count] of floods) {
    let heard = 0;
    // In pieces: a client that does not read is not read from.
    for (let at = 0; at < lines.length; at += 50) {
      await bad.say(...lines.slice(at, at + 50));
      heard += (await bad.upToNow()).filter((line) => refused.test(line)).length;
    }
    assertEquals([name, heard], [name, count]);
  }
  await ann.say("JOIN #own", "PING now");
  await ann.hears(/ 366 ann #own /);
  await ann.hears(/PONG toucan\.local now/);
});

Deno.test("serveChat: disconnects a client that does not register or does not answer a PING", async () => {
  await using server = chatServer({ limits: { registration: 1, idle: 1 } });
  using silent = await RawIrc.open(server.address);
  await silent.hears(/^ERROR :.*Registration timeout/);
  using ann = await RawIrc.in(server.address, "ann");
  await ann.hears(/^PING toucan\.local$|^ERROR :.*Ping timeout/);
});

Deno.test("serveChat: a connection lost at any point leaves no state", async () => {
  await using server = chatServer();
  using ann = await RawIrc.in(server.address, "ann");
  await ann.say("JOIN #a");
  await ann.hears(/ 366 /);
  for (const half of ["NI", "NICK x\r\nUSER", "CAP LS 302\r\n", "@tag=", ":", "PRIVMSG #a :x"]) {
    const client = await RawIrc.open(server.address);
    await client.write(half);
    client[Symbol.dispose]();
  }
  const ben = await RawIrc.in(server.address, "ben");
  await ben.write("JOIN #a\r\nPRIVMSG #a :unfini");
  await ann.hears(/ben!\S+ JOIN/);
  ben[Symbol.dispose]();
  assertMatch(await ann.hears(/ben!/), /QUIT :Connection (?:closed|reset by peer)$/);
  using again = await RawIrc.in(server.address, "ben");
  await again.say("NAMES #a");
  assertMatch(await again.hears(/ 353 /), / 353 ben = #a :@ann$/);
});
