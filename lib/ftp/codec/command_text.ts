import { UsageError } from "../../core/errors/errors.ts";

/** Characters of paths and names that a command cannot contain, and halves of surrogate pairs, which UTF-8 cannot express. */
const UNSENDABLE = /[\r\n\0]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * Returns the line of a command (RFC 959 §5.3), with CR LF. The last check before the wire: whatever the argument was made from, it stays
 * one command.
 *
 * @throws {UsageError} `injection` when the argument contains CR, LF, NUL or half of a surrogate pair.
 * @example
 * ```ts
 * import { ftpCommandLine } from "../internal.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(ftpCommandLine("RETR", "a b.txt"), "RETR a b.txt\r\n");
 * assertThrows(() => ftpCommandLine("RETR", "a\r\nDELE b"));
 * ```
 */
export function ftpCommandLine(verb: string, argument?: string): string {
  if (!/^[A-Z][A-Z0-9]{2,7}$/.test(verb)) throw new TypeError(`invalid FTP command ${JSON.stringify(verb)}`);
  if (argument === undefined) return `${verb}\r\n`;
  if (UNSENDABLE.test(argument)) {
    throw new UsageError(`cannot send ${verb}: the argument contains CR, LF, NUL or half of a surrogate pair`, {
      code: "injection",
    });
  }
  return `${verb} ${argument}\r\n`;
}
