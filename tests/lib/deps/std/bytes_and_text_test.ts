// What `@std/bytes` and `@std/text` document and test upstream of the functions in use.
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { concat } from "../../../../lib/deps/std/bytes.ts";
import { levenshteinDistance } from "../../../../lib/deps/std/text.ts";

Deno.test("concat of deno-std: joins arrays into a new one, as Buffer.concat does", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 }), (arrays) => {
    const joined = concat(arrays);
    assertEquals([...joined], arrays.flatMap((array) => [...array]));
    assert(arrays.every((array) => array.buffer !== joined.buffer));
  }));
});

Deno.test("concat of deno-std: takes the bytes of a view only, and no array at all", () => {
  const whole = new Uint8Array([0, 1, 2, 3, 4]);
  assertEquals(concat([whole.subarray(1, 3), whole.subarray(4)]), new Uint8Array([1, 2, 4]));
  assertEquals(concat([]).byteLength, 0);
  assertEquals(concat([new Uint8Array(), new Uint8Array()]).byteLength, 0);
});

/** Two words, and the number of edits between them. */
const DISTANCES: readonly (readonly [string, string, number])[] = [
  ["aa", "bb", 2],
  ["aa", "aa", 0],
  ["", "", 0],
  ["", "abc", 3],
  ["abc", "", 3],
  ["kitten", "sitting", 3],
  ["saturday", "sunday", 3],
  ["flaw", "lawn", 2],
  ["ab", "ba", 2],
  ["Alphabet", "alphabet", 1],
  ["a".repeat(40), `${"a".repeat(39)}b`, 1],
  ["a".repeat(40), "b".repeat(33), 40],
  ["café", "cafe", 1],
  ["👍x", "👎x", 1],
];

Deno.test("levenshteinDistance of deno-std: counts insertions, deletions and replacements", () => {
  for (const [one, other, distance] of DISTANCES) {
    assertEquals([levenshteinDistance(one, other), levenshteinDistance(other, one)], [distance, distance], one);
  }
});

Deno.test("levenshteinDistance of deno-std: equals the recurrence that defines it", () => {
  const word = fc.array(fc.constantFrom("a", "b", "c", "é"), { maxLength: 40 }).map((letters) => letters.join(""));
  fc.assert(
    fc.property(word, word, (one, other) => assertEquals(levenshteinDistance(one, other), distance(one, other))),
    { numRuns: 200 },
  );
});

/** The distance by its definition (Wagner and Fischer, 1974). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
