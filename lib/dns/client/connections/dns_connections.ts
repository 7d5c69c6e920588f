import { type Deadline, dialDirect, ruledTarget, type Trace } from "../../../core/mod.ts";
import { replyInLettersOf } from "../../codec/dname.ts";
import { decodeMessage, type DnsMessage } from "../../codec/message.ts";
import { malformed } from "../../codec/reader.ts";
import { RCODE, rcodeName } from "../status.ts";
import { recordLine } from "../record_line.ts";
import { type DnsProtocol, formatNameServer, type NameServer, nameServerAt } from "../name_server.ts";
import type { AskOptions } from "./ask_options.ts";
import type { Channel, DirectChannel } from "./channel.ts";
import type { Question } from "../../codec/query.ts";
import { CookieJar } from "./cookie_jar.ts";
import { type Route, routeTo } from "./route.ts";
import { StreamChannel } from "./stream_channel.ts";
import { UdpChannel } from "./udp_channel.ts";

/** Options for verifying the servers of encrypted connections; by default authorities and the name are checked. */
export interface TlsSettings {
  /** Certificates to trust in addition to the usual authorities, as PEM. */
  readonly caCerts?: readonly string[];
  /** Pin of the server's key, which is verified instead of authorities and name. */
  readonly pin?: string;
  /** Disables the verification of the certificate (insecure). */
  readonly insecure?: boolean;
}

/** Block size of padded queries over encrypted connections (RFC 8467 §4.1). */
const PADDED_BYTES = 128;

/** Options of {@link DnsConnections}. */
export interface DnsConnectionsOptions {
  /** Verification of the servers of encrypted connections. */
  readonly tls?: TlsSettings;
  /** Receives what crosses the wire. */
  readonly trace?: Trace;
  /**
   * Sends cookies (RFC 7873): random ones, or these bytes, 8 of the client and those of a server behind them. @default false
   */
  readonly cookies?: boolean | Uint8Array;
  /** Way to the servers. A proxy is for those of encrypted connections: unless given, DNS over HTTPS goes through that of the environment, if there is one. */
  readonly route?: Route;
  /** Leaves a truncated response as it is, instead of a query over TCP. @default false */
  readonly noFallback?: boolean;
}

/** A response, and how it came. */
export interface Reply {
  /** The message. */
  readonly message: DnsMessage;
  /** The question that it answers, as it was sent. */
  readonly question: Question;
  /** The server that sent it: `192.0.2.53:53`, `tls://192.0.2.53:853`. */
  readonly server: string;
  /** The protocol over which it came. */
  readonly transport: DnsProtocol;
  /** Whether it was asked for over TCP because it did not fit into a datagram, or is truncated itself. */
  readonly truncated: boolean;
  /** Duration in milliseconds, of both queries if there were two. */
  readonly ms: number;
}

/** Query, server and protocol of one message there and one back. */
interface Turn {
  readonly server: NameServer;
  readonly question: Question;
  readonly start: number;
}

type OpenedChannel = Channel | DirectChannel;

/** Connections to name servers: opened when they are needed, kept, and shared by all queries. */
export class DnsConnections implements AsyncDisposable {
  readonly #options: DnsConnectionsOptions;
  readonly #channels = new Map<string, OpenedChannel | Promise<OpenedChannel>>();
  readonly #cookies?: CookieJar;

  /** Way to the servers, if one was given. */
  get route(): Route | undefined {
    return this.#options.route;
  }

  /** Opens nothing yet. */
  constructor(options: DnsConnectionsOptions = {}) {
    this.#options = options;
    const { cookies = false } = options;
    if (cookies) this.#cookies = new CookieJar(cookies === true ? undefined : cookies);
  }

  /**
   * Asks a server one question, whatever it says, and once more over TCP if the response is truncated.
   *
   * @throws {NetworkError} When the server cannot be reached, or its response cannot be read.
   * @throws {TimeoutError} When there is no response in time.
   * @throws {UsageError} `invalid-name`.
   * @throws {SystemError} When datagrams or the net permission are missing.
   */
  async exchange(server: NameServer, question: Question, deadline: Deadline): Promise<Reply> {
    const expires = deadline.remaining + performance.now();
    return await this.ask(server, question, { expires, signal: deadline.signal });
  }

  /** The same, with a time instead of a deadline. */
  async ask(server: NameServer, asked: Question, options: AskOptions): Promise<Reply> {
    const question = padded(server, asked);
    if (this.#cookies && !asked.plain) return await this.#askWithCookie(this.#cookies, server, question, options);
    return await this.#ask({ server, question, start: performance.now() }, options);
  }

  /**
   * Asks with the cookies of a server: once more with the new one where the server wants that (BADCOOKIE), and over TCP
   * where it still does, or where a response that may be forged lacks the cookie (RFC 7873 §5.3).
   */
  async #askWithCookie(jar: CookieJar, server: NameServer, asked: Question, options: AskOptions): Promise<Reply> {
    const start = performance.now();
    for (let attempt = 1;; attempt++) {
      const question = jar.withCookie(server, asked);
      const reply = await this.#ask({ server, question, start }, options);
      const complete = jar.learn(server, reply.message);
      const refused = reply.message.rcode === RCODE.BADCOOKIE;
      if (reply.transport !== "udp" || (complete && !refused)) return reply;
      if (refused && attempt === 1) continue;
      return await this.askOverTcp(server, jar.withCookie(server, asked), options, start);
    }
  }

