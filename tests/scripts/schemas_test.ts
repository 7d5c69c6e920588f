import { assert, assertEquals, assertRejects } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { fieldProblems } from "../../lib/cli/grammar/field.ts";
import { recordsOf, schemasOf, verbSchema } from "../../scripts/docs/schemas.ts";
import { records, verbsOf } from "../../scripts/records.ts";
import { checkRecords } from "../kit/json_records.ts";
import { changed, objectOf } from "../kit/record_values.ts";

const COMMANDS = await records();

Deno.test("schemasOf: each schema is valid, and each verb with records has one", () => {
  for (const command of COMMANDS) {
    const schemas = schemasOf(command);
    for (const [path, schema] of schemas) {
      const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
      assert(ajv.validateSchema(schema), `${path}: ${ajv.errorsText()}`);
      ajv.compile(schema);
    }
    const printing = verbsOf(command).filter(([, { records = {} }]) => Object.keys(records).length > 0);
    assertEquals(schemas.size, printing.length, command.name);
  }
});

Deno.test("schemasOf: describes each field, and accepts fields of later versions", () => {
  const command = COMMANDS.find(({ name }) => name === "tcp");
  assert(command);
  const schema = schemasOf(command).get("tcp.check.json");
  assert(schema);
  const accepts = new Ajv2020().compile(schema);
  const port = { event: "port", host: "a.test", state: "open", addresses: [] };
  assertEquals(
    [port, { ...port, later: 1 }, { ...port, state: "closed" }, { event: "later" }, { error: { code: "x" } }]
      .map((value) => accepts(value)),
    [true, true, false, false, false],
  );
});

for (const command of COMMANDS) {
  for (const [words, verb] of verbsOf(command)) {
    const path = [command.name, ...words].join(" ");
    Deno.test(`verbSchema: accepts and rejects the same records as the table of ${path}`, () => {
      for (const [name, shape] of Object.entries(recordsOf(verb))) {
        const accepts = new Ajv2020().compile(verbSchema({ [name]: shape }, path, { strict: true }));
        const judge = ({ event, ...rest }: Record<string, unknown>): boolean =>
          event === (shape.event ? name : undefined) && fieldProblems(shape.fields, rest).length === 0;
        const value = objectOf(shape.fields).map((fields): Record<string, unknown> =>
          JSON.parse(JSON.stringify({ ...(shape.event ? { event: name } : {}), ...fields }))
        );
        const either = value.chain((value) =>
          fc.oneof(
            fc.constant({ value, valid: true }),
            changed(value).map((value) => ({ value, valid: undefined })),
          )
        );
        fc.assert(
          fc.property(either, ({ value, valid }) => {
            const accepted = accepts(value);
            if (valid) assert(accepted, `${name}: ${JSON.stringify(value)} ${JSON.stringify(accepts.errors)}`);
            if (typeof value !== "object" || value === null || Array.isArray(value)) return !accepted;
            assertEquals(accepted, judge({ ...value }), `${name}: ${JSON.stringify(value)}`);
          }),
          { numRuns: 60 },
        );
      }
    });
  }
}

Deno.test("checkRecords: rejects lines that are not records of the verb, and accepts data of peers", async () => {
  const port = { event: "port", host: "a.test", state: "open", addresses: [] };
  const args = ["check", "--json", "a.test:1"];
  await checkRecords("tcp", args, `${JSON.stringify(port)}\n{not JSON\n`);
  await checkRecords("toucan", ["tcp", ...args], `${JSON.stringify(port)}\n`);
  await checkRecords("tcp", ["check", "a.test:1"], '{"event":"other"}\n');
  for (const value of [{ ...port, inlined: 1 }, { event: "other" }, { error: {} }]) {
    await assertRejects(() => checkRecords("tcp", args, `${JSON.stringify(value)}\n`));
    await assertRejects(() => checkRecords("toucan", ["tcp", ...args], `${JSON.stringify(value)}\n`));
  }
});
