// What `@std/cli` documents and tests upstream of `parseArgs`, as far as the options of `ParseOptions` go: the package
// in use is built from it by another maintainer.
import { assertEquals } from "@std/assert";
import type { ParseOptions } from "../../../../lib/deps/std/parse_args.d.ts";
import { parseArgs } from "../../../../lib/deps/std/args.ts";

const BOOLEAN: ParseOptions = { boolean: ["x", "y", "z"] };
const SWITCHES: ParseOptions = { boolean: ["t", "verbose"] };

/** Arguments, options, and the result. */
const CASES: readonly (readonly [title: string, args: readonly string[], options: ParseOptions, result: unknown])[] = [
  ["no arguments", [], {}, { _: [] }],
  ["operands", ["a", "b"], {}, { _: ["a", "b"] }],
  ["a hyphen is an operand", ["-"], {}, { _: ["-"] }],
  ["a hyphen is a value", ["-n", "-"], {}, { n: "-", _: [] }],
  ["a hyphen is no value of a boolean", ["-x", "-"], { boolean: ["x"] }, { x: true, _: ["-"] }],
  ["a hyphen is the value of a string", ["-s", "-"], { string: ["s"] }, { s: "-", _: [] }],
  ["a hyphen behind the letter is its value", ["-f-"], {}, { f: "-", _: [] }],
  ["everything after -- is an operand", ["-a", "--", "-b", "--c=d", "--"], {}, { a: true, _: ["-b", "--c=d", "--"] }],
  ["-- ends an option without a value", ["--a", "--", "b"], {}, { a: true, _: ["b"] }],
  ["booleans are false by default", ["-x", "-z", "one"], BOOLEAN, { x: true, y: false, z: true, _: ["one"] }],
  ["booleans in a group", ["-xz", "one"], BOOLEAN, { x: true, y: false, z: true, _: ["one"] }],
  ["a boolean takes true and false", ["--verbose", "false", "-t", "true"], SWITCHES, {
    verbose: false,
    t: true,
    _: [],
  }],
  ["no other word is a boolean's value", ["-t", "true123"], SWITCHES, { t: true, verbose: false, _: ["true123"] }],
  ["a boolean with =", ["--verbose=false", "--t=true"], SWITCHES, { verbose: false, t: true, _: [] }],
  ["a boolean letter with = keeps the word", ["-t=true"], { boolean: ["t"] }, { t: "true", _: [] }],
  ["an option that is not declared takes the next word", ["--pow", "xixxle"], {}, { pow: "xixxle", _: [] }],
  ["a value with =", ["--pow=xixxle"], {}, { pow: "xixxle", _: [] }],
  ["a value that begins with a hyphen is an option", ["--pow", "--b"], {}, { pow: true, b: true, _: [] }],
  ["a value may hold = and hyphens", ["--foo=---=\\n--+34-=/="], {}, { foo: "---=\\n--+34-=/=", _: [] }],
  ["a short value with =", ["-f=abc=def", "-e=="], {}, { f: "abc=def", e: "=", _: [] }],
  ["a value may be empty", ["--a="], { string: ["a"] }, { a: "", _: [] }],
  ["a string without a value is empty", ["--s"], { string: ["s"] }, { s: "", _: [] }],
  ["strings without values in a group", ["-art"], { string: ["a", "t"] }, { a: "", r: true, t: "", _: [] }],
  ["a path behind a letter", ["-I/foo/bar"], {}, { I: "/foo/bar", _: [] }],
  ["a path behind a group", ["-xyz/foo"], {}, { x: true, y: true, z: "/foo", _: [] }],
  ["a number behind a letter", ["-n123", "-m", "456"], {}, { n: 123, m: 456, _: [] }],
  ["a letter and a number in a group", ["-123", "456"], {}, { 1: true, 2: true, 3: 456, _: [] }],
  [
    "numbers, but not of strings",
    ["-x", "1234", "-y", "5.67", "-z", "1e7", "-w", "10f", "--hex", "0xdeadbeef", "-s", "0001234"],
    { string: ["s"] },
    { x: 1234, y: 5.67, z: 1e7, w: "10f", hex: 0xdeadbeef, s: "0001234", _: [] },
  ],
  ["the last value counts", ["-v", "a", "-v", "b"], {}, { v: "b", _: [] }],
  ["values are collected", ["--name", "a", "--name=b"], { collect: ["name"] }, { name: ["a", "b"], _: [] }],
  ["one value is collected", ["--name", "a"], { collect: ["name"] }, { name: ["a"], _: [] }],
  ["no value of a string is collected", [], { string: ["name"], collect: ["name"] }, { name: [], _: [] }],
  ["nothing is collected", [], { collect: ["name"] }, { _: [] }],
  ["a newline in a value", ["-s", "X\nX", "--long=Y\nY"], {}, { s: "X\nX", long: "Y\nY", _: [] }],
  ["--no-x is another option, where x is not declared", ["--no-moo"], {}, { "no-moo": true, _: [] }],
  ["a dot makes a nested object", ["--a.b", "3", "--a.c.d"], {}, { a: { b: 3, c: { d: true } }, _: [] }],
  ["names of built-in properties", ["--toString", "--valueOf", "foo"], {}, { toString: true, valueOf: "foo", _: [] }],
];

for (const [title, args, options, result] of CASES) {
  Deno.test(`parseArgs of deno-std: ${title}`, () => {
    const parsed: unknown = parseArgs(args, options);
    assertEquals(parsed, result);
  });
}

Deno.test("parseArgs of deno-std: cannot set a prototype", () => {
  for (const name of ["__proto__.x", "constructor.prototype.x", "a.__proto__.x", "a.constructor.prototype.x"]) {
    parseArgs([`--${name}`, "1"]);
    parseArgs([`--${name}=1`]);
    assertEquals(Reflect.get({}, "x"), undefined, name);
    assertEquals(Reflect.get(() => {}, "x"), undefined, name);
  }
});

Deno.test("parseArgs of deno-std: reports what is not declared, and drops what the callback refuses", () => {
  const unknown: unknown[] = [];
  const parsed = parseArgs(["--known=1", "--other", "2", "-q", "operand", "--refused=3"], {
    string: ["known"],
    unknown: (arg, key, value) => {
      unknown.push([arg, key, value]);
      return arg !== "--refused=3" && arg !== "operand";
    },
  });
  assertEquals(unknown, [
    ["--other", "other", "2"],
    ["-q", "q", "operand"],
    ["--refused=3", "refused", "3"],
  ]);
  const result: unknown = parsed;
  assertEquals(result, { known: "1", other: 2, q: "operand", _: [] });
});
