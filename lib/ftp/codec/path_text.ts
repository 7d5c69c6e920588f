/**
 * Quotes a path for a 257 reply, with its quotes doubled (RFC 959, appendix II).
 *
 * @example
 * ```ts
 * import { parseQuotedPath, quotePath } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quotePath('/a"b'), '"/a""b"');
 * assertEquals(parseQuotedPath('"/a""b" is the current directory'), '/a"b');
 * ```
 */
export function quotePath(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}

/** Parses the first quoted path in the text of a 257 reply; undefined if there is none, or it does not end. Untrusted. */
export function parseQuotedPath(text: string): string | undefined {
  const start = text.indexOf('"') + 1;
  if (start === 0) return undefined;
  for (let at = text.indexOf('"', start); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return text.slice(start, at).replaceAll('""', '"');
  }
  return undefined;
}

/** Returns why a path cannot be the argument of a command; undefined if it can. */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "empty path";
  if (/[\r\n]/.test(path)) return "line break in the path";
  if (path.includes("\0")) return "NUL in the path";
  return path.isWellFormed() ? undefined : "lone surrogate in the path";
}
