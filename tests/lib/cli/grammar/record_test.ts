import { assertEquals } from "@std/assert";
import { fieldProblems } from "../../../../lib/cli/grammar/field.ts";
import { ERROR, event, field, flag, knownValues, LISTENING, Output, result, verb } from "../../../../lib/cli/mod.ts";

const { bytes, list, milliseconds, nullable, object, onSuccess, optional, text, oneOf } = field;

const RECORDS = {
  ...LISTENING,
  "message": event("when a message came", { peer: text(), size: optional(bytes()) }),
  "pause": event("when there is none", { ms: milliseconds() }),
  "answer": result("one per input", {
    input: text(),
    parts: onSuccess(list(object({ name: text(), value: nullable(text()) }))),
    error: optional(ERROR),
  }),
};

/** Lines that the compiler has to reject: a line without an error fails the type check. */
function refusedByTheCompiler(
  output: Output<typeof RECORDS>,
  spread: { peer: string; extra?: string },
  either: { event: "message"; peer: string } | { event: "pause"; ms: number; extra: string },
) {
  // @ts-expect-error -- a field that the table lacks
  output.record({ event: "message", peer: "a", extra: 1 });
  // @ts-expect-error -- such a field, spread into the record
  output.record({ event: "message", ...spread });
  // @ts-expect-error -- such a field in one of two records
  output.record(either);
  // @ts-expect-error -- such a field in an object within the record
  output.record({ input: "a", error: { code: "a", message: "b", extra: 1 } });
  // @ts-expect-error -- such a field in an entry of a list
  output.record({ input: "a", parts: [{ name: "a", value: null, extra: 1 }] });
  // @ts-expect-error -- a field of another record
  output.record({ event: "message", peer: "a", ms: 1 });
  // @ts-expect-error -- a field of another type
  output.record({ event: "message", peer: 1 });
  // @ts-expect-error -- null where there is a value
  output.record({ event: "message", peer: null });
  // @ts-expect-error -- a field that is missing
  output.record({ event: "message" });
  // @ts-expect-error -- an event that the table lacks
  output.record({ event: "other", peer: "a" });
  // @ts-expect-error -- an event where there is none
  output.record({ event: "answer", input: "a" });
  verb({
    ...{ summary: "", operands: [], options: { "json": flag("") }, examples: [], exits: [] },
    // @ts-expect-error -- a record of a verb without a table
    run: ({ output }) => Promise.resolve(output.record({ event: "message", peer: "a" })),
  });
}

Deno.test("Output.record prints a record unchanged", () => {
  let printed = "";
  const stdout = {
    writeSync: (bytes: Uint8Array) => (printed += new TextDecoder().decode(bytes), bytes.length),
    isTerminal: () => false,
  };
  const output = new Output<typeof RECORDS>({ json: true, stdout });
  output.record({ event: "message", peer: "a" });
  output.record({ input: "a", parts: [{ name: "b", value: null }] });
  output.flush();
  assertEquals(printed, '{"event":"message","peer":"a"}\n{"input":"a","parts":[{"name":"b","value":null}]}\n');
  assertEquals(refusedByTheCompiler.length, 3);
});

const { fields } = RECORDS.answer;
const parts = [{ name: "a", value: "b" }];
const error = { code: "a", message: "b" };

/** Values, and their differences from the table. */
const PROBLEMS: readonly (readonly [value: unknown, problems: string[]])[] = [
  [{ input: "a", parts }, []],
  [{ input: "a", parts: [] }, []],
  [{ input: "a", parts: [{ name: "a", value: null }] }, []],
  [{ input: "a", error }, []],
  [{ input: "a", parts, error: undefined }, []],
  [{ input: "a" }, ["parts: missing"]],
  [{ parts }, ["input: missing"]],
  [{ input: "a", parts, extra: 1 }, ["extra: not in the table"]],
  [{ input: null, parts }, ["input: null is not a string"]],
  [{ input: "a", parts: {} }, ["parts.name: missing", "parts.value: missing"]],
  [{ input: "a", parts: [{ name: "a" }] }, ["parts[0].value: missing"]],
  [{ input: "a", parts: [{ name: "a", value: "b", c: 1 }] }, ["parts[0].c: not in the table"]],
  [{ input: "a", error: { ...error, more: 1 } }, ["error.more: not in the table"]],
  [[], ["the record: not an object"]],
];

Deno.test("Output.record checks a value against the types of its fields", () => {
  for (const [value, problems] of PROBLEMS) assertEquals(fieldProblems(fields, value), problems);
  assertEquals(bytes().is(1.5), false);
  assertEquals([milliseconds().is(1.5), milliseconds().is(NaN)], [true, false]);
  assertEquals([oneOf(["a", "b"]).is("b"), oneOf(["a", "b"]).is("c")], [true, false]);
});

Deno.test("knownValues keeps only the values that the table declares", () => {
  const declared = { a: optional(text()), b: optional(bytes()) };
  assertEquals(knownValues(declared, { a: "x", b: "not a number", c: 1, constructor: "x" }), { a: "x" });
});
