import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import type { ChatEvent } from "../../../../lib/chat/client/events.ts";
import { MultilineBatches, packLines, readMultilineLimits, textOf } from "../../../../lib/chat/client/multiline.ts";
import { eventLine, lineRows } from "../../../../lib/chat/client/screen/line.ts";
import type { ChatMember } from "../../../../lib/chat/client/options.ts";
import { ChatTerminal, describeEvent } from "../../../../lib/chat/internal.ts";
import { parseIrcMessage } from "../../../../lib/chat/mod.ts";
import { NegativeError } from "../../../../lib/core/mod.ts";
import { chatMember } from "../../../kit/chat_member.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";
import { scriptedIrc } from "../../../kit/scripted_irc.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

Deno.test("readMultilineLimits: the limits of a server, also large and missing ones", () => {
  assertEquals(readMultilineLimits("max-bytes=4096,max-lines=24"), { bytes: 4096, lines: 24 });
  assertEquals(readMultilineLimits("max-bytes=999999999,x"), { bytes: 40_000, lines: 200 });
  for (const value of ["", "max-lines=5", "max-bytes=0", "max-bytes=10,max-lines=0", "max-bytes=-1"]) {
    assertEquals(readMultilineLimits(value), undefined, value);
  }
});

Deno.test("packLines: messages within the limits have the text that was given", () => {
  const limits = { bytes: 20, lines: 3 };
  const texts = (text: string) => packLines(text, 10, limits).map(textOf);
  assertEquals(texts("one"), ["one"]);
  assertEquals(texts("\n \none  \n\n  two\n \n"), ["one  \n\n  two"]);
  assertEquals(texts("a\r\nb\rc\nd"), ["a\nb\nc", "d"]);
  assertEquals(texts("one two three four five"), ["one two three ", "four five"]);
  assertEquals([texts(""), texts("\n\n")], [[], []]);
  const line = fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.replace(/[\r\n\0]/g, "x"));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (lines, most) => {
      const messages = packLines(lines.join("\n"), 50, { bytes: 100, lines: most });
      for (const parts of messages) {
        assert(parts.length <= most && !parts[0]?.continues);
        assert(parts.every(({ text }) => bytesOf(text) <= 50));
        assert(bytesOf(textOf(parts)) <= 100);
      }
      const said = messages.map(textOf).join("").replaceAll("\n", "").replace(/\s/g, "");
      assertEquals(said, lines.join("").replace(/\s/g, ""));
    }),
    { seed: 7, numRuns: 200 },
  );
});

Deno.test("MultilineBatches: lines become one message; hostile batches have limits", () => {
  const batches = new MultilineBatches();
  const take = (line: string) => {
    const message = parseIrcMessage(line);
    assert(typeof message !== "string");
    const found = batches.take(message);
    return found && [found.tags.get("msgid"), found.command, ...found.params];
  };
  assertEquals(take("@msgid=1 :ben!b@h BATCH +a draft/multiline #x"), undefined);
  assertEquals(take("@batch=a :ben!b@h PRIVMSG #x :one"), undefined);
  assertEquals(take("@msgid=2 :eve!e@h PRIVMSG #x :between"), ["2", "PRIVMSG", "#x", "between"]);
  assertEquals(take("@batch=a;draft/multiline-concat :ben!b@h PRIVMSG #x :+"), undefined);
  assertEquals(take("@batch=a :ben!b@h PRIVMSG #x :"), undefined);
  assertEquals(take("@batch=a :ben!b@h PRIVMSG #x :two"), undefined);
  assertEquals(take(":ben!b@h BATCH -a"), ["1", "PRIVMSG", "#x", "one+\n\ntwo"]);
  assertEquals(take(":ben!b@h BATCH -a"), [undefined, "BATCH", "-a"]);
  assertEquals(take(":s BATCH +h chathistory #x"), [undefined, "BATCH", "+h", "chathistory", "#x"]);
  take(":s BATCH +empty draft/multiline #x");
  assertEquals(take(":s BATCH -empty"), undefined);
  take(":s BATCH +big draft/multiline #x");
  for (let i = 0; i < 1000; i++) take(`@batch=big :ben!b@h PRIVMSG #x :${"y".repeat(400)}`);
  const [, , , text = ""] = take(":s BATCH -big") ?? [];
  assert(text.length <= 40_000 && text.startsWith("yyy"));
  for (let i = 0; i < 100; i++) take(`:s BATCH +n${i} draft/multiline #x`);
  assertEquals(take(":s BATCH +n100 draft/multiline #x")?.length, 5);
});

