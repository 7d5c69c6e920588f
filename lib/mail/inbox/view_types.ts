import type { StoredMail } from "../sink/stored_mail.ts";

/** A message as the list of an inbox has it. Every text in it is a stranger's. */
export interface MailSummary extends StoredMail {
  /** The sender that the message names. */
  readonly fromHeader: string;
  /** The recipients that it names. */
  readonly toHeader: string;
  /** Subject. */
  readonly subject: string;
  /** When it was written, as it says itself, in UTC by ISO 8601; as it stands there when it is not a date. */
  readonly date?: string;
  /** The id that its writer gave it, with its angle brackets. */
  readonly messageId?: string;
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
  /** Its place among them, from 0. */
  readonly index: number;
  /** The name that the message gives it. */
  readonly name: string;
  /** The name that it is saved under. */
  readonly file: string;
  /** Its media type. */
  readonly type: string;
  /** The id under which the HTML names it (`cid:`), without angle brackets. */
  readonly contentId?: string;
  /** Its bytes. */
  readonly size: number;
}

/** A whole message, read. */
export interface MailView extends MailSummary {
  /** Its header fields, in order. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Its text, where it has one. */
  readonly text?: string;
  /** Its HTML as it came, where it has some. */
  readonly html?: string;
  /** Whether it has HTML. */
  readonly hasHtml: boolean;
  /** Attachments. */
  readonly attachments: readonly AttachmentSummary[];
  /** Why it could not be read, when it could not. */
  readonly problem?: string;
}
