import { assertEquals } from "@std/assert";
import { FreshFolders } from "../../../lib/file/client/get/fresh_folders.ts";

interface Row {
  readonly expected: readonly string[];
  readonly free: readonly string[];
}

const ROWS: readonly Row[] = [
  { expected: ["a.txt", "b (1).txt"], free: ["a.txt", "b (1).txt"] },
  { expected: ["a.txt", "a.txt"], free: ["a.txt"] },
  // Names that differ in case only: whichever is placed first, the other is looked for.
  { expected: ["a.txt", "A.txt", "b"], free: ["b"] },
  // Other alphabets have more ways to be equal, and Windows has short names.
  { expected: ["a.txt", "\u212a.txt"], free: [] },
  { expected: ["k.txt", "long-n~1.txt"], free: [] },
];

Deno.test("file get: names in folders that were empty are free, unless others may be the same", () => {
  for (const { expected, free } of ROWS) {
    const folders = new FreshFolders();
    folders.add("/t");
    for (const name of expected) folders.expect("/t", name);
    assertEquals([...new Set(expected)].filter((name) => folders.isFree("/t", name)), [...free], expected.join());
  }
});

Deno.test("file get: no name is free in a folder that had entries, or that was not expected", () => {
  const folders = new FreshFolders();
  folders.add("/t");
  folders.expect("/other", "a");
  assertEquals([folders.isFree("/other", "a"), folders.isFree("/t", "a"), folders.has("/other")], [
    false,
    false,
    false,
  ]);
});
