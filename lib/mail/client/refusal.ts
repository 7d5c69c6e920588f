import { NegativeError } from "../../core/mod.ts";
import { replyText, type SmtpReply } from "../codec/reply.ts";

/**
 * Error for a reply with which a server rejects a session, STARTTLS or a login.
 *
 * @example Read the reply of the server
 * ```ts
 * import { MailClient, MailRefusedError, mailSink } from "../mod.ts";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * await using sink = await mailSink({ fail: ["connect:554"] });
 * await using client = new MailClient(sink.address, { tls: "none" });
 * const message = { from: "ada@example.com", to: "bob@example.com" };
 * const error = await assertRejects(() => client.send(message), MailRefusedError);
 * assertEquals([error.code, error.reply.code], ["server-refused", 554]);
 * ```
 */
export class MailRefusedError extends NegativeError {
  /** The name of the class. */
  override readonly name: string = "MailRefusedError";
  /** Reply of the server. */
  readonly reply: SmtpReply;

  /** Makes the error: `peer` refuses `what`. */
  constructor(
    peer: string,
    what: string,
    reply: SmtpReply,
    details: { readonly code: string; readonly reason?: string; readonly hint?: string },
  ) {
    super(`${peer} rejected ${what}: ${replyText(reply)}`, { ...details, peer, operation: what });
    this.reply = reply;
  }
}
