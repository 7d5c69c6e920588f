import { basicAuthorization, type Credentials } from "../codec/authentication.ts";

/** What the fields of a request are put together from. */
export interface RequestFields {
  /** Fields that are sent unless there are others of their name. */
  readonly defaults: readonly (readonly [name: string, value: string])[];
  /** Fields that somebody gave. They replace the others of their name; an empty value takes a field away. */
  readonly given: readonly (readonly [name: string, value: string])[];
  /** Who asks, for Authorization. */
  readonly credentials?: Credentials;
}

/**
 * The fields of a request, each name from the one who has most to say about it.
 *
 * @throws {UsageError} `invalid-credentials`.
 * @example
 * ```ts
 * import { requestFields } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const fields = requestFields({ defaults: [["Accept", "text/html"], ["User-Agent", "x"]], given: [["accept", ""]] });
 * assertEquals(fields, [["User-Agent", "x"]]);
 * ```
 */
export function requestFields({ defaults, given, credentials }: RequestFields): (readonly [string, string])[] {
  const own = credentials ? [["Authorization", basicAuthorization(credentials)] as const] : [];
  const named = new Set(given.map(([name]) => name.toLowerCase()));
  return [
    ...[...defaults, ...own].filter(([name]) => !named.has(name.toLowerCase())),
    ...given.filter(([, value]) => value !== ""),
  ];
}
