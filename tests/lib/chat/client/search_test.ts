import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ChatTerminal } from "../../../../lib/chat/internal.ts";
import { NegativeError, NetworkError, TimeoutError, UsageError } from "../../../../lib/core/mod.ts";
import { chatMember } from "../../../kit/chat_member.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";
import { type IrcScene, scriptedIrc } from "../../../kit/scripted_irc.ts";

const CAPS = ["message-tags", "server-time", "echo-message", "batch", "soju.im/search"];

/** Registers a client and joins it to #a. */
async function joined(scene: IrcScene, ...caps: readonly string[]): Promise<void> {
  await scene.welcome(...caps);
  await scene.hears(/^JOIN #a/);
  await scene.say(":ann!a@h JOIN #a", ":s 353 ann = #a :ann ben", ":s 366 ann #a :end");
}

Deno.test("joinChat: searches the history, in a channel or in all, without events", async () => {
  await using server = chatServer();
  using ben = await RawIrc.in(server.address, "ben");
  await ben.say("JOIN #a", "JOIN #b", "PRIVMSG #a :good morning; all \\ of you", "PRIVMSG #b :good evening");
  await ben.upToNow();
  await using ann = chatMember(server.address, "ann", { channels: ["#a", "#b"], backlog: 0 });
  await ann.member.ready;
  await ann.member.say("#a", "good night");
  const before = ann.events.length;
  const texts = async (search: Parameters<typeof ann.member.search>[0]) =>
    (await ann.member.search(search)).map(({ target, nick, text, own, past }) =>
      `${target} ${nick} ${text}${own ? " own" : ""}${past ? "" : " now"}`
    );
  assertEquals(await texts({ text: "GOOD" }), [
    "#a ben good morning; all \\ of you",
    "#b ben good evening",
    "#a ann good night own",
  ]);
  assertEquals(
    await Promise.all([
      texts({ text: "good", target: "#b" }),
      texts({ from: "ann" }),
      texts({ text: "morning; all \\" }),
      texts({ text: "good", after: 0, limit: 1 }),
      texts({ text: "good", before: 1 }),
    ]),
    [
      ["#b ben good evening"],
      ["#a ann good night own"],
      ["#a ben good morning; all \\ of you"],
      ["#a ben good morning; all \\ of you"],
      [],
    ],
  );
  assertEquals(ann.events.length, before);
  const error = await assertRejects(() => ann.member.search({ text: "x", target: "#none" }), NegativeError);
  assertEquals([error.code, error.message], ["search-refused", "cannot search the history: Invalid parameters"]);
  await assertRejects(() => ann.member.search({ text: "x".repeat(600) }), UsageError, "longer than a message");
  await assertRejects(() => ann.member.search({ text: "a\0b" }), UsageError);
  const gone = AbortSignal.abort(new Error("stopped"));
  await assertRejects(() => ann.member.search({ text: "x", signal: gone }), Error, "stopped");
});

Deno.test("joinChat: a search that is refused, not supported, not answered or cut off rejects", async () => {
  using server = scriptedIrc(
    async (scene) => {
      await joined(scene, ...CAPS);
      await scene.hears(/^SEARCH text=one$/);
      await scene.say(":s 421 ann SEARCH :Unknown command");
      await scene.hears(/^SEARCH text=two$/);
      // The answer to a search that has timed out is not taken for that of the next one.
      await scene.hears(/^SEARCH text=three$/);
      const answer = (name: string, text: string) => [
        `:s BATCH +${name} soju.im/search`,
        `@batch=${name};msgid=x :ben!b@h PRIVMSG #a :${text}`,
        `:s BATCH -${name}`,
      ];
      await scene.say(...answer("1", "two"), ...answer("2", "three"));
      await scene.hears(/^SEARCH text=four$/);
      scene.close();
    },
    async (scene) => {
      await joined(scene, "message-tags");
      await scene.hears(/^QUIT/);
    },
  );
  await using ann = chatMember(server.addr, "ann");
  await ann.member.ready;
  const refused = await assertRejects(() => ann.member.search({ text: "one" }), NegativeError);
  assertEquals(refused.code, "search-refused");
  await assertRejects(() => ann.member.search({ text: "two", timeout: 1 }), TimeoutError, "no response");
  assertEquals((await ann.member.search({ text: "three" })).map(({ text }) => text), ["three"]);
  await assertRejects(() => ann.member.search({ text: "four" }), NetworkError, "connection lost");
  await ann.until((event) => event.event === "connected" && event.again);
  const missing = await assertRejects(() => ann.member.search({ text: "five" }), NegativeError);
  assertEquals(missing.code, "search-unsupported");
});

Deno.test("ChatTerminal: /search prints messages with their dates, safe for a terminal", async () => {
  await using server = chatServer();
  using ben = await RawIrc.in(server.address, "ben");
  await ben.say("JOIN #a", "PRIVMSG #a :red \x1b[31m alert", "PRIVMSG #a :\x01ACTION sees red\x01");
  await ben.upToNow();
  await using ann = chatMember(server.address, "ann", { backlog: 0 });
  await ann.member.ready;
  const printed: string[] = [];
  const desk = new ChatTerminal(ann.member, "#a", (text) => printed.push(text));
  for (const line of ["/search red", "/search red from:ben alert", "/search blue", "/search", "/help"]) {
    await desk.entered(line);
  }
  const [alert = "", action = "", ...rest] = printed;
  assertMatch(alert, /^\d{4}-\d\d-\d\d \d\d:\d\d <ben> red \\x1b\[31m alert$/);
  assertMatch(action, /^\d{4}-\d\d-\d\d \d\d:\d\d \* ben sees red$/);
  assertEquals([rest[0], rest[1]], ["-- 2 messages found", alert]);
  assertEquals(rest.slice(2, 5), [
    "-- 1 message found",
    "-- no messages found",
    "-- missing text (usage: /search TEXT)",
  ]);
  assert(rest.some((line) => line.startsWith("/search TEXT ")));
});
