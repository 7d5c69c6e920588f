import { ALWAYS_RECORDS, type Command, type Records, SERVER_RECORDS, type Verb } from "../../lib/cli/mod.ts";
import type { Field, Fields } from "../../lib/cli/grammar/field.ts";
import type { RecordShape } from "../../lib/cli/grammar/record.ts";
import { verbsOf } from "../records.ts";

/** A JSON Schema (draft 2020-12). */
export type Schema = Readonly<Record<string, unknown>>;

/** The dialect of the schemas. */
export const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** Options for schemas. */
export interface SchemaOptions {
  /**
   * Whether fields that a table lacks are invalid. The published schemas accept them, since a minor version may add
   * fields.
   *
   * @default {false}
   */
  readonly strict?: boolean;
}

/** Returns the records that a verb prints with `--json`, including those that all verbs or all servers print. */
export function recordsOf(verb: Verb): Records {
  return { ...verb.records, ...(verb.server ? SERVER_RECORDS : {}), ...ALWAYS_RECORDS };
}

/**
 * Returns the JSON Schema of each verb of a tool, by the path of its file in the folder of the schemas: `tcp.listen.json`.
 * Each describes one line of the output of the verb with `--json`.
 */
export function schemasOf(command: Command, options: SchemaOptions = {}): Map<string, Schema> {
  return new Map(
    verbsOf(command).filter(([, { records }]) => records !== undefined && Object.keys(records).length > 0)
      .map(([words, verb]) => {
        const path = [command.name, ...words];
        const title = `A line of ${path[0] === "toucan" ? "" : "toucan "}${path.join(" ")} --json`;
        return [`${path.join(".")}.json`, verbSchema(recordsOf(verb), title, options)] as const;
      }),
  );
}

/** Returns the JSON Schema for a line of JSON that is one of these records. */
export function verbSchema(records: Records, title: string, options: SchemaOptions = {}): Schema {
  const shared = new Map<string, Schema>();
  const shapes = Object.entries(records).map(([name, shape]) =>
    [name, recordSchema(name, shape, shared, options)] as const
  );
  const clash = Object.keys(records).find((name) => shared.has(name));
  if (clash !== undefined) throw new Error(`a record and a shared object of ${title} have the name ${clash}`);
  return {
    $schema: DIALECT,
    title,
    anyOf: shapes.map(([name]) => ({ $ref: `#/$defs/${name}` })),
    $defs: { ...Object.fromEntries(shapes), ...Object.fromEntries(shared) },
  };
}

function recordSchema(
  name: string,
  { help, event, fields }: RecordShape,
  shared: Map<string, Schema>,
  options: SchemaOptions,
): Schema {
  const { properties, required, ...rest } = objectSchema(fields, shared, options);
  if (!event) return { description: help, ...rest, properties, required };
  return {
    description: help,
    ...rest,
    properties: { event: { const: name }, ...properties },
    required: ["event", ...required],
  };
}

function objectSchema(fields: Fields, shared: Map<string, Schema>, options: SchemaOptions) {
  const named = (presence: Field["presence"]) =>
    Object.keys(fields).filter((name) => fields[name]?.presence === presence);
  const onSuccess = named("success");
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, fieldSchema(field, shared, options)]),
    ),
    required: named("always"),
    ...(onSuccess.length > 0 ? { anyOf: [{ required: onSuccess }, { required: ["error"] }] } : {}),
    ...(options.strict ? { additionalProperties: false } : {}),
  };
}

function fieldSchema(field: Field, shared: Map<string, Schema>, options: SchemaOptions): Schema {
  const schema = valueSchema(field, shared, options);
  const described = { ...description(field), ...schema };
  return field.nullable ? { ...description(field), anyOf: [schema, { type: "null" }] } : described;
}

function valueSchema(field: Field, shared: Map<string, Schema>, options: SchemaOptions): Schema {
  if (field.entry) return { ...field.schema, items: fieldSchema(field.entry, shared, options) };
  if (!field.fields) return field.schema;
  if (field.shared === undefined) return objectSchema(field.fields, shared, options);
  const name = field.shared.replaceAll(" ", "-");
  if (!shared.has(name)) shared.set(name, objectSchema(field.fields, shared, options));
  return { $ref: `#/$defs/${name}` };
}

/** The description of a field with its unit, which JSON Schema has no word for. */
function description({ help, type }: Field): Schema {
  const unit = /^number, (.*)$/.exec(type)?.[1];
  const text = `${help}${unit === undefined ? "" : ` (unit: ${unit})`}`.trim();
  return text === "" ? {} : { description: text };
}
