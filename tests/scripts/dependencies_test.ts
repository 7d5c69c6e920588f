import { assertEquals } from "@std/assert";
import { dependencyProblems, packagesOf } from "../../scripts/checks/dependencies.ts";

const LOCK = {
  specifiers: { "npm:a@1.0.0": "1.0.0", "npm:@s/b@2.1.0": "2.1.0" },
  npm: {
    "a@1.0.0": { dependencies: ["c", "d@1.0.0"] },
    "@s/b@2.1.0": {},
    "c@3.0.0": { dependencies: ["d@2.0.0", "a"] },
    "d@1.0.0": {},
    "d@2.0.0": {},
  },
};

Deno.test("packagesOf: follows names with and without a version, and circles", () => {
  assertEquals([...packagesOf(LOCK, "a@1.0.0")].sort(), ["a@1.0.0", "c@3.0.0", "d@1.0.0", "d@2.0.0"]);
});

for (
  const [rows, problems] of [
    ["| `a` | 1.0.0 | MIT | 3 |\n| `@s/b` | 2.1.0 | MIT | 0 |", []],
    ["| `a` | 1.0.1 | MIT | 3 |\n| `@s/b` | 2.1.0 | MIT | 0 |", ["a 1.0.1: deno.lock has 1.0.0"]],
    ["| `a` | 1.0.0 | MIT | 2 |\n| `@s/b` | 2.1.0 | MIT | 0 |", ["a: brings 3 packages"]],
    ["| `a` | 1.0.0 | MIT | 3 |", ["no row for @s/b"]],
    [
      "| `a` | 1.0.0 | MIT | 3 |\n| `@s/b` | 2.1.0 | MIT | 0 |\n| `e` | 1.0.0 | MIT | 0 |",
      ["e is not in deno.lock"],
    ],
  ] as const
) {
  Deno.test(`dependencyProblems: ${problems.join() || "none"}`, () => {
    assertEquals(dependencyProblems(LOCK, rows), [...problems]);
  });
}

Deno.test("dependencyProblems: an earlier version that is left in the lock file", () => {
  const lock = { specifiers: { "npm:a@1.0.0": "1.0.0", "npm:a@2.0.0": "2.0.0" }, npm: {} };
  assertEquals(dependencyProblems(lock, "| `a` | 2.0.0 | 0 |"), [
    "deno.lock has a 1.0.0 and 2.0.0: remove the unused one",
  ]);
});
