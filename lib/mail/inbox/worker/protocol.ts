import type { StoredMail } from "../../sink/types.ts";

/** What the worker is asked to do with a message. */
export type ParseTask =
  /** The message as JSON. */
  | { readonly kind: "view"; readonly mail: StoredMail }
  /** Its HTML as it came. */
  | { readonly kind: "html" }
  /** Its HTML for the frame. */
  | { readonly kind: "frame" }
  /** One of its attachments. */
  | { readonly kind: "attachment"; readonly index: number }
  /** What a search looks into. */
  | { readonly kind: "contents" };

/** A request to the worker; without bytes for a message that it has just had. */
export interface ParseRequest {
  /** The number of the request. */
  readonly number: number;
  /** The id of the message. */
  readonly id: string;
  /** The message. */
  readonly bytes?: Uint8Array;
  /** What to do with it. */
  readonly task: ParseTask;
}

/** What comes of it: bytes, with the file name of an attachment, or what a search looks into; nothing when there is no such part. */
export interface ParseResult {
  /** The bytes. */
  readonly bytes?: Uint8Array;
  /** The file name. */
  readonly file?: string;
  /** What a search looks into. */
  readonly contents?: MailContents;
}

/** What a search looks into. */
export interface MailContents {
  /** The text, in lower case. */
  readonly text: string;
  /** How many attachments there are. */
  readonly attachments: number;
}

/** An answer of the worker. */
export interface ParseAnswer {
  /** The number of the request. */
  readonly number: number;
  /** What came of it; nothing when the worker does not have the message, and needs its bytes. */
  readonly result?: ParseResult;
}
