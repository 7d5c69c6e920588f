/** An attachment: bytes, text, or a file that is read while the message is sent. */
export interface MailAttachment {
  /**
   * The name that the receiver sees.
   *
   * @default {the last part of `path`}
   */
  readonly filename?: string;
  /**
   * Its media type.
   *
   * @default {by the file name's ending}
   */
  readonly type?: string;
  /**
   * Content, unless `path` is given.
   *
   * @default {the content of `path`}
   */
  readonly content?: Uint8Array | string;
  /** The file with its content. */
  readonly path?: string;
  /**
   * Folder that must contain the file after symbolic links are resolved: for untrusted paths.
   *
   * @default {any folder}
   */
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
  /** Author: value of the From field. */
  readonly from: string;
  /** The actual sender, where From is another (RFC 5322 §3.6.2). */
  readonly sender?: string;
  /**
   * The sender of the envelope, which receives bounces; `<>` for none.
   *
   * @default {the address of `from`}
   */
  readonly envelopeFrom?: string;
  /**
   * Recipients in the To field.
   *
   * @default {none}
   */
  readonly to?: string | readonly string[];
  /**
   * Recipients in the Cc field.
   *
   * @default {none}
   */
  readonly cc?: string | readonly string[];
  /**
   * Recipients that no header field names (Bcc).
   *
   * @default {none}
   */
  readonly bcc?: string | readonly string[];
  /**
   * Newsgroups of an article that is posted by NNTP.
   *
   * @default {none}
   */
  readonly newsgroups?: readonly string[];
  /**
   * Value of the Reply-To field.
   *
   * @default {no field}
   */
  readonly replyTo?: string;
  /**
   * Subject.
   *
   * @default {empty}
   */
  readonly subject?: string;
  /** The body as text. */
  readonly text?: string;
  /** The body as HTML. */
  readonly html?: string;
  /** The body in other forms. */
  readonly alternatives?: readonly MailAlternative[];
  /**
   * Attachments.
   *
   * @default {none}
   */
  readonly attachments?: readonly MailAttachment[];
  /** Further header fields, by name; several of a name as a list. */
  readonly headers?: MailHeaders;
  /** The message that it answers. */
  readonly inReplyTo?: string;
  /** The messages that it belongs to. */
  readonly references?: string;
  /**
   * When it was written.
   *
   * @default {now}
   */
  readonly date?: Date;
  /**
   * Its id, with its angle brackets.
   *
   * @default {a new one}
   */
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
  /** Newsgroups of an article, each once. */
  readonly newsgroups?: readonly string[];
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
