import { NetworkError, TimeoutError, ToucanError } from "../../core/mod.ts";
import { MailRefusedError } from "../client/refusal.ts";
import type { MailReport } from "../client/report.ts";
import { UNCERTAIN } from "../client/transaction.ts";
import type { BuiltMail } from "../message/types.ts";

/** Sender of messages, such as a mail client. */
export interface MailSender {
  /** Sends a message, and returns what the server says of its recipients. */
  send(mail: BuiltMail): Promise<MailReport>;
  /**
   * Returns the message once for each server that it goes to. A sender that has this goes on with other messages after one whose server
   * could not be reached.
   */
  split?(mail: BuiltMail): readonly BuiltMail[];
}

/** Whether the server may have accepted a message, although its reply did not arrive. */
export function isUncertain(error: unknown): error is ToucanError {
  return (error instanceof NetworkError || error instanceof TimeoutError) && error.operation === UNCERTAIN;
}

/** Whether the same message may be accepted later, without a change of anything on this side. */
export function isTemporaryFailure(error: unknown): error is ToucanError {
  if (error instanceof MailRefusedError) return error.reply.code >= 400 && error.reply.code < 500;
  return error instanceof NetworkError || error instanceof TimeoutError;
}

/** Codes of errors that concern one message, which this server does not take. */
const OF_MESSAGE = new Set(["message-too-large", "smtputf8-missing"]);

/** Whether an error concerns one message only: the session goes on. */
export function isOfMessage(error: unknown): error is ToucanError {
  return error instanceof ToucanError && OF_MESSAGE.has(error.code);
}
