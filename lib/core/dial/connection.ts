import type { CertificateSummary } from "../tls/certificate/summary.ts";

/** Transport of a connection's bytes; implemented by Deno's connections. */
export interface Transport {
  /** Reads some bytes; null when the peer has closed its side. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes and returns their number. */
  write(bytes: Uint8Array): Promise<number>;
  /** Closes the sending side; the peer can still send. */
  closeWrite(): Promise<void>;
  /** Closes the sending side when no more data is wanted from the peer, if that differs from a half-close. */
  finish?(): Promise<void>;
  /** Closes the connection. */
  close(): void;
  /** Resolves when everything is closed, if a close leaves something open. */
  readonly left?: Promise<void>;
  /** Number of bytes that the system has accepted, if writes return before. */
  readonly sent?: number;
  /** Resolves when no data is on its way to the system, if a close leaves some. */
  readonly drained?: Promise<void>;
}

/** Security of a connection. */
export interface Security {
  /** Basis of the trust: an authority and the name, a pin, or nothing. */
  readonly verified: "authority" | "pin" | "nothing";
  /** Application protocol negotiated (RFC 7301), if any. */
  readonly alpn?: string;
  /** Pin of the server's key, if it was verified or requested. */
  readonly pin?: string;
  /** Certificates that the server has presented (DER, its own first), if they were requested. */
  readonly chain?: readonly Uint8Array<ArrayBuffer>[];
  /** Verified certificate of the client, at a server that requires one. */
  readonly certificate?: CertificateSummary;
  /** SHA-256 of the client's certificate (DER) in hex, at a server that requests one; the client has its key. */
  readonly fingerprint?: string;
}

/** Whether closing a connection ends a write that waits for a peer which does not read. */
const CLOSE_ENDS_WRITES = !/^2\.[0-7]\./.test(Deno.version.deno);

/**
 * Connection to a peer.
 *
 * @example Close a connection
 * ```ts
 * import { Connection, dial } from "../public.ts";
 *
 * using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * using connection: Connection = await dial(`127.0.0.1:${listener.addr.port}`);
 * (await listener.accept()).close();
 * ```
 */
export class Connection implements Transport, Disposable {
  /** Peer as named by the caller: `example.test:443`. */
  readonly peer: string;
  /** Local address. */
  readonly local: string;
  /** Remote address; of the proxy, if there is one. */
  readonly remote: string;
  /** Security of the connection; undefined without TLS. */
  readonly security?: Security;
  readonly #transport: Transport;
  readonly #beneath?: { close(): void };
  #writing?: Promise<unknown>;
  #abandon?: (reason: unknown) => void;
  #left?: Promise<void>;

  /** Wraps a transport. */
  constructor(
    transport: Transport,
    facts: {
      readonly peer: string;
      readonly local: string;
      readonly remote: string;
      readonly security?: Security;
      /** Resource beneath the transport, closed after it. */
      readonly beneath?: { close(): void };
    },
  ) {
    this.#transport = transport;
    this.peer = facts.peer;
    this.local = facts.local;
    this.remote = facts.remote;
    this.security = facts.security;
    this.#beneath = facts.beneath;
  }

  /** Reads some bytes; null when the peer has closed its side. */
  read(into: Uint8Array): Promise<number | null> {
    return this.#transport.read(into);
  }

  /** Writes some of the bytes and returns their number. */
  write(bytes: Uint8Array): Promise<number> {
    const writing = this.#transport.write(bytes);
    return CLOSE_ENDS_WRITES ? writing : this.#untilClosed(writing);
  }

  /**
   * Resolves when a closed connection has been released; wait for it if connections are counted: some versions of the runtime keep a
   * closed connection open until a write has ended, which a peer that does not read can delay forever.
   */
  get left(): Promise<void> | undefined {
    return this.#left ?? this.#transport.left;
  }

  /** Number of bytes that the system has accepted, if writes return before; otherwise all that were written. */
  get sent(): number | undefined {
    return this.#transport.sent;
  }

  /** Resolves after a close when the system has accepted all written data, or the time for that has passed. */
  get drained(): Promise<void> | undefined {
    return this.#transport.drained;
  }

  #untilClosed(writing: Promise<number>): Promise<number> {
    const ended = () => this.#writing = this.#abandon = undefined;
    return new Promise((resolve, reject) => {
      this.#writing = writing;
      this.#abandon = reject;
      writing.then((count) => (ended(), resolve(count)), (error) => (ended(), reject(error)));
    });
  }

  /**
   * Closes the sending side; the peer can still send. Over TLS 1.2 this waits for the peer to close its side, since a peer that receives
   * close_notify discards what it still has to send (RFC 5246 §7.2.1).
   */
  closeWrite(): Promise<void> {
    return this.#transport.closeWrite();
  }

  /** Closes the sending side at once; the peer may discard what it still has to send. */
  finish(): Promise<void> {
    return this.#transport.finish?.() ?? this.#transport.closeWrite();
  }

  /** Closes the connection; calling it again has no effect. */
  close(): void {
    closeQuietly(this.#transport);
    this.#beneath?.close();
    this.#left ??= this.#writing?.then(() => {}, () => {});
    this.#abandon?.(new Deno.errors.Interrupted("The connection was closed"));
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** Closes a resource that may be closed already. */
export function closeQuietly(closable: { close(): void }): void {
  try {
    closable.close();
  } catch {
    // Closed already.
  }
}
