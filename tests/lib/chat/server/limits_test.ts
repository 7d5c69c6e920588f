import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { serveChat } from "../../../../lib/chat/mod.ts";
import { utf8Length } from "../../../../lib/chat/codec/message.ts";
import { wrapWords } from "../../../../lib/chat/server/text.ts";
import { UsageError } from "../../../../lib/core/mod.ts";
import { ANY_PORT, chatServer, RawIrc } from "../../../kit/irc.ts";

const LONG_NICK = "n".repeat(32);
const LONG_CHANNEL = `#${"c".repeat(63)}`;

/** Commands with long replies, or long messages to others. */
const LONG: readonly (readonly [what: string, line: string])[] = [
  ["PING", `PING :${"x".repeat(500)}`],
  ["CAP REQ", `CAP REQ :${"x".repeat(490)}`],
  ["USERHOST", `USERHOST${` ${LONG_NICK}`.repeat(5)}`],
  ["WHO", `WHO ${LONG_NICK}`],
  ["WHOIS", `WHOIS ${LONG_NICK}`],
  ["MODE", `MODE ${LONG_CHANNEL} +bbbbbbbb ${Array.from({ length: 8 }, (_, i) => `${i}${"m".repeat(48)}`).join(" ")}`],
  ["TOPIC", `TOPIC ${LONG_CHANNEL} :${"ü".repeat(200)}`],
  ["AWAY", `AWAY :${"ü".repeat(240)}`],
  ["KICK", `KICK ${LONG_CHANNEL} ben :${"ü".repeat(200)}`],
  ["PART", `PART ${LONG_CHANNEL} :${"ü".repeat(200)}`],
  ["QUIT", `QUIT :${"ü".repeat(240)}`],
  ["MOTD", "MOTD"],
];

