import { UsageError } from "../../core/mod.ts";
import { Fields } from "../codec/fields/fields.ts";

/**
 * Reads a field as people write it: `Name: value`, or `Name:` for an empty one.
 *
 * @throws {UsageError} `invalid-field` for an invalid field, or one that is computed (Content-Length, Transfer-Encoding).
 * @example
 * ```ts
 * import { parseField } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseField("Accept-Language: de"), ["Accept-Language", "de"]);
 * ```
 */
export function parseField(text: string): [name: string, value: string] {
  const [, name = "", value = ""] = /^([^:]*):[\t ]*(.*?)[\t ]*$/s.exec(text) ?? [];
  if (/^(?:content-length|transfer-encoding)$/i.test(name)) {
    throw new UsageError(`${name} follows from the body`, { code: "invalid-field" });
  }
  // What is beyond ASCII goes out in UTF-8.
  const octets = Array.from(new TextEncoder().encode(value), (octet) => String.fromCharCode(octet)).join("");
  new Fields([[name, octets]]);
  return [name, octets];
}
