import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readAccountName } from "../../../../lib/chat/codec/account_name.ts";
import { skeletonOf } from "../../../../lib/chat/account/skeleton.ts";

/** Names, and how they are compared; a text that the reason begins with where they are invalid. */
const NAMES: readonly (readonly [given: string, key: string | { readonly why: string }])[] = [
  ["Ann", "ann"],
  ["ann_[x]", "ann_[x]"],
  ["7of9", "7of9"],
  ["Grüße", "grüße"],
  ["GRU\u0308SSE", "grüsse"],
  ["Жанна", "жанна"],
  ["Ελένη", "ελένη"],
  ["Σίσυφος", "σίσυφος"],
  ["花子", "花子"],
  ["はな子", "はな子"],
  ["김철수", "김철수"],
  ["مريم", "مريم"],
  ["שרה1", "שרה1"],
  ["सीता", "सीता"],
  // Fullwidth letters are those of ASCII (RFC 8265 §3.3.2).
  ["Ａｎｎ", "ann"],
  ["", { why: "must not be empty" }],
  ["a".repeat(33), { why: "must have at most 32" }],
  ["ann ben", { why: "must consist" }],
  ["ann\u00a0ben", { why: "must consist" }],
  ["ann!a@h", { why: "must consist" }],
  ["#lobby", { why: "must consist" }],
  ["ann,ben", { why: "must consist" }],
  ["*", { why: "must consist" }],
  ["-ann", { why: "must not begin" }],
  ["ann\r\nQUIT", { why: "must consist" }],
  ["ann\0", { why: "must consist" }],
  ["ann\u200b", { why: "must consist" }],
  ["ann\u202e", { why: "must consist" }],
  ["a\u034fb", { why: "must consist" }],
  ["ann😀", { why: "must consist" }],
  ["№1", { why: "must consist" }],
  ["ﬁn", { why: "must consist" }],
  ["Ⅳ", { why: "must consist" }],
  ["\u0301a", { why: "must not begin" }],
  ["раypal", { why: "must have letters of one script" }],
  ["annα", { why: "must have letters of one script" }],
  ["שרה1\u0661", { why: "must" }],
  ["1שרה", { why: "must not mix" }],
  ["\ud800", { why: "must consist" }],
];

for (const [given, expected] of NAMES) {
  Deno.test(`account name ${JSON.stringify(given)}: ${JSON.stringify(expected)}`, () => {
    const read = readAccountName(given);
    if (typeof expected === "string") assertEquals(typeof read === "string" ? read : read.key, expected);
    else assert(typeof read === "string" && read.startsWith(expected.why), JSON.stringify(read));
  });
}

Deno.test("account name: keys are stable, and safe in a line and a mask", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 12 }), (text) => {
      const read = readAccountName(text);
      if (typeof read === "string") return;
      const again = readAccountName(read.name);
      assertEquals(again, read);
      assertEquals(readAccountName(read.key), { name: read.key, key: read.key });
      // deno-lint-ignore no-control-regex -- control characters are what is looked for
      assert(!/[\x00-\x20\x7f-\x9f!@*?,:#]/.test(read.name), text);
    }),
    { seed: 20261128, numRuns: 20_000 },
  );
});

for (
  const [one, other, same] of [
    ["paypal", "раураl", true],
    ["ann1", "annl", true],
    ["modern", "rnodern", true],
    ["o0o", "ooo", true],
    ["ann", "anna", false],
    ["花子", "花子", true],
  ] as const
) {
  Deno.test(`account names ${one} and ${other} look ${same ? "alike" : "different"}`, async () => {
    assertEquals(await skeletonOf(one) === await skeletonOf(other), same);
  });
}