for (const [what, line] of LONG) {
  Deno.test(`serveChat: no reply exceeds 512 bytes: ${what}`, async () => {
    await using server = chatServer({ motd: `${"word ".repeat(400)}\n${"x".repeat(2000)}` });
    using ann = await RawIrc.open(server.address);
    await ann.say(`NICK ${LONG_NICK}`, `USER ${"u".repeat(40)} 0 * :${"漢".repeat(120)}`);
    await ann.hears(/ 376 /);
    using ben = await RawIrc.in(server.address, "ben", "away-notify");
    for (const client of [ann, ben]) {
      await client.say(`JOIN ${LONG_CHANNEL}`);
      await client.hears(/ 366 /);
    }
    await ann.say(`JOIN ${Array.from({ length: 7 }, (_, i) => `#${i}${"漢".repeat(19)}`).join(",")}`);
    await ann.upToNow();
    await ann.say(line);
    if (what === "QUIT") {
      await ann.ended();
      await ben.hears(/ QUIT /);
    } else await Promise.all([ann.upToNow(), ben.upToNow()]);
    for (const heard of [...ann.lines, ...ben.lines]) assert(utf8Length(heard) <= 510, heard);
  });
}

Deno.test("serveChat: long lists continue in further lines", async () => {
  assertEquals(wrapWords(["aa", "bb", "c", "dddddddd", "ee"], 5), ["aa bb", "c", "dddddddd", "ee"]);
  assertEquals(wrapWords(["üü", "ü"], 6), ["üü", "ü"]);
  assertEquals([wrapWords([], 5), wrapWords([""], 5), wrapWords(["", "a"], 5)], [[], [""], [" a"]]);
  await using server = chatServer({ motd: Array.from({ length: 300 }, (_, i) => `word${i}`).join(" ") });
  using ann = await RawIrc.in(server.address, "ann");
  const motd = ann.lines.filter((line) => / 372 /.test(line)).map((line) => line.replace(/^.*? :- /, ""));
  assertEquals(motd.join(" ").split(" ").at(-1), "word299");
  const names = Array.from({ length: 12 }, (_, i) => `#${i}${"漢".repeat(19)}`);
  for (const name of names) await ann.say(`JOIN ${name}`);
  await ann.upToNow();
  await ann.say("WHOIS ann");
  const channels = (await ann.upToNow()).filter((line) => / 319 /.test(line)).map((line) => line.replace(/^.*? :/, ""));
  assertEquals(channels.join(" ").split(" "), names.map((name) => `@${name}`));
});

Deno.test("serveChat: the limit of client tags leaves room for server tags", async () => {
  await using server = chatServer();
  using ann = await RawIrc.in(server.address, "ann", "message-tags", "echo-message", "server-time");
  await ann.say(`@+a=${"x".repeat(4091)} PRIVMSG ann :much`);
  const heard = await ann.hears(/PRIVMSG/);
  assert(heard.indexOf(" ") < 8191 && heard.includes("x".repeat(4091)));
  await ann.say(`@+a=${"x".repeat(4092)} PRIVMSG ann :too much`);
  assertMatch(await ann.hears(/ 417 |PRIVMSG ann :too/), / 417 ann :Input line was too long/);
});

Deno.test("serveChat: a list longer than the send queue reaches a client that reads, and later messages follow", async () => {
  await using server = chatServer({ limits: { queue: 20_000, channelsEach: 400 } });
  using ann = await RawIrc.in(server.address, "ann");
  for (let i = 0; i < 200; i++) await ann.say(`JOIN #c${i}`, `TOPIC #c${i} :${"t".repeat(300)}`);
  await ann.upToNow();
  using ben = await RawIrc.in(server.address, "ben");
  // Requested ten times at once: each reply is built when the previous one has been read.
  await ben.say(...Array<string>(10).fill("LIST"));
  await ben.say("PRIVMSG ben :here");
  await ben.hears(/PRIVMSG ben :here$/);
  assertEquals(ben.lines.filter((line) => / 322 /.test(line)).length, 2000);
});

Deno.test("serveChat: a client that does not read its replies has one reply queued, and its next commands wait", async () => {
  await using server = chatServer({ limits: { queue: 20_000, channelsEach: 400, idle: 1000 } });
  using ann = await RawIrc.in(server.address, "ann");
  for (let i = 0; i < 300; i++) await ann.say(`JOIN #c${i}`, `TOPIC #c${i} :${"t".repeat(300)}`);
  await ann.upToNow();
  // From here on: on a busy machine a step may take longer than the ping timeout.
  const quit = (async () => {
    for (;;) {
      // Said before the first PING, too: there may have been one among the lines that were skipped.
      await ann.say("PONG");
      const heard = await ann.hears(/^:deaf!\S+ QUIT |^PING/);
      if (heard.startsWith(":")) return heard;
    }
  })();
  using deaf = await RawIrc.in(server.address, "deaf");
  await deaf.say("JOIN #c0");
  await deaf.hears(/ 366 /);
  // More than the socket buffers of a connection without a reader.
  await deaf.say(...Array<string>(200).fill("LIST"), "PRIVMSG #c0 :all done");
  assertMatch(await quit, /QUIT :Ping timeout$/);
  assertEquals(ann.lines.filter((line) => /^:deaf!\S+ PRIVMSG /.test(line)), []);
});

Deno.test("serveChat: MODE lists the bans once per line", async () => {
  await using server = chatServer();
  using ann = await RawIrc.in(server.address, "ann");
  await ann.say("JOIN #a", "MODE #a +b x");
  await ann.upToNow();
  await ann.say(`MODE #a ${"b".repeat(400)}`);
  assertEquals((await ann.upToNow()).length, 2);
  await ann.say("MODE #a +b :");
  assertMatch((await ann.upToNow())[0] ?? "", / 696 /);
});

Deno.test("serveChat: each target of a command counts towards the rate limit", async () => {
  // A rate so low that the last one would wait unless it is within the burst.
  for (
    const [line, most] of [["PRIVMSG x,x,x,x :hi", 8], ["JOIN #a,#b,#c", 5], ["PART #a,#b", 17]] as const
  ) {
    await using server = chatServer({ limits: { burst: 40, rate: 0.001 } });
    using watch = await RawIrc.in(server.address, "watch");
    using ann = await RawIrc.open(server.address);
    await ann.say("NICK ann", "USER ann 0 * :ann", ...Array<string>(most + 1).fill(line), "PRIVMSG watch :done");
    await ann.hears(/ 422 /);
    const answers = line.startsWith("PRIVMSG") ? 401 : line.startsWith("JOIN") ? 366 : 403;
    const each = line.startsWith("JOIN") ? 3 : line.startsWith("PART") ? 2 : 4;
    const times = line.startsWith("JOIN") ? each : each * most;
    for (let i = 0; i < times; i++) await ann.hears(new RegExp(` ${answers} `));
    assertEquals((await watch.upToNow()).filter((heard) => heard.includes("done")), []);
  }
});

Deno.test("serveChat: an invitation by a member without rank does not override a ban, a key or a limit", async () => {
  for (const mode of ["+b evil", "+k word", "+l 2"]) {
    await using server = chatServer();
    using ann = await RawIrc.in(server.address, "ann");
    using ben = await RawIrc.in(server.address, "ben");
    for (const client of [ann, ben]) {
      await client.say("JOIN #a");
      await client.hears(/ 366 /);
    }
    await ann.say(`MODE #a ${mode}`);
    await ann.upToNow();
    using evil = await RawIrc.in(server.address, "evil");
    await ben.say("INVITE evil #a");
    await evil.hears(/INVITE evil #a$/);
    await evil.say("JOIN #a");
    assertMatch((await evil.upToNow())[0] ?? "", / 47[145] evil #a :/);
    await ann.say("INVITE evil #a");
    await evil.hears(/INVITE evil #a$/);
    await evil.say("JOIN #a");
    await evil.hears(/ 366 /);
  }
});

Deno.test("serveChat: a ban applies when set, ends when removed, and does not follow a former nickname", async () => {
  await using server = chatServer();
  using ann = await RawIrc.in(server.address, "ann");
  using ben = await RawIrc.in(server.address, "ben");
  for (const client of [ann, ben]) {
    await client.say("JOIN #a");
    await client.hears(/ 366 /);
  }
  const mayBen = async () => {
    await ben.say("PRIVMSG #a :x");
    return !(await ben.upToNow()).some((line) => / 404 /.test(line));
  };
  const say = async (client: RawIrc, line: string) => {
    await client.say(line);
    await client.upToNow();
  };
  assert(await mayBen());
  await say(ann, "MODE #a +b ben");
  assert(!await mayBen());
  await say(ben, "NICK benny");
  assert(await mayBen());
  await say(ann, "MODE #a +b Benny");
  assert(!await mayBen());
  await say(ann, "MODE #a -b benny");
  assert(await mayBen());
});

Deno.test("serveChat: MODE hides secret channels, WHO with 0 lists all clients; multi-prefix sends all ranks", async () => {
  await using server = chatServer();
  using ann = await RawIrc.in(server.address, "ann", "multi-prefix");
  using ben = await RawIrc.in(server.address, "ben");
  await ann.say("JOIN #a", "MODE #a +sv ann");
  await ann.upToNow();
  await ben.say("MODE #a", "MODE #a b", "WHO 0", "ISON ann nobody :cleo ben");
  const heard = (await ben.upToNow()).map((line) => line.replace(/^:\S+ /, ""));
  assertEquals(heard.filter((line) => / #a /.test(line)).map((line) => line.slice(0, 3)), ["403", "403"]);
  assertEquals(heard.filter((line) => line.startsWith("352 ben * ")).length, 2);
  assertEquals(heard.at(-1), "303 ben :ann ben");
  await ann.say("WHO #a", "WHOIS ann");
  const own = await ann.upToNow();
  assert(own.some((line) => / 352 ann #a .* H@\+ :/.test(line)));
  assert(own.some((line) => / 319 ann ann :@\+#a$/.test(line)));
});

Deno.test("serveChat: away-notify reports a client that joins while away", async () => {
  await using server = chatServer();
  using ann = await RawIrc.in(server.address, "ann", "away-notify");
  using ben = await RawIrc.in(server.address, "ben", "away-notify");
  await ann.say("JOIN #a");
  await ann.upToNow();
  await ben.say("AWAY :lunch", "JOIN #a");
  assertEquals((await ben.upToNow()).filter((line) => / AWAY /.test(line)), []);
  assertEquals((await ann.upToNow()).map((line) => line.split(" ").slice(1).join(" ")), ["JOIN #a", "AWAY lunch"]);
});

Deno.test("serveChat: the ERROR of a labelled QUIT has its label", async () => {
  await using server = chatServer();
  using ann = await RawIrc.in(server.address, "ann", "message-tags", "batch", "labeled-response");
  await ann.say("@label=bye QUIT :so long");
  await ann.hears(/^@label=bye :?ERROR|^@label=bye ERROR :/);
});

Deno.test("serveChat: rejects invalid server and network names", () => {
  for (const name of ["a b", "", ":a", "a!b", "x".repeat(64), "a\r\nb"]) {
    assertThrows(() => serveChat(ANY_PORT, { name }), UsageError, "invalid server name");
    assertThrows(() => serveChat(ANY_PORT, { network: name }), UsageError, "invalid network name");
  }
});
