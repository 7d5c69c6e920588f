import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ChatEvent } from "../../../../lib/chat/client/events.ts";
import type { ChatMember } from "../../../../lib/chat/client/options.ts";
import { FrameWriter } from "../../../../lib/chat/client/screen/frame_writer.ts";
import { KeyDecoder } from "../../../../lib/chat/client/screen/input/keys.ts";
import { LineEditor } from "../../../../lib/chat/client/screen/input/line_editor.ts";
import { eventLine, mentions } from "../../../../lib/chat/client/screen/line.ts";
import { routeEvent } from "../../../../lib/chat/client/screen/router.ts";
import { formattedSpans } from "../../../../lib/chat/client/screen/text/formatted.ts";
import { fit, textWidth } from "../../../../lib/chat/client/screen/text/graphemes.ts";
import { paintRow, type Row, rowWidth } from "../../../../lib/chat/client/screen/text/span.ts";
import { wrapSpans } from "../../../../lib/chat/client/screen/text/wrap.ts";
import { frameOf } from "../../../../lib/chat/client/screen/view.ts";
import { Windows } from "../../../../lib/chat/client/screen/windows.ts";
import { HARMFUL_CHARACTERS } from "../../../../lib/core/harmful.ts";

const encoder = new TextEncoder();
const plain = (row: Row) => row.map(({ text }) => text).join("");

Deno.test("keys: text, names of keys, pasted text, in pieces of any size", () => {
  const table: readonly (readonly [input: string, keys: readonly string[]])[] = [
    ["aé日👍", ["aé日👍"]],
    ["\r\n\t\x7f\b", ["<Enter>", "<Enter>", "<Tab>", "<Backspace>", "<Backspace>"]],
    ["\x01x\x1a", ["<C-a>", "x", "<C-z>"]],
    ["\x1b[A\x1bOB\x1b[1;3C\x1b[1;5D\x1b\x1b[D", ["<Up>", "<Down>", "<M-Right>", "<C-Left>", "<M-Left>"]],
    ["\x1b[5~\x1b[6~\x1b[3~\x1b[1~\x1b[4~\x1b[H\x1bOF", [
      "<PageUp>",
      "<PageDown>",
      "<Delete>",
      "<Home>",
      "<End>",
      "<Home>",
      "<End>",
    ]],
    ["\x1b1\x1ba\x1b\x7f", ["<M-1>", "<M-a>", "<M-Backspace>"]],
    ["\x1b[200~one\r\ntwo\x1b[31m\x1b[201~x", ["{one\ntwo\x1b[31m}", "x"]],
    ["\x1b[?1;2c\x1b[99~\x1b[<0;1;1Mx", ["x"]],
    ["\x1b[12\x01x", ["<C-a>", "x"]],
  ];
  const shown = (keys: ReturnType<KeyDecoder["push"]>) =>
    keys.map((key) => key.kind === "key" ? `<${key.name}>` : key.kind === "paste" ? `{${key.text}}` : key.text);
  for (const [input, keys] of table) {
    const bytes = encoder.encode(input);
    assertEquals(shown(new KeyDecoder().push(bytes)), [...keys], JSON.stringify(input));
    const slow = new KeyDecoder();
    const pieces = [...bytes].flatMap((byte) => shown(slow.push(new Uint8Array([byte]))));
    assertEquals(pieces.join(""), keys.join(""), JSON.stringify(input));
  }
  const lone = new KeyDecoder();
  assertEquals([lone.push(encoder.encode("\x1b")), lone.waiting], [[], true]);
  assertEquals(shown(lone.flush()), ["<Escape>"]);
});

Deno.test("line editor: the cursor moves by graphemes and words", () => {
  const family = "👨‍👩‍👧";
  const table: readonly (readonly [typed: string, keys: string, text: string, before: string])[] = [
    [`a${family}b`, "Left Left", `a${family}b`, "a"],
    [`a${family}b`, "Left Backspace", "ab", "a"],
    [`日本語`, "Home Delete", "本語", ""],
    ["e\u0301x", "Left Backspace", "x", ""],
    ["one two", "C-w", "one ", "one "],
    ["one two  ", "C-w C-y C-y", "one two  two  ", "one two  two  "],
    ["one, two", "M-b M-b", "one, two", ""],
    ["one, two", "Home M-f", "one, two", "one"],
    ["one, two", "Home M-d", ", two", ""],
    ["one two", "Left C-k C-a C-y", "oone tw", "o"],
    ["one two", "C-Left C-u", "two", ""],
    ["🇫🇷🇩🇪", "Backspace", "🇫🇷", "🇫🇷"],
  ];
  for (const [typed, keys, text, before] of table) {
    const editor = new LineEditor();
    editor.insert(typed);
    for (const key of keys.split(" ")) assert(editor.press(key), key);
    assertEquals([editor.text, editor.text.slice(0, editor.at)], [text, before], `${typed} ${keys}`);
  }
  const editor = new LineEditor();
  for (const text of ["one", "two", "two"]) {
    editor.insert(text);
    editor.enter();
  }
  editor.insert("draft");
  const recalled = ["Up", "Up", "Up", "Down", "Down", "Down"].map((key) => editor.press(key) && editor.text);
  assertEquals(recalled, ["two", "one", "one", "two", "draft", "draft"]);
});

