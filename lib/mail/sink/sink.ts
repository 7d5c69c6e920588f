import {
  acceptNext,
  bindTcp,
  checkServerPassword,
  closeQuietly,
  formatAddress,
  formatNetAddress,
  fromSystem,
  isLoopback,
  type KeyPair,
  LoginLimit,
  NetworkError,
  selfSigned,
  type ServerEngine,
  serverEngine,
  type ServerTls,
  ToucanError,
  UsageError,
} from "../../core/mod.ts";
import { addressPattern } from "../codec/address_pattern.ts";
import { SinkConnection } from "./connection.ts";
import { MailFaults } from "./faults.ts";
import type { SinkHost } from "./host.ts";
import { clientTimeout } from "./client_timeout.ts";
import { MaildirStore } from "../store/maildir/maildir_store.ts";
import { memoryStore } from "../store/memory/memory_store.ts";
import type { MailStore } from "../store/types.ts";
import type { MailSinkLimits, MailSinkOptions } from "./types.ts";

/** Default limits of a sink. */
export const MAIL_SINK_LIMITS: MailSinkLimits = {
  messageSize: 64 * 2 ** 20,
  recipients: 1000,
  connections: 1000,
  messages: 100_000,
  heldBytes: 2 ** 30,
  idleTime: 60_000,
  dataTime: 30_000,
  handshakeTime: 10_000,
};

/** A sink that listens, in the shape of `Deno.serve`'s server. */
export interface MailSink extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Where clients reach it, as text: `127.0.0.1:1025`. */
  readonly address: string;
  /** The port. */
  readonly port: number;
  /** The pin of its certificate's key; nothing without TLS. */
  readonly pin?: string;
  /** Store of the messages. */
  readonly store: MailStore;
  /** The failures and the delay that it simulates; may be changed at any time. */
  readonly faults: MailFaults;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops accepting, lets messages on their way arrive (5 s at most), and resolves when all is over. */
  shutdown(): Promise<void>;
}

/** Milliseconds that messages on their way have after a shutdown. */
const SHUTDOWN_TIMEOUT_MS = 5000;

/**
 * Starts a mail server for development: it accepts and stores all mail, and delivers none. Acknowledged messages are
 * stored; in a maildir, on the disk.
 *
 * Permissions: `--allow-net=HOST:PORT`, with TLS also `127.0.0.1` (it passes through loopback); for a maildir also
 * `--allow-read=FOLDER` and `--allow-write=FOLDER`.
 *
 * @returns The running sink.
 * @throws {UsageError} `empty-password`, `invalid-address-pattern`, `invalid-fault`, `invalid-delay`.
 * @throws {SystemError} `address-in-use` and the like; when the maildir cannot be used.
 * @example Receive a message
 * ```ts
 * import { mailSink, sendMail } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await sendMail(sink.address, { from: "ada@example.com", to: ["bob@example.com"], text: "hello" }, { tls: "none" });
 * assertEquals(sink.store.messages[0]?.to, ["bob@example.com"]);
 * ```
 */
