import type { ByteSource, Security } from "../../core/mod.ts";
import type { Fields } from "../codec/fields/fields.ts";
import type { HttpVersion } from "../codec/head.ts";

/** An answer: its head, and its body to be read. The connection is busy until the body was read to its end or closed. */
export interface HttpResponse extends Disposable {
  /** The URL that was asked, without its fragment. */
  readonly url: URL;
  /** The version that the server speaks. */
  readonly version: HttpVersion | "2";
  /** Status code, 200 to 999; informational responses (1xx) are skipped. */
  readonly status: number;
  /** The reason phrase as it came, which may be empty and is with HTTP/2; untrusted text. */
  readonly reason: string;
  /** The fields, in order, names as they came; with HTTP/2 in lower case and sorted, several of a name joined by commas. */
  readonly headers: Fields;
  /** Size of the body by its head; undefined if only its end shows it (chunked, or closed by the server). */
  readonly length?: number;
  /** The body. */
  readonly body: HttpBody;
  /** Address of the peer, which is the proxy if there is one; unknown with HTTP/2. */
  readonly remote?: string;
  /** The address of the HTTP proxy that the request was sent to, for an http: URL; the answer may be its own. */
  readonly proxy?: string;
  /** TLS parameters of the connection, if it uses TLS. */
  readonly security?: Security;
  /** Duration of each phase, up to the head of this response. */
  readonly phases: Phases;
  /**
   * Returns the whole body as text, in the charset that Content-Type names, UTF-8 unless given.
   *
   * @throws {UsageError} When the body was read already.
   * @throws {NetworkError} `too-large` for more than `limit` bytes, 64 MiB unless given; what reading the body throws.
   */
  text(limit?: number): Promise<string>;
  /**
   * Returns the value of a body in JSON.
   *
   * @throws {NetworkError} `too-large` as for `text`; `invalid-json`.
   */
  json(limit?: number): Promise<unknown>;
  /**
   * Returns the whole body.
   *
   * @throws {NetworkError} `too-large` as for `text`.
   */
  bytes(limit?: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Closes the connection, unless the body was read to its end. */
  close(): void;
}

/** Milliseconds since the request was begun, each when that was done. On a connection used again the first ones are missing, with HTTP/2 all but `answered`. */
export interface Phases {
  /** The name was looked up. */
  readonly lookedUp?: number;
  /** The connection stood, to the proxy where there is one. */
  readonly connected?: number;
  /** The TLS handshake was done. */
  readonly secured?: number;
  /** The head of the request was sent. */
  readonly sent?: number;
  /** The head of the answer was there. */
  readonly answered: number;
  /** Whether the connection was used before. */
  readonly reused?: boolean;
}

/**
 * A body that is pulled. Its end is only ever the end that the framing says: where the connection ends before, reading
 * throws `body-cut`.
 */
export interface HttpBody extends ByteSource, AsyncIterable<Uint8Array<ArrayBuffer>> {
  /**
   * Reads some bytes into `into` and says how many; null at the end, and ever after. Large arrays (256 KiB and up) make
   * large downloads fast: bytes go from the socket straight into them.
   *
   * @throws {NetworkError} `body-cut` when the connection ends before the body does, `http-invalid-chunk` and the like, `connection-reset`.
   * @throws {TimeoutError} `stalled` when nothing came for too long.
   */
  read(into: Uint8Array): Promise<number | null>;
  /** Bytes of the body given so far. */
  readonly received: number;
  /** Whether its end was reached. */
  readonly ended: boolean;
  /** The trailers of a chunked body, once its end was reached; those of HTTP/2 are dropped. */
  readonly trailers?: Fields;
  /**
   * Returns the whole body, of at most `limit` bytes, 64 MiB unless given.
   *
   * @throws {NetworkError} `too-large` when it has more.
   */
  bytes(limit?: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Returns the whole body as UTF-8, of at most `limit` bytes, 64 MiB unless given.
   *
   * @throws {NetworkError} `too-large` when it has more.
   */
  text(limit?: number): Promise<string>;
}
