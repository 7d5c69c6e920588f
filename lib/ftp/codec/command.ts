/** Command of a client. */
export interface FtpCommand {
  /** Its name in capitals; empty if the line has none. */
  readonly verb: string;
  /** Text behind the space that follows the name, unchanged: a path may begin or end with spaces. Untrusted. */
  readonly argument: string;
}

/** Reason for which a line is not a command. */
export type CommandFault = "not-utf8" | "nul";

/** Telnet's "interpret as command", and the first of its options with a parameter. */
const [IAC, WILL] = [255, 251];
const CR = 13;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parses the line of a command, without its line end (RFC 959 §5.3). The Telnet codes that clients send before `ABOR`
 * (RFC 959 §4.1.3) are skipped.
 *
 * @example
 * ```ts
 * import { parseFtpCommand } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = new TextEncoder().encode("retr  a b");
 * assertEquals(parseFtpCommand(line), { verb: "RETR", argument: " a b" });
 * ```
 */
export function parseFtpCommand(line: Uint8Array): FtpCommand | CommandFault {
  const bytes = line.subarray(telnetLength(line));
  if (bytes.includes(0)) return "nul";
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return "not-utf8";
  }
  const [, verb = "", argument = ""] = /^([A-Za-z][A-Za-z0-9]{0,15})(?: (.*))?$/s.exec(text) ?? [];
  return { verb: verb.toUpperCase(), argument };
}

/**
 * Returns the command in bytes that are an `ABOR` up to its CR; undefined for anything else. Clients send the LF, or what is before, as
 * urgent data, which is not in the stream.
 */
export function urgentAbort(bytes: Uint8Array): FtpCommand | undefined {
  const command = bytes.at(-1) === CR ? parseFtpCommand(bytes.subarray(0, -1)) : undefined;
  return typeof command === "object" && command.verb === "ABOR" && command.argument === "" ? command : undefined;
}

/** Number of bytes at the beginning of a line that are Telnet codes: no name of a command begins with such a byte. */
function telnetLength(line: Uint8Array): number {
  let at = 0;
  // The data mark may come as urgent data, and without its IAC.
  while (at < line.length && (line[at] ?? 0) >= 0xf0) {
    const option = line[at] === IAC && (line[at + 1] ?? 0) >= WILL && line[at + 1] !== IAC;
    at += option ? 3 : 1;
  }
  return Math.min(at, line.length);
}

/**
 * Returns the path in the argument of `LIST`, `NLST` or `STAT`, without the options of `ls` that clients put before it,
 * such as `-la`.
 */
export function withoutListOptions(argument: string): string {
  return argument.replace(/^(?:-[A-Za-z1]+(?: +|$))+/, "");
}

/** Parses a number of bytes, as `REST` and `ALLO` have it; undefined for any other text. */
export function parseByteCount(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const count = Number(text);
  return Number.isSafeInteger(count) ? count : undefined;
}
