import type { ByteSource, ServerAddr, ServerTls, SocketFileOptions, ToucanError, Trace } from "../../core/mod.ts";
import type { Fields } from "../codec/fields/fields.ts";
import type { HttpVersion } from "../codec/head.ts";
import type { HttpLimits } from "../codec/limits.ts";
import type { PreparedResponse } from "./response/prepared.ts";
import type { ServerResponse } from "./response/response.ts";

/** A request as a handler gets it. */
export interface ServerRequest {
  /** The method, case and all. */
  readonly method: string;
  /** Path and query as they came, in ASCII (octets above were percent-encoded), or `*`. Of a whole URL only that part. Nothing in it was decoded or checked. */
  readonly target: string;
  /** Host and port that the client asked for; empty when it said none. Untrusted. */
  readonly authority: string;
  /** The version that the client speaks. */
  readonly version: HttpVersion | "2";
  /** The fields. */
  readonly headers: Fields;
  /** The client's end, as an address; without a port where a trusted proxy has named it. */
  readonly peer: string;
  /** Whether the client's connection is a TLS one. */
  readonly secure: boolean;
  /** The path below which a trusted proxy serves this server, without a slash at its end. */
  readonly prefix?: string;
  /** The body; empty when there is none. What the handler leaves is read to a bound, then the connection is closed. */
  readonly body: RequestBody;
  /**
   * Resolves when the client has closed the connection, or its side of it: for a handler that waits for long. It does not resolve
   * while the client has sent more, or the body was not read.
   */
  gone(): Promise<void>;
  /** The target as a URL, on the authority that the client asked for; undefined where that makes none. */
  readonly url: URL | undefined;
}

/** The body of a request, which is pulled; a client that waits for a 100 gets it with the first read. */
export interface RequestBody extends ByteSource, AsyncIterable<Uint8Array<ArrayBuffer>> {
  /**
   * Reads some bytes into `into` and says how many; null at the end, and ever after.
   *
   * @throws {NetworkError} `body-cut` when the connection ends before the body does, `http-invalid-chunk` and the like.
   * @throws {TimeoutError} `body-timeout` when it comes too slowly.
   */
  read(into: Uint8Array): Promise<number | null>;
  /** Size in bytes by its head: 0 without a body, undefined for a chunked one. */
  readonly length?: number;
  /** The trailers of a chunked body, once its end was reached. */
  readonly trailers?: Fields;
  /**
   * Returns the whole body, of at most `limit` bytes, 1 MiB unless given.
   *
   * @throws {HttpMessageError} `http-too-large-body` when it has more; uncaught, the client gets 413.
   */
  bytes(limit?: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Returns the whole body as UTF-8, of at most `limit` bytes, 1 MiB unless given.
   *
   * @throws {HttpMessageError} `http-too-large-body` when it has more; uncaught, the client gets 413.
   */
  text(limit?: number): Promise<string>;
  /**
   * Returns the value of a body in JSON, of at most `limit` bytes, 1 MiB unless given.
   *
   * @throws {HttpMessageError} `http-too-large-body`; `http-invalid-json`, uncaught, the client gets 400.
   */
  json(limit?: number): Promise<unknown>;
}

/** Responses of handlers: a response, or a prepared one, which is faster. */
export type HttpAnswer = ServerResponse | PreparedResponse;

/**
 * Answers requests. What it throws is answered with 500 and reported to `onRequest` only; an error with a `status`
 * of 400 to 599 ({@link HttpMessageError}) with that status. Returning without a promise is fastest.
 */
export type Handler = (request: ServerRequest) => HttpAnswer | Promise<HttpAnswer>;

/** A request that was answered, or could not be; for access logs. */
export interface ServedRequest {
  /** The client's end, as an address. */
  readonly peer: string;
  /** The method; empty when the request could not be read. */
  readonly method: string;
  /** The target as it came; empty when the request could not be read. Untrusted text. */
  readonly target: string;
  /** The version. */
  readonly version?: HttpVersion | "2";
  /** The status answered; 0 when the connection ended before. */
  readonly status: number;
  /** Bytes of the response's body that were sent. */
  readonly bytes: number;
  /** Milliseconds from the head of the request to the end of the response. */
  readonly ms: number;
  /** The request's fields, for those who log more. */
  readonly headers?: Fields;
  /** Error: an exception of the handler (as `cause`), an invalid request, or a client that disconnected or was too slow. */
  readonly error?: ToucanError;
}

/** A client that was not let in, or failed in the TLS handshake. */
export interface RefusedClient {
  /** Its address. */
  readonly peer: string;
  /** Why: `too-many-connections`, `too-many-from-address`, `tls-…`. */
  readonly error: ToucanError;
}

/** Options of {@link serveHttp}. Times are in milliseconds. */
export interface HttpServerOptions {
  /**
   * The certificate to speak TLS with; without it plain.
   * @default {undefined}
   */
  readonly tls?: ServerTls;
  /**
   * Offers HTTP/2 (RFC 9113) in the TLS handshake, beside HTTP/1.1: up to 100 requests at once on a connection.
   * @default {false}
   */
  readonly http2?: boolean;
  /**
   * Mode and owner of the file of a unix socket.
   * @default {undefined}
   */
  readonly socketFile?: SocketFileOptions;
  /**
   * Stops the server, as `shutdown` does.
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
  /**
   * The proxies whose `X-Forwarded-*` and `Forwarded` fields count: addresses, networks (`10.0.0.0/8`), `loopback`, `private`.
   * @default {undefined}
   */
  readonly trustProxy?: readonly string[];
  /**
   * Maximum number of connections.
   * @default {10000}
   */
  readonly maxConnections?: number;
  /**
   * Maximum number of connections from one address.
   * @default {10000}
   */
  readonly maxConnectionsPerAddress?: number;
  /**
   * From the first byte of a head to its last.
   * @default {10000}
   */
  readonly headerTimeout?: number;
  /**
   * In which a body has to bring at least `bodyProgress` bytes or its end.
   * @default {30000}
   */
  readonly bodyTimeout?: number;
  /**
   * Bytes that a body has to bring in that time.
   * @default {1024}
   */
  readonly bodyProgress?: number;
  /**
   * Between two requests.
   * @default {60000}
   */
  readonly idleTimeout?: number;
  /**
   * In which a client has to take something of a response.
   * @default {30000}
   */
  readonly writeTimeout?: number;
  /**
   * Bytes of an unread body that are drained so that the connection can be used again.
   * @default {262144}
   */
  readonly drain?: number;
  /**
   * Limits other than the usual ones.
   * @default {undefined}
   */
  readonly limits?: Partial<HttpLimits>;
  /**
   * Takes the heads of requests and responses, secrets masked.
   * @default {undefined}
   */
  readonly trace?: Trace;
  /**
   * Called when a request is over; must not throw.
   * @default {undefined}
   */
  readonly onRequest?: (request: ServedRequest) => void;
  /**
   * Called for a client that was not let in; must not throw.
   * @default {undefined}
   */
  readonly onRefused?: (client: RefusedClient) => void;
}

/** A server that listens, in the shape of `Deno.serve`'s. */
export interface HttpServer<Addr extends ServerAddr = ServerAddr> extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Addr;
  /** Where it listens, as text: `127.0.0.1:8000`. */
  readonly address: string;
  /** Where to find it: `http://127.0.0.1:8000/`. */
  readonly url: string;
  /** The port, where there is one. */
  readonly port?: number;
  /** Number of open connections. */
  readonly connections: number;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops accepting, closes idle connections, gives requests in flight 5 s to end, then cuts them; resolves when all is over. */
  shutdown(): Promise<void>;
}
