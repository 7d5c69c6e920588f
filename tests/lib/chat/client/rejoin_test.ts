import { assert, assertEquals, assertRejects } from "@std/assert";
import { sayLines } from "../../../../lib/chat/internal.ts";
import { joinChat } from "../../../../lib/chat/mod.ts";
import { ctcpReply } from "../../../../lib/chat/codec/ctcp.ts";
import { stripFormatting } from "../../../../lib/chat/codec/formatting.ts";
import { describeEvent } from "../../../../lib/chat/internal.ts";
import { NegativeError } from "../../../../lib/core/mod.ts";
import { chatMember } from "../../../kit/chat_member.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";
import { Relay } from "../../../kit/relay.ts";

/** Modes that an operator sets during a reconnection, and the reason why the channel cannot be rejoined. */
const CLOSED: readonly (readonly [modes: string, why: string])[] = [
  ["+b ann", "banned from the channel (+b)"],
  ["+i", "the channel is invite-only (+i)"],
  ["+l 1", "the channel is full (+l)"],
  ["+k other", "wrong channel key (+k)"],
];

for (const [modes, why] of CLOSED) {
  Deno.test(`joinChat: reports a channel that cannot be rejoined (${modes}) and does not send its messages`, async () => {
    await using server = chatServer();
    using op = await RawIrc.in(server.address, "op");
    await op.say("JOIN #a");
    await op.upToNow();
    using relay = new Relay(server.address);
    await using ann = chatMember(relay.addr, "ann");
    await ann.member.ready;
    await ann.member.say("#a", "before");
    relay.cut();
    await op.hears(/ QUIT /);
    await op.say(`MODE #a ${modes}`);
    await op.upToNow();
    const error = await assertRejects(() => ann.member.say("#a", "lost"), NegativeError, `cannot rejoin #a: ${why}`);
    assertEquals(error.code, "channel-refused");
    const told = ann.events.flatMap((event) => event.event === "server" && /^UN/.test(event.code) ? event.text : []);
    assertEquals(told, [`cannot rejoin #a: ${why}`, "message not sent to #a: lost"]);
  });
}

Deno.test("sayLines: rejects when the channel is lost, even with no line pending", async () => {
  await using server = chatServer();
  using op = await RawIrc.in(server.address, "op");
  await op.say("JOIN #a");
  await op.upToNow();
  using relay = new Relay(server.address);
  await using ann = chatMember(relay.addr, "ann");
  await ann.member.ready;
  const stop = Promise.withResolvers<void>();
  const lines = async function* () {
    yield "one";
    await op.hears(/PRIVMSG #a :?one/);
    relay.cut();
    await op.hears(/ QUIT /);
    await op.say("MODE #a +i");
    await op.upToNow();
    yield "two";
    await stop.promise;
  };
  await assertRejects(() => sayLines(ann.member, "#a", lines()), NegativeError, "cannot rejoin #a");
  stop.resolve();
});

Deno.test("joinChat: rejoins with the current channel keys", async () => {
  await using server = chatServer();
  using op = await RawIrc.in(server.address, "op");
  await op.say("JOIN #a", "JOIN #den", "MODE #den +k one");
  await op.upToNow();
  using relay = new Relay(server.address);
  await using ann = chatMember(relay.addr, "ann");
  await ann.member.ready;
  ann.member.send("JOIN", "#den", "one");
  await ann.until((event) => event.event === "names" && event.channel === "#den");
  for (const change of [undefined, "MODE #den -k+k one two"]) {
    if (change !== undefined) {
      await op.say(change);
      await ann.until((event) => event.event === "mode" && event.text.includes("two"));
    }
    const before = ann.events.length;
    relay.cut();
    await ann.until((event) =>
      ann.events.indexOf(event) >= before && event.event === "names" && event.channel === "#den"
    );
    await ann.member.say("#den", "here");
  }
});

Deno.test("joinChat: joins #lobby by default", async () => {
  await using server = chatServer();
  await using ann = joinChat(server.address, { nick: "ann" });
  await using ben = joinChat(server.address, { nick: "ben", channels: [] });
  await Promise.all([ann.ready, ben.ready]);
  assertEquals([[...ann.channels.keys()], [...ben.channels.keys()]], [["#lobby"], []]);
});

Deno.test("ctcpReply: answers VERSION and PING only", async () => {
  assertEquals(
    ["\x01VERSION\x01", "\x01PING 5 6\x01", "\x01PING\x01", "\x01TIME\x01", "VERSION"].map((text) => ctcpReply(text)),
    [
      "\x01VERSION toucan\x01",
      "\x01PING 5 6\x01",
      "\x01PING \x01",
      undefined,
      undefined,
    ],
  );
  await using server = chatServer();
  await using ann = chatMember(server.address, "ann");
  await ann.member.ready;
  using ben = await RawIrc.in(server.address, "ben");
  await ben.say("NOTICE ann :\x01VERSION\x01", "PRIVMSG ann :\x01PING now\x01");
  assert((await ben.hears(/^:ann!\S+ NOTICE ben /)).endsWith(":\x01PING now\x01"));
  assert(!ben.lines.some((line) => line.includes("VERSION toucan")));
});

/** Formatted texts and the displayed text. */
const FORMATTED: readonly (readonly [text: string, plain: string])[] = [
  ["\x02bold\x02 \x1dit\x1d \x1funder\x0f", "bold it under"],
  ["\x0304,12red\x03 \x033green\x03,x", "red green,x"],
  ["\x0312345", "345"],
  ["\x04ff00aa,000000hex\x04", "hex"],
  ["plain, \u00e9", "plain, \u00e9"],
];

Deno.test("describeEvent: removes formatting; a STATUSMSG is not private", () => {
  for (const [text, plain] of FORMATTED) assertEquals(stripFormatting(text), plain);
  const message = { event: "message", nick: "ben", kind: "message", own: false, past: false, time: 0 } as const;
  const shown = (target: string, text: string) =>
    describeEvent({ ...message, target, text }, { several: false })?.replace(/^\S+ /, "");
  assertEquals(shown("@#a", "\x02psst\x02"), "@#a <ben> psst");
  assertEquals(shown("ann", "psst"), "[private] <ben> psst");
  assertEquals(shown("#a", "hi"), "<ben> hi");
});

/** Quit reasons and the displayed line. */
const REASONS: readonly (readonly [reason: string | undefined, shown: string])[] = [
  ["Quit: so long", "-- ben has quit (Quit: so long)"],
  ["Quit: ", "-- ben has quit"],
  ["Quit:", "-- ben has quit"],
  [undefined, "-- ben has quit"],
];

for (const [reason, shown] of REASONS) {
  Deno.test(`describeEvent: quit with the reason ${JSON.stringify(reason)}`, () => {
    const event = { event: "quit", channel: "#a", nick: "ben", reason, time: 0 } as const;
    assertEquals(describeEvent(event, { several: false })?.replace(/^\S+ /, ""), shown);
  });
}
