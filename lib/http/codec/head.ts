import type { Fields } from "./fields/fields.ts";

/** The versions of HTTP/1. What calls itself 1.2 and up is read as 1.1 (RFC 9110 §2.5). */
export type HttpVersion = "1.0" | "1.1";

/** Fields of a head that determine the end of the body; see {@link requestFraming} and {@link responseFraming}. */
export interface HeadLength {
  /** Content-Length, where there is one. */
  readonly contentLength?: number;
  /** Whether Transfer-Encoding says `chunked`. Then there is no Content-Length. */
  readonly chunked: boolean;
}

/** The head of a request (RFC 9112 §3). */
export interface RequestHead extends HeadLength {
  /** The method, case and all. */
  readonly method: string;
  /** The target, in ASCII: octets above that were percent-encoded. */
  readonly target: string;
  /** Which of the four forms the target has (RFC 9112 §3.2). */
  readonly form: TargetForm;
  /** The version. */
  readonly version: HttpVersion;
  /** The fields. */
  readonly headers: Fields;
  /** Value of Host; undefined only with HTTP/1.0. */
  readonly host?: string;
  /** Whether the connection may carry another request after this one (RFC 9112 §9.3). */
  readonly keepAlive: boolean;
  /** Whether the client waits for a 100 before it sends the body (RFC 9110 §10.1.1). */
  readonly expectContinue: boolean;
}

/** The forms of a request target (RFC 9112 §3.2): a path, a URL, a host and port for CONNECT, or `*` for OPTIONS. */
export type TargetForm = "origin" | "absolute" | "authority" | "asterisk";

/** The head of a response (RFC 9112 §4). */
export interface ResponseHead extends HeadLength {
  /** The version. */
  readonly version: HttpVersion;
  /** The status, 100 to 999. */
  readonly status: number;
  /** The reason phrase, which may be empty. */
  readonly reason: string;
  /** The fields. */
  readonly headers: Fields;
  /** Whether the connection may carry another response after this one. */
  readonly keepAlive: boolean;
}

/** Where a body ends (RFC 9112 §6.3). */
export type Framing =
  /** There is none. */
  | { readonly kind: "none" }
  /** After `length` bytes. */
  | { readonly kind: "length"; readonly length: number }
  /** With the last chunk. */
  | { readonly kind: "chunked" }
  /** With the connection. */
  | { readonly kind: "close" }
  /** Never: the following bytes are not HTTP (101, or 2xx to CONNECT). */
  | { readonly kind: "tunnel" };
