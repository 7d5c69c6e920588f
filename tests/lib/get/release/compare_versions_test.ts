import { assertEquals } from "@std/assert";
import { compareVersions, isVersion } from "../../../../lib/get/internal.ts";

/** Versions in order, oldest first (SemVer 2.0.0 §11, and edges). */
const ORDER = [
  "0.1.0",
  "0.9.9",
  "1.0.0-0",
  "1.0.0-2",
  "1.0.0-10",
  "1.0.0-99999999999999999998",
  "1.0.0-99999999999999999999",
  "1.0.0--",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "1.0.1",
  "1.2.0",
  "1.10.0-rc.1",
  "1.10.0",
  "2.0.0",
];

Deno.test("versions are ordered as SemVer says", () => {
  for (const [i, a] of ORDER.entries()) {
    for (const [j, b] of ORDER.entries()) {
      assertEquals([a, b, Math.sign(compareVersions(a, b))], [a, b, Math.sign(i - j)]);
    }
  }
  assertEquals(compareVersions("1.0.0+a", "1.0.0+b"), 0);
});

/** Texts, and whether they are versions. */
const TEXTS: readonly (readonly [text: string, is: boolean])[] = [
  ["1.0.0", true],
  ["1.0.0-rc.1+build.5", true],
  ["1.0", false],
  ["v1.0.0", false],
  ["1.0.0-", false],
  ["1.0.0-01", false],
  ["1.0.0-a..b", false],
  ["1.0.0\n", false],
  ["1.0.0-" + "a".repeat(100), false],
  ["", false],
];

Deno.test("versions are recognised", () => {
  for (const [text, is] of TEXTS) assertEquals([text, isVersion(text)], [text, is]);
});
