import type { AuthenticationResult } from "../judge/codec/results_field.ts";
import type { StoredMail } from "../store/stored_mail.ts";

/** A message in the list of an inbox. All of its text is untrusted. */
export interface MailSummary extends StoredMail {
  /** Value of the From field. */
  readonly fromHeader: string;
  /** Value of the To field. */
  readonly toHeader: string;
  /** Subject. */
  readonly subject: string;
  /** Value of the Date field, in UTC (ISO 8601); the unparsed text when it is invalid. */
  readonly date?: string;
  /** Value of the Message-ID field, with its angle brackets. */
  readonly messageId?: string;
  /** Whether it is marked as read. */
  readonly seen: boolean;
  /** The mailboxes in From. */
  readonly fromAddresses: readonly NamedAddress[];
  /** The mailboxes in To; the recipients of the envelope are in `to`. */
  readonly toAddresses: readonly NamedAddress[];
  /** The mailboxes in Cc. */
  readonly cc: readonly NamedAddress[];
  /** The mailboxes in Reply-To. */
  readonly replyTo: readonly NamedAddress[];
}

/** A mailbox as a header field names it. */
export interface NamedAddress {
  /** The display name; empty when there is none. */
  readonly name: string;
  /** The address. */
  readonly address: string;
}

/** Attachment of a message. */
export interface AttachmentSummary {
  /** Index among the attachments, from 0. */
  readonly index: number;
  /** File name in the message. */
  readonly name: string;
  /** Safe file name to save it under. */
  readonly file: string;
  /** Its media type. */
  readonly type: string;
  /** The id under which the HTML names it (`cid:`), without angle brackets. */
  readonly contentId?: string;
  /** Size in bytes. */
  readonly size: number;
}

/** A parsed message. */
export interface MailView extends MailSummary {
  /** Its header fields, in order. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Text body, if there is one. */
  readonly text?: string;
  /** HTML body, unmodified, if there is one. */
  readonly html?: string;
  /** Whether it has HTML. */
  readonly hasHtml: boolean;
  /** Attachments. */
  readonly attachments: readonly AttachmentSummary[];
  /** Results of SPF, DKIM and DMARC, if the sink has judged it. */
  readonly authentication?: readonly AuthenticationResult[];
  /** Reason that the message cannot be parsed, if it cannot. */
  readonly problem?: string;
}
