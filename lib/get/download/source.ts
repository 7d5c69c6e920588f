import type { Deadline, ToucanError } from "../../core/mod.ts";
import type { Entity } from "./entity.ts";
import type { DownloadHead, DownloadReport } from "./types.ts";

/** Part of the entity to request: all of it, the rest from byte `from` on, one byte to see the head, or the head alone. */
export type Wanted =
  | { readonly kind: "all" | "byte" | "head" }
  | { readonly kind: "rest"; readonly from: number; readonly entity: Entity };

/** The local part and the response do not belong together: the download has to restart. */
export class ResumeMismatch extends Error {
  /** The name of the class. */
  override readonly name: string = "ResumeMismatch";
}

/** Meaning of a response for a download. */
export type Outcome =
  /** The whole entity. */
  | { readonly kind: "whole"; readonly entity: Entity }
  /** The missing rest, `length` bytes. */
  | { readonly kind: "rest"; readonly length: number }
  /** A single byte or none, requested to see the head of the entity. */
  | { readonly kind: "probe"; readonly entity: Entity }
  /** It does not continue the local part. */
  | { readonly kind: "mismatch"; readonly reason: string }
  /** The server does not respond to such a request: another one has to be used. */
  | { readonly kind: "unanswered" }
  /** The result, although it has no body to download. */
  | { readonly kind: "final" }
  /** A failure; the body describes it. */
  | { readonly kind: "failed"; readonly error: ToucanError };

/** An outcome whose body is part of the download. */
export type ResumableOutcome = Extract<Outcome, { kind: "whole" | "rest" }>;

/** Fields of a report that come from a response. */
export type Facts = Pick<
  DownloadReport,
  | "finalUrl"
  | "httpVersion"
  | "status"
  | "location"
  | "contentType"
  | "etag"
  | "head"
  | "entry"
  | "entries"
  | "unreadable"
>;

/** A response: its meaning, and its body. */
export interface Answer {
  /** Meaning for the download. */
  readonly outcome: Outcome;
  /** The head, if the protocol has heads. */
  readonly head?: DownloadHead;
  /** Fields of the report. */
  readonly facts: Facts;
  /** The server, as errors name it. */
  readonly host: string;
  /** Size of the whole file in bytes, as it is written; undefined if it is not known. */
  readonly size?: number;
  /** Modification time of the file in milliseconds since 1970, if it is plausible. */
  readonly modified?: number;
  /** Returns the name for a file that the response proposes: safe, and short enough. */
  name(): string;
  /** Yields the body in pieces; a piece is valid until the next one. `limit` is the maximum size of a decoded body. */
  pieces(limit?: number): AsyncIterable<Uint8Array>;
  /** Waits until the server confirms that the body was complete, where the protocol has such a confirmation. */
  confirm?(): Promise<void>;
  /** Discards a body that is not wanted, so that the connection can be used again, if that costs little. */
  discard(): Promise<void>;
  /** Closes the connection, unless it can be used again. */
  close(): void | Promise<void>;
}

/** Where the bytes of a download come from: one URL, by the protocol of its scheme. */
export interface Source {
  /** The URL with its scheme. */
  readonly url: string;
  /** Whether the rest of an entity can be requested. */
  readonly continues: boolean;
  /**
   * Sends a request; the caller reads the body of the answer, and closes it. Undefined if the server does not respond to
   * such a request, and another one has to be used.
   */
  ask(wanted: Wanted, deadline: Deadline): Promise<Answer | undefined>;
  /** Returns how many milliseconds to wait before a retry, `count` failures after the first one; undefined if none can help. */
  waitAfter(error: unknown, count: number): number | undefined;
}
