import { UsageError } from "../../core/mod.ts";
import { basicAuthorization, type Credentials } from "../codec/fields/authentication.ts";

/** Fields that `fetch` adds where they are missing. */
const OF_FETCH = /^(?:accept|accept-language|user-agent)$/i;

/** Sources of the header fields of a request. */
export interface RequestFields {
  /** Fields that are sent unless there are others of their name. */
  readonly defaults: readonly (readonly [name: string, value: string])[];
  /** Fields that were given. They replace the others of their name; an empty value takes a field away. */
  readonly given: readonly (readonly [name: string, value: string])[];
  /** Whether they are for HTTP/2, where `fetch` has its own in place of some that are missing. */
  readonly http2?: boolean;
  /** User and password for Authorization. */
  readonly credentials?: Credentials;
}

/**
 * The fields of a request, each name from the one who has most to say about it.
 *
 * @throws {UsageError} `invalid-credentials`; `http2-unsupported` for a field that HTTP/2 here cannot be without.
 * @example
 * ```ts
 * import { requestFields } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const fields = requestFields({ defaults: [["Accept", "text/html"], ["User-Agent", "x"]], given: [["accept", ""]] });
 * assertEquals(fields, [["User-Agent", "x"]]);
 * ```
 */
export function requestFields({ defaults, given, credentials, http2 }: RequestFields): (readonly [string, string])[] {
  const missing = given.find(([name, value]) => http2 && value === "" && OF_FETCH.test(name));
  if (missing) {
    throw new UsageError(
      `HTTP/2 does not go without ${missing[0]}: it is spoken by fetch, which has a value of its own`,
      {
        code: "http2-unsupported",
      },
    );
  }
  const own = credentials ? [["Authorization", basicAuthorization(credentials)] as const] : [];
  const named = new Set(given.map(([name]) => name.toLowerCase()));
  return [
    ...[...defaults, ...own].filter(([name]) => !named.has(name.toLowerCase())),
    ...given.filter(([, value]) => value !== ""),
  ];
}
