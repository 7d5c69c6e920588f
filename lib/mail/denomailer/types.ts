import type { Trace } from "../../core/mod.ts";

/** A mailbox: `ada@example.com`, `<ada@example.com>`, `Ada <ada@example.com>`, or an object. */
export type SingleMail = string | { readonly mail: string; readonly name?: string };

/** Several mailboxes: one, a list, or an object from names to addresses. */
export type MailList = SingleMail | readonly SingleMail[] | Readonly<Record<string, string>>;

/** Something that goes with a mail of {@link SMTPClient}. */
export interface SendAttachment {
  /** The name that the receiver sees. */
  filename: string;
  /** Its media type. */
  contentType?: string;
  /** How `content` stands here. @default "text" for a text, "binary" for bytes */
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
  /** How it is encoded. @default not at all */
  transferEncoding?: "7bit" | "8bit" | "quoted-printable" | "base64";
}

/** A mail as {@link SMTPClient.send} takes it. */
export interface SendConfig {
  /** Whom it is to. */
  to: MailList;
  /** Who gets a copy. */
  cc?: MailList;
  /** Who gets a copy without being named. */
  bcc?: MailList;
  /** Who sends it. */
  from: SingleMail;
  /** When it was written. @default now */
  date?: string;
  /** What it is about. */
  subject: string;
  /** The body as text; `auto` makes it from the HTML. */
  content?: string;
  /** The body as HTML. */
  html?: string;
  /** The body in forms of one's own. */
  mimeContent?: SendContent[];
  /** What goes with it. */
  attachments?: SendAttachment[];
  /** What the HTML shows. */
  relatedAttachments?: SendAttachment[];
  /** Whom answers go to. */
  replyTo?: SingleMail;
  /** The message that it answers. */
  inReplyTo?: string;
  /** The messages that it belongs to. */
  references?: string;
  /** How urgent it is. */
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
  /** Whom it is to. */
  to: SavedMail[];
  /** Who gets a copy. */
  cc: SavedMail[];
  /** Who gets a copy without being named. */
  bcc: SavedMail[];
  /** Who sends it. */
  from: SavedMail;
  /** Whom answers go to. */
  replyTo?: SavedMail;
  /** When it was written. */
  date: string;
  /** The bodies in forms of one's own; text and HTML stand in `content` and `html`. */
  mimeContent: SendContent[];
  /** What goes with it. */
  attachments: SendAttachment[];
  /** What the HTML shows. */
  relatedAttachments: SendAttachment[];
  /** Further header fields. */
  headers: Record<string, string>;
}

/** How {@link SMTPClient} connects. */
export interface ClientOptions {
  /** The server. */
  connection: {
    /** Its name or address. */
    hostname: string;
    /** Its port. @default 465 with `tls`, otherwise 25 */
    port?: number;
    /** Who we are. */
    auth?: {
      /** The user. */
      username: string;
      /** The password. */
      password: string;
    };
    /** Whether TLS begins with the first byte; otherwise STARTTLS is required. */
    tls?: boolean;
  };
  /** Several connections. */
  pool?: boolean | {
    /** How many, 100 at most. @default 2 */
    size?: number;
    /** Milliseconds after which an idle one is closed; an hour at most. @default 60000 */
    timeout?: number;
  };
  /** What is done with a mail before it is sent. */
  client?: {
    /** What an address that is none leads to: an error, or that it is left out. @default "error" */
    warning?: "ignore" | "log" | "error";
    /** Called with what was left out; needed when `warning` is "log", since this library prints nothing. */
    onWarning?: (warning: string) => void;
    /** Each takes a mail and returns the one to send. */
    preprocessors?: Preprocessor[];
  };
  /** For tests. */
  debug?: {
    /** An error when it is true: this library prints nothing. Give `trace`. */
    log?: boolean;
    /** Takes the dialogue, passwords masked. */
    trace?: Trace;
    /** Whether mail and password may go over a connection without TLS. */
    allowUnsecure?: boolean;
    /** An error when it is true: line ends are always right. */
    encodeLB?: boolean;
    /** Whether STARTTLS is not even tried. */
    noStartTLS?: boolean;
  };
}

/** The options as preprocessors get them: with every default. */
export interface ResolvedClientOptions {
  /** The server. */
  connection: { hostname: string; port: number; tls: boolean; auth?: { username: string; password: string } };
  /** Several connections, where there are. */
  pool?: { size: number; timeout: number };
  /** What is done with a mail before it is sent. */
  client: {
    warning: "ignore" | "log" | "error";
    onWarning?: (warning: string) => void;
    preprocessors: Preprocessor[];
  };
  /** For tests. */
  debug: { log: boolean; trace?: Trace; allowUnsecure: boolean; encodeLB: boolean; noStartTLS: boolean };
}

/** Changes a mail before it is sent. */
export type Preprocessor = (mail: ResolvedSendConfig, client: ResolvedClientOptions) => ResolvedSendConfig;
