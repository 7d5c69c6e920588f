import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { IrcSplitter } from "../../../../lib/chat/codec/lines.ts";
import { fullMask, matchesMask } from "../../../../lib/chat/codec/mask.ts";
import {
  ircLine,
  type IrcMessage,
  type IrcProblem,
  parseIrcMessage,
  utf8Length,
  writeIrcMessage,
} from "../../../../lib/chat/codec/message.ts";
import { parseModes, writeModes } from "../../../../lib/chat/codec/modes.ts";
import { foldName, isChannel, isNick, nickOf } from "../../../../lib/chat/codec/names.ts";
import { escapeTagValue, parseTags, unescapeTagValue } from "../../../../lib/chat/codec/tags.ts";
import { UsageError } from "../../../../lib/core/mod.ts";

const message = (
  command: string,
  params: string[],
  source?: string,
  tags: Record<string, string> = {},
): IrcMessage => ({
  tags: new Map(Object.entries(tags)),
  source,
  command,
  params,
});

/** Lines and the parsed messages. */
const LINES: readonly (readonly [line: string, says: IrcMessage | IrcProblem])[] = [
  ["PING", message("PING", [])],
  ["privmsg #a b", message("PRIVMSG", ["#a", "b"])],
  [":src PRIVMSG #a :b c", message("PRIVMSG", ["#a", "b c"], "src")],
  [":src  PRIVMSG  #a   :b  c ", message("PRIVMSG", ["#a", "b  c "], "src")],
  ["PRIVMSG #a :", message("PRIVMSG", ["#a", ""])],
  ["PRIVMSG #a ::)", message("PRIVMSG", ["#a", ":)"])],
  ["@a=b;c;+d/e=f PING :x", message("PING", ["x"], undefined, { a: "b", c: "", "+d/e": "f" })],
  ["@a=1;a=2 PING", message("PING", [], undefined, { a: "2" })],
  ["@a=b :s PING", message("PING", [], "s", { a: "b" })],
  ["@a=x\\:y\\sz\\\\\\r\\n\\q\\ PING", message("PING", [], undefined, { a: "x;y z\\\r\nq" })],
  ["@=x;b c=d;ok PING", "no-command"],
  ["@;;ok PING", message("PING", [], undefined, { ok: "" })],
  ["001 a :b", message("001", ["a", "b"])],
  ["", "empty"],
  ["   ", "empty"],
  [":src", "no-command"],
  ["@a=b", "no-command"],
  ["12 a", "no-command"],
  ["P1NG", "no-command"],
  ["PING a\0b", "control-character"],
  ["PING a\rQUIT", "control-character"],
  [`PING ${"x".repeat(505)}`, message("PING", ["x".repeat(505)])],
  [`PING ${"x".repeat(506)}`, "too-long"],
  [`PING ${"ü".repeat(253)}`, "too-long"],
  [`@a=${"x".repeat(8187)} PING`, message("PING", [], undefined, { a: "x".repeat(8187) })],
  [`@a=${"x".repeat(8188)} PING`, "tags-too-long"],
  [
    `@a=${"x".repeat(8187)} PING ${"y".repeat(505)}`,
    message("PING", ["y".repeat(505)], undefined, { a: "x".repeat(8187) }),
  ],
];

for (const [line, says] of LINES) {
  Deno.test(`parseIrcMessage: ${JSON.stringify(line.slice(0, 40))} is ${typeof says === "string" ? says : "a message"}`, () => {
    assertEquals(parseIrcMessage(line), says);
  });
}

Deno.test("writeIrcMessage: round trip of any message", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.replace(/[\r\n\0]/g, ""));
  const word = fc.stringMatching(/^[^\s:\0\ud800-\udfff][^\s\0\ud800-\udfff]{0,20}$/);
  const tags = fc.dictionary(
    fc.stringMatching(/^\+?[a-z][a-z-]{0,10}$/),
    fc.string({ unit: "grapheme", maxLength: 30 }),
    {
      maxKeys: 4,
    },
  );
  fc.assert(
    fc.property(
      fc.option(word, { nil: undefined }),
      fc.array(word, { maxLength: 5 }),
      text,
      tags,
      (source, words, last, tags) => {
        const written = message("PRIVMSG", [...words, last], source, tags);
        const line = writeIrcMessage(written);
        const read = parseIrcMessage(line);
        if (typeof read === "string") assertEquals(read, "too-long");
        else assertEquals(read, written);
      },
    ),
    { seed: 4, numRuns: 500 },
  );
});

Deno.test("writeIrcMessage: rejects line breaks and NUL", () => {
  for (const bad of ["a\r\nQUIT", "a\nb", "a\0b"]) {
    assertThrows(() => ircLine("src", "PRIVMSG", "#a", bad), UsageError);
    assertThrows(() => ircLine(bad, "PRIVMSG", "#a", "b"), UsageError);
  }
  assertThrows(() => ircLine(undefined, "PRIVMSG", "a b", "c"), UsageError);
  assertThrows(() => ircLine(undefined, "MODE", ":a", "c"), UsageError);
});

