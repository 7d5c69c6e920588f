/** First line of a POP3 server's reply, or its challenge during AUTH. All of its text is untrusted. */
export type Pop3Reply =
  | { readonly kind: "ok"; readonly text: string }
  | { readonly kind: "error"; readonly code?: string; readonly text: string }
  | { readonly kind: "challenge"; readonly text: string };

/** Maximum length of such a line in bytes. RFC 2449 §4 says 512 with its line end; servers with much to say exceed it. */
export const POP3_REPLY_BYTES = 2048;

/**
 * Parses a first line of a reply (RFC 1939 §3, RFC 5034 §4). The response code of an error (RFC 2449 §8), such as `IN-USE`, is returned in
 * capitals, without its brackets.
 *
 * @returns The reply; undefined when the line is not one.
 * @example Parse an error
 * ```ts
 * import { parsePop3Reply } from "../../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parsePop3Reply("-ERR [IN-USE] locked"), { kind: "error", code: "IN-USE", text: "locked" });
 * ```
 */
export function parsePop3Reply(line: string): Pop3Reply | undefined {
  const [, status, rest = ""] = /^(\+OK|-ERR|\+)(?:[ \t]+(.*))?$/isu.exec(line) ?? [];
  switch (status?.toUpperCase()) {
    case "+OK":
      return { kind: "ok", text: rest };
    case "+":
      return { kind: "challenge", text: rest };
    case "-ERR": {
      const [, code, text = ""] = /^\[([A-Z0-9/_-]{1,40})\] ?(.*)$/isu.exec(rest) ?? [];
      return code === undefined ? { kind: "error", text: rest } : { kind: "error", code: code.toUpperCase(), text };
    }
    default:
      return undefined;
  }
}
