import { NegativeError } from "../../core/mod.ts";
import { replyText, type SmtpReply } from "../codec/reply.ts";

/** A server that said no, in its own words. */
export class MailRefusedError extends NegativeError {
  /** The name of the class. */
  override readonly name: string = "MailRefusedError";
  /** What it said. */
  readonly reply: SmtpReply;

  /** Makes the error: `peer` refuses `what`. */
  constructor(
    peer: string,
    what: string,
    reply: SmtpReply,
    details: { readonly code: string; readonly reason?: string; readonly hint?: string },
  ) {
    super(`${peer} refuses ${what}: ${replyText(reply)}`, { ...details, peer, operation: what });
    this.reply = reply;
  }
}