Deno.test("escapeTags: round trip of any value", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const escaped = escapeTagValue(value);
      assert(!/[; \r\n]/.test(escaped));
      assertEquals(unescapeTagValue(escaped), value);
    }),
    { seed: 4 },
  );
  assertEquals([...parseTags("a=1;;+b;bad key;c=")], [["a", "1"], ["+b", ""], ["c", ""]]);
});

Deno.test("IrcSplitter: the same messages for any division of the input", () => {
  const text = "PING a\r\nPRIVMSG #ü :wörd\n\r\n@a=b PING\r\nPING a\rb\r\n" + "x".repeat(600) + "\r\nPING z\r\n" +
    "@" + "y".repeat(9000) + " PING\r\nPING end\r\n";
  const bytes = new TextEncoder().encode(text);
  const whole = new IrcSplitter().push(bytes);
  assertEquals(whole.map((one) => typeof one === "string" ? one : one.params.join(" ")), [
    "a",
    "#ü wörd",
    "empty",
    "",
    "control-character",
    "too-long",
    "z",
    "tags-too-long",
    "end",
  ]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 6 }), (cuts) => {
      const splitter = new IrcSplitter();
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const found = places.slice(1).flatMap((end, i) => splitter.push(bytes.subarray(places[i] ?? 0, end)));
      assertEquals(found, whole);
    }),
    { seed: 4 },
  );
});

Deno.test("IrcSplitter: reports invalid UTF-8 for its line only", () => {
  const bytes = Uint8Array.from([
    ...new TextEncoder().encode("PING a\r\nPING "),
    0xc3,
    0x28,
    ...new TextEncoder().encode("\r\nPING b\r\n"),
  ]);
  assertEquals(new IrcSplitter().push(bytes).map((one) => typeof one === "string" ? one : one.params[0]), [
    "a",
    "not-utf8",
    "b",
  ]);
});

Deno.test("utf8Length: code points of all lengths", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      (text) => assertEquals(utf8Length(text), new TextEncoder().encode(text).length),
    ),
    { seed: 4 },
  );
});

Deno.test("foldName: folds the letters of the case mapping only", () => {
  assertEquals([foldName("A[]\\~^Ü"), foldName("A[]\\~", "rfc1459"), foldName("A[]\\~", "rfc1459-strict")], [
    "a[]\\~^Ü",
    "a{}|^",
    "a{}|~",
  ]);
  const nicks: Record<string, boolean> = {
    ann: true,
    "a-1": true,
    "[x]": true,
    "1a": false,
    "-a": false,
    "": false,
    "a b": false,
  };
  for (const [nick, is] of Object.entries({ ...nicks, "ünn": false, ["a".repeat(33)]: false, "a!b": false })) {
    assertEquals(isNick(nick), is, nick);
  }
  const channels: Record<string, boolean> = {
    "#a": true,
    "#ü": true,
    "#": false,
    "a": false,
    "#a b": false,
    "#a,b": false,
  };
  for (
    const [name, is] of Object.entries({
      ...channels,
      "#a\x07": false,
      [`#${"a".repeat(64)}`]: false,
      "#a\u202eb": false,
    })
  ) {
    assertEquals(isChannel(name), is, name);
  }
  assertEquals(["ann!a@h", "ann@h", "irc.example"].map(nickOf), ["ann", "ann", "irc.example"]);
});

Deno.test("matchesMask: wildcards", () => {
  const table: readonly (readonly [mask: string, text: string, matches: boolean])[] = [
    ["*!*@*", "ann!a@h", true],
    ["ann!*@*", "ANN!a@h", true],
    ["a?n!*@h", "ann!a@h", true],
    ["a?!*@*", "ann!a@h", false],
    ["*", "", true],
    ["", "", true],
    ["?", "", false],
    ["*a*b*c*", "xxaxxbxxcxx", true],
    ["*a*b*c", "xxaxxbxxcxx", false],
  ];
  for (const [mask, text, matches] of table) assertEquals(matchesMask(mask, text), matches, `${mask} ${text}`);
  assertEquals(["ann", "ann!a", "a@h", "n!u@h"].map(fullMask), ["ann!*@*", "ann!a@*", "*!a@h", "n!u@h"]);
  // Exponential for a backtracking matcher.
  assertEquals(matchesMask("*a".repeat(50) + "b", "a".repeat(400)), false);
});

Deno.test("parseModes: modes with and without parameters", () => {
  const changes = parseModes(["+ov-l+kb-t", "ann", "ben", "word"]);
  assertEquals(changes, [
    { set: true, mode: "o", param: "ann" },
    { set: true, mode: "v", param: "ben" },
    { set: false, mode: "l" },
    { set: true, mode: "k", param: "word" },
    { set: true, mode: "b" },
    { set: false, mode: "t" },
  ]);
  assertEquals(writeModes(changes), ["+ov-l+kb-t", "ann", "ben", "word"]);
});
