import {
  type Connection,
  dial,
  type DialOptions,
  fromSystem,
  NetworkError,
  readAllowedVariable,
  TimeoutError,
} from "../../../core/mod.ts";
import { ConnectionPool, proxyForUrl, request } from "../../../http/mod.ts";
import { malformed } from "../../codec/reader.ts";
import type { QueryForm, Question } from "../../codec/query.ts";
import { formatNameServer, type NameServer } from "../name_server.ts";
import type { AskOptions } from "./ask_options.ts";
import { type ChannelOptions, type DirectChannel, noAnswer, traceQuery } from "./channel.ts";
import { checkResponse, type Endpoint, Http2QueryConnection, MEDIA_TYPE } from "./http2_connection.ts";
import type { Route } from "./route.ts";
import { SentQuery } from "./sent_query.ts";
import { StreamChannel } from "./stream_channel.ts";
import type { Waiting } from "./waiting.ts";

const MAX_MESSAGE_BYTES = 65_535;
const HTTP_1 = "http-1";

/**
 * Queries one server over HTTPS (RFC 8484), with the id 0, so that caches recognise a query: many at once over HTTP/2, or one for
 * each connection where the server has HTTP/1.1 only. Without a route, a proxy that the environment sets is used.
 */
export class HttpsChannel implements DirectChannel {
  readonly #server: NameServer;
  readonly #tls: DialOptions["tls"];
  readonly #options: ChannelOptions;
  readonly #pool = new ConnectionPool();
  readonly #url: string;
  readonly #route: Route;
  readonly #streams: StreamChannel;
  #http1 = false;

  /** Opens nothing yet. */
  constructor(
    server: NameServer,
    { tls, route }: { readonly tls?: DialOptions["tls"]; readonly route?: Route },
    options: ChannelOptions,
  ) {
    this.#server = server;
    this.#tls = tls;
    this.#options = options;
    this.#url = formatNameServer(server);
    this.#route = route && "proxy" in route ? route : { ...route, proxy: this.#proxy() };
    const endpoint = endpointOf(new URL(this.#url), server.method ?? "POST");
    const open = (connection: Connection, freed: () => void) =>
      new Http2QueryConnection(connection, endpoint, options, freed);
    this.#streams = new StreamChannel((signal) => this.#dial(signal), options, open);
  }

  #proxy(): Route["proxy"] {
    return proxyForUrl(new URL(this.#url), readAllowedVariable);
  }

  /** Sends a query without a promise, or returns false if there is no room on an open connection. */
  send(form: QueryForm, name: string, waiting: Waiting): boolean {
    return !this.#http1 && this.#streams.send(form, name, waiting);
  }

  /** Sends a query and returns the bytes of its response. */
  async ask(question: Question, options: AskOptions): Promise<Uint8Array> {
    if (this.#http1) return await this.#request(question, options);
    try {
      return await this.#streams.ask(question, options);
    } catch (error) {
      if (!(error instanceof NetworkError) || error.code !== HTTP_1) throw error;
      this.#http1 = true;
      return await this.#request(question, options);
    }
  }

  async #dial(signal: AbortSignal): Promise<Connection> {
    const { host, port } = this.#server;
    const tls = { ...this.#tls, alpn: ["h2", "http/1.1"] };
    const { trace, peer } = this.#options;
    const connection = await dial({ transport: "ip", host, port }, { ...this.#route, signal, tls, trace });
    if (connection.security?.alpn === "h2") return connection;
    connection.close();
    throw new NetworkError(`${peer} does not speak HTTP/2`, { code: HTTP_1, operation: "resolve", peer });
  }

  /** Sends a query over HTTP/1.1. */
  async #request(question: Question, { expires, signal }: AskOptions): Promise<Uint8Array> {
    const { peer } = this.#options;
    const sent = SentQuery.of(question, 0, false);
    if (this.#options.trace) traceQuery(this.#options, question, sent.bytes);
    const timeout = Math.max(0, expires - performance.now());
    const post = this.#server.method !== "GET";
    try {
      using response = await request(post ? this.#url : `${this.#url}?dns=${base64url(sent.bytes)}`, {
        method: post ? "POST" : "GET",
        headers: { "Accept": MEDIA_TYPE, ...post ? { "Content-Type": MEDIA_TYPE } : {} },
        body: post ? sent.bytes : undefined,
        ...this.#route,
        pool: this.#pool,
        tls: this.#tls ?? {},
        signal,
        ...Number.isFinite(timeout) ? { timeout } : {},
      });
      const { status, headers, body } = response;
      checkResponse({ status, type: headers.get("content-type") }, peer);
      const reply = await body.bytes(MAX_MESSAGE_BYTES);
      checkResponse({ status, type: MEDIA_TYPE, size: reply.length }, peer);
      const verdict = sent.judge(reply);
      if (verdict !== "response") throw malformed(verdict);
      return reply;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof TimeoutError) throw noAnswer(peer, 0, error, error.bytes);
      throw fromSystem(error, { doing: "ask", what: peer });
    }
  }

  /** Closes its connections. */
  close(): void {
    this.#streams.close();
    this.#pool[Symbol.dispose]();
  }
}

function endpointOf({ host, pathname }: URL, method: "GET" | "POST"): Endpoint {
  return { authority: host, path: pathname, method };
}

function base64url(bytes: Uint8Array<ArrayBuffer>): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