Deno.test("line editor: the visible part never cuts a wide character, and has the cursor", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "日", "👍", "e\u0301", "\u202e", "\n", "👨‍👩‍👧"), { maxLength: 40 }),
      fc.integer({ min: 4, max: 30 }),
      fc.integer({ min: 0, max: 40 }),
      (pieces, width, left) => {
        const editor = new LineEditor();
        for (const piece of pieces) editor.insert(piece);
        for (let i = 0; i < left; i++) editor.press("Left");
        const { row, column } = editor.view(width);
        assert(rowWidth(row) <= width && column >= 0 && column < width);
        HARMFUL_CHARACTERS.lastIndex = 0;
        assert(!HARMFUL_CHARACTERS.test(plain(row)));
      },
    ),
    { seed: 18, numRuns: 300 },
  );
});

Deno.test("rows: broken between words, wide characters whole, indented", () => {
  const table: readonly (readonly [text: string, width: number, indent: number, rows: readonly string[]])[] = [
    ["", 10, 0, [""]],
    ["one two three", 8, 0, ["one two ", "three"]],
    ["one two three", 7, 2, ["one two", "  three"]],
    ["abcdefgh", 3, 0, ["abc", "def", "gh"]],
    ["日本語", 5, 0, ["日本", "語"]],
    ["a日本語", 4, 0, ["a日", "本語"]],
    ["👨‍👩‍👧👍", 3, 0, ["👨‍👩‍👧", "👍"]],
  ];
  for (const [text, width, indent, rows] of table) {
    assertEquals(wrapSpans([{ text }], width, indent).map(plain), [...rows], text);
  }
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.integer({ min: 4, max: 20 }), (text, width) => {
      for (const row of wrapSpans(formattedSpans(text), width, 2)) assert(rowWidth(row) <= width);
    }),
    { seed: 18, numRuns: 300 },
  );
});

Deno.test("formatting: IRC codes become looks, all else from a peer is escaped", () => {
  const table: readonly (readonly [text: string, painted: string])[] = [
    ["plain", "plain"],
    ["\x02bold\x02 \x1dit\x0f.", "\x1b[1mbold\x1b[0m \x1b[3mit\x1b[0m."],
    ["\x034red\x03 \x0304,01x", "\x1b[38;5;9mred\x1b[0m \x1b[38;5;9;48;5;0mx\x1b[0m"],
    ["\x04ff8000o", "\x1b[38;2;255;128;0mo\x1b[0m"],
    ["\x1b]0;t\x07\u202ex\u200b", "\\x1b]0;t\\x07\\u202ex\\u200b"],
    ["\x0399x\x0350y", "xy"],
  ];
  for (const [text, painted] of table) assertEquals(paintRow(formattedSpans(text), true), painted);
  assertEquals(paintRow(formattedSpans("\x034\x02x"), false), "\x1b[1mx\x1b[0m");
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
      HARMFUL_CHARACTERS.lastIndex = 0;
      assert(!HARMFUL_CHARACTERS.test(plain(formattedSpans(text)).replaceAll("\n", "")));
    }),
    { seed: 18, numRuns: 500 },
  );
});

Deno.test("widths: texts are cut to columns, marks alone get a base", () => {
  assertEquals([fit("日本語", 5), fit("日本語", 6), fit("abc", 2), fit("", 3)], ["日本…", "日本語", "a…", ""]);
  assertEquals([textWidth("👨‍👩‍👧"), textWidth("\u0301"), textWidth("e\u0301")], [2, 1, 1]);
  assertEquals(fit(`e${"\u0301".repeat(500)}`, 9).length, 12);
});

Deno.test("mentions: the nickname as a word", () => {
  for (const text of ["ann", "Ann: hi", "hi, ann!", "annie and ann"]) assert(mentions(text, "ann"), text);
  for (const text of ["annie", "joann", "ann_", ""]) assert(!mentions(text, "ann"), text);
  assert(!mentions("anything", ""));
});

/** Returns windows with the events of two networks. */
function conversation(events: readonly (readonly [network: string, event: ChatEvent])[]): Windows {
  const windows = new Windows();
  const member = { nick: "ann", channels: new Map([["#x", new Set(["ann", "bob"])]]) };
  // deno-lint-ignore no-explicit-any -- only these fields are used
  for (const [network, event] of events) routeEvent(windows, network, member as any as ChatMember, event);
  return windows;
}

