import { assert, assertEquals } from "@std/assert";
import { isChannel, parse, write } from "../../../lib/chat/web/page/wire.ts";
import { cut, mentions, plain } from "../../../lib/chat/web/page/text.ts";

const FAMILY = "👩‍👩‍👧‍👦";
const bytes = (text: string) => new TextEncoder().encode(text).length;

Deno.test("chat page: texts are cut between words, else between what readers take for characters", () => {
  const table: readonly (readonly [text: string, room: number, pieces: string[]])[] = [
    ["", 10, []],
    ["short", 10, ["short"]],
    ["one two three", 9, ["one two ", "three"]],
    ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
    // A space near the start is not a place to cut.
    ["a bcdefghij", 8, ["a bcdefg", "hij"]],
    ["ééé", 4, ["éé", "é"]],
    [`ab${FAMILY}${FAMILY}`, 30, [`ab${FAMILY}`, FAMILY]],
    ["🇩🇪🇫🇷", 12, ["🇩🇪", "🇫🇷"]],
    [`e${"\u0301".repeat(3)}x`, 7, [`e${"\u0301".repeat(3)}`, "x"]],
  ];
  for (const [text, room, pieces] of table) {
    const found = cut(text, room);
    assertEquals(found, pieces, text);
  }
  // What is longer than a message is cut between code points.
  for (const text of [FAMILY, `x${"\u0301".repeat(40)}`]) {
    const pieces = cut(text, 12);
    assertEquals(pieces.join(""), text);
    assertEquals(pieces.filter((piece) => bytes(piece) > 12 || !piece.isWellFormed()), []);
  }
});

Deno.test("chat page: a nick is mentioned where it stands as a word", () => {
  const table: readonly (readonly [text: string, nick: string, mentioned: boolean])[] = [
    ["ann: hi", "ann", true],
    ["hi ANN", "ann", true],
    ["(ann)", "ann", true],
    ["@ann", "ann", true],
    ["anna", "ann", false],
    ["joann", "ann", false],
    ["joann and ann", "ann", true],
    ["ann_", "ann", false],
    ["[a]b", "[a]b", true],
    ["ann-ann", "ann", false],
    ["", "ann", false],
    ["x", "", false],
  ];
  for (const [text, nick, mentioned] of table) assertEquals(mentions(text, nick), mentioned, text);
});

Deno.test("chat page: marks of emphasis, colours and control characters are not for reading", () => {
  const table: readonly (readonly [text: string, reading: string])[] = [
    ["\x02bold\x02", "bold"],
    ["\x0304,12red\x03 on", "red on"],
    ["\x03123", "3"],
    ["\x04ff0000red", "red"],
    ["\x1b[31mred\x07", "[31mred"],
    ["a\x0fb\u0085c", "abc"],
    ["\u202etxet\u202c \u2066x\u2069", "txet x"],
    // What affects nothing around it stays: a mark of Hebrew, a joined emoji, the flag of England.
    [
      "\u05d0\u200f! 👩\u200d👩 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
      "\u05d0\u200f! 👩\u200d👩 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    ],
  ];
  for (const [text, reading] of table) assertEquals(plain(text), reading);
});

Deno.test("chat page: messages as the wire has them", () => {
  const message = parse("@time=2026-01-02T03:04:05.678Z;label=a\\:b;empty :ann!a@h PRIVMSG  #a :hi  there\r\n");
  assert(message);
  const { tags, nick, command, params, time } = message;
  assertEquals([...tags], [["time", "2026-01-02T03:04:05.678Z"], ["label", "a;b"], ["empty", ""]]);
  assertEquals([nick, command, params], ["ann", "PRIVMSG", ["#a", "hi  there"]]);
  assertEquals(time.getTime(), Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  for (const odd of ["2026-99-99T00:00:00Z", "1", "yesterday", ""]) {
    const now = parse(`@time=${odd} PING x`)?.time.getTime() ?? NaN;
    assertEquals(Math.abs(now - Date.now()) < 60_000, true, odd);
  }
  for (const odd of ["", "@a", ":ann", "a\0b", "PING\rPING"]) assertEquals(parse(odd), undefined, odd);
  const written:
    readonly (readonly [command: string, params: readonly string[], label: string | undefined, line: string])[] = [
      ["PRIVMSG", ["#a b", "x\r\ny"], undefined, "PRIVMSG #ab :x  y"],
      ["PRIVMSG", ["", ":)"], undefined, "PRIVMSG * ::)"],
      ["PRIVMSG", [":a", "x"], "p1", "@label=p1 PRIVMSG a :x"],
      ["JOIN", ["#a", "k"], undefined, "JOIN #a k"],
      ["TOPIC", ["#a"], undefined, "TOPIC #a"],
      ["QUIT", [""], undefined, "QUIT :"],
    ];
  for (const [command, params, label, line] of written) {
    assertEquals(write(command, params, label === undefined ? label : new Map([["label", label]])), line);
  }
  assertEquals(["#a", "ann", "&a"].map(isChannel), [true, false, false]);
});
