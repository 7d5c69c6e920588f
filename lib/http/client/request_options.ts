import type { ByteSource, DialOptions } from "../../core/mod.ts";
import type { FieldsInit } from "../codec/fields/fields.ts";
import type { HttpLimits } from "../codec/limits.ts";
import type { ConnectionPool } from "./pool.ts";

/** A request body that is read while it is sent. */
export interface BodySource extends ByteSource {
  /** Size in bytes; without it the body is sent in chunks. */
  readonly length?: number;
}

/**
 * Options of {@link request}. `timeout` is in milliseconds and total up to the head of the response, connecting included;
 * `signal` aborts the whole request, including the body.
 */
export interface RequestOptions extends DialOptions {
  /**
   * The method.
   * @default {"GET"}
   */
  readonly method?: string;
  /**
   * Fields added to those that follow from the rest: Host (unless it is among them), the body's framing, Expect, Connection: close without a pool, and Authorization where the URL has a user.
   * @default {undefined}
   */
  readonly headers?: FieldsInit;
  /**
   * Body: a text, bytes, a stream or iterable of them, or a source that is read while it is sent.
   * @default {undefined}
   */
  readonly body?:
    | string
    | Uint8Array
    | ReadableStream<Uint8Array>
    | ReadableStream<string>
    | AsyncIterable<string | Uint8Array>
    | BodySource;
  /**
   * Whether the server is asked before the body is sent (`Expect: 100-continue`); it gets a second to say no.
   * @default {false}
   */
  readonly expectContinue?: boolean;
  /**
   * Milliseconds for which the connection may stand still while a body is sent or read.
   * @default {60000}
   */
  readonly stall?: number;
  /**
   * Whether HTTP/2 is spoken, and nothing else, by the runtime's `fetch`: over TLS (`h2`), or without it by prior knowledge.
   * What `fetch` cannot carry is refused before anything is sent: pins, `insecure`, `serverName`, `beforeTls`, `expectContinue`,
   * a Host that is not the URL's, fields about connections (RFC 9113 §8.2.2), GET and HEAD with a body, CONNECT and TRACE, an
   * HTTP proxy for an http: URL, `socks5` (but not `socks5h`) for a name. It shows no phases, no address and no trailers, and
   * `onPhase` is not called; of the limits, `head` and `fields` hold. A body without a Content-Length that the server breaks
   * off with RST_STREAM as CANCEL or NO_ERROR is taken for whole: `fetch` hides it. Codings that Accept-Encoding asks for are
   * taken off, and the fields say nothing of them. Needs the env permission for the variables that name proxies, which `fetch`
   * must not follow by itself.
   * @default false
   * @default {false}
   */
  readonly http2?: boolean;
  /**
   * Limits other than {@link RESPONSE_LIMITS}.
   * @default {undefined}
   */
  readonly limits?: Partial<HttpLimits>;
  /**
   * Keeps connections for further requests. Without it each request has its own.
   * @default {undefined}
   */
  readonly pool?: ConnectionPool;
}