  async #ask(turn: Turn, options: AskOptions): Promise<Reply> {
    const { server, question } = turn;
    const { protocol } = server;
    const message = await this.#message(turn, options);
    if (!message.truncated || protocol !== "udp" || this.#options.noFallback) {
      if (message.truncated && protocol !== "udp") throw malformed("it is truncated although it came over TCP");
      return replyOf(turn, message, protocol, message.truncated);
    }
    return await this.askOverTcp(server, question, options, turn.start);
  }

  async #message({ server, question }: Turn, options: AskOptions): Promise<DnsMessage> {
    const channel = await this.#channel(server);
    const message = replyInLettersOf(question.name, decodeMessage(await channel.ask(question, options)));
    traceReply(this.#options.trace, peerOf(server), message);
    return message;
  }

  /**
   * Returns the way to a server for queries that are sent without a promise each; undefined where there is none, or not yet,
   * or every query has to be traced, or to have a cookie.
   *
   * @ignore
   * @throws {SystemError} When datagrams are missing.
   */
  direct(server: NameServer): DirectChannel | undefined {
    if (this.#options.trace || this.#cookies) return undefined;
    const channel = this.#channel(server);
    return "send" in channel ? channel : undefined;
  }

  /** Asks over TCP, after a truncated response to a query that began at `start`. */
  async askOverTcp(server: NameServer, question: Question, options: AskOptions, start: number): Promise<Reply> {
    const turn = { server: nameServerAt(server, true), question, start };
    const whole = await this.#message(turn, { ...options, expires: options.expiresOverTcp ?? options.expires });
    if (whole.truncated) throw malformed("it is truncated although it came over TCP");
    return replyOf({ ...turn, server }, whole, "tcp", true);
  }

  #channel(server: NameServer): OpenedChannel | Promise<OpenedChannel> {
    const key = `${server.method ?? ""} ${server.protocol} ${formatNameServer(server)}`;
    let channel = this.#channels.get(key);
    if (!channel) {
      channel = openChannel(server, this.#options);
      this.#channels.set(key, channel);
      if (channel instanceof Promise) channel.then((opened) => this.#channels.set(key, opened), () => {});
    }
    return channel;
  }

  /** Closes all connections; queries that wait are rejected. */
  async [Symbol.asyncDispose](): Promise<void> {
    const channels = await Promise.allSettled(this.#channels.values());
    this.#channels.clear();
    for (const settled of channels) if (settled.status === "fulfilled") settled.value.close();
  }
}

/** Returns a question with padding if the connection is encrypted (RFC 8467). */
export function padded<Q extends Omit<Question, "name">>({ protocol }: NameServer, question: Q): Q {
  const encrypted = protocol === "tls" || protocol === "https";
  return encrypted && !question.plain && question.padTo === undefined ? { ...question, padTo: PADDED_BYTES } : question;
}

function replyOf(
  { server, question, start }: Turn,
  message: DnsMessage,
  transport: DnsProtocol,
  truncated: boolean,
): Reply {
  const ms = Math.round((performance.now() - start) * 10) / 10;
  return { message, question, server: formatNameServer(server), transport, truncated, ms };
}

/** The server as messages name it; over TCP it is told from the same one over UDP. */
function peerOf(server: NameServer): string {
  const text = formatNameServer(server);
  return server.protocol === "tcp" ? `${text.replace(/^tcp:\/\//, "")}/tcp` : text;
}

/** Opens a way to a server. Code that only encrypted connections need is loaded with the first of them. */
function openChannel(server: NameServer, options: DnsConnectionsOptions): OpenedChannel | Promise<OpenedChannel> {
  const { protocol, host, port, tlsName } = server;
  const address = { transport: "ip", host, port } as const;
  const common = { peer: peerOf(server), trace: options.trace };
  const route = routeTo(server, options.route);
  if (protocol === "udp") return new UdpChannel(address, common, route);
  if (protocol === "tcp") {
    const to = ruledTarget(address, route?.connectTo) ?? address;
    const { family, resolve } = route ?? {};
    return new StreamChannel((signal) => dialDirect(to, { signal, family, resolve }), common);
  }
  if (protocol === "https") {
    const settings = { tls: options.tls, route };
    return import("./https_channel.ts").then(({ HttpsChannel }) => new HttpsChannel(server, settings, common));
  }
  const tls = { ...options.tls, serverName: tlsName, alpn: ["dot"] };
  return import("./dial_tls.ts").then(({ dialTls }) =>
    new StreamChannel((signal) => dialTls(address, { ...route, signal, tls, trace: options.trace }), common)
  );
}

/** Tells a trace about a response and its records. */
function traceReply(trace: Trace | undefined, peer: string, message: DnsMessage): void {
  if (!trace) return;
  const { id, rcode, truncated, authoritative, recursionAvailable, answers, authorities, size } = message;
  const flags = [authoritative && "authoritative", recursionAvailable && "recursive", truncated && "truncated"].filter(
    Boolean,
  );
  const text = [
    rcodeName(rcode),
    `id ${id}`,
    ...flags,
    `${answers.length} ${answers.length === 1 ? "answer" : "answers"}`,
    `${size} bytes`,
  ].join(", ");
  trace({ direction: "<", peer, text });
  for (const record of [...answers, ...authorities]) trace({ direction: "<", peer, text: recordLine(record) });
}
