/** One of the values that a client would take, and how much it wants it. */
export interface Preference {
  /** The value, in lower case: `gzip`, `text/html`, `*`. */
  readonly value: string;
  /** From 0, not at all, to 1. */
  readonly quality: number;
}

/**
 * Parses a list with weights, such as Accept-Encoding (RFC 9110 §12.4.2), by descending preference. Invalid elements are
 * skipped.
 *
 * @param text The value of the field.
 * @example Parse a list with weights
 * ```ts
 * import { parsePreferences } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parsePreferences("a;q=0.5, b").map(({ value }) => value), ["b", "a"]);
 * ```
 */
export function parsePreferences(text: string): Preference[] {
  const preferences: Preference[] = [];
  for (const element of text.split(",")) {
    const [value = "", ...parameters] = element.split(";").map((part) => part.trim().toLowerCase());
    if (!/^[!#$%&'*+\-.^_`|~\w/]+$/.test(value)) continue;
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    if (weight !== undefined && !/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight)) continue;
    preferences.push({ value, quality: weight === undefined ? 1 : Number(weight) });
  }
  return preferences.sort((a, b) => b.quality - a.quality);
}

/**
 * Chooses the content coding that a client prefers (RFC 9110 §12.5.3).
 *
 * @param accepted The value of Accept-Encoding.
 * @param codings The codings that the server has, in its order of preference.
 * @returns The coding, or `identity`.
 * @example Choose a coding
 * ```ts
 * import { chooseEncoding } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(chooseEncoding("br;q=0, gzip", ["br", "gzip"]), "gzip");
 * ```
 */
export function chooseEncoding(accepted: string | undefined, codings: readonly string[]): string {
  const preferences = parsePreferences(accepted ?? "");
  for (const { value, quality } of preferences) {
    if (quality === 0 || value === "identity") break;
    const named = new Set(preferences.map((preference) => preference.value));
    const chosen = value === "*"
      ? codings.find((coding) => !named.has(coding))
      : codings.find((coding) => coding === value);
    if (chosen !== undefined) return chosen;
  }
  return "identity";
}
