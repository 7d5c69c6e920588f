import { type DialOptions, fromSystem, NetworkError, TimeoutError } from "../../../core/mod.ts";
import { ConnectionPool, essenceOf, type HttpResponse, request } from "../../../http/mod.ts";
import { DnsMessageError, malformed } from "../../codec/reader.ts";
import { formatNameServer, type NameServer } from "../name_server.ts";
import { type AskOptions, type Channel, type ChannelOptions, noAnswer, traceQuery } from "./channel.ts";
import { type Question, SentQuery } from "./sent_query.ts";

const MEDIA_TYPE = "application/dns-message";
const MAX_MESSAGE_BYTES = 65_535;

/**
 * Queries one server over HTTPS (RFC 8484), with the id 0, so that caches recognise a query. HTTP/2 is used through the
 * runtime's `fetch`, unless the server is verified in another way than by authorities: then it is HTTP/1.1.
 */
export class HttpsChannel implements Channel {
  readonly #server: NameServer;
  readonly #tls: DialOptions["tls"];
  readonly #options: ChannelOptions;
  readonly #pool = new ConnectionPool();
  readonly #url: string;

  /** Opens nothing yet. */
  constructor(server: NameServer, tls: DialOptions["tls"], options: ChannelOptions) {
    this.#server = server;
    this.#tls = tls;
    this.#options = options;
    this.#url = formatNameServer(server);
  }

  /** Sends a query and returns the bytes of its response. */
  async ask(question: Question, { expires, signal }: AskOptions): Promise<Uint8Array> {
    const { peer } = this.#options;
    const sent = SentQuery.of(question, 0, false);
    if (this.#options.trace) traceQuery(this.#options, question, sent.bytes);
    const timeout = Math.max(0, expires - performance.now());
    const post = this.#server.method !== "GET";
    const tls = this.#tls;
    try {
      using response = await request(post ? this.#url : `${this.#url}?dns=${base64url(sent.bytes)}`, {
        method: post ? "POST" : "GET",
        headers: { "Accept": MEDIA_TYPE, ...post ? { "Content-Type": MEDIA_TYPE } : {} },
        body: post ? sent.bytes : undefined,
        http2: !(tls?.pin ?? tls?.insecure),
        pool: this.#pool,
        tls: tls ?? {},
        signal,
        ...Number.isFinite(timeout) ? { timeout } : {},
      });
      const reply = await this.#read(response);
      const verdict = sent.judge(reply);
      if (verdict !== "response") throw malformed(verdict);
      return reply;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof TimeoutError) throw noAnswer(peer, 0, error);
      throw fromSystem(error, { doing: "ask", what: peer });
    }
  }

  async #read(response: HttpResponse): Promise<Uint8Array> {
    const { peer } = this.#options;
    const { status, headers } = response;
    if (status !== 200) throw this.#failed("http-status", `responded with the HTTP status ${status}`);
    const type = headers.get("content-type") ?? "";
    if (essenceOf(type) !== MEDIA_TYPE) {
      throw this.#failed("content-type", `responded with the content type "${type.slice(0, 100)}", not ${MEDIA_TYPE}`);
    }
    const reply = await response.body.bytes(MAX_MESSAGE_BYTES);
    if (reply.length < 12) {
      throw new DnsMessageError("the answer ends too early", { code: "answer-cut", operation: "read", peer });
    }
    return reply;
  }

  #failed(code: string, text: string): NetworkError {
    const { peer } = this.#options;
    return new NetworkError(`${peer} ${text}`, { code, operation: "resolve", peer });
  }

  /** Closes its connections. */
  close(): void {
    this.#pool[Symbol.dispose]();
  }
}

function base64url(bytes: Uint8Array<ArrayBuffer>): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
