import { UsageError } from "../errors/errors.ts";

// Characters that the WHATWG host rules would take for the end of the host, or decode, instead of rejecting them.
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\x00-\x20\x7f-\x9f/\\?#@:<>[\]^|%]/;

/**
 * Returns the form of a host name for the wire: letters outside ASCII are encoded (Punycode, by the host rules of the
 * WHATWG URL standard); ASCII stays as it is.
 *
 * @throws {UsageError} `invalid-name` for an empty name, a control character, or what cannot be encoded.
 * @example
 * ```ts
 * import { asciiHostName } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(asciiHostName("bücher.example"), "xn--bcher-kva.example");
 * ```
 */
export function asciiHostName(name: string): string {
  if (name === "" || FORBIDDEN.test(name)) throw invalid(name);
  // deno-lint-ignore no-control-regex -- the range is all of ASCII
  if (/^[\x00-\x7f]*$/.test(name)) return name;
  try {
    return new URL(`http://${name}`).hostname;
  } catch (cause) {
    throw invalid(name, cause);
  }
}

function invalid(name: string, cause?: unknown): UsageError {
  return new UsageError(`"${name}" is not a host name`, { code: "invalid-name", cause });
}
