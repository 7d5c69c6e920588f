import type { ServerAddr, ServerTls, SocketFileOptions, Trace } from "../../core/mod.ts";
import type { Credentials, RefusedClient, ServedRequest } from "../../http/mod.ts";

/** Options of {@link serveFiles}. Times are in milliseconds, sizes in bytes. */
export interface FileServerOptions {
  /**
   * The certificate for TLS; without it the server uses plain HTTP.
   * @default {undefined}
   */
  readonly tls?: ServerTls;
  /**
   * Mode and owner of the file of a unix socket.
   * @default {undefined}
   */
  readonly socketFile?: SocketFileOptions;
  /**
   * The credentials that clients have to send (Basic authentication); without them none are required.
   * @default {undefined}
   */
  readonly credentials?: Credentials;
  /**
   * Host names that requests may be for, beside `localhost`, addresses and the one that the server listens on:
   * `files.example`, `*.example.com`, `.example.com` (with the name itself), `*`. A server on loopback refuses all others (DNS
   * rebinding); one beyond it only where this is given.
   * @default {undefined}
   */
  readonly allowHost?: readonly string[];
  /**
   * The proxies whose `X-Forwarded-*` and `Forwarded` fields count: addresses, networks, `loopback`, `private`.
   * @default {undefined}
   */
  readonly trustProxy?: readonly string[];
  /**
   * Whether names that begin with a dot are listed and served, and accepted from clients.
   * @default {false}
   */
  readonly dotFiles?: boolean;
  /**
   * Whether a folder is listed even when it has an `index.html`.
   * @default {false}
   */
  readonly ignoreIndex?: boolean;
  /**
   * Whether clients may upload files.
   * @default {false}
   */
  readonly upload?: boolean;
  /**
   * Whether a form may replace files; PUT may always do so, under the conditions of its header fields.
   * @default {false}
   */
  readonly overwrite?: boolean;
  /**
   * Whether clients on other machines may upload without credentials.
   * @default {false}
   */
  readonly allowAnonymousUpload?: boolean;
  /**
   * Maximum size of an uploaded file.
   * @default {17179869184}
   */
  readonly maxSize?: number;
  /**
   * Maximum number of connections.
   * @default {10000}
   */
  readonly maxConnections?: number;
  /**
   * From the first byte of a request's head to its last.
   * @default {10000}
   */
  readonly headerTimeout?: number;
  /**
   * In which a body has to bring something.
   * @default {30000}
   */
  readonly bodyTimeout?: number;
  /**
   * Between two requests of a connection.
   * @default {60000}
   */
  readonly idleTimeout?: number;
  /**
   * Stops the server, as `shutdown` does.
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
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

/** A file server that listens. */
export interface FileServer<Addr extends ServerAddr = ServerAddr> extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Addr;
  /** Where it listens, as text: `127.0.0.1:8000`. */
  readonly address: string;
  /** The port, where there is one. */
  readonly port?: number;
  /** Where to find it: `http://127.0.0.1:8000/`. */
  readonly url: string;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops accepting, gives requests in flight 5 s to end, then cuts them; resolves when all is over. */
  shutdown(): Promise<void>;
}
