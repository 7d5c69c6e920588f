/** An image candidate of a srcset. */
export interface SrcsetImage {
  /** Its URL as written. */
  readonly url: string;
  /** Its descriptor: `2x`, `640w`, or empty. */
  readonly descriptor: string;
}

/**
 * Parses a srcset attribute (WHATWG HTML, parsing a srcset attribute). URLs may contain commas.
 *
 * @example
 * ```ts
 * import { parseSrcset } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSrcset("a.png, b,c.png 2x")[1], { url: "b,c.png", descriptor: "2x" });
 * ```
 */
export function parseSrcset(text: string): SrcsetImage[] {
  const found: SrcsetImage[] = [];
  let rest = text;
  while (true) {
    rest = rest.replace(/^[\s,]+/, "");
    const url = /^\S+/.exec(rest)?.[0];
    if (url === undefined) return found;
    rest = rest.slice(url.length);
    if (url.endsWith(",")) {
      found.push({ url: url.replace(/,+$/, ""), descriptor: "" });
      continue;
    }
    const descriptor = /^(?:[^,(]|\([^)]*\)?)*/.exec(rest)?.[0] ?? "";
    rest = rest.slice(descriptor.length);
    found.push({ url, descriptor: descriptor.trim() });
  }
}

/** Returns the largest candidate. */
export function largest(candidates: readonly SrcsetImage[]): SrcsetImage | undefined {
  const size = ({ descriptor }: SrcsetImage) =>
    Number(/^(\d*\.?\d+(?:[eE][+-]?\d{1,3})?)[wx]/.exec(descriptor)?.[1] ?? 1);
  return candidates.reduce<SrcsetImage | undefined>(
    (best, one) => best && size(best) >= size(one) ? best : one,
    undefined,
  );
}
