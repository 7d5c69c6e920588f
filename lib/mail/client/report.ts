import type { Security } from "../../core/mod.ts";
import { replyText, type SmtpReply } from "../codec/reply.ts";

/** A server's reply in a record. Untrusted. */
export interface ReplyRecord {
  /** The three digits. */
  readonly code: number;
  /** The enhanced status code, where there is one. */
  readonly enhanced?: string;
  /** All of it in one line. */
  readonly text: string;
}

/** Result for one recipient. */
export interface RecipientReport {
  /** The address. */
  readonly address: string;
  /** Whether the server has taken the message for it. */
  readonly accepted: boolean;
  /** Reply of the server: to the message where the recipient was accepted, otherwise to RCPT or MAIL. */
  readonly reply: ReplyRecord;
}

/** Result of a message that the server has answered. */
export interface MailReport {
  /** Its id. */
  readonly messageId: string;
  /** The sender of the envelope. */
  readonly from: string;
  /** Every recipient, in order. */
  readonly recipients: readonly RecipientReport[];
  /** Number of recipients that were accepted. */
  readonly accepted: number;
  /** Bytes of the message. */
  readonly size: number;
  /** The server, as it was named. */
  readonly server: string;
  /** Basis on which the certificate of the server was verified; undefined without TLS. */
  readonly tls?: Security["verified"];
  /** Milliseconds that it took. */
  readonly ms: number;
}

/** A reply as records have it. */
export function replyRecord(reply: SmtpReply): ReplyRecord {
  const { code, enhanced } = reply;
  return { code, ...(enhanced && { enhanced }), text: replyText(reply) };
}
