import type { ListenInput, ServerAddr, ServerTls, SocketFileOptions, Trace } from "../../core/mod.ts";
import type { FtpEvent, FtpServer, FtpServerOptions } from "../../ftp/mod.ts";
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
   * Also serves the files by FTP, by the same rules: same credentials, uploads, limits, hidden names.
   * @default {undefined}
   */
  readonly ftp?: FileFtpOptions;
  /**
   * Maximum number of connections, for each protocol.
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
   * Called when a command of an FTP client that names a file was answered, or a login failed; must not throw.
   * @default {undefined}
   */
  readonly onFtpEvent?: (event: FtpEvent) => void;
  /**
   * Called for a client that was not let in; must not throw.
   * @default {undefined}
   */
  readonly onRefused?: (client: RefusedClient) => void;
}

/** Where a file server serves by FTP. At least one address is required. */
export interface FileFtpOptions extends Pick<FtpServerOptions, "passivePorts" | "passiveHost"> {
  /**
   * Address for FTP, and with a certificate for FTP with explicit TLS (`AUTH TLS`), which is then required.
   * @default {undefined}
   */
  readonly listen?: ListenInput;
  /**
   * Address for FTP with implicit TLS (`ftps:`). Requires a certificate.
   * @default {undefined}
   */
  readonly listenTls?: ListenInput;
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
  /** The servers for FTP: the one on `listen`, then the one on `listenTls`. */
  readonly ftp: readonly Pick<FtpServer, "addr" | "address" | "port" | "url">[];
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops accepting, gives requests in flight 5 s to end, then cuts them; resolves when all is over. */
  shutdown(): Promise<void>;
}
