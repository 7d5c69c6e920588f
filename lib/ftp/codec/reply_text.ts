/** Reply of a server: a code, and the text of its line or lines, without line breaks. */
export interface FtpReplyText {
  /** Code, 100 to 599. */
  readonly code: number;
  /** Text; of several lines the first and the last only enclose the others, which are indented as the features of `FEAT` are. */
  readonly text: string | readonly string[];
}

/**
 * Formats a reply with its line ends (RFC 959 §4.2). Line breaks and NUL in texts become question marks: nothing that a client has
 * sent begins a line.
 *
 * @example
 * ```ts
 * import { formatReply } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatReply({ code: 211, text: ["Features:", "UTF8", "End"] }), "211-Features:\r\n UTF8\r\n211 End\r\n");
 * ```
 */
export function formatReply({ code, text }: FtpReplyText): string {
  const lines = typeof text === "string" ? [text] : text;
  const last = lines.length - 1;
  const shown = lines.map((line) => line.replace(/[\r\n\0]/g, "?"));
  return shown.map((line, i) => i === last ? `${code} ${line}\r\n` : i === 0 ? `${code}-${line}\r\n` : ` ${line}\r\n`)
    .join("");
}
