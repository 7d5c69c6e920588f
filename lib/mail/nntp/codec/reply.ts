/** First line of an NNTP server's reply. Its text is untrusted. */
export interface NntpReply {
  /** Reply code, 100 to 599. */
  readonly code: number;
  /** Text after the code and a blank. */
  readonly text: string;
}

/** Maximum length of such a line in bytes. RFC 3977 §3.1 says 512 with its line end; servers with much to say exceed it. */
export const NNTP_REPLY_BYTES = 2048;

/**
 * Parses the first line of a reply (RFC 3977 §3.2).
 *
 * @returns The reply; undefined when the line is not one.
 * @example Parse a reply to GROUP
 * ```ts
 * import { parseNntpReply } from "../../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseNntpReply("211 2 1 2 misc.test"), { code: 211, text: "2 1 2 misc.test" });
 * ```
 */
export function parseNntpReply(line: string): NntpReply | undefined {
  const [, code, text = ""] = /^([1-5]\d\d)(?:[ \t](.*))?$/su.exec(line) ?? [];
  return code === undefined ? undefined : { code: Number(code), text };
}
