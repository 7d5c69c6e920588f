import type { FieldsInit } from "../../codec/fields/fields.ts";
import type { Upgrade } from "../upgrade.ts";

/** A part of an open file. */
export interface FileSlice {
  /** The file; the server closes it when the response is over, however that ends. */
  readonly file: Deno.FsFile;
  /** Where the part begins. */
  readonly offset: number;
  /** How many bytes it has. When the file turns out shorter the connection is cut, so that the client sees it. */
  readonly length: number;
}

/**
 * What a handler answers with: a plain object, or a `Response` of the web platform. Content-Length, Transfer-Encoding,
 * Connection and Date are the server's; the body is not sent where HTTP has none (HEAD, 204, 205, 304).
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

/** What a response's body is made from. */
export type ServerBody = BodyPart | readonly BodyPart[] | AsyncIterable<Uint8Array>;

/** A piece of a body whose length is known. */
export type BodyPart = string | Uint8Array | FileSlice;
