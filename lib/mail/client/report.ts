import type { Security } from "../../core/mod.ts";
import { replyText, type SmtpReply } from "../codec/reply.ts";

/** What a server said, for records. Untrusted. */
export interface ReplyRecord {
  /** The three digits. */
  readonly code: number;
  /** The enhanced status code, where there is one. */
  readonly enhanced?: string;
  /** All of it in one line. */
  readonly text: string;
}

/** What became of one recipient. */
export interface RecipientReport {
  /** The address. */
  readonly address: string;
  /** Whether the server has taken the message for it. */
  readonly accepted: boolean;
  /** What the server said of it: of the message where it took that, of the address or sender where it did not. */
  readonly reply: ReplyRecord;
}

/** What became of a message that a server has answered. */
export interface MailReport {
  /** Its id. */
  readonly messageId: string;
  /** The sender of the envelope. */
  readonly from: string;
  /** Every recipient, in order. */
  readonly recipients: readonly RecipientReport[];
  /** How many of them were accepted. */
  readonly accepted: number;
  /** Bytes of the message. */
  readonly size: number;
  /** The server, as it was named. */
  readonly server: string;
  /** What the trust in the server rests on; nothing when the connection was plain. */
  readonly tls?: Security["verified"];
  /** Milliseconds that it took. */
  readonly ms: number;
}

/** A reply as records have it. */
export function replyRecord(reply: SmtpReply): ReplyRecord {
  const { code, enhanced } = reply;
  return { code, ...(enhanced && { enhanced }), text: replyText(reply) };
}
