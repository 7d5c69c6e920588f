import { NetworkError } from "../../core/errors/errors.ts";

/** A server's reply to a command (RFC 5321 §4.2). */
export interface SmtpReply {
  /** The three digits. */
  readonly code: number;
  /** The enhanced status code (RFC 3463), such as `5.1.1`, where there is one. */
  readonly enhanced?: string;
  /** Its text line by line, without codes. Untrusted. */
  readonly lines: readonly string[];
}

/** Bytes that a line of a reply may have. RFC 5321 says 512; servers with much to say go beyond. */
export const REPLY_LINE_LIMIT = 2048;
/** Lines that a reply may have. */
export const REPLY_LINES_LIMIT = 128;

/**
 * Gathers the lines of a reply. `push` returns the reply when its last line is in, and nothing before.
 *
 * @example
 * ```ts
 * import { ReplyParser } from "../internal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const parser = new ReplyParser("mx.example:25");
 * assertEquals(parser.push("550-5.1.1 no such"), undefined);
 * assertEquals(parser.push("550 5.1.1 user"), { code: 550, enhanced: "5.1.1", lines: ["no such", "user"] });
 * ```
 */
export class ReplyParser {
  readonly #peer: string;
  #code = 0;
  #enhanced?: string;
  #lines: string[] = [];

  /** Makes a parser; `peer` stands in its errors. */
  constructor(peer: string) {
    this.#peer = peer;
  }

  /**
   * Takes a line without its end.
   *
   * @throws {NetworkError} `smtp-invalid-reply` for an invalid line, `smtp-reply-too-long` for too many lines.
   */
  push(line: string): SmtpReply | undefined {
    const [, digits = "", separator = "", text = ""] = /^([2-5]\d\d)(?:([ -])(.*))?$/su.exec(line) ?? [];
    const code = Number(digits);
    if (digits === "" || (this.#lines.length > 0 && code !== this.#code)) {
      throw this.#fault("smtp-invalid-reply", "sent an invalid SMTP reply");
    }
    if (this.#lines.length >= REPLY_LINES_LIMIT) {
      throw this.#fault("smtp-reply-too-long", `sent a reply of more than ${REPLY_LINES_LIMIT} lines`);
    }
    const [, enhanced, rest = ""] = /^([245]\.\d{1,3}\.\d{1,3})(?: (.*))?$/su.exec(text) ?? [];
    // The class has to be that of the code, or it is only text that looks like one.
    const real = enhanced !== undefined && enhanced[0] === digits[0];
    if (this.#lines.length === 0) this.#enhanced = real ? enhanced : undefined;
    this.#code = code;
    this.#lines.push(real ? rest : text);
    if (separator === "-") return undefined;
    const reply: SmtpReply = { code, ...(this.#enhanced && { enhanced: this.#enhanced }), lines: this.#lines };
    this.#lines = [];
    return reply;
  }

  #fault(code: string, what: string): NetworkError {
    return new NetworkError(`${this.#peer} ${what}`, { code, peer: this.#peer });
  }
}

/** A reply in one line, for people: `550 5.1.1 no such user`. Untrusted. */
export function replyText({ code, enhanced, lines }: SmtpReply): string {
  return [code, enhanced, lines.join(" ")].filter(Boolean).join(" ");
}
