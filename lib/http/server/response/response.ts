import type { FieldsInit } from "../../codec/fields/fields.ts";
import type { Upgrade } from "../upgrade.ts";

/** A part of an open file. */
export interface FileSlice {
  /** The file; the server closes it when the response is over, however that ends. */
  readonly file: Deno.FsFile;
  /** Where the part begins. */
  readonly offset: number;
  /** Size in bytes. If the file turns out shorter, the connection is closed, so that the client notices. */
  readonly length: number;
}

/**
 * Response of a handler: a plain object, or a `Response` of the web platform. The server sets Content-Length,
 * Transfer-Encoding, Connection and Date; the body is not sent where HTTP has none (HEAD, 204, 205, 304).
 */
export interface ServerResponse {
  /** The status, 200 to 599. @default 200 */
  readonly status?: number;
  /** The fields. */
  readonly headers?: FieldsInit;
  /**
   * The body: text, bytes, a part of a file, or several of these one after the other, which all have a length; or a
   * stream, which goes out in chunks, unless the fields have a Content-Length that it keeps to.
   */
  readonly body?: ServerBody | null;
  /** Hands the connection over to another protocol: the status is then 101, and there is no body. */
  readonly upgrade?: Upgrade;
}

/** Forms of a response's body. */
export type ServerBody = BodyPart | readonly BodyPart[] | AsyncIterable<Uint8Array>;

/** A piece of a body whose length is known. */
export type BodyPart = string | Uint8Array | FileSlice;
