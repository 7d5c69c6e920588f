import { NegativeError, showUntrusted } from "../../../core/mod.ts";
import type { ImapStatusText } from "../codec/response/response.ts";

/** Number of UTF-16 units of the server's text that an error shows. */
const SHOWN_UNITS = 500;

/**
 * Error for a response with which an IMAP server rejects a login or a command.
 *
 * @example Recognise a rejected login
 * ```ts
 * import { ImapRefusedError } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const response = { status: "NO", code: { name: "AUTHENTICATIONFAILED", argument: "" }, text: "Invalid credentials" } as const;
 * const error = new ImapRefusedError("mail.example.com:993", "the login", response, "auth-refused");
 * assertEquals(error.message, "mail.example.com:993 rejected the login: [AUTHENTICATIONFAILED] Invalid credentials");
 * ```
 */
export class ImapRefusedError extends NegativeError {
  /** Name of the class. */
  override readonly name: string = "ImapRefusedError";
  /** Response code of the server (RFC 5530), such as `AUTHENTICATIONFAILED`, if it sent one. */
  readonly responseCode?: string;

  /** Creates the error: `peer` rejected `what`. */
  constructor(peer: string, what: string, response: ImapStatusText, code: string, hint?: string) {
    const responseCode = response.code?.name;
    const text = [responseCode && `[${responseCode}]`, response.text].filter(Boolean).join(" ") || "no reason given";
    super(`${peer} rejected ${what}: ${showUntrusted(text, { limit: SHOWN_UNITS })}`, {
      code,
      peer,
      operation: what,
      hint,
    });
    this.responseCode = responseCode;
  }
}
