import {
  checkServerPassword,
  formatNetAddress,
  isLoopback,
  type KeyPair,
  LoginLimit,
  selfSigned,
  type ServerEngine,
  serverEngine,
  type ServerTls,
  UsageError,
} from "../../core/mod.ts";
import { type AttachedServer, type MailSinkAccess, sinkAccess } from "./access.ts";
import { addressPattern } from "../codec/address_pattern.ts";
import { MailFaults } from "./faults.ts";
import type { SinkHost } from "./host.ts";
import { clientError, SinkClients } from "./sink_clients.ts";
import { SINK_NAME, sinkJudge } from "./sink_judge.ts";
import { same } from "./authenticator.ts";
import { ScramPasswords } from "./scram_server.ts";
import { SinkPort } from "./sink_port.ts";
import { maildirStore } from "../store/maildir/maildir_store.ts";
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

/** A further port of a sink. */
export interface MailSinkPort {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Where clients reach it, as text: `127.0.0.1:1465`. */
  readonly address: string;
  /** The port. */
  readonly port: number;
}

/** A sink that listens, in the shape of `Deno.serve`'s server. */
export interface MailSink extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Where clients reach it, as text: `127.0.0.1:1025`. */
  readonly address: string;
  /** The port. */
  readonly port: number;
  /** The port for implicit TLS beside it, where there is one. */
  readonly smtps?: MailSinkPort;
  /** The pin of its certificate's key; nothing without TLS. */
  readonly pin?: string;
  /** Store of the messages. */
  readonly store: MailStore;
  /** The failures and the delay that it simulates; may be changed at any time. */
  readonly faults: MailFaults;
  /** Options of servers of other protocols for its messages, such as {@link servePop3}. */
  readonly access: MailSinkAccess;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops accepting, lets messages on their way arrive (5 s at most), and resolves when all is over. */
  shutdown(): Promise<void>;
}

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
  const { implicitTls = false, startTls = options.keyPair !== undefined, smtpsPort } = options;
  const usesTls = implicitTls || startTls || smtpsPort !== undefined;
  // Servers of other protocols may use a certificate that SMTP does not.
  const keyPair = options.keyPair ?? (usesTls ? await selfSigned() : undefined);
  const { messages, heldBytes: bytes } = { ...MAIL_SINK_LIMITS, ...options.limits };
  const settings = { mailboxes: options.mailboxes, limits: { messages, bytes } };
  const store = options.directory === undefined
    ? memoryStore(settings)
    : await maildirStore(options.directory, settings);
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
  readonly access: MailSinkAccess;
  readonly smtps?: SinkPort;
  readonly finished: Promise<void>;
  readonly #options: MailSinkOptions;
  readonly #engine?: ServerEngine;
  readonly #ports: readonly SinkPort[];
  readonly #clients: SinkClients;
  readonly #attached: AttachedServer[] = [];
  #closed = false;

  constructor(options: MailSinkOptions, keyPair: ServerTls & Pick<KeyPair, "pin"> | undefined, store: MailStore) {
    const { host = "127.0.0.1", port = 0, smtpsPort, implicitTls = false, signal } = options;
    this.#options = options;
    this.store = store;
    this.faults = new MailFaults(options);
    this.pin = keyPair?.pin;
    // With STARTTLS a client could send without TLS.
    if (keyPair?.clientCa && !implicitTls) throw new UsageError("client certificates require implicit TLS");
    this.#engine = keyPair && serverEngine(keyPair);
    const ports: SinkPort[] = this.#ports = [];
    try {
      const plain = new SinkPort(host, port);
      ports.push(plain);
      ({ addr: this.addr, address: this.address, port: this.port } = plain);
      if (smtpsPort !== undefined) ports.push(this.smtps = new SinkPort(host, smtpsPort));
    } catch (error) {
      for (const port of ports) port.close();
      this.#engine?.[Symbol.dispose]();
      throw error;
    }
    const logins = new LoginLimit();
    const mailHost = this.#makeHost(logins);
    this.#clients = new SinkClients(mailHost);
    const limits = { ...MAIL_SINK_LIMITS, ...options.limits };
    const { faults, addr: { hostname } } = this;
    const { keep } = mailHost;
    const reception = { keep, hasRoom: (size: number) => mailHost.hasRoom(size) };
    const parts = { store, options, limits, logins, faults, hostname, keyPair, reception };
    this.access = sinkAccess({ ...parts, attached: this.#attached });
    const stop = () => void this.shutdown();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    this.finished = this.#serve(implicitTls).then(() => signal?.removeEventListener("abort", stop));
  }

  async shutdown(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const port of this.#ports) port.close();
      this.#clients.leave();
    }
    await this.finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #makeHost(logins: LoginLimit): SinkHost {
    const { store } = this;
    const { credentials, refuse = [], onMail, trace, judge, implicitTls = false, startTls, keyPair } = this.#options;
    const limits = { ...MAIL_SINK_LIMITS, ...this.#options.limits };
    const refused = refuse.map(addressPattern);
    const report = (peer: string, error: unknown) => this.#options.onFault?.({ peer, error: clientError(peer, error) });
    return {
      name: SINK_NAME,
      startTls: !implicitTls && (startTls ?? keyPair !== undefined),
      authWithoutTls: this.#options.authWithoutTls ?? isLoopback(this.addr.hostname),
      allowed: credentials,
      scram: credentials &&
        new ScramPasswords((user) => same(user, credentials.user) ? credentials.password : undefined),
      logins: credentials && logins,
      limits,
      trace,
      faults: this.faults,
      inFlight: 0,
      spare: [],
      refused: this.#options.onRefused,
      judge: judge && sinkJudge(judge, report, trace),
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
      report,
      secure: (conn, signal) => {
        if (!this.#engine) throw new Error("TLS without a certificate");
        return this.#engine.secure(conn, signal, formatNetAddress(conn.remoteAddr));
      },
    };
  }

  async #serve(implicitTls: boolean): Promise<void> {
    await Promise.all(this.#ports.map((port) => {
      const tls = implicitTls || port === this.smtps;
      return port.accept((conn) => this.#clients.admit(conn, tls));
    }));
    await this.#clients.drain();
    await Promise.all(this.#attached.map((server) => server.shutdown()));
    this.#engine?.[Symbol.dispose]();
    await this.store[Symbol.asyncDispose]();
  }
}
