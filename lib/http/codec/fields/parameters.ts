/** A parameter of a field value: `; name=value` or `; name="value"` (RFC 9110 §5.6.6). */
export interface Parameter {
  /** Its name, in lower case. */
  readonly name: string;
  /** Its value, without quotes. */
  readonly value: string;
}

const TOKEN = /[!#$%&'*+.^_`|~\w-]+/y;
const SPACE = /[\t ]*/y;
const NEXT = /[\t ]*;[\t ;]*/y;
const VALUE = /[^\t ;"][^;]*/y;

/** Options of {@link parseParameters}. */
export interface ParameterOptions {
  /** Characters that a backslash escapes in a quoted value: any (RFC 9110), or only `"` and itself. @default "any" */
  readonly escapes?: "any" | "quotes";
}

/**
 * Reads the parameters behind the first item of a field value, from `at` on: optional white space around `;`, values as tokens
 * or quoted strings, empty parameters. A value that is not quoted ends at the next `;`, whatever it has before it, since programs write file
 * names so. Nothing when the text is cut or has something else.
 *
 * @example
 * ```ts
 * import { parseParameters } from "../../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseParameters('form-data; name=f; filename="a \\"b\\""', "form-data".length), [
 *   { name: "name", value: "f" },
 *   { name: "filename", value: 'a "b"' },
 * ]);
 * ```
 */
export function parseParameters(
  text: string,
  at = 0,
  { escapes = "any" }: ParameterOptions = {},
): Parameter[] | undefined {
  const found: Parameter[] = [];
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const taken = pattern.exec(text)?.[0];
    at += taken?.length ?? 0;
    return taken;
  };
  while (take(NEXT) !== undefined) {
    const name = take(TOKEN);
    if (name === undefined) break;
    take(SPACE);
    if (text[at] !== "=") return undefined;
    at++;
    take(SPACE);
    let value: string | undefined;
    if (text[at] === '"') {
      const end = closingQuote(text, at);
      if (end < 0) return undefined;
      value = text.slice(at + 1, end).replace(escapes === "any" ? /\\(.)/gs : /\\(["\\])/g, "$1");
      at = end + 1;
    } else value = (take(VALUE) ?? "").replace(/[\t ]+$/, "");
    found.push({ name: name.toLowerCase(), value });
  }
  take(SPACE);
  return at === text.length ? found : undefined;
}

/** Returns where the quoted string ends that begins at `at`. */
function closingQuote(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '"') return i;
    if (text[i] === "\\") i++;
  }
  return -1;
}
