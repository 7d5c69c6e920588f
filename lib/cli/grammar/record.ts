import type { Fields, ValuesOf } from "./field.ts";

/** One kind of JSON record: when it is printed, and its fields. */
export interface RecordShape<F extends Fields = Fields, E extends boolean = boolean> {
  /** Occasion on which it is printed: starts with a lower-case letter, no full stop. */
  readonly help: string;
  /** Whether it has a field `event`, which holds the name under which it stands in its table. */
  readonly event: E;
  /** Its other fields. */
  readonly fields: F;
}

/** The JSON records of a verb, by name. */
export type Records = Readonly<Record<string, RecordShape>>;

/** The table of a verb that prints none. */
export type NoRecords = Readonly<Record<never, RecordShape>>;

/** A record with a field `event`: one of several kinds that a verb prints. */
export function event<const F extends Fields>(help: string, fields: F): RecordShape<F, true> {
  return { help, event: true, fields };
}

/** A record without it: a result, one per input. */
export function result<const F extends Fields>(help: string, fields: F): RecordShape<F, false> {
  return { help, event: false, fields };
}

/** The type of the records in a table. */
export type RecordOf<R extends Records> = {
  [K in keyof R]: R[K] extends RecordShape<infer F, infer E>
    ? E extends true ? { readonly event: K } & ValuesOf<F> : ValuesOf<F>
    : never;
}[keyof R];
