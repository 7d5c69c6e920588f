// The functions of `@std/path` come from those of Node.js, and differ upstream in a few named ways: the runtime's
// `node:path` is the judge.
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import * as judge from "node:path";
import { basename, dirname, isAbsolute, join, normalize, resolve } from "../../../../lib/deps/std/path.ts";

const FUNCTIONS = { basename, dirname, isAbsolute, join, normalize, resolve };

/** Paths on which implementations have differed. */
const PATHS = [
  ...["", ".", "..", "/", "//", "///", "a", "a/", "a//", "/a", "/a/", "//a", "a/b", "a/b/", "/a/b", "a//b", "./a"],
  ...["../a", "a/..", "a/../..", "/..", "/../a", "a/./b", "a/b/../c", "a/b/../../..", ".a", "a.", "...", "a/...", "/."],
  ...["a.txt", "a.b.txt", ".txt", "a/.txt", "a b/c d", "a\\b", "C:\\a", "C:", "é/ü", "\n", "a\u0000b", "~", "~/a"],
];

/** Returns what upstream documents and tests where Node.js differs: no separator is left at the end but the root. */
function upstream<T>(name: string, path: string, theirs: T): T | string {
  if (name === "basename" && /^\/+$/.test(path)) return "/";
  return name === "dirname" && typeof theirs === "string" ? theirs.replace(/(?<=.)\/+$/, "") : theirs;
}

for (const [name, ours] of Object.entries(FUNCTIONS)) {
  Deno.test(`${name} of deno-std: equals the function of node:path`, () => {
    const theirs = judge[name as keyof typeof FUNCTIONS];
    for (const path of PATHS) assertEquals<unknown>(ours(path), upstream(name, path, theirs(path)), path);
    const part = fc.oneof(fc.constantFrom("/", ".", "..", "//", "\\", "a", "b.c", " "), fc.string({ maxLength: 3 }));
    const path = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(""));
    fc.assert(fc.property(path, (path) => assertEquals<unknown>(ours(path), upstream(name, path, theirs(path)))), {
      numRuns: 200,
    });
  });
}

Deno.test("join and resolve of deno-std: several paths, as node:path", () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 4 }), (paths) => {
    assertEquals(join(...paths), judge.join(...paths));
    assertEquals(resolve(...paths), judge.resolve(...paths));
  }));
});

Deno.test("basename of deno-std: removes a suffix as node:path, but not a whole name", () => {
  for (const path of PATHS) {
    for (const suffix of ["", ".txt", "a", "b", "/", "a.txt", "xt"]) {
      const name = upstream("basename", path, judge.basename(path));
      const expected = name === suffix ? name : upstream("basename", path, judge.basename(path, suffix));
      assertEquals(basename(path, suffix), expected, `${path} ${suffix}`);
    }
  }
});
