import type { Trace } from "../../core/mod.ts";

/** A mailbox: `ada@example.com`, `<ada@example.com>`, `Ada <ada@example.com>`, or an object. */
export type SingleMail = string | { readonly mail: string; readonly name?: string };

/** Several mailboxes: one, a list, or an object from names to addresses. */
export type MailList = SingleMail | readonly SingleMail[] | Readonly<Record<string, string>>;

/** An attachment of a mail of {@link SMTPClient}. */
export interface SendAttachment {
  /** The name that the receiver sees. */
  filename: string;
  /** Its media type. */
  contentType?: string;
  /**
   * Encoding of `content`.
   *
   * @default {"text" for a string, "binary" for bytes}
   */
  encoding?: "text" | "base64" | "binary";
  /** Its content. */
  content: string | Uint8Array | ArrayBufferLike;
  /** The id by which the HTML names it. */
  contentID?: string | number;
}

/** A body of one's own. */
export interface SendContent {
  /** Its media type. */
  mimeType: string;
  /** The content, encoded as `transferEncoding` says. */
  content: string;
  /**
   * Encoding of `content`.
   *
   * @default {not encoded}
   */
  transferEncoding?: "7bit" | "8bit" | "quoted-printable" | "base64";
}

/** A mail as {@link SMTPClient.send} takes it. */
export interface SendConfig {
  /** Recipients in the To field. */
  to: MailList;
  /**
   * Recipients in the Cc field.
   *
   * @default {none}
   */
  cc?: MailList;
  /**
   * Recipients that no header field names.
   *
   * @default {none}
   */
  bcc?: MailList;
  /** Sender. */
  from: SingleMail;
  /**
   * When it was written.
   *
   * @default {now}
   */
  date?: string;
  /** Subject. */
  subject: string;
  /** The body as text; `auto` makes it from the HTML. */
  content?: string;
  /** The body as HTML. */
  html?: string;
  /** The body in forms of one's own. */
  mimeContent?: SendContent[];
  /**
   * Attachments.
   *
   * @default {none}
   */
  attachments?: SendAttachment[];
  /**
   * Attachments that the HTML refers to.
   *
   * @default {none}
   */
  relatedAttachments?: SendAttachment[];
  /**
   * Address for replies.
   *
   * @default {the sender}
   */
  replyTo?: SingleMail;
  /** The message that it answers. */
  inReplyTo?: string;
  /** The messages that it belongs to. */
  references?: string;
  /**
   * Priority of the mail.
   *
   * @default {no priority field}
   */
  priority?: "high" | "normal" | "low";
  /** A word of the caller's for its preprocessors. */
  internalTag?: string | symbol;
  /** Further header fields. */
  headers?: Record<string, string>;
}

/** A mailbox with its name, which may be empty. */
export interface SavedMail {
  /** The address. */
  mail: string;
  /** The name. */
  name: string;
}

/** A mail as preprocessors get it: lists and headers are always there. */
export interface ResolvedSendConfig extends Omit<SendConfig, "to" | "cc" | "bcc" | "from" | "replyTo"> {
  /** Recipients in the To field. */
  to: SavedMail[];
  /** Recipients in the Cc field. */
  cc: SavedMail[];
  /** Recipients that no header field names. */
  bcc: SavedMail[];
  /** Sender. */
  from: SavedMail;
  /** Address for replies. */
  replyTo?: SavedMail;
  /** When it was written. */
  date: string;
  /** The bodies in forms of one's own; text and HTML stand in `content` and `html`. */
  mimeContent: SendContent[];
  /** Attachments. */
  attachments: SendAttachment[];
  /** Attachments that the HTML refers to. */
  relatedAttachments: SendAttachment[];
  /** Further header fields. */
  headers: Record<string, string>;
}

/** Options of {@link SMTPClient}. */
export interface ClientOptions {
  /** The server. */
  connection: {
    /** Its name or address. */
    hostname: string;
    /**
     * Its port.
     *
     * @default {465 with `tls`, otherwise 25}
     */
    port?: number;
    /**
     * Credentials.
     *
     * @default {no authentication}
     */
    auth?: {
      /** The user. */
      username: string;
      /** The password. */
      password: string;
    };
    /** Whether TLS begins with the first byte; otherwise STARTTLS is required. */
    tls?: boolean;
  };
  /**
   * Connection pool.
   *
   * @default {false}
   */
  pool?: boolean | {
    /**
     * Number of connections, at most 100.
     *
     * @default {2}
     */
    size?: number;
    /**
     * Milliseconds after which an idle connection is closed; at most 3600000.
     *
     * @default {60000}
     */
    timeout?: number;
  };
  /**
   * Processing of a mail before it is sent.
   *
   * @default {{}}
   */
  client?: {
    /**
     * Handling of an invalid address: reject the mail, or omit the address.
     *
     * @default {"error"}
     */
    warning?: "ignore" | "log" | "error";
    /** Called with each omitted address; required when `warning` is "log", since this library prints nothing. */
    onWarning?: (warning: string) => void;
    /** Functions that change a mail before it is sent. */
    preprocessors?: Preprocessor[];
  };
  /**
   * Options for tests.
   *
   * @default {{}}
   */
  debug?: {
    /** Not supported: true is an error. Use `trace`. */
    log?: boolean;
    /** Receives the dialogue, passwords masked. */
    trace?: Trace;
    /** Whether mail and password may go over a connection without TLS. */
    allowUnsecure?: boolean;
    /** Not supported: true is an error. Line ends are always correct. */
    encodeLB?: boolean;
    /** Whether STARTTLS is not even tried. */
    noStartTLS?: boolean;
  };
}

/** The options as preprocessors get them: with every default. */
export interface ResolvedClientOptions {
  /** The server. */
  connection: { hostname: string; port: number; tls: boolean; auth?: { username: string; password: string } };
  /**
   * Connection pool.
   *
   * @default {undefined}
   */
  pool?: { size: number; timeout: number };
  /** Processing of a mail before it is sent. */
  client: {
    warning: "ignore" | "log" | "error";
    onWarning?: (warning: string) => void;
    preprocessors: Preprocessor[];
  };
  /** Options for tests. */
  debug: { log: boolean; trace?: Trace; allowUnsecure: boolean; encodeLB: boolean; noStartTLS: boolean };
}

/** Changes a mail before it is sent. */
export type Preprocessor = (mail: ResolvedSendConfig, client: ResolvedClientOptions) => ResolvedSendConfig;
