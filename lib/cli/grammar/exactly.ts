/** The keys of each member of a union. */
export type KeysOf<U> = U extends unknown ? keyof U : never;

/** The members of a union of records that a record can be: those with its `event`, or those without one. */
export type Fitting<U, T> = T extends { readonly event: infer E } ? Extract<U, { readonly event: E }>
  : Exclude<U, { readonly event: unknown }>;

/** The type of a key in the members of a union that have it. */
export type ValueAt<U, K> = U extends unknown ? K extends keyof U ? U[K] : never : never;

/** The type of a list's entries. */
export type EntryOf<U> = U extends readonly (infer E)[] ? E : never;

/** {@link Exactly} for any value. */
export type ExactValue<T, U> = unknown extends U ? T
  : T extends readonly (infer E)[] ? readonly ExactValue<E, EntryOf<U>>[]
  : T extends object ? Exactly<T, Extract<U, object>>
  : T;

/** A record without any field that the union `U` of records lacks, at any depth, also none that was spread into it. */
export type Exactly<T, U> = T extends unknown ?
    & T
    & { readonly [K in Exclude<keyof T, KeysOf<Fitting<U, T>>>]?: never }
    & { readonly [K in keyof T]: ExactValue<T[K], ValueAt<Fitting<U, T>, K>> }
  : never;