Deno.test("joinChat: text of several lines is one message, live and from the history, and one each elsewhere", async () => {
  await using server = chatServer();
  await using ann = chatMember(server.address, "ann");
  await ann.member.ready;
  await using ben = chatMember(server.address, "ben");
  await ben.member.ready;
  using plain = await RawIrc.in(server.address, "cleo");
  await plain.say("JOIN #a");
  await plain.hears(/ 366 /);
  const text = "def f():\n\n    return 1  # \u00e9";
  const long = "word ".repeat(300) + "end";
  await ann.member.say("#a", text);
  await ann.member.say("#a", long);
  const many = Array.from({ length: 40 }, (_, i) => `row ${i}`);
  await ann.member.say("#a", many.join("\n"));
  const wanted = [text, long, many.slice(0, 32).join("\n"), many.slice(32).join("\n")].map((said) => `ann: ${said}`);
  await ben.hears(many.slice(32).join("\n"));
  assertEquals([ann.texts(), ben.texts()], [wanted, wanted]);
  await plain.hears(/PRIVMSG #a :def f\(\):$/);
  await plain.hears(/PRIVMSG #a : {4}return 1 {2}# \u00e9$/);
  await using dan = chatMember(server.address, "dan");
  await dan.member.ready;
  assertEquals(dan.texts(), wanted);
  assertEquals((await ben.member.search({ text: "return", target: "#a" })).map((found) => found.text), [text]);
});

Deno.test("joinChat: a rejected batch rejects say; a server without limits gets lines", async () => {
  using server = scriptedIrc(async (scene) => {
    await scene.welcome("message-tags", "batch", "echo-message", "draft/multiline=max-bytes=100,max-lines=5");
    await scene.hears(/^JOIN #a/);
    await scene.say(":ann!a@h JOIN #a", ":s 353 ann = #a :ann", ":s 366 ann #a :end");
    await scene.hears(/^BATCH -t1$/);
    await scene.say(":s FAIL BATCH MULTILINE_MAX_LINES 1 :Multiline batch max-lines exceeded");
    await scene.hears(/^QUIT/);
  }, async (scene) => {
    await scene.welcome("message-tags", "batch", "draft/multiline");
    await scene.hears(/^JOIN #a/);
    await scene.say(":ann!a@h JOIN #a", ":s 353 ann = #a :ann", ":s 366 ann #a :end");
    await scene.hears(/^PRIVMSG #a :one$/);
    await scene.hears(/^PRIVMSG #a :two$/);
    await scene.say(`:s PONG s :${(await scene.hears(/^PING toucan/)).slice(5)}`);
    await scene.hears(/^QUIT/);
  });
  {
    await using ann = chatMember(server.addr, "ann");
    await ann.member.ready;
    await assertRejects(() => ann.member.say("#a", "one\ntwo"), NegativeError, "max-lines exceeded");
  }
  await using ann = chatMember(server.addr, "ann");
  await ann.member.ready;
  await ann.member.say("#a", "one\ntwo");
});

Deno.test("ChatTerminal: lines that arrive together are one message, commands stay apart", async () => {
  const said: string[] = [];
  const member = {
    channels: new Map(),
    say: (_: string, text: string) => Promise.resolve(void said.push(text)),
    send: (...words: readonly string[]) => void said.push(words.join(" ")),
  };
  // deno-lint-ignore no-explicit-any -- only these fields are used
  const desk = new ChatTerminal(member as any as ChatMember, "#a", () => {});
  await Promise.all(["one", "", "two", "/nick ben", "three"].map((line) => desk.entered(line)));
  await desk.entered("four");
  assertEquals(said, ["one\n\ntwo", "NICK ben", "three", "four"]);
});

Deno.test("messages of several lines are shown as one, and cannot pass for others", () => {
  const event: ChatEvent = {
    event: "message",
    ...{ target: "#a", nick: "eve", kind: "message", own: false, past: false, time: 0 },
    text: "look\n00:00 <ann> fake\x1b[2J\n\nend",
  };
  assertEquals(
    describeEvent(event)?.split("\n").map((line, i) => i === 0 ? line.slice(6) : line),
    ["<eve> look", "      00:00 <ann> fake\\x1b[2J", "      ", "      end"],
  );
  const line = eventLine(event, "ann");
  assert(line);
  const rows = lineRows(line, 40).map((row) => row.map(({ text }) => text).join("")).map((text, i) =>
    i === 0 ? text.slice(6) : text
  );
  assertEquals(rows, ["<eve> look", "      00:00 <ann> fake\\x1b[2J", "      ", "      end"]);
});
