import { NegativeError } from "../../../core/mod.ts";
import type { Pop3Reply } from "../codec/reply.ts";

/**
 * Error for a reply with which a POP3 server rejects a login or a command.
 *
 * @example Recognise a rejected login
 * ```ts
 * import { Pop3RefusedError } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const reply = { kind: "error", code: "AUTH", text: "invalid password" } as const;
 * const error = new Pop3RefusedError("mail.example.com:995", "the login", reply, "auth-refused");
 * assertEquals(error.message, "mail.example.com:995 rejected the login: [AUTH] invalid password");
 * ```
 */
export class Pop3RefusedError extends NegativeError {
  /** Name of the class. */
  override readonly name: string = "Pop3RefusedError";
  /** Response code of the server (RFC 2449 §8), such as `IN-USE`, if it sent one. */
  readonly responseCode?: string;

  /** Creates the error: `peer` rejected `what`. */
  constructor(peer: string, what: string, reply: Exclude<Pop3Reply, { kind: "ok" }>, code: string) {
    const responseCode = reply.kind === "error" ? reply.code : undefined;
    const text = [responseCode && `[${responseCode}]`, reply.text].filter(Boolean).join(" ") || "no reason given";
    super(`${peer} rejected ${what}: ${text}`, { code, peer, operation: what });
    this.responseCode = responseCode;
  }
}
