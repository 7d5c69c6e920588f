import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import type { History } from "../../../../lib/chat/history/history.ts";
import { MemoryHistory } from "../../../../lib/chat/history/memory_history.ts";
import { foldWords, phrasesOf } from "../../../../lib/chat/history/codec/search_words.ts";
import { joinParts, readStored, textOfParts } from "../../../../lib/chat/history/codec/stored_text.ts";
import { talkKey } from "../../../../lib/chat/history/codec/talk_key.ts";

/** The histories: both have to behave the same. */
const HISTORIES: readonly (readonly [name: string, make: () => History])[] = [
  ["MemoryHistory", () => new MemoryHistory()],
  ["FileHistory", () => new FileHistory(":memory:")],
];

/** Messages of `#a`: nickname and text, ten milliseconds apart. */
const SAID: readonly (readonly [nick: string, text: string])[] = [
  ["Ann", "Good morning, everyone"],
  ["ben", "\x01ACTION waves good morning\x01"],
  ["Ann", "caf\u00e9 \x02au\x02 lait"],
  ["cleo", "\u4eca\u65e5\u306f\u4e16\u754c"],
  ["ben", "send an e-mail to good@example.net"],
  ["Ann", "first\nsecond \rthird"],
];

/** Searches, and the numbers of the messages that they find. */
const FOUND: readonly (readonly [search: Partial<Parameters<History["search"]>[0]>, found: string])[] = [
  [{ text: "good" }, "0 1 4"],
  [{ text: "GOOD morning" }, "0 1"],
  [{ text: "morning good" }, "0 1"],
  [{ text: "goo" }, ""],
  [{ text: "action" }, ""],
  [{ text: "cafe AU" }, "2"],
  [{ text: "\u4e16\u754c" }, "3"],
  [{ text: "\u754c\u4e16" }, ""],
  [{ text: "e-mail" }, "4"],
  [{ text: "mail-e" }, ""],
  [{ text: "second third" }, "5"],
  [{ text: '" OR target : "x' }, ""],
  [{ text: "-- ! ?" }, ""],
  [{ text: "good", from: "BEN" }, "1 4"],
  [{ from: "ann" }, "0 2 5"],
  [{ from: "ann", limit: 2 }, "2 5"],
  [{ from: "ann", after: 0, limit: 2 }, "0 2"],
  [{ after: 20, before: 40 }, "2 3 4"],
  [{ text: "good", before: 10 }, "0 1"],
  [{ text: "good", after: 11 }, "4"],
  [{}, "0 1 2 3 4 5"],
];

