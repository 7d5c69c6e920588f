import fc from "fast-check";
import { assertEquals } from "@std/assert";
import {
  formatTimeValue,
  isEntryName,
  parseFeatures,
  parseQuotedPath,
  parseTimeValue,
  pathProblem,
  quotePath,
} from "../../../../lib/ftp/internal.ts";

const SEED = 20261128;

const TIMES: readonly [text: string, time: number | undefined][] = [
  ["20260101000000", Date.UTC(2026, 0, 1)],
  ["20260101000000.5", Date.UTC(2026, 0, 1) + 500],
  ["20260101000000.123456789", Date.UTC(2026, 0, 1) + 123],
  ["19700101000000", 0],
  ["19691231235959.999", -1],
  ["00000101000000", Date.parse("0000-01-01T00:00:00Z")],
  ["99991231235959", Date.parse("9999-12-31T23:59:59Z")],
  ["20240229000000", Date.UTC(2024, 1, 29)],
  // A leap second.
  ["20161231235960", Date.UTC(2017, 0, 1)],
  // Servers that write 19 and the years since 1900.
  ["191000101000000", Date.UTC(2000, 0, 1)],
  ["191260704010203", Date.UTC(2026, 6, 4, 1, 2, 3)],
  ["191260704010203.25", Date.UTC(2026, 6, 4, 1, 2, 3, 250)],
  ["19100101000000", Date.UTC(1910, 0, 1)],
  ["20250229000000", undefined],
  ["20260001000000", undefined],
  ["20261301000000", undefined],
  ["20260100000000", undefined],
  ["20260132000000", undefined],
  ["20260101240000", undefined],
  ["20260101006000", undefined],
  ["20260101000061", undefined],
  ["2026010100000", undefined],
  ["202601010000000", undefined],
  ["20260101000000.", undefined],
  ["20260101000000Z", undefined],
  [" 20260101000000", undefined],
  ["-2260101000000", undefined],
  ["", undefined],
];

for (const [text, time] of TIMES) {
  Deno.test(`parseTimeValue: ${text}`, () => assertEquals(parseTimeValue(text), time));
}

Deno.test("formatTimeValue: a fraction only where there is one, and the nearest year that can be written", () => {
  assertEquals(formatTimeValue(Date.UTC(2026, 0, 1)), "20260101000000");
  assertEquals(formatTimeValue(Date.UTC(2026, 0, 1) + 70), "20260101000000.070");
  assertEquals(formatTimeValue(1.7), "19700101000000.001");
  assertEquals(formatTimeValue(8.64e15), "99991231235959.999");
  assertEquals(formatTimeValue(-Infinity), "00000101000000");
});

Deno.test("formatTimeValue, parseTimeValue: what was formatted is parsed again", () => {
  const range = { min: Date.parse("0000-01-01T00:00:00Z"), max: Date.parse("9999-12-31T23:59:59.999Z") };
  fc.assert(
    fc.property(fc.integer(range), (time) => assertEquals(parseTimeValue(formatTimeValue(time)), time)),
    { seed: SEED, numRuns: 1000 },
  );
});

const QUOTED: readonly [text: string, path: string | undefined][] = [
  ['"/" is the current directory', "/"],
  ['"/a""b"', '/a"b'],
  ['"""a"""', '"a"'],
  ['""', ""],
  ['Current directory is "/a b"', "/a b"],
  ['"/a" and "/b"', "/a"],
  ['"/a\x1b[2J"', "/a\x1b[2J"],
  ['"/a', undefined],
  ['"/a""', undefined],
  ["/a", undefined],
  ["", undefined],
];

for (const [text, path] of QUOTED) {
  Deno.test(`parseQuotedPath: ${text}`, () => assertEquals(parseQuotedPath(text), path));
}

Deno.test("quotePath, parseQuotedPath: what was quoted is parsed again", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', "/", "a", " ", "ä") }), (path) => {
      assertEquals(parseQuotedPath(quotePath(path)), path);
      assertEquals(parseQuotedPath(`${quotePath(path)} is the current directory`), path);
    }),
    { seed: SEED, numRuns: 1000 },
  );
});

const PROBLEMS: readonly [path: string, problem: string | undefined][] = [
  ["/a b/ä\x1b\xff", undefined],
  ["..", undefined],
  ["", "empty path"],
  ["a\r", "line break in the path"],
  ["a\nDELE b", "line break in the path"],
  ["a\0", "NUL in the path"],
  ["a\ud800", "lone surrogate in the path"],
];

for (const [path, problem] of PROBLEMS) {
  Deno.test(`pathProblem: ${JSON.stringify(path)}`, () => assertEquals(pathProblem(path), problem));
}

const ENTRY_NAMES: readonly [name: string, valid: boolean][] = [
  ["a", true],
  [" ", true],
  ["...", true],
  ["a\\b", true],
  ["\x1b[2J", true],
  ["", false],
  [".", false],
  ["..", false],
  ["a/", false],
  ["/", false],
  ["a\0", false],
  ["a\r", false],
  ["\n", false],
];

for (const [name, valid] of ENTRY_NAMES) {
  Deno.test(`isEntryName: ${JSON.stringify(name)}`, () => assertEquals(isEntryName(name), valid));
}

Deno.test("parseFeatures: the features of vsftpd, proftpd and others", () => {
  const features = parseFeatures([
    "Features:",
    " EPRT",
    " AUTH TLS",
    " MLST modify*;perm*;size*;type*;UNIX.mode;",
    " REST STREAM",
    "211- UTF8",
    "211-TVFS",
    " hash SHA-1;sha-256*;MD5",
    " MDTM ",
    " MDTM YYYYMMDDHHMMSS[+-TZ];filename",
    "",
    "End",
  ]);
  assertEquals(["eprt", "Utf8", "tvfs", "MDTM", "End", "Features:", ""].map(features.has), [
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  assertEquals(["AUTH", "rest", "EPRT", "MDTM", "x"].map(features.parameters), ["TLS", "STREAM", "", "", undefined]);
  assertEquals(features.mlst, ["modify*", "perm*", "size*", "type*", "unix.mode"]);
  assertEquals(features.hashes, ["SHA-256", "SHA-1", "MD5"]);
});

Deno.test("parseFeatures: none", () => {
  for (const lines of [[], ["no-features"], ["Features:", "End"], ["", "", ""]]) {
    const features = parseFeatures(lines);
    assertEquals([features.mlst, features.hashes, features.has("no-features")], [[], [], false]);
  }
});
