import { assertEquals } from "@std/assert";
import { columns, pad, style, wrap } from "../../../../lib/cli/render/style.ts";
import { unicodeWidth } from "../../../../lib/deps/width.ts";

Deno.test("columns aligns by display width", () => {
  assertEquals(columns([["a", "日本", "x"], ["bbb", "c", "y"]], " "), [" a    日本  x", " bbb  c     y"]);
  assertEquals(columns([["a", ""], ["bb", "c"]]), ["a", "bb  c"]);
  assertEquals(columns([]), []);
  assertEquals(pad("é", 3), "é  ");
  assertEquals(pad("long", 2), "long");
});

Deno.test("pad and unicodeWidth count columns", () => {
  const cases = [["", 0], ["abc", 3], ["日本", 4], ["e\u0301", 1], ["👩‍👩‍👧", 2], ["🇩🇪", 2], ["\x1b[1mx\x1b[0m", 1], [
    "──▶",
    3,
  ]] as const;
  for (const [text, width] of cases) assertEquals(unicodeWidth(text), width, text);
});

Deno.test("wrap breaks text between words only", () => {
  assertEquals(wrap("aa bb cc", 5), ["aa bb", "cc"]);
  assertEquals(wrap("aaaaaaaa bb", 5), ["aaaaaaaa", "bb"]);
  assertEquals(wrap("日本 日本", 8), ["日本", "日本"]);
  assertEquals(wrap("", 5), [""]);
});

Deno.test("style adds nothing without colour", () => {
  assertEquals(style(false).bold("x"), "x");
  assertEquals(style(true).bad("x"), "\x1b[31mx\x1b[0m");
});
