/** Presence of a field in its record: always, always unless the record has an `error`, or only if it applies. */
export type Presence = "always" | "success" | "maybe";

/** One field of a JSON record: its type for the compiler, its meaning for the documentation, and a check of its value. */
export interface Field<T = unknown, P extends Presence = Presence> {
  /** Description: starts with a lower-case letter, no full stop. */
  readonly help: string;
  /** Its type and unit, for the documentation: `number, bytes`. */
  readonly type: string;
  /** Its presence in the record. */
  readonly presence: P;
  /** Its JSON Schema, without those of its fields or entries. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The fields of the object, or of each object in the list. */
  readonly fields?: Fields;
  /** The entries of the list. */
  readonly entry?: Field;
  /** Whether it may be null. */
  readonly nullable?: boolean;
  /** The name of an object that several records have, where its fields are documented once. */
  readonly shared?: string;
  /** Returns whether a value has its type. */
  is(value: unknown): value is T;
}

/** Fields by their names. */
export type Fields = Readonly<Record<string, Field>>;

/** The type of a field's value. */
export type ValueOf<F> = F extends Field<infer T> ? T : never;
/** The names of those fields that are in every record. */
export type Always<F extends Fields> = { [K in keyof F]: F[K]["presence"] extends "always" ? K : never }[keyof F];

/** The type of an object with these fields. */
export type ValuesOf<F extends Fields> =
  & { readonly [K in Always<F>]: ValueOf<F[K]> }
  & { readonly [K in Exclude<keyof F, Always<F>>]?: ValueOf<F[K]> | undefined };

function field<T>(
  type: string,
  help: string,
  schema: Field["schema"],
  is: (value: unknown) => value is T,
): Field<T, "always"> {
  return { type, help, presence: "always", schema, is };
}

const TEXT = { type: "string" };
const NUMBER = { type: "number" };
const WHOLE = { type: "integer" };

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

/** A text. */
export function text(help = ""): Field<string, "always"> {
  return field("string", help, TEXT, isText);
}

/** One of several words. */
export function oneOf<const T extends string>(words: readonly T[], help = ""): Field<T, "always"> {
  const isWord = (value: unknown): value is T => words.some((word) => word === value);
  return field(words.map((word) => `"${word}"`).join(" | "), help, { enum: words }, isWord);
}

/** A whole number. */
export function integer(help = ""): Field<number, "always"> {
  return field("number", help, WHOLE, isWhole);
}

/** A size in bytes. */
export function bytes(help = ""): Field<number, "always"> {
  return field("number, bytes", help, WHOLE, isWhole);
}

/** A time span in milliseconds. */
export function milliseconds(help = ""): Field<number, "always"> {
  return field("number, milliseconds", help, NUMBER, isNumber);
}

/** A time span in whole seconds. */
export function seconds(help = ""): Field<number, "always"> {
  return field("number, seconds", help, WHOLE, isWhole);
}

/** A point in time, in milliseconds since 1970. */
export function timestamp(help = ""): Field<number, "always"> {
  return field("number, milliseconds since 1970 (UTC)", help, NUMBER, isNumber);
}

/** True or false. */
export function boolean(help = ""): Field<boolean, "always"> {
  return field("boolean", help, { type: "boolean" }, (value): value is boolean => typeof value === "boolean");
}

/** Any value that JSON can hold. */
export function json(help = ""): Field<unknown, "always"> {
  return field("any", help, {}, (value): value is unknown => value !== undefined);
}

/** An object. With a `shared` name its fields are documented once for all records that have it. */
export function object<const F extends Fields>(fields: F, help = "", shared?: string): Field<ValuesOf<F>, "always"> {
  const isObject = (value: unknown): value is ValuesOf<F> => fieldProblems(fields, value).length === 0;
  return { ...field("object", help, { type: "object" }, isObject), fields, shared };
}

/** A list of values of one type. */
export function list<T>(of: Field<T>, help = ""): Field<readonly T[], "always"> {
  const isList = (value: unknown): value is readonly T[] =>
    Array.isArray(value) && value.every((entry) => of.is(entry));
  const { fields, shared, type } = of;
  return {
    ...field(
      `array of ${type.replace(/^(object|array|string|number|boolean)/, "$1s")}`,
      help,
      { type: "array" },
      isList,
    ),
    entry: of,
    fields,
    shared,
  };
}

/** The same, or null where there is no value. */
export function nullable<T, P extends Presence>(of: Field<T, P>): Field<T | null, P> {
  const is = (value: unknown): value is T | null => value === null || of.is(value);
  return { ...of, type: `${of.type} | null`, nullable: true, is };
}

/** The same, absent where it does not apply or is not known. */
export function optional<T>(of: Field<T>): Field<T, "maybe"> {
  return { ...of, presence: "maybe" };
}

/** The same, absent only from a record with an `error`. */
export function onSuccess<T>(of: Field<T>): Field<T, "success"> {
  return { ...of, presence: "success" };
}

/** The names of the fields that no object may lack, by the fields. */
const REQUIRED = new WeakMap<Fields, readonly string[]>();

/** Returns the values of an object that fields declare. Called for each record of a peer: it looks only at what is there. */
export function knownValues<F extends Fields>(fields: F, values: Readonly<Record<string, unknown>>): ValuesOf<F> {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (Object.hasOwn(fields, name) && fields[name]?.is(value)) kept[name] = value;
  }
  if (isComplete(fields, kept)) return kept;
  throw new TypeError(fieldProblems(fields, kept).join("; "));
}

/** Whether nothing is missing of values that have been checked one by one. */
function isComplete<F extends Fields>(fields: F, values: Readonly<Record<string, unknown>>): values is ValuesOf<F> {
  let required = REQUIRED.get(fields);
  if (!required) {
    required = Object.keys(fields).filter((name) => fields[name]?.presence !== "maybe");
    REQUIRED.set(fields, required);
  }
  return required.every((name) => Object.hasOwn(values, name));
}

/** Returns the differences of a value from its fields: missing, unknown, of another type. */
export function fieldProblems(fields: Fields, value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [`${path || "the record"}: not an object`];
  }
  const given = new Map<string, unknown>(Object.entries(value));
  const failed = given.get("error") !== undefined;
  const unknown = [...given].filter(([name, value]) => !Object.hasOwn(fields, name) && value !== undefined);
  return [
    ...unknown.map(([name]) => `${path}${name}: not in the table`),
    ...Object.entries(fields).flatMap(([name, field]) => valueProblems(field, given.get(name), path + name, failed)),
  ];
}

function valueProblems(field: Field, value: unknown, path: string, failed: boolean): string[] {
  if (value === undefined) {
    const needed = field.presence === "always" || (field.presence === "success" && !failed);
    return needed ? [`${path}: missing`] : [];
  }
  const { fields } = field;
  if (field.is(value)) return [];
  if (fields) {
    const entries: readonly unknown[] = Array.isArray(value) ? value : [];
    return Array.isArray(value)
      ? entries.flatMap((entry, i) => fieldProblems(fields, entry, `${path}[${i}].`))
      : fieldProblems(fields, value, `${path}.`);
  }
  return [`${path}: ${JSON.stringify(value)} is not a ${field.type}`];
}
