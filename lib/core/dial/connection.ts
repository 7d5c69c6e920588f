import type { CertificateSummary } from "../tls/certificate/summary.ts";

/** The part of a connection that carries bytes; Deno's connections have it. */
export interface Transport {
  /** Reads some bytes; null when the peer has ended its side. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends our side; the peer's stays open. */
  closeWrite(): Promise<void>;
  /** Ends our side when nothing more is wanted from the peer, where that differs from a half-close. */
  finish?(): Promise<void>;
  /** Ends both. */
  close(): void;
  /** Resolves when all is closed, where a close leaves something behind. */
  readonly left?: Promise<void>;
  /** Bytes that the system has taken, where writes do not wait for all of that. */
  readonly sent?: number;
  /** Resolves when nothing more is on its way to the system, where a close leaves something behind. */
  readonly drained?: Promise<void>;
}

/** How a connection is secured. */
export interface Security {
  /** What the trust rests on: an authority and the name, a pin, or nothing. */
  readonly verified: "authority" | "pin" | "nothing";
  /** The application protocol agreed on (RFC 7301), if any. */
  readonly alpn?: string;
  /** At a server that requires one: the client's certificate, which was verified. */
  readonly certificate?: CertificateSummary;
}

/** Whether closing a connection ends a write that waits for a peer who does not read. */
const CLOSE_ENDS_WRITES = !/^2\.[0-7]\./.test(Deno.version.deno);

/** A connection to a peer, however it came about. */
export class Connection implements Transport, Disposable {
  /** The peer as the caller named it: `example.test:443`. */
  readonly peer: string;
  /** Our end, as an address. */
  readonly local: string;
  /** The other end that was reached, as an address; a proxy's when there is one. */
  readonly remote: string;
  /** How it is secured, if it is. */
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
      /** What carries the transport, and is closed after it. */
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

  /** Reads some bytes; null when the peer has ended its side. */
  read(into: Uint8Array): Promise<number | null> {
    return this.#transport.read(into);
  }

  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number> {
    const writing = this.#transport.write(bytes);
    return CLOSE_ENDS_WRITES ? writing : this.#untilClosed(writing);
  }

  /**
   * What a close has left behind, to be waited for where connections are counted: some versions of the runtime keep a
   * closed connection open until a write has ended, which a peer who does not read can put off for ever.
   */
  get left(): Promise<void> | undefined {
    return this.#left ?? this.#transport.left;
  }

  /** Bytes that the system has taken, where writes do not wait for all of that; elsewhere what was written is what was sent. */
  get sent(): number | undefined {
    return this.#transport.sent;
  }

  /** After a close: resolves when the system has taken what was written, or the time for that is over. */
  get drained(): Promise<void> | undefined {
    return this.#transport.drained;
  }

  async #untilClosed(writing: Promise<number>): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#writing = writing;
    this.#abandon = reject;
    writing.then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#writing = this.#abandon = undefined;
    }
  }

  /**
   * Ends our side; the peer's stays open. Over TLS 1.2 that has to wait for the peer's end, since a peer that gets ours first
   * drops what it still wants to send (RFC 5246 §7.2.1).
   */
  closeWrite(): Promise<void> {
    return this.#transport.closeWrite();
  }

  /** Ends our side at once; nothing more is wanted from the peer, which may drop what it still wants to send. */
  finish(): Promise<void> {
    return this.#transport.finish?.() ?? this.#transport.closeWrite();
  }

  /** Ends both; doing so twice does nothing. */
  close(): void {
    closeQuietly(this.#transport);
    this.#beneath?.close();
    this.#left ??= this.#writing?.then(() => {}, () => {});
    this.#abandon?.(new Deno.errors.Interrupted("The connection was closed"));
  }

  /** Ends both. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** Closes something that may be closed already. */
export function closeQuietly(closable: { close(): void }): void {
  try {
    closable.close();
  } catch {
    // Closed already.
  }
}
