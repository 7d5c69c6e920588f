import fc from "fast-check";
import type { Field, Fields } from "../../lib/cli/grammar/field.ts";

/** Returns values of a field that its table allows. */
export function valueOf(field: Field): fc.Arbitrary<unknown> {
  const value = field.entry
    ? fc.array(valueOf(field.entry), { maxLength: 2 })
    : field.fields
    ? objectOf(field.fields)
    : leaf(field);
  return field.nullable ? fc.option(value) : value;
}

/** Returns objects with these fields: with an error, those that are absent on failure are missing now and then. */
export function objectOf(fields: Fields): fc.Arbitrary<Record<string, unknown>> {
  const names = Object.keys(fields);
  const requiredKeys = names.filter((name) => fields[name]?.presence !== "maybe");
  const whole = fc.record(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(field)])),
    { requiredKeys, noNullPrototype: true },
  );
  const onSuccess = names.filter((name) => fields[name]?.presence === "success");
  return fc.tuple(whole, fc.subarray(onSuccess)).map(([value, dropped]) =>
    value.error === undefined ? value : without(value, dropped)
  );
}

/** Returns changes of a value at one place: a key removed, added or with a value of another type, at any depth. */
export function changed(value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value;
    if (entries.length === 0) return other;
    return fc.oneof(other, changed(entries[0]).map((entry) => [entry, ...entries.slice(1)]));
  }
  if (typeof value !== "object" || value === null) return other;
  const all = Object.entries(value);
  const added = other.map((more) => ({ ...value, unexpected: more }));
  if (all.length === 0) return added;
  return fc.oneof(
    added,
    fc.constantFrom(...all).map(([name]) => without(value, [name])),
    fc.constantFrom(...all).chain(([name, inner]) => changed(inner).map((to) => ({ ...value, [name]: to }))),
  );
}

const other = fc.constantFrom<unknown>(null, true, 1.5, 7, "x", [], [1], {}, { x: 1 });

function without(value: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

function leaf({ schema }: Field): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) {
    const words: readonly unknown[] = schema.enum;
    return fc.constantFrom(...words);
  }
  switch (schema.type) {
    case "string":
      return fc.string({ maxLength: 5 });
    case "integer":
      return fc.maxSafeInteger();
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}
