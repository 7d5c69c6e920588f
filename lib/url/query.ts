import { decodeText } from "./percent.ts";

/** A key and its value. */
export type Param = readonly [key: string, value: string];

/**
 * Parses a query into the pairs of a form: `+` is a space. Empty pieces between two `&` are skipped.
 *
 * @param query The query without its `?`.
 * @returns The decoded pairs in their order.
 * @example Parse a query
 * ```ts
 * import { queryParams } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(queryParams("a=1+2&b"), [["a", "1 2"], ["b", ""]]);
 * ```
 */
export function queryParams(query: string): Param[] {
  return query.split("&").filter((piece) => piece !== "").map(paramOf);
}

/** One piece of a query as a pair. */
export function paramOf(piece: string): Param {
  const equals = piece.indexOf("=");
  if (equals < 0) return [decodeForm(piece), ""];
  return [decodeForm(piece.slice(0, equals)), decodeForm(piece.slice(equals + 1))];
}

/** The same pairs as they stand there. */
export function rawParams(query: string): Param[] {
  return query.split("&").filter((piece) => piece !== "").map((piece) => {
    const equals = piece.indexOf("=");
    return equals < 0 ? [piece, ""] : [piece.slice(0, equals), piece.slice(equals + 1)];
  });
}

function decodeForm(text: string): string {
  return decodeText(text.includes("+") ? text.replaceAll("+", " ") : text);
}
