import { UsageError } from "../../core/errors/errors.ts";
import { isAscii, type Mailbox, parseMailbox } from "./mailbox.ts";

/** A command as a server gets it. */
export interface SmtpCommand {
  /** The verb, in capitals. */
  readonly verb: string;
  /** Text after the verb. */
  readonly rest: string;
}

/** A path with its parameters: what stands behind `MAIL FROM:` and `RCPT TO:`. */
export interface SmtpPath {
  /** The mailbox; none for the empty path `<>`. */
  readonly mailbox?: Mailbox;
  /** Parameters by their names in capitals. */
  readonly parameters: ReadonlyMap<string, string>;
}

const BREAKS = /[\r\n\0]/;

/**
 * A line to send. The last gate before the wire: whatever a part was made from, a line stays one line.
 *
 * @throws {UsageError} `injection` when a part has a CR, LF or NUL.
 */
export function commandLine(...words: readonly string[]): string {
  const line = words.join(" ");
  if (BREAKS.test(line)) {
    throw new UsageError("invalid SMTP command: contains CR, LF or NUL", { code: "injection" });
  }
  return `${line}\r\n`;
}

/** Lines to send together; each as {@link commandLine} makes it. */
export function commandLines(commands: readonly string[]): string {
  return commands.map((command) => commandLine(command)).join("");
}

/** Splits a line into verb and rest. */
export function parseCommand(line: string): SmtpCommand {
  const space = line.indexOf(" ");
  if (space < 0) return { verb: line.toUpperCase(), rest: "" };
  return { verb: line.slice(0, space).toUpperCase(), rest: line.slice(space + 1).trim() };
}

/** Parses `SIZE [LAST]`, the operands of BDAT (RFC 3030 §2); undefined when they are invalid. */
export function parseChunkSize(rest: string): { readonly size: number; readonly last: boolean } | undefined {
  const [, digits, last] = /^(\d{1,20})( +LAST)?$/i.exec(rest) ?? [];
  return digits === undefined ? undefined : { size: Number(digits), last: last !== undefined };
}

/** Error in a path, as an SMTP reply. */
export interface PathProblem {
  /** The reply, without line end. */
  readonly reply: string;
}

/**
 * Parses `FROM:<…> SIZE=…` or `TO:<…>` (RFC 5321 §4.1.2). A source route is ignored, as RFC 5321 §4.1.1.3 requires.
 */
export function parsePath(rest: string, keyword: "FROM" | "TO"): SmtpPath | PathProblem {
  const match = /^([a-z]+): ?<((?:"(?:[^"\\]|\\.)*"|[^"<>])*)>(?: +(.*))?$/iu.exec(rest);
  if (match?.[1]?.toUpperCase() !== keyword) {
    return { reply: `501 5.5.4 Syntax: ${keyword === "FROM" ? "MAIL" : "RCPT"} ${keyword}:<address>` };
  }
  const [, , path = "", words = ""] = match;
  const parameters = new Map<string, string>();
  for (const word of words.split(" ").filter(Boolean)) {
    const [, name = "", value = ""] = /^([a-z0-9][a-z0-9-]*)(?:=([^=\s]+))?$/i.exec(word) ?? [];
    if (name === "") return { reply: "501 5.5.4 Bad parameter syntax" };
    parameters.set(name.toUpperCase(), value);
  }
  const address = path.replace(/^@[^:]*:/, "");
  if (address === "" && keyword === "FROM") return { parameters };
  try {
    // A user of this machine, as cron and sendmail name one.
    const mailbox = /^[\w.+-]+$/.test(address)
      ? { localPart: address, domain: "", address, ascii: true }
      : parseMailbox(address);
    if (mailbox.ascii || parameters.has("SMTPUTF8") || keyword === "TO") return { mailbox, parameters };
    return { reply: "553 5.6.7 Non-ASCII address requires SMTPUTF8" };
  } catch {
    return {
      reply: keyword === "FROM" ? "553 5.1.7 Bad sender address syntax" : "553 5.1.3 Bad recipient address syntax",
    };
  }
}

/** Whether a host name of EHLO or HELO is one: a domain or an address literal; no more is asked of it. */
export function isHeloName(name: string): boolean {
  return name !== "" && name.length <= 255 && isAscii(name) && /^[\x21-\x7e]+$/.test(name) && !/[<>()\\",;]/.test(name);
}