for (const [name, make] of HISTORIES) {
  Deno.test(`${name}: finds messages by words, sender and time`, () => {
    using history = make();
    for (const [i, [nick, text]] of SAID.entries()) {
      history.add({ id: `${i}`, time: i * 10, channel: "#a", line: `:${nick}!u@h PRIVMSG #a :${text}`, tags: "" });
      history.add({ id: `e${i}`, time: i * 10, channel: "#a", line: `:good!u@h JOIN #a`, tags: "", event: true });
    }
    history.add({ id: "x", time: 5, channel: "#a", line: ":ann!u@h PRIVMSG #a :good secret", tags: "", only: "one" });
    history.add({ id: "y", time: 5, channel: "#b", line: ":ann!u@h PRIVMSG #b :good elsewhere", tags: "" });
    history.commit();
    const ids = (search: Partial<Parameters<History["search"]>[0]>) =>
      history.search({ places: new Map([["#a", "now"]]), limit: 9, ...search }).map(({ id }) => id).join(" ");
    for (const [search, found] of FOUND) assertEquals(ids(search), found, JSON.stringify(search));
    assertEquals(ids({ text: "good", places: new Map([["#a", "one"], ["#b", "two"]]) }), "0 1 4 x y");
    assertEquals(ids({ text: "good", places: new Map() }), "");
    history.remove("#a", "1");
    assertEquals(ids({ text: "good" }), "0 4");
    const all = history.find({ channel: "#a", only: "now", limit: 4, events: true });
    assertEquals(all.map(({ id }) => id), ["4", "e4", "5", "e5"]);
    assertEquals(all[1]?.event, true);
  });

  Deno.test(`${name}: keeps accounts' conversations, markers and the limit of age`, () => {
    using history = make();
    const say = (one: string, other: string, time: number) =>
      history.add({
        ...{ id: `${time}`, time, channel: talkKey(one, other), tags: "" },
        ...{ line: `:${one}!u@h PRIVMSG ${other} :hello`, account: one },
      });
    say("Ann", "ben", 1);
    say("cleo", "ann", 2);
    say("ben", "ann", 3);
    assertEquals([history.talks("ann", 9), history.talks("ann", 1), history.talks("cleo", 9), history.talks("a", 9)], [
      ["ben", "cleo"],
      ["ben"],
      ["ann"],
      [],
    ]);
    const found = history.find({ channel: talkKey("ben", "ANN"), only: "", limit: 9 });
    assertEquals(found.map(({ id, account }) => [id, account]), [["1", "Ann"], ["3", "ben"]]);
    assertEquals([history.markers.get("ann", "#a"), history.markers.set("ann", "#a", 5)], [undefined, true]);
    assertEquals([history.markers.get("ann", "#a"), history.markers.get("ben", "#a")], [5, undefined]);
    for (let i = 0; i < 499; i++) history.markers.set("ann", `#${i}`, 1);
    assertEquals([history.markers.set("ann", "#b", 1), history.markers.set("ann", "#a", 6)], [false, true]);
  });
}

Deno.test("histories: lines above the limit of age are deleted, and events do not displace messages", () => {
  for (
    const history of [new MemoryHistory({ age: 100, lines: 5 }), new FileHistory(":memory:", { age: 100, lines: 5 })]
  ) {
    using kept = history;
    for (let i = 0; i < 4; i++) {
      kept.add({ id: `m${i}`, time: i * 50, channel: "#a", line: `:x!x@h PRIVMSG #a :old`, tags: "" });
    }
    for (let i = 0; i < 1100; i++) {
      kept.add({ id: `e${i}`, time: 150, channel: "#a", line: ":x!x@h JOIN #a", tags: "", event: true });
    }
    const ids = () => kept.find({ channel: "#a", only: "", limit: 99 }).map(({ id }) => id);
    assertEquals(ids(), ["m0", "m1", "m2", "m3"]);
    assert(kept.find({ channel: "#a", only: "", limit: 2000, events: true }).length < 520);
    kept.expire(201);
    assertEquals(ids(), ["m3"]);
    assertEquals(kept.search({ places: new Map([["#a", ""]]), text: "old", limit: 9 }).length, 1);
  }
});

Deno.test("stored text: the parts of a message are read as they were joined", () => {
  const part = fc.record({ text: fc.string().map((text) => text.replace(/[\r\n\0]/g, "")), continues: fc.boolean() });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), ([first, ...rest]) => {
      const parts = [{ text: first?.text ?? "", continues: false }, ...rest];
      const stored = readStored(`:ann!a@h PRIVMSG #a :${joinParts(parts)}`);
      assertEquals([stored?.nick, stored?.target, stored?.head], ["ann", "#a", ":ann!a@h PRIVMSG #a :"]);
      assertEquals(stored?.parts, parts);
    }),
    { seed: 18, numRuns: 200 },
  );
  assertEquals(readStored(":ann!a@h JOIN #a")?.head, ":ann!a@h JOIN #a");
  assertEquals(readStored(":ann!a@h NICK :anna")?.target, "anna");
  assertEquals(readStored("PING x"), undefined);
  assertEquals(textOfParts([{ text: "a ", continues: false }, { text: "b", continues: true }]), "a b");
});

Deno.test("search words: never more than letters, digits and spaces", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const words = foldWords(text);
      assertEquals(words.match(/[^\p{L}\p{N}\p{Co} ]/u), null);
      assertEquals(foldWords(words), words);
      assert(phrasesOf(text).length <= 20);
    }),
    { seed: 18, numRuns: 500 },
  );
});
