import { NegativeError } from "../../../core/mod.ts";
import type { NntpReply } from "../codec/reply.ts";

/**
 * Error for a reply with which an NNTP server rejects a login or a command.
 *
 * @example Recognise a rejected login
 * ```ts
 * import { NntpRefusedError } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const reply = { code: 481, text: "Authentication failed" };
 * const error = new NntpRefusedError("news.example.com:563", "the login", reply, "auth-refused");
 * assertEquals(error.message, "news.example.com:563 rejected the login: 481 Authentication failed");
 * ```
 */
export class NntpRefusedError extends NegativeError {
  /** Name of the class. */
  override readonly name: string = "NntpRefusedError";
  /** Reply of the server. */
  readonly reply: NntpReply;

  /** Creates the error: `peer` rejected `what`. */
  constructor(peer: string, what: string, reply: NntpReply, code: string) {
    super(`${peer} rejected ${what}: ${`${reply.code} ${reply.text}`.trim()}`, { code, peer, operation: what });
    this.reply = reply;
  }
}
