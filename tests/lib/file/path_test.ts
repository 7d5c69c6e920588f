import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { nameProblem } from "../../../lib/file/codec/path.ts";
import { encodePath, parseTargetPath } from "../../../lib/file/internal.ts";

const PATHS:
  readonly (readonly [target: string, segments: readonly string[] | undefined, folder?: boolean, query?: string])[] = [
    ["/", [], true],
    ["/a", ["a"]],
    ["/a/", ["a"], true],
    ["/a%20b/%C3%A4", ["a b", "ä"]],
    ["/a%0Ab", ["a\nb"]],
    ["/%252e%252e/x", ["%2e%2e", "x"]],
    ["/...", ["..."]],
    ["/a..b", ["a..b"]],
    ["*", undefined],
    ["", undefined],
    ["a", undefined],
    // Normalised as nginx does.
    ["//", [], true],
    ["//a", ["a"]],
    ["/a//b", ["a", "b"]],
    ["/a///b//", ["a", "b"], true],
    ["/.", [], true],
    ["/./", [], true],
    ["/./a/./b/.", ["a", "b"], true],
    ["/%2e/a/%2E", ["a"], true],
    ["/a?b=//./../c", ["a"], false, "b=//./../c"],
    ["/..", undefined],
    ["/a/../b", undefined],
    ["/%2e%2e/b", undefined],
    ["/.%2e/b", undefined],
    ["/%2E./b", undefined],
    ["/a%2fb", undefined],
    ["/a%5cb", undefined],
    ["/a\\b", undefined],
    ["/a%00", undefined],
    ["/%c0%ae%c0%ae/b", undefined],
    ["/%e0%80%ae/b", undefined],
    ["/%ff", undefined],
    ["/%ed%a0%80", undefined],
    ["/%", undefined],
    ["/%2", undefined],
    ["/%zz", undefined],
    [`/${"a/".repeat(200)}`, undefined],
  ];

for (const [target, segments, folder = false, query = ""] of PATHS) {
  Deno.test(`file: the path ${target.slice(0, 40)}`, () => {
    assertEquals(parseTargetPath(target), segments && { segments, folder, query });
  });
}

Deno.test("file: an encoded backslash is a name where it separates nothing", () => {
  const parse = (target: string) => parseTargetPath(target, { backslash: true })?.segments;
  assertEquals([parse("/a%5Cb"), parse("/..%5Cb"), parse("/a\\b")], [["a\\b"], ["..\\b"], undefined]);
});

Deno.test("file: what is written as a path is read as the same names", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .filter((name) => !/[/\\\0]/.test(name) && name !== "." && name !== ".." && name.isWellFormed());
  fc.assert(
    fc.property(fc.array(name, { maxLength: 5 }), fc.boolean(), (segments, folder) => {
      const path = encodePath(segments, folder);
      assertEquals(parseTargetPath(`${path}?q=1`), { segments, folder: folder || segments.length === 0, query: "q=1" });
    }),
    { seed: 31, numRuns: 500 },
  );
});

Deno.test("file: whatever a target says, no name leads out", () => {
  const piece = fc.constantFrom(
    "..",
    ".",
    "%2e",
    "%2E",
    "/",
    "%2f",
    "%5c",
    "\\",
    "a",
    "%00",
    "%c0%af",
    "%25",
    "//",
    "%",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const parsed = parseTargetPath(`/${pieces.join("")}`);
      for (const name of parsed?.segments ?? []) {
        assertEquals(/[/\\\0]/.test(name) || name === ".." || name === "." || name === "", false);
      }
    }),
    { seed: 32, numRuns: 3000 },
  );
});

const NAMES: readonly (readonly [name: string, unix: boolean, windows: boolean])[] = [
  ["a.txt", true, true],
  ["line\nfeed", true, false],
  ['quote"', true, false],
  ["colon:stream", true, false],
  ["end.", true, false],
  ["CON", true, false],
  ["nul.txt", true, false],
  ["com1", true, false],
  ["console", true, true],
  ["..", false, false],
  ["a/b", false, false],
  ["a\\b", true, false],
  ["", false, false],
  [".toucan-0123456789abcdef.part", false, false],
  ["ä".repeat(127), true, true],
  ["ä".repeat(128), false, false],
];

for (const [name, unix, windows] of NAMES) {
  Deno.test(`file: whether a client may choose the name ${JSON.stringify(name.slice(0, 20))}`, () => {
    const free = [nameProblem(name, false), nameProblem(name, true)].map((problem) => problem === undefined);
    assertEquals(free, [unix, windows]);
  });
}
