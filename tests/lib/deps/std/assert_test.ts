// What `@std/assert` documents and tests upstream of the functions that the tests use: an assertion that cannot fail
// would hide any fault. Judged by thrown errors only, with the runtime's own `assert` as the second opinion.
import judge from "node:assert/strict";
import {
  assert,
  assertEquals,
  assertExists,
  assertGreater,
  assertInstanceOf,
  assertLess,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";

function throws(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch {
    return true;
  }
}

class Point {
  constructor(readonly x: number) {}
}

const EQUAL: readonly (readonly [unknown, unknown])[] = [
  [1, 1],
  [NaN, NaN],
  ["a", "a"],
  [null, null],
  [[1, [2]], [1, [2]]],
  [{ a: { b: 1 } }, { a: { b: 1 } }],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }],
  [new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]])],
  [new Set([1, 2]), new Set([2, 1])],
  [new Date(5), new Date(5)],
  [/a/g, /a/g],
  [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  [new Point(1), new Point(1)],
  [new URL("http://a.test/"), new URL("http://a.test/")],
];

const UNEQUAL: readonly (readonly [unknown, unknown])[] = [
  [1, 2],
  [1, "1"],
  [0, false],
  [null, undefined],
  ["a", "b"],
  [[1, 2], [2, 1]],
  [[1], [1, 2]],
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: { b: [1] } }, { a: { b: [2] } }],
  [new Map([["a", 1]]), new Map([["a", 2]])],
  [new Set([1]), new Set([2])],
  [new Date(5), new Date(6)],
  [/a/g, /a/i],
  [new Uint8Array([1, 2]), new Uint8Array([1, 3])],
  [new Point(1), new Point(2)],
  [new URL("http://a.test/"), new URL("http://b.test/")],
  [new Error("a"), new Error("b")],
];

Deno.test("assertEquals and assertNotEquals: tell equal values from others, as node:assert", () => {
  for (const [one, other] of EQUAL) {
    judge.deepEqual(one, other);
    judge.equal(throws(() => assertEquals(one, other)), false, String(one));
    judge.equal(throws(() => assertNotEquals(one, other)), true, String(one));
  }
  for (const [one, other] of UNEQUAL) {
    judge.notDeepEqual(one, other);
    judge.equal(throws(() => assertEquals(one, other)), true, `${one} and ${other}`);
    judge.equal(throws(() => assertEquals(other, one)), true, `${other} and ${one}`);
    judge.equal(throws(() => assertNotEquals(one, other)), false, `${one} and ${other}`);
  }
});

/** Calls that hold, each beside one that does not. */
const CALLS: Readonly<Record<string, readonly [holds: () => unknown, fails: () => unknown]>> = {
  assert: [() => assert(1), () => assert(0)],
  assertExists: [() => assertExists(0), () => assertExists(undefined)],
  assertGreater: [() => assertGreater(2, 1), () => assertGreater(1, 1)],
  assertLess: [() => assertLess(1, 2), () => assertLess(1, 1)],
  assertInstanceOf: [() => assertInstanceOf(new Point(1), Point), () => assertInstanceOf({ x: 1 }, Point)],
  assertMatch: [() => assertMatch("abc", /b/), () => assertMatch("abc", /d/)],
  assertNotMatch: [() => assertNotMatch("abc", /d/), () => assertNotMatch("abc", /b/)],
  assertStrictEquals: [() => assertStrictEquals(NaN, NaN), () => assertStrictEquals({}, {})],
  assertStringIncludes: [() => assertStringIncludes("abc", "b"), () => assertStringIncludes("abc", "d")],
  "assertThrows, nothing is thrown": [() => assertThrows(fail), () => assertThrows(() => {})],
  "assertThrows, another class": [
    () => assertThrows(() => new Date(NaN).toISOString(), RangeError),
    () => assertThrows(() => new Date(NaN).toISOString(), SyntaxError),
  ],
  "assertThrows, another message": [
    () => assertThrows(() => fail("abc"), Error, "abc"),
    () => assertThrows(() => fail("abc"), Error, "abd"),
  ],
  fail: [() => {}, () => fail("x")],
};

for (const [name, [holds, fails]] of Object.entries(CALLS)) {
  Deno.test(`${name}: accepts what holds, and throws otherwise`, () => {
    judge.equal(throws(holds), false);
    judge.equal(throws(fails), true);
  });
}

Deno.test("assertRejects: accepts a rejection of the class with the message, and rejects otherwise", async () => {
  const rejected = () => Promise.reject(new TypeError("abc"));
  await assertRejects(rejected, TypeError, "abc");
  for (
    const call of [
      () => assertRejects(rejected, RangeError),
      () => assertRejects(rejected, TypeError, "abd"),
      () => assertRejects(() => Promise.resolve()),
    ]
  ) await judge.rejects(call);
});
