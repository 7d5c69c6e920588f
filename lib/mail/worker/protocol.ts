import type { StoredMail } from "../store/stored_mail.ts";

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
  | { readonly kind: "attachment"; readonly index: number };

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

/** Result of a task: bytes, with the file name of an attachment; empty when there is no such part. */
export interface ParseResult {
  /** The bytes. */
  readonly bytes?: Uint8Array;
  /** The file name. */
  readonly file?: string;
}

/** An answer of the worker. */
export interface ParseAnswer {
  /** The number of the request. */
  readonly number: number;
  /** Result; undefined when the worker does not have the message and needs its bytes. */
  readonly result?: ParseResult;
}

/** A message to index: its bytes, or the path of its file. */
export interface IndexItem {
  /** The message. */
  readonly mail: StoredMail;
  /** Its bytes. */
  readonly bytes?: Uint8Array;
  /** Path of its file, which the worker reads. */
  readonly path?: string;
}

/** A request to index messages. */
export interface IndexRequest {
  /** The number of the request. */
  readonly number: number;
  /** The messages. */
  readonly items: readonly IndexItem[];
  /** Whether their searchable contents are wanted as well. */
  readonly contents: boolean;
}

/** Entry of a message in an index. */
export interface IndexEntry {
  /** Its facts, as `packFacts` makes them. */
  readonly facts: string;
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

/** An answer to a request to index messages, in their order; undefined where a file cannot be read. */
export interface IndexAnswer {
  /** The number of the request. */
  readonly number: number;
  /** The entries. */
  readonly entries: readonly (IndexEntry | undefined)[];
}
