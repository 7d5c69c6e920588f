import type { StoredMail } from "../../store/stored_mail.ts";

/** Task of the worker for a message. */
export type ParseTask =
  /** The message as JSON. */
  | { readonly kind: "view"; readonly mail: StoredMail; readonly seen: boolean }
  /** Its HTML as it came. */
  | { readonly kind: "html" }
  /** Its HTML for the frame. */
  | { readonly kind: "frame" }
  /** Its links and facts about its HTML, as JSON. */
  | { readonly kind: "review" }
  /** One of its attachments. */
  | { readonly kind: "attachment"; readonly index: number }
  /** Extract the searchable contents. */
  | { readonly kind: "contents"; readonly mail: StoredMail };

/** A request to the worker; without bytes for a message that it has just had. */
export interface ParseRequest {
  /** The number of the request. */
  readonly number: number;
  /** The id of the message. */
  readonly id: string;
  /** The message. */
  readonly bytes?: Uint8Array;
  /** Task to perform. */
  readonly task: ParseTask;
}

/** Result of a task: bytes, with the file name of an attachment, or searchable contents; empty when there is no such part. */
export interface ParseResult {
  /** The bytes. */
  readonly bytes?: Uint8Array;
  /** The file name. */
  readonly file?: string;
  /** Searchable contents. */
  readonly contents?: MailContents;
}

/** Searchable contents of a message. */
export interface MailContents {
  /** Text that a search looks into, as `regionOf` makes it. */
  readonly region: string;
  /** Number of attachments. */
  readonly attachments: number;
}

/** An answer of the worker. */
export interface ParseAnswer {
  /** The number of the request. */
  readonly number: number;
  /** Result; undefined when the worker does not have the message and needs its bytes. */
  readonly result?: ParseResult;
}