const message = (target: string, nick: string, text: string, past = false): ChatEvent => ({
  event: "message",
  ...{ target, nick, text, past, kind: "message", own: nick === "ann", time: 0 },
});
const join = (channel: string): ChatEvent => ({ event: "join", channel, nick: "ann", time: 0 });

Deno.test("windows: events go where they belong, unread messages and mentions are counted", () => {
  const windows = conversation([
    ["one", { event: "connected", nick: "ann", server: "s", again: false, time: 0 }],
    ["one", join("#x")],
    ["two", join("#X")],
    ["two", message("#x", "ben", "hello")],
    ["two", message("#x", "ben", "hello ann")],
    ["two", message("#x", "ben", "old ann", true)],
    ["two", message("@#x", "ben", "to operators")],
    ["one", message("ann", "ben", "psst")],
    ["one", message("ben", "ann", "yes?")],
    ["one", { event: "nick", nick: "ben", to: "bob", time: 0 }],
    ["one", { event: "server", code: "404", text: "no", problem: true, time: 0 }],
  ]);
  assertEquals(
    windows.all.map((window) => [windows.label(window), window.unread, window.mentions, window.lines.length]),
    [["one", 0, 0, 2], ["one/#x", 0, 0, 3], ["bob", 1, 1, 3], ["two/#X", 3, 1, 5]],
  );
  assertEquals(windows.mentions.map(({ window }) => windows.label(window)), ["two/#X", "bob"]);
  windows.move(-1);
  assertEquals(windows.current?.name, "");
  windows.move(1, ({ mentions }) => mentions > 0);
  assertEquals([windows.current?.name, windows.current?.unread], ["bob", 0]);
});

Deno.test("frames: fill the terminal exactly, at each size", () => {
  const long = "a long topic 日本語 ".repeat(5);
  const windows = conversation([
    ["one", join("#x")],
    ["one", { event: "topic", channel: "#x", text: long, time: 0 }],
    ...Array.from({ length: 60 }, (_, i) => ["one", message("#x", "日本", `${i} 👍 ${"wörd ".repeat(i)}`)] as const),
    ...Array.from({ length: 20 }, (_, i) => ["one", message(`#${i}`, "ben", "hi ann")] as const),
  ]);
  const editor = new LineEditor();
  editor.insert("日本語".repeat(30));
  for (const [columns, rows] of [[80, 24], [40, 10], [200, 50], [20, 8], [21, 9]] as const) {
    const frame = frameOf({ windows, editor, nick: "ann" }, columns, rows);
    assertEquals(frame.rows.length, rows);
    for (const row of frame.rows) assert(rowWidth(row) <= columns, plain(row));
    const [title = [], bar = []] = [frame.rows[0], frame.rows.at(-2)];
    assertEquals([rowWidth(title), rowWidth(bar)], [columns, columns]);
    assert(plain(bar).includes("[1:#x]"), plain(bar));
    const [column, row] = frame.cursor;
    assert(column < columns && row === rows - 1);
    const writer = new FrameWriter(true);
    assert(writer.write(frame, columns).includes(`\x1b[${rows};1H`));
    assertEquals(writer.write(frame, columns), "");
  }
  const writer = new FrameWriter(false);
  writer.write(frameOf({ windows, editor, nick: "ann" }, 80, 24), 80);
  editor.press("C-u");
  const change = writer.write(frameOf({ windows, editor, nick: "ann" }, 80, 24), 80);
  assertEquals(change, "\x1b[?25l\x1b[?7l\x1b[24;1H\x1b[K\x1b[2m[ann] \x1b[0m\x1b[24;7H\x1b[?7h\x1b[?25h");
});

Deno.test("scrollback: pages keep their place, 10,000 lines are kept", () => {
  const windows = conversation([["one", join("#x")]]);
  const window = windows.all[0];
  assert(window);
  const add = (text: string) => {
    const line = eventLine(message("#x", "ben", text), "ann");
    if (line) windows.add(window, line);
  };
  for (let i = 0; i < 10_050; i++) add(`line ${i}`);
  assertEquals(window.lines.length, 10_000);
  const visible = () => window.view(80, 5).map((row) => /line \d+/.exec(plain(row))?.[0]);
  assertEquals(visible(), ["line 10045", "line 10046", "line 10047", "line 10048", "line 10049"]);
  window.scroll(4, 5);
  assertEquals(visible()[0], "line 10041");
  add("line 10050");
  assertEquals(visible()[0], "line 10041");
  window.scroll(-100, 5);
  assertEquals(visible()[4], "line 10050");
  assert(window.scroll(100_000, 5));
  assertEquals(visible()[0], "line 51");
});
