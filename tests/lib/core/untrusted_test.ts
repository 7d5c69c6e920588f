import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { showUntrusted } from "../../../lib/core/mod.ts";

Deno.test("every control character is written as an escape", () => {
  for (let code = 0; code < 0x20; code++) {
    assert(/^\\[nrt0x]/.test(showUntrusted(String.fromCharCode(code))), `${code}`);
  }
  for (let code = 0x7f; code < 0xa0; code++) {
    assertEquals(showUntrusted(String.fromCharCode(code)), `\\x${code.toString(16)}`);
  }
});

Deno.test("so is what turns, hides or breaks text", () => {
  const cases = [
    ["\u202e", "\\u202e"],
    ["\u2066", "\\u2066"],
    ["\u200b", "\\u200b"],
    ["\u2028", "\\u2028"],
    ["\ufeff", "\\ufeff"],
    ["\ufff9", "\\ufff9"],
    ["\u{e0041}", "\\u{e0041}"],
    ["\ud800", "\\ud800"],
    ["\udfffa", "\\udfffa"],
    ["a\ud83d", "a\\ud83d"],
  ] as const;
  for (const [text, shown] of cases) assertEquals(showUntrusted(text), shown);
});

Deno.test("everything that can be read stays", () => {
  for (const text of ["", "a b", "é日本🐦", "👩‍👩‍👧", "עברית", "\\x1b", "<b>"]) assertEquals(showUntrusted(text), text);
});

Deno.test("line feeds and tabs pass where they are wanted, nothing else does", () => {
  assertEquals(showUntrusted("a\n\tb\r\x1b", { keepLines: true }), "a\n\tb\\r\\x1b");
});

Deno.test("what is long is cut, between characters", () => {
  assertEquals(showUntrusted("abcdef", { limit: 6 }), "abcdef");
  assertEquals(showUntrusted("abcdefg", { limit: 6 }), "abcdef…");
  assertEquals(showUntrusted("ab🐦c", { limit: 3 }), "ab…");
});

Deno.test("no text reaches the terminal as more than letters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert(/^[^\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]*$/u.test(showUntrusted(text)));
    }),
    { seed: 5, numRuns: 2000 },
  );
});
