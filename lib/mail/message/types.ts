/** Something that goes with a message: bytes, a text, or a file that is read while it is sent. */
export interface MailAttachment {
  /** The name that the receiver sees. @default the last part of `path` */
  readonly filename?: string;
  /** Its media type. @default by the file name's ending */
  readonly type?: string;
  /** Its content, when it is no file. */
  readonly content?: Uint8Array | string;
  /** The file with its content. */
  readonly path?: string;
  /** A folder that the file has to lie in, whatever links lead to it: for paths that somebody else has chosen. */
  readonly within?: string;
  /** The id by which the HTML names it: `<img src="cid:…">`. */
  readonly contentId?: string;
}

/** Another form of the message's body, beside text and HTML. */
export interface MailAlternative {
  /** Its media type. */
  readonly type: string;
  /** Its content. */
  readonly content: string;
}

/** A message to send. Addresses are written `ada@example.com` or `Ada Lovelace <ada@example.com>`. */
export interface MailMessage {
  /** Who sends it. */
  readonly from: string;
  /** The actual sender, where From is another (RFC 5322 §3.6.2). */
  readonly sender?: string;
  /** The sender of the envelope, which receives bounces; `<>` for none. @default the address of `from` */
  readonly envelopeFrom?: string;
  /** Whom it is to. */
  readonly to?: string | readonly string[];
  /** Who gets a copy. */
  readonly cc?: string | readonly string[];
  /** Who gets a copy without being named in the message. */
  readonly bcc?: string | readonly string[];
  /** Whom answers go to. */
  readonly replyTo?: string;
  /** What it is about. */
  readonly subject?: string;
  /** The body as text. */
  readonly text?: string;
  /** The body as HTML. */
  readonly html?: string;
  /** The body in other forms. */
  readonly alternatives?: readonly MailAlternative[];
  /** What goes with it. */
  readonly attachments?: readonly MailAttachment[];
  /** Further header fields, by name; several of a name as a list. */
  readonly headers?: MailHeaders;
  /** The message that it answers. */
  readonly inReplyTo?: string;
  /** The messages that it belongs to. */
  readonly references?: string;
  /** When it was written. @default now */
  readonly date?: Date;
  /** Its id, with its angle brackets. @default a new one */
  readonly messageId?: string;
}

/** Header fields by name; several of a name as a list. */
export type MailHeaders = Readonly<Record<string, string | readonly string[]>>;

/** A message ready to be sent: what is in it, and who gets it. */
export interface BuiltMail {
  /** The sender of the envelope. */
  readonly from: string;
  /** The recipients of the envelope, each once, the hidden ones among them. */
  readonly to: readonly string[];
  /** Its id. */
  readonly messageId: string;
  /** Bytes that it has on the wire, without dot-stuffing. */
  readonly size: number;
  /** Whether it, or its envelope, needs SMTPUTF8. */
  readonly utf8: boolean;
  /** Whether its body has bytes above 127. */
  readonly eightBit?: boolean;
  /** Its bytes, piece by piece; a file that has changed meanwhile is an error. It can be read several times. */
  chunks(): AsyncIterable<Uint8Array>;
}