export function mailSink(options?: MailSinkOptions): Promise<MailSink>;
export async function mailSink(options: MailSinkOptions = {}): Promise<MailSink> {
  checkServerPassword(options.credentials?.password);
  const { implicitTls = false, startTls = options.keyPair !== undefined } = options;
  const keyPair = implicitTls || startTls ? options.keyPair ?? await selfSigned() : undefined;
  const { messages, heldBytes: bytes } = { ...MAIL_SINK_LIMITS, ...options.limits };
  const settings = { mailboxes: options.mailboxes, limits: { messages, bytes } };
  const store = options.directory === undefined
    ? memoryStore(settings)
    : await MaildirStore.open(options.directory, settings);
  try {
    return new Sink(options, keyPair, store);
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

class Sink implements MailSink {
  readonly addr: Deno.NetAddr;
  readonly address: string;
  readonly port: number;
  readonly pin?: string;
  readonly store: MailStore;
  readonly faults: MailFaults;
  readonly finished: Promise<void>;
  readonly #options: MailSinkOptions;
  readonly #limits: MailSinkLimits;
  readonly #listener: Deno.Listener;
  readonly #engine?: ServerEngine;
  readonly #clients = new Map<SinkConnection, Promise<void>>();
  readonly #host: SinkHost;
  readonly #sweeper: ReturnType<typeof setInterval>;
  #closed = false;

  constructor(options: MailSinkOptions, keyPair: ServerTls & Pick<KeyPair, "pin"> | undefined, store: MailStore) {
    const { host = "127.0.0.1", port = 0, signal } = options;
    this.#options = options;
    this.#limits = { ...MAIL_SINK_LIMITS, ...options.limits };
    this.store = store;
    this.faults = new MailFaults(options);
    this.pin = keyPair?.pin;
    let engine: ServerEngine | undefined;
    try {
      // With STARTTLS a client could send without TLS.
      if (keyPair?.clientCa && !options.implicitTls) throw new UsageError("client certificates require implicit TLS");
      this.#engine = engine = keyPair && serverEngine(keyPair);
      this.#listener = bindTcp({ transport: "ip", host, port });
    } catch (error) {
      engine?.[Symbol.dispose]();
      throw fromSystem(error, { doing: "listen on", what: formatAddress({ transport: "ip", host, port }) });
    }
    const { addr } = this.#listener;
    if (!("hostname" in addr)) throw new Error("a sink listens on TCP");
    this.addr = addr;
    this.port = addr.port;
    this.address = formatNetAddress({ ...addr, hostname: clientHost(addr.hostname) });
    this.#host = this.#makeHost();
    const { idleTime, dataTime } = this.#limits;
    this.#sweeper = setInterval(() => this.#sweep(), Math.min(1000, Math.ceil(Math.min(idleTime, dataTime) / 4)));
    const stop = () => void this.shutdown();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    this.finished = this.#accept().then(() => signal?.removeEventListener("abort", stop));
  }

  async shutdown(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      closeQuietly(this.#listener);
      for (const client of this.#clients.keys()) client.leave();
    }
    await this.finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #makeHost(): SinkHost {
    const { store } = this;
    const { credentials, refuse = [], onMail, trace } = this.#options;
    const limits = this.#limits;
    const refused = refuse.map(addressPattern);
    return {
      name: "toucan.localhost",
      startTls: this.#engine !== undefined && !this.#options.implicitTls,
      authWithoutTls: this.#options.authWithoutTls ?? isLoopback(this.addr.hostname),
      allowed: credentials,
      logins: credentials && new LoginLimit(),
      limits,
      trace,
      faults: this.faults,
      inFlight: 0,
      spare: [],
      refused: this.#options.onRefused,
      refuses: (address) => refused.some((matches) => matches(address)),
      hasRoom(size) {
        return store.count < limits.messages && store.bytes + this.inFlight + size <= limits.heldBytes;
      },
      keep: (envelope, pieces) => {
        const kept = store.add(envelope, pieces);
        if (!(kept instanceof Promise)) onMail?.(kept);
        else return kept.then((mail) => (onMail?.(mail), mail));
        return kept;
      },
      report: (peer, error) => this.#report(peer, error),
      secure: (conn, signal) => {
        if (!this.#engine) throw new Error("TLS without a certificate");
        return this.#engine.secure(conn, signal, formatNetAddress(conn.remoteAddr));
      },
    };
  }

  async #accept(): Promise<void> {
    const next = () => acceptNext(this.#listener, () => this.#closed);
    for (let conn = await next(); conn; conn = await next()) {
      try {
        this.#admit(conn);
      } catch {
        // A callback that throws does not stop the server.
        closeQuietly(conn);
      }
    }
    await this.#drain();
    clearInterval(this.#sweeper);
    this.#engine?.[Symbol.dispose]();
    await this.store[Symbol.asyncDispose]();
  }

  #admit(conn: Deno.Conn): void {
    const { implicitTls = false } = this.#options;
    const client = new SinkConnection(conn, this.#host, implicitTls);
    const { peer } = client;
    if (this.#clients.size >= this.#limits.connections && !this.#makeRoom()) {
      if (implicitTls) closeQuietly(conn);
      else client.cut(new NetworkError("", { code: "too-many-connections" }), "421 4.7.0 Too many connections");
      this.#report(
        peer,
        new NetworkError(`connection from ${peer} rejected: too many connections`, {
          code: "too-many-connections",
          peer,
        }),
      );
      return;
    }
    const served = client.serve().catch((error) => this.#report(peer, error)).finally(() =>
      this.#clients.delete(client)
    );
    this.#clients.set(client, served);
  }

  /** Closes the oldest TLS handshake, so that silent clients do not block others. */
  #makeRoom(): boolean {
    for (const client of this.#clients.keys()) {
      if (!client.inHandshake) continue;
      const { peer } = client;
      const message = `TLS handshake with ${peer} dropped: too many connections`;
      client.cut(new NetworkError(message, { code: "too-many-connections", peer }), "");
      return true;
    }
    return false;
  }

  #report(peer: string, error: unknown): void {
    const known = error instanceof ToucanError
      ? error
      : new NetworkError(`cannot serve ${peer}`, { code: "client-failed", peer, cause: error });
    this.#options.onFault?.({ peer, error: known });
  }

  #sweep(): void {
    const now = performance.now();
    for (const client of this.#clients.keys()) {
      if (client.deadline < now) client.cut(clientTimeout(client.peer), "421 4.4.2 Timeout exceeded");
    }
  }

  async #drain(): Promise<void> {
    if (this.#clients.size === 0) return;
    const impatient = setTimeout(() => {
      for (const client of this.#clients.keys()) {
        client.cut(clientTimeout(client.peer), "421 4.3.2 Service not available, closing transmission channel");
      }
    }, SHUTDOWN_TIMEOUT_MS);
    await Promise.all(this.#clients.values());
    clearTimeout(impatient);
  }
}

/** Returns the address at which clients reach a listener; loopback for the unspecified address. */
function clientHost(hostname: string): string {
  return hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "::1" : hostname;
}
