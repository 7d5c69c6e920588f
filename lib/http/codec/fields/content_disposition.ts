import { create, parse } from "../../../deps/content_disposition.ts";
import { safeFileName } from "./file_name.ts";

/**
 * Returns the file name that a Content-Disposition proposes (RFC 6266), without folders; undefined without one.
 *
 * @param value The value of the field.
 * @returns The name; untrusted text.
 * @example Read a file name
 * ```ts
 * import { dispositionFileName } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(dispositionFileName(`attachment; filename="a.txt"; filename*=UTF-8''%E2%82%AC.txt`), "€.txt");
 * assertEquals(dispositionFileName('attachment; filename="../../etc/passwd"'), "passwd");
 * ```
 */
export function dispositionFileName(value: string): string | undefined {
  const { filename } = parse(withEscapes(value)).parameters;
  if (filename === undefined) return undefined;
  return safeFileName(/[\x80-\xff]/.test(value) ? octetsAsUtf8(filename) : filename);
}

/** Whether Content-Disposition wants the body saved rather than shown. */
export function isAttachment(value: string): boolean {
  return parse(value).type === "attachment";
}

/**
 * Writes Content-Disposition for a file of this name; names outside ASCII in both the old form and the new.
 *
 * @param name The file name.
 * @param type `attachment` to save the body, `inline` to display it.
 * @returns The value of Content-Disposition.
 * @example Propose a file name
 * ```ts
 * import { dispositionFileName, formatDisposition } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(dispositionFileName(formatDisposition("é.txt")), "é.txt");
 * ```
 */
export function formatDisposition(name: string, type?: "attachment" | "inline"): string;
export function formatDisposition(name: string, type: "attachment" | "inline" = "attachment"): string {
  // deno-lint-ignore no-control-regex -- no control character belongs into a field
  return create(name.toWellFormed().replace(/[\x00-\x1f\x7f]/g, "_"), { type });
}

/** Escapes the backslashes that escape nothing: no sender has to escape more than a quote or a backslash (RFC 9110 §5.6.4). */
function withEscapes(value: string): string {
  return value.replace(/\\["\\]?/g, (escape) => escape === "\\" ? "\\\\" : escape);
}

/** A text whose characters are octets, as the UTF-8 that they are, where they are that. */
function octetsAsUtf8(text: string): string {
  if (/[\u0100-\uffff]/.test(text)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  } catch {
    return text;
  }
}
