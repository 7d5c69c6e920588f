import { NetworkError } from "../../core/errors/errors.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import { MAX_REPLY_LINES } from "./limits.ts";

/** Reply of a server to a command (RFC 959 §4.2). */
export interface FtpReply {
  /** The three digits. */
  readonly code: number;
  /**
   * Text line by line: of the first and the last line what follows the code, of the others all of it unless they repeat the code.
   * Untrusted.
   */
  readonly lines: readonly string[];
}

/** Number of UTF-16 units of a reply that an error shows. */
const SHOWN_UNITS = 400;

/**
 * Gathers the lines of a reply (RFC 959 §4.2): a reply of several lines begins with the code and a hyphen, and ends with a line
 * that begins with the same code and a space. `push` returns the reply with its last line, and nothing before.
 *
 * @example
 * ```ts
 * import { FtpReplyParser } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const parser = new FtpReplyParser("ftp.example:21");
 * assertEquals(parser.push("211-Features:"), undefined);
 * assertEquals(parser.push(" SIZE"), undefined);
 * assertEquals(parser.push("211 End"), { code: 211, lines: ["Features:", " SIZE", "End"] });
 * ```
 */
export class FtpReplyParser {
  readonly #peer: string;
  #code?: string;
  #lines: string[] = [];

  /** Creates a parser; errors name `peer`. */
  constructor(peer: string) {
    this.#peer = peer;
  }

  /**
   * Adds a line without its end.
   *
   * @throws {NetworkError} `ftp-invalid-reply` for a line that begins no reply, `ftp-reply-too-long` for too many lines.
   */
  push(line: string): FtpReply | undefined {
    if (this.#code === undefined) return this.#first(line);
    if (this.#lines.length >= MAX_REPLY_LINES) {
      throw this.#fault("ftp-reply-too-long", `sent a reply of more than ${MAX_REPLY_LINES} lines`);
    }
    const own = line.startsWith(this.#code);
    if (own && line[3] === "-") return this.#add(line.slice(4));
    if (!own || (line.length > 3 && line[3] !== " ")) return this.#add(line);
    this.#add(line.slice(4));
    return this.#end(this.#code);
  }

  #first(line: string): FtpReply | undefined {
    const [, code, separator, text = ""] = /^([1-5]\d\d)(?:([ -])(.*))?$/su.exec(line) ?? [];
    if (code === undefined) {
      throw this.#fault("ftp-invalid-reply", `sent an invalid FTP reply: ${showUntrusted(line, { limit: 60 })}`);
    }
    this.#add(text);
    if (separator !== "-") return this.#end(code);
    this.#code = code;
    return undefined;
  }

  #add(text: string): undefined {
    this.#lines.push(text);
  }

  #end(code: string): FtpReply {
    const reply = { code: Number(code), lines: this.#lines };
    this.#lines = [];
    this.#code = undefined;
    return reply;
  }

  #fault(code: string, what: string): NetworkError {
    return new NetworkError(`${this.#peer} ${what}`, { code, peer: this.#peer });
  }
}

/** Formats a reply in one line, escaped, for people: `550 No such file`. */
export function ftpReplyText({ code, lines }: FtpReply): string {
  return showUntrusted([code, ...lines].join(" ").replace(/ {2,}/g, " ").trimEnd(), { limit: SHOWN_UNITS });
}
